"""Excel workbooks out: one sheet per table, headers and words in Chinese with the code names beside them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lianban.chain.dictionary import TABLES, Column
from lianban.chain.frames import number_text
from lianban.chain.guard import guard_typed
from lianban.chain.writing import too_long, written_columns
from lianban.files.facts import Facts
from lianban.files.workbook import MOST_SIGNS, Workbook

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

FACTS_SHEET = "文件说明"


def header_of(column: Column) -> str:
    """Return the header of a column, which reading understands by either half: 年产值 value."""
    return f"{column.zh} {column.name}"


def unit_of(column: Column) -> str:
    """Return what a number of this column counts, for a reader of the file."""
    units = {"fraction 0-1": "0–1", "currency unit": "见列“金额单位” (column unit)"}
    return units.get(column.unit, column.unit)


def write_workbook(chain: "Chain", path: Path, facts: Facts | None = None) -> None:
    """Write every table that has rows as a sheet, and a last sheet with the facts of the file and the units."""
    _refuse_long_texts(chain)
    with Workbook(path) as book:
        for name, frame in chain.tables.items():
            if not len(frame):
                continue
            columns = [TABLES[name][c] for c in written_columns(frame, name)]
            widths = [14 if column.type != "string" else 22 for column in columns]
            with book.sheet(TABLES[name].zh, widths=widths, freeze=(1, 1)) as sheet:
                sheet.row([header_of(column) for column in columns], "head")
                for row in zip(*(_cells(frame[c.name], c) for c in columns), strict=True):
                    sheet.row(row)
        if facts is not None:
            _facts_sheet(book, chain, facts)


def _facts_sheet(book: Workbook, chain: "Chain", facts: Facts) -> None:
    with book.sheet(FACTS_SHEET, widths=[34, 48, 24]) as sheet:
        for label, value in facts.pairs():
            sheet.row([f"{label.zh} {label.en}", value.zh if value.zh == value.en else f"{value.zh} {value.en}"])
        sheet.row([])
        sheet.row(["数据表 table", "列 column", "单位 unit"], "head")
        for name, frame in chain.tables.items():
            for column in TABLES[name]:
                if column.unit and len(frame) and frame[column.name].notna().any():
                    sheet.row([f"{TABLES[name].zh} {name}", header_of(column), unit_of(column)])


def _refuse_long_texts(chain: "Chain") -> None:
    for table, frame in chain.tables.items():
        for column in TABLES[table]:
            if column.type == "string" and len(frame):
                long = np.flatnonzero(frame[column.name].str.len().fillna(0).to_numpy(int) >= MOST_SIGNS)
                if len(long):
                    raise too_long(chain, table, column.name, list(long), list(frame[column.name].iloc[long]))


def _cells(values: pd.Series, column: Column) -> list[Any]:
    """Return the cells of one column with their types; text is text and never a formula."""
    gone = values.isna().to_numpy()
    kept = _writer(column)
    return [None if g else kept(v) for v, g in zip(values, gone, strict=True)]


def _writer(column: Column) -> Callable[[Any], Any]:
    if column.type == "string":
        return column.word if column.enum else guard_typed
    writers: dict[str, Callable[[Any], Any]] = {
        "date": pd.Timestamp.date,
        "number": _number,
        "integer": int,
        "boolean": _yes_or_no,
    }
    return writers[column.type]


def _yes_or_no(value: Any) -> str:
    return "是" if value else "否"


def _number(value: Any) -> int | float:
    """Return a number as short as it is exact: 3 for 3.0."""
    return int(value) if number_text(value).isdigit() else float(value)
