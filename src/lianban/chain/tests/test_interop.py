"""A chain in other programs' hands and back: the same chain."""

import io
import json
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from lianban.chain.chain import Chain
from lianban.chain.interop import graph as graphs_of
from lianban.chain.interop.geo import chain_geojson, read_places
from lianban.chain.package import read_chain
from lianban.files import graphs


@pytest.fixture(scope="module")
def nev() -> Chain:
    return read_chain("sample:nev")


def test_graphs_and_their_files_give_the_same_chain_back(nev):
    made = nev.to_networkx()
    assert Chain.from_networkx(made).fingerprint == nev.fingerprint
    whole = graphs_of.chain_graph(nev)
    for kind, read in (
        ("graphml", nx.read_graphml),
        ("json", lambda f: nx.node_link_graph(json.load(f), edges="edges")),
    ):
        found = read(io.BytesIO(graphs.WRITERS[kind](whole, "zh")))
        assert Chain.from_networkx(found).fingerprint == nev.fingerprint, kind


def test_graphs_of_one_kind_hold_what_they_say(nev):
    products = nev.to_networkx("products")
    assert set(products.nodes) == set(nev.products["code"]) and products.number_of_edges() == len(nev.inputs)
    firms = nev.to_networkx("organisations")
    assert firms.number_of_edges() == len(nev.supplies)
    with pytest.raises(ValueError, match="no graph"):
        nev.to_networkx("people")


def test_any_graph_becomes_a_chain_that_passes_its_check():
    given: Any = nx.DiGraph(
        [
            ("砂", "硅片", {"cost_share": 0.3}),
            ("硅片", "芯片"),
            ("芯片", "砂"),
            ("芯片", "整机"),
            ("a b", "整机"),
            ("a-b", "整机"),
        ]
    )
    given.nodes["硅片"].update(segment="材料", label="硅片 12 英寸", colour="red")
    made = Chain.from_networkx(given, name="示例图", data_date="2026-10-31", source="一张图（示例）")
    assert not made.check().errors
    assert len(made.products) == 6 and len(made.inputs) == 6
    assert made.products.set_index("code").loc["硅片", "name"] == "硅片 12 英寸"
    assert set(made.products.loc[made.products["final"], "code"]) == {"整机"}


class FakeIgraph:
    """What python-igraph's Graph offers of what is used; igraph itself is tried where it is installed."""

    def __init__(
        self, n: int, edges: list[Any], directed: bool, graph_attrs: dict, vertex_attrs: dict, edge_attrs: dict
    ):
        assert directed and all(len(column) == n for column in vertex_attrs.values())
        self._about = graph_attrs
        self.vs = [SimpleNamespace(attributes=lambda i=i: {k: v[i] for k, v in vertex_attrs.items()}) for i in range(n)]
        self.es = [
            SimpleNamespace(tuple=pair, attributes=lambda i=i: {k: v[i] for k, v in edge_attrs.items()})
            for i, pair in enumerate(edges)
        ]

    def attributes(self) -> list[str]:
        return list(self._about)

    def __getitem__(self, name: str) -> Any:
        return self._about[name]


def test_igraph_gives_the_same_chain_back(nev):
    assert Chain.from_igraph(nev.to_igraph(graph_class=FakeIgraph)).fingerprint == nev.fingerprint
    try:
        import igraph  # noqa: F401
    except ImportError:
        return
    assert Chain.from_igraph(nev.to_igraph()).fingerprint == nev.fingerprint


def test_tables_go_through_pandas_and_arrow_unchanged(nev):
    assert Chain.from_tables(nev.to_pandas()).fingerprint == nev.fingerprint
    assert Chain.from_tables(nev.to_arrow()).fingerprint == nev.fingerprint
    try:
        import polars  # noqa: F401
    except ImportError:
        return
    assert Chain.from_tables(nev.to_polars()).fingerprint == nev.fingerprint


def system() -> Any:
    """Two regions, two sectors, small enough to reckon by hand."""
    rows = pd.MultiIndex.from_product([["CN", "JP"], ["材料", "整机"]], names=["region", "sector"])
    flows = pd.DataFrame([[10, 30, 0, 5], [0, 20, 0, 0], [0, 10, 4, 20], [0, 0, 0, 6]], rows, rows, dtype=float)
    last = pd.MultiIndex.from_tuples([("CN", "c"), ("JP", "c")])
    uses = pd.DataFrame([[5, 0], [75, 5], [0, 6], [25, 44]], rows, last, dtype=float)
    return SimpleNamespace(Z=flows, Y=uses, x=None)


def test_an_input_output_table_becomes_a_chain():
    made = Chain.from_pymrio(
        system(), "CN", name="两国两部门（示例）", data_date="2020-12-31", source="手算示例", times=1e6
    )
    assert not made.check().errors
    needs = made.inputs.set_index(["product", "input"])["cost_share"].to_dict()
    assert needs == {("整机", "材料"): 0.4}  # (30 at home + 10 from Japan) of an output of 100
    shares = made.production.set_index(["product", "origin"])["share"].to_dict()
    assert shares[("材料", "JP")] == pytest.approx(10 / 55, abs=1e-6)  # 45 of its own, 10 from Japan
    assert shares[("整机", "JP")] == pytest.approx(25 / 120, abs=1e-6)
    values = made.products.set_index("code")["value"]
    assert values["材料"] == 55e6 and values["整机"] == 120e6
    assert np.isclose(made.production.groupby("product")["share"].sum(), 1).all()
    with pytest.raises(ValueError, match="no region"):
        Chain.from_pymrio(system(), "DE", name="x", data_date="2020-12-31", source="x")


def test_geojson_says_where_only_what_somebody_said(nev, tmp_path):
    (tmp_path / "places.csv").write_text("code,lon,lat\n441200,112.47,23.05\n", encoding="utf-8")
    places = read_places(tmp_path / "places.csv")
    found = json.loads(chain_geojson(nev, places))
    assert len(found["features"]) == len(nev.organisations)
    placed = [f for f in found["features"] if f["geometry"]]
    assert placed and all(f["properties"]["place"].startswith("4412") for f in placed)
    assert placed[0]["geometry"]["coordinates"] == [112.47, 23.05]
    (tmp_path / "places.csv").write_text("code,lon,lat\n441200,112.47,north\n", encoding="utf-8")
    with pytest.raises(ValueError, match="row 1"):
        read_places(tmp_path / "places.csv")


@pytest.mark.parametrize("name", ["a.graphml", "a.gexf", "a.gml", "a.json", "a.geojson", "a.csv", "a.xlsx", "a.zip"])
def test_the_ending_says_the_format(nev, tmp_path, name):
    tables = {"tables": ("products",)} if name.endswith(".csv") else {}
    assert nev.export(tmp_path / name, **tables).stat().st_size > 1000
    with pytest.raises(ValueError, match="no format"):
        nev.export(tmp_path / "a.exe")
    with pytest.raises(ValueError, match="one table"):
        nev.export(tmp_path / "b.csv")
