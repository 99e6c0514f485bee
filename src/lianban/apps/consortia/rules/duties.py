"""Small refusals of single deeds: what is missing is said in one sentence, all of them at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from lianban.apps.consortia.rules.evaluation import Criterion
from lianban.apps.consortia.rules.states import FILED
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

__all__ = [
    "accede_refusals",
    "answer_refusals",
    "answering_refusals",
    "appeal_refusals",
    "confirm_refusals",
    "discard_refusals",
    "end_refusals",
    "finish_refusals",
    "give_up_refusals",
    "hand_over_refusals",
    "kept_terms",
    "licence_refusals",
    "pass_on_refusals",
    "receipt_refusals",
    "report_text_refusals",
    "settle_refusals",
    "to_mend",
    "verdict_refusals",
]

Said = tuple[bool, str, str, str]  # is it wrong, its code, and the sentence in both languages


def _all(*found: Said) -> list[Refusal]:
    return [refuse(f"consortia.{code}", zh, en) for wrong, code, zh, en in found if wrong]


def accede_refusals(state: str, *, decided: bool) -> list[Refusal]:
    """Founding members sign the agreement itself; who comes later signs an accession form, when it was decided."""
    return _all(
        (
            state in ("proposed", "drafted"),
            "sign_the_agreement",
            "发起阶段请直接签署协议",
            "while it is founded, sign the agreement itself",
        ),
        (
            not decided,
            "accession_undecided",
            "须经理事会通过并完成变更备案",
            "the council decides first, and the change is put on file",
        ),
    )


def kept_terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    """What the consortium goes by of a signed agreement; what it leaves open stays with the frozen rules."""
    council, leaving = terms.get("council") or {}, terms.get("exit") or {}
    found = {part: str(council[part]) for part in ("quorum", "pass") if part in council}
    if "notice_days" in leaving:
        found["notice_days"] = str(leaving["notice_days"])
    if terms.get("benefit"):
        found["benefit"] = terms["benefit"]["way"]
    return found


def give_up_refusals(state: str, reason: str) -> list[Refusal]:
    """Before the signatures the lead may end it alone; afterwards the council does."""
    return _all(
        (
            state not in ("proposed", "drafted"),
            "council_dissolves",
            "协议签署后须由理事会决定解散",
            "once the agreement is signed the council decides",
        ),
        (not reason.strip(), "reason_missing", "请写明理由", "say why"),
    )


def end_refusals(*, running: int, splits: int, income_fen: int, held_fen: int) -> list[Refusal]:
    """A consortium ends with its work done and its benefits split; what is left in the pot is given back."""
    told = Text("还有 {n} 个课题在实施", "{n} topics are running").format(n=running)
    return _all(
        (running > 0, "topics_running", told.zh, told.en),
        (splits > 0, "splits_open", "还有收益分配没有办完", "a benefit split is not finished"),
        (income_fen > 0, "income_left", "收益账户还有未分配的收益", "the income account holds what is not split yet"),
        (held_fen > 0, "money_held", "还有冻结的款项没有结算", "money is held and not settled"),
    )


def confirm_refusals(*, own: bool, other: bool) -> list[Refusal]:
    """Nobody confirms what their own organisation gave: the lead confirms the members', the office the lead's."""
    return _all(
        (
            own,
            "own_contribution.not_permitted",
            "不能确认本单位的投入：成员的由牵头单位确认，牵头单位的由链办确认",
            "not your own organisation's: the lead confirms the members', the office confirms the lead's",
        ),
        (
            not own and not other,
            "lead_or_office.not_permitted",
            "由牵头单位或链办确认",
            "the lead or the office confirms it",
        ),
    )


def receipt_refusals(*, amount_fen: int, payer: str, evidence: str, of_it: bool) -> list[Refusal]:
    """Money that came has an amount, a payer and a piece of evidence."""
    return _all(
        (not 0 < amount_fen <= 10**15, "receipt_amount", "请填写大于 0 的金额", "enter an amount above zero"),
        (not payer.strip(), "no_payer", "请写明付款方", "say who paid"),
        (not evidence.strip(), "no_evidence", "请写明凭证", "name the evidence"),
        (not of_it, "not_its_topic", "课题不属于这个联合体", "the topic is not one of this consortium's"),
    )


def discard_refusals(reason: str, *, voting: bool) -> list[Refusal]:
    return _all(
        (not reason.strip(), "reason_missing", "请写明理由", "say why"),
        (
            voting,
            "being_voted",
            "理事会正在表决，须先撤回议案",
            "the council is voting on it; withdraw the motion first",
        ),
    )


def pass_on_refusals(inside: bool) -> list[Refusal]:
    return _all((not inside, "task_member", "任务须由正式成员承担", "a member carries the task"))


def finish_refusals(*, ended: bool) -> list[Refusal]:
    return _all(
        (
            not ended,
            "project_not_ended",
            "项目验收结论生效后才能结题",
            "a topic is finished when the outcome of its project stands",
        )
    )


def hand_over_refusals(state: str, handed_over: str, *, none: bool, listed: bool) -> list[Refusal]:
    """A hand-over says what went to whom; surviving licences are listed or said to be none, never both."""
    return _all(
        (state != "leaving", "no_notice", "通知退出后才办理交接", "first give notice, then hand over"),
        (not handed_over.strip(), "not_handed_over", "请写明交接了什么、交给谁", "say what went to whom"),
        (
            none and listed,
            "licences_contradict",
            "已列明存续许可，不能再选“无”",
            "licences are listed, so 'none' is wrong",
        ),
    )


def licence_refusals(
    state: str, *, what: str, licensee: str, terms: str, until: date | None, today: date
) -> list[Refusal]:
    return _all(
        (state != "leaving", "no_notice", "通知退出后才列明存续许可", "first give notice, then list what survives"),
        (not what.strip(), "licence_what", "请写明许可的内容", "say what is licensed"),
        (not licensee.strip(), "licence_who", "请写明谁可以使用", "say who may use it"),
        (not terms.strip(), "licence_terms", "请写明条件（无偿、费用、范围）", "say on which terms"),
        (until is not None and until <= today, "licence_over", "许可期限已过", "that day is past"),
    )


def appeal_refusals(reason: str, *, late: bool) -> list[Refusal]:
    return _all(
        (late, "appeal_late", "申诉期已过", "the time to appeal is over"),
        (not reason.strip(), "reason_missing", "请写明申诉的理由", "say why you appeal"),
    )


def answering_refusals(state: str, *, strangers: int) -> list[Refusal]:
    """Only a filed consortium answers a list, and only with its own members."""
    return _all(
        (
            state not in FILED,
            "not_filed_yet",
            "联合体备案后、结束前才能揭榜",
            "a consortium answers a list once it is filed, and before it ends",
        ),
        (
            strangers > 0,
            "partner_no_member",
            "合作单位须是联合体成员",
            "partners are members of the consortium",
        ),
    )


def answer_refusals(answer: str, *, same_person: bool) -> list[Refusal]:
    return _all(
        (not answer.strip(), "no_answer", "请写明答复", "write the answer"),
        (
            same_person,
            "same_person",
            "评定人不能答复对自己评定的申诉，请由另一人办理",
            "who graded cannot answer the appeal; another person does",
        ),
    )


def settle_refusals(until: date, *, running: bool) -> list[Refusal]:
    told = Text("申诉期到 {day} 才满", "the time to appeal runs to {day}").format(day=until.isoformat())
    return _all((running, "appeal_runs", told.zh, told.en))


def to_mend(criteria: Sequence[Criterion], scores: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Lines of the sheet that got less than six tenths of their points: these are mended."""
    return [one.code for one in criteria if int(scores[one.code]["points"]) * 10 < one.points * 6]


def report_text_refusals(report: str) -> list[Refusal]:
    return _all((not report.strip(), "no_report", "请写明整改了什么", "say what was mended"))


def verdict_refusals(verdict: str, due_on: date, *, early: bool) -> list[Refusal]:
    told = Text(
        "整改期到 {day}，未报告前不能判不通过", "the time runs to {day}: it cannot fail before a report or its end"
    )
    told = told.format(day=due_on.isoformat())
    return _all(
        (not verdict.strip(), "no_verdict", "请写明核定意见", "write the verdict"),
        (early, "rectification_runs", told.zh, told.en),
    )
