"""Time to survive, and how much stock buys how much safety."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine import InvalidShock, SupplyNetwork
from lianban.engine.cascade.tests.given import networks
from lianban.engine.dynamics import Dynamics, slots_of, stock_curve, stock_needed, time_to_survive
from lianban.engine.dynamics.tests.given import stocks


@pytest.fixture
def row():
    """Ore (0) → steel (1) → cars (2); steel holds 5 days of ore, cars 2 days of steel."""
    network = SupplyNetwork([0, 1], [1, 2], [365.0, 730.0], group=[0, 1, 2], output_weight=[0, 0, 1])
    return Dynamics(network, stock_days=[5, 2])


def test_time_to_survive_counts_stocks_and_what_is_noticed_counts_ways_too(row):
    told = time_to_survive(row, [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]], days=50)
    assert told.days.tolist() == [5 + 2, 2, 0, np.inf]
    assert told.noticed_days.tolist() == [5 + 1 + 2 + 1, 2 + 1, 0, np.inf]
    assert told.horizon == 50 and told.parameters["stock_days"].tolist() == [5, 2]


def test_the_curve_falls_by_a_day_for_each_day_of_stock(row):
    curve = stock_curve(row, row.slots.find(group=0), [4, 11, 30], [1, 0, 0], recovery_days=20)
    assert curve.extra_days.tolist() == [0, 4, 11, 30]
    assert np.abs(curve.lost_days - [13, 9, 2, 0]).max() <= 1e-9
    assert np.abs(curve.avoided_days - [0, 4, 11, 13]).max() <= 1e-9


def test_the_stock_needed_is_the_smallest_that_lasts(row):
    need = stock_needed(row, row.slots.find(buyer=1), [1, 0, 0], recovery_days=20)
    assert need.extra_days == 13 and abs(need.lost_days_before - 1) <= 1e-9 and need.lost_days_left == 0
    for enough in (7, 0.5, 0):
        assert stock_needed(row, row.slots.find(buyer=1), [1, 0, 0], recovery_days=enough).extra_days == 0


def test_stock_of_the_wrong_thing_does_not_help_and_says_so(row):
    need = stock_needed(row, row.slots.find(buyer=1), [0, 1, 0], recovery_days=20)
    assert need.extra_days is None and "18 days of output are still lost" in need.reason


def test_slots_and_recoveries_that_make_no_sense_are_refused(row):
    for slots in ([], [2], [-1]):
        with pytest.raises(InvalidShock, match="slots must name"):
            stock_needed(row, slots, [1, 0, 0], recovery_days=5)
    with pytest.raises(InvalidShock, match="recovery_days"):
        stock_needed(row, [0], [1, 0, 0], recovery_days=np.inf)


@given(networks(), st.data(), st.integers(1, 12))
def test_what_is_found_is_what_trying_every_day_finds(network, data, back):
    n_slots = len(slots_of(network).buyer)
    if not n_slots:
        return
    stock, slot = data.draw(stocks(n_slots)), data.draw(st.integers(0, n_slots - 1))
    dynamics = Dynamics(network, stock_days=stock, channel="supply", store_days=np.inf)
    shock = np.zeros(network.n_firms)
    shock[data.draw(st.integers(0, network.n_firms - 1))] = 1

    survived = time_to_survive(dynamics, [shock], days=60).days[0]
    need = stock_needed(dynamics, [slot], shock, recovery_days=back, days=60)

    for days in range(1, 13):
        costs = dynamics.run(shock, recovery_days=days, days=60).first_output_loss_day > 0
        assert costs == (days > survived)
    for days in range(back + 1):
        more = stock.copy()
        more[slot] += days
        free = not dynamics.with_stock(more).run(shock, recovery_days=back, days=60).first_output_loss_day
        assert free == (need.extra_days is not None and days >= need.extra_days)
