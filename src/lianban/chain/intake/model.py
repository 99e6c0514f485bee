"""What reading a file of an office gives (读入的数据结构): plain values, long lists kept on disk and read as needed.

Nothing here needs pandas or Django, so the limited child process that reads files can import it too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple, Protocol

from lianban.rulebook.text import Text


class Percent(float):
    """A number that its spreadsheet cell shows as per cent: ``Percent(0.35)`` is shown as 35%."""


Cell = None | str | float | bool | date | datetime | time  # Percent is a float


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be, and how much the process that reads it may use."""

    file_bytes: int = 100 << 20
    unpacked_bytes: int = 512 << 20  # all members of a zip or workbook together
    members: int = 2_000  # of a zip or workbook
    sheets: int = 200
    rows: int = 1_048_576  # of one sheet, counted by the last one that holds something
    columns: int = 1_024  # of one sheet, likewise
    cells: int = 10_000_000  # of a file, counted where something stands
    signs: int = 131_072  # of one cell
    seconds: float = 120.0  # of the child's work; it is killed when they are over
    memory_bytes: int = 1 << 30  # of the child


class CannotRead(Exception):
    """A file cannot be read, with the reason and the remedy; ``code`` never changes."""

    def __init__(self, code: str, reason: Text, remedy: Text | None = None) -> None:
        self.code = code
        self.reason = reason
        self.remedy = remedy or Text("换一份完整的文件", "Use an intact file")
        super().__init__(f"{code}: {reason.en}")


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth knowing about a file, a sheet or a row that was read all the same."""

    code: str
    text: Text
    sheet: str = ""
    row: int | None = None
    column: str = ""


class Line(NamedTuple):
    """One row of a sheet that holds something, with the number people see in front of it."""

    number: int
    cells: tuple[Cell, ...]  # up to the last one that holds something; None where nothing stands


class Range(NamedTuple):
    """Merged cells: rows as people count them (from 1), columns from 0; both ends inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """One sheet (工作表), or the whole of a text file. ``rows`` is read from disk piece by piece: do not list() it."""

    name: str
    rows: Sequence[Line]
    merged: tuple[Range, ...] = ()
    hidden: bool = False
    date1904: bool = False
    width: int = 0
    notes: tuple[Note, ...] = ()


class Closing(Protocol):
    """What can be closed: the folder of a book's rows."""

    def cleanup(self) -> None: ...


@dataclass
class Book:
    """A file that was read (文件): use it as a context manager, or call ``close`` when done with its sheets.

    ``kind`` is xlsx, xls, xlsb, ods, html, csv, parquet, package or text; of a package only ``path`` is of use
    (``read_chain`` reads it).
    """

    kind: str
    name: str
    sheets: list[Sheet]
    notes: list[Note] = field(default_factory=list)
    path: Path | None = None
    place: Closing | None = field(default=None, repr=False)

    def close(self) -> None:
        """Remove what was kept on disk."""
        if self.place is not None:
            self.place.cleanup()

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sheet(self, name: str = "") -> Sheet:
        """Return the sheet of this name; without a name the first visible one that holds most rows."""
        if name:
            return next(sheet for sheet in self.sheets if sheet.name == name)
        return max(self.sheets, key=lambda sheet: (not sheet.hidden, len(sheet.rows)))


@dataclass(frozen=True, slots=True)
class Header:
    """Which rows name the columns (表头), as people number them, and where the data begin and end.

    ``names`` has one entry per column, levels joined: 联系人/手机; empty where a column has no name.
    ``title`` is the text that stood above; ``left_out`` are rows below the header that are no data, each with why.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]
    first_row: int
    last_row: int
    title: str = ""
    left_out: Mapping[int, Text] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)  # of a column: 元, 万元, 亿元, %
    unit: str = ""  # of all money of the sheet: 单位：万元 above the header
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a column of the file is taken for; ``column`` is empty where it is not read, and ``why`` says why.

    ``item`` is set where a column of the file becomes rows of their own: a column 国内水平 of a scoring sheet fills
    column ``value`` of table assessments with item ``level``.
    """

    column: str
    score: float  # 0 to 1; 1 = the dictionary's own name, or remembered
    why: Text
    item: str = ""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column of the file is which column of a table (列对应); changeable, and remembered per source.

    ``constants`` are values for columns that the file does not have, as typed: {"source": "survey-2024"}.
    """

    table: str
    columns: Mapping[int, Proposal]
    constants: Mapping[str, object] = field(default_factory=dict)
    score: float = 0.0
    others: Mapping[str, float] = field(default_factory=dict)  # other tables it could be, with scores

    def as_dict(self, header: Header) -> dict[str, object]:
        """Return what is remembered for the next file of the same source: names of the file, not positions."""
        told = {header.names[i]: {"column": p.column, "item": p.item} for i, p in self.columns.items()}
        return {"table": self.table, "columns": told, "constants": dict(self.constants)}


class Row(NamedTuple):
    """A row of a table as it will be stored: plain JSON values (days as 2024-05-31), only columns that hold something.

    ``number`` is the row of the file; several rows carry the same number where a scoring sheet was unfolded, and then
    ``column`` is the position of the cell. References keep the text of the file (a name or a code).
    """

    number: int
    values: dict[str, str | float | int | bool]
    column: int = -1


class Rejected(NamedTuple):
    """A row, or one cell of it, that is not taken: where, what stood there, why, and what to do."""

    number: int
    column: str  # name in the file's header; empty where it is about the whole row
    value: str
    code: str
    reason: Text
    whole: bool  # True: the row is not taken; False: only this cell stays empty


@dataclass(frozen=True)
class Converted:
    """A sheet as rows of a table. The three lists are read from disk piece by piece."""

    table: str
    rows: Sequence[Row]
    rejected: Sequence[Rejected]
    notes: tuple[Note, ...] = ()  # changes worth telling, one per kind and column, with how many
    n_read: int = 0  # rows of the file that were looked at
