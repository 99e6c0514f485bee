"""Centrality: what it counts, held against a plain twin; what is too large."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine import SupplyNetwork
from lianban.engine.centrality import TooLarge, by_group, centrality


@st.composite
def networks(draw):
    n = draw(st.integers(1, 7))
    links = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=16))
    group = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    values = [1.0 + 3 * at for at in range(len(links))]
    seller, buyer = zip(*sorted(links), strict=True) if links else ((), ())
    return SupplyNetwork(np.array(seller, int), np.array(buyer, int), values, group)


def plain_betweenness(network):
    """List every shortest path between two nodes and count who stands on it."""
    n = network.n_firms
    onward = {node: network.buyer[network.seller == node].tolist() for node in range(n)}
    passed = np.zeros(n)
    for start in range(n):
        paths, reached = [[start]], {start}
        while paths:
            longer = [[*path, to] for path in paths for to in onward[path[-1]] if to not in reached]
            for end in {path[-1] for path in longer}:
                ending = [path for path in longer if path[-1] == end]
                for path in ending:
                    passed[path[1:-1]] += 1 / len(ending)
            reached |= {path[-1] for path in longer}
            paths = longer
    return passed / max((n - 1) * (n - 2), 1)


@given(networks())
def test_betweenness_and_degree_equal_their_plain_twins(network):
    found = centrality(network)
    ties = [(s, b) for s, b in zip(network.seller, network.buyer, strict=True) if s != b]

    assert np.allclose(found.betweenness, plain_betweenness(network))
    assert found.degree.tolist() == [sum(node in tie for tie in ties) for node in range(network.n_firms)]
    assert np.isclose(found.pagerank.sum(), 1) and found.sampled is None


@given(networks())
def test_pagerank_is_the_fixed_point_of_its_equation(network):
    n = network.n_firms
    bought = np.zeros((n, n))
    bought[network.buyer, network.seller] = network.value
    total = bought.sum(axis=1, keepdims=True)
    step = np.where(total > 0, bought / np.where(total > 0, total, 1), 1 / n)
    rank = centrality(network).pagerank

    assert np.allclose(rank, 0.85 * rank @ step + 0.15 / n, atol=1e-10)


def test_a_row_of_firms_has_its_middle_between():
    row = SupplyNetwork([0, 1, 2, 3], [1, 2, 3, 4], [1.0] * 4, range(5))

    assert (centrality(row).betweenness * 12).round(9).tolist() == [0, 3, 4, 3, 0]


@given(networks())
def test_groups_keep_money_and_output(network):
    merged, labels = by_group(network)

    assert labels.tolist() == sorted(set(network.group.tolist()))
    assert np.isclose(merged.value.sum(), network.value.sum())
    assert np.isclose(merged.output_weight.sum(), network.output_weight.sum())
    expected = {(network.group[s], network.group[b]) for s, b in zip(network.seller, network.buyer, strict=True)}
    assert {(labels[s], labels[b]) for s, b in zip(merged.seller, merged.buyer, strict=True)} == expected


def test_a_large_network_is_refused_before_it_starts_and_can_be_sampled(monkeypatch):
    line = list(pairwise(range(200)))
    network = SupplyNetwork([s for s, _ in line], [b for _, b in line], [1.0] * len(line), range(200))
    monkeypatch.setattr("lianban.engine.centrality.MOST_STEPS", 10_000)
    with pytest.raises(TooLarge, match="sample=50 or fewer"):
        centrality(network)
    first, again = centrality(network, sample=50, seed=3), centrality(network, sample=50, seed=3)

    assert first.sampled == 50 and np.array_equal(first.betweenness, again.betweenness)
    with pytest.raises(ValueError, match="at least 1"):
        centrality(network, sample=0)
