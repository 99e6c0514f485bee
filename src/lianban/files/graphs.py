"""Graphs (图文件) out: GraphML, GEXF, GML and JSON that other programs open, whatever stands in the attributes.

What a format cannot hold is made plain first (``lianban.files.plain``), once, for all four: one kind for each column,
no reserved names, no two nodes of one name. No random numbers and no clock: the same graph makes the same bytes.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lianban.files.facts import Facts, program_version
from lianban.files.plain import Plain, as_kind, clean, kind_of, plain, word

# Names with a meaning of their own in one of the formats or programs; ours get an underscore behind.
RESERVED = {
    "id", "source", "target", "key", "directed", "type", "start", "end", "pid", "parents", "slices", "spells", "viz", "for", "graphics",
}  # fmt: skip
_NO_WORDS = {"[]": "[ ]", "()": "( )"}
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass
class Graph:
    """A directed graph (图): nodes with names that are unique, edges between them; attributes may hold anything.

    ``label`` among a node's attributes is what programs show.
    """

    nodes: Sequence[tuple[str, Mapping[str, Any]]]
    edges: Sequence[tuple[str, str, Mapping[str, Any]]]
    about: Mapping[str, Any] = field(default_factory=dict)
    facts: Facts | None = None


@dataclass
class Tidy:
    """A graph whose attributes every format can hold; ``columns`` give the kind of each attribute."""

    nodes: list[tuple[str, dict[str, Plain]]]
    edges: list[tuple[str, str, dict[str, Plain]]]
    about: dict[str, str]
    node_columns: dict[str, str]
    edge_columns: dict[str, str]


def tidy(graph: Graph, language: str = "zh") -> Tidy:
    """Make every attribute plain and every name unique."""
    names = _unique([node for node, _ in graph.nodes])
    place = {node: name for (node, _), name in zip(graph.nodes, names, strict=True)}
    node_rows, node_columns = _tidy_rows([attributes for _, attributes in graph.nodes])
    edge_rows, edge_columns = _tidy_rows([attributes for _, _, attributes in graph.edges])
    about = {_safe_name(name): word(plain(value)) for name, value in graph.about.items() if plain(value) is not None}
    if graph.facts:
        about |= {clean(label): clean(value) for label, value in graph.facts.lines(language)}
    edges = [(place[a], place[b], row) for (a, b, _), row in zip(graph.edges, edge_rows, strict=True)]
    return Tidy(list(zip(names, node_rows, strict=True)), edges, about, node_columns, edge_columns)


def _tidy_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Plain]], dict[str, str]]:
    made: list[dict[str, Plain]] = [
        {_safe_name(str(k)): v for k, one in row.items() if (v := plain(one)) not in (None, "")} for row in rows
    ]
    columns: dict[str, list[Plain]] = {}
    for row in made:
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    kinds = {name: "string" if name == "label" else kind_of(values) for name, values in columns.items()}
    for row in made:
        for name, value in row.items():
            row[name] = word(value) if kinds[name] == "string" else as_kind(value, kinds[name])
    return made, kinds


def _safe_name(name: str) -> str:
    name = clean(name).strip() or "attribute"
    return f"{name}_" if name.lower() in RESERVED else name


def _unique(names: Iterable[Any]) -> list[str]:
    """Names as text, each once: what becomes equal by cleaning gets a number."""
    taken: set[str] = set()
    made = []
    for name in names:
        base = free = clean(str(name)) or "node"
        n = 1
        while free in taken:
            n += 1
            free = f"{base}~{n}"
        taken.add(free)
        made.append(free)
    return made


def graphml(graph: Graph, language: str = "zh") -> bytes:
    """GraphML: networkx, Gephi, yEd, Cytoscape, igraph."""
    kinds = {"string": "string", "boolean": "boolean", "integer": "long", "number": "double"}
    tidied = tidy(graph, language)
    out = [_XML, '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n']
    keys: dict[tuple[str, str], str] = {}
    for owner, columns in (
        ("graph", dict.fromkeys(tidied.about, "string")), ("node", tidied.node_columns), ("edge", tidied.edge_columns),
    ):  # fmt: skip
        for name, kind in columns.items():
            keys[owner, name] = key = f"{owner[0]}{len(keys)}"
            out.append(f'<key id="{key}" for="{owner}" attr.name={quoteattr(name)} attr.type="{kinds[kind]}"/>\n')

    def data(owner: str, row: Mapping[str, Plain]) -> str:
        return "".join(f'<data key="{keys[owner, name]}">{_text(word(v))}</data>' for name, v in row.items())

    out.append(f'<graph edgedefault="directed">{data("graph", tidied.about)}\n')
    out += [f"<node id={quoteattr(name)}>{data('node', row)}</node>\n" for name, row in tidied.nodes]
    out += [
        f"<edge source={quoteattr(a)} target={quoteattr(b)}>{data('edge', row)}</edge>\n" for a, b, row in tidied.edges
    ]
    out.append("</graph>\n</graphml>\n")
    return "".join(out).encode()


def gexf(graph: Graph, language: str = "zh") -> bytes:
    """GEXF 1.2: Gephi's own format."""
    kinds = {"string": "string", "boolean": "boolean", "integer": "long", "number": "double"}
    tidied = tidy(graph, language)
    changed = f' lastmodifieddate="{graph.facts.made_at:%Y-%m-%d}"' if graph.facts else ""
    told = _text("；".join(f"{name}：{value}" for name, value in tidied.about.items()))
    out = [
        _XML, '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n',
        f"<meta{changed}><creator>lianban {program_version()}</creator><description>{told}</description></meta>\n",
        '<graph defaultedgetype="directed" mode="static">\n',
    ]  # fmt: skip
    places: dict[str, dict[str, int]] = {}
    for owner, columns in (("node", tidied.node_columns), ("edge", tidied.edge_columns)):
        titles = [name for name in columns if name != "label"]
        places[owner] = {name: i for i, name in enumerate(titles)}
        listed = "".join(f'<attribute id="{i}" title={quoteattr(n)} type="{kinds[columns[n]]}"/>' for n, i in places[owner].items())  # fmt: skip
        out.append(f'<attributes class="{owner}" mode="static">{listed}</attributes>\n')

    def values(owner: str, row: Mapping[str, Plain]) -> str:
        told = (f'<attvalue for="{places[owner][n]}" value={quoteattr(word(v))}/>' for n, v in row.items() if n != "label")  # fmt: skip
        return f"<attvalues>{''.join(told)}</attvalues>"

    out.append("<nodes>\n")
    for name, row in tidied.nodes:
        out.append(f"<node id={quoteattr(name)} label={quoteattr(word(row.get('label') or name))}>{values('node', row)}</node>\n")  # fmt: skip
    out.append("</nodes>\n<edges>\n")
    for i, (a, b, row) in enumerate(tidied.edges):
        label = f" label={quoteattr(word(row['label']))}" if "label" in row else ""
        out.append(f'<edge id="{i}" source={quoteattr(a)} target={quoteattr(b)}{label}>{values("edge", row)}</edge>\n')
    out.append("</edges>\n</graph>\n</gexf>\n")
    return "".join(out).encode()


