"""Cells into values (单元格取值): the dictionary's types out of what people type, with every change told."""

import csv
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from lianban.chain import cells
from lianban.chain.cells import Bad, Read, narrow
from lianban.chain.checks.values import is_credit_code
from lianban.chain.dictionary import Column
from lianban.chain.guard import unguard
from lianban.chain.intake import dates
from lianban.chain.intake.model import Cell, Percent

PROVINCES = Path(__file__).with_name("provinces.csv")
PLACES = {"place", "origin", "home", "present_origin"}
_CODE = re.compile(r"[A-Z]{2}|[1-9]\d{5}(-[0-9A-Za-z_-]+)?")
_EMPTY = {
    "-",
    "—",
    "--",
    "——",
    "/",
    "\\",
    "无数据",
    "n/a",
    "na",
    "null",
    "none",
    "#n/a",
    "不详",
    "暂无",
    "待定",
    "未填",
}
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_MANY = re.compile(r"[、;；\n]")

Answer = Any  # a JSON value, Read, Bad, or None for nothing


def reader(column: Column, *, date1904: bool, places: Mapping[str, str]) -> Callable[[Cell], Answer]:
    """Return what turns a cell of this column into a value."""
    if column.name in PLACES:
        return lambda cell: read_place(cell, column, places)
    if column.name == "credit_code":
        return read_credit_code
    if column.name == "since":
        return lambda cell: _since(cell, column)
    if column.type == "date":
        return lambda cell: dates.read_day(cell, column, date1904=date1904)
    if column.enum:
        return lambda cell: cells.read_enum(_bare(cell), column)
    if column.type == "boolean":
        return lambda cell: cells.read_boolean(cell, column)
    if column.type in ("number", "integer"):
        return lambda cell: _number(cell, column)
    return lambda cell: cells.read_text(_bare(cell), column)


def nothing(cell: Cell, column: Column) -> bool:
    """Tell whether a cell says nothing: empty, a dash, N/A; a text column keeps its words but for dashes."""
    if cell is None:
        return True
    if not isinstance(cell, str):
        return False
    word = narrow(cell).casefold()
    if not word:
        return True
    return word in _EMPTY and (column.type != "string" or not word.isalnum() or bool(column.enum))


def plain(cell: Cell) -> Cell:
    """Return a text without what spreadsheets put around it: ="0012", an apostrophe of ours."""
    if isinstance(cell, str):
        if found := _FORMULA_TEXT.fullmatch(cell.strip()):
            return found[1]
        return unguard(cell) if cell[:1] == "'" else cell
    return cell


def shown(cell: Cell) -> str:
    """Return a cell as people see it."""
    if cell is None:
        return ""
    if isinstance(cell, Percent):
        return f"{float(f'{cell * 100:.12g}'):g}%"
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(float(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date | time) else cell


def _bare(cell: Cell) -> Any:
    if isinstance(cell, Percent | bool | date | time):
        return shown(cell)
    return cell


def _number(cell: Cell, column: Column) -> Answer:
    if isinstance(cell, bool | date | time):
        return Bad("bad_number")
    if isinstance(cell, Percent):
        if column.is_share or column.unit == "unit":
            return Read(float(cell), "percent_read")
        return Bad("bad_number")
    if isinstance(cell, str):
        cell = re.sub(r"^(?:约|大约|￥|¥|rmb|cny)\s*", "", narrow(cell), flags=re.I) if cell[:1] in "￥¥" else cell
    if column.type == "integer":
        return cells.read_integer(cell, column)
    return cells.read_number(cell, column)


def read_credit_code(cell: Cell) -> Answer:
    """Read a unified social credit code; its check digit must be right."""
    if isinstance(cell, float):
        return Bad("code_as_number")
    text = re.sub(r"[\s\-—_\u200b]", "", narrow(shown(cell))).upper()
    if is_credit_code(text):
        return text if text == str(cell) else Read(text, "code_tidied")
    if re.fullmatch(r"\d{15}", text):
        return Bad("old_number")
    if len(text) != 18:
        return Bad("code_length", {"n": len(text)})
    return Bad("bad_credit_code")


def read_place(cell: Cell, column: Column, places: Mapping[str, str]) -> Answer:
    """Read a place by its code or its name: of a country, a province, or whatever ``places`` knows."""
    text = narrow(shown(cell))
    if column.name == "present_origin" and not _CODE.fullmatch(text):
        return known_places().get(_key(text)) or places.get(text) or text
    if _CODE.fullmatch(text.upper()[:2] + text[2:] if len(text) == 2 else text):
        return text.upper() if len(text) == 2 else text
    if found := places.get(text) or places.get(_key(text)) or known_places().get(_key(text)):
        return Read(found, "place_read")
    ends = [name for name in places if text.endswith(name)] if len(places) < 5_000 else []
    if ends:
        return Read(places[max(ends, key=len)], "place_read")
    return Bad("place_unknown")


def _key(text: str) -> str:
    return re.sub(r"\s", "", text).casefold()


@cache
def known_places() -> Mapping[str, str]:
    """Return names of countries (in both languages) and of provinces with their codes."""
    from lianban.rulebook import load_rules

    found: dict[str, str] = {}
    rules = load_rules("cn-core-2025")
    for key in rules.list_keys("origins."):
        code = key.rpartition(".")[2]
        if len(code) == 2:
            name = rules.origin_name(code)
            found |= {_key(name.zh): code, _key(name.en): code}
    with PROVINCES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["name"], row["code"])
            found.setdefault(row["short"], row["code"])  # 香港、澳门、台湾 keep their codes as origins
    return {**found, "中国": "CN", "国内": "CN", "国产": "CN", "境内": "CN", "进口": "XX", "国外": "XX", "境外": "XX"}


def _since(cell: Cell, column: Column) -> Answer:
    found = dates.read_since(cell)
    return found if found is not None else cells.read_text(_bare(cell), column)


def parts(cell: Cell) -> list[str]:
    """Return the several things that one cell names: 碳化硅衬底、外延片."""
    if not isinstance(cell, str):
        return [shown(cell)]
    return [part for piece in _MANY.split(cell) if (part := piece.strip())]
