"""Cards never overlap, stages stay in order, edges get short; whatever the graph."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.apps.maps import layout


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 30))
    stage = np.array(draw(st.lists(st.integers(1, 6), min_size=n, max_size=n)), dtype=np.int64)
    edges = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=60))
    return stage, np.array([e[0] for e in edges], dtype=np.int64), np.array([e[1] for e in edges], dtype=np.int64)


@given(graphs())
def test_cards_stand_a_row_apart_inside_the_height_and_in_stage_order(graph):
    stage, source, target = graph
    found = layout.arrange(stage, source, target)
    for c in range(found.n_columns):
        rows = np.sort(found.row[found.column == c])
        assert (np.diff(rows) >= 1 - 1e-9).all()
        assert rows.min() >= 0 and rows.max() <= found.n_rows - 1 + 1e-9
    assert (np.argsort(stage, kind="stable") == np.argsort(found.column, kind="stable")).all()


def test_a_tall_stage_is_set_in_columns_side_by_side():
    n = 3 * layout.TALLEST
    stage = np.array([1] * n + [2])
    found = layout.arrange(stage, np.arange(n), np.full(n, n))
    assert (found.n_columns, found.n_rows) == (4, layout.TALLEST)
    assert found.column[n] == 3


def test_a_crossed_pair_is_uncrossed():
    # 0 → 3 and 1 → 2 cross as they come.
    found = layout.arrange(np.array([1, 1, 2, 2]), np.array([0, 1]), np.array([3, 2]))
    assert (found.row[0] < found.row[1]) == (found.row[3] < found.row[2])


def test_a_lonely_card_stands_level_with_its_neighbour():
    found = layout.arrange(np.array([1, 1, 1, 2]), np.array([2]), np.array([3]))
    assert found.row[2] == found.row[3]


@given(graphs(), st.integers(0, 29))
def test_steps_and_ways_are_what_plain_walking_finds(graph, start):
    stage, source, target = graph
    node = start % len(stage)

    def walk(edges):
        seen, todo = {node}, [node]
        while todo:
            here = todo.pop()
            for a, b in edges:
                if a == here and b not in seen:
                    seen.add(b)
                    todo.append(b)
        return seen

    forward = list(zip(source.tolist(), target.tolist(), strict=True))
    up, down = layout.steps(len(stage), source, target, node)
    assert set(np.flatnonzero(np.isfinite(down))) == walk(forward)
    assert set(np.flatnonzero(np.isfinite(up))) == walk([(b, a) for a, b in forward])
    for end in range(len(stage)):
        way, inside = layout.between(len(stage), source, target, node, end)
        assert (end in walk(forward)) == bool(way)
        assert all(pair in forward for pair in pairwise(way))
        assert len(way) == (down[end] + 1 if way else 0)
        assert set(way) <= set(np.flatnonzero(inside))


def test_no_node_and_no_edge_are_fine():
    empty = np.zeros(0, dtype=np.int64)
    assert layout.arrange(empty, empty, empty).n_columns == 0
    assert layout.arrange(np.array([3]), empty, empty).row.tolist() == [0.0]


@pytest.mark.slow
def test_five_thousand_nodes_are_each_given_a_place():
    rng = np.random.default_rng(7)
    stage = rng.integers(1, 9, 5000)
    placed = layout.arrange(stage, rng.integers(0, 5000, 15000), rng.integers(0, 5000, 15000))
    assert len(placed.row) == 5000
    assert np.isfinite(placed.row).all()
