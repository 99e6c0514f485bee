"""Yearly evaluation (年度评价): the sheet of the frozen rules, grades, what follows from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban.apps.consortia.rules.council import Values
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

__all__ = [
    "GRADES",
    "Criterion",
    "add_months",
    "consequence",
    "due_on",
    "early_refusals",
    "grade",
    "score_refusals",
    "sheet",
    "total",
]

GRADES = {
    "A": Text("优秀", "excellent"),
    "B": Text("良好", "good"),
    "C": Text("合格", "sufficient"),
    "D": Text("不合格", "insufficient"),
}
WORST = "D"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the sheet (评价指标): its code, its most points, its words."""

    code: str
    points: int
    name: Text


def sheet(rules: Values) -> list[Criterion]:
    """The sheet these rules ask for."""
    return [
        Criterion(one["code"], int(one["points"]), Text(one["zh"], one["en"]))
        for one in rules.value("consortium.sheet")
    ]


def score_refusals(criteria: Sequence[Criterion], scores: Mapping[str, Mapping[str, Any]]) -> list[Refusal]:
    """Each line has its points and the reason for them, and no line more than it may; all faults at once."""
    found = []
    for one in criteria:
        given = scores.get(one.code, {})
        points = given.get("points")
        if points is None or not 0 <= points <= one.points:
            found.append(
                refuse(
                    "consortia.points_out_of_range",
                    "“{name}”应为 0 至 {most} 分",
                    "'{name}' takes 0 to {most} points",
                    name=one.name,
                    most=one.points,
                )
            )
        if not str(given.get("reason", "")).strip():
            found.append(
                refuse("consortia.points_unexplained", "“{name}”没有写依据", "'{name}' has no reason", name=one.name)
            )
    strange = sorted(set(scores) - {one.code for one in criteria})
    if strange:
        found.append(
            refuse(
                "consortia.no_such_criterion",
                "评价表里没有 {codes}",
                "the sheet has no {codes}",
                codes="、".join(strange),
            )
        )
    return found


def total(scores: Mapping[str, Mapping[str, Any]]) -> int:
    return sum(int(one["points"]) for one in scores.values())


def grade(rules: Values, points: int) -> str:
    """The best grade whose least score is reached; below all of them it is D."""
    for letter in ("A", "B", "C"):
        if points >= rules.value(f"consortium.grades.{letter}"):
            return letter
    return WORST


def consequence(rules: Values, grades: Sequence[str]) -> str:
    """What follows from the grades of all years, oldest first: renew, or rectify (decision 0094).

    "two_C" means the last two years running; a year between them sets the count back.
    """
    asked = rules.value("consortium.withdraw_on")
    if grades and grades[-1] in asked:
        return "rectify"
    if "two_C" in asked and list(grades[-2:]) == ["C", "C"]:
        return "rectify"
    return "renew"


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def due_on(rules: Values, since: date) -> date:
    """When the next evaluation is due."""
    return add_months(since, int(rules.value("consortium.evaluation_months")))


def early_refusals(*, year_done: bool) -> list[Refusal]:
    """One evaluation a year."""
    if not year_done:
        return []
    return [refuse("consortia.year_graded", "本年度已经评价", "this year has been graded")]
