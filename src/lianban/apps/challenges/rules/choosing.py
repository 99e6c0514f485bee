"""The choice, the public notice with its objections, the signing, and the race: values in, answer out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from lianban.apps.challenges.rules.words import DOCUMENTS
from lianban.kit import workdays
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text


def choice_refusals(
    *, chosen: Collection[int], eligible: Collection[int], consenting: Collection[int], race: bool, frozen: Any,
    reason: str, best: int | None, n_gates: int,
) -> list[Refusal]:  # fmt: skip
    """Why this choice cannot stand: one is one, a race is two or more, who did not pass cannot be chosen."""
    found = []
    most = int(frozen.value("challenge.racing.max_lanes"))
    if not race and len(chosen) != 1:
        found.append(refuse("challenges.choose_one", "请选定一家；选定多家请用赛马", "choose one; to choose several, race them"))  # fmt: skip
    if race and not 2 <= len(chosen) <= most:
        text = "赛马须选 2 至 {most} 家", "a race takes 2 to {most} teams"
        found.append(refuse("challenges.lanes", *text, most=most))
    if set(chosen) - set(eligible):
        text = "选定的应答中有未通过形式审查或评审的", "one of those chosen did not pass the check or the review"
        found.append(refuse("challenges.not_eligible", *text))
    if race and frozen.value("challenge.racing.consent") and set(chosen) - set(consenting):
        text = "有揭榜方未同意赛马", "one of the solvers did not consent to a race"
        found.append(refuse("challenges.no_consent", *text))
    if race and not n_gates:
        found.append(refuse("challenges.no_gates", "赛马须设阶段门", "a race needs stage gates"))
    if not reason.strip():
        found.append(refuse("challenges.no_reason", "请写明理由", "give the reason"))
    elif best is not None and not race and best not in chosen and len(reason.strip()) < 20:
        text = (
            "未选评审第一名，请用至少 20 个字说明理由",
            "the first of the review was not chosen: give the reason in at least 20 characters",
        )
        found.append(refuse("challenges.why_not_first", *text))
    return found


def feedback_refusals(without: int, frozen: Any) -> list[Refusal]:
    """Nobody loses without being told why."""
    if not without or not frozen.value("challenge.feedback_required"):
        return []
    text = (
        "还有 {count} 家未选中的揭榜方没有收到反馈意见",
        "{count} solvers that were not chosen have no feedback yet",
    )
    return [refuse("challenges.feedback_missing", *text, count=without)]


def put_back_refusals(*, appealed: bool, decided: bool) -> list[Refusal]:
    """A team comes back only by its appeal, and only while the race is open."""
    found = []
    if not appealed:
        text = "这支队伍没有待处理的申诉", "this team has no appeal that waits for an answer"
        found.append(refuse("challenges.no_appeal", *text))
    if decided:
        text = (
            "已有胜出者，不能再放回；请在项目页答复申诉",
            "there is a winner, so nobody is put back: answer the appeal on the project's page",
        )
        found.append(refuse("challenges.race_decided", *text))
    return found


def notice_until(start: date, frozen: Any) -> date:
    """Last working day of the public notice."""
    return workdays.after(start, int(frozen.value("challenge.publicity")))


def objections_until(start: date, frozen: Any) -> date:
    return workdays.after(start, int(frozen.value("challenge.objection_days")))


def objection_refusals(*, on_notice: bool, today: date, until: date, text: str, signed: str, already: bool) -> list[Refusal]:  # fmt: skip
    """An objection is written, signed, and in time."""
    found = []
    if not on_notice:
        found.append(refuse("challenges.not_on_notice", "现在不在公示期", "there is no public notice now"))
    elif today > until:
        found.append(refuse("challenges.objection_late", "异议期已于 {day} 结束", "objections closed on {day}", day=until.isoformat()))  # fmt: skip
    if not text.strip():
        found.append(refuse("challenges.objection_empty", "请写明异议和依据", "say what you object to, and on what grounds"))  # fmt: skip
    if not signed.strip():
        found.append(refuse("challenges.objection_unsigned", "异议须署名", "an objection is signed"))
    if already:
        found.append(refuse("challenges.objection_standing", "您已有一项异议待答复", "an objection of yours awaits its answer"))  # fmt: skip
    return found


def end_notice_refusals(today: date, until: date, unanswered: int, upheld: int) -> list[Refusal]:
    found = []
    if today <= until:
        text = "公示到 {day} 止，之后才能结束", "the notice stands until {day}: it ends after that day"
        found.append(refuse("challenges.notice_running", *text, day=until.isoformat()))
    if unanswered:
        text = "还有 {count} 项异议未答复", "{count} objections are not answered"
        found.append(refuse("challenges.objections_open", *text, count=unanswered))
    if upheld:
        text = "有异议成立，须重新审定", "an objection was upheld: the choice is made again"
        found.append(refuse("challenges.objection_upheld", *text))
    return found


def choose_again_refusals(upheld: int) -> list[Refusal]:
    if upheld:
        return []
    return [refuse("challenges.no_objection_upheld", "没有成立的异议", "no objection was upheld")]


def signing_refusals(lanes: Sequence[Mapping[str, Any]], frozen: Any) -> list[Refusal]:
    """Which papers each chosen solver still lacks; ``lanes`` map the name of the solver and of each paper to whether it is there."""
    found = []
    for lane in lanes:
        lacking = [DOCUMENTS[one] for one in frozen.value("challenge.contract_documents") if not lane.get(one)]
        if lacking:
            found.append(
                refuse(
                    "challenges.papers_missing",
                    "“{name}”还缺：{papers}",
                    "'{name}' still lacks: {papers}",
                    name=lane["name"],
                    papers=Text("、".join(t.zh for t in lacking), ", ".join(t.en for t in lacking)),
                )
            )
    return found


def split_refusals(public: Sequence[int], payable: Sequence[int], public_fen: int, payable_fen: int) -> list[Refusal]:
    """The lanes together get no more than the challenge has."""
    found = []
    if sum(public) > public_fen or any(one < 0 for one in public):
        found.append(refuse("challenges.lanes_above_public", "各队财政资金之和高于本榜的财政资金", "the lanes together get more public money than the challenge has"))  # fmt: skip
    if sum(payable) > payable_fen or any(one < 0 for one in payable):
        found.append(refuse("challenges.lanes_above_payable", "各队应付金额之和高于本榜的应付金额", "the lanes together get more than the poster pays"))  # fmt: skip
    return found


def gate_refusals(*, order: Sequence[int], gate: int, decided: Collection[int], running: bool, reason: str, cost_fen: int) -> list[Refusal]:  # fmt: skip
    """Gates are passed in their order, each once, by a lane that still runs."""
    found = []
    if not running:
        found.append(refuse("challenges.lane_out", "这一队已不在赛道上", "this team is no longer in the race"))
    before = list(order)[: list(order).index(gate)]
    if gate in decided:
        found.append(refuse("challenges.gate_decided", "这一阶段已有结论", "this gate has been decided"))
    elif set(before) - set(decided):
        found.append(refuse("challenges.gate_order", "前一阶段还没有结论", "the gate before has not been decided"))
    if cost_fen < 0:
        found.append(refuse("challenges.cost_negative", "成本不能为负", "a cost is not below zero"))
    if not reason.strip():
        found.append(refuse("challenges.no_reason", "请写明理由", "give the reason"))
    return found


def win_refusals(*, running: int, undecided: int, first_wins: bool, all_passed: bool) -> list[Refusal]:
    """When a team may be declared the winner."""
    found = []
    if not all_passed:
        text = "这一队还没有通过全部阶段", "this team has not passed every gate"
        found.append(refuse("challenges.gates_left", *text))
    if undecided:
        text = "还有 {count} 项阶段结论待第二人确认", "{count} findings await their second person"
        found.append(refuse("challenges.gates_unconfirmed", *text, count=undecided))
    if running > 1 and not first_wins:
        text = (
            "本地规则按阶段淘汰，还有 {count} 队在跑",
            "under the rules here teams go out gate by gate; {count} still run",
        )
        found.append(refuse("challenges.others_running", *text, count=running))
    return found


def finish_run_refusals(running: int, won: int) -> list[Refusal]:
    """The run ends with one team."""
    if running + won == 1:
        return []
    if running + won == 0:
        return [refuse("challenges.no_lane_left", "没有一队留下，只能终结", "no team is left: it can only be ended")]
    text = "还有 {count} 队在跑，须先决出胜者", "{count} teams still run: the winner comes first"
    return [refuse("challenges.race_undecided", *text, count=running + won)]


def accept_refusals(outcome: str, wanted: Collection[str], in_effect: bool) -> list[Refusal]:
    """The project's own conclusion decides; the challenge only follows it."""
    if not outcome:
        return [refuse("challenges.not_concluded", "项目还没有验收结论", "the project has no conclusion yet")]
    found = []
    if outcome not in wanted:
        text = "项目结论与此不符", "the project was concluded otherwise"
        found.append(refuse("challenges.outcome_differs", *text))
    if not in_effect:
        text = "结论还在申诉期内", "the conclusion can still be appealed against"
        found.append(refuse("challenges.appeal_open", *text))
    return found
