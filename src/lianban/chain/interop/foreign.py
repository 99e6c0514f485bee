"""Any graph as a chain: nodes are products, an edge says that its end needs its beginning. What is not known stays empty."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from lianban.chain.dictionary import TABLES

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

SEGMENT = "all"
KEPT = {"code", "source", "segment", "parent"}  # columns that are made here, never taken from the graph


def from_foreign(
    nodes: list[tuple[str, dict[str, Any]]],
    edges: list[tuple[str, str, dict[str, Any]]],
    *,
    name: str,
    data_date: date | str,
    source: str,
    home: str = "CN",
    segment: str = "segment",
) -> "Chain":
    """Build a chain from the parts of a graph.

    Parameters
    ----------
    name : name of the chain
    data_date : the day the graph is true for
    source : where the graph comes from, in words: the source of every row
    home : place that "domestic" means
    segment : the node attribute that names a product's segment; without it all products stand in one

    A node without a way out is a final product. Attributes that are columns of the dictionary (``value``, ``unit``,
    ``cost_share``, ``essential`` …) are taken over, others are not.
    """
    from lianban.chain.chain import Chain

    if not nodes:
        raise ValueError("the graph has no nodes")
    codes = codes_for([node for node, _ in nodes])
    needed = {a for a, b, _ in edges if a != b}
    fact = {"source": "graph", "observed_on": str(data_date)}
    groups = sorted({str(row.get(segment) or "") for _, row in nodes})
    groupcodes_for = dict(zip(groups, codes_for([group or SEGMENT for group in groups]), strict=True))
    products = [
        {
            "name": str(row.get("label") or node), "final": node not in needed, **_known("products", row),
            "code": codes[node], "segment": groupcodes_for[str(row.get(segment) or "")], **fact,
        }
        for node, row in nodes
    ]  # fmt: skip
    seen: set[tuple[str, str]] = set()
    inputs = []
    for a, b, row in edges:
        if a != b and (a, b) not in seen:
            seen.add((a, b))
            inputs.append({**_known("inputs", row), "product": codes[b], "input": codes[a], **fact})
    return Chain.from_tables(
        {
            "chain": [{"code": codes_for([name])[name], "name": name, "home": home, "data_date": str(data_date)}],
            "segments": [
                {"code": code, "name": group or name, "stage": i}
                for i, (group, code) in enumerate(groupcodes_for.items(), 1)
            ],
            "products": products,
            "inputs": inputs,
            "sources": [{"code": "graph", "title": source, "kind": "dataset", "read_on": str(data_date)}],
        },
        name=name,
    )


def _known(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k in TABLES[table].by_name and k not in KEPT and v is not None}


def codes_for(names: list[str]) -> dict[str, str]:
    """A code for each name: letters, digits and hyphens, each once; Chinese letters may stay."""
    made: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        base = code = re.sub(r"[^\w.-]+", "-", name).strip("-") or "node"
        n = 1
        while code in taken:
            n += 1
            code = f"{base}-{n}"
        taken.add(code)
        made[name] = code
    return made
