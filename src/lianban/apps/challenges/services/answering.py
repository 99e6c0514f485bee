"""Answers (申报): asked about, handed in sealed, opened, checked."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from lianban.apps.challenges import queries, rules
from lianban.apps.challenges.models import Answer, Challenge, Question
from lianban.apps.challenges.services import moves
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.sealing import services as sealing
from lianban.apps.sealing.rules import Receipt
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text

CODES = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@transaction.atomic
def ask(*, challenge_id: int, text: str, by: Actor, at: datetime) -> Question:
    """提问: the reply is for everybody; who asked is shown to nobody."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.ask", challenge.chain.code)
    refuse_if_any([*_questions_open(challenge, at), *rules.posting.reason_refusals(text)])
    row = Question.objects.create(
        challenge=challenge, text=text.strip(), asked_by=by.reference, asked_on=timezone.localdate(at)
    )
    moves.record(challenge, "asked", by, at, question=row.pk)
    return row


def _questions_open(challenge: Challenge, at: datetime) -> list[Any]:
    open_now = challenge.state in rules.steps.SEALED
    if open_now and challenge.answers_until is not None and at <= challenge.answers_until:
        return []
    return [refuse("challenges.no_questions_now", "现在不在答疑期", "questions are not taken now")]


@transaction.atomic
def reply(*, question_id: int, text: str, by: Actor, at: datetime) -> Question:
    """答复: by the office, or by the poster's own people."""
    row = Question.objects.select_related("challenge__chain", "challenge__poster").get(pk=question_id)
    challenge = moves.locked(row.challenge_id)
    if not (challenge.poster and challenge.poster.code in by.organisations):
        parties.require(by, "challenges.reply", challenge.chain.code)
    refuse_if_any(rules.posting.reason_refusals(text))
    row.reply, row.replied_by, row.replied_at = text.strip(), by.reference, at
    row.save(update_fields=["reply", "replied_by", "replied_at"])
    moves.record(challenge, "replied", by, at, question=row.pk)
    return row


def answer(
    *, challenge_id: int, solver: Organisation, content: Mapping[str, Any], by: Actor, at: datetime,
    partners: Sequence[Organisation] = (), via_consortium: str = "", filed_consortium: bool = False,
    files: Sequence[tuple[str, bytes]] = (),
) -> Receipt:  # fmt: skip
    """申报: hand in an answer, or another in its place; nothing of it is written outside the sealed box.

    Refusals too stay inside the box: they would tell who tried. The database's clock judges the deadline.
    """
    challenge = Challenge.objects.select_related("chain", "poster").get(pk=challenge_id)
    if challenge.box is None or challenge.state != "answering":
        refuse_if_any(rules.answers.not_open_refusals(challenge.state))
    assert challenge.box is not None
    with sealing.within(challenge.box):
        parties.require(by, "challenges.answer", challenge.chain.code)
        moves.acts_for(by, solver)
        told = dict(content) | {
            "partners": [one.code for one in partners],
            "via_consortium": via_consortium,
        }
        names = [name for one in (solver, *partners) for name in (one.name, one.name_en) if name]
        refuse_if_any(
            [
                *party_refusals(
                    challenge, solver, partners, at, filed=filed_consortium, via_consortium=bool(via_consortium)
                ),
                *rules.answers.answer_refusals(told, names),
            ]
        )
        return sealing.submit(box_id=challenge.box, organisation_id=solver.pk, content=told, files=list(files), by=by)


def party_refusals(
    challenge: Challenge, solver: Organisation, partners: Sequence[Organisation], at: datetime, *, filed: bool,
    via_consortium: bool,
) -> list[Any]:  # fmt: skip
    """Who of these may not answer: the poster itself, its related parties, who has a bad record; three statements."""
    everyone = {one.pk: one.name for one in (solver, *partners)}
    related = queries.related_to_poster(challenge, list(everyone), timezone.localdate(at))
    barred = queries.barred(list(everyone), timezone.localdate(at))
    return rules.answers.party_refusals(
        poster=challenge.poster_id, solver=solver.pk, partners=[one.pk for one in partners],
        related={pk: everyone[pk] for pk in related if pk != challenge.poster_id}, klass=challenge.klass,
        frozen=challenge.frozen, barred={pk: everyone[pk] for pk in barred}, filed_consortium=filed,
        consortium_given=via_consortium,
    )  # fmt: skip