def gml(graph: Graph, language: str = "zh") -> bytes:
    """GML: seven-bit text, everything else as character references, as the format asks."""
    tidied = tidy(graph, language)
    # networkx reads the words "[]" and "()" as an empty list and tuple, and a list cannot be a node's name.
    labels = _unique(_NO_WORDS.get(str(told := row.get("label") or name), told) for name, row in tidied.nodes)
    number = {name: i for i, (name, _) in enumerate(tidied.nodes)}
    told = "; ".join(f"{name}: {value}" for name, value in tidied.about.items())
    out = [f'Creator "lianban {program_version()}"\ngraph [\n  directed 1\n  multigraph 1\n  comment {_quoted(told)}\n']

    def lines(row: Mapping[str, Plain], keys: Mapping[str, str]) -> str:
        return "".join(f"    {keys[n]} {_gml_value(v)}\n" for n, v in row.items() if n != "label")

    node_keys, edge_keys = _gml_keys(tidied.node_columns), _gml_keys(tidied.edge_columns)
    for i, (name, row) in enumerate(tidied.nodes):
        known = lines({"name_of_node": name, **row}, {"name_of_node": "key_", **node_keys})
        out.append(f"  node [\n    id {i}\n    label {_quoted(labels[i])}\n{known}  ]\n")
    for n, (a, b, row) in enumerate(tidied.edges):
        label = f"    label {_quoted(word(row['label']))}\n" if "label" in row else ""
        out.append(
            f"  edge [\n    source {number[a]}\n    target {number[b]}\n    key {n}\n{label}{lines(row, edge_keys)}  ]\n"
        )
    out.append("]\n")
    return "".join(out).encode("ascii")


def _gml_keys(columns: Iterable[str]) -> dict[str, str]:
    made = {}
    for name in columns:
        key = re.sub(r"[^0-9A-Za-z_]", "", name)
        made[name] = key if key[:1].isalpha() else f"a{key}"
    return dict(zip(made, _unique_keys(made.values()), strict=True))


def _unique_keys(keys: Iterable[str]) -> list[str]:
    return [key.replace("~", "") for key in _unique(keys)]


def _gml_value(value: Plain) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int) and abs(value) < 2**31:
        return str(value)
    if isinstance(value, float):
        text = repr(value)
        return text if "." in text or "e" not in text else text.replace("e", ".0e")
    return _quoted(word(value))


def _quoted(text: str) -> str:
    return '"' + re.sub(r'[^ -~]|[&"]', lambda m: f"&#{ord(m[0])};", text) + '"'


def node_link(graph: Graph, language: str = "zh") -> bytes:
    """JSON as networkx' ``node_link_graph`` reads it; d3 and others know it too. Lists stay lists."""
    tidied = tidy(graph, language)

    def kept(row: Mapping[str, Plain], given: Mapping[str, Any]) -> dict[str, Any]:
        whole = {_safe_name(str(k)): json.loads(str(plain(v))) for k, v in given.items() if isinstance(v, list | tuple | dict)}  # fmt: skip
        return {**row, **whole}

    nodes = [
        {"id": name, **kept(row, given)} for (name, row), (_, given) in zip(tidied.nodes, graph.nodes, strict=True)
    ]
    edges = [
        {"source": a, "target": b, "key": i, **kept(row, given)}
        for i, ((a, b, row), (_, _, given)) in enumerate(zip(tidied.edges, graph.edges, strict=True))
    ]
    found = {"directed": True, "multigraph": True, "graph": tidied.about, "nodes": nodes, "edges": edges}
    return (json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def _text(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


WRITERS: dict[str, Callable[[Graph, str], bytes]] = {
    "graphml": graphml, "gexf": gexf, "gml": gml, "json": node_link,
}  # fmt: skip
