"""The example of docs/models/network.md, rebuilt number for number."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

PAGE = (Path(__file__).parents[5] / "docs" / "models" / "network.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def network():
    names = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.S).group(1), names)
    return names["network"]


def table(first_column, second_column):
    """Return the rows of the page's table that begins with these columns."""
    found = re.search(rf"^\| {first_column} \| {second_column} \|.*?\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.M)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found.group(1).splitlines()]


def shown(value):
    return "unknown" if value is None or value is pd.NA or value != value else f"{value:g}"


def test_the_nodes_are_those_of_the_page(network):
    rows = [
        [node.label, node.product, shown_text(node.origin), yes_no(node.home), shown(node.share)]
        for node in network.nodes.itertuples()
    ]
    assert sorted(rows) == sorted(table("label", "product"))


def test_the_flows_are_those_of_the_page(network):
    rows = [
        [flow.seller, flow.buyer, str(round(flow.value)), str(flow.input_class), flow.basis]
        for flow in network.flows.itertuples()
    ]
    assert sorted(rows) == sorted(table("seller", "buyer"))
    assert np.allclose(network.flows["value"] % 1, 0, atol=1e-6)


def test_the_losses_are_those_of_the_page(network):
    rows = []
    for code, product in network.products.iterrows():
        stop, cut = network.losses([network.shock_stop(code), network.shock_cut(code)])
        rows.append([code, product["basis"], shown(product["foreign_share"]), shown(stop), shown(cut)])
    assert sorted(rows) == sorted(table("product", "basis"))


def test_the_notes_are_those_of_the_page(network):
    assert [note.code for note in network.notes] == ["essential_unknown"]
    assert network.products["need"].to_dict() == pytest.approx({"pack": 1e6, "cell": 5e5, "film": 3e5})


def shown_text(value):
    return "unknown" if value is None or value is pd.NA else value


def yes_no(value):
    return "unknown" if value is pd.NA else "yes" if value else "no"