def withdraw(*, challenge_id: int, solver: Organisation, by: Actor) -> None:
    """撤回应答: until the deadline, without a trace outside the box."""
    box = Challenge.objects.values_list("box", flat=True).get(pk=challenge_id)
    assert box is not None
    with sealing.within(box):
        parties.require(by, "challenges.answer")
        moves.acts_for(by, solver)
        sealing.withdraw(box_id=box, organisation_id=solver.pk, by=by)


@transaction.atomic
def open_answers(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """开启: what came out of the box after its ceremony is written down, under codes drawn at random."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.open", challenge.chain.code)
    refuse_if_any(moves.can(challenge, "open"))
    assert challenge.box is not None
    opened = sealing.open_box(box_id=challenge.box, by=by, at=at)
    codes = secrets.SystemRandom().sample(_codes(len(opened)), len(opened))
    for code, one in zip(codes, opened, strict=True):
        content: dict[str, Any] = dict(one.content) if isinstance(one.content, Mapping) else {"plan": "", "raw": True}
        partners, consortium = content.pop("partners", []), content.pop("via_consortium", "")
        row = Answer.objects.create(
            challenge=challenge, code=code, organisation=one.organisation, via_consortium=consortium, content=content,
            receipt=one.number, received_at=one.received_at, digest=one.digest, intact=one.intact,
            formal=None if "formal_check" in challenge.frozen.value("challenge.steps") else True,
        )  # fmt: skip
        row.partners.set(Organisation.objects.filter(code__in=partners))
    if not opened:
        challenge.end_reason = "无人申报"
        return moves.advance(challenge, "void", by, at, note="无人申报", answers=0)
    return moves.advance(challenge, "open", by, at, answers=len(opened), box=challenge.box)


def _codes(n: int) -> list[str]:
    """Codes that say nothing about order: letters, doubled beyond their number."""
    return list(CODES) if n <= len(CODES) else [a + b for a in CODES for b in CODES]


@transaction.atomic
def check_answer(
    *, answer_id: int, passed: bool, marks: Mapping[str, bool], reason: str, by: Actor, at: datetime
) -> Answer:
    """形式审查: point by point; a tie to the poster that became known since is told here too."""
    row = Answer.objects.select_related("organisation").get(pk=answer_id)
    challenge = moves.locked(row.challenge_id)
    parties.require(by, "challenges.check", challenge.chain.code)
    everyone = [row.organisation_id, *row.partners.values_list("pk", flat=True)]
    related = queries.related_to_poster(challenge, everyone, timezone.localdate(at))
    found = [*moves.can(challenge, "finish_check"), *rules.answers.check_refusals(passed, marks, reason)]
    if passed and related and challenge.frozen.value("challenge.related_party") == "block":
        text = "与发榜方存在关联，不能通过", "it is related to the poster: it cannot pass"
        found.append(refuse("challenges.related_cannot_pass", *text))
    refuse_if_any(found)
    row.formal, row.marks, row.formal_reason, row.formal_by = passed, dict(marks), reason.strip(), by.reference
    if not passed:
        row.feedback, row.feedback_by, row.feedback_at = reason.strip(), by.reference, at
    row.save()
    moves.record(challenge, "answer_checked", by, at, answer=row.pk, passed=passed)
    return row


@transaction.atomic
def finish_check(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """完成形式审查: every answer was looked at and at least one goes on."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.check", challenge.chain.code)
    formal = list(challenge.answers.values_list("formal", flat=True))
    refuse_if_any(
        [*moves.can(challenge, "finish_check"), *rules.answers.finish_check_refusals(formal.count(None), formal.count(True))]
    )  # fmt: skip
    return moves.advance(challenge, "finish_check", by, at, passed=formal.count(True))


@transaction.atomic
def give_feedback(*, answer_id: int, text: str, by: Actor, at: datetime) -> Answer:
    """反馈意见: what a solver that was not chosen is told."""
    row = Answer.objects.select_related("organisation").get(pk=answer_id)
    challenge = moves.locked(row.challenge_id)
    parties.require(by, "challenges.feed_back", challenge.chain.code)
    refuse_if_any(rules.posting.reason_refusals(text))
    row.feedback, row.feedback_by, row.feedback_at = text.strip(), by.reference, at
    row.save(update_fields=["feedback", "feedback_by", "feedback_at"])
    moves.record(challenge, "feedback_given", by, at, answer=row.pk)
    moves.tell_solvers(challenge, Text("收到反馈意见", "feedback for you"), by, at, row.organisation)
    return row
