"""The choice (审定), its public notice, objections, and how it falls."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from lianban.apps.challenges import queries, rules
from lianban.apps.challenges.models import Answer, Challenge, Gate, Lane, Objection
from lianban.apps.challenges.services import moves
from lianban.apps.challenges.services.entering import entered
from lianban.apps.challenges.services.reviewing import by_poster, take_feedback
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.sealing import queries as sealing_queries
from lianban.apps.sealing import services as sealing
from lianban.kit import workdays
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text

Row = Mapping[str, Any]


@transaction.atomic
def choose(*, challenge_id: int, answer_id: int, minutes: str, reason: str, by: Actor, at: datetime) -> Challenge:
    """选定一家: it gets the whole money."""
    challenge = _deciding(challenge_id, by)
    lane = {"answer": answer_id, "public_fen": challenge.public_fen, "payable_fen": challenge.payable_fen}
    return _choose(challenge, "choose", [lane], [], minutes, reason, by, at)


@transaction.atomic
def race(
    *, challenge_id: int, lanes: Sequence[Row], gates: Sequence[Row], minutes: str, reason: str, by: Actor, at: datetime
) -> Challenge:
    """赛马: several run side by side through the same gates.

    ``lanes``: answer, public_fen, payable_fen. ``gates``: stage, landmark, due_on, compensation_cap_fen.
    """
    challenge = _deciding(challenge_id, by)
    return _choose(challenge, "race", lanes, gates, minutes, reason, by, at)


def _deciding(challenge_id: int, by: Actor) -> Challenge:
    """The challenge locked, for whoever decides here: the bureau in its meeting, or the poster where there is no such step."""
    challenge = moves.locked(challenge_id)
    if collective(challenge):
        parties.require(by, "challenges.decide", challenge.chain.code)
    else:
        parties.require(by, "challenges.opine", challenge.chain.code)
        by_poster(challenge, by)
    return challenge


def collective(challenge: Challenge) -> bool:
    return "decide_choice" in challenge.frozen.value("challenge.steps")


def _choose(
    challenge: Challenge, verb: str, lanes: Sequence[Row], gates: Sequence[Row], minutes: str, reason: str, by: Actor,
    at: datetime,
) -> Challenge:  # fmt: skip
    take_feedback(challenge, by, at)
    eligible = {row.pk: row for row in queries.eligible(challenge).select_related("organisation")}
    chosen = [int(lane["answer"]) for lane in lanes]
    best = next((pk for pk, row in eligible.items() if row.rank == 1), None)
    refuse_if_any(
        [
            *moves.can(challenge, verb),
            *rules.posting.minutes_refusals(minutes, collective=collective(challenge)),
            *rules.choosing.choice_refusals(
                chosen=chosen, eligible=eligible, consenting=[pk for pk, row in eligible.items() if row.race_consent],
                race=verb == "race", frozen=challenge.frozen, reason=reason, best=best, n_gates=len(gates),
            ),
            *rules.choosing.split_refusals(
                [lane["public_fen"] for lane in lanes], [lane["payable_fen"] for lane in lanes],
                challenge.public_fen, challenge.payable_fen,
            ),
            *_money(challenge, [eligible[pk] for pk in chosen if pk in eligible], lanes),
            *_second(challenge, by),
            *_before_contract(challenge, verb, chosen),
        ]
    )  # fmt: skip
    challenge.answers.update(chosen=False)
    Answer.objects.filter(pk__in=chosen).update(chosen=True)
    started = challenge.lanes.count()
    for number, lane in enumerate(lanes, started + 1):
        told = {"public_fen": lane["public_fen"], "payable_fen": lane["payable_fen"]}
        Lane.objects.create(challenge=challenge, number=number, answer_id=int(lane["answer"]), **told)
    _set_gates(challenge, gates)
    challenge.raced, challenge.choice_reason = verb == "race", reason.strip()
    moves.advance(challenge, verb, by, at, minutes=minutes, note=reason, answers=chosen)
    moves.tell_solvers(challenge, Text("已有审定结果", "the choice has been made"), by, at)
    return entered(challenge, by, at)


def _set_gates(challenge: Challenge, gates: Sequence[Row]) -> None:
    challenge.gates.filter(findings__isnull=True).delete()
    there = challenge.gates.count()
    Gate.objects.bulk_create(Gate(challenge=challenge, number=n, **gate) for n, gate in enumerate(gates, there + 1))


def _money(challenge: Challenge, rows: Sequence[Answer], lanes: Sequence[Row]) -> list[Any]:
    """What the rules allow this kind of solver: a university may have another ratio than a firm."""
    found = []
    for row, lane in zip(rows, lanes, strict=False):
        worked = rules.money.working(challenge.frozen, challenge.money, kind=challenge.klass, scale=challenge.scale,
                                     solver_kind=row.organisation.kind)  # fmt: skip
        if lane["public_fen"] > worked.amount_fen:
            found += rules.money.money_refusals(challenge.frozen, challenge.money, kind=challenge.klass,
                                                scale=challenge.scale, solver_kind=row.organisation.kind)[1]  # fmt: skip
    return found


def _second(challenge: Challenge, by: Actor) -> list[Any]:
    opined = moves.who_did(challenge, "opine") if collective(challenge) else set()
    return rules.posting.second_person_refusals(by.reference, opined, rules.STATES.moves["opine"].name)


def _before_contract(challenge: Challenge, verb: str, chosen: Sequence[int]) -> list[Any]:
    """Where the next step is already the contract, the losers have been told by now."""
    moving_to = challenge.table.moves.get(verb)
    if moving_to is None or moving_to.target not in rules.steps.UNDER_CONTRACT:
        return []
    silent = challenge.answers.exclude(pk__in=chosen).filter(feedback="").count()
    return rules.choosing.feedback_refusals(silent, challenge.frozen)


@transaction.atomic
def void(*, challenge_id: int, reason: str, minutes: str = "", by: Actor, at: datetime) -> Challenge:
    """流榜: nobody is chosen. A box that is still sealed is ended unread."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.decide", challenge.chain.code)
    choosing = challenge.state == "choosing"
    refuse_if_any(
        [
            *moves.can(challenge, "void"),
            *rules.posting.reason_refusals(reason),
            *rules.posting.minutes_refusals(minutes, collective=choosing and collective(challenge)),
        ]
    )
    box = sealing_queries.box_of(challenge.reference)
    if box is not None and box.state == "sealed":
        sealing.void_box(box_id=box.pk, reason=reason, by=by, at=at)
    challenge.end_reason = reason.strip()
    return moves.advance(challenge, "void", by, at, minutes=minutes, note=reason)


