"""An edit's effect computed in part equals a full run of the edited network."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from lianban.engine import SupplyNetwork, synthetic
from lianban.engine.cascade import Cascade, model
from lianban.engine.interventions import Baseline, close_firm, edited, move_purchases, set_links
from lianban.engine.interventions.patch import keep_totals, patched


@st.composite
def cases(draw, n_max=16):
    """A sparse random network, a random edit of it, shocks, and options."""
    n = draw(st.integers(3, n_max))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pairs = np.argwhere(rng.random((n, n)) < draw(st.sampled_from([0.5, 1.5, 3.0])) / n)
    n_groups = draw(st.integers(1, 5))
    group = rng.integers(0, n_groups, n)
    classes = rng.integers(0, 3, (n_groups, n_groups))
    network = SupplyNetwork(
        pairs[:, 0], pairs[:, 1], np.round(np.exp(rng.normal(0, 1, len(pairs))), 2), group,
        market=draw(st.sampled_from([group, rng.integers(0, n, n)])),
        input_class=classes[group[pairs[:, 0]], group[pairs[:, 1]]],
        output_weight=rng.random((n, 2)) + 0.01 if draw(st.booleans()) else rng.random(n) + 0.01,
    )  # fmt: skip
    edit = draw(edits(network, rng, classes))
    options = {
        "market": draw(st.booleans()),
        "compatible": draw(st.sampled_from([False, False, True])),
        "revenue": draw(st.sampled_from([None, rng.integers(0, 9, n).astype(float)])),
        "costs": draw(st.sampled_from([None, rng.integers(0, 9, n).astype(float)])),
        "eps": draw(st.sampled_from([1e-1, 1e-2, 1e-9])),
        "stop": draw(st.sampled_from(["level", "level", "loss"])),
        "max_iterations": draw(st.sampled_from([3, 300])),
    }
    partial_shocks = [
        sparse.random_array((n, 4), density=0.2, rng=rng, format="csc") if draw(st.booleans()) else None for _ in "du"
    ]
    return network, edit, options, partial_shocks


def edits(network, rng, classes):
    """Draw a random edit: links set or removed, purchases moved, a firm closed, other weights."""

    def some_links(weights):
        pairs = np.unique(rng.integers(0, network.n_firms, (rng.integers(1, 4), 2)), axis=0)
        seller, buyer = pairs.T
        if network.n_links and rng.random() < 0.5:
            at = rng.integers(0, network.n_links)
            seller, buyer = network.seller[[at]], network.buyer[[at]]
        value = np.round(rng.random(len(seller)) * 3, 1) * (rng.random(len(seller)) < 0.7)
        other = rng.random(network.output_weight.shape) + 0.01
        near = np.where(rng.random(network.output_weight.shape) < 0.8, network.output_weight, other)
        kind = classes[network.group[seller], network.group[buyer]]
        return set_links(network, seller, buyer, value, kind, output_weight=near if weights else None)

    def some_move():
        if not network.n_links:
            return some_links(False)
        at = rng.integers(0, network.n_links)
        rivals = np.flatnonzero(network.group == network.group[network.seller[at]])
        return move_purchases(network, [(rng.choice(rivals), network.buyer[at], rng.choice([0.1, 0.5, 1.0]))])

    def closed(replaced):
        return close_firm(network, rng.integers(0, network.n_firms), replaced=replaced)

    ways = [partial(some_links, w) for w in (False, True)] + [some_move, some_move]
    return st.sampled_from([*ways, *(partial(closed, r) for r in (False, True))]).map(lambda make: make())


def full_run(network, edit, options, **asked):
    """Run every scenario on a network built from nothing."""
    new = edited(network, edit)
    built = {
        name: getattr(new, name)
        for name in ("seller", "buyer", "value", "group", "market", "input_class", "output_weight")
    }
    options = dict(options)
    model = {name: options.pop(name) for name in ("market", "compatible", "revenue", "costs")}
    cascade = Cascade(SupplyNetwork(**built), **model)
    return cascade.failures(**options) if not asked else cascade.losses(**asked, **options)


def same(table, expected):
    for name in ("loss", "loss_down", "loss_up"):
        np.testing.assert_allclose(getattr(table, name), getattr(expected, name), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(table.iterations, expected.iterations)
    np.testing.assert_array_equal(table.converged, expected.converged)


@settings(max_examples=40)
@given(cases())
def test_single_failures_after_an_edit_equal_a_full_run(case):
    network, edit, options, _ = case

    after = Baseline(network, **options).after(edit)

    same(after.table, full_run(network, edit, options))


@settings(max_examples=40)
@given(cases())
def test_partial_shocks_after_an_edit_equal_a_full_run(case):
    network, edit, options, (down, up) = case
    down = sparse.csc_array((network.n_firms, 3)) if down is None else down
    up = down if up is None or up.shape != down.shape else up

    after = Baseline(network, down, up, **options).after(edit)

    same(after.table, full_run(network, edit, options, shocks=down, shocks_up=up))


def chain_of(n):
    """Firm i sells to firm i + 1; each makes something else and all is essential."""
    return SupplyNetwork(np.arange(n - 1), np.arange(1, n), np.ones(n - 1), np.arange(n), output_weight=np.ones(n))


def test_the_last_step_is_not_counted():
    """The failure of firm 0 takes 5 steps on 5 firms; the state after its last step is not passed on any more."""
    network = chain_of(6)
    baseline = Baseline(network, firms=[0, 4], max_iterations=4)

    touched = baseline.after(set_links(network, [4], [5], [2.0]))  # the share stays 1: nothing changes but sales

    assert baseline.table.iterations.tolist() == [4, 4]
    assert touched.rerun.tolist() == [False, True]  # firm 4 is reached with the 4th step, and 4 steps are done


def test_a_far_edit_runs_nothing_again():
    network = chain_of(4)
    two = SupplyNetwork(
        np.r_[network.seller, network.seller + 4], np.r_[network.buyer, network.buyer + 4],
        np.ones(6), np.arange(8), output_weight=np.ones(8),
    )  # fmt: skip

    after = Baseline(two).after(set_links(two, [4], [5], [0.0]))

    assert not after.rerun[:4].any()
    assert after.rerun[4]


def test_other_weights_redo_denominators_only():
    network = chain_of(4)
    weight = np.array([1.0, 1, 1, 5])
    shock = np.zeros((4, 1))
    shock[0] = 0.3

    after = Baseline(network, shock, np.zeros((4, 1)), max_iterations=1).after(
        set_links(network, [], [], [], [], output_weight=weight)
    )

    assert not after.rerun.any()  # after one step firms 0 and 1 are down, firm 3 is not
    assert after.table.loss[0] == pytest.approx(0.6 / 8, abs=1e-15)


@given(cases())
@settings(max_examples=30)
def test_a_patched_cascade_is_the_one_built_from_nothing(case):
    network, edit, options, _ = case
    model = {name: options[name] for name in ("market", "compatible", "revenue", "costs")}
    new = edited(network, edit)
    keep_totals(network, new, edit)

    found = patched(Cascade(network, **model), new, edit, options["revenue"], options["costs"])

    built = Cascade(edited(network, edit), **model)
    assert found.__dict__.keys() == built.__dict__.keys()
    np.testing.assert_array_equal(found.slot_buyer, built.slot_buyer)
    for name in ("down", "up", "_weights", "_market_sales"):
        one, other = getattr(found, name), getattr(built, name)
        other.sort_indices()
        for part in ("indptr", "indices", "data"):
            np.testing.assert_array_equal(getattr(one, part), getattr(other, part), err_msg=f"{name}.{part}")
    np.testing.assert_array_equal(found.network.sales, built.network.sales)
    np.testing.assert_array_equal(found.network.purchases, built.network.purchases)


def test_the_patched_kernels_give_what_the_plain_way_gives(monkeypatch):
    """On the road of large networks: a synthetic one, edits that add, move and remove links and slots."""
    monkeypatch.setattr(model, "KERNELS_FROM_LINKS", 0)
    network, rng = synthetic.firm_network(400, links_per_firm=3, family="h2", seed=5), np.random.default_rng(3)
    baseline = Baseline(network, threads=1)
    assert "fast" in baseline.cascade.__dict__
    for number in range(24):
        at = int(rng.integers(network.n_links))
        rivals = np.flatnonzero(network.group == network.group[network.seller[at]])
        edit = move_purchases(network, [(int(rng.choice(rivals)), int(network.buyer[at]), 0.3)])
        if number % 3 == 1:
            edit = close_firm(network, int(network.seller[at]), replaced=number % 2 == 0)
        if number % 3 == 2:  # a group that the buyer did not buy from, or one that nobody did
            pair = np.array([[at % 400], [(7 * at) % 400]])
            known = network.input_class[
                (network.group[network.seller] == network.group[pair[0]])
                & (network.group[network.buyer] == network.group[pair[1]])
            ]
            edit = set_links(network, *pair, [50.0], known[:1] if len(known) else [2])

        after = baseline.after(edit)

        same(
            after.table, full_run(network, edit, {"market": True, "compatible": False, "revenue": None, "costs": None})
        )
