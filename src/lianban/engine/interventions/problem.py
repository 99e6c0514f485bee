"""The question (组合问题): actions with costs, a budget, scenarios with probabilities, and what is to be small."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.errors import EngineError
from lianban.engine.network import FloatArray

Objective = Literal["expected", "worst", "cvar"]
OBJECTIVES: tuple[Objective, ...] = ("expected", "worst", "cvar")
SAME = 1e-12  # values that agree so far are the same value


class InvalidProblem(EngineError):
    """A budget, cost or probability that makes no sense; ``problems`` lists all of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


class Losses(Protocol):
    """What scenarios lose when some actions are taken (情景损失); an action is a bit of ``taken``, number 0 the lowest.

    ``matters`` has shape (n_scenarios, n_actions): False where an action provably cannot change a scenario, whatever else is
    taken. ``at_least`` has shape (n_scenarios,): no set of actions brings a scenario below.
    """

    matters: NDArray[np.bool_]
    at_least: FloatArray

    def losses(self, asked: Sequence[tuple[int, int]]) -> FloatArray:
        """Loss of each (scenario, taken)."""
        ...


@dataclass(frozen=True, eq=False)
class Problem:
    """Problem (组合问题), checked.

    Parameters
    ----------
    costs : yuan, one for each action, at least 0
    budget : yuan, at least 0
    probabilities : one for each scenario, each in [0, 1], at most 1 in all: scenarios exclude each other, and with what is
        left nothing happens. None: all the same, 1 / n.
    objective : "expected" Σ p × loss; "worst" the largest loss; "cvar" the mean loss in the worst 1 − ``alpha`` of what may happen
    exclusive : a name for each action, or None; of the actions of one name at most one is taken
    """

    costs: FloatArray
    budget: float
    probabilities: FloatArray
    uniform: bool
    objective: Objective
    alpha: float
    conflicts: tuple[int, ...]

    def __init__(
        self,
        costs: ArrayLike,
        budget: float,
        n_scenarios: int,
        *,
        probabilities: ArrayLike | None = None,
        objective: Objective = "expected",
        alpha: float = 0.9,
        exclusive: Sequence[Hashable] | None = None,
    ) -> None:
        prices = np.asarray(costs, np.float64).reshape(-1)
        uniform = probabilities is None
        weights = (
            np.full(n_scenarios, 1.0 / max(n_scenarios, 1))
            if probabilities is None
            else np.asarray(probabilities, float)
        )
        names: list[Hashable] = list(exclusive) if exclusive is not None else [None] * len(prices)
        _refuse(prices, budget, n_scenarios, weights, objective, alpha, names)
        conflicts = tuple(
            sum(1 << other for other, name in enumerate(names) if name is not None and name == own and other != at)
            for at, own in enumerate(names)
        )
        for field, content in (
            ("costs", prices), ("budget", float(budget)), ("probabilities", weights), ("uniform", uniform),
            ("objective", objective), ("alpha", float(alpha)), ("conflicts", conflicts),
        ):  # fmt: skip
            object.__setattr__(self, field, content)

    @property
    def n_actions(self) -> int:
        """Number of actions (措施数)."""
        return len(self.costs)

    def cost(self, taken: int) -> float:
        """Cost of some actions together, in yuan."""
        return float(sum(self.costs[at] for at in bits(taken)))

    def affordable(self, taken: int) -> bool:
        """Whether some actions may be taken together: within the budget, and none excludes another."""
        return self.compatible(taken) and self.cost(taken) <= self.budget * (1 + 1e-12)

    def compatible(self, taken: int) -> bool:
        """Whether no action excludes another."""
        return not any(self.conflicts[at] & taken for at in bits(taken))

    def values(self, losses: FloatArray) -> FloatArray:
        """Objective of each row of losses, shape (n, n_scenarios)."""
        if self.objective == "expected":
            return losses @ self.probabilities
        if self.objective == "worst":
            return np.asarray(losses[:, self.probabilities > 0].max(axis=1, initial=0.0))
        return self._tail_mean(losses)

    def _tail_mean(self, losses: FloatArray) -> FloatArray:
        tail = 1.0 - self.alpha
        order = np.argsort(-losses, axis=1, kind="stable")
        sorted_losses = np.take_along_axis(losses, order, axis=1)
        mass = self.probabilities[order]
        before = np.cumsum(mass, axis=1) - mass
        inside = np.clip(tail - before, 0.0, mass)  # with what is left to 1 nothing is lost
        return np.asarray((inside * sorted_losses).sum(axis=1) / tail)


def bits(taken: int) -> list[int]:
    """Numbers of the actions in a set."""
    return [at for at in range(taken.bit_length()) if taken >> at & 1]


def _refuse(
    prices: FloatArray,
    budget: float,
    n_scenarios: int,
    weights: FloatArray,
    objective: str,
    alpha: float,
    names: list[Hashable],
) -> None:
    """Refuse a question that makes no sense, with everything that is wrong."""
    wrong = [
        f"action {at}: the cost is {prices[at]}, expected at least 0"
        for at in np.flatnonzero(~(prices >= 0) | np.isinf(prices))
    ]
    if not (np.isfinite(budget) and budget >= 0):
        wrong.append(f"the budget is {budget}, expected at least 0")
    if not n_scenarios:
        wrong.append("there is no scenario")
    if weights.shape != (n_scenarios,):
        wrong.append(f"{weights.size} probabilities for {n_scenarios} scenarios")
    else:
        wrong += [
            f"scenario {at}: the probability is {weights[at]}, expected between 0 and 1"
            for at in np.flatnonzero(~((weights >= 0) & (weights <= 1)))
        ]
        if weights.sum() > 1 + 1e-9:
            wrong.append(f"the probabilities add up to {weights.sum():.6g}, more than 1: scenarios exclude each other")
    if objective not in OBJECTIVES:
        wrong.append(f"objective {objective!r} is none of {', '.join(OBJECTIVES)}")
    if not 0 <= alpha < 1:
        wrong.append(f"alpha is {alpha}, expected at least 0 and below 1")
    if len(names) != len(prices):
        wrong.append(f"{len(names)} exclusive names for {len(prices)} actions")
    if wrong:
        raise InvalidProblem(wrong)
