"""Small networks that can be followed by hand, where more stock hurts, and what is refused."""

import numpy as np
import pytest

from lianban.engine import InvalidNetwork, InvalidShock, SupplyNetwork
from lianban.engine.dynamics import Dynamics

YEAR = 365.0


@pytest.fixture
def row():
    """Ore (0) → steel (1) → cars (2): 1 and 2 of money a day, output = cars."""
    return SupplyNetwork([0, 1], [1, 2], [YEAR, 2 * YEAR], group=[0, 1, 2], output_weight=[0, 0, YEAR])


def test_a_shock_reaches_the_end_after_every_store_and_every_way_is_empty(row):
    for stock, lead, first in ((0, 0, 3), (5, 0, 13), (5, 2, 17), (0, [3, 0], 6)):
        result = Dynamics(row, stock_days=stock, lead_days=lead).run([1, 0, 0], days=40)
        assert result.first_loss_day[2] == first == result.first_output_loss_day
        assert result.survived_days[2] == first - 1
        assert result.lost_days == 40 - (first - 1) and result.back_day is None
        assert result.lost_output == result.lost_days  # one of money a day


def test_what_comes_back_ends_the_loss(row):
    step = Dynamics(row).run([1, 0, 0], recovery_days=10, days=60)
    assert step.output[:2].tolist() == [1, 1] and not step.output[2:12].any() and (step.output[12:] == 1).all()
    assert step.lost_days == 10 and step.back_day == 13
    linear = Dynamics(row).run([1, 0, 0], recovery_days=10, recovery="linear", days=60)
    assert np.abs(linear.output[2:12] - np.arange(10) / 10).max() <= 1e-12
    assert abs(linear.lost_days - 5.5) <= 1e-12


def test_waiting_orders_protect_nothing_but_goods_on_the_way_do(row):
    assert Dynamics(row, order_days=30).run([1, 0, 0]).first_output_loss_day == 3
    assert Dynamics(row, lead_days=30).run([1, 0, 0]).first_output_loss_day == 63


def test_classes_of_inputs_count_as_in_the_cascade():
    # Steel needs ore (3 a day) absolutely, lime (1) a little, and gas (4) not at all.
    network = SupplyNetwork(
        [0, 1, 2], [3, 3, 3], np.array([3, 1, 4]) * YEAR, group=[0, 1, 2, 3], input_class=[2, 1, 0],
        output_weight=[0, 0, 0, 1],
    )  # fmt: skip
    for firm, left in ((0, 0.0), (1, 1 - 1 / 8), (2, 1.0)):
        shock = np.eye(4)[firm]
        assert Dynamics(network).run(shock, days=5).level[3] == left


def test_priority_rules_serve_one_side_first():
    # Firm 0 makes 4 a day: 3 for firm 1, 1 for final use. Half of it fails.
    network = SupplyNetwork([0], [1], [3 * YEAR], group=[0, 1], output_weight=[0, 1])
    told = {}
    for rule in ("proportional", "firms_first", "final_first"):
        dynamics = Dynamics(network, final_demand=[YEAR, YEAR], rationing=rule, channel="supply")
        told[rule] = dynamics.run([0.5, 0], days=5)
    assert told["proportional"].level[1] == 0.5
    assert abs(told["firms_first"].level[1] - 2 / 3) <= 1e-12 and told["firms_first"].balance.sold_final[0] == 0
    assert abs(told["final_first"].level[1] - 1 / 3) <= 1e-12 and told["final_first"].balance.sold_final[0] == 5


def test_a_market_lends_idle_capacity_and_no_more():
    # Twins 0 and 1 make the same for 2 and 3, 10 a day each; with half as much overtime one can save half of the other.
    network = SupplyNetwork([0, 1], [2, 3], [3650.0, 3650.0], group=[0, 0, 1, 2], output_weight=[0, 0, 1, 1])
    for market, left in ((False, 0.0), (True, 0.5)):
        for channel in ("supply", "both"):
            result = Dynamics(network, overtime=0.5, market=market, channel=channel).run([1, 0, 0, 0], days=1 + 1)
            assert result.level[2] == left and result.level[3] == 1
            assert result.level[1] == (1.5 if market else 1)
    pooled = result.balance.pooled
    assert pooled[0] == -pooled[1] == 2 * 5


