"""When a fact is too old, who must refresh it, how corrections and questionnaires move: values in, answer out."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

AGES = {
    "fresh": Text("未到期", "fresh"),
    "due": Text("快到期", "due soon"),
    "stale": Text("已过期", "out of date"),
}

CORRECTIONS = Transitions(
    {
        "raised": Text("已提出，待核实", "raised, to be checked"),
        "accepted": Text("已采纳", "accepted"),
        "refused": Text("未采纳", "not accepted"),
        "withdrawn": Text("已撤回", "withdrawn"),
    },
    [
        Move("accept", ("raised",), "accepted", Text("采纳", "accept")),
        Move("refuse", ("raised",), "refused", Text("不采纳", "refuse")),
        Move("withdraw", ("raised",), "withdrawn", Text("撤回", "withdraw")),
    ],
)

QUESTIONNAIRES = Transitions(
    {
        "sent": Text("已发出，待填写", "sent, to be answered"),
        "answered": Text("已填写，待核实", "answered, to be checked"),
        "taken": Text("已入图谱", "taken into the map"),
        "closed": Text("已关闭", "closed"),
    },
    [
        Move("answer", ("sent",), "answered", Text("填写", "answer")),
        Move("take", ("answered",), "taken", Text("核实入图", "check and take in")),
        Move("close", ("sent", "answered"), "closed", Text("关闭", "close")),
    ],
)

# Which column of a table names the organisation a row is about; the others are refreshed by the chain office.
ABOUT = {
    "organisations": "organisation",
    "production": "organisation",
    "supplies": "supplier",
    "demands": "raised_by",
    "parameters": "organisation",
    "indicators": "organisation",
}


@dataclass(frozen=True, slots=True)
class Age:
    """How old a fact is: last known true on a day, to be looked at again by another."""

    seen_on: date
    expires_on: date
    days: int
    state: str

    @property
    def name(self) -> Text:
        return AGES[self.state]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the rule set says of the facts of one table: months until it is too old, days of warning before."""

    months: int
    warn_days: int

    def age(self, seen_on: date, today: date) -> Age:
        """Age of what was last known true on ``seen_on``."""
        expires = add_months(seen_on, self.months)
        state = "stale" if expires < today else "due" if expires <= today + timedelta(self.warn_days) else "fresh"
        return Age(seen_on, expires, (today - seen_on).days, state)

    def borders(self, today: date) -> tuple[date, date]:
        """Seen before the first day: stale; before the second: due. The same borders as ``age``, for the database."""
        return _first_not_expired(today, self.months), _first_not_expired(today + timedelta(self.warn_days + 1), self.months)  # fmt: skip


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month.

    >>> add_months(date(2024, 1, 31), 1), add_months(date(2024, 2, 29), 12)
    (datetime.date(2024, 2, 29), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(1)).day
    return date(year, month + 1, min(day.day, last))


def _first_not_expired(today: date, months: int) -> date:
    """The first day whose facts have not expired on ``today``."""
    day = add_months(today, -months)
    while add_months(day, months) < today:
        day += timedelta(1)
    while add_months(day - timedelta(1), months) >= today:
        day -= timedelta(1)
    return day


