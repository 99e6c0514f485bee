"""Workbooks: typed cells that other programs read back, and nothing that is calculated."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from lianban.files.plain import guarded
from lianban.files.workbook import CUT, MOST_SIGNS, Workbook, letters

PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "＋", "－", "＠")


def book_of(rows: list[list[Any]], name: str = "表", **options: Any) -> bytes:
    out = io.BytesIO()
    with Workbook(out) as book, book.sheet(name, **options) as sheet:
        for row in rows:
            sheet.row(row)
    return out.getvalue()


def sheet_xml(data: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()


def test_cells_keep_their_types_and_looks():
    moment = datetime(2026, 11, 23, 18, 30)
    data = book_of([["滤膜", 12.5, 3, True, None, date(2026, 10, 31), moment, float("nan"), 2**60, date(1850, 1, 1)]], freeze=(1, 1), widths=[20])  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    cells = [cell.value for cell in sheet[1]]
    assert cells == ["滤膜", 12.5, 3, True, None, datetime(2026, 10, 31), moment, None, str(2**60), "1850-01-01"]
    assert sheet.freeze_panes == "B2" and sheet.column_dimensions["A"].width == 20
    assert data == book_of([["滤膜", 12.5, 3, True, None, date(2026, 10, 31), moment, float("nan"), 2**60, date(1850, 1, 1)]], freeze=(1, 1), widths=[20])  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(("", "_x0041_", *PREFIXES)), st.text(max_size=12)), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_no_text_becomes_a_formula_and_every_text_is_read_back(parts: list[tuple[str, str]]) -> None:
    texts = [prefix + text for prefix, text in parts]
    data = book_of([texts])
    assert "<f" not in sheet_xml(data)
    cells = openpyxl.load_workbook(io.BytesIO(data)).active[1]
    assert all(cell.data_type in "sn" for cell in cells)
    for text, cell in zip(texts, cells, strict=False):
        kept = "".join(
            c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
        )
        if kept:
            assert openpyxl.utils.escape.unescape(str(cell.value)) == kept or "_x" in kept
        if guarded(kept) != kept:
            assert cell.quotePrefix


def test_sheet_names_are_made_fit_and_never_twice():
    out = io.BytesIO()
    with Workbook(out) as book:
        for name in ("a/b:[c]?*", "产品" * 30, "产品" * 30, "", "'x'"):
            with book.sheet(name) as sheet:
                sheet.row(["1"])
    names = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).sheet_names
    assert len({name.casefold() for name in names}) == 5 and all(0 < len(name) <= 31 for name in names)


def test_a_text_too_long_for_a_cell_says_that_it_was_cut():
    cell = openpyxl.load_workbook(io.BytesIO(book_of([["长" * 40_000]]))).active["A1"].value
    assert len(cell) == MOST_SIGNS and cell.endswith(CUT)


def test_columns_are_lettered_as_spreadsheets_do():
    assert [letters(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
