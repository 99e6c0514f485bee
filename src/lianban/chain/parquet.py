"""Parquet (列式文件) in and out. DuckDB is known to this module only."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lianban.chain.grids import Unreadable

SQL_TYPES = {"string": "VARCHAR", "number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE"}


def read_columns(path: Path, label: str) -> dict[str, np.ndarray]:
    """Read every column as an array; text as objects with None for nothing.

    One column after another: the text of one column is shared out and let go before the next is fetched.
    """
    import duckdb

    with duckdb.connect(config={"enable_external_access": True}) as base:
        try:
            kinds = base.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
            return {str(name): _column(base, path, str(name), str(kind)) for name, kind, *_ in kinds}
        except duckdb.Error as error:
            first = str(error).splitlines()[0][:200]
            raise Unreadable(
                label, f"不是可读的 Parquet 文件（{first}）", f"it is no readable Parquet file ({first})"
            ) from None


def _column(base: Any, path: Path, name: str, kind: str) -> np.ndarray:
    quoted = '"' + name.replace('"', '""') + '"'
    numeric = ("DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "DATE", "VARCHAR")
    plain = quoted if kind in numeric else f"CAST({quoted} AS {'DOUBLE' if kind.startswith('DECIMAL') else 'VARCHAR'})"
    if kind.startswith("TIMESTAMP"):
        plain = f"CAST({quoted} AS DATE)"
    found: Any = base.execute(f"SELECT {plain} AS c FROM read_parquet(?)", [str(path)]).fetchnumpy()["c"]
    if not np.ma.isMaskedArray(found):
        return np.asarray(found)
    plain_cells: Any = np.ma.getdata(found)
    gone = np.ma.getmaskarray(found)
    if found.dtype.kind in "iuf":
        return np.where(gone, np.nan, plain_cells.astype(float))
    if found.dtype.kind == "M":
        return np.where(gone, np.datetime64("NaT"), plain_cells)
    cells = plain_cells.astype(object)
    cells[gone] = None
    return np.asarray(cells)


def write_table(frame: pd.DataFrame, kinds: dict[str, str], path: Path, about: dict[str, str] | None = None) -> None:
    """Write one table; ``kinds`` gives the dictionary type of each column, ``about`` goes into the file's metadata."""
    import duckdb

    with duckdb.connect() as base:
        rows = select_typed(base, frame, kinds)
        said = ", ".join(f"{_literal(name)}: {_literal(value)}" for name, value in (about or {}).items())
        options = "FORMAT parquet, COMPRESSION zstd" + (f", KV_METADATA {{{said}}}" if said else "")
        base.execute(f"COPY ({rows.sql_query()}) TO {_literal(str(path))} ({options})")


def select_typed(base: Any, frame: pd.DataFrame, kinds: dict[str, str]) -> Any:
    """Return the columns of a frame as a DuckDB relation with the dictionary's types."""
    plain = pd.DataFrame({name: _plain(frame[name], kind) for name, kind in kinds.items()})
    base.register("given", plain)
    casts = ", ".join(f'CAST("{name}" AS {SQL_TYPES[kind]}) AS "{name}"' for name, kind in kinds.items())
    return base.sql(f"SELECT {casts} FROM given")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _plain(values: pd.Series, kind: str) -> Any:
    if kind == "number":
        return values
    if kind == "date":
        return values.astype("datetime64[us]")
    return pd.Series(values.astype(object).where(values.notna(), None).to_numpy(dtype=object), dtype=object)
