"""The question (组队问题): who can do what how well, what is needed, and the rules a team has to keep."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.errors import EngineError
from lianban.engine.network import IntArray

MOST = 2**53  # whole numbers above it are no longer exact as floats


class InvalidTeamProblem(EngineError):
    """Levels, costs or rules that make no sense; ``problems`` lists all of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


@dataclass(frozen=True, eq=False)
class Count:
    """Count (人数规则): at least and at most so many members out of some candidates (a kind, a place, all of them)."""

    key: str
    among: NDArray[np.bool_]
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, eq=False)
class Share:
    """Share (占比规则): at least this part of all members comes from some candidates."""

    key: str
    among: NDArray[np.bool_]
    least: Fraction


@dataclass(frozen=True, eq=False)
class Variety:
    """Variety (种类规则): members carry at least so many different labels; a label below 0 counts for nothing."""

    key: str
    label: IntArray
    least: int


Rule = Count | Share | Variety


@dataclass(frozen=True, eq=False)
class TeamProblem:
    """Team problem (组队问题), checked.

    ``level[i, k]`` is how well candidate i has capability k: whole numbers, 0 = not at all. Capability k is covered by
    ``copies[k]`` members of level ``least[k]`` or more. ``cost`` is whole (fen). Strength is Σ_k ``weight[k]`` × (sum of the best
    ``copies[k]`` levels in the team) + points of each ``bonds`` pair (prior cooperation) of which both are in the team.

    Each rule has a key: ``cover:k``, ``conflict:i:j``, ``pin:i``, ``ban:i``, ``budget``, and those of ``rules``. ``without`` gives
    the same problem less some of them.
    """

    level: IntArray
    cost: IntArray
    least: IntArray
    copies: IntArray
    weight: IntArray
    rules: tuple[Rule, ...] = ()
    conflicts: tuple[tuple[int, int], ...] = ()
    bonds: tuple[tuple[int, int, int], ...] = ()
    pinned: frozenset[int] = frozenset()
    banned: frozenset[int] = frozenset()
    budget: int | None = None
    waived: frozenset[str] = frozenset()

    @property
    def n_candidates(self) -> int:
        """Number of candidates (候选数)."""
        return int(self.level.shape[0])

    @property
    def n_capabilities(self) -> int:
        """Number of capabilities (能力数)."""
        return int(self.level.shape[1])

    def rule_keys(self) -> list[str]:
        """Every rule in force, by key."""
        all_keys = [f"cover:{k}" for k in range(self.n_capabilities)]
        all_keys += [rule.key for rule in self.rules]
        all_keys += [f"conflict:{i}:{j}" for i, j in self.conflicts]
        all_keys += [f"pin:{i}" for i in sorted(self.pinned)] + [f"ban:{i}" for i in sorted(self.banned)]
        all_keys += ["budget"] if self.budget is not None else []
        return [key for key in all_keys if key not in self.waived]

    def without(self, keys: Iterable[str]) -> "TeamProblem":
        """The same problem less some rules."""
        return replace(self, waived=self.waived | frozenset(keys))

    def broken(self, members: Iterable[int]) -> list[str]:
        """Rules that a team breaks, in whole numbers and fractions: nothing here is rounded."""
        team = np.zeros(self.n_candidates, bool)
        team[list(members)] = True
        there = (self.level[team] >= self.least) & (self.level[team] > 0)
        found = [f"cover:{k}" for k in np.flatnonzero(there.sum(axis=0) < self.copies)]
        found += [rule.key for rule in self.rules if not _kept(rule, team)]
        found += [f"conflict:{i}:{j}" for i, j in self.conflicts if team[i] and team[j]]
        found += [f"pin:{i}" for i in self.pinned if not team[i]] + [f"ban:{i}" for i in self.banned if team[i]]
        if self.budget is not None and self.cost_of(members) > self.budget:
            found.append("budget")
        return [key for key in found if key not in self.waived]

    def cost_of(self, members: Iterable[int]) -> int:
        """Cost of a team."""
        return sum(int(self.cost[i]) for i in members)

    def strength_of(self, members: Iterable[int]) -> int:
        """Strength of a team, in points."""
        team = sorted(members)
        best = -np.sort(-self.level[team], axis=0)
        points = sum(
            int(self.weight[k]) * int(best[: int(self.copies[k]), k].sum()) for k in range(self.n_capabilities)
        )
        inside = set(team)
        return points + sum(p for i, j, p in self.bonds if i in inside and j in inside)


