"""Where in the package: turns positions in a table into a batch that names file, row, column and value."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lianban.chain.findings import Batch

if TYPE_CHECKING:
    from lianban.chain.chain import Chain


def at(chain: "Chain", code: str, table: str, where: Any, column: str = "", **facts: Any) -> list[Batch]:
    """Return a batch for the rows where a mask is true (or for positions); nothing where there are none."""
    where = np.asarray(where)
    positions = np.flatnonzero(where) if where.dtype == bool else where.astype(int)
    if not len(positions):
        return []
    cells: list[Any] = [""] * len(positions)
    if column:
        cells = [None if cell is pd.NA else cell for cell in chain.tables[table][column].iloc[positions].astype(object)]
    rows = list(chain.rows_of(table, positions))
    return [Batch(code, table, chain.file_of(table), column, rows, [_shown(cell) for cell in cells], facts)]


def about(chain: "Chain", code: str, table: str, column: str = "", value: str = "", **facts: Any) -> Batch:
    """Return a batch with one finding about a whole table."""
    return Batch(code, table, chain.file_of(table), column, [None], [value], facts)


def _shown(cell: Any) -> Any:
    return str(cell.date()) if isinstance(cell, pd.Timestamp) else cell


def true_where(mask: pd.Series) -> np.ndarray:
    """Return a plain mask; what is unknown is not true."""
    return mask.fillna(False).to_numpy(dtype=bool, copy=True)


def coded(chain: "Chain", table: str, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Return for every row the number of its value (-1: empty), and the different values.

    Several checks ask it of the same column; hashing a million texts takes a fifth of a second, so the answer is kept
    while one check of the package runs.
    """
    place = (table, column)
    if place not in chain._coded:
        chain._coded[place] = pd.factorize(chain.tables[table][column].to_numpy(dtype=object))
    return chain._coded[place]


def distinct(chain: "Chain", table: str, column: str) -> list[Any]:
    """Return the different values of a column that are not empty, once each."""
    return list(coded(chain, table, column)[1])
