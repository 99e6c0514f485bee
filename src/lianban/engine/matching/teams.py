"""Teams (团队组建): the best one, what to relax where there is none, the price of each wish, the cost–strength curve."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from lianban.engine.matching.problem import TeamProblem
from lianban.engine.matching.rows import Linear, linear
from lianban.engine.matching.solve import Found, SolverDisagrees, Status, smallest
from lianban.engine.network import FloatArray

Objective = Literal["cost", "strength"]
SECONDS = 60.0
Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Team:
    """Team (团队).

    ``status``: "proved optimal", "best found", "none" (proved), or "not decided". ``value`` is the cost or the strength that was asked
    for; ``bound`` the proved limit: no team costs less, or is stronger. ``gap`` = their distance. Members are numbers.
    """

    status: Status
    objective: Objective
    members: tuple[int, ...]
    cost: int
    strength: int
    bound: int | None
    seconds: float
    time_limit: float

    @property
    def value(self) -> int:
        """Cost or strength, whichever was asked for."""
        return self.cost if self.objective == "cost" else self.strength

    @property
    def gap(self) -> int | None:
        """How much better another team could be at most; None where no bound or no team is known."""
        return None if self.bound is None or not self.found else abs(self.value - self.bound)

    @property
    def found(self) -> bool:
        """Whether there is a team."""
        return self.status in ("proved optimal", "best found")


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Relaxation (放宽方案): rules without which there is a team. ``proved``: no smaller set does it."""

    keys: tuple[str, ...]
    team: Team
    proved: bool


@dataclass(frozen=True, slots=True)
class Price:
    """Price of a wish (要求的代价): what the best team would be without one rule, and how much worse the rule makes it."""

    key: str
    without: Team
    price: int | None
    proved: bool


def best_team(
    problem: TeamProblem,
    *,
    objective: Objective = "cost",
    seconds: float = SECONDS,
    strength_at_least: int | None = None,
) -> Team:
    """The cheapest team, or the strongest one (within the budget, where the problem has one), that keeps every rule."""
    question = linear(problem, strength=objective == "strength", strength_at_least=strength_at_least)
    found = smallest(question, _objective(question, objective), seconds=seconds)
    return _team(problem, question, found, objective, seconds, strength_at_least)


def relaxations(
    problem: TeamProblem, *, keep: Iterable[str] = (), most: int = 5, seconds: float = SECONDS
) -> list[Relaxation]:
    """Smallest sets of rules without which there is a team, up to ``most`` of them; none of ``keep`` is touched.

    An empty list: even without all other rules there is no team, or time ran out. Where there is a team already, one empty set.
    """
    keys = [key for key in problem.rule_keys() if key not in set(keep)]
    found: list[tuple[str, ...]] = []
    proved = True
    while len(found) < most:
        chosen, sure = _fewest(problem, keys, found, seconds)
        if chosen is None or (found and len(chosen) > len(found[0])):
            break
        proved = proved and sure
        found.append(chosen)
        if not chosen:
            break
    return [
        Relaxation(one, best_team(problem.without(one), seconds=seconds), proved)
        for one in sorted(found, key=lambda one: (len(one), one))
    ]


def prices(
    problem: TeamProblem,
    team: Team,
    keys: Sequence[str] | None = None,
    *,
    seconds: float = SECONDS,
    step: Step | None = None,
) -> list[Price]:
    """What each wish costs, all others kept: pins and bans, rules, budget; without ``keys`` all of these."""
    asked = (
        [k for k in problem.rule_keys() if k.split(":")[0] not in ("cover", "conflict")] if keys is None else list(keys)
    )
    found = []
    for at, key in enumerate(asked):
        if step:
            step(at, len(asked))
        other = best_team(problem.without([key]), objective=team.objective, seconds=seconds)
        both = team.found and other.found
        sure = team.status == other.status == "proved optimal"
        found.append(Price(key, other, abs(team.value - other.value) if both else None, sure))
    return found


