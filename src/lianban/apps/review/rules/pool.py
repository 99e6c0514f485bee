"""Enrolling experts, bars for lobbying, ratings."""

from collections.abc import Sequence
from datetime import date

from lianban.apps.review.rules.seating import KINDS, Rules
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

# The five behaviours of 国科发监〔2020〕360号.
BEHAVIOURS = {
    "ask_unpublished": Text("打听未公开的专家名单、评审结果", "asking for unpublished names or results"),
    "plead": Text("请托说情", "pleading for an answer"),
    "favour_vote": Text("投感情票、单位票、利益票", "voting for favour, unit or interest"),
    "help_lobby": Text("为他人请托提供便利", "helping others to lobby"),
    "interfere": Text("其他干扰评审的行为", "other interference"),
}


def enrol_refusals(kinds: Sequence[str], *, already: bool, expert_role: bool) -> list[Refusal]:
    """Why somebody cannot enter the pool."""
    reasons = []
    if not kinds or set(kinds) - set(KINDS):
        reasons.append(refuse("review.kinds_unknown", "请选定专家类别", "choose what kind of expert"))
    if already:
        reasons.append(refuse("review.already_enrolled", "此人已在专家库", "this person is in the pool already"))
    if not expert_role:
        reasons.append(
            refuse(
                "review.no_expert_role",
                "此人还没有“专家”角色，请先由管理员授予",
                "this person does not hold the role 'expert'",
            )
        )
    return reasons


def evidence_refusals(evidence: str, since: date | None, until: date | None) -> list[Refusal]:
    """An engagement says what it rests on, and ends after it begins."""
    reasons = []
    if not evidence.strip():
        reasons.append(refuse("review.no_evidence", "请写明依据", "give the evidence"))
    if since and until and until < since:
        reasons.append(refuse("review.ends_early", "终止日早于起始日", "it ends before it begins"))
    return reasons


def bar_refusals(rules: Rules, behaviour: str, years: int | None, document: str, *, repeated: bool) -> list[Refusal]:
    """Why a bar cannot be set for so many years (None = permanent, for the gravest)."""
    reasons = []
    if behaviour not in BEHAVIOURS:
        reasons.append(refuse("review.no_such_behaviour", "请选定请托行为", "choose the behaviour"))
    if not document.strip():
        reasons.append(refuse("review.no_document", "请写明处理决定的文号", "name the decision it rests on"))
    least = int(rules.value("review.lobbying_bar_years_min"))
    most = int(rules.value("review.lobbying_bar_years_max"))
    if (years is not None and years < least) or (years is not None and years > most and not repeated):
        reasons.append(
            refuse(
                "review.bar_years", "一般情形禁入 {least} 至 {most} 年；多次、多人或情节严重的才可更长",
                "{least} to {most} years; longer only where repeated, toward many, or grave", least=least, most=most,
            )
        )  # fmt: skip
    if years is None and not repeated:
        reasons.append(
            refuse(
                "review.bar_permanent",
                "永久禁入只用于多次或情节严重的",
                "a permanent bar is for repeated or grave cases",
            )
        )
    return reasons


def rating_refusals(points: int, reason: str, *, frozen: bool, rated: bool) -> list[Refusal]:
    """Why an expert's work cannot be rated."""
    reasons = []
    if not frozen:
        reasons.append(
            refuse("review.not_frozen", "评分封存后才能评价专家", "experts are rated after the scores are frozen")
        )
    if rated:
        reasons.append(refuse("review.already_rated", "这一席位已评价过", "this seat has been rated"))
    if not 0 <= points <= 100:
        reasons.append(refuse("review.rating_out_of_range", "评价为 0 至 100 分", "ratings run from 0 to 100"))
    if not reason.strip():
        reasons.append(refuse("review.no_reason", "请写明理由", "give the reason"))
    return reasons


def reason_refusals(reason: str) -> list[Refusal]:
    return [] if reason.strip() else [refuse("review.no_reason", "请写明理由", "give the reason")]