def quarter(day: date) -> str:
    """Name of the quarter of a day, as 2026Q4."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarter_days(name: str) -> tuple[date, date]:
    """First day of a quarter, and of the next."""
    year, number = int(name[:4]), int(name[-1])
    first = date(year, 3 * number - 2, 1)
    return first, add_months(first, 3)


def quarters(today: date, n: int) -> list[str]:
    """Names of this quarter and those before it."""
    return [quarter(add_months(today.replace(day=1), -3 * back)) for back in range(n)]


def asked_quarter(typed: str, today: date) -> str:
    """The quarter somebody asks for; this one where what was typed is none."""
    return typed if re.fullmatch(r"20\d\dQ[1-4]", typed) else quarter(today)


def correction_refusals(*, changed: int, gone: bool, reason: str, pending: bool) -> list[Refusal]:
    """Why a correction cannot be raised: it says what is wrong and how we know; one row is corrected once at a time."""
    found = []
    if not changed and not gone:
        found.append(refuse("upkeep.nothing_changed", "没有改动任何一项；若无误请点“仍然属实”", "nothing was changed; if it is right, press 'still true'"))  # fmt: skip
    if not reason.strip():
        found.append(refuse("upkeep.no_reason", "请写明更正的理由和依据", "say why, and how it can be checked"))
    if pending:
        found.append(refuse("upkeep.already_raised", "这一条已有一份更正在核实中", "a correction of this row is being checked"))  # fmt: skip
    return found


def decision_refusals(reason: str, *, accepted: bool) -> list[Refusal]:
    """A refusal is answered with its reason."""
    if accepted or reason.strip():
        return []
    return [refuse("upkeep.no_decision_reason", "不采纳须写明理由", "say why it is not accepted")]


def burden_refusals(*, asked: int, more: int, most: int) -> list[Refusal]:
    """Why an organisation is not asked for more this quarter."""
    if asked + more <= most:
        return []
    return [
        refuse("upkeep.asked_enough", "本季度已请该组织填写 {asked} 项，再加 {more} 项将超过上限 {most} 项",
               "this quarter it was asked for {asked} fields; {more} more would pass the limit of {most}", asked=asked, more=more, most=most)
    ]  # fmt: skip


def tier_refusals(*, tier: int, most: int) -> list[Refusal]:
    """Why the next tier is not asked: each tier knows less of what the chain is about."""
    if tier <= most:
        return []
    return [refuse("upkeep.too_deep", "最多逐级询问到第 {most} 级供应商", "suppliers are asked down to tier {most}", most=most)]  # fmt: skip


def answer_refusals(*, state: str, due_on: date, today: date, named: int, names: list[str]) -> list[Refusal]:
    """Why an answer to a questionnaire cannot be taken."""
    found = list(QUESTIONNAIRES.refusals(state, "answer"))
    if due_on < today:
        found.append(refuse("upkeep.too_late", "填写期限 {day} 已过，请联系链办", "it was due on {day}; ask the chain office", day=due_on.isoformat()))  # fmt: skip
    if not named:
        found.append(refuse("upkeep.nobody_named", "请至少写一家供应商", "name at least one supplier"))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        found.append(refuse("upkeep.named_twice", "“{name}”写了不止一次", "'{name}' is named more than once", name="、".join(twice)))  # fmt: skip
    return found


def digest(word: str) -> str:
    """What is kept of the word in a link: nobody who reads the database can open it."""
    return hashlib.sha256(word.encode()).hexdigest()


def merge_refusals(*, same: bool, codes: tuple[str, str], reason: str, accounts: int, gone: bool) -> list[Refusal]:
    """Why two entries are not made one: the same name alone is no reason, different credit codes are one against it."""
    found = []
    if same:
        found.append(refuse("upkeep.merge_itself", "请选两条不同的登记", "choose two different entries"))
    if all(codes) and codes[0] != codes[1]:
        found.append(
            refuse(
                "upkeep.other_credit_code",
                "两条登记的统一社会信用代码不同：{one}、{other}，不是同一组织",
                "their credit codes differ, {one} and {other}: they are two organisations",
                one=codes[0],
                other=codes[1],
            )
        )
    if not reason.strip():
        found.append(
            refuse(
                "upkeep.merge_unexplained",
                "请写明凭什么认定是同一组织；仅同名不够",
                "say how you know that they are one; the same name is not enough",
            )
        )
    if accounts:
        found.append(
            refuse(
                "upkeep.merged_has_accounts",
                "被并入的登记还有 {n} 个账号在用，请先改到另一条登记",
                "{n} accounts act for the entry that would go; move them first",
                n=accounts,
            )
        )
    if gone:
        found.append(refuse("upkeep.merged_already", "其中一条已经并入别的登记", "one of them was merged before"))
    return found  # fmt: skip
