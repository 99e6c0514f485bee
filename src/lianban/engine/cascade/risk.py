"""The economic systemic risk index (ESRI) of Diem et al. (2022): docs/models/systemic-risk.md has every convention."""

import hashlib
import json
import math
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.cascade import model
from lianban.engine.cascade.arrays import network_of, with_columns
from lianban.engine.cascade.asked import Scenarios, scenarios_of
from lianban.engine.cascade.checkpoint import Checkpoint
from lianban.engine.cascade.memory import MemoryNeed, available_memory
from lianban.engine.cascade.model import Cancel, Cascade, Progress, StopRule
from lianban.engine.cascade.risk_result import Levels, SystemicRisk
from lianban.engine.cascade.unsettled import Oscillation, oscillation, reasons_of
from lianban.engine.errors import Cancelled, EngineError
from lianban.engine.network import SupplyNetwork

FIRST_BLOCK = 1_024  # scenarios in the first block kept in a checkpoint; later ones grow
BLOCK_SECONDS = 10.0  # blocks grow until one takes about this long: what a kill costs at most
MOST_BLOCK = 65_536

# Bytes, measured on networks of 20,000 to 1,000,000 firms and rounded up.
SHARES_LINK, SHARES_FIRM = 150, 150  # shares and their layouts, with what is needed to make them
WALK_FIRM, WALK_LINK = 600, 24  # state of the scenarios that one thread has under way
PLAIN_FIRM = 100  # the same for one scenario by sparse products
COMPILER = 200 << 20  # what the compiled kernels bring along
COLUMNS = ("loss", "loss_down", "loss_up", "iterations", "converged")


class InvalidRun(EngineError):
    """Parameters with which no run can end well; the message says which and why."""


