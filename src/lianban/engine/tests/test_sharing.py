"""The Shapley value against its definition over orders of arrival, its axioms, and the interval of the sampled one."""

import itertools
import math
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine.sharing import InvalidSharing, Task, shapley, shapley_of_tasks

CAPABILITIES = "abcd"
members = st.lists(st.frozensets(st.sampled_from(CAPABILITIES)), min_size=1, max_size=5)
tasks = st.lists(
    st.builds(Task, st.integers(0, 10**15), st.frozensets(st.sampled_from(CAPABILITIES), min_size=1)), max_size=4
)


def by_orders(worth, n):
    """The definition itself: the mean of what a member adds over all orders of arrival."""
    total = [Fraction(0)] * n
    orders = list(itertools.permutations(range(n)))
    for order in orders:
        there = 0
        for member in order:
            total[member] += Fraction(worth(there | 1 << member)) - Fraction(worth(there))
            there |= 1 << member
    return tuple(one / len(orders) for one in total)


def earned(held, wanted):
    """What a coalition earns, said once more and plainly."""

    def worth(coalition):
        has = set().union(*(held[m] for m in range(len(held)) if coalition >> m & 1))
        return sum(task.worth for task in wanted if task.needs <= has)

    return worth


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(-100, 100), min_size=2**n - 1, max_size=2**n - 1)))
def test_any_game_agrees_with_the_definition(values):
    worth, n = [0, *values], (len(values) + 1).bit_length() - 1
    found = shapley(lambda coalition: worth[coalition], n)
    assert found.value == by_orders(lambda coalition: worth[coalition], n)
    assert sum(found.value) == found.total == worth[-1]


@given(members, tasks)
def test_tasks_agree_with_the_definition(held, wanted):
    found = shapley_of_tasks(held, wanted)
    assert found.exact and found.value == found.low == found.high == by_orders(earned(held, wanted), len(held))
    assert sum(found.value) == found.total == earned(held, wanted)(2 ** len(held) - 1)
    assert all(sum(column) == found.value[m] for m, column in enumerate(zip(*found.by_task, strict=True)))


@given(members, tasks)
def test_who_adds_nothing_gets_nothing_and_equals_get_the_same(held, wanted):
    found = shapley_of_tasks([*held, held[0], frozenset()], wanted)
    assert found.value[0] == found.value[-2] and found.value[-1] == 0


def test_what_nobody_can_do_pays_nobody():
    found = shapley_of_tasks([{"a"}], [Task(100, {"a"}), Task(50, {"a", "z"})])
    assert (found.value, found.total, found.undone) == ((Fraction(100),), Fraction(100), (1,))


def test_forty_members_are_exact_where_each_task_concerns_few():
    held = [{f"c{m // 2}"} for m in range(40)]
    found = shapley_of_tasks(held, [Task(10, {f"c{m}", f"c{m + 1}"}) for m in range(19)])
    assert found.exact and sum(found.value) == found.total == 190


@pytest.mark.parametrize("seed", range(5))
def test_the_sampled_value_lies_in_its_interval(seed):
    # One need held by 17 members, another by one: by symmetry the one gets 17/18 of it, each other 1/306.
    held = [{"rare"}, *({"common"} for _ in range(17))]
    found = shapley_of_tasks(held, [Task(306_000, {"rare", "common"})], n_orders=4_000, seed=seed)
    truth = [289_000, *[1_000] * 17]
    assert not found.exact and sum(found.value) == found.total == 306_000
    assert all(low <= one <= high for low, one, high in zip(found.low, truth, found.high, strict=True))
    assert found == shapley_of_tasks(held, [Task(306_000, {"rare", "common"})], n_orders=4_000, seed=seed)


def by_weights(worth, n):
    """Equation (1) with floats: another way for more members than the definition can take."""
    chance = [1 / (n * math.comb(n - 1, joined)) for joined in range(n)]
    worths = np.array([worth(coalition) for coalition in range(1 << n)], float)
    sizes = np.array([coalition.bit_count() for coalition in range(1 << n)])
    found = []
    for member in range(n):
        without = np.flatnonzero(~np.arange(1 << n) >> member & 1)
        found.append(float(np.dot(np.array(chance)[sizes[without]], worths[without | 1 << member] - worths[without])))
    return found


def test_sampled_intervals_hold_the_exact_value():
    draw = random.Random(4)
    held = [set(draw.sample(CAPABILITIES, draw.choice([1, 1, 2]))) for _ in range(16)]
    wanted = [Task(1_000, "abcd"), Task(500, "ab"), Task(70, "c")]
    truth = by_weights(earned(held, wanted), 16)
    for seed in range(5):
        found = shapley_of_tasks(held, wanted, n_orders=20_000, seed=seed)
        assert not found.exact and sum(found.value) == found.total == 1_570
        assert all(low <= one <= high for low, one, high in zip(found.low, truth, found.high, strict=True))
        assert max(high - low for low, high in zip(found.low, found.high, strict=True)) < 60


def test_nonsense_is_refused_with_all_its_reasons():
    with pytest.raises(InvalidSharing) as refused:
        shapley_of_tasks([], [Task(-1, {"a"}), Task(1, set())], n_orders=3, confidence=1.0)
    assert len(refused.value.problems) == 5
    with pytest.raises(InvalidSharing):
        shapley(lambda _: 0, 16)
    with pytest.raises(InvalidSharing):
        shapley(lambda _: 1, 2)
