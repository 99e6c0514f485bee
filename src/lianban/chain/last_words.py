"""Judgements (评价) as people make them: whoever judges again replaces what they said; others who differ contradict."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

Row = TypeVar("Row")
CONFIDENCE = ("low", "medium", "high")
ONE_ANSWER = ("level", "triple", "know_how", "market", "downstream")  # a judge has one answer to these at a time


def last_words(rows: Iterable[Row], of: Callable[[Row, str], Any]) -> list[Row]:
    """Keep of everybody what they said last of one thing: newest day, then the surest, then the row entered last.

    ``of`` reads a column of a row. Codes count up as rows are entered. The office is one judge, of all others each
    assessor is; who is named nowhere is never taken for somebody else.
    """
    last: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: _order(row, of)):
        last[judge(row, of)] = row
    return list(last.values())


def _order(row: Row, of: Callable[[Row, str], Any]) -> tuple[Any, ...]:
    sure = of(row, "confidence")
    confidence = CONFIDENCE.index(sure) if sure in CONFIDENCE else -1
    return of(row, "observed_on") or date.min, confidence, counted(str(of(row, "code")))


def judge(row: Row, of: Callable[[Row, str], Any]) -> tuple[str, str]:
    """Who says it."""
    voice = str(of(row, "voice") or "")
    return voice, "" if voice == "office" else str(of(row, "assessor") or of(row, "code"))


def counted(code: str) -> tuple[tuple[int, int, str], ...]:
    """Order codes as people count: accepted-9 before accepted-10."""
    parts = re.split(r"(\d+)", code)
    return tuple((1, int(part), "") if part.isdigit() and part.isascii() else (0, 0, part) for part in parts)
