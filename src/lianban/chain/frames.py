"""From raw cells to the tables of a chain: types, defaults, derived keys, and the findings made on the way."""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from lianban.chain import judgements, units
from lianban.chain.cells import TEXT, Converted, convert
from lianban.chain.dictionary import TABLES, Column, Table
from lianban.chain.findings import Batch


@dataclass
class RawTable:
    """One table as it stands in a file: raw cells by column name, and the row numbers people see."""

    table: str
    file: str
    columns: dict[str, Any]
    rows: np.ndarray
    from_1904: bool = False
    batches: list[Batch] = field(default_factory=list)
    hints: dict[str, str] = field(default_factory=dict)  # a unit that the header names for a column: 年产值（万元）


@dataclass(frozen=True)
class Origin:
    """Where the rows of a table stand in their file."""

    file: str
    rows: np.ndarray
    missing: tuple[str, ...] = ()


def shape(raw: RawTable) -> tuple[pd.DataFrame, list[Batch]]:
    """Turn one raw table into its documented DataFrame; return it with what was found on the way."""
    table = TABLES[raw.table]
    told = list(raw.batches)
    found: dict[str, Converted] = {}
    for column in table:
        if column.name not in raw.columns:
            found[column.name] = Converted(empty(column, len(raw.rows)))
            continue
        options = {"from_1904": raw.from_1904} if column.type == "date" else {}
        found[column.name] = convert(raw.columns[column.name], column, **options)
        for code, at, facts in found[column.name].told:
            told.append(batch(code, raw, column.name, at, facts))
    told += units.settle(table, found, raw)
    if table.name == "assessments":
        judgements.settle(found)
    _fill_defaults(table, found)
    frame = pd.DataFrame({name: one.values for name, one in found.items()}, copy=False)
    if table.derives_key:
        frame["code"] = derive_keys(frame, raw.table)
    return frame, told


@cache
def empty_frame(table: str) -> pd.DataFrame:
    """Return a table without rows, with its columns and types; copy it before use."""
    return shape(RawTable(table, "", {}, np.array([], dtype=int)))[0]


def empty(column: Column, n_rows: int) -> pd.Series:
    """Return a column with nothing in it."""
    if column.type == "string":
        return pd.Series(np.full(n_rows, pd.NA, dtype=object), dtype=TEXT)
    return pd.Series(np.full(n_rows, None, dtype=object)).astype(column.dtype)


def batch(code: str, raw: RawTable, column: str, at: np.ndarray, facts: dict[str, Any] | None = None) -> Batch:
    """Make the batch of findings of one column at some positions, with the cells as they were typed."""
    cells = raw.columns.get(column)
    values = [""] * len(at) if cells is None else list(np.asarray(cells, dtype=object)[at])
    return Batch(code, raw.table, raw.file, column, raw.rows[at], values, facts or {})


def _fill_defaults(table: Table, found: dict[str, Converted]) -> None:
    """Fill the dictionary's defaults in where nothing was typed; a cell that could not be read stays empty."""
    for column in table:
        if not column.default or column.is_key:
            continue
        one = found[column.name]
        nothing = one.values.isna().to_numpy(copy=True)
        nothing[one.bad] = False
        if nothing.any():
            default = convert(np.array([column.default], dtype=object), column).values.iloc[0]
            all_empty = nothing.all()
            one.values = _full(column, default, len(nothing)) if all_empty else one.values.mask(nothing, default)


def _full(column: Column, value: Any, n_rows: int) -> pd.Series:
    if column.type == "string":
        return pd.Series(np.full(n_rows, value, dtype=object), dtype=TEXT)
    return pd.Series(np.full(n_rows, value, dtype=object)).astype(column.dtype)


def derive_keys(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return the key column with empty keys made from the content of their rows."""
    bare = frame["code"].isna().to_numpy()
    if not bare.any():
        return frame["code"]
    rows = row_texts(frame.loc[bare].drop(columns="code"))
    codes = frame["code"].to_numpy(dtype=object, copy=True)
    codes[bare] = [f"{name}-{hashlib.blake2b(row.encode(), digest_size=6).hexdigest()}" for row in rows]
    return pd.Series(codes, dtype=TEXT)


def row_texts(frame: pd.DataFrame) -> list[str]:
    """Write every row as one line of name=value, leaving out what is empty: the canonical form of a row."""
    parts = [
        [f"{name}={text}\x1f" if text else "" for text in cell_texts(frame[name])] for name in sorted(frame.columns)
    ]
    return ["".join(row) for row in zip(*parts, strict=True)] if parts else []


def cell_texts(values: pd.Series) -> list[str]:
    """Write every cell in one way only: 0.5, 2024-05-31, true, or nothing."""
    gone = values.isna().to_numpy()
    if gone.all():
        return [""] * len(values)
    if pd.api.types.is_datetime64_any_dtype(values):
        texts = np.datetime_as_string(values.to_numpy("datetime64[D]"), unit="D").astype(object)
    elif pd.api.types.is_bool_dtype(values.dtype):
        texts = np.where(values.fillna(False).to_numpy(bool), "true", "false").astype(object)
    elif pd.api.types.is_float_dtype(values.dtype):
        position, distinct = pd.factorize(values.to_numpy())
        texts = np.array([*(number_text(v) for v in distinct), ""], dtype=object)[position]
    else:
        texts = values.astype(object).map(str, na_action="ignore").to_numpy(dtype=object, copy=True)
    texts[gone] = ""
    return texts.tolist()


def number_text(value: float) -> str:
    """Write a number so that it reads back as the same number: 3 for 3.0, else the shortest exact form."""
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
