"""Sheets being read (写出的工作表), in the limited child process: every reader hands its rows to one of these."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lianban.chain.intake.model import CannotRead, Cell, Limits, Range
from lianban.chain.intake.spool import Writer, packed
from lianban.rulebook.text import Text

MOST_NOTED = 20  # rows named in one note
MOST_MERGED = 50_000


class Out:
    """All sheets of one file: counts what they hold together and writes the contents at the end."""

    def __init__(self, place: Path, limits: Limits) -> None:
        self.place = place
        self.limits = limits
        self.sheets: list[SheetOut] = []
        self.notes: list[dict[str, Any]] = []
        self.cells = 0
        self.written = 0  # bytes on disk: one long text may be named by a million cells

    def sheet(self, name: str, *, hidden: bool = False, date1904: bool = False) -> "SheetOut":
        """Begin a sheet."""
        if len(self.sheets) >= self.limits.sheets:
            most = self.limits.sheets
            raise CannotRead(
                "too_many_sheets",
                Text(f"工作表多于 {most} 张", f"it has more than {most} sheets"),
                Text("把要导入的工作表另存为一个文件", "Save the sheet that matters as a file of its own"),
            )
        self.sheets.append(SheetOut(self, name, hidden, date1904))
        return self.sheets[-1]

    def close(self) -> dict[str, Any]:
        """Finish every sheet; return the contents."""
        return {"sheets": [sheet.close() for sheet in self.sheets], "notes": self.notes}

    def progress(self, part: float) -> None:
        """Say how much is done, from 0 to 1."""
        (self.place / "progress").write_text(f"{part:.3f}")

    def note(self, code: str, text: Text, **facts: Any) -> None:
        self.notes.append({"code": code, "zh": text.zh, "en": text.en, **facts})


class SheetOut:
    """One sheet being written."""

    def __init__(self, out: Out, name: str, hidden: bool, date1904: bool) -> None:
        self.out = out
        self.name = name
        self.hidden = hidden
        self.date1904 = date1904
        self.width = 0
        self.merged: list[Range] = []
        self.noted: dict[str, list[int]] = {}
        self._last = 0
        self.writer = Writer(out.place / f"{len(out.sheets) + 1}.jsonl")

    def row(self, number: int, cells: Sequence[Cell]) -> None:
        """Write a row that holds something; rows come in rising order."""
        n = len(cells)
        while n and cells[n - 1] is None:
            n -= 1
        if not n:
            return
        limits = self.out.limits
        if n > limits.columns or number > limits.rows:
            raise too_far(n - 1, number, limits)
        if number <= self._last:
            raise CannotRead("rows_out_of_order", Text("行号次序错乱，文件已损坏", "the rows are not in order: the file is damaged"))  # fmt: skip
        self._last = number
        self.width = max(self.width, n)
        self.out.cells += n - cells[:n].count(None)
        if self.out.cells > limits.cells:
            most = limits.cells
            raise CannotRead(
                "too_many_cells",
                Text(f"有内容的单元格多于 {most:,} 个", f"more than {most:,} cells hold something"),
                Text("分成几个文件", "Split it into several files"),
            )
        self.out.written += self.writer.write([number, [packed(cell) for cell in cells[:n]]])
        if self.out.written > 2 * limits.unpacked_bytes:
            raise too_large()

    def merge(self, one: Range) -> None:
        if len(self.merged) >= MOST_MERGED:
            raise CannotRead("too_many_merged", Text("合并单元格过多", "there are too many merged cells"))
        self.merged.append(one)

    def noticed(self, code: str, number: int) -> None:
        """Remember a row about which something is to be told."""
        self.noted.setdefault(code, []).append(number)

    def close(self) -> dict[str, Any]:
        self.writer.close()
        return {
            "name": self.name,
            "hidden": self.hidden,
            "date1904": self.date1904,
            "width": self.width,
            "merged": self.merged,
            "noted": {code: [len(rows), rows[:MOST_NOTED]] for code, rows in self.noted.items()},
        }


def too_far(column: int, row: int, limits: Limits) -> CannotRead:
    """Say that a cell lies beyond the columns or rows that are read."""
    cell = f"{column_letters(column)}{row}"
    return CannotRead(
        "too_far_out",
        Text(
            f"单元格 {cell} 超出可读范围（{limits.columns:,} 列、{limits.rows:,} 行）",
            f"cell {cell} lies beyond what is read ({limits.columns:,} columns, {limits.rows:,} rows)",
        ),
        Text("删去数据右边和下边的内容后保存", "Delete what stands beyond the data and save"),
    )


def too_large() -> CannotRead:
    """Say that a file grows too large when it is unpacked."""
    return CannotRead(
        "too_large",
        Text("展开后过大，可能是压缩炸弹", "it is too large when unpacked and may be a zip bomb"),
        Text("分成几个文件", "Split it into several files"),
    )


def too_long(cell: str, limits: Limits) -> CannotRead:
    """Say that one cell holds too much text."""
    return CannotRead(
        "cell_too_long",
        Text(f"{cell}的文字多于 {limits.signs:,} 个字", f"{cell} holds more than {limits.signs:,} characters"),
        Text("缩短这一单元格，或拆成几行", "Shorten this cell or split it"),
    )


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0: A, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """Return the number of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
