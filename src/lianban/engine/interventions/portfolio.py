"""The best portfolio under a budget (预算内最优组合): proved where sets are few enough, the best found otherwise."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lianban.engine.interventions.problem import SAME, Losses, Problem, bits
from lianban.engine.interventions.search import Evaluated, greedy, rank
from lianban.engine.network import FloatArray, IntArray

Status = Literal["proved optimal", "best found", "none"]
Reason = Literal["no action", "nothing affordable", "nothing lost", "no gain"]
MAX_SETS = (
    2**18
)  # affordable sets that a proof may go through: always enough for 15 actions, and for more where money is short
LONGEST = 62  # actions that fit into the bits of a number
MAX_EVALUATIONS = 200_000  # cascades that a proof may cost


@dataclass(frozen=True)
class Choice:
    """Choice (一组措施): numbers of the actions, what they cost in yuan, and the objective with them."""

    actions: tuple[int, ...]
    cost: float
    value: float


@dataclass(frozen=True)
class Interaction:
    """Interaction (措施间相互作用) of two actions: what they gain together minus the sum of what each gains alone."""

    first: int
    second: int
    together: float
    apart: float

    @property
    def surplus(self) -> float:
        """Above 0 they need each other; below 0 one makes the other less useful."""
        return self.together - self.apart


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Portfolio (措施组合).

    ``status`` is "proved optimal", "best found" or "none", with ``reason`` why there is none. ``bound`` is a proved lower
    bound of the objective, None where none is known; ``gap`` = value − bound. ``curve`` is the Pareto curve of cost against
    objective, ``curve_proved`` where no better one exists. Losses have one entry for each scenario.
    """

    status: Status
    reason: Reason | None
    best: Choice
    greedy: Choice
    bound: float | None
    value_before: float
    losses_before: FloatArray
    losses_after: FloatArray
    curve: tuple[Choice, ...]
    curve_proved: bool
    alone: FloatArray
    last: FloatArray
    interactions: tuple[Interaction, ...]
    n_evaluated: int

    @property
    def gap(self) -> float | None:
        """How much better another portfolio could be at most."""
        return None if self.bound is None else max(0.0, self.best.value - self.bound)

    @property
    def greedy_gap(self) -> float | None:
        """How much worse the greedy choice is than the best one; None where the best is not proved."""
        return self.greedy.value - self.best.value if self.status != "best found" else None


def best_portfolio(
    losses: Losses,
    problem: Problem,
    *,
    max_sets: int = MAX_SETS,
    max_evaluations: int = MAX_EVALUATIONS,
) -> Portfolio:
    """Find the set of actions with the smallest objective within the budget; among equals the cheapest.

    Every affordable set is either evaluated in full or excluded by a proved bound (:func:`_proved`), unless there are more
    than ``max_sets`` of them or it takes more than ``max_evaluations`` cascades: then the greedy choice is given.
    """
    evaluated = Evaluated(losses, problem)
    chosen = greedy(evaluated)
    by_greedy = _choice(evaluated, chosen)
    single = [1 << at for at in range(problem.n_actions)]
    before = evaluated.value(0)
    alone = before - evaluated.values(single) if single else np.zeros(0)
    sets = _affordable_sets(problem, (1 << problem.n_actions) - 1, max_sets)
    complete = sets is not None and _proved(evaluated, sets, max_evaluations)
    if complete:
        chosen = min(
            (one for one in evaluated.known() if problem.affordable(one)), key=lambda one: rank(evaluated, one)
        )
    best = _choice(evaluated, chosen)
    bound = best.value if complete else _bound(evaluated, max_evaluations)
    status, reason = _status(evaluated, chosen, bound is not None and best.value - bound <= SAME)
    last = np.full(problem.n_actions, np.nan)
    for at in bits(chosen):
        last[at] = evaluated.value(chosen & ~(1 << at)) - best.value
    return Portfolio(
        status=status,
        reason=reason,
        best=best,
        greedy=by_greedy,
        bound=bound,
        value_before=before,
        losses_before=evaluated.losses([0])[0],
        losses_after=evaluated.losses([chosen])[0],
        curve=_curve(evaluated),
        curve_proved=complete,
        alone=alone,
        last=last,
        interactions=_interactions(evaluated, alone),
        n_evaluated=evaluated.n_evaluated,
    )


def _choice(evaluated: Evaluated, taken: int) -> Choice:
    return Choice(tuple(bits(taken)), evaluated.problem.cost(taken), evaluated.value(taken))