def team_problem(
    level: ArrayLike,
    cost: ArrayLike,
    *,
    least: ArrayLike = 1,
    copies: ArrayLike = 1,
    weight: ArrayLike = 1,
    rules: Sequence[Rule] = (),
    conflicts: Iterable[tuple[int, int]] = (),
    bonds: Iterable[tuple[int, int, int]] = (),
    pinned: Iterable[int] = (),
    banned: Iterable[int] = (),
    budget: int | None = None,
) -> TeamProblem:
    """Check a question and put it into arrays; single numbers hold for every capability."""
    levels, costs = np.asarray(level), np.asarray(cost)
    if levels.ndim != 2 or costs.shape != levels.shape[:1]:
        raise InvalidTeamProblem([f"levels of shape {levels.shape} and costs of shape {costs.shape} do not fit"])
    n_capabilities = levels.shape[1]
    lowest, twice, weights = (np.broadcast_to(np.asarray(one), (n_capabilities,)) for one in (least, copies, weight))
    pairs = tuple(sorted({(min(i, j), max(i, j)) for i, j in conflicts}))
    known = tuple(sorted((min(i, j), max(i, j), points) for i, j, points in bonds))
    found = TeamProblem(
        levels, costs, lowest, twice, weights, rules=tuple(rules), conflicts=pairs, bonds=known, pinned=frozenset(pinned),
        banned=frozenset(banned), budget=budget,
    )  # fmt: skip
    wrong = _wrong(found)
    if wrong:
        raise InvalidTeamProblem(wrong)
    whole = [np.ascontiguousarray(one, np.int64) for one in (levels, costs, lowest, twice, weights)]
    return replace(found, level=whole[0], cost=whole[1], least=whole[2], copies=whole[3], weight=whole[4])


def _kept(rule: Rule, team: NDArray[np.bool_]) -> bool:
    if isinstance(rule, Count):
        there = int((team & rule.among).sum())
        return there >= rule.least and (rule.most is None or there <= rule.most)
    if isinstance(rule, Share):
        return int((team & rule.among).sum()) >= rule.least * int(team.sum())
    labels = rule.label[team]
    return len(np.unique(labels[labels >= 0])) >= rule.least


def _wrong(problem: TeamProblem) -> list[str]:
    """Everything in a question that makes no sense."""
    n = problem.n_candidates
    wrong = []
    for name, values, lowest in (
        ("level", problem.level, 0), ("cost", problem.cost, 0), ("least", problem.least, 1),
        ("copies", problem.copies, 0), ("weight", problem.weight, 0),
    ):  # fmt: skip
        if values.size and (values.dtype.kind not in "iu" or values.min() < lowest):
            wrong.append(f"{name}: expected whole numbers, at least {lowest}")
    if not wrong and float(problem.cost.astype(float).sum()) > MOST:
        wrong.append("the costs add up to more than 2^53: give them in a larger unit")
    for rule in problem.rules:
        there = rule.label if isinstance(rule, Variety) else rule.among
        if np.shape(there) != (n,):
            wrong.append(f"rule {rule.key}: it speaks of {np.shape(there)} candidates, expected ({n},)")
    keys = [rule.key for rule in problem.rules]
    if len(set(keys)) < len(keys) or any(key.split(":")[0] in _OWN for key in keys):
        wrong.append("keys of rules must differ from each other and from cover, conflict, pin, ban, budget")
    named = [i for pair in problem.conflicts for i in pair] + [i for bond in problem.bonds for i in bond[:2]]
    if any(not 0 <= i < n for i in [*named, *problem.pinned, *problem.banned]):
        wrong.append(f"a candidate is named that is none of the {n}")
    if any(i == j for i, j in problem.conflicts) or any(i == j for i, j, _ in problem.bonds):
        wrong.append("a candidate is paired with itself")
    if any(points < 0 for _, _, points in problem.bonds):
        wrong.append("points for prior cooperation are at least 0")
    return wrong


_OWN = {"cover", "conflict", "pin", "ban", "budget"}
