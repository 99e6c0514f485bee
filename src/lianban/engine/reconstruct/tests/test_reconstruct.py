"""Draws agree with what is known, keep strengths, depend on seed and number alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine import Cancelled, SupplyNetwork
from lianban.engine.cascade import Cascade
from lianban.engine.reconstruct import InvalidFacts, Known, Layout, Prior, Reconstruction, known_of
from lianban.engine.reconstruct.links import draw_links, link_chances, wanted_links


@st.composite
def networks(draw, n_max=14):
    """A small network with several makers of most groups."""
    n = draw(st.integers(4, n_max))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    group = rng.integers(0, 3, n)
    pairs = np.argwhere(rng.random((n, n)) < draw(st.sampled_from([0.2, 0.5])))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    if not len(pairs):
        pairs = np.array([[0, 1]])
    classes = rng.integers(0, 3, (3, 3))
    return SupplyNetwork(
        pairs[:, 0],
        pairs[:, 1],
        np.round(np.exp(rng.normal(0, 1, len(pairs))), 3) + 0.001,
        group,
        input_class=classes[group[pairs[:, 0]], group[pairs[:, 1]]],
        output_weight=rng.random(n) + 0.01,
    )


CHAIN = {
    "group": ["ore"] * 3 + ["steel"] * 4 + ["car"] * 5,
    "needs": [("ore", "steel", 2), ("steel", "car", 2)],
    "sales": [6.0, 3.0, 1.0, 4.0, 3.0, 2.0, 1.0, 0, 0, 0, 0, 0],
    "purchases": [np.nan] * 3 + [4.0, 3.0, 2.0, 1.0] + [2.0] * 5,
    "output_weight": [0] * 7 + [1] * 5,
}


@given(networks(), st.integers(0, 2**31), st.data())
def test_every_draw_agrees_with_every_known_fact(network, seed, data):
    surveyed = data.draw(st.lists(st.integers(0, network.n_firms - 1), unique=True, max_size=4))
    known = known_of(network, surveyed=surveyed)
    drawn = Reconstruction(known).draw(seed, 3).network
    truth = {(i, j): v for i, j, v in zip(network.seller, network.buyer, network.value, strict=True)}
    links = {(i, j): v for i, j, v in zip(drawn.seller, drawn.buyer, drawn.value, strict=True)}
    of = network.group

    bought = {(int(j), int(of[i])) for i, j in truth}
    assert {(int(j), int(of[i])) for i, j in links} == bought  # every need is served, nothing else is bought
    for j in surveyed:
        assert {i: v for (i, b), v in links.items() if b == j} == {i: v for (i, b), v in truth.items() if b == j}
    assert np.allclose(drawn.purchases, network.purchases, rtol=1e-9)
    for j, group in bought:
        told = sum(v for (i, b), v in truth.items() if b == j and of[i] == group)
        assert np.isclose(sum(v for (i, b), v in links.items() if b == j and of[i] == group), told)


@given(networks(), st.integers(0, 2**31))
def test_a_network_that_is_known_has_no_width(network, seed):
    known = known_of(network, surveyed=np.arange(network.n_firms))

    ensemble = Reconstruction(known).run(3, seed=seed)

    assert np.ptp(ensemble.loss, axis=0).max() == 0
    assert np.allclose(ensemble.loss[0], Cascade(network).failures().loss, atol=1e-12)


@given(networks(), st.integers(0, 2**31), st.data())
def test_a_known_fact_is_never_left_unused(network, seed, data):
    link = data.draw(st.integers(0, network.n_links - 1))
    seller, buyer = int(network.seller[link]), int(network.buyer[link])
    group = network.group
    needs = sorted({(int(group[i]), int(group[j]), int(c)) for i, j, c in
                    zip(network.seller, network.buyer, network.input_class, strict=True)})  # fmt: skip
    others = [i for i in np.flatnonzero(group == group[seller]).tolist() if i not in (seller, buyer)]
    facts = {"group": group, "needs": needs, "sales": network.sales + 0.1}

    there = Reconstruction(Known(**facts, links=[(seller, buyer, np.nan)])).draw(seed, 0).network
    paid = Reconstruction(Known(**facts, links=[(seller, buyer, 7.5)])).draw(seed, 0).network

    assert ((there.seller == seller) & (there.buyer == buyer)).any()
    assert paid.value[(paid.seller == seller) & (paid.buyer == buyer)].tolist() == [7.5]
    if others:
        gone = Reconstruction(Known(**facts, absent=[(seller, buyer)])).draw(seed, 0).network
        assert not ((gone.seller == seller) & (gone.buyer == buyer)).any()


@given(networks(), st.integers(0, 2**31))
def test_same_seed_and_number_give_the_same_bytes(network, seed):
    one, other = (Reconstruction(known_of(network)) for _ in range(2))

    alone = other.draw(seed, 2)
    after_others = [one.draw(seed, number) for number in range(3)][2]

    assert alone.network.fingerprint == after_others.network.fingerprint
    assert one.fingerprint == other.fingerprint


def test_links_come_as_often_as_their_chance_and_strengths_are_kept_on_average():
    n_sellers, n_buyers = 5, 6
    rng = np.random.default_rng(4)
    group = np.r_[np.zeros(n_sellers, int), np.ones(n_buyers, int)]
    buyers = np.arange(n_sellers, n_sellers + n_buyers)
    layout = Layout.of(
        [np.arange(n_sellers), buyers], len(group), buyers, np.zeros(n_buyers), np.zeros(n_buyers), np.ones(n_buyers)
    )
    size, demand = np.r_[np.exp(rng.normal(0, 1, n_sellers)), np.zeros(n_buyers)], np.exp(rng.normal(0, 1, n_buyers))
    for exponent in (0.0, 0.4):
        wanted = wanted_links(layout, size, demand, exponent)
        _, marginal = link_chances(layout, size, demand, wanted)
        n = 1500
        count, amount = np.zeros(layout.n_pairs), np.zeros(layout.n_pairs)
        for number in range(n):
            one = draw_links(layout, size, demand, wanted, np.random.default_rng([9, number]), amounts="expected")
            count[one.pair] += 1
            amount[one.pair] += one.value
        gravity = size[layout.seller] / size.sum() * demand[layout.slot]

        assert np.isclose(marginal.sum(), n_buyers * n_sellers**exponent)
        assert np.abs(count / n - marginal).max() < 5 * np.sqrt(0.25 / n)
        error = gravity * np.sqrt((2 / marginal - 1) / n)
        assert (np.abs(amount / n - gravity) < 5 * error).all()


def test_chances_agree_with_the_equations_written_out():
    size, demand = np.array([4.0, 2.0, 1.0, 0, 0]), np.array([3.0, 1.0])
    layout = Layout.of([np.arange(3), np.array([3, 4])], 5, [3, 4], [0, 0], [0, 0], [True, True])
    _, marginal = link_chances(layout, size, demand, np.array([3.2]))

    def expected(z):
        odds = z * np.outer(demand, size[:3])
        p = odds / (1 + odds)
        return p / (1 - np.prod(1 - p, axis=1))[:, None]

    low, high = 1e-9, 1e9
    for _ in range(200):
        middle = np.sqrt(low * high)
        low, high = (middle, high) if expected(middle).sum() < 3.2 else (low, middle)

    assert np.allclose(marginal.reshape(2, 3), expected(low), atol=1e-7)


def test_balanced_amounts_fit_sales_better_than_expected_ones():
    known = Known(**CHAIN)
    fits = {
        amounts: np.mean(
            [Reconstruction(known, Prior(exponent=0.5), amounts=amounts).draw(1, k).misfit for k in range(20)]
        )
        for amounts in ("balanced", "expected")
    }

    assert fits["balanced"] < 0.3 * fits["expected"]


def test_every_seller_has_a_customer():
    reconstruction = Reconstruction(Known(**CHAIN), Prior(exponent=0.0))

    for number in range(30):
        assert set(reconstruction.draw(1, number).network.seller.tolist()) == set(range(7))


def test_knowing_less_widens_the_intervals():
    told = Known(**CHAIN)
    less = Known(**(CHAIN | {"sales": None, "purchases": None}))
    exact = Prior(exponent=0.3, learn=False)

    width = [
        np.ptp(Reconstruction(known, prior).run(30, seed=2).loss, axis=0).sum()
        for known, prior in ((told, exact), (told, Prior()), (less, Prior()))
    ]

    assert width[0] < width[2]
    assert width[1] < width[2]


def test_the_law_of_degrees_is_learnt_from_surveyed_buyers():
    rng = np.random.default_rng(5)
    n_sellers, n_buyers = 20, 60
    rows = [(int(i), n_sellers + j) for j in range(n_buyers) for i in rng.choice(n_sellers, 3, replace=False)]
    network = SupplyNetwork(*np.array(rows).T, np.ones(len(rows)), np.r_[np.zeros(20, int), np.ones(60, int)])
    reconstruction = Reconstruction(known_of(network, surveyed=np.arange(20, 40)))

    exponents = [reconstruction.draw(1, number).exponent for number in range(20)]
    n_links = [reconstruction.draw(1, number).network.n_links for number in range(20)]

    assert np.allclose(exponents, np.log(3) / np.log(20), atol=1e-6)
    assert abs(np.mean(n_links) - 180) < 10


def test_a_known_number_of_links_is_met_on_average():
    reconstruction = Reconstruction(Known(**CHAIN, n_links=[9, 12]))

    n_links = [reconstruction.draw(3, number).network.n_links for number in range(120)]

    assert abs(np.mean(n_links) - 21) < 1


def test_all_that_contradicts_is_told_at_once():
    with pytest.raises(InvalidFacts) as told:
        Known(
            ["a", "a", "b", "c"],
            [("a", "b", 2), ("a", "x", 2), ("a", "b", 5)],
            sales=[3, 4, -1, 0],
            group_output={"a": 5.0},
            links=[(0, 9, 1.0), (2, 3, 1.0), (0, 2, 1.0), (0, 2, 2.0)],
            absent=[(0, 2)],
        )

    sentences = "\n".join(told.value.findings)
    for part in ("needs, row 1: no firm makes 'x'", "needs, row 2: class 5", "sales, row 2", "sell 7, more than",
                 "links, row 0: there is no firm 9", "links, row 1", "links, row 3: 0 to 2 stands twice"):  # fmt: skip
        assert part in sentences
    with pytest.raises(InvalidFacts, match="every possible supplier is ruled out"):
        Known(["a", "b"], [("a", "b", 2)], absent=[(0, 1)])
    with pytest.raises(InvalidFacts, match="pairs of a buyer and a possible supplier"):
        Known(["a"] * 50 + ["b"] * 50, [("a", "b", 2)], max_pairs=100)


def test_a_run_can_be_watched_and_stopped():
    reconstruction = Reconstruction(Known(**CHAIN))
    seen = []

    reconstruction.run(3, progress=lambda done, total: seen.append((done, total)))
    with pytest.raises(Cancelled, match="after 1 of 5"):
        reconstruction.run(5, cancel=lambda: bool(seen) and seen.append(1) is None and len(seen) > 4)

    assert seen[:3] == [(1, 3), (2, 3), (3, 3)]