def systemic_risk(
    network: SupplyNetwork | Any,
    *,
    sector: ArrayLike | None = None,
    essential: ArrayLike | None = None,
    sector_labels: Sequence[Any] | None = None,
    labels: Sequence[str] | None = None,
    shocks: Any = None,
    shocks_up: Any = None,
    firms: ArrayLike | Sequence[str] | None = None,
    sample: int | None = None,
    seed: int | None = None,
    names: Sequence[Any] | None = None,
    eps: float = 0.01,
    max_iterations: int = 10_000,
    stop: StopRule = "level",
    compatible: bool = False,
    market: bool | ArrayLike = True,
    weights: ArrayLike | Mapping[str, ArrayLike] | None = None,
    revenue: ArrayLike | None = None,
    costs: ArrayLike | None = None,
    levels: bool = False,
    threads: int | None = None,
    memory: int | None = None,
    checkpoint: str | Path | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> SystemicRisk:
    """Share of the output that is lost when a firm fails, for every firm, or for the scenarios asked.

    Parameters
    ----------
    network : a :class:`SupplyNetwork`; or a matrix of shape (n_firms, n_firms), dense or sparse, whose entry (i, j) is what
        firm i sells to firm j; or three arrays (supplier, customer, value). The latter two need ``sector``.
    sector, essential, sector_labels, labels : for matrix and arrays only: the sector of each firm (text or number); the class
        matrix of 0, 1, 2 (row = supplier's sector; default: every input is essential); the sector that each of its rows
        stands for, since classes are found by label, never by position; names of the firms, by which
        arrays may then call suppliers and customers.
    firms : firms that fail completely, one in each scenario, by number from 0 or by label; default every firm in order.
    sample, seed : so many of these firms instead, drawn at random by ``seed`` (default 0), in order.
    shocks, shocks_up : shares of capacity lost, in [0, 1], shape (n_firms, n_scenarios), dense or sparse, as makers and as
        buyers; ``shocks_up`` defaults to ``shocks``.
    names : one name for each scenario; default labels or numbers of the failing firms, else 0, 1, 2 …
    eps : stop after the step in which no level falls by more than this; 0.01 is part of the published index.
    max_iterations : cap on the steps of a scenario; one that reaches it is reported as not converged.
    stop : "level" as above, or "loss": when the loss of the first weights grows by no more than the factor 1 + eps.
    compatible : True uses the published rule for dead markets, which depends on the unit of money and may never settle.
    market : False = nobody takes over; True = by the network's market groups; or one label for each firm.
    weights : what counts as output instead of the network's own: (n_firms,), (n_firms, n_weights), or by name.
    revenue, costs : (n_firms,), instead of sales upstream and purchases downstream; a 0 counts as 1, as published.
    levels : True keeps the levels of every firm in every scenario, from which sector tables are made.
    threads : default all cores. memory : most bytes the run may take; default what the machine has left.
    checkpoint : folder that keeps finished blocks; the same call goes on where it was interrupted.
    progress, cancel : ``progress(done, total)`` is called in this thread; ``cancel()`` True ends with Cancelled.

    Raises
    ------
    InvalidNetwork, InvalidShock, InvalidRun
        What cannot be computed, by row or parameter.
    NotEnoughMemory
        Before it starts, with the number it needs.
    ForeignCheckpoint
        The folder belongs to another run.
    """
    if not isinstance(network, SupplyNetwork):
        network = network_of(network, sector, essential, sector_labels, labels)
    elif given := [name for name, value in (("sector", sector), ("essential", essential)) if value is not None]:
        raise InvalidRun(f"{' and '.join(given)} stand in the network already: leave them out")
    run = prepare(
        network, shocks=shocks, shocks_up=shocks_up, firms=firms, sample=sample, seed=seed, names=names, eps=eps,
        max_iterations=max_iterations, stop=stop, compatible=compatible, market=market, weights=weights,
        revenue=revenue, costs=costs, levels=levels, threads=threads, memory=memory,
    )  # fmt: skip
    return run.run(checkpoint=checkpoint, progress=progress, cancel=cancel)


def prepare(
    network: SupplyNetwork,
    *,
    shocks: Any = None,
    shocks_up: Any = None,
    firms: ArrayLike | Sequence[str] | None = None,
    sample: int | None = None,
    seed: int | None = None,
    names: Sequence[Any] | None = None,
    eps: float = 0.01,
    max_iterations: int = 10_000,
    stop: StopRule = "level",
    compatible: bool = False,
    market: bool | ArrayLike = True,
    weights: ArrayLike | Mapping[str, ArrayLike] | None = None,
    revenue: ArrayLike | None = None,
    costs: ArrayLike | None = None,
    levels: bool = False,
    threads: int | None = None,
    memory: int | None = None,
) -> "RiskRun":
    """Check the question and reckon what it takes, without starting: see :func:`systemic_risk`."""
    _refuse_endless(eps, max_iterations, stop)
    network, weight_names = with_columns(network, market, weights)
    asked = scenarios_of(
        network, shocks=shocks, shocks_up=shocks_up, firms=firms, sample=sample, seed=seed, names=names
    )
    cascade_options: dict[str, Any] = {"compatible": bool(compatible), "market": market is not False}
    cascade_options |= {"revenue": revenue, "costs": costs}
    options: dict[str, Any] = {"eps": float(eps), "max_iterations": int(max_iterations), "stop": stop}
    need = _memory_need(network, asked, stop, levels=levels, threads=threads, given=memory)
    need.refuse_if_too_much()
    warning = oscillation(network) if compatible and market is not False else None
    used_seed = None if sample is None else 0 if seed is None else seed
    return RiskRun(network, asked, options, cascade_options, weight_names, levels, threads, used_seed, need, warning)


@dataclass(frozen=True, eq=False)
class RiskRun:
    """A run that is checked and not started: what it needs (``memory``), and whether it may not settle (``warning``)."""

    network: SupplyNetwork
    asked: Scenarios
    options: Mapping[str, Any]
    cascade_options: Mapping[str, Any]
    weight_names: tuple[str, ...]
    levels: bool
    threads: int | None
    seed: int | None
    memory: MemoryNeed
    warning: Oscillation | None

    @property
    def described(self) -> dict[str, Any]:
        """Everything the numbers depend on, as plain values."""
        amounts = {name: _digest(self.cascade_options[name]) for name in ("revenue", "costs")}
        return {
            "engine": model.ENGINE_VERSION,
            "network": self.network.fingerprint,
            **self.options,
            **self.cascade_options,
            **amounts,
            "scenarios": len(self.asked),
            "asked": self.asked.fingerprint,
        }

    @property
    def fingerprint(self) -> str:
        """Fingerprint (指纹) of the run: network, parameters, scenarios and engine version."""
        return "sha256:" + hashlib.sha256(json.dumps(self.described, sort_keys=True).encode()).hexdigest()

    def run(
        self,
        *,
        checkpoint: str | Path | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> SystemicRisk:
        """Compute it; see :func:`systemic_risk`."""
        kept = None if checkpoint is None else Checkpoint(checkpoint, self.fingerprint, self.described)
        cascade = Cascade(self.network, **self.cascade_options)
        work = _Work(self, cascade, kept, progress, cancel)
        columns = work.all_losses()
        notes = [] if self.warning is None else [self.warning.sentence()]
        if kept is not None and kept.damaged:
            notes.append(f"{len(kept.damaged)} damaged files of the checkpoint were computed again")
        levels = work.all_levels() if self.levels else None
        late = np.flatnonzero(~columns["converged"])
        for array in columns.values():
            array.setflags(write=False)
        described = {name: value for name, value in self.described.items() if name not in ("engine", "network")}
        return SystemicRisk(
            scenario=self.asked.names,
            esri=columns["loss"],
            esri_down=columns["loss_down"],
            esri_up=columns["loss_up"],
            iterations=columns["iterations"],
            converged=columns["converged"],
            reasons=MappingProxyType(reasons_of(cascade, self.asked, late, self.options, self.warning)),
            weight_names=self.weight_names,
            levels=levels,
            warning=self.warning,
            notes=tuple(notes),
            network=self.network,
            network_fingerprint=self.network.fingerprint,
            fingerprint=self.fingerprint,
            engine_version=model.ENGINE_VERSION,
            parameters=MappingProxyType(described),
            seed=self.seed,
            memory=self.memory,
        )


class _Work:
    """One run under way."""

    def __init__(
        self, run: RiskRun, cascade: Cascade, kept: Checkpoint | None, progress: Progress | None, cancel: Cancel | None
    ) -> None:
        self.run, self.cascade, self.kept, self.progress, self.cancel = run, cascade, kept, progress, cancel
        self.n_cases, self.done = len(run.asked), 0

    def all_losses(self) -> dict[str, NDArray[Any]]:
        """Losses of every scenario, those kept in the checkpoint first."""
        found: dict[int, tuple[int, dict[str, NDArray[Any]]]] = {}
        for first, end, arrays in self.kept.blocks() if self.kept else ():
            found[first] = (end, arrays)
            self.done += end - first
        size = self.n_cases if self.kept is None else FIRST_BLOCK
        for first, gap_end in _gaps({first: end for first, (end, _) in found.items()}, self.n_cases):
            at = first
            while at < gap_end or self.n_cases == 0:
                end = min(gap_end, at + size)
                begun = time.monotonic()
                found[at] = (end, self._block(at, end))
                if self.kept is None or self.n_cases == 0:
                    break
                self.kept.keep(at, end, found[at][1])
                size = min(MOST_BLOCK, 2 * size) if time.monotonic() - begun < BLOCK_SECONDS / 2 else size
                at = end
        parts = [found[first][1] for first in sorted(found)]
        return {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}

    def _block(self, first: int, end: int) -> dict[str, NDArray[Any]]:
        """Losses of the scenarios first .. end - 1."""
        asked, progress, done = self.run.asked, self.progress, self.done
        told = None if progress is None else lambda now, _: progress(done + now, self.n_cases)
        options = {**self.run.options, "threads": self.run.threads, "progress": told, "cancel": self.cancel}
        try:
            if asked.firms is not None:
                table = self.cascade.failures(asked.firms[first:end], **options)
            else:
                down, up = asked.columns(slice(first, end), self.run.network.n_firms)
                table = self.cascade.losses(down, None if asked.up is None else up, **options)
        except Cancelled as error:
            if self.kept is None:
                raise
            raise Cancelled(
                f"cancelled; {done} of {self.n_cases} scenarios are kept in {self.kept.folder}, "
                "the same call with that checkpoint goes on from there"
            ) from error
        self.done += end - first
        return {name: np.asarray(getattr(table, name)) for name in COLUMNS}

    def all_levels(self) -> Levels:
        """Levels of every firm in every scenario."""
        n_firms = self.run.network.n_firms
        down, up = np.empty((n_firms, self.n_cases)), np.empty((n_firms, self.n_cases))
        size = max(1, model.BLOCK_NUMBERS // max(n_firms, 1))
        for first in range(0, self.n_cases, size):
            if self.cancel is not None and self.cancel():
                raise Cancelled(f"cancelled while levels were kept, after {first} of {self.n_cases} scenarios")
            block = slice(first, min(first + size, self.n_cases))
            shocks = [columns.toarray() for columns in self.run.asked.columns(block, n_firms)]
            result = self.cascade.run(*shocks, **self.run.options)
            down[:, block], up[:, block] = result.level_down, result.level_up
        for array in (down, up):
            array.setflags(write=False)
        return Levels(down, up)


def _gaps(kept: Mapping[int, int], n_cases: int) -> list[tuple[int, int]]:
    """Stretches of scenarios that no kept block holds; one empty stretch where nothing is asked."""
    if n_cases == 0:
        return [(0, 0)]
    gaps, at = [], 0
    for first in sorted(kept):
        if first > at:
            gaps.append((at, first))
        at = max(at, kept[first])
    return [*gaps, (at, n_cases)] if at < n_cases else gaps


def _refuse_endless(eps: float, max_iterations: int, stop: str) -> None:
    """Refuse what could never settle, all reasons at once."""
    wrong = []
    if not (math.isfinite(eps) and eps >= 0):
        wrong.append(f"eps is {eps}: the stop rule needs a finite number of at least 0, or no run ever settles")
    if max_iterations < 1:
        wrong.append(f"max_iterations is {max_iterations}: at least 1 step is needed to settle")
    if stop not in ("level", "loss"):
        wrong.append(f"stop is {stop!r}, expected 'level' or 'loss'")
    if wrong:
        raise InvalidRun("; ".join(wrong))


def _memory_need(
    network: SupplyNetwork, asked: Scenarios, stop: str, *, levels: bool, threads: int | None, given: int | None
) -> MemoryNeed:
    """Estimate from above, in bytes: shares and layouts, state of the scenarios under way, what is kept."""
    n_firms, n_links, n_cases = network.n_firms, network.n_links, len(asked)
    n_weights = 1 if network.output_weight.ndim == 1 else network.output_weight.shape[1]
    shocks = sum(12 * columns.nnz for columns in (asked.down, asked.up) if columns is not None)
    results = n_cases * (2 * (24 * n_weights + 9) + 16) + shocks
    work = PLAIN_FIRM * n_firms * min(n_cases, max(1, model.BLOCK_NUMBERS // max(n_firms, 1)))
    if n_links >= model.KERNELS_FROM_LINKS and stop == "level":
        at_once = min(threads or os.cpu_count() or 1, max(1, n_cases))
        work = COMPILER + at_once * (WALK_FIRM * n_firms + WALK_LINK * n_links)
    if levels:
        results += 2 * 8 * n_firms * n_cases
        work = max(work, PLAIN_FIRM * n_firms * min(n_cases, max(1, model.BLOCK_NUMBERS // max(n_firms, 1))))
    available = available_memory() if given is None else given
    return MemoryNeed(SHARES_LINK * n_links + SHARES_FIRM * n_firms, work, results, available)


def _digest(amounts: ArrayLike | None) -> str | None:
    return None if amounts is None else hashlib.sha256(np.asarray(amounts, np.float64).tobytes()).hexdigest()
