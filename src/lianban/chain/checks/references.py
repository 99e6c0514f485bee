"""References (引用): codes that lead nowhere, rows about nothing, loops."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lianban.chain.checks.places import about, at, coded, distinct
from lianban.chain.dictionary import TABLES, Column
from lianban.chain.findings import Batch
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

GUESS_AMONG = 2_000  # nearest names are looked for among so many codes at most: the search is slow


def dangling(chain: "Chain") -> Iterator[Batch]:
    """Name codes that the table they refer to does not have."""
    for table in TABLES.values():
        for column in table:
            if column.references and len(chain.tables[table.name]):
                yield from _dangling(chain, column)


def _dangling(chain: "Chain", column: Column) -> list[Batch]:
    assert column.references is not None
    position, codes = coded(chain, column.table, column.name)
    target = set(distinct(chain, column.references[0], "code"))
    lost = [i for i, code in enumerate(codes) if code not in target]
    if not lost:
        return []
    guesses = {i: _guess(codes[i], chain, column.references[0], target) for i in lost[:GUESS_AMONG]}
    nothing = _guess("", chain, column.references[0], set())
    where = np.flatnonzero(np.isin(position, lost))
    return at(
        chain,
        "dangling_reference",
        column.table,
        where,
        column.name,
        target_zh=TABLES[column.references[0]].zh,
        target=column.references[0],
        guess=[guesses.get(i, nothing) for i in position[where]],
    )


def _guess(code: str, chain: "Chain", table: str, target: set[str]) -> Text:
    if 0 < len(target) <= GUESS_AMONG:
        frame = chain.tables[table]
        if "name" in frame and (named := frame.loc[(frame["name"] == code).fillna(False), "code"]).size:
            return Text(f"请写编码 {named.iloc[0]}，不写名称", f"Write the code {named.iloc[0]}, not the name")
        if near := get_close_matches(code, list(target), n=1, cutoff=0.7):
            return Text(f"是不是 {near[0]}？", f"Did you mean {near[0]}?")
    return Text(f"在“{TABLES[table].zh}”表补上它，或改正编码", f"Add it to table {table}, or correct the code")


def rows_about_nothing(chain: "Chain") -> Iterator[Batch]:
    """Name rows that say neither who nor whence, and rows that lead back to themselves."""
    made, sold = chain.tables["production"], chain.tables["supplies"]
    nobody = made["organisation"].isna() & made["origin"].isna()
    yield from at(chain, "no_maker_no_origin", "production", nobody.to_numpy(), "organisation")
    unsaid = sold["supplier"].isna() & sold["origin"].isna()
    yield from at(chain, "no_supplier_no_origin", "supplies", unsaid.to_numpy(), "supplier")
    numbers = chain.tables["parameters"]
    yield from at(
        chain,
        "about_nothing",
        "parameters",
        (numbers["product"].isna() & numbers["organisation"].isna()).to_numpy(),
        "product",
    )
    needs = chain.tables["inputs"]
    itself = (needs["product"] == needs["input"]).fillna(False).to_numpy(bool)
    yield from at(chain, "self_input", "inputs", itself, "input")
    own = (sold["supplier"] == sold["buyer"]).fillna(False).to_numpy(bool)
    yield from at(chain, "self_supply", "supplies", own, "supplier")


def loops(chain: "Chain") -> Iterator[Batch]:
    """List cycles of inputs, which are normal, and cycles of parents, which are not."""
    for table, start, end, code in (
        ("inputs", "product", "input", "input_cycle"),
        ("products", "code", "parent", "parent_cycle"),
    ):
        for members in _cycles(chain.tables[table][[start, end]], alone=code == "parent_cycle"):
            shown = " → ".join(members[:12]) + (" …" if len(members) > 12 else "")
            yield about(chain, code, table, end, shown, members=shown, n=len(members))


def _cycles(pairs: pd.DataFrame, *, alone: bool) -> list[list[str]]:
    """Return groups of codes that lead to one another; with ``alone`` also codes that lead to themselves."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = pairs.dropna()
    if not len(pairs):
        return []
    start, end = pairs.iloc[:, 0].to_numpy(dtype=object), pairs.iloc[:, 1].to_numpy(dtype=object)
    ids, codes = pd.factorize(np.concatenate([start, end]))
    n = len(codes)
    tail, head = ids[: len(start)], ids[len(start) :]
    links = coo_array((np.ones(len(tail)), (tail, head)), shape=(n, n)).tocsr()
    _, group = connected_components(links, directed=True, connection="strong")
    sizes = np.bincount(group)
    found = [sorted(codes[group == g]) for g in np.flatnonzero(sizes > 1)]
    if alone:
        found += [[codes[i]] for i in np.unique(tail[tail == head])]
    return sorted(found)
