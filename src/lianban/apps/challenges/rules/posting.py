"""What a challenge needs before it moves towards the list: fields, conditions, dates, a second person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lianban.apps.challenges.rules.words import CLASSES, COMPARISONS, MODES
from lianban.kit import workdays
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

# What has to be written before the office's proposal goes on; each with the words of its field.
NEEDED = {
    "title": Text("题目", "title"),
    "background": Text("需求背景", "background"),
    "problem": Text("要解决的技术问题", "technical problem"),
    "present_level": Text("现有水平", "present level"),
    "scenario": Text("应用场景", "scenario"),
    "contact": Text("联系处室", "contact office"),
    "ownership": Text("成果归属", "ownership of results"),
    "poster_id": Text("发榜单位", "posting organisation"),
    "first_user_id": Text("首用单位", "first user"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as the check sees it."""

    position: int
    flagged: bool
    basis: str
    decision: str


def submit_refusals(
    *, written: Mapping[str, Any], indicators: Sequence[Mapping[str, Any]], n_milestones: int, frozen: Any,
    months: int, medicine: bool, total_fen: int,
) -> list[Refusal]:  # fmt: skip
    """Every gap of a proposal at once."""
    found = [
        refuse("challenges.field_missing", "请填写“{field}”", "fill in '{field}'", field=name)
        for field, name in NEEDED.items()
        if not str(written.get(field) or "").strip()
    ]
    found += kind_refusals(written["klass"], written["mode"], frozen)
    if not indicators:
        found.append(refuse("challenges.no_indicator", "至少要有一项考核指标", "at least one indicator is needed"))
    for number, one in enumerate(indicators, start=1):
        found += indicator_refusals(one, number)
    if not n_milestones:
        found.append(refuse("challenges.no_milestone", "至少要有一个里程碑", "at least one milestone is needed"))
    found += duration_refusals(months, medicine, frozen)
    if total_fen <= 0:
        found.append(refuse("challenges.no_money", "请填写总投入", "enter the total money"))
    return found


def kind_refusals(klass: str, mode: str, frozen: Any) -> list[Refusal]:
    found = []
    if klass not in frozen.value("challenge.classes"):
        name = CLASSES.get(klass, Text(klass, klass))
        found.append(refuse("challenges.class_not_here", "本地规则没有“{name}”类", "there is no class '{name}' under the rules here", name=name))  # fmt: skip
    if mode not in frozen.value("challenge.posted_by"):
        name = MODES.get(mode, Text(mode, mode))
        found.append(refuse("challenges.mode_not_here", "本地规则没有“{name}”", "'{name}' is not done under the rules here", name=name))  # fmt: skip
    return found


def indicator_refusals(one: Mapping[str, Any], number: int) -> list[Refusal]:
    """An indicator is only one when somebody else can test it."""
    found = []
    unclear = one.get("comparison") not in COMPARISONS or (one["comparison"] != "yes" and one.get("threshold") is None)
    if unclear or not str(one.get("name") or "").strip():
        text = "第 {number} 项指标缺名称、比较方式或阈值", "indicator {number} lacks its name, comparison or threshold"
        found.append(refuse("challenges.indicator_not_testable", *text, number=number))
    if not str(one.get("test_method") or "").strip():
        text = "第 {number} 项指标没有写检测方法", "indicator {number} has no test method"
        found.append(refuse("challenges.no_test_method", *text, number=number))
    if not str(one.get("test_body") or "").strip():
        text = "第 {number} 项指标没有写检测机构", "indicator {number} names no test body"
        found.append(refuse("challenges.no_test_body", *text, number=number))
    return found


def duration_refusals(months: int, medicine: bool, frozen: Any) -> list[Refusal]:
    years = frozen.value("challenge.duration_years_max" + ("_medicine" if medicine else ""))
    if 0 < months <= years * 12:
        return []
    return [
        refuse(
            "challenges.duration",
            "实施期限须为 1 至 {most} 个月（规则：最长 {years} 年）",
            "it lasts 1 to {most} months (the rules: {years} years at most)",
            most=int(years * 12),
            years=years,
        )
    ]


def fairness_refusals(conditions: Sequence[Condition]) -> list[Refusal]:
    """Every flagged condition has a legal basis answered and a decision of the legal unit."""
    found = []
    for one in conditions:
        if one.flagged and not one.basis.strip() and one.decision not in ("change", "remove"):
            text = (
                "第 {number} 条条件有公平竞争疑点，尚未写明法律依据",
                "condition {number} was flagged; its legal basis is not given",
            )
            found.append(refuse("challenges.no_legal_basis", *text, number=one.position))
        if one.flagged and not one.decision:
            text = (
                "第 {number} 条条件的疑点，合法性审核尚未决定",
                "the legal unit has not decided on condition {number}",
            )
            found.append(refuse("challenges.legal_undecided", *text, number=one.position))
    return found


def condition_refusals(*, flagged: bool, decision: str, basis: str, reason: str, new_text: str) -> list[Refusal]:
    """What a decision on one condition needs."""
    found = []
    if decision == "keep" and flagged and not basis.strip():
        found.append(refuse("challenges.no_legal_basis_kept", "没有法律依据，不能保留", "without a legal basis it cannot be kept"))  # fmt: skip
    if decision == "change" and not new_text.strip():
        found.append(refuse("challenges.no_new_text", "请写出改写后的条件", "write the condition as it shall read"))
    if not reason.strip():
        found.append(refuse("challenges.no_reason", "请写明理由", "give the reason"))
    return found


def minutes_refusals(minutes: str, *, collective: bool = True) -> list[Refusal]:
    """A collective decision stands in minutes, and the minutes have a number."""
    if minutes.strip() or not collective:
        return []
    return [refuse("challenges.no_minutes", "集体审定须写明会议纪要编号", "a collective decision names the number of its minutes")]  # fmt: skip


def reason_refusals(reason: str) -> list[Refusal]:
    if reason.strip():
        return []
    return [refuse("challenges.no_reason", "请写明理由", "give the reason")]


def second_person_refusals(by: str, earlier: Collection[str], what: Text) -> list[Refusal]:
    """Say that whoever did the earlier deed cannot decide on it alone."""
    if by not in earlier:
        return []
    return [
        refuse(
            "challenges.second_person",
            "您已经办理过“{what}”，此处须由另一人办理",
            "you did '{what}' yourself: here a second person is needed",
            what=what,
        )
    ]


def window_refusals(closes_at: datetime, today: date, closes_on: date, at: datetime, frozen: Any) -> list[Refusal]:
    """The deadline lies ahead, far enough where the rules say so."""
    if closes_at <= at:
        return [refuse("challenges.deadline_past", "截止时间须晚于现在", "the deadline must lie ahead")]
    least = int(frozen.value("challenge.window_working_days_min"))
    has = workdays.between(today, closes_on)
    if has < least:
        text = (
            "发榜至截止只有 {has} 个工作日，规则要求至少 {least} 个",
            "from posting to the deadline there are {has} working days; the rules ask for {least}",
        )
        return [refuse("challenges.window_short", *text, has=has, least=least)]
    return []


def classes_refusals(confidentiality: str) -> list[Refusal]:
    """A posted challenge is for people outside the office."""
    if confidentiality in ("open", "chain"):
        return []
    return [
        refuse(
            "challenges.not_for_outsiders",
            "发榜须为“公开”或“链内”：链办内部的榜单没有人能揭",
            "a posted challenge is open or for chain members: nobody could answer one kept in the office",
        )
    ]
