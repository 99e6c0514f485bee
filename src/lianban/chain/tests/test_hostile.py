"""Odd and hostile files: each gets a sentence that names it; the process lives on, and nothing is written outside."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

import lianban as lb
from lianban.chain import excel
from lianban.chain.archive import MOST_MEMBERS
from lianban.chain.tests.conftest import TABLES_OF_SMALL, write_csv_folder


def refused(path: Path) -> str:
    with pytest.raises(lb.DataError) as told:
        lb.read_chain(path)
    assert path.name in str(told.value)
    return told.value.in_("en")


def workbook(path: Path, sheet_name: str = "products", rows=(("code", "name"), ("a", "袋"))) -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheet_name
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def with_part(source: Path, target: Path, part: str, data: bytes) -> Path:
    """Copy a workbook with one part replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, data if member.filename == part else old.read(member.filename))
    return target


SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def test_two_cells_in_opposite_corners_are_refused_before_the_reader_sees_them(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "_read_in_child", lambda *_: pytest.fail("the reader was called"))
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    file = with_part(workbook(tmp_path / "x.xlsx"), tmp_path / "corner.xlsx", SHEET, HEAD + cells + TAIL)
    assert "XFD1048576" in refused(file)


@pytest.mark.parametrize("cell", [b"<c t='n' r='XFD1048576'>", b'<x:c r="XFD1048576">', b'<c\n r="XFD1048576" s="1"/>'])
def test_the_far_corner_written_in_other_ways_never_kills_the_caller(tmp_path, cell):
    body = (
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">'
        + cell
        + (b"" if cell.endswith(b"/>") else b"<v>1</v></c>")
        + b"</row>"
    )
    file = with_part(workbook(tmp_path / "x.xlsx"), tmp_path / "corner.xlsx", SHEET, HEAD + body + TAIL)
    refused(file)


def test_the_child_process_is_stopped_by_its_limits_and_the_caller_lives(tmp_path, monkeypatch):
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    file = with_part(workbook(tmp_path / "x.xlsx"), tmp_path / "corner.xlsx", SHEET, HEAD + cells + TAIL)
    monkeypatch.setattr(excel, "_look_over", lambda *_: [])
    assert "reading failed" in refused(file)


def test_a_giant_cell_is_refused_from_the_directory(tmp_path):
    data = HEAD + b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * (30 << 20) + b"</t></is></c></row>" + TAIL
    file = with_part(workbook(tmp_path / "x.xlsx"), tmp_path / "bomb.xlsx", SHEET, data)
    assert file.stat().st_size < 200_000
    assert "zip bomb" in refused(file)


def test_an_entity_bomb_is_refused(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    file = with_part(workbook(tmp_path / "x.xlsx"), tmp_path / "entity.xlsx", "xl/workbook.xml", bomb)
    assert "entities" in refused(file)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html><table><tr><td>code</td></tr></table></html>", "web page"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><html>", "web page"),
        (b"<?xml version='1.0'?><Workbook/>", "web page"),
        (excel.OLE + b"\0" * 600, "old .xls"),
        (excel.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"", "not an .xlsx"),
        (b"code,name\na,b\n", "not an .xlsx"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
@pytest.mark.parametrize("ending", [".xlsx", ".xls"])
def test_what_is_no_workbook_is_told_for_what_it_is(tmp_path, data, said, ending):
    file = tmp_path / f"a{ending}"
    file.write_bytes(data)
    assert said in refused(file)


def test_a_truncated_workbook_is_refused_at_every_length(tmp_path):
    whole = workbook(tmp_path / "x.xlsx").read_bytes()
    file = tmp_path / "cut.xlsx"
    for share in (0.02, 0.3, 0.6, 0.9, 0.999):
        file.write_bytes(whole[: int(len(whole) * share)])
        refused(file)


def test_a_damaged_sheet_is_refused(tmp_path):
    whole = bytearray(workbook(tmp_path / "x.xlsx").read_bytes())
    at = whole.index(SHEET.encode()) + len(SHEET) + 20
    whole[at : at + 40] = b"\xff" * 40
    file = tmp_path / "a.xlsx"
    file.write_bytes(bytes(whole))
    refused(file)


@pytest.mark.parametrize("name", ["../evil.csv", "/tmp/evil.csv", "..\\evil.csv", "C:\\evil.csv", "a/../../evil.csv"])
def test_a_zip_never_writes_outside_its_place(tmp_path, name):
    file = tmp_path / "in" / "slip.zip"
    file.parent.mkdir()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "code\n1\n")
    assert "outside" in refused(file)
    assert not list(tmp_path.rglob("evil.csv"))


