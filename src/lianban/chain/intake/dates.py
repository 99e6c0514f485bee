"""Days as offices write them (日期): 2024.5.31, 2024年5月, 2024年底, 20240531; never more exact than what was written."""

import calendar
import re
from datetime import date, datetime, timedelta

from lianban.chain.cells import Bad, Read, narrow
from lianban.chain.dictionary import Column
from lianban.chain.intake.model import Cell

# Columns that say "by": a month or a year there means its last day. Elsewhere its first: a fact counts as older.
UNTIL = {"latest_on", "valid_until"}

_YMD = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:\s*(?:星期|周)?[一二三四五六日天]?)?(?:[ T]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YM = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(底|末|初|份)?(?:之?前)?")
_YM_RUN = re.compile(r"(20\d{2}|19\d{2})(0[1-9]|1[0-2])")
_YEAR = re.compile(
    r"(\d{4})\s*年?度?(底|末|初|上半年|下半年|年底|年末|年初|(?:第)?[一二三四1234]季度|q[1-4])?(?:之?前)?", re.I
)
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def read_day(cell: Cell, column: Column, *, date1904: bool = False) -> str | Read | Bad:
    """Return a day as 2024-05-31; a month or a part of a year is read with its first or last day, and told."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and not isinstance(cell, bool):
        return _from_number(cell, date1904)
    text = _western(narrow(str(cell)))
    if found := _YMD.fullmatch(text) or _RUN.fullmatch(text):
        return _day(*(int(part) for part in found.groups()[:3]))
    until = column.name in UNTIL
    if found := _YM.fullmatch(text) or _YM_RUN.fullmatch(text):
        last = until or (found.lastindex == 3 and found[3] in ("底", "末"))
        return _month(int(found[1]), int(found[2]), last)
    if (found := _YEAR.fullmatch(text)) and (found[2] or until or "年" in text):
        return _part_of_year(int(found[1]), (found[2] or "").lower(), until)
    if re.fullmatch(r"\d{5}(\.0+)?", text):
        return _from_number(float(text), date1904)
    return Bad("bad_date")


def _western(text: str) -> str:
    """Turn 二〇二四年五月三十一日 into digits."""
    if not re.search(r"[〇零○一二三四五六七八九十]+\s*[年月日号]", text):
        return text

    def number(found: re.Match[str]) -> str:
        word = found[0]
        if "十" in word:
            tens, _, ones = word.partition("十")
            return str(10 * int(tens.translate(_DIGITS) or 1) + int(ones.translate(_DIGITS) or 0))
        return word.translate(_DIGITS)

    return re.sub(r"[〇零○一二三四五六七八九十]+(?=\s*[年月日号])", number, text)


def _day(year: int, month: int, day: int) -> str | Bad:
    try:
        found = date(year, month, day)
    except ValueError:
        return Bad("bad_date")
    return found.isoformat() if 1900 <= year <= 2200 else Bad("bad_date")


def _month(year: int, month: int, last: bool) -> Read | Bad:
    if not (1900 <= year <= 2200 and 1 <= month <= 12):
        return Bad("bad_date")
    day = calendar.monthrange(year, month)[1] if last else 1
    return Read(date(year, month, day).isoformat(), "month_read")


def _part_of_year(year: int, part: str, until: bool) -> Read | Bad:
    if not 1900 <= year <= 2200:
        return Bad("bad_date")
    first, last = 1, 12
    if quarter := re.search(r"[一二三四1234]", part):
        first, last = 3 * _QUARTERS[quarter[0]] - 2, 3 * _QUARTERS[quarter[0]]
    elif part in ("上半年", "下半年"):
        first, last = (1, 6) if part == "上半年" else (7, 12)
    elif part and part[-1] in "底末":
        first = 12
        until = True
    return _month(year, last if until else first, until)


def _from_number(number: float, date1904: bool) -> str | Read | Bad:
    """Read 20240531 and serial days; 2024.5 as a number might be May or, its zero lost, another month: refused."""
    if number.is_integer():
        if found := _RUN.fullmatch(str(int(number))):
            return _day(*(int(part) for part in found.groups()))
        if found := _YM_RUN.fullmatch(str(int(number))):
            return _month(int(found[1]), int(found[2]), False)
    if 1900 <= number < 2200:
        return Bad("month_as_number" if not number.is_integer() else "bad_date")
    if not 10_000 <= number < 80_000:  # 1927 to 2119: anything else is a slip
        return Bad("bad_date")
    epoch = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
    return Read((epoch + timedelta(days=int(number))).isoformat(), "serial_date_read")


def read_since(cell: Cell) -> str | None:
    """Return 2023, 2023-05 or 2023-05-01 as exact as it was written; None where it is no such thing."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and 1900 <= cell <= 2200 else None
    text = _western(narrow(str(cell)))
    if found := _YMD.fullmatch(text) or _RUN.fullmatch(text):
        day = _day(*(int(part) for part in found.groups()[:3]))
        return day if isinstance(day, str) else None
    if (found := _YM.fullmatch(text) or _YM_RUN.fullmatch(text)) and 1 <= int(found[2]) <= 12:
        return f"{found[1]}-{int(found[2]):02d}"
    if found := re.fullmatch(r"(\d{4})\s*年?", text):
        return found[1]
    return None
