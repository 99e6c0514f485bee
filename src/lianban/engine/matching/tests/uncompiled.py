"""Small questions answered by our own search and by HiGHS alone, where numba is switched off (NUMBA_DISABLE_JIT=1)."""

from fractions import Fraction

import numpy as np

from lianban.engine.matching import Count, Share, TeamProblem, Variety, best_team, solve, team_problem


def question(seed: int, n: int = 9, k: int = 3) -> TeamProblem:
    """Every rule at once; one in a few has no team."""
    rng = np.random.default_rng(seed)
    kind, costs = rng.integers(0, 3, n), rng.integers(0, 6, n) * 200
    rules = [
        Count("size", np.ones(n, bool), 1, int(rng.integers(2, 7))), Variety("kinds", kind, int(rng.integers(1, 3))),
        Share("firms", kind == 0, Fraction(1, 3)),
    ]  # fmt: skip
    return team_problem(
        rng.integers(0, 4, (n, k)), costs, least=rng.integers(1, 3, k), copies=rng.integers(0, 3, k), rules=rules,
        conflicts=[(0, 1), (2, 5)], pinned=[int(rng.integers(n))] if seed % 3 == 0 else [], banned=[8], budget=2_000,
    )  # fmt: skip


def main() -> None:
    """Ask both about the same questions."""
    seen = set()
    for seed in range(12):
        solve.SMALL, solve.NODES = 99, 5_000
        told = best_team(question(seed), strength_at_least=4 if seed % 2 else None)
        solve.SMALL = 0
        own = best_team(question(seed), strength_at_least=4 if seed % 2 else None)
        assert (own.status, own.cost, own.bound) == (told.status, told.cost, told.bound), (seed, own, told)
        seen.add(own.status)
    assert seen == {"proved optimal", "none"}
    print("12 as judged")


if __name__ == "__main__":
    main()
