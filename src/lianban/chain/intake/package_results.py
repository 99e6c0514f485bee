"""A whole package back with a column 结果 in every table: what became of each row (整包的结果列)."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from lianban.chain.archive import checked_zip, member_name
from lianban.chain.dictionary import TABLES
from lianban.chain.excel import read_workbook
from lianban.chain.findings import as_typed
from lianban.chain.grids import Grid, Unreadable
from lianban.chain.guard import guard
from lianban.chain.headers import find_header, table_name
from lianban.chain.intake.results import TITLE, write_workbook
from lianban.chain.package import TEXT_FILES, read_columns
from lianban.chain.tabular import read_text_table
from lianban.rulebook.text import Text

Results = Mapping[str, Mapping[int, Text]]  # by table and row


def package_with_results(path: Path, results: Results, language: str = "zh") -> bytes:
    """Return the package with the results (see ``lianban.chain.intake.package_with_results``)."""
    target = io.BytesIO()
    if path.suffix.lower() == ".zip":
        with checked_zip(path, path.name) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            _archive(old, new, results, language)
    else:
        grids, _ = read_workbook(path, path.name)
        said = {}
        for grid in grids:
            width = max((i + 1 for row in grid.rows for i, cell in enumerate(row) if cell not in (None, "")), default=0)
            said[grid.name] = (width, _said(grid, results, language))
        write_workbook(path, said, target)
    return target.getvalue()


def _archive(old: zipfile.ZipFile, new: zipfile.ZipFile, results: Results, language: str) -> None:
    """Copy a zip member by member; tables come back as CSV, everything else as it was."""
    done: set[str] = set()
    paths = [PurePosixPath(member_name(one)) for one in old.infolist() if not one.is_dir()]
    paths = [path for path in paths if "__MACOSX" not in path.parts and not path.name.startswith(".")]
    tops = {path.parts[0] for path in paths}
    depth = (
        2 if len(tops) == 1 and all(len(path.parts) > 1 for path in paths) else 1
    )  # where a package's tables are looked for
    for member in sorted(old.infolist(), key=member_name):  # in this order a package is read, and a table only once
        if member.is_dir():
            continue
        name = PurePosixPath(member_name(member))
        data = old.read(member)
        table = table_name(name.stem) if len(name.parts) == depth else None
        grid = _grid(name, data) if table and table not in done else None
        if table is None or grid is None or not results.get(table):
            new.writestr(str(name), data)
            continue
        done.add(table)
        new.writestr(str(name.with_suffix(".csv")), _csv(grid, _said(grid, results, language)))


def _grid(name: PurePosixPath, data: bytes) -> Grid | None:
    """A member's rows as they are numbered when the package is read; nothing where it is no readable table."""
    kind = name.suffix.lower()
    try:
        if kind in TEXT_FILES:
            return read_text_table(data, name.name, name.stem)
        if kind != ".parquet":
            return None
        with TemporaryDirectory(prefix="lianban-results-") as place:
            file = Path(place) / "table.parquet"
            file.write_bytes(data)
            columns = read_columns(file)
    except Unreadable:
        return None
    rows: list[Sequence[Any]] = [list(columns), *zip(*(map(_text, cells) for cells in columns.values()), strict=True)]
    return Grid(name.name, name.stem, rows, list(range(len(rows))))


def _text(value: Any) -> str:
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else str(value)[:10]
    return as_typed(value.item() if isinstance(value, np.generic) else value)


def _said(grid: Grid, results: Results, language: str) -> dict[int, str]:
    """What stands in the new column, by row: its title beside the header, and what became of each row."""
    table = table_name(grid.name)
    header = find_header(grid, TABLES[table]) if table else None
    if table is None or header is None:
        return {}
    told = {number: text.in_(language) for number, text in results.get(table, {}).items()}
    return told | {grid.numbers[header.first_data - 1]: TITLE.in_(language)}


def _csv(grid: Grid, said: Mapping[int, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    width = max(map(len, grid.rows), default=0)
    for number, row in zip(grid.numbers, grid.rows, strict=True):
        cells = [guard(cell) for cell in row]
        if number in said:
            cells += [""] * (width - len(cells)) + [guard(said[number])]
        writer.writerow(cells)
    return text.getvalue().encode("utf-8-sig")
