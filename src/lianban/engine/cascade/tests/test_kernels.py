"""The kernels against the plain way: equal steps and 1e-12, on both roads, whatever the threads and the neighbours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from lianban.engine import Cancelled, InvalidShock, SupplyNetwork
from lianban.engine.cascade import Cascade, model
from lianban.engine.cascade import fast as fast_module
from lianban.engine.cascade.fast import FastCascade, as_shocks
from lianban.engine.cascade.tests.given import networks, shocks
from lianban.engine.synthetic import firm_network

WIDE, NEVER = -1, 10**12  # visits after which a walk goes on in a lane


def kernels(cascade: Cascade, down, up=None, *, budget, eps=0.01, most=10_000, **options):
    """Losses and steps of the cases, by the kernels alone."""
    columns = [sparse.csc_array(one) for one in (down, down if up is None else up)]
    cascade.fast.budget = budget
    watched = {"threads": 1, "progress": None, "cancel": None, **options}
    found = cascade.fast.run(as_shocks(*columns, cascade.fast.place), eps=eps, max_iterations=most, **watched)
    total = np.atleast_1d(cascade.network.output_weight.sum(axis=0))
    return np.stack([found.both / total, found.down / total, found.up / total]), found.steps, found.fall <= eps


def allowed(plain):
    """1e-12; more for cases in which little of some level is left: rounding grows by one over what is left of a market."""
    left = np.where(plain.level_down > 0, plain.level_down, 1).min(axis=0)
    return np.where(left > 1e-3, 1e-12, 1e-8)


@given(
    st.data(),
    networks(n_min=2, n_max=12),
    st.booleans(),
    st.sampled_from([0.01, 1e-4, 1e-12]),
    st.sampled_from([WIDE, 6, NEVER]),
)
def test_kernels_give_the_plain_numbers(data, network, market, eps, budget):
    cascade = Cascade(network, market=market)
    n = network.n_firms
    down = np.stack([*np.eye(n), data.draw(shocks(n)), data.draw(shocks(n))], axis=1)
    up = np.stack([*np.eye(n), data.draw(shocks(n)), np.zeros(n)], axis=1)
    plain = cascade.run(down, up, eps=eps, max_iterations=300)
    losses, steps, settled = kernels(cascade, down, up, budget=budget, eps=eps, most=300)
    expected = np.stack([plain.loss, plain.loss_down, plain.loss_up])
    same = steps == plain.iterations
    # A fall of exactly eps can go either way by rounding; with 1e-12 that is the size of the fall itself.
    assert same.all() or eps == 1e-12
    assert (np.abs(losses[:, :, 0] - expected) <= allowed(plain))[:, same].all()
    assert (settled == plain.converged)[same].all()


@given(networks(n_min=3, n_max=10), st.integers(0, 2**32 - 1))
def test_revenue_costs_and_several_weights_reach_the_kernels(network, seed):
    rng = np.random.default_rng(seed)
    n = network.n_firms
    cascade = Cascade(network, revenue=rng.integers(0, 5, n), costs=rng.integers(0, 5, n))
    plain = cascade.run(np.eye(n), max_iterations=300)
    for budget in (WIDE, NEVER):
        losses, steps, _ = kernels(cascade, np.eye(n), budget=budget, most=300)
        assert (np.abs(losses[0, :, 0] - plain.loss) <= allowed(plain)).all()
        assert (steps == plain.iterations).all()


def test_a_fall_of_exactly_eps_is_judged_by_levels_as_the_plain_way_does():
    """1 − 0.99 is a little more than 0.01, so a share of exactly one percent takes a second step."""
    links = ([0, 1, 2, 3], [4, 4, 4, 1], [1.0, 49.0, 50.0, 5.0])
    cascade = Cascade(SupplyNetwork(*links, group=[0, 0, 0, 1, 2]), market=False)
    plain = cascade.run(np.eye(5))
    assert plain.iterations[0] == 2 and cascade.run(np.eye(5)[0], eps=0.0100001).iterations == 1
    for budget in (WIDE, NEVER):
        _, steps, _ = kernels(cascade, np.eye(5), budget=budget)
        assert steps.tolist() == plain.iterations.tolist()


def test_reference_networks_go_through_the_kernels_on_both_roads(reference):
    network, folder = reference("n5000")
    table = np.loadtxt(folder / "market_eps1e-2.csv", delimiter=",", skiprows=1)
    firms = table[::7, 0].astype(int) - 1
    shock = sparse.csc_array((np.ones(len(firms)), (firms, np.arange(len(firms)))), shape=(network.n_firms, len(firms)))
    cascade = Cascade(network)
    for budget in (WIDE, 500, NEVER):
        losses, steps, settled = kernels(cascade, shock, budget=budget)
        assert np.abs(losses[:, :, 0].T - table[::7, 1:4]).max() <= 1e-12
        assert (steps == table[::7, 4]).all() and settled.all()


def test_a_case_gives_the_same_bytes_whatever_threads_chunks_and_neighbours(monkeypatch):
    network = firm_network(2_000, family="x4", seed=3)
    cascade = Cascade(network)
    whole = cascade.failures(threads=1)
    monkeypatch.setattr(fast_module, "CHUNK", 33)
    spread = cascade.failures(threads=3)
    order = np.random.default_rng(0).permutation(network.n_firms)[:400]
    some = cascade.failures(order)
    for name in ("loss", "loss_down", "loss_up", "iterations", "converged"):
        assert getattr(spread, name).tobytes() == getattr(whole, name).tobytes()
        assert getattr(some, name).tobytes() == getattr(whole, name)[order].tobytes()


def test_a_caller_hears_of_progress_and_can_cancel_and_go_on(monkeypatch):
    network = firm_network(2_000, family="x4", seed=3)
    monkeypatch.setattr(fast_module, "CHUNK", 100)
    cascade, told = Cascade(network), []
    expected = cascade.failures(range(300))
    cascade.failures(threads=1, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (2_000, 2_000) and [done for done, _ in told] == sorted(done for done, _ in told)
    for threads in (1, 2):
        with pytest.raises(Cancelled, match="of 2000 cases"):
            cascade.failures(threads=threads, cancel=lambda: True)
    assert cascade.failures(range(300)).loss.tobytes() == expected.loss.tobytes()  # the workspace was left clean


def test_small_networks_and_other_rules_go_the_plain_way(monkeypatch):
    network = firm_network(200, seed=1)
    assert network.n_links < model.KERNELS_FROM_LINKS
    monkeypatch.setattr(FastCascade, "run", None)
    Cascade(network).failures()
    monkeypatch.setattr(model, "KERNELS_FROM_LINKS", 0)
    Cascade(network).failures([0], stop="loss")
    for cascade in (Cascade(network), Cascade(firm_network(200, seed=1), kernels=True)):
        with pytest.raises(TypeError):
            cascade.failures([0])


def test_bad_shares_are_refused_by_row_and_case_on_the_fast_road_too(monkeypatch):
    monkeypatch.setattr(model, "KERNELS_FROM_LINKS", 0)
    shock = np.zeros((50, 3))
    shock[7, 2] = 1.5
    with pytest.raises(InvalidShock, match=r"row 7, case 2: shocks is 1.5"):
        Cascade(firm_network(50, seed=1)).losses(shock)
