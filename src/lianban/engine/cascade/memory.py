"""Memory (内存): what a run will take, and what the machine has left."""

import os
from dataclasses import dataclass
from pathlib import Path

from lianban.engine.errors import EngineError

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
MIB = 1 << 20


class NotEnoughMemory(EngineError):
    """The run would need more memory than there is; the message has both numbers, ``need`` the parts."""

    def __init__(self, message: str, need: "MemoryNeed") -> None:
        self.need = need
        super().__init__(message)


@dataclass(frozen=True)
class MemoryNeed:
    """Memory a run needs (所需内存), in bytes; ``available`` is None where the machine does not tell.

    ``network`` is the network made ready, ``work`` the state of the scenarios under way, ``results`` what is kept.
    """

    network: int
    work: int
    results: int
    available: int | None

    @property
    def total(self) -> int:
        """All parts together, in bytes."""
        return self.network + self.work + self.results

    def sentence(self) -> str:
        """Say what is needed and what is there."""
        there = "available memory unknown" if self.available is None else f"{_mib(self.available)} available"
        return (
            f"needs about {_mib(self.total)} (network {_mib(self.network)}, scenarios under way {_mib(self.work)}, "
            f"results {_mib(self.results)}); {there}"
        )

    def refuse_if_too_much(self) -> None:
        """Raise NotEnoughMemory where the run would not fit."""
        if self.available is not None and self.total > self.available:
            raise NotEnoughMemory(
                f"the run {self.sentence()}. Ask fewer scenarios (firms=, sample=), keep no levels, use fewer threads, "
                "or use a machine with more memory",
                self,
            )


def available_memory() -> int | None:
    """Bytes that can still be taken without swapping: /proc/meminfo, a container's limit, or sysconf; None = unknown."""
    known = [one for one in (_from_meminfo(), _from_container()) if one is not None]
    if known:
        return min(known)
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not a Unix, or one that does not say
        return None


def _from_meminfo() -> int | None:
    try:
        lines = MEMINFO.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _from_container() -> int | None:
    try:
        most, used = ((CGROUP / name).read_text(encoding="ascii").strip() for name in ("memory.max", "memory.current"))
        return None if most == "max" else max(0, int(most) - int(used))
    except (OSError, ValueError):
        return None


def _mib(n_bytes: int) -> str:
    return f"{n_bytes / MIB:,.0f} MiB" if n_bytes >= 10 * MIB else f"{n_bytes / 1024:,.1f} KiB"
