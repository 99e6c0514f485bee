"""Number formats (数字格式) of workbooks: which cells are days, times or percentages."""

import re
from datetime import date, datetime, time, timedelta

from lianban.chain.intake.model import Cell, Percent

# Built-in formats that show days or times; 27-36 and 50-58 are those of Chinese, Japanese and Korean versions.
DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
ELAPSED = frozenset({46})
PERCENTS = frozenset({9, 10})

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')


def kind_of(number: int, code: str | None) -> str:
    """Return d for days and times, % for percentages, nothing for plain numbers."""
    if code is None:
        return "d" if number in DAYS else "%" if number in PERCENTS else ""
    shown = code.split(";")[0]
    if re.search(r"\[[hms]+\]", shown, re.I):
        return ""  # elapsed time stays a number
    plain = _LITERAL.sub("", shown).lower()
    if "general" in plain or "通用" in plain:
        return ""
    if re.search(r"[ymdhs年月日]", plain):
        return "d"
    return "%" if "%" in plain else ""


def shown(number: float, kind: str, date1904: bool) -> Cell:
    """Return a number as its format means it; a number that can be no day stays a number."""
    if kind == "%":
        return Percent(number)
    if kind != "d" or not 0 <= number < 2_958_466:  # 31 December 9999
        return number
    whole = int(number)
    seconds = round((number - whole) * 86_400)
    if whole == 0 and seconds:
        return (datetime.min + timedelta(seconds=min(seconds, 86_399))).time()
    first = date(1899, 12, 31) if whole < 60 else date(1899, 12, 30)  # 1900 had no 29 February; spreadsheets have one
    epoch = date(1904, 1, 1) if date1904 else first
    day = epoch + timedelta(days=whole)
    return datetime.combine(day, time()) + timedelta(seconds=seconds) if seconds else day
