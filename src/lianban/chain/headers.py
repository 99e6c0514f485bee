"""Headers (表头): which row names the columns, and which column each name means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np

from lianban.chain.cells import narrow
from lianban.chain.dictionary import TABLES, Table
from lianban.chain.findings import Batch
from lianban.chain.frames import RawTable
from lianban.chain.grids import Grid
from lianban.chain.guard import unguard
from lianban.rulebook.text import Text

LOOK_AT = 30  # rows in which a header may stand, below titles and remarks
RESULTS = {"结果", "Result"}  # the column in which an import told what became of each row: nothing to read
HINTS = {"元": "元", "万元": "万元", "亿元": "亿元", "%": "%", "百分比": "%"}


@dataclass
class Header:
    """Which position holds which column, where the data begin, and what the header said about units."""

    columns: dict[str, int]
    first_data: int
    hints: dict[str, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    twice: dict[int, str] = field(default_factory=dict)


def said(cell: Any) -> str:
    """Return the text of a cell, nothing for an empty one; a zero is not nothing."""
    return "" if cell is None else str(cell).strip()


def table_name(name: str) -> str | None:
    """Return the table that a file or sheet name stands for: ``products``, ``产品``, ``03_products``."""
    plain = re.sub(r"^\d+[\s_.、-]*", "", narrow(name)).casefold()
    for table in TABLES.values():
        if plain in (table.name, table.zh):
            return table.name
    return None


def column_name(cell: Any, table: Table) -> tuple[str | None, str]:
    """Return the column a header cell means, and the unit it names in brackets: 年产值（万元）, 份额 share *."""
    text = narrow(str(cell)).replace("*", " ") if cell is not None else ""
    hint = ""
    for inside in re.findall(r"\(([^()]*)\)", text):
        hint = HINTS.get(inside.strip(), hint)
    words = {column.name: column.name for column in table} | {narrow(column.zh): column.name for column in table}
    whole = " ".join(text.split())
    for candidate in (whole, re.sub(r"\s*\([^()]*\)\s*", " ", whole).strip(), *re.split(r"[\s()/]+", whole)):
        if candidate.casefold() in words:
            return words[candidate.casefold()], hint
        if candidate in words:
            return words[candidate], hint
    return None, hint


def find_header(grid: Grid, table: Table) -> Header | None:
    """Find the header row among the first rows; a header of two rows (merged cells) is read as one."""
    known = [[column_name(cell, table)[0] for cell in row] for row in grid.rows[:LOOK_AT]]
    scores = [len({name for name in row if name}) for row in known]
    if not scores or max(scores) == 0:
        return None
    best = scores.index(max(scores))
    if scores[best] == 1 and sum(1 for cell in grid.rows[best] if said(cell)) > 1:
        return None
    rows = [best]
    if best > 0 and _belongs(grid.rows[best - 1], known[best - 1], known[best]):
        rows.insert(0, best - 1)
    if best + 1 < len(known) and _belongs(grid.rows[best + 1], known[best + 1], known[best]):
        rows.append(best + 1)
    return _joined(grid, table, rows)


def _belongs(cells: Sequence[Any], known: list[str | None], main: list[str | None]) -> bool:
    """Tell whether a neighbouring row adds column names where the main header row has none."""
    added = [i for i, name in enumerate(known) if name and (i >= len(main) or main[i] is None) and name not in main]
    named = [i for i, cell in enumerate(cells) if said(cell)]
    return bool(added) and all(known[i] or (i < len(main) and main[i] is None) for i in named)


def _joined(grid: Grid, table: Table, rows: list[int]) -> Header:
    header = Header({}, rows[-1] + 1)
    for position in range(max(len(grid.rows[r]) for r in rows)):
        texts = [said(grid.rows[r][position]) for r in rows if position < len(grid.rows[r])]
        for text in reversed(texts):
            name, hint = column_name(text, table)
            if name:
                break
        else:
            name, hint = None, ""
        if name is None:
            if any(texts):
                header.unknown[position] = " ".join(filter(None, texts))
        elif name in header.columns:
            header.twice[position] = name
        else:
            header.columns[name] = position
            if hint:
                header.hints[name] = hint
    return header


def raw_table(grid: Grid, name: str) -> RawTable:
    """Turn a grid into raw columns by name, with findings about its header and its stray cells."""
    table = TABLES[name]
    header = find_header(grid, table)
    if header is None:
        told = [*grid.batches]
        if any(said(cell) for row in grid.rows for cell in row) and not told:
            told.append(Batch("no_header", name, grid.label, values=[grid.label]))
        return RawTable(name, grid.label, {}, np.array([], dtype=int), batches=told)
    kept, comments = [], []
    for i in range(header.first_data, len(grid.rows)):
        first = next((said(cell) for cell in grid.rows[i] if said(cell)), "")
        if first.startswith(("#", "＃")):
            comments.append(i)
        elif first:
            kept.append(i)
    columns = {}
    for column, position in header.columns.items():
        cells = [grid.rows[i][position] if position < len(grid.rows[i]) else None for i in kept]
        columns[column] = np.array([_bare(cell) for cell in cells] + [None], dtype=object)[:-1]
    numbers = np.array([grid.numbers[i] for i in kept], dtype=int)
    told = [*grid.batches, *_told(grid, table, header, kept)]
    if comments:
        rows = [grid.numbers[i] for i in comments]
        told.append(Batch("comment_row", name, grid.label, rows=rows, values=[_first(grid.rows[i]) for i in comments]))
    return RawTable(name, grid.label, columns, numbers, grid.from_1904, told, header.hints)


def _bare(cell: Any) -> Any:
    """Return a cell without formula guard; an empty one as nothing."""
    if isinstance(cell, str) and cell[:1] == "'":
        return unguard(cell)
    return None if cell == "" else cell


def _first(row: Sequence[Any]) -> str:
    return next(str(cell) for cell in row if said(cell))


def _told(grid: Grid, table: Table, header: Header, kept: list[int]) -> list[Batch]:
    told = []
    at = grid.numbers[header.first_data - 1]
    for position, text in header.unknown.items():
        if text in RESULTS:
            continue
        if any(position < len(grid.rows[i]) and said(grid.rows[i][position]) for i in kept):
            told.append(unknown_column(text, table, grid.label, at))
    for name in header.twice.values():
        told.append(Batch("duplicate_column", table.name, grid.label, name, [at], [name]))
    width = 1 + max([*header.columns.values(), *header.unknown, *header.twice])
    stray = [
        (grid.numbers[i], " ".join(str(c) for c in grid.rows[i][width:] if said(c)))
        for i in kept
        if len(grid.rows[i]) > width and any(said(c) for c in grid.rows[i][width:])
    ]
    if stray:
        told.append(
            Batch("surplus_cells", table.name, grid.label, rows=[n for n, _ in stray], values=[v for _, v in stray])
        )
    return told


def unknown_column(text: str, table: Table, label: str, row: int | None) -> Batch:
    """Say that a column is not known, with the nearest name."""
    words = {**{c.zh: c for c in table}, **{c.name: c for c in table}}
    near = get_close_matches(text, list(words), n=1, cutoff=0.6)
    guess = (
        Text(f"是不是“{words[near[0]].zh}”({words[near[0]].name})？", f"Did you mean {words[near[0]].name}?")
        if near
        else Text("改用数据字典里的列名，或删去这一列", "Use a column name of the data dictionary, or remove it")
    )
    return Batch("unknown_column", table.name, label, rows=[row], values=[text], facts={"guess": guess})