@transaction.atomic
def object_(
    *, challenge_id: int, text: str, signed: str, by: Actor, at: datetime, organisation: Organisation | None = None
) -> Objection:
    """提出异议: signed, in writing, while the notice stands."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.object", challenge.chain.code)
    if organisation is not None:
        moves.acts_for(by, organisation)
    today, start = timezone.localdate(at), challenge.notice_from or timezone.localdate(at)
    standing = challenge.objections.filter(raised_by=by.reference, upheld=None).exists()
    refuse_if_any(
        rules.choosing.objection_refusals(
            on_notice=challenge.state == "publicity", today=today, text=text, signed=signed, already=standing,
            until=rules.choosing.objections_until(start, challenge.frozen),
        )
    )  # fmt: skip
    due_on = workdays.after(today, int(challenge.frozen.value("challenge.objection_answer_days")))
    row = Objection.objects.create(
        challenge=challenge, round=queries.round_of(challenge), text=text.strip(), signed=signed.strip(), organisation=organisation,
        raised_by=by.reference, raised_at=at, due_on=due_on,
    )  # fmt: skip
    moves.record(challenge, "objected", by, at, objection=row.pk)
    return row


@transaction.atomic
def answer_objection(*, objection_id: int, upheld: bool, answer: str, by: Actor, at: datetime) -> Objection:
    """答复异议: with a reason, by somebody else than who recorded the choice."""
    row = Objection.objects.get(pk=objection_id)
    challenge = moves.locked(row.challenge_id)
    row.refresh_from_db()
    parties.require(by, "challenges.answer_objection", challenge.chain.code)
    found = rules.posting.reason_refusals(answer)
    if row.upheld is not None:
        found.append(refuse("challenges.objection_answered", "异议已经答复", "the objection has been answered"))
    decided = moves.who_did(challenge, "choose", "race")
    found += rules.posting.second_person_refusals(by.reference, decided, rules.STATES.moves["choose"].name)
    refuse_if_any(found)
    row.upheld, row.answer, row.answered_by, row.answered_at = upheld, answer.strip(), by.reference, at
    row.save(update_fields=["upheld", "answer", "answered_by", "answered_at"])
    moves.record(challenge, "objection_answered", by, at, objection=row.pk, upheld=upheld)
    return row


@transaction.atomic
def end_publicity(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """结束公示: after its last working day, with every objection answered and every loser told why."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.publicise", challenge.chain.code)
    take_feedback(challenge, by, at)
    refuse_if_any([*moves.can(challenge, "end_publicity"), *queries.notice_stands(challenge, at)])
    moves.advance(challenge, "end_publicity", by, at)
    return entered(challenge, by, at)


@transaction.atomic
def choose_again(*, challenge_id: int, reason: str, by: Actor, at: datetime) -> Challenge:
    """重新审定: an upheld objection takes the choice back."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.publicise", challenge.chain.code)
    upheld = challenge.objections.filter(round=queries.round_of(challenge), upheld=True).count()
    refuse_if_any(
        [
            *moves.can(challenge, "choose_again"),
            *rules.choosing.choose_again_refusals(upheld),
            *rules.posting.reason_refusals(reason),
        ]
    )
    return _take_back(challenge, "choose_again", reason, by, at)


@transaction.atomic
def fall_through(*, challenge_id: int, reason: str, by: Actor, at: datetime) -> Challenge:
    """未能签约: who was chosen does not sign; the choice is made again."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.decide", challenge.chain.code)
    refuse_if_any([*moves.can(challenge, "fall_through"), *rules.posting.reason_refusals(reason)])
    return _take_back(challenge, "fall_through", reason, by, at)


def _take_back(challenge: Challenge, verb: str, reason: str, by: Actor, at: datetime) -> Challenge:
    for lane in challenge.lanes.filter(state="chosen"):
        lane.state, lane.end_reason = rules.words.LANES.target("drop"), reason.strip()
        lane.ended_on = timezone.localdate(at)
        lane.save(update_fields=["state", "end_reason", "ended_on"])
    challenge.answers.update(chosen=False)
    challenge.notice_from = challenge.notice_until = None
    return moves.advance(challenge, verb, by, at, note=reason)
