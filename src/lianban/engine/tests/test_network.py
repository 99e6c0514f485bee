"""A network is checked once; a refusal names the row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine import InvalidNetwork, SupplyNetwork

GOOD = {"seller": [0, 1], "buyer": [1, 2], "value": [1.0, 2.0], "group": [5, 6, 7]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seller": [0, 3]}, "row 1: seller 3 is not a node"),
        ({"buyer": [-1, 2]}, "row 0: buyer -1 is not a node"),
        ({"buyer": [1]}, "buyer has 1 rows, expected 2"),
        ({"seller": [0, 0.5]}, "row 1: seller is 0.5, expected a whole number"),
        ({"seller": ["a", "b"]}, "expected whole numbers"),
        ({"value": [1.0, -2.0]}, "row 1: value is -2.0"),
        ({"value": [np.nan, 2.0]}, "row 0: value is nan"),
        ({"value": [1.0, np.inf]}, "row 1: value is inf"),
        ({"value": [1e308, 1e308]}, "value adds up to more than"),
        ({"value": ["1", "2"]}, "expected numbers"),
        ({"value": [[1.0, 2.0]]}, r"value has shape \(1, 2\)"),
        ({"seller": [0, 0], "buyer": [1, 1]}, "row 1 repeats seller 0 and buyer 1 of row 0"),
        ({"group": [5, np.nan, 7]}, "row 1: group is nan"),
        ({"market": [1, 2]}, "market has 2 rows, expected 3"),
        ({"input_class": [2, 3]}, "row 1: input_class is 3"),
        ({"seller": [0, 0], "group": [5, 6, 6], "buyer": [1, 2], "input_class": [2, 1]}, "row 1: class 1 from group 5 to group 6, but row 0 says class 2"),
        ({"output_weight": [1, 2]}, r"output_weight has shape \(2,\)"),
        ({"output_weight": [1, 2, -1]}, "row 2: output_weight is -1.0"),
        ({"labels": ["a", "b"]}, "2 labels for 3 nodes"),
        ({"labels": ["a", "b", "a"]}, "row 2: label 'a' is already used in row 0"),
    ],
)  # fmt: skip
def test_a_bad_network_is_refused_by_row(change, message):
    with pytest.raises(InvalidNetwork, match=message):
        SupplyNetwork(**(GOOD | change))


def test_defaults_are_market_by_group_essential_inputs_and_sales_as_output():
    network = SupplyNetwork(**GOOD)
    assert network.market.tolist() == [5, 6, 7]
    assert network.input_class.tolist() == [2, 2]
    assert network.output_weight.tolist() == [1, 2, 0] == network.sales.tolist()
    assert network.purchases.tolist() == [0, 1, 2]
    assert (network.n_firms, network.n_links) == (3, 2)


def test_a_network_cannot_be_changed_and_copies_what_it_is_given():
    value = np.array([1.0, 2.0])
    network = SupplyNetwork(**(GOOD | {"value": value}))
    value[0] = 9
    assert network.value.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        network.value[0] = 9
    with pytest.raises(AttributeError):
        network.value = value


def test_no_links_and_no_nodes_are_networks_too():
    assert SupplyNetwork([], [], [], group=[]).n_firms == 0
    assert SupplyNetwork([], [], [], group=[1, 2]).sales.tolist() == [0, 0]


def test_labels_find_nodes():
    network = SupplyNetwork(**GOOD, labels=["甲", "乙", "丙"])
    assert network.node("乙") == 1
    with pytest.raises(InvalidNetwork, match="no node is labelled '丁'"):
        network.node("丁")
    with pytest.raises(InvalidNetwork, match="no labels"):
        SupplyNetwork(**GOOD).node("乙")


@given(st.permutations(range(4)))
def test_the_fingerprint_ignores_the_order_of_links_and_nothing_else(order):
    table = {"seller": np.array([0, 1, 2, 0]), "buyer": np.array([1, 2, 0, 2]), "value": np.array([1.0, 2, 3, 4])}
    original = SupplyNetwork(**table, group=[0, 1, 2])
    shuffled = SupplyNetwork(**{name: column[list(order)] for name, column in table.items()}, group=[0, 1, 2])
    assert original.fingerprint == shuffled.fingerprint
    others = [
        SupplyNetwork(**(table | {"value": table["value"] + 1}), group=[0, 1, 2]),
        SupplyNetwork(**table, group=[0, 1, 3]),
        SupplyNetwork(**table, group=[0, 1, 2], market=[0, 0, 0]),
        SupplyNetwork(**table, group=[0, 1, 2], input_class=[1, 1, 1, 1]),
        SupplyNetwork(**table, group=[0, 1, 2], output_weight=[1, 1, 1]),
        SupplyNetwork(**table, group=[0, 1, 2], labels=["a", "b", "c"]),
    ]
    assert original.fingerprint not in {other.fingerprint for other in others}


def test_classes_are_found_by_label_never_by_position():
    links = {"seller": [0, 1, 2], "buyer": [1, 2, 0], "value": [1.0, 1.0, 1.0], "sector": ["C20", "A01", "B05"]}
    in_order = SupplyNetwork.from_essential(
        **links, essential=[[0, 1, 2], [2, 0, 1], [1, 2, 0]], sector_labels=["A01", "B05", "C20"]
    )
    reordered = SupplyNetwork.from_essential(
        **links, essential=[[0, 1, 2], [2, 0, 1], [1, 2, 0]], sector_labels=["C20", "A01", "B05"]
    )
    assert in_order.input_class.tolist() == [1, 1, 1]  # C20 to A01, A01 to B05, B05 to C20
    assert reordered.input_class.tolist() == [1, 1, 1]
    mixed = SupplyNetwork.from_essential(
        **links, essential=[[0, 2, 1], [2, 0, 1], [0, 2, 0]], sector_labels=["A01", "B05", "C20"]
    )
    assert mixed.input_class.tolist() == [0, 2, 1]


@pytest.mark.parametrize(
    ("essential", "labels", "message"),
    [
        ([[2]], ["A"], "row 1: sector 'B' has no row in essential"),
        ([[2, 2]], ["A", "B"], "essential has shape"),
        ([[2, 2], [2, 5]], ["A", "B"], "essential, row 1, column 1: 5"),
        ([[2, 2], [2, 2]], ["A", "A"], "sector label 'A' stands twice"),
    ],
)
def test_a_bad_class_matrix_is_refused(essential, labels, message):
    with pytest.raises(InvalidNetwork, match=message):
        SupplyNetwork.from_essential([0], [1], [1.0], ["A", "B"], essential, labels)
