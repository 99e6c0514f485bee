"""Answers to a clause's questions: brought into one form, or the reason why they cannot be."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from lianban.apps.agreements.rules.facts import Facts
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text
from lianban.rulebook.clauses import Option, Question

LONGEST = 4000


def normal(option: Option, given: Mapping[str, Any], facts: Facts) -> tuple[dict[str, Any], list[Refusal]]:
    """Bring answers into the form they are kept in; every fault is named with its question.

    Kept: whole numbers; per cents as decimal text; money in fen; days as 2026-12-31; parties as their number; whatever is asked
    of each party as a mapping from the party's number. What is not answered is left out (the consistency check asks for it).
    """
    values: dict[str, Any] = {}
    refusals = [
        refuse(
            "agreements.unknown_answer",
            "条款没有“{name}”这一项",
            "the clause asks for no {name}",
            name=name,
            field=name,
        )
        for name in given
        if name not in {question.name for question in option.questions}
    ]
    for question in option.questions:
        value = given.get(question.name)
        if value in (None, "", {}):
            continue
        try:
            kept = _READERS[question.kind](question, value, facts)
        except (ValueError, InvalidOperation, KeyError, TypeError, AttributeError):
            told = _told(question)
            refusals.append(
                refuse("agreements.answer_unreadable", "“{label}”{told}", "{label}: {told}", label=question.label, told=told)
            )  # fmt: skip
            continue
        if kept not in (None, "", {}):
            values[question.name] = kept
    return values, refusals


def proposed(option: Option, facts: Facts) -> dict[str, Any]:
    """Values that the rule set or the library propose for an option's questions."""
    values: dict[str, Any] = {}
    for question in option.questions:
        value = facts.rules.get(question.rule) if question.rule else question.default
        if value is None:
            value = question.default
        if value is None and question.choices:
            value = next(iter(question.choices))
        if value is not None:
            values[question.name] = _percent(value) if question.kind == "percent" else value
    return values


def shares_of(written: Mapping[str, str]) -> dict[int, Fraction]:
    """Per cents as kept to shares of one, by party."""
    return {int(party): Fraction(share) / 100 for party, share in written.items()}


def _told(question: Question) -> Text:
    bounds = Text("", "")
    if question.least is not None or question.most is not None:
        low, high = question.least, question.most
        bounds = Text(f"（{low if low is not None else '…'} 至 {high if high is not None else '…'}）", f" ({low if low is not None else '…'} to {high if high is not None else '…'})")  # fmt: skip
    zh, en = {
        "number": ("须是整数", "write a whole number"),
        "percent": ("须是 0 至 100 的百分数", "write a per cent between 0 and 100"),
        "money": ("须是金额（元）", "write an amount in yuan"),
        "date": ("须是日期，如 2026-12-31", "write a day like 2026-12-31"),
        "party": ("须是本协议的一方", "choose a party of this agreement"),
        "choice": ("须从所列各项中选一", "choose one of the list"),
        "shares": ("须逐方写 0 至 100 的百分数，且只能写本协议的各方", "write 0 to 100 for parties of this agreement only"),
        "amounts": ("须逐方写不小于零的金额，且只能写本协议的各方", "write amounts not below zero for parties of this agreement only"),
        "notes": ("只能写本协议的各方", "write for parties of this agreement only"),
        "stages": ("须按阶段、逐方写 0 至 100 的百分数", "write 0 to 100 by stage and party"),
    }.get(question.kind, ("太长", "is too long"))  # fmt: skip
    return Text(zh + bounds.zh, en + bounds.en)


def _percent(share: Any) -> str:
    """A share of one as the rules keep it, written as per cent to one place."""
    return f"{Decimal(str(share)) * 100:.1f}".removesuffix(".0")


def _number(question: Question, value: Any, facts: Facts) -> int:
    number = int(str(value).strip())
    if (question.least is not None and number < question.least) or (question.most is not None and number > question.most):  # fmt: skip
        raise ValueError
    return number


def _share(value: Any) -> str:
    """A per cent from 0 to 100 as exact decimal text; a Fraction stands for a share of one."""
    if isinstance(value, Fraction):
        number = Decimal(value.numerator * 100) / Decimal(value.denominator)
    else:
        number = Decimal(str(value).strip().rstrip("%％"))
    if not number.is_finite() or not 0 <= number <= 100 or number.as_tuple().exponent < -6:  # type: ignore[operator]
        raise ValueError
    return f"{number.normalize():f}"


def _percent_answer(question: Question, value: Any, facts: Facts) -> str:
    share = _share(value)
    if (question.least is not None and Decimal(share) < question.least) or (question.most is not None and Decimal(share) > question.most):  # fmt: skip
        raise ValueError
    return share


def _fen(question: Question, value: Any, facts: Facts) -> int:
    if isinstance(value, bool) or int(value) != value or not 0 <= value < 10**15:
        raise ValueError
    return int(value)


def _text(question: Question, value: Any, facts: Facts) -> str:
    text = str(value).replace("\r\n", "\n").strip()
    if len(text) > LONGEST or (question.kind == "text" and "\n" in text):
        raise ValueError
    return text


def _date(question: Question, value: Any, facts: Facts) -> str:
    return value.isoformat() if isinstance(value, date) else date.fromisoformat(str(value).strip()).isoformat()


def _party(question: Question, value: Any, facts: Facts) -> int:
    side = facts.side(value)
    if side is None or side.left:
        raise ValueError
    return side.id


def _choice(question: Question, value: Any, facts: Facts) -> str:
    if question.choices is None or value not in question.choices:
        raise ValueError
    return str(value)


def _each(value: Any, facts: Facts) -> dict[str, Any]:
    """Answers by party: every key has to be a party, empty answers fall away."""
    answers = {str(party): answer for party, answer in dict(value).items() if answer not in (None, "")}
    if any(facts.side(party) is None for party in answers):
        raise ValueError
    return answers


def _shares(question: Question, value: Any, facts: Facts) -> dict[str, str]:
    return {party: _share(share) for party, share in _each(value, facts).items()}


def _amounts(question: Question, value: Any, facts: Facts) -> dict[str, int]:
    return {party: _fen(question, amount, facts) for party, amount in _each(value, facts).items()}


def _notes(question: Question, value: Any, facts: Facts) -> dict[str, str]:
    return {party: text for party, given in _each(value, facts).items() if (text := _text(question, given, facts))}


def _stages(question: Question, value: Any, facts: Facts) -> dict[str, dict[str, str]]:
    if set(value) - set(facts.book.stages):
        raise ValueError
    return {stage: shares for stage in facts.book.stages if (shares := _shares(question, value.get(stage) or {}, facts))}  # fmt: skip


_READERS = {
    "number": _number,
    "percent": _percent_answer,
    "money": _fen,
    "text": _text,
    "lines": _text,
    "date": _date,
    "party": _party,
    "choice": _choice,
    "shares": _shares,
    "amounts": _amounts,
    "notes": _notes,
    "stages": _stages,
}
