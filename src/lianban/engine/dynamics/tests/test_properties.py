"""What must always hold, whatever the network: docs/models/dynamics.md, section on properties."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine.cascade import Cascade
from lianban.engine.cascade.tests.given import networks, shocks
from lianban.engine.dynamics import Dynamics, slots_of
from lianban.engine.dynamics.tests.given import CHANNELS, RATIONING, choices, delays, recoveries, stocks
from lianban.engine.dynamics.tests.judge import plain_twin

CLOSE = 1e-9


@st.composite
def scenes(draw):
    """A network with stocks, delays and choices, and a shock with its recovery."""
    network = draw(networks())
    return (
        network,
        draw(stocks(len(slots_of(network).buyer))),
        draw(delays(network)),
        draw(choices()),
        draw(shocks(network.n_firms)),
        draw(recoveries(network.n_firms)),
    )


def by_group(network, per_slot):
    """Values of slots as a matrix (n_firms, n_groups)."""
    slots, names = slots_of(network), np.unique(network.group)
    matrix = np.zeros((network.n_firms, len(names)))
    matrix[slots.buyer, np.searchsorted(names, slots.group)] = per_slot
    return matrix


@given(scenes())
def test_the_model_equals_its_plain_twin(scene):
    network, stock, delay, choice, shock, recovery = scene
    days = 25
    dynamics = Dynamics(network, stock_days=stock, **delay, **choice)
    result = dynamics.run(shock, days=days, chosen=range(network.n_firms), **recovery)
    levels, stocks_left = plain_twin(
        network, shock, stock=by_group(network, stock), lead=delay["lead_days"], book=delay["order_days"], days=days,
        back=recovery["recovery_days"], gradual=recovery["recovery"] == "linear", restock=choice["restock_days"],
        **{name: choice[name] for name in ("channel", "rationing", "market", "overtime")},
    )  # fmt: skip
    assert np.abs(result.chosen_level - levels).max() <= CLOSE
    scale = max(1.0, network.value.max(initial=0))
    assert np.abs(by_group(network, result.balance.stock_end) - stocks_left).max() <= CLOSE * scale


@given(scenes())
def test_no_shock_no_change_for_ever(scene):
    network, stock, delay, choice, _, recovery = scene
    dynamics = Dynamics(network, stock_days=stock, **delay, **choice)
    result = dynamics.run(np.zeros(network.n_firms), days=400, groups=True, **recovery)
    assert (result.output == 1).all() and result.lost_days == 0 and (result.level == 1).all()
    assert (result.balance.stock_end == result.balance.stock_start).all()
    assert result.back_day is None and not result.first_loss_day.any()
    assert np.nan_to_num(result.group_output, nan=1.0).min(initial=1) == 1


@given(scenes())
def test_goods_are_neither_made_from_nothing_nor_lost(scene):
    network, stock, delay, choice, shock, recovery = scene
    balance = Dynamics(network, stock_days=stock, **delay, **choice).run(shock, days=60, **recovery).balance
    change = balance.stock_end - balance.stock_start
    size = 1 + balance.arrived.max(initial=0) + balance.created.max(initial=0)
    assert (
        np.abs(balance.arrived + balance.outside - balance.used - balance.surplus - change).max(initial=0)
        <= CLOSE * size
    )
    sold = balance.delivered + balance.sold_final
    assert np.abs(balance.created + balance.pooled - sold).max() <= CLOSE * size
    assert abs(balance.pooled.sum()) <= CLOSE * size
    assert (balance.stock_end >= 0).all()
    if choice["channel"] != "demand":
        assert not balance.outside.any()
    if choice["channel"] != "supply":
        assert not balance.surplus.any()


@given(networks(), st.data(), CHANNELS, RATIONING, st.integers(1, 30))
def test_levels_lie_between_nothing_and_capacity_and_stocks_never_below_nothing(
    network, data, channel, rationing, days
):
    shock, stock = data.draw(shocks(network.n_firms)), data.draw(stocks(len(slots_of(network).buyer)))
    dynamics = Dynamics(network, stock_days=stock, channel=channel, rationing=rationing)
    result = dynamics.run(shock, days=days, chosen=range(network.n_firms))
    assert (result.chosen_level >= 0).all() and (result.chosen_level <= 1 - shock).all()
    assert (result.balance.stock_end >= 0).all()


@given(networks(), st.data(), st.booleans())
def test_infinite_stock_means_no_loss_through_inputs(network, data, late):
    shock, recovery = data.draw(shocks(network.n_firms)), data.draw(recoveries(network.n_firms))
    delay = data.draw(delays(network)) if late else {}
    endless = Dynamics(network, stock_days=np.inf, channel="supply", **delay)
    result = endless.run(shock, days=40, chosen=range(network.n_firms), **recovery)
    day, back = np.arange(1, 41)[:, None], recovery["recovery_days"]
    lost = shock * np.where(recovery["recovery"] == "linear", 1 - (day - 1) / np.maximum(back, 1), 1)
    assert np.abs(result.chosen_level - (1 - np.where(day > back, 0, lost))).max() <= 1e-12
    # With both channels only customers can take something away: the same as the demand channel alone.
    both = Dynamics(network, stock_days=np.inf, **delay).run(shock, days=40, **recovery)
    demand = Dynamics(network, channel="demand", **delay).run(shock, days=40, **recovery)
    assert (both.output == demand.output).all() and (both.level == demand.level).all()


@given(networks(), st.data())
def test_without_stock_and_delay_a_day_is_a_step_of_the_cascade(network, data):
    shock, days = data.draw(shocks(network.n_firms)), data.draw(st.sampled_from([1, 2, 5, 40]))
    cascade = Cascade(network, market=False).run(shock, eps=-1, max_iterations=days)
    for channel, level in (("supply", cascade.level_down), ("demand", cascade.level_up)):
        result = Dynamics(network, channel=channel).run(shock, days=days + 1)
        assert np.abs(result.level - level).max() <= 1e-12


@given(networks(), st.data())
def test_in_the_long_run_a_lasting_shock_leaves_the_level_of_the_cascade(network, data):
    shock = data.draw(shocks(network.n_firms))
    cascade = Cascade(network, market=False).run(shock, eps=1e-12, max_iterations=20_000)
    for channel, level in (("supply", cascade.level_down), ("demand", cascade.level_up)):
        result = Dynamics(network, channel=channel).run(shock, days=int(cascade.iterations) + 1)
        assert np.abs(result.level - level).max() <= CLOSE


@given(networks(), st.data())
def test_with_unlimited_stores_more_stock_never_lowers_what_was_made_so_far(network, data):
    n_slots = len(slots_of(network).buyer)
    shock, recovery = data.draw(shocks(network.n_firms)), data.draw(recoveries(network.n_firms))
    less, delay = data.draw(stocks(n_slots)), data.draw(delays(network))
    more = less + data.draw(stocks(n_slots))
    made = []
    for stock in (less, more):
        dynamics = Dynamics(network, stock_days=stock, store_days=np.inf, channel="supply", **delay)
        result = dynamics.run(shock, days=40, chosen=range(network.n_firms), **recovery)
        made.append(result.chosen_level.cumsum(axis=0))
    assert (made[1] >= made[0] - 1e-12 * 40).all()


@given(scenes())
def test_many_cases_at_once_equal_one_by_one(scene):
    from lianban.engine.dynamics import Case

    network, stock, delay, choice, shock, recovery = scene
    dynamics = Dynamics(network, stock_days=stock, **delay, **choice)
    cases = [Case(shock * part, **recovery) for part in (0.0, 0.3, 1.0)]
    together = dynamics.runs(cases, threads=2, days=20)
    for case, result in zip(cases, together, strict=True):
        alone = dynamics.run(case.shock, days=20, **recovery)
        assert (alone.output == result.output).all() and (alone.level == result.level).all()
