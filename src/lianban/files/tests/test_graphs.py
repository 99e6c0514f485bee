"""Graph files: whatever stands in the attributes, other programs read the same graph back."""

import io
import json
from datetime import date, datetime
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianban.files import graphs
from lianban.files.facts import Facts
from lianban.files.plain import clean, plain
from lianban.rulebook.text import Text

FACTS = Facts(Text("图谱", "Map"), datetime(2026, 11, 23, 9, 0), Text("链办经办", "officer"), date(2026, 10, 31), "3")
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates(), st.datetimes(),
    st.lists(st.one_of(st.none(), st.floats(), st.text(max_size=3)), max_size=3), st.sets(st.text(max_size=2), max_size=2),
    st.sampled_from([pd.NA, pd.NaT, np.float64("nan"), np.int64(3), np.bool_(True), np.datetime64("2026-01-01"), "\x00\x0b]]>", "\ud800", "&<'\"", "＝1", "a\r\nb", 2**70]),
)  # fmt: skip
NAMES = st.one_of(st.sampled_from(["label", "id", "source", "start", "type", "key", "名称", "a b", "1", "Ａ"]), st.text(max_size=4))  # fmt: skip
ROWS = st.dictionaries(NAMES, ANYTHING, max_size=4)


@st.composite
def any_graph(draw: st.DrawFn) -> graphs.Graph:
    """Loops, parallel edges, islands, names that become equal when cleaned."""
    names = draw(
        st.lists(
            st.one_of(st.text(max_size=4), st.sampled_from(["a", "a\x00", "", "1", "[]", "()"])),
            max_size=5,
            unique=True,
        )
    )
    edges = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names), ROWS), max_size=6)) if names else []
    return graphs.Graph([(name, draw(ROWS)) for name in names], edges, draw(ROWS), FACTS)


def read(kind: str, data: bytes) -> Any:
    if kind == "json":
        return nx.node_link_graph(json.loads(data), edges="edges")
    if kind == "gml":
        return nx.read_gml(io.BytesIO(data))
    return {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[kind](io.BytesIO(data))


@pytest.mark.parametrize("kind", list(graphs.WRITERS))
@given(graph=any_graph())
@settings(max_examples=20, deadline=None)
def test_any_graph_is_read_back_whole(kind: str, graph: graphs.Graph) -> None:
    tidied = graphs.tidy(graph)
    data = graphs.WRITERS[kind](graph, "zh")
    assert data == graphs.WRITERS[kind](graph, "zh")
    found = read(kind, data)
    assert found.number_of_nodes() == len(graph.nodes) and found.number_of_edges() == len(graph.edges)
    if kind != "gml":  # there the label is the name
        assert set(found.nodes) == {name for name, _ in tidied.nodes}
        for name, row in tidied.nodes:
            for column, value in row.items():
                shown = found.nodes[name][column]
                assert shown == value or kind == "json" or str(shown).split() == str(value).split(), column


@pytest.mark.parametrize("word", ["[]", "()", "[", "{}", '""', "&amp;", "\\"])
@pytest.mark.parametrize("kind", list(graphs.WRITERS))
def test_a_word_that_looks_like_syntax_stays_a_name(kind: str, word: str) -> None:
    found = read(kind, graphs.WRITERS[kind](graphs.Graph([(word, {}), ("b", {"label": word})], [], {}, None), "zh"))
    assert found.number_of_nodes() == 2 and all(isinstance(name, str) for name in found.nodes)


@pytest.mark.parametrize("kind", list(graphs.WRITERS))
def test_what_offices_write_keeps_its_kind(kind: str) -> None:
    row = {
        "label": "滤膜 <0.2 µm> & “试”", "anchor": True, "value": 12.5, "stage": 2, "note": None, "on": date(2026, 5, 1),
        "tags": ["甲", "乙"], "odd": "a\x07b",
    }  # fmt: skip
    found = read(
        kind,
        graphs.WRITERS[kind](graphs.Graph([("膜", row), ("b", {})], [("膜", "b", {"value": 1.5})], {}, FACTS), "zh"),
    )
    name = row["label"] if kind == "gml" else "膜"
    kept = found.nodes[name]
    assert kept["anchor"] in (True, 1) and kept["value"] == 12.5 and kept["stage"] == 2 and kept["on"] == "2026-05-01"
    assert kept["odd"] == "ab" and "note" not in kept
    assert kept["tags"] == (["甲", "乙"] if kind == "json" else '["甲", "乙"]')
    assert "2026-10-31" in graphs.WRITERS[kind](graphs.Graph([], [], {}, FACTS), "en").decode()


@given(ANYTHING)
def test_plain_is_never_nan_and_plain_already(value: Any) -> None:
    made = plain(value)
    assert made is None or isinstance(made, str | int | float | bool)
    assert made == made and plain(made) == made
    assert not isinstance(made, str) or clean(made) == made
