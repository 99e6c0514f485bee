"""Fair competition (公平竞争与合法性审核): the office answers with the legal basis, the legal unit decides."""

from datetime import datetime
from typing import Any

from django.db import transaction

from lianban.apps.challenges import queries, rules
from lianban.apps.challenges.models import Challenge, Condition
from lianban.apps.challenges.services import moves
from lianban.apps.challenges.services.proposing import flags_of
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text


def _condition(condition_id: int) -> tuple[Challenge, Condition]:
    challenge = moves.locked(Condition.objects.values_list("challenge_id", flat=True).get(pk=condition_id))
    return challenge, Condition.objects.get(pk=condition_id)


def _before_posting(challenge: Challenge) -> list[Any]:
    if challenge.state in rules.steps.BEFORE_POSTING:
        return []
    text = "已发榜，条件不能再改", "it is posted: its conditions stand"
    return [refuse("challenges.conditions_stand", *text)]


@transaction.atomic
def give_basis(*, condition_id: int, basis: str, by: Actor, at: datetime) -> Condition:
    """写明依据: the law, or the decision of the state council or of the province, that the condition rests on."""
    challenge, row = _condition(condition_id)
    parties.require(by, "challenges.give_basis", challenge.chain.code)
    refuse_if_any([*_before_posting(challenge), *rules.posting.reason_refusals(basis)])
    row.basis, row.basis_by = basis.strip(), by.reference
    row.save(update_fields=["basis", "basis_by"])
    moves.record(challenge, "basis_given", by, at, condition=row.position)
    return row


@transaction.atomic
def decide_condition(
    *, condition_id: int, decision: str, reason: str, by: Actor, at: datetime, new_text: str = ""
) -> Condition:
    """审核条件: keep it on its legal basis, change it, or remove it. A changed text is checked anew."""
    challenge, row = _condition(condition_id)
    parties.require(by, "challenges.clear", challenge.chain.code)
    flagged = bool(row.flags)
    told = rules.posting.condition_refusals(
        flagged=flagged, decision=decision, basis=row.basis, reason=reason, new_text=new_text
    )
    what = Text("写明依据", "give the basis")
    second = rules.posting.second_person_refusals(by.reference, {row.basis_by} - {""}, what)
    refuse_if_any([*moves.can(challenge, "clear"), *told, *second])
    if decision == "change":
        row.written, row.text = row.written or row.text, new_text.strip()
        row.flags = flags_of(row.text)
        decision = "" if row.flags else "change"
    row.decision, row.reason = decision, reason.strip()
    row.decided_by, row.decided_at = by.reference, at
    row.save()
    moves.record(challenge, "condition_decided", by, at, condition=row.position, decision=decision)
    return row


@transaction.atomic
def clear(*, challenge_id: int, opinion: str, by: Actor, at: datetime) -> Challenge:
    """审核通过: the legal unit's own opinion; every flag has its answer, and who proposed does not clear."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.clear", challenge.chain.code)
    proposed = rules.posting.second_person_refusals(
        by.reference, moves.who_did(challenge, "submit"), rules.STATES.moves["submit"].name
    )
    refuse_if_any(
        [
            *moves.can(challenge, "clear"),
            *queries.conditions_asked(challenge),
            *rules.posting.reason_refusals(opinion),
            *proposed,
        ]
    )
    return moves.advance(challenge, "clear", by, at, note=opinion)
