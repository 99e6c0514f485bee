"""Chain packages (产业链数据包) in: a folder, a workbook, Parquet or a zip becomes a ``Chain``."""

import tempfile
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from lianban.chain.archive import checked_zip, unpack
from lianban.chain.chain import Chain
from lianban.chain.dictionary import TABLES
from lianban.chain.errors import DataError
from lianban.chain.excel import read_workbook
from lianban.chain.findings import Batch, Findings
from lianban.chain.frames import RawTable
from lianban.chain.grids import Grid, Unreadable
from lianban.chain.headers import raw_table, table_name, unknown_column
from lianban.chain.tabular import read_text_table
from lianban.rulebook.text import Text

TEXT_FILES = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xls")
MOST_TEXT_BYTES = 512 << 20
SAMPLE = "sample:"


def read_chain(path: str | Path) -> Chain:
    """Read a chain package.

    Parameters
    ----------
    path : a folder of CSV or Parquet files named after tables, an ``.xlsx`` workbook with sheets named after tables,
        a ``.zip`` of either, the ``datapackage.json`` of a folder, or ``sample:antibody`` for a chain that comes along

    Raises
    ------
    DataError
        Nothing there can be read as a package. Bad cells never raise: they become empty and ``Chain.check`` tells
        where they stood and what stood there.
    """
    path = _sample(str(path)) if str(path).startswith(SAMPLE) else Path(path)
    if path.name == "datapackage.json" and path.is_file():
        path = path.parent
    if not path.exists():
        raise DataError(Findings([Batch("not_found", file=path.name, values=[str(path)])]))
    try:
        raw, told = _read(path, path.name)
    except Unreadable as error:
        raise DataError(Findings([error.batch])) from None
    if not raw:
        nothing = Batch("not_a_package", file=path.name, values=[str(path)])
        raise DataError(Findings([nothing, *told]))
    return Chain.from_raw(raw, name=path.stem, reading=told)


def _sample(name: str) -> Path:
    from lianban import samples

    if name.removeprefix(SAMPLE) not in samples.names():
        near = Text(f"可选：{'、'.join(samples.names())}", f"There are {', '.join(samples.names())}")
        raise DataError(Findings([Batch("no_sample", file=name, values=[name], facts={"names": near})]))
    return samples.path(name.removeprefix(SAMPLE))


def _read(path: Path, label: str) -> tuple[list[RawTable], list[Batch]]:
    if path.is_dir():
        return _read_folder(path)
    kind = path.suffix.lower()
    if kind in WORKBOOKS:
        grids, told = read_workbook(path, label)
        return _together([_from_grid(grid) for grid in grids], told)
    if kind == ".zip":
        with tempfile.TemporaryDirectory(prefix="lianban-") as place, checked_zip(path, label) as archive:
            return _read_folder(unpack(archive, label, Path(place)))
    raise Unreadable(
        label,
        "不认识这种文件",
        "this kind of file is not known",
        "给出文件夹、.xlsx 工作簿或 .zip 压缩包",
        "Give a folder, an .xlsx workbook or a .zip",
    )


def _read_folder(folder: Path) -> tuple[list[RawTable], list[Batch]]:
    """Read every table in a folder; one file that cannot be read does not hide the others."""
    raw: list[RawTable] = []
    told: list[Batch] = []
    for file in sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~$"))):
        kind = file.suffix.lower()
        table = table_name(file.stem)
        try:
            if kind in WORKBOOKS:
                grids, found = read_workbook(file, file.name)
                raw += [_from_grid(grid) for grid in grids]
                told += found
            elif kind in TEXT_FILES and table:
                raw.append(_from_grid(_text_grid(file)))
            elif kind == ".parquet" and table:
                raw.append(_from_parquet(file, table))
            elif kind in (*TEXT_FILES, ".parquet"):
                told.append(_unknown_file(file))
        except Unreadable as error:
            told.append(error.batch)
    return _together(raw, told)


def _unknown_file(file: Path) -> Batch:
    near = get_close_matches(file.stem, [*TABLES, *(t.zh for t in TABLES.values())], n=1, cutoff=0.6)
    guess = (
        Text(f"是不是“{near[0]}”？", f"Did you mean “{near[0]}”?")
        if near
        else Text("无需处理；要读入请改用表名", "Nothing to do; to have it read name it after a table")
    )
    return Batch("unknown_file", file=file.name, values=[file.name], facts={"guess": guess})


def _text_grid(file: Path) -> Grid:
    if file.stat().st_size > MOST_TEXT_BYTES:
        raise Unreadable(
            file.name, "文本文件大于 512 MB", "the text file is larger than 512 MB", "改用 Parquet", "Use Parquet"
        )
    return read_text_table(file.read_bytes(), file.name, file.stem)


def _from_grid(grid: Grid) -> RawTable:
    name = table_name(grid.name)
    assert name is not None  # grids are only made of files and sheets that name a table
    return raw_table(grid, name)


def _from_parquet(file: Path, name: str) -> RawTable:
    table = TABLES[name]
    words = {column.zh: column.name for column in table}
    found = {words.get(column, column): cells for column, cells in read_columns(file).items()}
    n_rows = len(next(iter(found.values()), []))
    told = [unknown_column(column, table, file.name, None) for column in found if column not in table.by_name]
    known = {column: cells for column, cells in found.items() if column in table.by_name}
    return RawTable(name, file.name, known, np.arange(1, n_rows + 1), batches=told)


def read_columns(file: Path) -> dict[str, np.ndarray]:
    from lianban.chain import parquet

    return parquet.read_columns(file, file.name)


def _together(raw: Iterable[RawTable], told: list[Batch]) -> tuple[list[RawTable], list[Batch]]:
    """Keep one raw table of each kind; say where a table stands twice."""
    kept: dict[str, RawTable] = {}
    for one in raw:
        if one.table in kept:
            first = kept[one.table].file
            told = [*told, Batch("duplicate_table", one.table, one.file, values=[one.file], facts={"first": first})]
        else:
            kept[one.table] = one
    return list(kept.values()), told
