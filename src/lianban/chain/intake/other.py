"""Other workbooks and Parquet (.xls, .xlsb, .ods, .parquet), in the limited child process, by readers of others."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from lianban.chain.intake.model import CannotRead, Cell, Range
from lianban.chain.intake.sheets import Out, too_far
from lianban.rulebook.text import Text

# This reader makes room for the whole rectangle: a far cell costs what full rows would.
MOST_WIDE = 16_384
MOST_DENSE = 20_000_000


def read_workbook(path: Path, out: Out) -> None:
    """Read an old or foreign workbook with calamine; the caller has limited our memory.

    On some broken files the reader panics instead of raising an error: that is caught too.
    """
    from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(str(path))
        for about in book.sheets_metadata:
            if "WorkSheet" not in str(about.typ):
                continue
            sheet = out.sheet(about.name, hidden=about.visible != SheetVisibleEnum.Visible)
            found = book.get_sheet_by_name(about.name)
            if found.total_width > MOST_WIDE or found.height * found.width > MOST_DENSE:
                raise too_far(found.total_width - 1, found.total_height, out.limits)
            left = [None] * (found.start or (0, 0))[1]
            for number, row in enumerate(found.iter_rows(), start=1 + (found.start or (0, 0))[0]):
                if row.count("") < len(row):
                    sheet.row(number, [*left, *(_plain(cell) for cell in row)])
            for (top, first), (bottom, last) in found.merged_cell_ranges or []:
                sheet.merge(Range(top + 1, first, bottom + 1, last))
            out.progress(len(out.sheets) / len(book.sheets_metadata))
    except PasswordError:
        raise protected() from None
    except CannotRead:
        raise
    except BaseException as error:
        if isinstance(error, MemoryError | KeyboardInterrupt):
            raise
        told = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        reason = Text(f"不是完整的工作簿（{told}）", f"it is no complete workbook ({told})")
        raise CannotRead("damaged", reason) from None


def protected() -> CannotRead:
    """Say that a file asks for a password."""
    return CannotRead(
        "protected",
        Text("工作簿有密码保护", "the workbook is protected by a password"),
        Text("在表格软件里去掉密码后再试", "Remove the password in the spreadsheet program"),
    )


def _plain(cell: Any) -> Cell:
    if isinstance(cell, bool | date | datetime | time):
        if isinstance(cell, datetime) and cell.time() == time():
            return cell.date()
        return cell
    if isinstance(cell, timedelta):
        return cell.total_seconds() / 86_400
    if isinstance(cell, int | float):
        return float(cell)
    text = str(cell)
    return text if text.strip() else None


def read_parquet(path: Path, out: Out, name: str) -> None:
    """Read a Parquet file: row 1 holds the names of its columns."""
    import duckdb

    sheet = out.sheet(name)
    settings: dict[str, Any] = {"threads": "1", "memory_limit": "400MB", "autoinstall_known_extensions": "false"}
    try:
        with duckdb.connect(config=settings) as base:
            found = base.execute("SELECT * FROM read_parquet(?)", [str(path)])
            sheet.row(1, [str(column[0]) for column in found.description])
            number = 1
            for number, row in enumerate(_rows(found), start=2):
                sheet.row(number, [_stored(cell) for cell in row])
    except duckdb.Error as error:
        told = str(error).splitlines()[0][:120]
        raise CannotRead(
            "damaged", Text(f"不是可读的 Parquet 文件（{told}）", f"it is no readable Parquet file ({told})")
        ) from None


def _rows(found: Any) -> Iterator[tuple[Any, ...]]:
    while some := found.fetchmany(2_000):
        yield from some


def _stored(cell: Any) -> Cell:
    if cell is None or isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool | int | float | date | datetime | time):
        return _plain(cell) if cell == cell else None
    return _plain(float(cell)) if hasattr(cell, "as_integer_ratio") else str(cell)
