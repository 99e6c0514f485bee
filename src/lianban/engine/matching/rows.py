"""The question as linear rows (线性化): every rule as rows a·x ≥ b over whole-number columns.

Columns: one 0/1 for each candidate, then helpers (how many members reach a level, whether a label is there, whether both
of a pair are). Helpers are whole by themselves where candidates are, so that only candidates need branching.
docs/models/matching.md, equations (1) to (6).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import gcd

import numpy as np
from scipy import sparse

from lianban.engine.matching.problem import Count, Rule, Share, TeamProblem
from lianban.engine.network import FloatArray, IntArray


@dataclass(eq=False)
class Rows:
    """Rows ``matrix @ x >= least`` with the key of the rule each belongs to ("" = a helper's definition)."""

    n_candidates: int
    highest: list[float]
    coefficients: list[tuple[IntArray, FloatArray]] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def n_columns(self) -> int:
        """Candidates and helpers."""
        return len(self.highest)

    def column(self, highest: float) -> int:
        """One more helper, between 0 and ``highest``."""
        self.highest.append(highest)
        return len(self.highest) - 1

    def add(self, key: str, at: Iterable[int], values: Iterable[float], least: float) -> None:
        """One more row."""
        self.coefficients.append((np.fromiter(at, np.int64), np.fromiter(values, np.float64)))
        self.least.append(least)
        self.keys.append(key)

    def matrix(self) -> sparse.csr_array:
        """All rows as one sparse matrix."""
        sizes = [len(at) for at, _ in self.coefficients]
        at = np.concatenate([at for at, _ in self.coefficients]) if sizes else np.zeros(0, np.int64)
        values = np.concatenate([v for _, v in self.coefficients]) if sizes else np.zeros(0)
        start = np.concatenate([[0], np.cumsum(sizes)])
        return sparse.csr_array((values, at, start), shape=(len(sizes), self.n_columns))


@dataclass(eq=False)
class Linear:
    """A question as rows with two objectives over the columns: cost and strength, in units of their common steps."""

    rows: Rows
    cost: FloatArray
    strength: FloatArray | None
    cost_step: int
    strength_step: int


def linear(problem: TeamProblem, *, strength: bool, strength_at_least: int | None = None) -> Linear:
    """Write a question down; with ``strength`` also the helpers that strength needs."""
    n = problem.n_candidates
    rows = Rows(n, [0.0 if i in problem.banned and f"ban:{i}" not in problem.waived else 1.0 for i in range(n)])
    waived = problem.waived
    for k in range(problem.n_capabilities):
        who = np.flatnonzero((problem.level[:, k] >= problem.least[k]) & (problem.level[:, k] > 0))
        if problem.copies[k] and f"cover:{k}" not in waived:
            rows.add(f"cover:{k}", who, np.ones(len(who)), float(problem.copies[k]))
    for rule in problem.rules:
        if rule.key not in waived:
            _rule(rows, rule)
    for i, j in problem.conflicts:
        if f"conflict:{i}:{j}" not in waived:
            rows.add(f"conflict:{i}:{j}", (i, j), (-1.0, -1.0), -1.0)
    for i in sorted(problem.pinned):
        if f"pin:{i}" not in waived:
            rows.add(f"pin:{i}", (i,), (1.0,), 1.0)
    step = int(np.gcd.reduce(problem.cost)) or 1
    cost = problem.cost / step
    if problem.budget is not None and "budget" not in waived:
        at = np.flatnonzero(cost)
        rows.add("budget", at, -cost[at], -float(problem.budget // step))
    points, points_step = None, 1
    if strength or strength_at_least is not None:
        points, points_step = _strength(rows, problem)
        if strength_at_least is not None:
            at = np.flatnonzero(points)
            rows.add("strength", at, points[at], float(-(-strength_at_least // points_step)))
    widened = np.zeros(rows.n_columns)
    widened[:n] = cost
    return Linear(rows, widened, points, step, points_step)


def _rule(rows: Rows, rule: Rule) -> None:
    if isinstance(rule, Count):
        among = np.flatnonzero(rule.among)
        if rule.least > 0:
            rows.add(rule.key, among, np.ones(len(among)), float(rule.least))
        if rule.most is not None:
            rows.add(rule.key, among, -np.ones(len(among)), -float(rule.most))
    elif isinstance(rule, Share):
        part = rule.least
        rows.add(rule.key, range(rows.n_candidates), part.denominator * rule.among - float(part.numerator), 0.0)
    else:
        labels = []
        for label in np.unique(rule.label[rule.label >= 0]):
            there, who = rows.column(1.0), np.flatnonzero(rule.label == label)
            rows.add("", [*who, there], [*np.ones(len(who)), -1.0], 0.0)
            labels.append(there)
        rows.add(rule.key, labels, np.ones(len(labels)), float(rule.least))


def _strength(rows: Rows, problem: TeamProblem) -> tuple[FloatArray, int]:
    """Helpers u(k, l) = min(copies, members of level l or more), and points over all columns."""
    worth: dict[int, int] = {}
    for k in range(problem.n_capabilities):
        weight, copies, column = int(problem.weight[k]), int(problem.copies[k]), problem.level[:, k]
        below = 0
        for level in np.unique(column[column > 0]).tolist() if weight and copies else []:
            who = np.flatnonzero(column >= level)
            there = rows.column(float(copies))
            rows.add("", [*who, there], [*np.ones(len(who)), -1.0], 0.0)
            worth[there] = weight * (level - below)
            below = level
    for i, j, bond in problem.bonds:
        if bond:
            both = rows.column(1.0)
            rows.add("", (i, both), (1.0, -1.0), 0.0)
            rows.add("", (j, both), (1.0, -1.0), 0.0)
            worth[both] = bond
    step = gcd(*worth.values()) or 1
    points = np.zeros(rows.n_columns)
    points[list(worth)] = np.array(list(worth.values())) / step
    return points, step
