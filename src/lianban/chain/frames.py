"""From raw cells to the tables of a chain: types, defaults, derived keys, and the findings made on the way."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from lianban.chain.cells import TEXT, convert
from lianban.chain.dictionary import TABLES, Column, Table
from lianban.chain.findings import Batch

YUAN = {"元": 1.0, "万元": 1e4, "亿元": 1e8}


@dataclass
class RawTable:
    """One table as it stands in a file: raw cells by column name, and the row numbers people see."""

    table: str
    file: str
    columns: dict[str, Any]
    rows: np.ndarray
    from_1904: bool = False
    batches: list[Batch] = field(default_factory=list)


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
    frame: dict[str, pd.Series] = {}
    own_unit: dict[str, np.ndarray] = {}
    bad: dict[str, np.ndarray] = {}
    for column in table:
        if column.name not in raw.columns:
            frame[column.name] = empty(column, len(raw.rows))
            continue
        options = {"from_1904": raw.from_1904} if column.type == "date" else {}
        found = convert(raw.columns[column.name], column, **options)
        frame[column.name] = found.values
        if found.yuan is not None:
            own_unit[column.name] = found.yuan
        if found.bad is not None:
            bad[column.name] = found.bad
        for code, at, facts in found.told:
            told.append(_batch(code, raw, column.name, at, facts))
    stated_unit = frame["unit"].notna().to_numpy() if "unit" in frame else None
    _fill_defaults(table, frame, bad)
    for name, at in own_unit.items():
        _to_row_unit(frame, name, at)
    if stated_unit is not None:
        told += _without_unit(table, frame, raw, stated_unit, own_unit)
    result = pd.DataFrame(frame, copy=False)
    if table.derives_key:
        result["code"] = derive_keys(result, raw.table)
    return result, told


def empty(column: Column, n_rows: int) -> pd.Series:
    """Return a column with nothing in it."""
    if column.type == "string":
        return pd.Series(np.full(n_rows, pd.NA, dtype=object), dtype=TEXT)
    return pd.Series(np.full(n_rows, None, dtype=object)).astype(column.dtype)


def _batch(code: str, raw: RawTable, column: str, at: np.ndarray, facts: dict[str, Any] | None = None) -> Batch:
    cells = raw.columns.get(column)
    values = ["" for _ in at] if cells is None else list(np.asarray(cells, dtype=object)[at])
    return Batch(code, raw.table, raw.file, column, raw.rows[at], values, facts or {})


def _fill_defaults(table: Table, frame: dict[str, pd.Series], bad: dict[str, np.ndarray]) -> None:
    """Fill the dictionary's defaults in where nothing was typed; a cell that could not be read stays empty."""
    for column in table:
        if not column.default or column.is_key:
            continue
        values = frame[column.name]
        nothing = values.isna().to_numpy(copy=True)
        nothing[bad.get(column.name, np.array([], dtype=int))] = False
        if nothing.any():
            default = convert(np.array([column.default], dtype=object), column).values.iloc[0]
            frame[column.name] = _full(column, default, len(values)) if nothing.all() else values.mask(nothing, default)


def _full(column: Column, value: Any, n_rows: int) -> pd.Series:
    if column.type == "string":
        return pd.Series(np.full(n_rows, value, dtype=object), dtype=TEXT)
    return pd.Series(np.full(n_rows, value, dtype=object)).astype(column.dtype)


def _to_row_unit(frame: dict[str, pd.Series], name: str, at: np.ndarray) -> None:
    """Express amounts typed with their own unit (1.2亿元) in the unit of their row."""
    if "unit" not in frame:
        return
    times = frame["unit"].iloc[at].map(YUAN).astype(float).fillna(1.0).to_numpy()
    values = frame[name].to_numpy(copy=True)
    values[at] = [float(f"{v / t:.15g}") for v, t in zip(values[at], times, strict=True)]
    frame[name] = pd.Series(values)


def _without_unit(
    table: Table, frame: dict[str, pd.Series], raw: RawTable, stated: np.ndarray, own_unit: dict[str, np.ndarray]
) -> list[Batch]:
    """Tell where money stands without a unit and the default unit was taken."""
    told = []
    for column in table:
        if column.is_money:
            bare = frame[column.name].notna().to_numpy() & ~stated
            bare[own_unit.get(column.name, np.array([], int))] = False
            if bare.any():
                told.append(_batch("money_without_unit", raw, column.name, np.flatnonzero(bare)))
    return told


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