def curve(problem: TeamProblem, *, points: int = 8, seconds: float = SECONDS, step: Step | None = None) -> list[Team]:
    """The cost–strength curve: the cheapest team, the strongest one, and between them the strongest under budgets evenly spread.

    Each is the cheapest of its strength; one that another equals or beats in both is left out.
    """
    cheapest = best_team(problem, objective="cost", seconds=seconds)
    if not cheapest.found:
        return []
    strongest = _cheapest_of(problem, best_team(problem, objective="strength", seconds=seconds), seconds)
    budgets = np.linspace(cheapest.cost, strongest.cost, max(points, 2))[:-1].astype(np.int64).tolist()
    found = [strongest]
    for at, budget in enumerate(sorted(set(budgets))):
        if step:
            step(at, len(budgets))
        team = best_team(_with_budget(problem, budget), objective="strength", seconds=seconds)
        if team.found:
            found.append(_cheapest_of(problem, team, seconds))
    found.sort(key=lambda one: (one.cost, -one.strength))
    kept: list[Team] = []
    for one in found:
        if not kept or one.strength > kept[-1].strength:
            kept.append(one)
    return kept


def _with_budget(problem: TeamProblem, budget: int) -> TeamProblem:
    return replace(problem, budget=budget, waived=problem.waived - {"budget"})


def _cheapest_of(problem: TeamProblem, team: Team, seconds: float) -> Team:
    """The cheapest team at least as strong; both must be proved for the pair to be."""
    other = best_team(
        _with_budget(problem, team.cost), objective="cost", seconds=seconds, strength_at_least=team.strength
    )
    if not other.found:
        return team
    sure: Status = "proved optimal" if team.status == other.status == "proved optimal" else "best found"
    return Team(
        sure, "strength", other.members, other.cost, other.strength, team.bound, team.seconds + other.seconds, seconds
    )


def _objective(question: Linear, objective: Objective) -> FloatArray:
    if objective == "cost":
        return question.cost
    assert question.strength is not None
    return -question.strength


def _team(
    problem: TeamProblem, question: Linear, found: Found, objective: Objective, seconds: float, floor: int | None
) -> Team:
    """Check the solver's team in whole numbers, and say what was found in the units of the problem."""
    step = question.cost_step if objective == "cost" else -question.strength_step
    bound = round(found.bound) * step if np.isfinite(found.bound) else None
    if found.columns is None:
        return Team(found.status, objective, (), 0, 0, bound, found.seconds, seconds)
    members = tuple(np.flatnonzero(found.columns[: problem.n_candidates] > 0.5).tolist())
    broken = problem.broken(members)
    cost, strength = problem.cost_of(members), problem.strength_of(members)
    value = cost if objective == "cost" else strength
    if broken or (floor is not None and strength < floor) or value != round(found.value) * step:
        raise SolverDisagrees(f"the solver's team breaks {', '.join(broken) or 'its own value'} in whole numbers")
    return Team(found.status, objective, members, cost, strength, bound, found.seconds, seconds)


def _fewest(
    problem: TeamProblem, keys: Sequence[str], known: Sequence[tuple[str, ...]], seconds: float
) -> tuple[tuple[str, ...] | None, bool]:
    """The fewest rules to drop so that a team exists, other than those known; None where there is none."""
    question = linear(_unbanned(problem, keys), strength=False)
    rows = question.rows
    n_columns = rows.n_columns
    slack = {key: rows.column(1.0) for key in keys}
    for i in sorted(problem.banned):
        if f"ban:{i}" in slack:
            rows.add(f"ban:{i}", (i,), (-1.0,), 0.0)
    highest = np.array(rows.highest)
    for at, key in enumerate(rows.keys):
        if key in slack:
            where, values = rows.coefficients[at]
            lowest = float((np.minimum(values, 0.0) * highest[where]).sum())
            rows.coefficients[at] = (
                np.append(where, slack[key]), np.append(values, max(0.0, rows.least[at] - lowest)),
            )  # fmt: skip
    for one in known:
        rows.add("", [slack[key] for key in one], -np.ones(len(one)), 1.0 - len(one))
    cost = np.zeros(rows.n_columns)
    cost[n_columns:] = 1.0
    whole = np.zeros(rows.n_columns, np.uint8)
    whole[: problem.n_candidates] = 1
    whole[n_columns:] = 1
    found = milp(
        cost, constraints=LinearConstraint(rows.matrix(), np.array(rows.least), np.inf), integrality=whole,
        bounds=Bounds(0, highest), options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )  # fmt: skip
    if found.x is None:
        return None, found.status == 2
    return tuple(sorted(key for key, at in slack.items() if found.x[at] > 0.5)), found.status == 0


def _unbanned(problem: TeamProblem, keys: Sequence[str]) -> TeamProblem:
    """Bans that may be dropped become rows, so that they can be bought."""
    return problem.without([key for key in keys if key.startswith("ban:")])
