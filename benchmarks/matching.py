"""Teams of 2,000 candidates and 60 capabilities: proved in how many seconds of wall time, by family of questions.

Families differ in how many capabilities a candidate has and how costs follow from them; those where costs are in proportion, or all
the same, are known to be hard for set covering. Every question has kinds, sizes, shares and conflicts; misses are counted.
"""

import time
from fractions import Fraction
from typing import Any

import numpy as np

from lianban.engine.matching import Count, Share, TeamProblem, Variety, best_team, team_problem

N, K, GOAL, LIMIT = 2_000, 60, 10.0, 60.0
FAMILIES: dict[str, tuple[int, int, str]] = {
    "specialists": (1, 4, "free"),
    "mixed": (3, 12, "free"),
    "generalists": (6, 30, "free"),
    "twice covered": (2, 8, "free"),
    "clones": (2, 8, "free"),
    "costs in proportion": (2, 8, "proportional"),
    "costs nearly equal": (2, 8, "equal"),
}


def question(family: str, seed: int, n: int = N, k: int = K) -> TeamProblem:
    """One seeded question; costs in whole 万元."""
    rng = np.random.default_rng([seed, *family.encode()])
    low, high, costs = FAMILIES[family]
    have = rng.integers(low, high + 1, n)
    common = rng.dirichlet(np.full(k, 2.0))
    level = np.zeros((n, k), np.int64)
    for i in range(n):
        what = rng.choice(k, have[i], replace=False, p=common)
        level[i, what] = rng.integers(1, 5, have[i])
    if costs == "free":
        cost = np.exp(rng.normal(4, 0.6, n))
    elif costs == "proportional":
        cost = 20 * have * np.exp(rng.normal(0, 0.15, n))
    else:
        cost = np.full(n, 100.0) + rng.integers(0, 2, n)
    cost = np.maximum(1, np.round(cost)).astype(np.int64)
    kind = rng.choice(6, n, p=[0.5, 0.15, 0.15, 0.05, 0.1, 0.05])
    place = rng.integers(0, 14, n)
    if family == "clones":
        origin = rng.integers(0, n // 10, n)
        level, cost, kind, place = level[origin], cost[origin], kind[origin], place[origin]
    copies = rng.integers(1, 4, k) if family == "twice covered" else np.ones(k, np.int64)
    least = rng.integers(1, 3, k)
    pairs = {(int(min(p)), int(max(p))) for p in rng.integers(0, n, (500, 2)) if p[0] != p[1]}
    rules = [
        Count("size", np.ones(n, bool), 6, 40), Share("firms", kind == 0, Fraction(1, 2)), Variety("kinds", kind, 3),
        Variety("places", place, 3), Count("university", kind == 1, 1),
    ]  # fmt: skip
    return team_problem(level, cost * 10_000_00, least=least, copies=copies, rules=rules, conflicts=pairs)


def measure(problem: TeamProblem, objective: Any) -> tuple[str, float, float, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    team = best_team(problem, objective=objective, seconds=LIMIT)
    return team.status, time.perf_counter() - wall, time.process_time() - cpu, team


def figures(quick: bool = False) -> dict[str, Any]:
    """Seconds of each question, and how many were proved within the goal."""
    seeds = range(1 if quick else 5)
    best_team(question("specialists", 99, 50, 8))  # load everything once
    found: dict[str, Any] = {
        "candidates": N,
        "capabilities": K,
        "goal_seconds": GOAL,
        "limit_seconds": LIMIT,
        "families": {},
    }
    for family in FAMILIES:
        rows = []
        for seed in seeds:
            problem = question(family, seed)
            status, wall, cpu, team = measure(problem, "cost")
            row = {
                "seed": seed,
                "cost": {"status": status, "wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "gap": team.gap},
            }
            if team.found:
                richer = team_problem(
                    problem.level, problem.cost, least=problem.least, copies=problem.copies, rules=problem.rules,
                    conflicts=problem.conflicts, budget=int(team.cost * 1.3),
                )  # fmt: skip
                status, wall, cpu, other = measure(richer, "strength")
                row["strength"] = {"status": status, "wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "gap": other.gap}
            rows.append(row)
        told = {}
        for objective in ("cost", "strength"):
            took = [row[objective] for row in rows if objective in row]
            inside = [one for one in took if one["status"] in ("proved optimal", "none") and one["wall_s"] < GOAL]
            told[objective] = {
                "questions": len(took), "proved_within_goal": len(inside),
                "slowest_wall_s": max((one["wall_s"] for one in took), default=None),
                "median_wall_s": round(float(np.median([one["wall_s"] for one in took])), 2) if took else None,
            }  # fmt: skip
        found["families"][family] = {**told, "each": rows}
        print(f"   {family}: {told}", flush=True)
    return found


def table(found: dict[str, Any]) -> str:
    lines = [f"{'family':<22}{'aim':<10}{'proved < 10 s':>14}{'median':>9}{'slowest':>9}"]
    for family, told in found["families"].items():
        for objective in ("cost", "strength"):
            one = told[objective]
            lines.append(
                f"{family:<22}{objective:<10}{one['proved_within_goal']:>9} of {one['questions']}{one['median_wall_s'] or 0:>9.2f}{one['slowest_wall_s'] or 0:>9.2f}"
            )
    return "\n".join(lines)
