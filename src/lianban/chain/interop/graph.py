"""A chain as a graph (图), and back: what is a thing becomes a node, what runs between two things an edge.

``of="all"`` loses nothing: every row of every table is a node, an edge, or stands in the graph's own ``tables``.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from lianban.chain.dictionary import TABLES
from lianban.files.graphs import Graph

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

KINDS = ("all", "products", "organisations")
NODES = ("segments", "products", "organisations")  # one row, one node
EDGES: dict[str, tuple[tuple[str, ...], str]] = {  # columns that may name the beginning, and the column of the end
    "inputs": (("products.input",), "products.product"),
    "production": (("organisations.organisation", "places.origin"), "products.product"),
    "supplies": (("organisations.supplier", "places.origin"), "organisations.buyer"),
}
RENAMED = {"source": "source_code"}  # "source" is the beginning of an edge in every graph program
TABLE = "table"
LINKS = ("in_segment", "kind_of")  # edges that repeat what a column says, for the eye


def chain_graph(chain: "Chain", of: str = "all") -> Graph:
    """Return the graph of a chain: ``all``, ``products`` with what they need, or ``organisations`` with who supplies whom.

    In the graph of products the names of nodes are the products' codes; in the others the table stands in front:
    ``organisations:acme``, and ``places:JP`` where of a supplier only the origin is known.
    """
    if of not in KINDS:
        raise ValueError(f"a chain has no graph of {of!r}; one of {', '.join(KINDS)}")
    wanted = {"all": (NODES, tuple(EDGES)), "products": (("products",), ("inputs",)), "organisations": (("organisations",), ("supplies",))}[of]  # fmt: skip
    bare = of == "products"
    nodes = {
        _name(table, row["code"], bare): {"label": row.get("name") or row["code"], TABLE: table, **_renamed(row)}
        for table in wanted[0]
        for row in records(chain, table)
    }
    edges: list[tuple[str, str, Mapping[str, Any]]] = []
    for table in wanted[1]:
        begins, ends = EDGES[table]
        for row in records(chain, table):
            begin = next((b for b in begins if row.get(b.split(".")[1])), None)
            if begin is None or not row.get(ends.split(".")[1]):
                continue
            pair = [_name(place.split(".")[0], row[place.split(".")[1]], bare) for place in (begin, ends)]
            for name in pair:
                nodes.setdefault(name, {"label": name.partition(":")[2] or name, TABLE: name.partition(":")[0]})
            edges.append((pair[0], pair[1], {TABLE: table, **_renamed(row)}))
    about: dict[str, Any] = {"name": chain.info.get("name") or chain.name, "lianban": "chain"}
    if of == "all":
        edges += _links(chain)
        about["tables"] = _other_tables(chain, edges)
    return Graph(list(nodes.items()), edges, about)


def records(chain: "Chain", table: str) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values, empty cells left out."""
    frame = chain.tables[table]
    columns = {column.name: _plain(frame[column.name], column.type) for column in TABLES[table]}
    return [
        {name: value for name, value in zip(columns, row, strict=True) if value is not None}
        for row in zip(*columns.values(), strict=True)
    ]


def _plain(values: pd.Series, kind: str) -> list[Any]:
    casts: dict[str, Callable[[Any], Any]] = {
        "string": str,
        "number": float,
        "integer": int,
        "boolean": bool,
        "date": _day,
    }
    return [None if gone else casts[kind](v) for v, gone in zip(values, values.isna().to_numpy(), strict=True)]


def _day(value: Any) -> date:
    found: date = value.date()
    return found


def _name(table: str, code: str, bare: bool) -> str:
    return code if bare else f"{table}:{code}"


def _renamed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {RENAMED.get(name, name): value for name, value in row.items()}


def _links(chain: "Chain") -> list[tuple[str, str, Mapping[str, Any]]]:
    """Edges for the eye: a product to its segment, a kind to its parent."""
    found = []
    for row in records(chain, "products"):
        for column, target, link in (("segment", "segments", "in_segment"), ("parent", "products", "kind_of")):
            if row.get(column):
                found.append((f"products:{row['code']}", f"{target}:{row[column]}", {TABLE: link}))
    return [edge for edge in found if edge[1].partition(":")[2] in set(chain.tables[edge[1].partition(":")[0]]["code"])]


