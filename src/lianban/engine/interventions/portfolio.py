"""The best portfolio under a budget (预算内最优组合): exact where actions are few, the best found otherwise."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lianban.engine.interventions.problem import SAME, Losses, Problem, bits
from lianban.engine.interventions.search import Evaluated, greedy, rank
from lianban.engine.network import FloatArray

Status = Literal["proved optimal", "best found", "none"]
Reason = Literal["no action", "nothing affordable", "nothing lost", "no gain"]
EXACT_ACTIONS = 15  # 32,768 sets at most
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
    exact_actions: int = EXACT_ACTIONS,
    max_evaluations: int = MAX_EVALUATIONS,
) -> Portfolio:
    """Find the set of actions with the smallest objective within the budget; among equals the cheapest.

    Up to ``exact_actions`` candidates every affordable set is either evaluated in full or excluded by a proved bound
    (:func:`_proved`), unless that takes more than ``max_evaluations`` cascades. Beyond, the greedy choice is given.
    """
    evaluated = Evaluated(losses, problem)
    chosen = greedy(evaluated)
    by_greedy = _choice(evaluated, chosen)
    single = [1 << at for at in range(problem.n_actions)]
    before = evaluated.value(0)
    alone = before - evaluated.values(single) if single else np.zeros(0)
    sets = _affordable_sets(problem) if problem.n_actions <= exact_actions else None
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


def _affordable_sets(problem: Problem) -> list[int]:
    """Every set that may be taken."""
    found = [0]
    for at in range(problem.n_actions):
        own = 1 << at
        found += [taken | own for taken in found if problem.affordable(taken | own)]
    return found


def _proved(evaluated: Evaluated, sets: list[int], max_evaluations: int) -> bool:
    """Evaluate every set that is not provably worse than one that costs no more; False where that is too much work.

    Scenario by scenario, the largest first: what is known of a set, with the smallest possible loss for the scenarios
    that are still to come, bounds its objective from below (the objective grows with every loss). A set stays only while
    that bound is not above the best objective known at its cost or below. Nothing is assumed of how actions work
    together.
    """
    problem = evaluated.problem
    least = np.tile(np.minimum(evaluated.at_least, evaluated.losses([0])[0]), (len(sets), 1))
    left = np.array(sets, object)
    cost = np.array([problem.cost(one) for one in sets])
    order = np.argsort(-problem.probabilities * evaluated.losses([0])[0], kind="stable")
    for at in order.tolist():
        some = left.tolist()
        asked = {one & evaluated.matters[at] for one in some}
        if evaluated.n_evaluated + len(asked) > max_evaluations:
            return False
        least[:, at] = evaluated.scenario(at, some)
        bound = problem.values(least)
        stays = bound <= _best_at(evaluated, cost) + SAME
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
    sets_of: list[list[int]] = []
    for matters in evaluated.matters:
        if matters.bit_count() > EXACT_ACTIONS:
            return None
        sets_of.append(_subsets(problem, matters))
    if sum(map(len, sets_of)) > max_evaluations:
        return None
    for at, sets in enumerate(sets_of):
        least[0, at] = evaluated.scenario(at, sets).min()
    return float(problem.values(least)[0])


def _subsets(problem: Problem, matters: int) -> list[int]:
    found = [0]
    for at in bits(matters):
        found += [taken | 1 << at for taken in found if problem.affordable(taken | 1 << at)]
    return found


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
