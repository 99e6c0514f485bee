"""Rows on their way from a file to a preview."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ORGANISATIONS = ("organisation", "supplier", "buyer", "raised_by")


@dataclass
class FileRow:
    """A row of the file on its way: its number, its table, its cells by column."""

    number: int
    table: str
    values: dict[str, Any]


@dataclass
class Told:
    """What one row will do."""

    number: int
    table: str
    code: str
    verdict: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Content:
    """What stands in a file: its rows, what of it cannot be taken, and what else is worth knowing about it."""

    rows: list[FileRow]
    lost: list[Told] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Missing:
    """What becomes of rows that a whole package lacks; ``here`` are tables and codes entered on the site, which stay."""

    delete: bool
    here: frozenset[tuple[str, str]] = frozenset()


@dataclass
class Preview:
    """All lines, the names a person has to say something about, and what of the file is passed over."""

    lines: list[Told]
    names: dict[tuple[str, str, str], list[dict[str, Any]]]  # name, credit code, place: candidates
    notes: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Watch:
    """How a long step tells how far it is and learns that it is to stop."""

    step: Callable[[int], None]
    cancelled: Callable[[], bool]

    def part(self, start: int, end: int) -> Callable[[float], None]:
        return lambda share: self.step(int(start + (end - start) * share))
