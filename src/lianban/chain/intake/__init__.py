"""Intake (读入): what offices really send becomes rows of a table, safely and with every change told.

open_file → find_header → propose → convert → with_results. The file is read in a child process with little memory
and time; the caller's process keeps row positions only. See docs/howto/bring-in-lists.md.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lianban.chain.intake.model import (
    Book,
    CannotRead,
    Cell,
    ColumnMap,
    Converted,
    Header,
    Limits,
    Line,
    Note,
    Percent,
    Proposal,
    Range,
    Rejected,
    Row,
    Sheet,
)
from lianban.rulebook.text import Text

__all__ = [
    "Book",
    "CannotRead",
    "Cell",
    "ColumnMap",
    "Converted",
    "Header",
    "Limits",
    "Line",
    "Note",
    "Percent",
    "Proposal",
    "Range",
    "Rejected",
    "Row",
    "Sheet",
    "convert",
    "find_header",
    "lacking",
    "open_file",
    "open_text",
    "package_with_results",
    "propose",
    "suffix_of_results",
    "with_results",
]


def open_file(
    path: Path,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    *,
    name: str = "",
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Book:
    """Read a file by what it holds, whatever it is called (``name`` is the name to show).

    ``cancel`` is asked ten times a second; where it says True the child is killed and CannotRead("cancelled") raised.
    """
    from lianban.chain.intake import opening

    return opening.open_file(path, limits, name=name, cancel=cancel, progress=progress)


def open_text(text: str, limits: Limits = Limits(), *, name: str = "粘贴") -> Book:  # noqa: B008 - frozen
    """Read a table pasted from a spreadsheet or a text."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="lianban-paste-") as place:
        path = Path(place) / "paste.csv"
        path.write_text(text, encoding="utf-8-sig", newline="")
        book = open_file(path, limits, name=name)
    return Book("text", name, book.sheets, book.notes, None, book.place)


def find_header(sheet: Sheet, rows: tuple[int, ...] = ()) -> Header | None:
    """Find the header; ``rows`` are header rows that a person chose. None: the sheet has no two rows of cells."""
    from lianban.chain.intake import header

    return header.find_header(sheet, rows)


def propose(
    sheet: Sheet, header: Header, remembered: Mapping[str, Any] | None = None, table: str = ""
) -> ColumnMap | None:
    """Propose a table (or take ``table``) and its columns; ``remembered`` is an earlier ``ColumnMap.as_dict``."""
    from lianban.chain.intake import proposing

    return proposing.propose(sheet, header, remembered, table)


def lacking(mapping: ColumnMap) -> tuple[str, ...]:
    """Return the columns that every row must fill and the file does not have: give them as constants."""
    from lianban.chain.intake import proposing

    return proposing.lacking(mapping)


def convert(
    sheet: Sheet,
    header: Header,
    mapping: ColumnMap,
    *,
    places: Mapping[str, str] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Converted:
    """Turn the data rows into rows of the table; nothing is dropped silently.

    ``places`` are names of places with their codes beyond countries and provinces: {"吴中区": "320506"}.
    """
    from lianban.chain.intake import converting

    return converting.convert(sheet, header, mapping, places or {}, progress)


def with_results(path: Path, sheet: Sheet, header: Header, results: Mapping[int, Text], language: str = "zh") -> bytes:
    """Return the user's own file with a column 结果: what became of each row. Text files come back as CSV with BOM."""
    from lianban.chain.intake import results as written

    return written.with_results(path, sheet, header, results, language)


def package_with_results(path: Path, results: Mapping[str, Mapping[int, Text]], language: str = "zh") -> bytes:
    """Return the user's own package (``.zip`` or ``.xlsx``) with a column 结果 in every table, by table and row of the file.

    A workbook keeps everything it had; of a zip the tables come back as CSV with BOM, and other members as they were.
    """
    from lianban.chain.intake import package_results

    return package_results.package_with_results(path, results, language)


def suffix_of_results(path: Path) -> str:
    """Return the ending of the name under which ``with_results`` gives a file back: .xlsx or .csv."""
    from lianban.chain.intake import results

    return results.suffix_of_results(path)
