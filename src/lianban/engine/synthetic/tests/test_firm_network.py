"""Drawn networks keep what their family promises."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine import EngineError, synthetic


@given(st.sampled_from(sorted(synthetic.FAMILIES)), st.integers(10, 400), st.integers(0, 2**32 - 1))
def test_a_drawn_network_has_no_loops_nor_repeats_and_every_value_is_at_least_one(family, n_firms, seed):
    network = synthetic.firm_network(n_firms, family=family, seed=seed)

    pairs = set(zip(network.seller.tolist(), network.buyer.tolist(), strict=True))
    assert len(pairs) == network.n_links
    assert (network.seller != network.buyer).all()
    assert network.value.min() >= 1.0
    assert (np.round(network.value, 2) == network.value).all()
    linked = np.zeros(n_firms, bool)
    linked[network.seller] = linked[network.buyer] = True
    if family != "j4":  # a power law of out-degrees may leave a firm out
        assert linked.all()
    assert len(np.unique(network.group)) == min(n_firms // 5, 80 if family == "h2" else 600)


def test_a_seed_gives_the_same_network_and_another_seed_another():
    first, again, other = (synthetic.firm_network(500, seed=seed) for seed in (1, 1, 2))
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_h2_is_h4_grouped_by_the_upper_level():
    fine, coarse = (synthetic.firm_network(3_000, family=family, seed=3) for family in ("h4", "h2"))
    assert (fine.seller == coarse.seller).all() and (fine.value == coarse.value).all()
    assert (fine.input_class == coarse.input_class).all()
    upper = {}
    assert all(upper.setdefault(f, c) == c for f, c in zip(fine.group.tolist(), coarse.group.tolist(), strict=True))


def test_the_sparse_family_looks_like_the_published_national_network():
    seen = synthetic.statistics(synthetic.firm_network(20_000, seed=1))
    assert 2.6 * 20_000 < seen.n_links < 2.9 * 20_000
    assert 0.2 < seen.giant_strong_share < 0.35  # published: 0.26
    assert seen.giant_weak_share > 0.98
    assert 2.1 < seen.out_exponent < 2.7 and 2.3 < seen.in_exponent < 3.1
    assert 0.55 < seen.top_percent_sales_share < 0.8
    assert 0.34 < seen.without_customers_share < 0.44
    assert 0.5 < seen.class_share[0] < 0.7 and 0.2 < seen.class_share[2] < 0.36


@pytest.mark.parametrize(("family", "links"), [("d4", 10), ("x4", 10), ("j4", 8)])
def test_the_other_families_have_their_own_number_of_links(family, links):
    network = synthetic.firm_network(8_000, family=family, seed=5)
    assert network.n_links == pytest.approx(links * 8_000, rel=0.02)
    assert np.bincount(network.seller).max() <= (128 if family == "j4" else 8_000**0.9)


def test_a_given_class_matrix_and_its_labels_are_used():
    matrix = np.array([[2, 0, 1], [1, 2, 0], [0, 1, 2]])
    network = synthetic.firm_network(60, class_matrix=matrix, sector_labels=["a", "b", "c"], seed=1)
    assert (network.input_class == matrix[network.group[network.seller], network.group[network.buyer]]).all()
    assert {label.split("/")[0] for label in network.labels} == {"a", "b", "c"}


def test_the_published_survey_fits(shared_data):
    with (shared_data("essential_ihs") / "nace4.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    matrix = np.array([row[1:] for row in rows[1:]], np.int8)
    network = synthetic.firm_network(5_000, class_matrix=matrix, sector_labels=rows[0][1:], seed=1)
    assert network.labels[0].split("/")[0] in rows[0]
    assert len(np.unique(network.group)) == 616


def test_bad_wishes_are_refused_with_a_sentence():
    with pytest.raises(EngineError, match="no family is called 'z9'; there are d4, h2"):
        synthetic.firm_network(100, family="z9", seed=1)
    with pytest.raises(EngineError, match="at least 10 are needed"):
        synthetic.firm_network(3, seed=1)
    with pytest.raises(EngineError, match="3 sector labels for 2 sectors"):
        synthetic.firm_network(12, seed=1, sector_labels=["a", "b", "c"])
