"""Measures on a network: what they move and relieve, and which scenarios they can matter to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianban.engine import SupplyNetwork
from lianban.engine.cascade import Cascade
from lianban.engine.interventions import (
    Capacity,
    InvalidEdit,
    Measure,
    NetworkLosses,
    Problem,
    Spared,
    Stock,
    best_portfolio,
    close_firm,
    edited,
    join,
    move_purchases,
    phases,
    set_links,
)  # fmt: skip


@st.composite
def questions(draw):
    """A random network, four measures, three shocks."""
    n = draw(st.integers(4, 10))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pairs = np.argwhere(rng.random((n, n)) < draw(st.sampled_from([1.0, 2.0])) / n)
    group = rng.integers(0, 4, n)
    classes = rng.integers(0, 3, (4, 4))
    network = SupplyNetwork(
        pairs[:, 0], pairs[:, 1], rng.random(len(pairs)) + 0.1, group,
        market=draw(st.sampled_from([group, rng.integers(0, n, n)])),
        input_class=classes[group[pairs[:, 0]], group[pairs[:, 1]]], output_weight=rng.random(n) + 0.01,
    )  # fmt: skip

    def relief():
        nodes = rng.choice(n, 2, replace=False)
        return rng.choice(
            np.array(
                [
                    Spared(nodes, rng.random()),
                    Capacity(nodes, rng.random(), int(rng.integers(n))),
                    Stock(nodes, rng.integers(1, 120)),
                ],
                object,
            )
        )

    def measure():
        moves = ()
        if len(pairs) and rng.random() < 0.6:
            at = rng.integers(len(pairs))
            moves = ((int(rng.choice(np.flatnonzero(group == group[pairs[at, 0]]))), int(pairs[at, 1]), 0.25),)
        return Measure(moves, (relief(),) if not moves or rng.random() < 0.3 else ())

    shocks = rng.random((n, 3)) * (rng.random((n, 3)) < 0.2)
    shocks_up = draw(st.sampled_from([None, rng.random((n, 3)) * (rng.random((n, 3)) < 0.2)]))
    return NetworkLosses(network, [measure() for _ in range(4)], shocks, shocks_up, shock_days=60)


@given(questions())
@settings(max_examples=15)
def test_measures_that_do_not_matter_change_nothing(losses):
    n_scenarios = len(losses.matters)
    asked = [(s, taken) for s in range(n_scenarios) for taken in range(16)]
    only = [(s, sum(1 << at for at in range(4) if taken >> at & 1 and losses.matters[s, at])) for s, taken in asked]

    found = losses.losses(asked)

    np.testing.assert_allclose(found, losses.losses(only), atol=1e-11)
    assert (found.reshape(n_scenarios, 16) >= losses.at_least[:, None] - 1e-12).all()


def car():
    """Chips (0 abroad, 1 at home) and film (2 abroad, 3 at home) go into cars (4); 0 and 2 lie in one origin; all is bought abroad."""
    return SupplyNetwork(
        [0, 2], [4, 4], [4.0, 2.0], group=[0, 0, 1, 1, 2], output_weight=[0, 0, 0, 0, 1.0],
    )  # fmt: skip


def test_two_essential_inputs_under_one_origin_are_worth_nothing_singly():
    origin = np.array([[1.0], [0], [1], [0], [0]])
    both = [Measure(moves=((1, 4, 1.0),)), Measure(moves=((3, 4, 1.0),))]

    found = best_portfolio(NetworkLosses(car(), both, origin), Problem([5e6, 3e6], 8e6, 1))

    assert found.alone.tolist() == [0, 0]
    assert (found.best.actions, found.value_before, found.best.value) == ((0, 1), 1.0, 0.0)
    assert found.interactions[0].surplus == 1.0


def test_stock_bridges_its_days_and_no_more():
    """Stock for 30 of 90 days: a third of the time nothing is lost; with 60 days of the other input, cars run for 30 days."""
    shock = np.array([[1.0], [0], [1], [0], [0]])
    some = NetworkLosses(
        car(), [Measure(reliefs=(Stock(np.array([0]), 30),)), Measure(reliefs=(Stock(np.array([2]), 60),))], shock
    )

    alone, other, both = some.losses([(0, 1), (0, 2), (0, 3)])

    assert (alone, other) == (1.0, 1.0)
    assert both == pytest.approx(60 / 90, abs=1e-15)


def test_stock_saves_the_buyers_and_not_the_sellers_suppliers():
    network = SupplyNetwork([0, 1], [1, 2], [1.0, 2.0], group=[0, 1, 2], output_weight=[1.0, 0, 1])

    losses = NetworkLosses(network, [Measure(reliefs=(Stock(np.array([1]), 1e9),))], [[0.0], [1], [0]])

    assert losses.losses([(0, 0), (0, 1)]).tolist() == [1.0, 0.5]


def test_capacity_covers_what_is_lost_and_fails_with_its_holder():
    nodes, supply = np.array([0, 1]), np.array([0.6, 0.4])
    added = Capacity(nodes, 0.2, own=1)

    (covered,) = phases(np.array([1.0, 0]), np.array([1.0, 0]), [added], supply=supply, shock_days=1)
    (struck,) = phases(np.array([1.0, 1]), np.array([1.0, 1]), [added], supply=supply, shock_days=1)
    (twice,) = phases(np.array([1.0, 0]), np.array([1.0, 0]), [added] * 4, supply=supply, shock_days=1)

    np.testing.assert_allclose(covered.down, [1 - 0.2 / 0.6, 0])
    assert covered.up.tolist() == covered.down.tolist()
    assert struck.down.tolist() == [1, 1]
    assert twice.down.tolist() == [0, 0]


def test_a_share_moves_and_purchases_stay():
    network = SupplyNetwork([0, 1, 3], [2, 2, 2], [6.0, 3.0, 1.0], group=[0, 0, 1, 2, 0])

    after = edited(network, move_purchases(network, [(4, 2, 0.5), (1, 2, 0.2)]))

    moved = dict(zip(after.seller.tolist(), after.value.tolist(), strict=True))
    assert moved == pytest.approx({0: 1.8, 1: 0.9 + 1.8, 3: 1.0, 4: 4.5})
    assert after.purchases[2] == pytest.approx(network.purchases[2])
    assert after.output_weight.tolist() == network.output_weight.tolist()


def test_a_closed_firm_leaves_its_customers_to_the_others():
    network = SupplyNetwork([0, 1, 3], [2, 2, 0], [6.0, 3.0, 1.0], group=[0, 0, 1, 2])

    gone, taken_over = (edited(network, close_firm(network, 0, replaced=way)) for way in (False, True))

    assert gone.value.tolist() == [3.0]
    assert taken_over.value.tolist() == [9.0]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda n: move_purchases(n, [(1, 0, 0.5)]), "buys nothing"),
        (lambda n: move_purchases(n, [(1, 4, 1.5)]), "above 0 and at most 1"),
        (lambda n: move_purchases(n, [(1, 4, 0.7), (0, 4, 0.7)]), "more than 1"),
        (lambda n: set_links(n, [4], [0], [1.0]), "give its input_class"),
        (lambda n: set_links(n, [1], [4], [1.0], [1]), "have 2"),
        (lambda n: join(close_firm(n, 0), close_firm(n, 0)), "same link"),
        (lambda n: set_links(n, [1], [4], [1.0], output_weight=np.ones((5, 2))), "output_weight"),
    ],
)
def test_edits_that_make_no_sense_are_refused(make, told):
    with pytest.raises(InvalidEdit, match=told):
        make(car())


def test_an_edited_network_is_a_network():
    network = car()
    after = edited(network, set_links(network, [1, 0], [4, 4], [2.0, 0.0]))

    built = SupplyNetwork(after.seller, after.buyer, after.value, after.group, output_weight=after.output_weight)

    assert built.fingerprint == after.fingerprint
    assert Cascade(after).failures().loss.tolist() == Cascade(built).failures().loss.tolist()
