"""No cell of ours becomes a formula: every text field, twelve ways to begin, every export (catalogue item C6)."""

import csv
import io
import re
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from lianban.chain.chain import Chain
from lianban.chain.dictionary import TABLES
from lianban.chain.exporting import FORMATS, file_of
from lianban.chain.package import read_chain
from lianban.files.facts import Facts
from lianban.rulebook.text import Text

PREFIXES = ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "＋", "－", "＠")
FACTS = Facts(Text("=1+1", "=1+1"), datetime(2026, 11, 23), Text("@x", "@x"), filters={"=a": "+b"})


def poisoned() -> Chain:
    """Every free text column of every table, begun in each of the twelve ways."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES.values():
        texts = [c.name for c in table if c.type == "string" and not c.enum and not c.is_key]
        tables[table.name] = [
            {"code": f"{prefix}c{i}", **dict.fromkeys(texts, f"{prefix}cmd|' /C calc'!A{i}")}
            for i, prefix in enumerate(PREFIXES)
        ]
    return Chain.from_tables(tables)


@pytest.fixture(scope="module")
def chain() -> Chain:
    return poisoned()


def csv_cells(data: bytes) -> list[str]:
    return [cell for line in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in line]


@pytest.mark.parametrize("kind", FORMATS)
def test_no_cell_of_any_export_is_calculated(chain: Chain, kind: str) -> None:
    data, ending = file_of(chain, kind, facts=FACTS)
    if kind == "xlsx":
        book = zipfile.ZipFile(io.BytesIO(data))
        assert not any(re.search(rb"<f[ >/]", book.read(name)) for name in book.namelist())
        sheets = openpyxl.load_workbook(io.BytesIO(data)).worksheets
        cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
        assert all(
            cell.quotePrefix
            for cell in cells
            if str(cell.value).lstrip("'")[:1] in "=+-@＝＋－＠" and cell.data_type == "s"
        )
    elif ending in ("csv.zip", "zip"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        cells = [c for name in archive.namelist() if name.endswith(".csv") for c in csv_cells(archive.read(name))]
        assert len(cells) > 1000
        assert not [cell for cell in cells if re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", cell)]
    else:
        assert data  # graphs, GeoJSON and Parquet are opened as data, never as a sheet


@pytest.mark.parametrize("kind", ["zip", "xlsx"])
def test_the_guard_is_taken_off_again_when_read(chain: Chain, kind: str, tmp_path: Any) -> None:
    data, ending = file_of(chain, kind, facts=FACTS)
    (tmp_path / f"a.{ending}").write_bytes(data)
    assert read_chain(tmp_path / f"a.{ending}").fingerprint == chain.fingerprint


@pytest.mark.wide
@pytest.mark.parametrize(
    "sample",
    ["antibody", *(pytest.param(s, marks=pytest.mark.evidence) for s in ("nev", "semiconductors", "materials130"))],
)
def test_exported_and_read_again_without_an_edit_nothing_has_changed(sample: str, tmp_path: Any) -> None:
    chain = read_chain(f"sample:{sample}")
    facts = Facts(Text("全部", "All"), datetime(2026, 11, 23), Text("链办经办", "officer"))
    for kind in ("zip", "xlsx", "parquet", "csv"):
        data, ending = file_of(chain, kind, facts=facts)
        file = tmp_path / f"{sample}.{ending.split('.')[-1]}"
        file.write_bytes(data)
        again = read_chain(file)
        assert {t: len(f) for t, f in again.tables.items()} == {t: len(f) for t, f in chain.tables.items()}, kind
        assert again.fingerprint == chain.fingerprint, kind