def test_restocking_takes_from_others_where_nobody_has_overtime_so_more_stock_can_hurt():
    # Firm 0 sells 1 a day each to 1, who keeps stock, and 2, who keeps none. It stops for 5 days.
    network = SupplyNetwork([0, 0], [1, 2], [YEAR, YEAR], group=[0, 1, 2], output_weight=[0, 1, 1])

    def lost(kept, **options):
        dynamics = Dynamics(network, stock_days=[kept, 0], **options)
        return dynamics.run([1, 0, 0], recovery_days=5, days=400).lost_days_of_firm[1:]

    for kept in (0, 1, 3, 5):  # what 1 saves, 2 loses while 1 fills up again
        assert np.abs(lost(kept) - [5 - kept, 5 + kept]).max() <= 1e-6
    assert lost(5, overtime=0.25).tolist() == [0, 5]
    assert lost(5, channel="supply").tolist() == [0, 5]


def test_a_full_store_lets_goods_go_so_more_stock_can_hurt_at_the_wrong_time():
    # Firm 2 needs ore (0, out for 4 days) and coke (1, out for 30, 4 days in store); firm 4 needs what 2 makes and seats
    # (3, out for 4 days). With ore in store firm 2 burns its coke while 4 waits for seats and cannot keep the goods.
    network = SupplyNetwork([0, 1, 2, 3], [2, 2, 4, 4], [YEAR] * 4, group=range(5), output_weight=[0, 0, 0, 0, 1])

    def lost(ore, store):
        dynamics = Dynamics(network, stock_days=[ore, 4, 0, 0], store_days=store, channel="supply")
        return dynamics.run([1, 1, 0, 1, 0], recovery_days=[4, 30, 0, 4, 0], days=60).lost_days

    assert (lost(0, None), lost(4, None)) == (27, 30)
    assert (lost(0, np.inf), lost(4, np.inf)) == (26, 26)


def test_several_weights_groups_and_chosen_firms_are_kept(row):
    weights = np.array([[0, 1], [0, 1], [1, 2]])
    network = SupplyNetwork(row.seller, row.buyer, row.value, row.group, output_weight=weights)
    result = Dynamics(network).run([1, 0, 0], days=4, groups=True, chosen=[2, 0])
    assert result.output.tolist() == [[1, 0.75], [1, 0.5], [0, 0], [0, 0]]
    assert result.lost_days.tolist() == [2, 2.75]
    assert result.chosen_level.tolist() == [[1, 0], [1, 0], [0, 0], [0, 0]]
    assert np.isnan(result.group_output[:, :2]).all() and result.group_output[:, 2].tolist() == [1, 1, 0, 0]


def test_a_result_says_how_it_came_about_and_cannot_be_changed(row):
    result = Dynamics(row, stock_days=[1, 2], overtime=0.1).run([1, 0, 0], recovery_days=3)
    assert result.network_fingerprint == row.fingerprint and result.engine_version.startswith("dynamics")
    assert result.parameters["stock_days"].tolist() == [1, 2] and result.parameters["overtime"] == 0.1
    assert result.parameters["recovery_days"] == 3 and result.parameters["channel"] == "both"
    with pytest.raises(AttributeError):
        result.lost_days = 0
    with pytest.raises(TypeError):
        result.parameters["days"] = 1


def test_everything_wrong_with_the_parameters_is_told_at_once(row):
    with pytest.raises(InvalidNetwork) as told:
        Dynamics(
            row, stock_days=[1, -1], lead_days=[0.5, 0], order_days=[1, 2, 3], overtime=np.nan, restock_days=0,
            rationing="nobody", channel="sideways", final_demand="much",
        )  # fmt: skip
    for word in (
        "slot 1: stock_days is -1", "link 0: lead_days is 0.5, expected whole days", "order_days has shape (3,)",
        "firm 0: overtime is nan", "restock_days is 0", "rationing is 'nobody'", "channel is 'sideways'",
        "final_demand does not hold numbers",
    ):  # fmt: skip
        assert word in str(told.value)
    with pytest.raises(InvalidNetwork, match="do not fit into store_days"):
        Dynamics(row, stock_days=5, store_days=4)
    with pytest.raises(InvalidNetwork, match="GB"):
        Dynamics(row, lead_days=10**9)
    silent = SupplyNetwork([0], [1], [1.0], group=[0, 1], output_weight=[0, 0])
    with pytest.raises(InvalidNetwork, match="add up to 0"):
        Dynamics(silent).run([0, 0])


def test_everything_wrong_with_a_shock_is_told_at_once(row):
    with pytest.raises(InvalidShock) as told:
        Dynamics(row).run([0, 2, 3], recovery_days=[1, -1, 0], recovery="soon", days=0, chosen=[7])
    for word in (
        "row 1: shock is 2.0, expected a share between 0 and 1 (and 1 more)", "row 1: recovery_days is -1",
        "recovery is 'soon'", "days is 0", "chosen names firm 7",
    ):  # fmt: skip
        assert word in str(told.value)
    with pytest.raises(InvalidShock, match="shock has shape"):
        Dynamics(row).run([0, 0])
