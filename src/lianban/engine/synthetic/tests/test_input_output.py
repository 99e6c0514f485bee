"""Firms on an input-output table keep its sums."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine import EngineError, synthetic

TABLE = np.array([[0.1, 0.3, 0.0], [0.2, 0.1, 0.4], [0.0, 0.1, 0.05]])
OUTPUT = np.array([100.0, 200.0, 50.0])


def flows_between(network, n_sectors):
    """Money between sectors, summed over the links."""
    flow = np.zeros((n_sectors, n_sectors))
    np.add.at(flow, (network.group[network.seller], network.group[network.buyer]), network.value)
    return flow


@given(st.integers(12, 80), st.integers(0, 2**32 - 1))
def test_flows_and_output_of_a_small_table_come_back(n_firms, seed):
    network = synthetic.from_input_output(TABLE, OUTPUT, n_firms, seed=seed)

    assert np.allclose(flows_between(network, 3), TABLE * OUTPUT, rtol=1e-12)
    assert np.allclose(np.bincount(network.group, network.output_weight), OUTPUT, rtol=1e-12)
    assert (network.seller != network.buyer).all()
    assert (network.input_class == 2).all()


def test_a_sector_of_one_firm_does_not_sell_to_itself():
    network = synthetic.from_input_output(TABLE, OUTPUT, 10, firms_per_sector=[1, 5, 4], seed=1)
    expected = TABLE * OUTPUT
    expected[0, 0] = 0.0
    assert np.allclose(flows_between(network, 3), expected, rtol=1e-12)


def test_with_few_links_the_largest_flows_stand_and_keep_their_size():
    network = synthetic.from_input_output(TABLE, OUTPUT, 10, links_per_firm=0.6, seed=1)
    flow, table = flows_between(network, 3), TABLE * OUTPUT
    assert flow[0, 1] == pytest.approx(60.0)
    stands = flow > 0
    assert np.allclose(flow[stands], table[stands], rtol=1e-12)
    assert not stands.all()


def test_the_national_table_comes_back(shared_data):
    with gzip.open(shared_data("cn_io") / "io2007_135.csv.gz", "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split(",") for line in file]
    codes = [name for name in rows[0][2:] if name.isdigit()]
    table = np.array([[float(x or 0) for x in row[2 : 2 + len(codes)]] for row in rows[1 : 1 + len(codes)]])
    total = next(np.array([float(x) for x in row[2 : 2 + len(codes)]]) for row in rows if row[0] == "TI")
    assert len(codes) == 135

    network = synthetic.from_input_output(table / total, total, 12_000, sector_labels=codes, seed=1)

    seen = flows_between(network, 135)
    inner = table.copy()
    np.fill_diagonal(inner, np.where(np.bincount(network.group) > 1, inner.diagonal(), 0.0))
    assert np.allclose(seen, inner, rtol=1e-9)
    assert network.output_weight.sum() == pytest.approx(total.sum())


def test_wrong_tables_are_refused():
    with pytest.raises(EngineError, match=r"expected \(k, k\) and \(k,\)"):
        synthetic.from_input_output(TABLE[:2], OUTPUT, 20, seed=1)
    with pytest.raises(EngineError, match=r"coefficients, row 1: -1\.0"):
        synthetic.from_input_output(np.where(TABLE == 0.2, -1.0, TABLE), OUTPUT, 20, seed=1)
    with pytest.raises(EngineError, match="at least 3 are needed"):
        synthetic.from_input_output(TABLE, OUTPUT, 2, seed=1)
    with pytest.raises(EngineError, match="3 whole numbers that add up to 20"):
        synthetic.from_input_output(TABLE, OUTPUT, 20, firms_per_sector=[1, 2], seed=1)
