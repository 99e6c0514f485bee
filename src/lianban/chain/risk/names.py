"""Who fails (情景的主体): the scenarios of a chain, their names and their nodes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.network import ChainNetwork

COLUMN = {"organisation": "organisation", "product": "product", "origin": "origin", "node": "label"}


@dataclass(frozen=True)
class Who:
    """Who fails in a scenario (情景主体): code, name, and with how many nodes."""

    code: str
    name: Text
    n_nodes: int


def who_of(chain: "Chain", network: "ChainNetwork", by: str) -> tuple[list[Who], list[np.ndarray]]:
    """Return the scenarios in the order of their codes (nodes in that of the network), and the nodes of each."""
    nodes = network.nodes
    groups = nodes.groupby(COLUMN[by], sort=by != "node").indices
    codes = [str(code) for code in nodes["label"]] if by == "node" else sorted(str(code) for code in groups)
    at = [np.sort(np.asarray(groups[code], np.int64)) for code in codes]
    name = _names(chain, network, by)
    return [Who(code, name[code], len(own)) for code, own in zip(codes, at, strict=True)], at


def _names(chain: "Chain", network: "ChainNetwork", by: str) -> Mapping[str, Text]:
    if by in ("organisation", "product"):
        table = _texts(chain.tables[f"{by}s"])
        return {code: table.get(code, Text(code, code)) for code in network.nodes[by].dropna()}
    if by == "origin":
        return {code: Text(code, code) for code in network.nodes["origin"].dropna()}
    products, makers = _texts(chain.tables["products"]), _texts(chain.tables["organisations"])
    found = {}
    for label, product, maker in network.nodes[["label", "product", "organisation"]].itertuples(index=False):
        made = products.get(product, Text(product, product))
        where = _unnamed(label.removeprefix(f"{product}@"))
        who = where if pd.isna(maker) else makers.get(maker, where)
        found[label] = Text(f"{made.zh} · {who.zh}", f"{made.en} · {who.en}")
    return found


def _unnamed(where: str) -> Text:
    """Name a source that is no organisation: ``origin:JP``, ``place:CN``, ``unspecified``."""
    kind, _, code = where.partition(":")
    if kind == "origin":
        return Text("境外，未说明", "abroad, unspecified") if code == "XX" else Text(f"来源地 {code}", f"origin {code}")
    if kind == "place":
        return Text(f"{code}，未说明是谁", f"{code}, unspecified")
    return Text("来源不明", "unspecified") if kind == "unspecified" else Text(where, where)


def _texts(table: pd.DataFrame) -> dict[str, Text]:
    """Name of every row by its code; the English one where given, else the Chinese one."""
    rows = table[["code", "name", "name_en"]].astype(object).itertuples(index=False)
    found = {}
    for code, name, name_en in rows:
        zh = code if pd.isna(name) else name
        found[str(code)] = Text(str(zh), str(zh if pd.isna(name_en) else name_en))
    return found
