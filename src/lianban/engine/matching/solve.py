"""The search (求解): prices first, then a small exact question, then only who can still be part of a better team.

Status words: "proved optimal"; "best found" with a gap, where time ran out; "none" where no team keeps the rules; "not decided"
where time ran out with neither a team nor a proof.
"""

import time
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from lianban.engine.errors import EngineError
from lianban.engine.matching.reduce import needless
from lianban.engine.matching.rows import Linear
from lianban.engine.network import FloatArray, IntArray

Status = Literal["proved optimal", "best found", "none", "not decided"]
NEAR = 150  # candidates in the small question
NEAR_SECONDS = 0.1  # part of the time it may take
SAME = 1e-6  # objectives are whole; solvers work in floats


class SolverDisagrees(EngineError):
    """The solver's team breaks a rule when checked in whole numbers."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: columns (None where there is no team), objective, proved bound, both in whole steps."""

    status: Status
    columns: FloatArray | None
    value: float
    bound: float
    seconds: float
    n_candidates: int  # left for the last search


def smallest(question: Linear, objective: FloatArray, *, seconds: float) -> Found:
    """Make an objective over the columns smallest; its values over whole columns are whole."""
    begun = time.monotonic()
    rows = question.rows
    matrix, least = rows.matrix(), np.array(rows.least)
    highest, n = np.array(rows.highest), rows.n_candidates
    stays = np.ones(rows.n_columns, bool)
    stays[needless(matrix, least, highest, objective, n)] = False
    search = _Search(matrix, least, highest, objective, n, begun + seconds)
    if not stays.any():
        nobody = np.zeros(rows.n_columns)
        return (
            search.told("none", None, np.inf, np.inf, 0)
            if (least > 0).any()
            else search.told("proved optimal", nobody, 0.0, 0.0, 0)
        )
    prices = search.prices(np.flatnonzero(stays))
    if prices is None:
        return search.told("none", None, np.inf, np.inf, 0)
    bound, reduced = prices
    left = np.flatnonzero(stays)
    upper = search.near(left, reduced)
    if upper is not None:
        value = float(objective @ upper)
        if value <= _up(bound) + SAME:
            return search.told("proved optimal", upper, value, value, 0)
        can = bound + np.maximum(reduced, 0.0) <= value - 1 + SAME
        can[left >= n] = True
        left = left[can]
    return search.last(left, upper, bound)


@dataclass(eq=False)
class _Search:
    matrix: sparse.csr_array
    least: FloatArray
    highest: FloatArray
    objective: FloatArray
    n: int
    until: float

    def __post_init__(self) -> None:
        self.begun = time.monotonic()

    def prices(self, left: IntArray) -> tuple[float, FloatArray] | None:
        """Bound of the linear relaxation and the reduced cost of each column; None where even that has no solution."""
        found = linprog(
            self.objective[left], A_ub=-self.matrix[:, left], b_ub=-self.least,
            bounds=np.column_stack([np.zeros(len(left)), self.highest[left]]), method="highs",
        )  # fmt: skip
        if found.status == 2:
            return None
        if found.status != 0:
            return -np.inf, np.zeros(len(left))
        return float(found.fun), np.asarray(found.lower.marginals + found.upper.marginals)

    def near(self, left: IntArray, reduced: FloatArray) -> FloatArray | None:
        """A good team among those of the lowest prices."""
        who = left < self.n
        order = np.argsort(np.where(who, reduced, -np.inf), kind="stable")
        some = np.sort(order[: NEAR + int((~who).sum())])
        if len(some) == len(left):
            return None
        found = self._milp(left[some], max(0.2, NEAR_SECONDS * (self.until - time.monotonic())))
        return self._columns(left[some], found)

    def last(self, left: IntArray, upper: FloatArray | None, bound: float) -> Found:
        """Search everybody who can still be part of a better team."""
        value = float(self.objective @ upper) if upper is not None else np.inf
        count = int((left < self.n).sum())
        if not count and upper is not None:
            return self.told("proved optimal", upper, value, value, 0)
        found = self._milp(left, self.until - time.monotonic())
        columns = self._columns(left, found)
        if columns is not None and float(self.objective @ columns) < value - SAME:
            upper, value = columns, float(self.objective @ columns)
        if found.status == 2:
            status: Status = "none" if upper is None else "proved optimal"
            return self.told(status, upper, value, value, count)
        if found.mip_dual_bound is not None:
            bound = max(bound, min(float(found.mip_dual_bound), value))
        if found.status == 0 and upper is not None:
            return self.told("proved optimal", upper, value, value, count)
        if upper is None:
            return self.told("not decided", None, np.inf, bound, count)
        proved = value <= _up(bound) + SAME
        return self.told("proved optimal" if proved else "best found", upper, value, min(_up(bound), value), count)

    def _milp(self, left: IntArray, seconds: float) -> Any:
        return milp(
            self.objective[left],
            constraints=LinearConstraint(self.matrix[:, left], self.least, np.inf),
            integrality=(left < self.n).astype(np.uint8),
            bounds=Bounds(0, self.highest[left]),
            options={"time_limit": max(seconds, 0.05), "mip_rel_gap": 0.0},
        )

    def _columns(self, left: IntArray, found: Any) -> FloatArray | None:
        """Whole columns of what the solver gave; helpers are as large as candidates let them be, up to rounding."""
        if found.x is None:
            return None
        columns = np.zeros(len(self.highest))
        columns[left] = np.round(found.x)
        return columns

    def told(self, status: Status, columns: FloatArray | None, value: float, bound: float, count: int) -> Found:
        return Found(status, columns, value, bound, time.monotonic() - self.begun, count)


def _up(bound: float) -> float:
    """A bound of a whole objective is whole."""
    return float(np.ceil(bound - SAME)) if np.isfinite(bound) else bound
