"""Who may answer a challenge, what an answer needs, and the formal check."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

TIES_THAT_BAR = ("shareholding", "control", "employer")  # what makes two organisations related parties
WRITTEN = {
    "title": Text("方案名称", "name of the plan"),
    "plan": Text("匿名方案", "anonymised plan"),
    "route": Text("技术路线", "technical route"),
    "milestones": Text("进度与里程碑", "plan and milestones"),
    "budget": Text("经费预算说明", "budget explained"),
    "team": Text("团队与基础", "team and base"),
    "risk": Text("知识产权与风险", "IP and risk"),
}
BLIND = ("plan", "route", "milestones", "budget", "risk")  # what experts read before names are open
NAMED = ("team",)
FORMAL = {
    "complete": Text("材料齐全", "papers complete"),
    "eligible": Text("主体资格符合", "the solver qualifies"),
    "unrelated": Text("与发榜方无关联", "not related to the poster"),
    "honest": Text("规定年限内无严重失信记录", "no bad record in the years asked for"),
    "anonymous": Text("匿名方案未透露身份", "the anonymised plan names nobody"),
}


def tied(pairs: Sequence[tuple[int, int]], poster: int, others: Collection[int]) -> set[int]:
    """Which of these organisations are bound to the poster, over any number of ties."""
    near: dict[int, set[int]] = {}
    for a, b in pairs:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    reached, frontier = {poster}, [poster]
    while frontier:
        for one in near.get(frontier.pop(), ()):
            if one not in reached:
                reached.add(one)
                frontier.append(one)
    return reached & set(others)


def looked_back(today: date, years: float) -> date:
    """From which day ties count."""
    return today - timedelta(days=round(365.25 * years))


def party_refusals(
    *, poster: int | None, solver: int, partners: Collection[int], related: Mapping[int, str], klass: str, frozen: Any,
    barred: Mapping[int, str], filed_consortium: bool, consortium_given: bool = False,
) -> list[Refusal]:  # fmt: skip
    """Why these organisations cannot answer this challenge. ``related`` and ``barred`` give names by key."""
    found = []
    may_partner = klass == "transfer" and frozen.value("challenge.poster_may_partner_transfer")
    if poster is not None and solver == poster:
        found.append(refuse("challenges.self_answer", "发榜方不能揭自己的榜", "the poster cannot answer its own challenge"))  # fmt: skip
    if poster is not None and poster in partners and not may_partner:
        found.append(
            refuse(
                "challenges.poster_as_partner",
                "发榜方不能作揭榜的合作单位",
                "the poster cannot be a partner of an answer",
            )
        )
    if frozen.value("challenge.related_party") == "block":
        counted = {key: name for key, name in related.items() if not (may_partner and key == poster)}
        found += [
            refuse(
                "challenges.related_party",
                "“{name}”与发榜方存在关联，不能揭榜",
                "'{name}' is related to the poster and cannot answer",
                name=name,
            )
            for name in counted.values()
        ]
    if solver in partners:
        found.append(refuse("challenges.partner_twice", "牵头单位不能又是合作单位", "the lead cannot be its own partner"))  # fmt: skip
    most = int(frozen.value("challenge.partners_max"))
    if len(partners) > most and not consortium_given:
        text = "合作单位最多 {most} 家（现 {has} 家）", "at most {most} partners ({has} given)"
        found.append(refuse("challenges.too_many_partners", *text, most=most, has=len(partners)))
    if frozen.value("challenge.solver_is_filed_consortium") and not filed_consortium:
        text = "本地规则只允许已备案的创新联合体揭榜", "under the rules here only a filed consortium may answer"
        found.append(refuse("challenges.not_a_filed_consortium", *text))
    found += [
        refuse(
            "challenges.bad_record",
            "“{name}”有在影响期内的可归责失败记录",
            "'{name}' has a failure at fault on record that still counts",
            name=name,
        )
        for name in barred.values()
    ]
    return found


def answer_refusals(content: Mapping[str, Any], names: Collection[str]) -> list[Refusal]:
    """What an answer lacks; and whether its anonymous part names its author."""
    found = [
        refuse("challenges.answer_field_missing", "请填写“{field}”", "fill in '{field}'", field=name)
        for field, name in WRITTEN.items()
        if not str(content.get(field) or "").strip()
    ]
    blind = " ".join(str(content.get(field) or "") for field in BLIND)
    found += [
        refuse(
            "challenges.plan_names_author",
            "盲评部分出现了单位名称“{name}”，请改为“本单位”",
            "the part read blind names '{name}'; write 'our organisation'",
            name=name,
        )
        for name in names
        if name and name in blind
    ]
    if int(content.get("asked_fen") or 0) <= 0:
        found.append(refuse("challenges.no_price", "请填写报价", "enter the money asked for"))
    if int(content.get("months") or 0) <= 0:
        found.append(refuse("challenges.no_duration", "请填写实施月数", "enter the months it takes"))
    return found


def open_refusals(*, has_deadline_passed: bool) -> list[Refusal]:
    if has_deadline_passed:
        return []
    return [refuse("challenges.before_deadline", "申报尚未截止，不能开启", "answers are still taken: they cannot be opened")]  # fmt: skip


def not_open_refusals(state: str) -> list[Refusal]:
    """Answers are handed in only while the challenge is open for them."""
    if state == "answering":
        return []
    return [refuse("challenges.not_open_for_answers", "此榜现在不受理申报", "this challenge takes no answers now")]


def check_refusals(passed: bool, marks: Mapping[str, bool], reason: str) -> list[Refusal]:
    """A formal check looks at every point; who fails is told why."""
    found = []
    if set(marks) != set(FORMAL):
        found.append(refuse("challenges.check_incomplete", "请逐项核对", "go through every point"))
    if passed != all(marks.values()):
        text = "结论与逐项核对不一致", "the finding does not agree with the points"
        found.append(refuse("challenges.check_contradicts", *text))
    if not passed and not reason.strip():
        found.append(refuse("challenges.no_reason", "请写明理由", "give the reason"))
    return found


def finish_check_refusals(unchecked: int, passed: int) -> list[Refusal]:
    found = []
    if unchecked:
        text = "还有 {count} 份应答未审查", "{count} answers are not checked yet"
        found.append(refuse("challenges.unchecked", *text, count=unchecked))
    elif not passed:
        text = "没有应答通过形式审查，只能流榜", "no answer passed: the challenge can only be declared void"
        found.append(refuse("challenges.none_passed", *text))
    return found
