"""The face of the cascade: shapes, refusals, reports, and a chain small enough to reckon by hand."""

import numpy as np
import pytest
from scipy import sparse

from lianban.engine import InvalidNetwork, InvalidShock, NotConverged, SupplyNetwork
from lianban.engine.cascade import Cascade, path_to, simulate
from lianban.engine.cascade import model as cascade_model


@pytest.fixture
def network():
    """Ore and lime go into steel (ore essential, lime not), steel into cars; nodes 0 to 3."""
    return SupplyNetwork(
        [0, 1, 2], [2, 2, 3], [3.0, 1.0, 10.0], group=[0, 1, 2, 3], input_class=[2, 1, 2], output_weight=[0, 0, 0, 1]
    )


def test_an_essential_input_stops_the_buyer_and_a_non_essential_one_takes_its_share(network):
    no_ore, no_lime = simulate(network, np.eye(4)[0]), simulate(network, np.eye(4)[1])
    assert no_ore.level_down.tolist() == [0, 1, 0, 0]
    assert no_lime.level_down.tolist() == [1, 0, 0.75, 0.75]
    assert (no_ore.loss, no_lime.loss) == (1.0, 0.25)


def test_a_lost_buyer_takes_its_share_of_the_sales(network):
    result = simulate(network, np.eye(4)[3])
    assert result.level_up.tolist() == [0, 0, 0, 0]
    assert result.level_down.tolist() == [1, 1, 1, 0]


def test_a_small_maker_in_a_large_market_takes_no_more_than_its_market_share():
    network = SupplyNetwork([0, 1], [2, 3], [1.0, 9.0], group=[0, 0, 1, 1])
    result = simulate(network, [1, 0, 0, 0])
    assert result.level_down[2] == pytest.approx(1 - 1 / 9)  # 1 sold by the failed node, 9 left in its market
    assert simulate(network, [1, 0, 0, 0], market=False).level_down[2] == 0


def test_losses_have_one_column_for_each_case_and_weight(network):
    two_weights = SupplyNetwork(
        network.seller,
        network.buyer,
        network.value,
        network.group,
        None,
        network.input_class,
        [[0, 1], [0, 0], [0, 0], [1, 1]],
    )
    assert isinstance(simulate(network, np.eye(4)[0]).loss, float)
    assert simulate(network, np.eye(4)).loss.shape == (4,)
    assert simulate(two_weights, np.eye(4)[0]).loss.tolist() == [1.0, 1.0]
    assert simulate(two_weights, np.eye(4)).loss[:, 1].tolist() == [1.0, 0.125, 1.0, 1.0]


def test_a_table_of_losses_equals_the_results_and_works_in_blocks(network, monkeypatch):
    monkeypatch.setattr(cascade_model, "BLOCK_NUMBERS", 8)
    table = Cascade(network).losses(sparse.eye_array(4))
    assert table.loss.tolist() == simulate(network, np.eye(4)).loss.tolist()
    assert table.require_converged() is table
    assert Cascade(network).losses(np.zeros((4, 0))).loss.shape == (0,)


@pytest.mark.parametrize(
    ("shock", "message"),
    [
        ([0, 0, 0], r"shape \(3,\), expected \(4,\)"),
        ([0, 0, 1.2, 0], "row 2: shock_down is 1.2"),
        ([0, np.nan, 0, 0], "row 1: shock_down is nan"),
        ([[0], [0], [0], [-0.1]], "row 3, case 0: shock_down is -0.1"),
    ],
)
def test_a_bad_shock_is_refused_by_row(network, shock, message):
    with pytest.raises(InvalidShock, match=message):
        simulate(network, shock)


def test_shocks_of_different_shapes_are_refused(network):
    with pytest.raises(InvalidShock, match="shock_up has shape"):
        simulate(network, np.eye(4)[0], np.eye(4))
    with pytest.raises(InvalidShock, match="3 rows"):
        Cascade(network).losses(np.eye(3))


def test_no_output_to_lose_is_refused():
    network = SupplyNetwork([0], [1], [1.0], [0, 1], output_weight=[0, 0])
    with pytest.raises(InvalidNetwork, match="output weights add up to 0"):
        simulate(network, [1, 0])


def test_revenue_must_be_one_amount_for_each_node(network):
    with pytest.raises(InvalidNetwork, match="revenue must be 4"):
        simulate(network, np.eye(4)[0], revenue=[1, 2])


def test_the_cap_is_reported_and_can_be_refused(network):
    result = simulate(network, np.eye(4)[0], max_iterations=1)
    assert not result.converged and "cap of 1 steps" in result.reason
    with pytest.raises(NotConverged, match="cap of 1 steps"):
        result.require_converged()
    with pytest.raises(NotConverged, match="4 of 4 cases"):
        Cascade(network).losses(np.eye(4), max_iterations=1, eps=-1).require_converged()


def test_a_result_says_how_it_came_about_and_cannot_be_changed(network):
    result = simulate(network, np.eye(4)[0], eps=1e-12)
    assert result.network_fingerprint == network.fingerprint
    assert result.engine_version == "cascade 3"
    assert dict(result.parameters) == {
        "eps": 1e-12, "max_iterations": 10_000, "stop": "level", "compatible": False, "market": True, "revenue": False, "costs": False
    }  # fmt: skip
    with pytest.raises(AttributeError):
        result.loss = 0
    with pytest.raises(TypeError):
        result.parameters["eps"] = 1


def test_a_path_names_every_step_back_to_the_shock(network):
    cascade, shock = Cascade(network), np.eye(4)[1]
    steps = path_to(cascade, cascade.run(shock), shock, 3)
    assert [(step.node, step.cause, step.channel) for step in steps] == [(3, 2, "supply"), (2, 1, "supply")]
    assert [step.share for step in steps] == [0.25, 0.25]
    assert path_to(cascade, cascade.run(shock), shock, 1) == []
    no_cars = np.eye(4)[3]
    assert [step.channel for step in path_to(cascade, cascade.run(no_cars), no_cars, 0)] == ["demand", "demand"]


def test_a_path_ends_where_a_circle_closes():
    network = SupplyNetwork([0, 1, 2], [1, 0, 0], [1.0, 1.0, 1.0], group=[0, 1, 2])
    cascade, shock = Cascade(network, market=False), np.array([0, 0, 0.5])
    steps = path_to(cascade, cascade.run(shock, eps=0), shock, 1)
    assert len(steps) <= 3
