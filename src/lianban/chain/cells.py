"""Cells (单元格): what people type becomes the dictionary's types, or a finding that keeps what was typed.

Every distinct value of a column is looked at once, so a column of a million rows with three words costs three looks.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from lianban.chain.dictionary import Column
from lianban.rulebook.text import Text

TEXT = pd.StringDtype(storage="python")  # the same with and without pyarrow, and made without a copy

YES = {"true", "t", "yes", "y", "1", "是", "有", "对", "√", "✓", "真"}
NO = {"false", "f", "no", "n", "0", "否", "无", "不是", "没有", "错", "×", "✗", "假"}

_NUMBER = re.compile(r"[+-]?(\d+(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d{1,3})?")
_AMOUNT = re.compile(r"(?P<number>.*?[\d.])\s*(?P<times>万亿|千万|百万|万|亿|千|百)?(?P<yuan>元|人民币)?")
_TIMES = {None: 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?([ T]00:00(:00(\.0+)?)?)?")
_DAY_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")
# What a spreadsheet cannot hold and nobody can see; tab and line feed are kept.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNTIDY = re.compile("[\x01-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|\\s\x00|\x00[\\s\x00]")


@dataclass(frozen=True, slots=True)
class Bad:
    """A value that cannot be read: the code of the finding and what its sentence needs."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A value that was read with a change worth telling; ``yuan`` marks an amount given in 元."""

    value: Any
    code: str
    yuan: bool = False


@dataclass
class Converted:
    """One column: its values, and what happened to which positions."""

    values: pd.Series
    told: list[tuple[str, np.ndarray, dict[str, Any]]] = field(default_factory=list)
    yuan: np.ndarray = field(
        default_factory=lambda: np.array([], dtype=int)
    )  # positions of amounts that name their own unit; the values are in 元
    bad: np.ndarray = field(
        default_factory=lambda: np.array([], dtype=int)
    )  # positions of cells that could not be read; they are empty now


def tidy(text: str) -> str:
    """Trim a text cell, also of full-width spaces; one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def narrow(text: str) -> str:
    """Turn full-width digits, letters and signs into plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def is_empty(value: Any) -> bool:
    return value is None or value is pd.NA or value != value or (isinstance(value, str) and not value.strip())


def read_text(value: Any, column: Column) -> Any:
    """Read a text cell; a number in it is written as people typed it."""
    if isinstance(value, float):
        if abs(value) >= 1e15:
            return Bad("long_number")
        return str(int(value)) if value.is_integer() else repr(value)
    text = tidy(str(value))
    if _UNSEEN.search(text):
        return Read(tidy(_UNSEEN.sub("", text)), "unseen_characters")
    return text


def read_enum(value: Any, column: Column) -> Any:
    """Read an enumeration cell by its code or its Chinese word."""
    word = narrow(as_text(value))
    for known in (column.enum, column.enum_zh):
        if word in known:
            return column.enum[known.index(word)]
    plain = {
        narrow(name).casefold(): code for name, code in zip(column.enum + column.enum_zh, column.enum * 2, strict=True)
    }
    folded = re.sub(r"[\s-]+", "_", word.casefold())
    if folded in plain:
        return plain[folded]
    if set(column.enum) >= {"yes", "no"} and word.casefold() in YES | NO:
        return "yes" if word.casefold() in YES else "no"
    return Bad("bad_enum", enum_facts(word, column.enum, column.enum_zh))


def enum_facts(word: str, enum: tuple[str, ...], enum_zh: tuple[str, ...]) -> dict[str, Any]:
    """Return what the sentence about a wrong word needs: the allowed words and the nearest one."""
    near = get_close_matches(word, [*enum, *enum_zh], n=1, cutoff=0.5)
    guess = (
        Text(f"是不是“{near[0]}”？", f"Did you mean “{near[0]}”?")
        if near
        else Text("改为可选值之一", "Use one of them")
    )
    return {"allowed": "、".join(enum_zh or enum), "allowed_en": ", ".join(enum), "guess": guess}