def test_a_zip_bomb_and_a_crowd_of_members_are_refused(tmp_path):
    bomb, crowd = tmp_path / "bomb.zip", tmp_path / "crowd.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("products.csv", b"0" * (40 << 20))
    with zipfile.ZipFile(crowd, "w") as archive:
        for i in range(MOST_MEMBERS + 1):
            archive.writestr(f"{i}.csv", "")
    assert "zip bomb" in refused(bomb)
    assert "members" in refused(crowd)


def test_a_broken_file_does_not_hide_the_others(tmp_path):
    folder = write_csv_folder(tmp_path / "p", TABLES_OF_SMALL)
    (folder / "supplies.csv").unlink()
    (folder / "supplies.parquet").write_bytes(b"PAR1 not really")
    (folder / "笔记.csv").write_text("随便")
    (folder / "prodcts.csv").write_text("code\n")
    chain = lb.read_chain(folder)
    found = {f.code: f for f in chain.check()}
    assert found["unreadable"].file == "supplies.parquet"
    assert {f.value for f in chain.check() if f.code == "unknown_file"} == {"笔记.csv", "prodcts.csv"}
    assert len(chain.products) == 3


@pytest.mark.parametrize("content", ["", "\n\n", "随便写点什么\n", "a,b\n1,2\n", "=1+1\n", "\ufeff", "编码\n", '"'])
def test_a_file_without_header_or_rows_is_told_and_nothing_breaks(tmp_path, content):
    folder = write_csv_folder(tmp_path / "p", TABLES_OF_SMALL)
    (folder / "demands.csv").write_text(content)
    chain = lb.read_chain(folder)
    assert not len(chain.demands)
    chain.check()


@pytest.mark.parametrize("path", ["", "nothing.zip", "a.docx", "a.csv"])
def test_paths_that_are_no_package_are_refused(tmp_path, path):
    target = tmp_path / path if path else tmp_path / "empty"
    if not path:
        target.mkdir()
    elif path != "nothing.zip":
        target.write_text("code\n")
    refused(target)


@pytest.mark.parametrize("limit", [131_072, 10_000_000])
def test_a_very_long_line_and_nul_bytes_are_told(tmp_path, limit):
    before = csv.field_size_limit(limit)  # other libraries in the process change it
    try:
        long_line_and_nul(tmp_path)
    finally:
        csv.field_size_limit(before)


def long_line_and_nul(tmp_path):
    folder = write_csv_folder(tmp_path / "p", TABLES_OF_SMALL)
    (folder / "demands.csv").write_text("code,title\na," + "长" * 200_000 + "\n")
    assert "cell_too_long" in lb.read_chain(folder).check().codes
    (folder / "demands.csv").write_bytes(b"code,title\na,b\x00c\n" * 10)
    assert "unreadable" in lb.read_chain(folder).check().codes


def test_control_characters_are_removed_and_told(tmp_path):
    folder = write_csv_folder(tmp_path / "p", TABLES_OF_SMALL)
    (folder / "sources.csv").write_text("code,title,kind\ns1,a\x07b\x1fc,own\n")
    chain = lb.read_chain(folder)
    assert chain.sources["title"][0] == "abc"
    assert "unseen_characters" in chain.check().codes


def test_a_parquet_table_with_foreign_types_is_read_or_told(tmp_path):
    import duckdb

    folder = write_csv_folder(tmp_path / "p", TABLES_OF_SMALL)
    (folder / "products.csv").unlink()
    query = """select 'a' as 编码, 1::decimal(8,2) as value, timestamp '2024-05-31 10:00:00' as observed_on,
               [1,2] as note, 12::hugeint as grade, true as final, null as unit, 'x' as surprise"""
    duckdb.sql(f"copy ({query}) to '{folder / 'products.parquet'}' (format parquet)")
    chain = lb.read_chain(folder)
    row = chain.products.iloc[0]
    assert (row["code"], row["value"], str(row["observed_on"].date()), row["grade"]) == ("a", 1.0, "2024-05-31", "12")
    assert "unknown_column" in chain.check().codes


def test_a_workbook_with_thousands_of_sheets_or_columns_is_read_quickly(tmp_path):
    book = openpyxl.Workbook(write_only=True)
    for i in range(300):
        book.create_sheet(f"笔记{i}")
    sheet = book.create_sheet("products")
    sheet.append(["code", "name", *(f"列{i}" for i in range(2_000))])
    sheet.append(["a", "袋", *range(2_000)])
    data = io.BytesIO()
    book.save(data)
    (tmp_path / "wide.xlsx").write_bytes(data.getvalue())
    chain = lb.read_chain(tmp_path / "wide.xlsx")
    assert chain.products["code"].tolist() == ["a"]
    assert len([f for f in chain.check() if f.code == "unknown_column"]) == 2_000
