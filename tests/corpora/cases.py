"""A case of a corpus: a file that somebody makes, and what must come of reading it.

The maker knows what it wrote; the answer is never taken from the reader. ``cells`` compares every sheet cell by cell,
``rows`` the rows of a table after header, columns and values; ``codes`` are the reasons with which it may be refused.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianban.chain import intake
from lianban.chain.intake import child, opening
from lianban.chain.intake.sheets import Out

Grid = Mapping[int, Sequence[Any]]  # row number → cells, as far as something stands


@dataclass(frozen=True)
class Case:
    """One file and its expected answer."""

    name: str  # with its ending
    make: Callable[[Path], None]
    cells: Mapping[str, Grid] | None = None  # sheet → grid
    rows: Sequence[Mapping[str, Any]] | None = None
    table: str = ""
    codes: frozenset[str] = frozenset()
    row: int | None = None  # that the reason must name
    heavy: bool = False  # hundreds of megabytes or many seconds to make or read
    limits: intake.Limits = field(default_factory=intake.Limits)


def refused(name: str, make: Callable[[Path], None], *codes: str, **more: Any) -> Case:
    return Case(name, make, codes=frozenset(codes), **more)


def read_here(path: Path, limits: intake.Limits, place: Path) -> intake.Book:
    """Read without a child process, for files that are known to be harmless: a test of 300 files takes seconds."""
    out = Out(place, limits)
    try:
        kind = child.read(path, out, path.stem)
    finally:
        told = json.loads(json.dumps(out.close()))
    notes = [intake.Note(one["code"], intake.model.Text(one["zh"], one["en"])) for one in told["notes"]]
    keep: Any = type("Place", (), {"name": str(place), "cleanup": lambda self: None})()
    sheets = [opening._sheet(keep, i, one) for i, one in enumerate(told["sheets"], start=1)]
    return intake.Book(kind, path.name, sheets, notes, path)


def judge(case: Case, read: Callable[[], intake.Book]) -> str:
    """Return ``equal`` or ``refused``, or a sentence that says what is wrong."""
    try:
        book = read()
    except intake.CannotRead as error:
        if error.code not in case.codes:
            return f"wrong: refused as {error.code}: {error.reason.zh}"
        if not error.reason.zh or not error.remedy.zh:
            return f"wrong: refused as {error.code} without a reason or a remedy"
        if case.row is not None and f"第 {case.row} 行" not in error.reason.zh:
            return f"wrong: row {case.row} is not named: {error.reason.zh}"
        return "refused"
    with book:
        if case.cells is None and case.rows is None:
            return "wrong: was read and should be refused"
        if case.cells is not None and (told := _cells(case.cells, book)):
            return f"wrong: {told}"
        if case.rows is not None and (told := _rows(case, book)):
            return f"wrong: {told}"
    return "equal"


def _cells(expected: Mapping[str, Grid], book: intake.Book) -> str:
    found = {sheet.name: {line.number: line.cells for line in sheet.rows} for sheet in book.sheets}
    if list(found) != list(expected):
        return f"sheets {list(found)} instead of {list(expected)}"
    for name, grid in expected.items():
        if found[name].keys() != grid.keys():
            return f"rows {sorted(found[name])[:9]} instead of {sorted(grid)[:9]}"
        for number, cells in grid.items():
            if [_face(c) for c in found[name][number]] != [_face(c) for c in cells]:
                return f"row {number}: {found[name][number]!r} instead of {tuple(cells)!r}"
            if any(isinstance(c, str) and "\ufffd" in c for c in found[name][number]):
                return f"row {number} holds a replacement character"
    return ""


def _face(cell: Any) -> Any:
    return (type(cell).__name__, cell) if isinstance(cell, bool | intake.Percent) else cell


def _rows(case: Case, book: intake.Book) -> str:
    sheet = book.sheet()
    header = intake.find_header(sheet)
    if header is None:
        return "no header found"
    mapping = intake.propose(sheet, header)
    if mapping is None or mapping.table != case.table:
        return f"taken for {mapping and mapping.table} instead of {case.table}: {header.names}"
    converted = intake.convert(sheet, header, mapping)
    found = [row.values for row in converted.rows]
    if found != list(case.rows or []):
        wrong = next((i for i, (a, b) in enumerate(zip(found, case.rows or [], strict=False)) if a != b), -1)
        here = found[wrong] if found else None
        there = (case.rows or [None])[wrong]
        return f"{len(found)} rows instead of {len(case.rows or [])}; {here} instead of {there}; header {header.rows}"
    return ""
