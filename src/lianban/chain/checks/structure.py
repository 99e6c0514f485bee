"""Structure (结构): tables, columns, filled cells, keys."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from lianban.chain.checks.places import about, at
from lianban.chain.dictionary import TABLES
from lianban.chain.findings import Batch
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

NEEDED = {  # the tables without which nothing can be said, and what each is for
    "chain": Text("一行，写明产业链名称、境内范围和数据日期", "one row with the chain's name, home and data date"),
    "segments": Text("环节及其从左到右的序号", "the segments and their order from left to right"),
    "products": Text("产品及其所属环节", "the products and their segments"),
    "sources": Text("每条事实的出处", "where every fact comes from"),
}
OWN_CODE = {"source": "missing_source", "observed_on": "missing_date"}


def tables_that_must_be_there(chain: "Chain") -> Iterator[Batch]:
    """Name tables that are absent or empty; table chain has exactly one row."""
    for table, purpose in NEEDED.items():
        if not len(chain.tables[table]):
            yield Batch(
                "missing_table",
                table,
                "",
                values=[table],
                facts={"name_zh": TABLES[table].zh, "needs": purpose},
            )
    n_rows = len(chain.tables["chain"])
    if n_rows > 1:
        yield from at(chain, "one_row", "chain", np.arange(1, n_rows), "code")


def columns_that_must_be_there(chain: "Chain") -> Iterator[Batch]:
    """Name required columns that the file does not have."""
    for table, origin in chain._origins.items():
        for name in origin.missing if len(chain.tables[table]) else ():
            column = TABLES[table][name]
            if column.is_required and not column.default:
                yield about(chain, "missing_column", table, name, name, column_zh=column.zh)
            elif column.is_required and not column.is_key:
                yield about(chain, "default_used", table, name, name, column_zh=column.zh, default=column.default)


def cells_that_must_be_filled(chain: "Chain") -> Iterator[Batch]:
    """Name empty cells of required columns, except where reading already said why they are empty."""
    told = _told_rows(chain)
    for table in TABLES.values():
        frame = chain.tables[table.name]
        missing = chain._origins[table.name].missing if table.name in chain._origins else ()
        for column in table:
            if not column.is_required or column.name in missing or not len(frame):
                continue
            empty = frame[column.name].isna().to_numpy()
            if not empty.any():
                continue
            positions = np.flatnonzero(empty)
            explained = told.get((table.name, column.name))
            if explained is not None:
                positions = positions[~np.isin(chain.rows_of(table.name, positions), explained)]
            code = OWN_CODE.get(column.name, "missing_value")
            yield from at(chain, code, table.name, positions, column.name, column_zh=column.zh)


def _told_rows(chain: "Chain") -> dict[tuple[str, str], np.ndarray]:
    told: dict[tuple[str, str], list] = {}
    for batch in chain._reading:
        if batch.severity == "error" and batch.column:
            told.setdefault((batch.table, batch.column), []).extend(r for r in batch.rows if r is not None)
    return {place: np.array(rows) for place, rows in told.items()}


def keys(chain: "Chain") -> Iterator[Batch]:
    """Name keys that stand twice."""
    for table in TABLES.values():
        codes = chain.tables[table.name]["code"]
        again = (codes.duplicated() & codes.notna()).to_numpy()
        if again.any():
            first = codes.reset_index(drop=True)
            first = first[~first.duplicated()]
            where = dict(zip(first, chain.rows_of(table.name, first.index), strict=True))
            firsts = [int(where[code]) for code in codes[again]]
            yield from at(chain, "duplicate_key", table.name, again, "code", first=firsts)
