"""The search (求解): prices, who can still be part of a better team, and a proof.

The cheapest team is searched by our own branching first, then by HiGHS; the strongest one by HiGHS, among those of the lowest prices
first. Status words: "proved optimal"; "best found" with a gap, where time ran out; "none" where no team keeps the rules; "not
decided" where time ran out with neither a team nor a proof.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from lianban.engine.errors import EngineError
from lianban.engine.matching.reduce import needless
from lianban.engine.matching.rows import Linear
from lianban.engine.matching.shape import activities, shape_of
from lianban.engine.network import FloatArray, IntArray

Status = Literal["proved optimal", "best found", "none", "not decided"]
SMALL = 200  # up to so many candidates HiGHS is asked at once
NEAR = 150  # candidates of lowest prices in a small question
NEAR_SECONDS = 0.1  # part of the time a small question may take
BRANCH_SECONDS = 0.4  # part of the time after which HiGHS takes over
NODES = 5_000  # places tried at first; twice as many each time they were too few
FIRST_STEP = 0.005  # how far above the bound the first teams asked for are
SUMS = 200_000  # sums of costs are listed up to here
ROUNDOFF = 2.0**-51
SAME = 1e-6  # objectives are whole; HiGHS works in floats


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


def smallest(question: Linear, objective: FloatArray, *, seconds: float) -> Found:
    """Make an objective over the columns smallest; its values over whole columns are whole."""
    begun = time.monotonic()
    rows = question.rows
    matrix, least = rows.matrix(), np.array(rows.least, float)
    highest, n = np.array(rows.highest), rows.n_candidates
    stays = highest > 0
    stays[needless(matrix, least, highest, objective, n)] = False
    at = np.flatnonzero(stays)
    run = _Search(matrix[:, at], least, highest[at], objective[at], int((at < n).sum()), begun + seconds)
    status = run.solve()
    columns = None
    if run.team is not None:
        columns = np.zeros(rows.n_columns)
        columns[at] = run.columns(run.team)
    bound = run.value if status in ("proved optimal", "none") else min(run.bound, run.value)
    return Found(status, columns, run.value, bound, time.monotonic() - begun)


@dataclass(eq=False)
class _Search:
    matrix: sparse.csr_array
    least: FloatArray
    highest: FloatArray
    objective: FloatArray
    n: int
    until: float
    team: NDArray[np.bool_] | None = None
    value: float = np.inf
    bound: float = -np.inf
    table: FloatArray = field(default_factory=lambda: np.zeros(0))  # sums of costs

    def __post_init__(self) -> None:
        self.whole = shape_of(self.matrix, self.least, self.highest, self.objective, self.n)
        costs = self.objective[: self.n]
        self.plain = bool((costs >= 0).all() and not self.objective[self.n :].any())
        self.size = abs(self.matrix) @ self.highest + np.abs(self.least)

    def solve(self) -> Status:
        """Prices, then the steps that suit the objective, until one of them is a proof."""
        if not len(self.objective):
            if not (self.least > 0).any():
                self.take(np.zeros(0, bool))
            return self.told(True)
        price = self.prices()
        if price is None:
            return "none"
        steps: tuple[Callable[[FloatArray], bool], ...] = (self.last,)
        if self.n > SMALL:
            steps = (self.branch if self.plain else self.near, self.last)
            if self.plain:
                begun = time.monotonic()
                ready()
                self.until += time.monotonic() - begun
        for step in steps:
            if self.value <= self.bound + SAME or step(price):
                return self.told(True)
        return self.told(False)

    def prices(self) -> FloatArray | None:
        """Prices of rows from the linear relaxation; None where even that has no solution."""
        found = linprog(
            self.objective, A_ub=-self.matrix, b_ub=-self.least,
            bounds=np.column_stack([np.zeros(len(self.highest)), self.highest]), method="highs",
        )  # fmt: skip
        if found.status == 2:
            return None
        price = np.maximum(0.0, -found.ineqlin.marginals) if found.status == 0 else np.zeros(len(self.least))
        bound, _ = self.reduced(price)
        self.bound = float(np.ceil(bound))  # a bound of a whole objective is whole
        return price

    def reduced(self, price: FloatArray) -> tuple[float, FloatArray]:
        """The bound that prices u >= 0 prove, u·b + Σ min(0, c − u·a) · highest, less all rounding; and c − u·a of each column."""
        reduced = self.objective - self.matrix.T @ price
        bound = float(price @ self.least + (np.minimum(reduced, 0.0) * self.highest).sum())
        sizes = float(price @ self.size + np.abs(self.objective) @ self.highest)
        return bound - ROUNDOFF * (len(reduced) + 2 * len(price) + 100) * sizes, reduced

    def take(self, team: NDArray[np.bool_]) -> None:
        """Keep a team if it is better."""
        value = float(self.objective @ self.columns(team))
        if value < self.value:
            self.team, self.value = team.copy(), value

    def columns(self, team: NDArray[np.bool_]) -> FloatArray:
        """A team with its helpers, each as large as the team lets it be."""
        return np.concatenate([team.astype(float), activities(self.whole, team)[1]])

    def left(self, price: FloatArray, limit: float) -> IntArray:
        """Columns that can be part of a team within a limit."""
        if not np.isfinite(limit):
            return np.arange(len(self.objective))
        bound, reduced = self.reduced(price)
        can = bound + np.maximum(reduced, 0.0) <= limit
        below = self.sums(limit + 1) if self.plain else np.zeros(0)
        if len(below):  # with the others' costs it must be possible to end between the bound and the limit
            cost = self.objective[: self.n].astype(int)
            others = below[np.maximum(int(limit) - cost, -1) + 1]
            can[: self.n] &= (others >= 0) & (others + cost >= self.bound)
        can[self.n :] = True
        return np.flatnonzero(can)

    def branch(self, price: FloatArray) -> bool:
        """Ask for teams a little above the bound, then for dearer ones, until the first is found."""
        late, now = np.zeros(1, bool), time.monotonic()
        clock = threading.Timer(BRANCH_SECONDS * (self.until - now), late.fill, (True,))
        clock.daemon = True
        clock.start()
        try:
            return self._branch(price, late)
        finally:
            clock.cancel()

    def _branch(self, price: FloatArray, late: NDArray[np.bool_]) -> bool:
        nodes, step, most = NODES, max(1.0, FIRST_STEP * self.bound), float(self.objective[: self.n].sum())
        self.tried(price, self.value, nodes // 2, late, NEAR)
        while self.bound < self.value - SAME and self.bound <= most:
            if self.tried(price, min(self.value, float(np.ceil(self.bound + step))), nodes, late):
                step *= 2
                continue
            if late[0]:
                return False
            step, nodes = max(min(step, self.value - self.bound) / 8, 1.0), 2 * nodes
        return True

    def tried(
        self, price: FloatArray, value: float, nodes: int, late: NDArray[np.bool_], keep: int | None = None
    ) -> bool:
        """Whether all teams cheaper than a value were tried: the best of them is kept, and where there is none, that is a bound."""
        from lianban.engine.matching.branch import search

        value = min(value, float(self.objective[: self.n].sum()) + 1.0)
        below = self.sums(value)
        at = self.left(price, below[int(value)] if len(below) else value - 1.0)
        if keep is not None:
            at = self.nearest(price, at, keep)
        n = int((at < self.n).sum())
        shape = shape_of(self.matrix[:, at], self.least, self.highest[at], self.objective[at], n)
        best, found, _, done = search(shape, self.objective[at[:n]], price, below, self.bound, value, nodes, late)
        if best is not None:
            team = np.zeros(self.n, bool)
            team[at[:n][best]] = True
            self.take(team)
        if done and keep is None:
            self.bound = max(self.bound, self.reached(found))
        return done and keep is None

    def sums(self, value: float) -> FloatArray:
        """[v]: the largest sum of costs below v, up to a value; empty where that is too long a list."""
        if not 0 <= value <= SUMS:
            return np.zeros(0)
        top = int(value)
        if len(self.table) <= top:
            reach, mask = 1, (1 << (top + 1)) - 1
            for one in self.objective[: self.n].astype(int).tolist():
                reach |= (reach << one) & mask if one <= top else 0
            bits = np.array(list(f"{reach:b}"[::-1].ljust(top + 1, "0"))) == "1"
            at = np.where(bits, np.arange(len(bits)), -1)
            self.table = np.concatenate([[-1.0], np.maximum.accumulate(at)[:-1].astype(float)])
        return self.table[: top + 1]

    def reached(self, bound: float) -> float:
        """The smallest sum of costs from a bound on, as far as a team is known."""
        below = self.sums(self.value)
        if not len(below):
            return bound
        sums = np.flatnonzero(below[1:] == np.arange(len(below) - 1))
        return float(min(sums[sums >= bound], default=self.value))

    def nearest(self, price: FloatArray, left: IntArray, keep: int) -> IntArray:
        """Those of the lowest prices, and all helpers."""
        _, reduced = self.reduced(price)
        who = left < self.n
        order = np.argsort(np.where(who, reduced[left], -np.inf), kind="stable")
        return np.asarray(np.sort(left[order[: keep + int((~who).sum())]]))

    def near(self, price: FloatArray) -> bool:
        """The best team among those of the lowest prices; never a proof by itself."""
        everybody = np.arange(len(self.objective))
        self.milp(self.nearest(price, everybody, NEAR), NEAR_SECONDS * (self.until - time.monotonic()))
        return False

    def last(self, price: FloatArray) -> bool:
        """HiGHS, among everybody who can still be part of a better team."""
        left = self.left(price, self.value - 1)
        if self.team is not None and not (left < self.n).any():
            return True
        found = self.milp(left, self.until - time.monotonic())
        below = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
        slip = SAME + 1e-9 * abs(below)
        if np.isfinite(below):
            self.bound = max(self.bound, min(float(np.ceil(below - slip)), self.value))
        return bool(found.status == 2 or (found.status == 0 and self.value <= below + slip))

    def milp(self, left: IntArray, seconds: float) -> Any:
        """Ask HiGHS about some columns, and keep its team."""
        found = milp(
            self.objective[left], constraints=LinearConstraint(self.matrix[:, left], self.least, np.inf),
            integrality=(left < self.n).astype(np.uint8), bounds=Bounds(0, self.highest[left]),
            options={"time_limit": max(seconds, 0.2), "mip_rel_gap": 0.0},
        )  # fmt: skip
        if found.x is not None:
            team = np.zeros(self.n, bool)
            who = left < self.n
            team[left[who]] = found.x[who] > 0.5
            self.take(team)
        return found

    def told(self, proved: bool) -> Status:
        """The word for where the search stands."""
        if self.team is None:
            return "none" if proved else "not decided"
        return "proved optimal" if proved or self.value <= self.bound + SAME else "best found"


@cache
def ready() -> None:
    """Load what is compiled, and compile it on its first use on a machine; that time is not part of a limit."""
    from lianban.engine.matching.branch import search

    one = np.ones(1)
    tiny = shape_of(sparse.csr_array(np.ones((1, 1))), one, one, one, 1)
    search(tiny, one, one, np.zeros(0), 0.0, 2.0, 10, np.zeros(1, bool))
