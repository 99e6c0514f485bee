"""Chain packages out: CSV folder, workbook, zip, Parquet. What is written reads back as the same package."""

import csv
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from lianban.chain.datapackage import describe
from lianban.chain.dictionary import TABLES
from lianban.chain.errors import DataError
from lianban.chain.findings import Batch, Findings
from lianban.chain.frames import cell_texts
from lianban.chain.guard import guard
from lianban.files.facts import Facts

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

FORMATS = ("csv", "xlsx", "zip", "parquet")
BOM = b"\xef\xbb\xbf"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same package makes the same zip, byte for byte


def write(chain: "Chain", path: Path, *, format: str | None = None, facts: Facts | None = None) -> Path:
    """Write a chain; return the path.

    Parameters
    ----------
    format : ``csv``, ``xlsx``, ``zip`` or ``parquet``; without it the ending of the path says it, a folder gets CSV
    facts : what the file says of itself: a last sheet in a workbook, the descriptor of a package, metadata of Parquet.
        Without them the same package makes the same bytes

    Everything is written beside the target first and moved when whole, so a failure leaves the old files as they were.
    In a folder only files of the package itself are replaced.
    """
    kind = format or {".xlsx": "xlsx", ".zip": "zip"}.get(path.suffix.lower(), "csv")
    if kind not in FORMATS:
        raise ValueError(f"format {kind!r} is not one of {', '.join(FORMATS)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".lianban-", dir=path.parent) as place:
        made = Path(place) / (path.name or "package")
        if kind == "xlsx":
            from lianban.chain.workbook import write_workbook

            write_workbook(chain, made, facts)
        elif kind == "zip":
            folder = Path(place) / "folder"
            _write_folder(chain, folder, "csv", facts)
            _pack(folder, made)
        else:
            _write_folder(chain, made, kind, facts)
        _put(made, path)
    return path


def written_columns(frame: pd.DataFrame, table: str) -> list[str]:
    """Return the columns worth writing: the required ones and those that say anything."""
    return [c.name for c in TABLES[table] if c.is_required or frame[c.name].notna().any()]


def _write_folder(chain: "Chain", folder: Path, kind: str, facts: Facts | None) -> None:
    folder.mkdir()
    told = {label.en: value.in_("zh") for label, value in facts.pairs()} if facts else {}
    writer: Callable[[pd.DataFrame, str, list[str], Path], None] = _write_csv if kind == "csv" else _parquet_with(told)
    files, columns = {}, {}
    for table, frame in chain.tables.items():
        if len(frame):
            files[table] = folder / f"{table}.{kind}"
            columns[table] = written_columns(frame, table)
            writer(frame, table, columns[table], files[table])
    descriptor = describe(chain.info, files, columns) | ({"about": told} if told else {})
    text = json.dumps(descriptor, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _write_csv(frame: pd.DataFrame, table: str, columns: list[str], file: Path) -> None:
    """Write UTF-8 with a byte-order mark: without it spreadsheet programs on Chinese systems show garbage."""
    cells = []
    for name in columns:
        texts = cell_texts(frame[name])
        cells.append([guard(text) for text in texts] if TABLES[table][name].type == "string" else texts)
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(zip(*cells, strict=True))


def _parquet_with(told: dict[str, str]) -> Callable[[pd.DataFrame, str, list[str], Path], None]:
    from lianban.chain.parquet import write_table

    def write_parquet(frame: pd.DataFrame, table: str, columns: list[str], file: Path) -> None:
        write_table(frame, {name: TABLES[table][name].type for name in columns}, file, told)

    return write_parquet


def table_csv(chain: "Chain", table: str, facts: Facts | None = None) -> bytes:
    """Return one table as CSV; the facts stand above the header as remarks, which reading passes over."""
    frame = chain.tables[table]
    with tempfile.TemporaryDirectory(prefix="lianban-") as place:
        file = Path(place) / f"{table}.csv"
        _write_csv(frame, table, written_columns(frame, table), file)
        data = file.read_bytes()
    lines = [f"# {label}：{value}" for label, value in facts.lines("zh")] if facts else []
    remarks = "".join('"' + line.replace('"', '""') + '"\r\n' for line in lines)
    return BOM + remarks.encode() + data.removeprefix(BOM)


def _pack(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(file.name, LONG_AGO), file.read_bytes(), zipfile.ZIP_DEFLATED)


def _put(made: Path, path: Path) -> None:
    """Move what was made to its place."""
    if not made.is_dir():
        made.replace(path)
        return
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(20, "Not a directory", str(path))
    path.mkdir(exist_ok=True)
    for old in path.iterdir():
        if old.name == "datapackage.json" or (old.stem in TABLES and old.suffix in (".csv", ".parquet")):
            old.unlink()
    for file in made.iterdir():
        shutil.move(file, path / file.name)


def too_long(chain: "Chain", table: str, column: str, rows: list[int], values: list[str]) -> DataError:
    """Return the error for texts that a workbook cannot hold."""
    batch = Batch("too_long_for_excel", table, chain.file_of(table), column, list(chain.rows_of(table, rows)), values)
    return DataError(Findings([batch]))
