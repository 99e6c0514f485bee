"""The best portfolio: held against every subset, one by one."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianban.engine.interventions import InvalidProblem, Problem, best_portfolio


class Listed:
    """Losses from a table: any number for any set, so that nothing can be assumed of them."""

    def __init__(self, table, matters=None):
        self.table = table
        n_scenarios, n_sets = table.shape
        self.matters = np.ones((n_scenarios, int(np.log2(n_sets))), bool) if matters is None else matters
        self.at_least = table.min(axis=1) * 0.5
        self.asked = 0

    def losses(self, asked):
        self.asked += len(asked)
        return np.array([self.table[at, taken] for at, taken in asked])


def plain_value(problem, losses):
    """The objective of one set, as a person would work it out."""
    pairs = sorted(zip(losses, problem.probabilities, strict=True), reverse=True)
    if problem.objective == "expected":
        return sum(loss * p for loss, p in pairs)
    if problem.objective == "worst":
        return max((loss for loss, p in pairs if p > 0), default=0.0)
    tail = left = 1 - problem.alpha
    value = 0.0
    for loss, p in pairs:
        value, left = value + loss * min(p, left), left - min(p, left)
    return value / tail


def every_set(problem, losses):
    """Brute force: objective and cost of every affordable set."""
    found = {}
    for n in range(problem.n_actions + 1):
        for some in combinations(range(problem.n_actions), n):
            taken = sum(1 << at for at in some)
            if problem.affordable(taken):
                row = [
                    losses.table[s, sum(1 << at for at in some if losses.matters[s, at])]
                    for s in range(len(losses.table))
                ]
                found[taken] = (plain_value(problem, row), sum(problem.costs[at] for at in some))
    return found


@st.composite
def questions(draw):
    n_actions, n_scenarios = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = rng.random((n_scenarios, 2**n_actions))
    if draw(st.booleans()):  # losses that mostly fall with more actions, as real ones do
        size = np.array([bin(taken).count("1") for taken in range(2**n_actions)])
        table = np.clip(table * 0.3 + 0.7 - 0.1 * size, 0, 1)
    matters = rng.random((n_scenarios, n_actions)) < draw(st.sampled_from([0.5, 1.0]))
    costs = rng.integers(0, 5, n_actions).astype(float)
    p = rng.dirichlet(np.ones(n_scenarios)) * draw(st.sampled_from([1.0, 0.4]))
    problem = Problem(
        costs, draw(st.sampled_from([0.0, 3.0, 6.0, 99.0])), n_scenarios,
        probabilities=draw(st.sampled_from([None, p])), objective=draw(st.sampled_from(["expected", "worst", "cvar"])),
        alpha=draw(st.sampled_from([0.0, 0.5, 0.9])), exclusive=draw(st.sampled_from([None, list(rng.integers(0, 3, n_actions))])),
    )  # fmt: skip
    return Listed(table, matters), problem


@given(questions())
@settings(max_examples=60)
def test_the_proved_optimum_is_the_best_of_all_sets(question):
    losses, problem = question
    sets = every_set(problem, losses)
    least = min(value for value, _ in sets.values())

    found = best_portfolio(losses, problem)

    assert found.best.value == pytest.approx(least, abs=1e-9)
    assert found.status in ("proved optimal", "none")
    assert found.best.cost <= problem.budget
    assert found.best.cost <= min(cost for value, cost in sets.values() if value <= least + 1e-13) + 1e-9
    assert found.greedy_gap >= -1e-12
    assert found.gap == 0
    assert (found.status == "none") == (not found.best.actions)


@given(questions())
@settings(max_examples=60)
def test_the_curve_is_that_of_all_sets(question):
    losses, problem = question
    sets = sorted((cost, value) for value, cost in every_set(problem, losses).values())
    front, best = [], np.inf
    for cost, value in sets:
        if value < best - 1e-9:
            front, best = [one for one in front if one[0] < cost] + [(cost, value)], value

    found = best_portfolio(losses, problem)

    assert found.curve_proved
    np.testing.assert_allclose([(one.cost, one.value) for one in found.curve], front, atol=1e-9)


@given(questions())
def test_a_bound_without_proof_is_still_a_bound(question):
    losses, problem = question
    least = min(value for value, _ in every_set(problem, losses).values())

    found = best_portfolio(losses, problem, max_sets=0)

    assert found.status in ("best found", "none", "proved optimal")
    assert found.bound <= least + 1e-12
    assert found.status != "proved optimal" or found.best.value == pytest.approx(least, abs=1e-11)
    assert not found.curve_proved


def needing_both():
    """Loss 1 unless both actions are taken; a third takes off a tenth."""
    table = np.array([[1.0 - 0.8 * (taken & 3 == 3) - 0.1 * (taken >> 2) for taken in range(8)]])
    return Listed(table)


def test_two_actions_worth_nothing_singly_are_found_and_told():
    losses = needing_both()

    found = best_portfolio(losses, Problem([3, 3, 1], 6, 1))

    assert found.best.actions == found.greedy.actions == (0, 1)
    assert found.alone[:2].tolist() == [0, 0]
    assert (found.interactions[0].first, found.interactions[0].second) == (0, 1)
    assert found.interactions[0].surplus == pytest.approx(0.8)


def test_greedy_may_miss_and_says_by_how_much():
    """Three actions that only work together: no pair gains anything, so that greedy stays with the fourth."""
    table = np.array(
        [[1.0 - 0.9 * (taken & 7 == 7) - 0.1 * (taken >> 3 & 1) * (taken & 7 != 7) for taken in range(16)]]
    )

    found = best_portfolio(Listed(table), Problem([1, 1, 1, 1], 3, 1))

    assert found.best.actions == (0, 1, 2)
    assert found.greedy.actions == (3,)
    assert found.greedy_gap == pytest.approx(0.8)


def test_too_much_work_for_a_proof_gives_the_best_found():
    losses = Listed(np.random.default_rng(1).random((2, 2**8)))
    problem = Problem(np.ones(8), 4, 2)

    found = best_portfolio(losses, problem, max_evaluations=20)

    assert found.status == "best found"
    assert found.gap is None and found.bound is None and found.greedy_gap is None


def test_more_actions_than_fit_into_a_number_are_searched():
    """Seventy actions, each takes a little off one of two scenarios."""

    class Many:
        matters = np.arange(70)[None, :] % 2 == np.arange(2)[:, None]
        at_least = np.zeros(2)

        def losses(self, asked):
            return np.array([1.0 - 0.01 * taken.bit_count() for _, taken in asked])

    found = best_portfolio(Many(), Problem(np.ones(70), 3, 2), max_evaluations=100)

    assert (found.status, found.best.cost, found.bound) == ("best found", 3, None)
    assert found.best.value == pytest.approx(1 - 0.015)


def test_scenarios_are_asked_only_for_actions_that_matter():
    matters = np.array([[True, False, False], [False, True, True]])
    losses = Listed(np.random.default_rng(2).random((2, 8)), matters)

    found = best_portfolio(losses, Problem([1, 1, 1], 3, 2))

    assert losses.asked == found.n_evaluated <= 2 + 4


@pytest.mark.parametrize(
    ("costs", "budget", "table", "reason"),
    [
        ([], 5, [[0.5]], "no action"),
        ([2], 0, [[0.5, 0.1]], "nothing affordable"),
        ([2], 1, [[0.5, 0.1]], "nothing affordable"),
        ([0], 0, [[0.0, 0.0]], "nothing lost"),
        ([1], 5, [[0.5, 0.5]], "no gain"),
        ([1], 5, [[0.5, 0.7]], "no gain"),
    ],
)
def test_none_says_why(costs, budget, table, reason):
    found = best_portfolio(Listed(np.array(table)), Problem(costs, budget, 1))

    assert (found.status, found.reason) == ("none", reason)
    assert found.best.actions == () and found.best.cost == 0


def test_a_budget_of_nothing_takes_what_costs_nothing():
    found = best_portfolio(Listed(np.array([[0.5, 0.4]])), Problem([0], 0, 1))

    assert (found.status, found.best.actions) == ("proved optimal", (0,))


def test_of_two_sizes_one_is_taken():
    table = np.array([[1.0, 0.6, 0.5, 0.1]])

    found = best_portfolio(Listed(table), Problem([1, 2], 9, 1, exclusive=["stock", "stock"]))

    assert found.best.actions == (1,)
    assert not found.interactions  # what cannot be taken together has no effect together


def test_everything_wrong_is_told_at_once():
    with pytest.raises(InvalidProblem) as told:
        Problem([1, -2, np.nan], -1, 2, probabilities=[0.9, 1.2], objective="mean", alpha=1, exclusive=["a"])

    assert len(told.value.problems) == 8
