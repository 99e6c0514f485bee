"""Excel workbooks out: one sheet per table, headers and words in Chinese with the code names beside them."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lianban.chain.dictionary import TABLES, Column
from lianban.chain.guard import guard_typed
from lianban.chain.writing import too_long, written_columns

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

MOST_SIGNS = 32_767  # of one cell; the library would cut the rest off without a word
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # _x0041_ in a workbook means A


def header_of(column: Column) -> str:
    """Return the header of a column, which reading understands by either half: 年产值 value."""
    return f"{column.zh} {column.name}"


def write_workbook(chain: "Chain", path: Path) -> None:
    """Write every table that has rows as a sheet."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    _refuse_long_texts(chain)
    book = Workbook(write_only=True)
    bold, fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF4")
    for name, frame in chain.tables.items():
        if not len(frame):
            continue
        columns = [TABLES[name][c] for c in written_columns(frame, name)]
        sheet = book.create_sheet(TABLES[name].zh)
        sheet.freeze_panes = "B2"
        for i, column in enumerate(columns):
            sheet.column_dimensions[_letter(i)].width = 14 if column.type != "string" else 22
        head = [WriteOnlyCell(sheet, header_of(column)) for column in columns]
        for cell in head:
            cell.font, cell.fill = bold, fill
        sheet.append(head)
        for row in zip(*(_cells(frame[c.name], c, sheet) for c in columns), strict=True):
            sheet.append(row)
    book.save(path)


def _refuse_long_texts(chain: "Chain") -> None:
    for table, frame in chain.tables.items():
        for column in TABLES[table]:
            if column.type == "string" and len(frame):
                long = np.flatnonzero(frame[column.name].str.len().fillna(0).to_numpy(int) >= MOST_SIGNS)
                if len(long):
                    raise too_long(chain, table, column.name, list(long), list(frame[column.name].iloc[long]))


def _letter(i: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(i + 1))


def _number(value: float, sheet: Any) -> Any:
    """Return a number cell that reads back exactly; the library writes 16 digits and a few numbers need 17."""
    from openpyxl.cell import WriteOnlyCell

    if float(f"{value:.16g}") == value:
        return value
    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = repr(value), "n"
    return cell


def _cells(values: pd.Series, column: Column, sheet: Any) -> list[Any]:
    """Return the cells of one column with their types; text is text and never a formula."""
    from openpyxl.cell import WriteOnlyCell

    gone = values.isna().to_numpy()
    if column.type == "date":
        return [None if g else d.date() for d, g in zip(values, gone, strict=True)]
    if column.type == "number":
        return [None if g else _number(float(v), sheet) for v, g in zip(values, gone, strict=True)]
    if column.type == "integer":
        return [None if g else int(v) for v, g in zip(values, gone, strict=True)]
    if column.type == "boolean":
        return [None if g else "是" if v else "否" for v, g in zip(values, gone, strict=True)]
    if column.enum:
        return [None if g else column.word(v) for v, g in zip(values, gone, strict=True)]
    texts = [None if g else _ESCAPE.sub("_x005F_", guard_typed(v)) for v, g in zip(values, gone, strict=True)]
    cells = []
    for text in texts:
        if text is None or text[:1] not in "=+-@＝＋－＠#'0123456789":
            cells.append(text)
            continue
        cell = WriteOnlyCell(sheet)
        cell._value, cell.data_type = text, "s"  # the public setter would make a formula of =…
        cell.quotePrefix = True
        cells.append(cell)
    return np.array([*cells, None], dtype=object)[:-1].tolist()
