"""What must always hold, whatever the network: docs/models/cascade.md, section on properties."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lianban.engine import SupplyNetwork
from lianban.engine.cascade import simulate
from lianban.engine.cascade.tests.given import networks, shocks
from lianban.engine.cascade.tests.judge import plain_twin

CLOSE = 1e-12


@settings(deadline=None)
@given(networks(), st.data(), st.booleans(), st.booleans(), st.sampled_from([0.01, 1e-6]))
def test_the_model_equals_its_plain_twin(network, data, market, compatible, eps):
    down, up = data.draw(shocks(network.n_firms)), data.draw(shocks(network.n_firms))
    options = {"eps": eps, "market": market, "compatible": compatible}
    result = simulate(network, down, up, max_iterations=60, **options)
    twin_down, twin_up, steps = plain_twin(network, down, up, steps=60, **options)
    assert result.iterations == steps
    assert np.abs(result.level_down - twin_down).max() <= CLOSE
    assert np.abs(result.level_up - twin_up).max() <= CLOSE


@settings(deadline=None)
@given(networks(), st.data(), st.sampled_from([0.01, 1e-12]))
def test_levels_lie_between_nothing_and_what_the_shock_leaves(network, data, eps):
    down, up = data.draw(shocks(network.n_firms)), data.draw(shocks(network.n_firms))
    result = simulate(network, down, up, eps=eps, max_iterations=300)
    assert (result.level_down >= 0).all() and (result.level_down <= 1 - down).all()
    assert (result.level_up >= 0).all() and (result.level_up <= 1 - up).all()
    assert 0 <= max(result.loss_down, result.loss_up) <= result.loss + CLOSE
    assert result.loss <= 1 + CLOSE


@settings(deadline=None)
@given(networks())
def test_no_shock_no_change(network):
    result = simulate(network, np.zeros(network.n_firms))
    assert (result.level == 1).all() and result.loss == 0 and result.iterations == 1


@settings(deadline=None)
@given(networks(), st.data())
def test_renaming_nodes_and_groups_only_renames_the_result(network, data):
    shock = data.draw(shocks(network.n_firms))
    new = np.array(data.draw(st.permutations(range(network.n_firms))), int)
    rows = np.array(data.draw(st.permutations(range(network.n_links))), int)
    old = np.argsort(new)
    renamed = SupplyNetwork(
        new[network.seller][rows],
        new[network.buyer][rows],
        network.value[rows],
        group=100 - 7 * network.group[old],
        market=3 + network.market[old],
        input_class=network.input_class[rows],
        output_weight=network.output_weight[old],
    )
    before, after = simulate(network, shock), simulate(renamed, shock[old])
    assert before.iterations == after.iterations
    assert np.abs(before.level_down - after.level_down[new]).max() <= CLOSE
    assert np.abs(before.level_up - after.level_up[new]).max() <= CLOSE
    assert abs(before.loss - after.loss) <= CLOSE


@settings(deadline=None)
@given(networks(), networks(), st.data(), st.sampled_from([0.01, 1e-12]))
def test_an_unconnected_component_leaves_the_rest_as_it_is(one, other, data, eps):
    shock = data.draw(shocks(one.n_firms))
    n = one.n_firms
    both = SupplyNetwork(
        np.r_[one.seller, n + other.seller],
        np.r_[one.buyer, n + other.buyer],
        np.r_[one.value, other.value],
        group=np.r_[one.group, 10 + other.group],
        market=np.r_[one.market, 10 + other.market],
        input_class=np.r_[one.input_class, other.input_class],
        output_weight=np.r_[one.output_weight, other.output_weight],
    )
    alone = simulate(one, shock, eps=eps, max_iterations=300)
    together = simulate(both, np.r_[shock, np.zeros(other.n_firms)], eps=eps, max_iterations=300)
    assert (together.level[:n] == alone.level).all() and (together.level[n:] == 1).all()
    lost_alone = alone.loss * one.output_weight.sum()
    assert abs(together.loss * both.output_weight.sum() - lost_alone) <= CLOSE * max(1, lost_alone)


@settings(deadline=None)
@given(networks(), st.data(), st.integers(1, 12), st.booleans())
def test_after_equal_steps_a_worse_shock_never_raises_a_level(network, data, steps, market):
    mild, extra = data.draw(shocks(network.n_firms)), data.draw(shocks(network.n_firms))
    worse = np.maximum(mild, extra)
    # With eps below 0 no case stops early. Rounding is monotone too, so no tolerance is needed.
    before = simulate(network, mild, eps=-1, max_iterations=steps, market=market)
    after = simulate(network, worse, eps=-1, max_iterations=steps, market=market)
    assert (after.level_down <= before.level_down).all()
    assert (after.level_up <= before.level_up).all()


@settings(deadline=None)
@given(networks(spreads=[0.5, 1.0]), st.data(), st.booleans(), st.sampled_from([0.0, 1e-12]))
def test_at_convergence_a_worse_shock_never_raises_a_level(network, data, market, eps):
    mild, extra = data.draw(shocks(network.n_firms)), data.draw(shocks(network.n_firms))
    before = simulate(network, mild, eps=eps, market=market)
    after = simulate(network, np.maximum(mild, extra), eps=eps, market=market)
    assume(before.converged and after.converged)
    tolerance = 0 if eps == 0 else 1e-9  # the page says how far 1e-12 can be trusted, and where it cannot
    assert (after.level_down <= before.level_down + tolerance).all()
    assert (after.level_up <= before.level_up + tolerance).all()


@settings(deadline=None)
@given(networks(), st.data())
def test_many_cases_at_once_equal_one_by_one(network, data):
    cases = np.stack([data.draw(shocks(network.n_firms)) for _ in range(4)], axis=1)
    together = simulate(network, cases)
    for k in range(4):
        alone = simulate(network, cases[:, k])
        assert (together.level_down[:, k] == alone.level_down).all()
        assert together.iterations[k] == alone.iterations and together.loss[k] == alone.loss