def _status(evaluated: Evaluated, chosen: int, proved: bool) -> tuple[Status, Reason | None]:
    problem = evaluated.problem
    if chosen:
        return ("proved optimal" if proved else "best found"), None
    if not problem.n_actions:
        return "none", "no action"
    if evaluated.value(0) <= SAME:
        return "none", "nothing lost"
    if not any(problem.affordable(1 << at) for at in range(problem.n_actions)):
        return "none", "nothing affordable"
    return "none", "no gain"


def _affordable_sets(problem: Problem, among: int, most: int) -> IntArray | None:
    """Every set of some actions that may be taken; None where they are more than ``most``."""
    if problem.n_actions > LONGEST:
        return None
    sets, cost = np.zeros(1, np.int64), np.zeros(1)
    for at in bits(among):
        more = cost + problem.costs[at]
        fits = (more <= problem.budget * (1 + 1e-12)) & (sets & problem.conflicts[at] == 0)
        sets, cost = np.concatenate([sets, sets[fits] | 1 << at]), np.concatenate([cost, more[fits]])
        if len(sets) > most:
            return None
    return sets


def _proved(evaluated: Evaluated, left: IntArray, max_evaluations: int) -> bool:
    """Evaluate every set that is not provably worse than one that costs no more; False where that is too much work.

    Scenario by scenario, the largest first: what is known of a set, with the smallest possible loss for the scenarios
    that are still to come, bounds its objective from below (the objective grows with every loss). A set stays only while
    that bound is not above the best objective known at its cost or below. Nothing is assumed of how actions work
    together.
    """
    problem, base = evaluated.problem, evaluated.losses([0])[0]
    least = np.tile(np.minimum(evaluated.at_least, base), (len(left), 1))
    taken = left[:, None] >> np.arange(problem.n_actions) & 1
    cost = taken @ problem.costs
    for at in np.argsort(-problem.probabilities * base, kind="stable").tolist():
        asked, which = np.unique(left & evaluated.matters[at], return_inverse=True)
        if evaluated.n_evaluated + len(asked) > max_evaluations:
            return False
        least[:, at] = evaluated.scenario(at, asked.tolist())[which]
        stays = problem.values(least) <= _best_at(evaluated, cost) + SAME
        left, cost, least = left[stays], cost[stays], least[stays]
    evaluated.tell(left.tolist(), problem.values(least).tolist())
    return True


def _best_at(evaluated: Evaluated, cost: FloatArray) -> FloatArray:
    """Best objective known of sets that cost no more, for each cost."""
    known = [
        (evaluated.problem.cost(one), value)
        for one, value in evaluated.known().items()
        if evaluated.problem.affordable(one)
    ]
    known.sort()
    prices = np.array([price for price, _ in known])
    values = np.minimum.accumulate([value for _, value in known])
    return np.asarray(values[np.searchsorted(prices, cost * (1 + 1e-12), side="right") - 1])


def _bound(evaluated: Evaluated, max_evaluations: int) -> float | None:
    """Objective if every scenario could have the best affordable set for itself; None where that is too much work.

    No set can do better, since each scenario loses at least its own smallest loss.
    """
    problem, least = evaluated.problem, np.zeros((1, evaluated.n_scenarios))
    own = [_affordable_sets(problem, matters, max_evaluations) for matters in evaluated.matters]
    if any(sets is None for sets in own) or sum(len(sets) for sets in own if sets is not None) > max_evaluations:
        return None
    for at, sets in enumerate(own):
        least[0, at] = evaluated.scenario(at, [] if sets is None else sets.tolist()).min()
    return float(problem.values(least)[0])


def _curve(evaluated: Evaluated) -> tuple[Choice, ...]:
    """Of all affordable sets known, those that no cheaper one equals or beats."""
    sets = [one for one in evaluated.known() if evaluated.problem.affordable(one)]
    sets.sort(key=lambda one: (evaluated.problem.cost(one), *rank(evaluated, one)))
    found: list[Choice] = []
    for one in sets:
        value = evaluated.value(one)
        if not found or value < found[-1].value - SAME:
            found.append(_choice(evaluated, one))
    return tuple(found)


def _interactions(evaluated: Evaluated, alone: FloatArray) -> tuple[Interaction, ...]:
    """Pairs whose gain together is not the sum of both, the largest difference first; whatever they cost."""
    problem = evaluated.problem
    pairs = [(a, b) for b in range(problem.n_actions) for a in range(b) if problem.compatible(1 << a | 1 << b)]
    if not pairs:
        return ()
    together = evaluated.value(0) - evaluated.values([1 << a | 1 << b for a, b in pairs])
    found = [
        Interaction(a, b, float(gain), float(alone[a] + alone[b])) for (a, b), gain in zip(pairs, together, strict=True)
    ]
    return tuple(sorted((one for one in found if abs(one.surplus) > 1e-9), key=lambda one: -abs(one.surplus)))
