"""Why an organisation may solve a problem, and what the question of a team needs: values in, answer out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import rjieba

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

# Points of each kind of evidence; the best of a kind counts once. docs/models/matching.md says what they mean.
STAGE_POINTS = {"stable_volume": 50, "small_batch": 45, "pilot": 40, "lab": 30, "unknown": 25}
ANSWERED, SIBLING, SHARED_INPUT, RESULTS, SEGMENT, RESEARCH, LIKENESS = 25, 20, 12, 8, 8, 6, 20
LEAST_LIKENESS = 0.1
RESEARCH_KINDS = ("laboratory", "institute", "university", "hospital")
STAGE_LEVELS = {"lab": 1, "pilot": 2, "small_batch": 3, "stable_volume": 4}
LEVELS = {
    0: Text("没有", "none"),
    1: Text("实验室", "laboratory"),
    2: Text("中试", "pilot line"),
    3: Text("小批量", "small batches"),
    4: Text("稳定量产", "stable volume"),
}
KINDS = {
    "firm": Text("企业", "firm"), "university": Text("高校", "university"), "institute": Text("科研院所", "institute"),
    "hospital": Text("医院", "hospital"), "laboratory": Text("实验室", "laboratory"),
    "service": Text("服务机构", "service body"), "finance": Text("金融机构", "finance"),
}  # fmt: skip
OBJECTIVES = {
    "cost": Text("成本最低", "least cost"),
    "strength": Text("预算内强度最高", "greatest strength within the budget"),
}
MOST_CAPABILITIES, MOST_CANDIDATES, MOST_FEN = 60, 2000, 10**13
_LATIN = re.compile(r"[a-z0-9]+(?:[-+./][a-z0-9]+)*")
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: its kind, its points, in words."""

    kind: str
    points: int
    text: Text


def words(text: str) -> list[str]:
    """Cut a text into words: jieba's words, pairs of neighbouring characters, and Latin words, all counted."""
    low = text.lower()
    found = _LATIN.findall(low)
    for run in _HAN.findall(low):
        found += [word for word in rjieba.cut(run) if len(word) > 1]
        found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def reasons(
    *, product: str, made: Mapping[str, str], names: Mapping[str, Text], around: Any, kind: str, answers: Sequence[str],
    likeness: float,
) -> list[Reason]:  # fmt: skip
    """All reasons why somebody who makes ``made`` (product → stage) may solve a problem about ``product``, strongest first."""
    found = []
    if product in made:
        stage = made[product]
        text = Text("已有本产品：{stage}", "has this product: {stage}").format(stage=_stage(stage))
        found.append(Reason("own", STAGE_POINTS.get(stage, STAGE_POINTS["unknown"]), text))
    found += [
        Reason("answered", ANSWERED, Text(f"已应答“我能做”：{said}", f"answered 'we can do it': {said}"))
        for said in answers
    ]
    for other in sorted(code for code in made if code != product and code in names):
        found += _near(product, other, names[other], around)
    steady = sorted(
        code for code, stage in made.items() if stage == "stable_volume" and code in names and code != product
    )
    if steady:
        text = Text("已稳定量产：{name}", "makes in stable volume: {name}")
        found.append(Reason("results", RESULTS, text.format(name=_list([names[code] for code in steady[:3]]))))
    if kind in RESEARCH_KINDS:
        text = Text("有科研条件（{kind}）", "has means of research ({kind})")
        found.append(Reason("research", RESEARCH, text.format(kind=KINDS[kind])))
    if likeness >= LEAST_LIKENESS:
        percent = f"{likeness:.0%}".replace("%", " %")
        text = Text(f"所做与题目文字相似 {percent}", f"what it does reads like the problem, {percent}")
        found.append(Reason("likeness", round(LIKENESS * likeness), text))
    best: dict[str, Reason] = {}
    for one in found:
        if one.kind not in best or one.points > best[one.kind].points:
            best[one.kind] = one
    return sorted(best.values(), key=lambda one: (-one.points, one.kind))


