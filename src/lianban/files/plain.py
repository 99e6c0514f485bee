"""Plain values (朴素值): what other programs can read of any cell, and the guard against formulas.

Every writer here goes through ``plain``: None and NaN are nothing, days are ISO text, lists are JSON, and characters
that XML forbids are gone.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

# What XML 1.0 forbids; tab, line feed and carriage return are allowed.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# = + - @ start a formula, also full-width, after blanks, and after apostrophes of our own; tab and CR split cells.
_FORMULA = re.compile(r"[\s'\ufeff]*[=+\-@＝＋－＠]|'*[\t\r\n]")
_MOST_EXACT = 2**53  # above it a number loses digits in other programs

Plain = str | int | float | bool | None


def clean(text: str) -> str:
    """A text without characters that XML forbids."""
    return _FORBIDDEN.sub("", text)


def plain(value: Any) -> Plain:
    """A value as text, number, truth or nothing; never NaN, never an object."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, datetime | date):
        return None if value != value else value.isoformat()
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        return clean(json.dumps(_nested(value), ensure_ascii=False))
    return _number(value)


def _number(value: Any) -> Plain:
    """A number of any library as Python's own; what is no number is written as text."""
    if hasattr(value, "item") and not isinstance(value, int | float):
        return plain(value.item())
    if isinstance(value, int):
        return value if abs(value) <= _MOST_EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    try:
        gone = bool(value != value)
    except (TypeError, ValueError):  # pandas' NA has no truth
        return None
    return None if gone else clean(str(value))


def _nested(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _nested(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_nested(one) for one in value), key=str)
    if isinstance(value, list | tuple):
        return [_nested(one) for one in value]
    return plain(value)


def kind_of(values: Iterable[Plain]) -> str:
    """The one kind that holds all values of a column: boolean, integer, number or string."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        return "integer"
    if kinds and kinds <= {int, float}:
        return "number"
    return "string"


def as_kind(value: Plain, kind: str) -> Plain:
    """A value in the kind of its column; text is the kind that holds everything."""
    if value is None or isinstance(value, str) or kind in ("boolean", "integer"):
        return value
    if kind == "number":
        return float(value)
    return word(value)


def word(value: Plain) -> str:
    """A value as text, the same in every file: true, 3, 0.5."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def risky(text: str) -> bool:
    """True for a text that a spreadsheet might calculate or split."""
    return bool(_FORMULA.match(text))


def guarded(text: str) -> str:
    """A text of a CSV cell that no spreadsheet calculates."""
    return f"'{text}" if risky(text) else text
