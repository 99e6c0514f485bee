"""Units (单位) typed in cells and headers: 1.2亿元, 35%, 年产值（万元）. Every change of a number is told."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lianban.chain.cells import TEXT, Converted
from lianban.chain.dictionary import Column, Table
from lianban.chain.findings import Batch

if TYPE_CHECKING:
    from lianban.chain.frames import RawTable

YUAN = {"元": 1.0, "万元": 1e4, "亿元": 1e8}
PERCENT = ("%", "％", "百分比", "百分数", "percent")
FRACTION = "fraction"


def settle(table: Table, found: dict[str, Converted], raw: "RawTable") -> list[Batch]:
    """Bring every number to the unit of its row, and shares to fractions; return what is worth telling."""
    told: list[Batch] = []
    for column in table:
        if column.type != "number" or not found[column.name].values.notna().any():
            continue
        if column.is_share:
            told += _share_header(column, found[column.name], raw)
        if column.is_money:
            told += _money(column, found, raw)
        elif column.unit == "unit":
            told += _free_unit(column, found, raw)
    return told


def _batch(code: str, raw: "RawTable", column: str, at: np.ndarray) -> Batch:
    from lianban.chain.frames import batch

    return batch(code, raw, column, at)


def _scale(one: Converted, at: np.ndarray, times: np.ndarray | float) -> None:
    values = one.values.to_numpy(dtype=float, copy=True)
    values[at] = [float(f"{v:.15g}") for v in values[at] * times]
    one.values = pd.Series(values)


def _percent_typed(one: Converted) -> np.ndarray:
    return next((at for code, at, _ in one.told if code == "percent_read"), np.array([], dtype=int))


def _share_header(column: Column, one: Converted, raw: "RawTable") -> list[Batch]:
    """Read 35 under a header 份额（%） as 0.35; leave a column alone whose numbers are all fractions already."""
    if raw.hints.get(column.name) != "%":
        return []
    plain = np.setdiff1d(np.flatnonzero(one.values.notna()), _percent_typed(one))
    if not len(plain):
        return []
    if not (one.values.iloc[plain] > 1).any():
        return [_batch("percent_header_unclear", raw, column.name, plain)]
    _scale(one, plain, 0.01)
    return [_batch("percent_read", raw, column.name, plain)]


def _money(column: Column, found: dict[str, Converted], raw: "RawTable") -> list[Batch]:
    """Bring 1.2亿元 to the unit of its row; take the header's unit, else 元, where the row names none."""
    one, unit = found[column.name], found["unit"]
    stated = unit.values.notna().to_numpy(copy=True)
    stated[unit.bad] = True  # told already; no second complaint
    hint = raw.hints.get(column.name)
    if hint in YUAN:
        unit.values = unit.values.mask(~stated, hint)
        stated[:] = True
    times = unit.values.iloc[one.yuan].map(YUAN).astype(float).fillna(1.0).to_numpy()
    _scale(one, one.yuan, 1 / times)
    bare = one.values.notna().to_numpy() & ~stated
    bare[one.yuan] = False
    return [_batch("money_without_unit", raw, column.name, np.flatnonzero(bare))] if bare.any() else []


def _free_unit(column: Column, found: dict[str, Converted], raw: "RawTable") -> list[Batch]:
    """Bring indicators and parameters with % to fractions, and amounts to the unit of their row."""
    one, unit = found[column.name], found["unit"]
    words = unit.values.to_numpy(dtype=object, copy=True)
    typed = _percent_typed(one)
    percent = np.flatnonzero(np.isin(words.astype(str), PERCENT) & one.values.notna().to_numpy())
    plain = np.setdiff1d(percent, typed)
    _scale(one, plain, 0.01)
    bare = typed[pd.isna(words[typed])]
    words[percent] = words[bare] = FRACTION
    amounts = one.yuan[np.isin(words[one.yuan].astype(str), list(YUAN))]
    _scale(one, amounts, np.array([1 / YUAN[word] for word in words[amounts]]))
    lone = one.yuan[pd.isna(words[one.yuan])]
    words[lone] = "元"
    unit.values = pd.Series(words, dtype=TEXT)
    return [_batch("percent_read", raw, column.name, plain)] if len(plain) else []
