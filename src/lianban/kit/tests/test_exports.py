"""Exports: readable by office software, safe, and saying what they are."""

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import RequestFactory

from lianban.kit import exports
from lianban.kit.text import Text

COLUMNS = [
    exports.Column(Text("产品", "Product"), "name"),
    exports.Column(Text("损失（0–1）", "Loss (0-1)"), lambda row: row["loss"]),
    exports.Column(Text("日期", "Date"), "on"),
    exports.Column(Text("终端", "Final"), "final"),
]
ROWS = [
    {"name": "=HYPERLINK(1)", "loss": -0.25, "on": date(2026, 10, 31), "final": True},
    {"name": "袋膜\x07", "loss": None, "on": None, "final": False},
    {"name": "份额", "loss": 1 - 0.2 - 1e-16, "on": None, "final": False},
]


class Officer:
    reference = "user:7"
    title = Text("链办经办", "chain office officer")


def export(kind: str, language: str = "zh-hans", query: str = "") -> tuple[Any, list[dict[str, Any]]]:
    request = RequestFactory().get(f"/list/?format={kind}&{query}")
    request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
    entries: list[dict[str, Any]] = []

    def record(verb: str, **facts: Any) -> None:
        entries.append({"verb": verb, **facts})

    name = Text("产品清单", "Products")
    response = exports.respond(
        request, name, COLUMNS, ROWS, "office", Officer(), subject="chain:bags", record=record
    )  # fmt: skip
    return response, entries


def lines(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_csv_has_a_bom_its_class_and_no_formula():
    response, entries = export("csv", query="segment=film")
    assert response.content.startswith(b"\xef\xbb\xbf")
    table = lines(response)
    assert dict(line for line in table[:8])["密级"] == "链办"
    assert dict(line for line in table[:8])["导出人身份"] == "链办经办"
    assert dict(line for line in table[:8])["筛选条件"] == "segment=film"
    assert table[9] == ["产品", "损失（0–1）", "日期", "终端"]
    assert table[10] == ["'=HYPERLINK(1)", "-0.25", "2026-10-31", "是"]
    assert table[11] == ["袋膜", "", "", "否"]
    assert table[12] == ["份额", "0.8", "", "否"]  # not 0.7999999999999999
    assert entries[0]["verb"] == "exported" and entries[0]["facts"]["rows"] == 3


def test_a_workbook_keeps_text_as_text_and_numbers_as_numbers():
    response, _ = export("xlsx", language="en")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]
    assert rows[1][1][0] == "链办 (chain office)"
    assert rows[9][0] == ("Product", "s")
    assert rows[10][0] == ("=HYPERLINK(1)", "s")
    assert rows[10][1] == (-0.25, "n")
    assert rows[10][2][1] == "d"
    assert rows[11][1][0] is None


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "\r1"])
def test_what_a_spreadsheet_would_calculate_is_guarded(text):
    assert exports.safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["袋膜", "a=b", "5-羟色胺", ""])
def test_plain_text_is_left_alone(text):
    assert exports.safe(text) == text