def _near(product: str, other: str, name: Text, around: Any) -> Iterable[Reason]:
    family = {product, around.parents.get(product, "")} & {other, around.parents.get(other, "")} - {""}
    if family:
        yield Reason("sibling", SIBLING, Text("做同类产品：{name}", "makes the same kind: {name}").format(name=name))
    elif around.segments.get(product) and around.segments.get(product) == around.segments.get(other):
        yield Reason(
            "segment", SEGMENT, Text("做同环节产品：{name}", "makes in the same segment: {name}").format(name=name)
        )
    mine, theirs = (around.inputs.get(code, frozenset()) for code in (product, other))
    if mine & theirs:
        text = Text("其{name}与本产品共用 {n} 种投入品", "its {name} shares {n} inputs with this product")
        yield Reason("inputs", SHARED_INPUT, text.format(name=name, n=len(mine & theirs)))
    if other in mine or product in theirs:
        text = Text("做上下游产品：{name}", "makes what goes in or comes out: {name}")
        yield Reason("beside", SEGMENT, text.format(name=name))


def _stage(stage: str) -> Text:
    return LEVELS.get(STAGE_LEVELS.get(stage, -1), Text("阶段未知", "stage unknown"))


def _list(names: Sequence[Text]) -> Text:
    return Text("、".join(one.zh for one in names), ", ".join(one.en for one in names))


def question_refusals(
    *, capabilities: Sequence[Mapping[str, Any]], rules: Mapping[str, Any], bad_lines: Sequence[str] = ()
) -> list[Refusal]:
    """What a question lacks, all at once."""
    found = [
        refuse("matching.line_unread", "这一行读不懂：{line}", "this line cannot be read: {line}", line=line[:80])
        for line in bad_lines
    ]
    if not capabilities:
        found.append(refuse("matching.no_capability", "请至少写一项需要的能力", "name at least one needed capability"))
    if len(capabilities) > MOST_CAPABILITIES:
        found.append(refuse("matching.too_many", "能力至多 {n} 项", "at most {n} capabilities", n=MOST_CAPABILITIES))
    codes = [one["code"] for one in capabilities]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        found.append(
            refuse(
                "matching.twice",
                "能力“{capability}”写了两次",
                "capability '{capability}' stands twice",
                capability=code,
            )
        )
    low, high = rules.get("size_min"), rules.get("size_max")
    if low is not None and high is not None and low > high:
        found.append(
            refuse("matching.sizes", "最少家数大于最多家数", "the least number of members is above the greatest")
        )
    if rules.get("objective") == "strength" and rules.get("budget_fen") is None:
        found.append(refuse("matching.no_budget", "求强度最高须写预算", "greatest strength needs a budget"))
    return found


def candidate_refusals(
    *, cost_fen: int | None, evidence: str, pinned: bool, banned: bool, levels: Iterable[int]
) -> list[Refusal]:
    """A cost or a level that somebody enters stands on something."""
    found = []
    if cost_fen is not None and not 0 <= cost_fen <= MOST_FEN:
        found.append(refuse("matching.cost", "成本须不小于 0", "the cost is at least 0"))
    if any(level not in LEVELS for level in levels):
        found.append(refuse("matching.level", "级别为 0 至 4", "levels are 0 to 4"))
    if pinned and cost_fen is None:
        found.append(refuse("matching.pinned_without_cost", "必选的单位须填成本", "who must be in needs a cost"))
    if pinned and banned:
        found.append(refuse("matching.pinned_and_banned", "不能同时必选和排除", "it cannot be both in and out"))
    if not evidence.strip():
        found.append(
            refuse(
                "matching.no_evidence",
                "请写明依据：报价、检测报告、谁估算",
                "say what it stands on: a quotation, a test report, who estimated",
            )
        )
    return found


def solve_refusals(*, n_costs: int, under_way: bool) -> list[Refusal]:
    """Nothing is proposed before people have entered costs."""
    found = []
    if not n_costs:
        found.append(
            refuse(
                "matching.no_costs",
                "还没有人填写候选的成本，不作推荐",
                "nobody has entered a candidate's cost: nothing is proposed",
            )
        )
    if under_way:
        found.append(refuse("matching.under_way", "同一问题正在求解", "this question is being solved"))
    return found


def read_share(text: str) -> Fraction | None:
    """A share as typed: 50, 50 %, 1/2 or 0.5; None where it is none."""
    typed = text.strip().replace("％", "%")
    try:
        share = Fraction(typed.removesuffix("%").strip()) / (100 if typed.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        return None
    share = share / 100 if share > 1 else share
    return share if 0 <= share <= 1 else None