def _other_tables(
    chain: "Chain", edges: Iterable[tuple[str, str, Mapping[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """Rows that are neither node nor edge, as JSON knows them."""
    drawn = {(row[TABLE], row.get("code")) for _, _, row in edges}
    left = {}
    for table in TABLES:
        rows = [] if table in NODES else [r for r in records(chain, table) if (table, r.get("code")) not in drawn]
        if rows:
            left[table] = [{k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()} for row in rows]
    return left


def to_networkx(chain: "Chain", of: str = "all") -> Any:
    """Return a ``networkx.MultiDiGraph``."""
    import networkx as nx

    graph = chain_graph(chain, of)
    made: Any = nx.MultiDiGraph(**graph.about)
    made.add_nodes_from((name, dict(row)) for name, row in graph.nodes)
    made.add_edges_from((a, b, dict(row)) for a, b, row in graph.edges)
    return made


def to_igraph(chain: "Chain", of: str = "all", *, graph_class: Any = None) -> Any:
    """Return an ``igraph.Graph``; ``graph_class`` where it is not to be imported (its licence is the GPL)."""
    if graph_class is None:
        import igraph

        graph_class = igraph.Graph
    graph = chain_graph(chain, of)
    place = {name: i for i, (name, _) in enumerate(graph.nodes)}
    columns: list[dict[str, list[Any]]] = []
    for rows in ([{"name_of_node": n, **row} for n, row in graph.nodes], [row for _, _, row in graph.edges]):
        names = sorted({name for row in rows for name in row})
        columns.append({name: [row.get(name) for row in rows] for name in names})
    made = graph_class(
        n=len(graph.nodes), edges=[(place[a], place[b]) for a, b, _ in graph.edges], directed=True,
        graph_attrs=dict(graph.about), vertex_attrs=columns[0], edge_attrs=columns[1],
    )  # fmt: skip
    return made


def from_networkx(graph: Any, **about: Any) -> "Chain":
    """Build a chain from a networkx graph.

    One that ``to_networkx`` made, also where it was written to a file and read again, gives the same chain. Of any other
    graph the nodes become products and every edge says that its end needs its beginning (``foreign`` tells what is
    asked for).
    """
    nodes = [(str(name), dict(row)) for name, row in graph.nodes(data=True)]
    edges = [(str(a), str(b), dict(row)) for a, b, row in graph.edges(data=True)]
    return from_parts(nodes, edges, dict(graph.graph), **about)


def from_igraph(graph: Any, **about: Any) -> "Chain":
    """Build a chain from an igraph graph, as ``from_networkx`` does."""
    rows = [{k: v for k, v in vertex.attributes().items() if v is not None} for vertex in graph.vs]
    names = [str(row.pop("name_of_node", None) or row.get("name") or i) for i, row in enumerate(rows)]
    edges = [
        (names[e.tuple[0]], names[e.tuple[1]], {k: v for k, v in e.attributes().items() if v is not None})
        for e in graph.es
    ]
    return from_parts(list(zip(names, rows, strict=True)), edges, {k: graph[k] for k in graph.attributes()}, **about)


def from_parts(
    nodes: list[tuple[str, dict[str, Any]]], edges: list[tuple[str, str, dict[str, Any]]], own: dict[str, Any], **about: Any
) -> "Chain":  # fmt: skip
    from lianban.chain.chain import Chain

    if own.get("lianban") != "chain":
        from lianban.chain.interop.foreign import from_foreign

        return from_foreign(nodes, edges, **about)
    if about:
        raise TypeError("a graph made from a chain says everything itself")
    left = own.get("tables") or {}
    tables: dict[str, list[dict[str, Any]]] = json.loads(left) if isinstance(left, str) else dict(left)
    for row in [row for _, row in nodes] + [row for _, _, row in edges]:
        table = row.get(TABLE)
        if table in TABLES and "code" in row:
            back = {new: old for old, new in RENAMED.items()}
            known = {back.get(name, name): value for name, value in row.items()}
            tables.setdefault(table, []).append({n: v for n, v in known.items() if n in TABLES[table].by_name})
    return Chain.from_tables(tables, name=str(own.get("name") or ""))