def as_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def read_boolean(value: Any, column: Column) -> Any:
    """Read yes or no in Chinese or English."""
    word = narrow(as_text(value)).casefold()
    if word in YES:
        return True
    return False if word in NO else Bad("bad_boolean")


def read_number(value: Any, column: Column) -> Any:
    """Read a number; %, 万, 亿 and 元 in the cell are turned into a plain number, and that is told."""
    if isinstance(value, float | int):
        return float(value) if np.isfinite(value) else Bad("bad_number")
    text = narrow(value).replace(" ", "")
    if (number := _plain(text)) is not None:
        return number
    if text.endswith("%") and (column.is_share or column.unit == "unit"):
        number = _plain(text[:-1])
        return Bad("bad_number") if number is None else Read(_scaled(number, 0.01), "percent_read")
    amount = _AMOUNT.fullmatch(text)
    number = _plain(amount["number"]) if amount else None
    if amount is None or number is None or (amount["yuan"] and not column.is_money and column.unit != "unit"):
        return Bad("bad_number")
    return Read(_scaled(number, _TIMES[amount["times"]]), "amount_read", yuan=bool(amount["yuan"]) or column.is_money)


def _plain(text: str) -> float | None:
    if not any(c.isdigit() for c in text) or not _NUMBER.fullmatch(text):
        return None
    number = float(text.replace(",", ""))
    return number if np.isfinite(number) else None


def _scaled(number: float, times: float) -> float:
    """Multiply without the dust of binary fractions: 35% is 0.35 and not 0.35000000000000003."""
    return float(f"{number * times:.15g}")


def read_integer(value: Any, column: Column) -> Any:
    """Read a whole number."""
    number = read_number(value, column)
    if isinstance(number, float) and number.is_integer() and abs(number) < 2**53:
        return int(number)
    return Bad("bad_integer")


def read_date(value: Any, column: Column, *, from_1904: bool = False) -> Any:
    """Read a day; a bare number is the spreadsheet's own count of days, and that is told."""
    if isinstance(value, date | datetime):
        return _day(value.year, value.month, value.day)
    if isinstance(value, float | int):
        return _serial(float(value), from_1904)
    text = narrow(value)
    if found := _DAY.fullmatch(text) or _DAY_RUN.fullmatch(text):
        return _day(*(int(part) for part in found.groups()[:3]))
    return _serial(float(text), from_1904) if re.fullmatch(r"\d{5}(\.0+)?", text) else Bad("bad_date")


def _day(year: int, month: int, day: int) -> Any:
    try:
        return np.datetime64(date(year, month, day), "s")
    except ValueError:
        return Bad("bad_date")


def _serial(number: float, from_1904: bool) -> Any:
    if number.is_integer() and (found := _DAY_RUN.fullmatch(str(int(number)))):
        return _day(*(int(part) for part in found.groups()))
    if not 10_000 <= number < 80_000:  # 1927 to 2119: anything else is a year or a slip, not a serial day
        return Bad("bad_date")
    epoch = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    return Read(np.datetime64(epoch + timedelta(days=int(number)), "s"), "serial_date_read")


READERS: dict[str, Callable[..., Any]] = {
    "string": read_text,
    "number": read_number,
    "integer": read_integer,
    "boolean": read_boolean,
    "date": read_date,
}


