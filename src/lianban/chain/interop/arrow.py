"""Tables as Arrow, and back, by the PyCapsule protocol: polars, pyarrow and pandas read it, none of them is needed."""

from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from lianban.chain.dictionary import TABLES
from lianban.chain.parquet import select_typed

if TYPE_CHECKING:
    from lianban.chain.chain import Chain


class ArrowTable:
    """One table (Arrow 表): hand it to ``polars.DataFrame`` or ``pyarrow.table``; DuckDB makes the stream."""

    def __init__(self, frame: pd.DataFrame, table: str) -> None:
        self._frame, self.table = frame, table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        kinds = {column.name: column.type for column in TABLES[self.table]}
        return select_typed(_cursor(), self._frame, kinds).__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"<ArrowTable {self.table}: {len(self._frame)} rows>"


def to_arrow(chain: "Chain") -> dict[str, ArrowTable]:
    """Return every table that has rows as an Arrow stream."""
    return {table: ArrowTable(frame, table) for table, frame in chain.tables.items() if len(frame)}


def to_polars(chain: "Chain") -> dict[str, Any]:
    """Return every table that has rows as a ``polars.DataFrame``."""
    import polars

    return {name: polars.DataFrame(table) for name, table in to_arrow(chain).items()}


def frame_of(given: Any) -> pd.DataFrame:
    """Return a DataFrame of anything that gives an Arrow stream."""
    with _cursor() as base:
        base.register("given", _Stream(given))
        found: pd.DataFrame = base.sql("SELECT * FROM given").df()
    return found


def _cursor() -> Any:
    return _base().cursor()


@cache
def _base() -> Any:
    """One base in memory for all streams: opening one costs more than a table."""
    import duckdb

    return duckdb.connect(config={"threads": 1})


class _Stream:
    """Anything with an Arrow stream, whatever else it is: DuckDB would look at other faces of it first."""

    def __init__(self, given: Any) -> None:
        self._given = given

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._given.__arrow_c_stream__(requested_schema)
