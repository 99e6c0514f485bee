"""The deeds of a challenge by their address: which row, which fields, which one call down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lianban.apps.challenges import rules, services
from lianban.apps.challenges.models import Answer, Challenge, Condition, GateFinding, Lane, Objection, Question
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text

Values = Mapping[str, Any]
Call = Callable[[Challenge, Any, Values, Actor, datetime], Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """One verb: what the button says, whose it is, its fields, the row it is done to, the call."""

    name: Text
    deed: str
    call: Call
    fields: tuple[str, ...] = ()
    row: type[Any] | None = None
    by_poster: bool = False  # the poster's own people may do it too
    table: str = ""  # verb of the table it moves by, where that is another word


def _on(service: Callable[..., Any], **fixed: Any) -> Call:
    return lambda c, row, given, by, at: service(challenge_id=c.pk, by=by, at=at, **fixed, **given)


def _to(service: Callable[..., Any], name: str) -> Call:
    return lambda c, row, given, by, at: service(**{name: row.pk}, by=by, at=at, **given)


def _named(verb: str) -> Text:
    return rules.STATES.moves[verb].name


def _opine(c: Challenge, row: Any, given: Values, by: Actor, at: datetime) -> Any:
    prefers = given.get("prefers")
    return services.opine(
        challenge_id=c.pk, opinion=given["opinion"], prefers=int(prefers) if prefers else None, by=by, at=at
    )


def _choose(c: Challenge, row: Any, given: Values, by: Actor, at: datetime) -> Any:
    return services.choose(challenge_id=c.pk, answer_id=int(given["answer_id"]), minutes=given["minutes"], reason=given["reason"],
                           by=by, at=at)  # fmt: skip


def _check(c: Challenge, row: Any, given: Values, by: Actor, at: datetime) -> Any:
    return services.check_answer(answer_id=row.pk, passed=all(given["marks"].values()), marks=given["marks"],
                                 reason=given["reason"], by=by, at=at)  # fmt: skip


def _finding(c: Challenge, row: Any, given: Values, by: Actor, at: datetime) -> Any:
    decided = row.findings.exclude(confirmed_by="").values_list("gate_id", flat=True)
    gate = c.gates.exclude(pk__in=decided).order_by("number").first() or c.gates.order_by("-number").first()
    return services.propose_finding(gate_id=gate.pk, lane_id=row.pk, by=by, at=at, **given)  # type: ignore[union-attr]


def _object(c: Challenge, row: Any, given: Values, by: Actor, at: datetime) -> Any:
    return services.object_(challenge_id=c.pk, text=given["text"], signed=given["signed"], by=by, at=at)


DEEDS: dict[str, Deed] = {
    "submit": Deed(_named("submit"), "challenges.propose", _on(services.submit)),
    **{
        verb: Deed(_named(verb), f"challenges.{verb}", _on(services.pass_on, verb=verb), ("note",))
        for verb in services.PASSED_ON
    },
    "send_back": Deed(_named("send_back"), "", _on(services.send_back), ("reason",)),
    "drop": Deed(_named("drop"), "challenges.drop", _on(services.drop), ("reason",)),
    "basis": Deed(Text("写明依据", "give the basis"), "challenges.give_basis", _to(services.give_basis, "condition_id"), ("basis",), Condition),
    "decide_condition": Deed(
        Text("审核条件", "decide on the condition"), "challenges.clear", _to(services.decide_condition, "condition_id"),
        ("decision", "new_text", "reason"), Condition, table="clear",
    ),
    "clear": Deed(_named("clear"), "challenges.clear", _on(services.clear), ("opinion",)),
    "decide_posting": Deed(_named("decide_posting"), "challenges.decide", _on(services.decide_posting), ("minutes", "note_if")),
    "post": Deed(_named("post"), "challenges.post", _on(services.post), ("answers_until",)),
    "invite": Deed(_named("invite"), "challenges.post", _on(services.invite), ("note_if",)),
    "adjust": Deed(
        Text("微调内容", "adjust the wording"), "challenges.post", _on(services.adjust),
        ("background", "problem", "scenario", "facilities", "contact", "reason"), table="invite",
    ),
    "move_deadline": Deed(
        Text("延长申报", "move the deadline"), "challenges.post", _on(services.move_deadline), ("answers_until", "reason"),
        table="open",
    ),
    "ask": Deed(Text("提问", "ask a question"), "challenges.ask", _on(services.ask), ("text",), table="-sealed"),
    "reply": Deed(Text("答复提问", "reply"), "challenges.reply", _to(services.reply, "question_id"), ("text",), Question, True),
    "open": Deed(_named("open"), "challenges.open", _on(services.open_answers)),
    "check": Deed(
        Text("审查应答", "check the answer"), "challenges.check", _check,
        (*(f"mark_{code}" for code in rules.answers.FORMAL), "reason_if"), Answer, table="finish_check",
    ),
    "finish_check": Deed(_named("finish_check"), "challenges.check", _on(services.finish_check)),
    "convene": Deed(Text("组建评审组", "convene the panel"), "challenges.convene", _on(services.convene), table="-judging"),
    "seat": Deed(_named("seat"), "challenges.convene", _on(services.seat)),
    "lay_open": Deed(Text("送评", "lay before the panel"), "challenges.convene", _on(services.lay_open), table="finish_review"),
    "finish_review": Deed(_named("finish_review"), "challenges.convene", _on(services.finish_review)),
    "opine": Deed(_named("opine"), "challenges.opine", _opine, ("opinion",)),
    "choose": Deed(_named("choose"), "challenges.decide", _choose, ("minutes_if", "reason"), by_poster=True),
    "race": Deed(_named("race"), "challenges.decide", _on(services.race), ("minutes_if", "reason"), by_poster=True),
    "void": Deed(_named("void"), "challenges.decide", _on(services.void), ("minutes_if", "reason")),
    "feedback": Deed(
        Text("反馈意见", "give feedback"), "challenges.feed_back", _to(services.give_feedback, "answer_id"), ("text",), Answer
    ),
    "object": Deed(Text("提出异议", "object"), "challenges.object", _object, ("text", "signed"), table="end_publicity"),
    "answer_objection": Deed(
        Text("答复异议", "answer the objection"), "challenges.answer_objection",
        _to(services.answer_objection, "objection_id"), ("upheld", "answer"), Objection,
    ),
    "end_publicity": Deed(_named("end_publicity"), "challenges.publicise", _on(services.end_publicity)),
    "choose_again": Deed(_named("choose_again"), "challenges.publicise", _on(services.choose_again), ("reason",)),
    "draft_papers": Deed(Text("起草签约文本", "draft the papers"), "challenges.contract", _on(services.draft_papers), table="sign"),
    "papers": Deed(
        Text("登记凭证", "record the proofs"), "challenges.contract", _to(services.record_papers, "lane_id"),
        ("contract_registration", "money_proof", "money_proof_fen"), Lane, table="sign",
    ),
    "sign": Deed(_named("sign"), "challenges.contract", _on(services.sign)),
    "fall_through": Deed(_named("fall_through"), "challenges.decide", _on(services.fall_through), ("reason",)),
    "pay": Deed(_named("pay"), "challenges.pay", _on(services.pay)),
    "finding": Deed(
        Text("提出阶段结论", "propose the finding"), "challenges.run", _finding, ("met", "reason", "evidence", "cost_fen"), Lane,
        table="finish_run",
    ),
    "confirm": Deed(
        Text("确认阶段结论", "confirm the finding"), "challenges.confirm_gate", _to(services.confirm_finding, "finding_id"), (),
        GateFinding, table="finish_run",
    ),
    "win": Deed(Text("宣布胜出", "declare the winner"), "challenges.confirm_gate", _to(services.win, "lane_id"), ("reason",), Lane, table="finish_run"),
    "leave": Deed(Text("登记退出", "record that it leaves"), "challenges.run", _to(services.leave, "lane_id"), ("reason",), Lane, table="finish_run"),
    "put_back": Deed(Text("放回赛马", "put it back into the race"), "challenges.confirm_gate", _to(services.put_back, "lane_id"), ("reason",), Lane, table="finish_run"),
    "finish_run": Deed(_named("finish_run"), "challenges.run", _on(services.finish_run)),
    "accept": Deed(_named("accept"), "challenges.accept", _on(services.accept)),
    "end": Deed(_named("end"), "challenges.accept", _on(services.end), ("reason",)),
    "archive": Deed(_named("archive"), "challenges.run", _on(services.archive)),
}  # fmt: skip


def possible_now(challenge: Challenge, verb: str) -> bool:
    """Whether the table lets this deed be done in the present state."""
    found = DEEDS[verb]
    word = found.table or verb
    if word == "-sealed":
        return challenge.state in rules.steps.SEALED
    if word == "-judging":
        return challenge.panel is None and challenge.state in ("drawing", "reviewing")
    if word in rules.STATES.moves:
        table = challenge.table
        return word in table.moves and challenge.state in table.moves[word].sources
    if verb == "basis":
        return challenge.state in rules.steps.BEFORE_POSTING
    return challenge.state not in ("dropped",)


def may(challenge: Challenge, verb: str, actor: Actor) -> bool:
    """Whether this deed is this reader's; the service asks again."""
    found, chain = DEEDS[verb], challenge.chain.code
    for_poster = bool(challenge.poster and challenge.poster.code in actor.organisations)
    if verb == "opine" or (found.by_poster and verb in ("choose", "race") and not services.collective(challenge)):
        return for_poster or (challenge.mode == "government" and "science_bureau" in actor.roles(chain))
    if verb == "send_back":
        return challenge.step is not None and actor.may(challenge.step.deed, chain)
    if found.by_poster and for_poster and verb == "reply":
        return True
    return actor.may(found.deed, chain)
