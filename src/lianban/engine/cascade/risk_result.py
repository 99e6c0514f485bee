"""SystemicRisk (系统性风险): the index of each scenario, and how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianban.engine.cascade.memory import MemoryNeed
from lianban.engine.cascade.unsettled import Oscillation, Unsettled
from lianban.engine.errors import EngineError, NotConverged
from lianban.engine.network import SupplyNetwork

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Levels:
    """Levels of production (产出水平) of every firm: shape (n_firms, n_scenarios); 1 is usual, 0 is nothing."""

    down: FloatArray
    up: FloatArray

    @property
    def both(self) -> FloatArray:
        """The smaller of both channels."""
        return np.minimum(self.down, self.up)


@dataclass(frozen=True, eq=False)
class SystemicRisk:
    """Systemic risk (系统性风险): the published index (ESRI) of each scenario, in the order asked.

    ``esri``, ``esri_down`` and ``esri_up`` are lost shares of the output: shape (n_scenarios,) with one column of output
    weights, else (n_scenarios, n_weights). A scenario with ``converged`` False shows the state at the cap on steps, which is
    *not* the index; ``reasons`` says why, by position; ``warning`` is what was known before. ``levels`` is None unless asked for. Same question, same bytes,
    whatever the threads, blocks or interruptions; ``memory`` alone is of this machine.
    """

    scenario: NDArray[Any]
    esri: FloatArray
    esri_down: FloatArray
    esri_up: FloatArray
    iterations: NDArray[np.int64]
    converged: NDArray[np.bool_]
    reasons: Mapping[int, Unsettled]
    weight_names: tuple[str, ...]
    levels: Levels | None
    warning: Oscillation | None
    notes: tuple[str, ...]
    network: SupplyNetwork
    network_fingerprint: str
    fingerprint: str
    engine_version: str
    parameters: Mapping[str, Any]
    seed: int | None
    memory: MemoryNeed

    def __len__(self) -> int:
        return len(self.scenario)

    def table(self) -> NDArray[np.void]:
        """Structured array: scenario, esri, esri_down, esri_up, iterations, converged.

        With several output weights the three losses stand once for each, as ``esri_jobs``, ``esri_down_jobs`` …
        """
        columns: list[tuple[str, NDArray[Any]]] = [("scenario", self.scenario)]
        for k, name in enumerate(self.weight_names):
            for loss in ("esri", "esri_down", "esri_up"):
                values = getattr(self, loss)
                single = values.ndim == 1
                columns.append((loss if single else f"{loss}_{name}", values if single else values[:, k]))
        return _structured([*columns, ("iterations", self.iterations), ("converged", self.converged)])

    def top(self, k: int = 10, weight: int = 0) -> NDArray[np.void]:
        """The k scenarios with the largest index under one column of weights, largest first; ties in the order asked."""
        esri = self.esri if self.esri.ndim == 1 else self.esri[:, weight]
        return self.table()[np.argsort(-esri, kind="stable")[:k]]

    def sector_table(self, weight: int = 0) -> NDArray[np.void]:
        """Loss of each sector in each scenario; needs ``levels``.

        Structured array: scenario, sector (its label in ``network.group``), output, loss, loss_down, loss_up, part.
        ``loss`` is the share of the sector's own output that is lost, NaN where it has none; the ``part`` of all sectors
        adds up to the index.
        """
        if self.levels is None:
            raise EngineError("sector tables need the levels: ask systemic_risk(..., levels=True)")
        output = self.network.output_weight
        output = output if output.ndim == 1 else output[:, weight]
        names, sector = np.unique(self.network.group, return_inverse=True)
        size: FloatArray = np.bincount(sector, output, len(names)).astype(np.float64)
        lost: dict[str, FloatArray] = {
            name: np.stack([np.bincount(sector, output * (1.0 - level), len(names)) for level in levels.T])
            for name, levels in (("", self.levels.both), ("_down", self.levels.down), ("_up", self.levels.up))
            if levels.shape[1]
        } or {name: np.zeros((0, len(names))) for name in ("", "_down", "_up")}
        shares = {
            f"loss{name}": np.divide(one, size, out=np.full_like(one, np.nan), where=size > 0).ravel()
            for name, one in lost.items()
        }
        return _structured(
            [
                ("scenario", np.repeat(self.scenario, len(names))),
                ("sector", np.tile(names, len(self))),
                ("output", np.tile(size, len(self))),
                *shares.items(),
                ("part", (lost[""] / size.sum()).ravel()),
            ]
        )

    def require_converged(self) -> "SystemicRisk":
        """Give this result back, or raise NotConverged naming the first scenarios that did not settle."""
        if self.reasons:
            told = [f"{self.scenario[k]}: {why}" for k, why in list(self.reasons.items())[:3]]
            raise NotConverged(f"{len(self.reasons)} of {len(self)} scenarios did not settle: {'; '.join(told)}")
        return self

    def __repr__(self) -> str:
        late = f", {len(self.reasons)} not settled" if self.reasons else ""
        return f"<SystemicRisk: {len(self)} scenarios{late}, {self.fingerprint[:15]}…>"


def _structured(columns: list[tuple[str, NDArray[Any]]]) -> NDArray[np.void]:
    table = np.empty(len(columns[0][1]), dtype=[(name, values.dtype) for name, values in columns])
    for name, values in columns:
        table[name] = values
    return table