def convert(raw: Any, column: Column, **options: Any) -> Converted:
    """Turn raw cells (text, numbers, days, nothing) into the column's type.

    A cell that cannot be read becomes empty; ``told`` keeps its position for the findings.
    """
    raw = np.asarray(raw)
    if raw.dtype != object:
        if (typed := _typed(raw, column)) is not None:
            return typed
        raw = np.datetime_as_string(raw, unit="D").astype(object) if raw.dtype.kind == "M" else raw.astype(object)
    position, distinct = pd.factorize(_without_mixups(raw))
    if column.type == "string" and not column.enum and _all_tidy(distinct):
        return Converted(_series(list(distinct), position, "string"))
    reader = read_enum if column.enum else READERS[column.type]
    answers = [None if is_empty(value) else reader(value, column, **options) for value in distinct]
    values = [a.value if isinstance(a, Read) else None if isinstance(a, Bad) or a == "" else a for a in answers]
    result = Converted(_series(values, position, column.type))
    told: dict[str, list[int]] = {}
    for i, answer in enumerate(answers):
        if isinstance(answer, Bad | Read):
            told.setdefault(answer.code, []).append(i)
    for code, which in told.items():
        at = np.flatnonzero(np.isin(position, which))
        facts = {i: answer.facts for i in which if isinstance(answer := answers[i], Bad)}
        names = set().union(*facts.values()) if facts else set()
        result.told.append((code, at, {name: [facts[p][name] for p in position[at]] for name in names}))
    result.bad = _where(position, [i for i, a in enumerate(answers) if isinstance(a, Bad)])
    result.yuan = _where(position, [i for i, a in enumerate(answers) if isinstance(a, Read) and a.yuan])
    return result


def _where(position: np.ndarray, which: list[int]) -> np.ndarray:
    return np.flatnonzero(np.isin(position, which)) if which else np.array([], dtype=int)


def _typed(raw: np.ndarray, column: Column) -> Converted | None:
    """Take an array that already has the column's type (Parquet, DataFrames) as it is."""
    kind = raw.dtype.kind
    if column.enum:
        return None
    if column.type == "number" and kind in "fiu":
        values = raw.astype(float)
        bad = np.flatnonzero(np.isinf(values))
        values[bad] = np.nan
        return Converted(pd.Series(values), [("bad_number", bad, {})] if len(bad) else [], bad=bad)
    if column.type == "integer" and kind in "iu":
        return Converted(pd.Series(raw).astype("Int64"))
    if column.type == "boolean" and kind == "b":
        return Converted(pd.Series(raw).astype("boolean"))
    if column.type == "date" and kind == "M":
        return Converted(pd.Series(raw.astype("datetime64[D]").astype("datetime64[s]")))
    return None


def _all_tidy(distinct: np.ndarray) -> bool:
    """Tell at one look whether no text needs a change: a look at each of a million keys takes seconds."""
    if pd.api.types.infer_dtype(distinct, skipna=False) != "string":
        return False
    joined = "\x00".join(distinct)
    return joined.count("\x00") == len(distinct) - 1 and not _UNTIDY.search(f"\x00{joined}\x00")


def _without_mixups(raw: np.ndarray) -> np.ndarray:
    """Give True and 1, which hash alike, different faces before distinct values are looked for."""
    kinds = pd.api.types.infer_dtype(raw, skipna=True)
    if kinds in ("string", "empty", "floating", "date"):
        return raw
    return np.array([_face(value) for value in raw] + [None], dtype=object)[:-1]


def _face(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return str(value)
    return float(value) if isinstance(value, int | np.integer | np.floating) else value


def _series(values: list[Any], position: np.ndarray, kind: str) -> pd.Series:
    """Spread distinct values over the rows; position -1 (nothing there) is empty."""
    if kind == "string":
        found = np.array([*(pd.NA if v is None else v for v in values), pd.NA], dtype=object)
        return pd.Series(found[position], dtype=TEXT)
    if kind == "date":
        days = np.array(
            [*(np.datetime64("NaT") if v is None else v for v in values), np.datetime64("NaT")], "datetime64[s]"
        )
        return pd.Series(days[position])
    if kind == "number":
        return pd.Series(np.array([*(np.nan if v is None else v for v in values), np.nan], dtype=float)[position])
    dtype: Any = "Int64" if kind == "integer" else "boolean"
    return pd.Series(pd.array([*values, None], dtype=dtype)[position])
