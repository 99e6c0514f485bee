"""Closing (销号): asked for with evidence, done by a second person."""

from datetime import datetime

from django.db import transaction

from lianban.apps.diagnosis import rules
from lianban.apps.diagnosis.models import WeakPoint
from lianban.apps.diagnosis.services.moving import Change, move
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal


@transaction.atomic
def ask_closing(*, weak_point_id: int, evidence: str, by: Actor, at: datetime, note: str = "") -> WeakPoint:
    """申请销号: says on what evidence."""
    change = Change(note, {"evidence": evidence.strip(), "closing_asked_by_id": by.user_id}, {"evidence": evidence})
    return move(
        weak_point_id, "ask_closing", change, by=by, at=at,
        also=lambda _: rules.evidence_refusals(evidence),
    )  # fmt: skip


@transaction.atomic
def close(*, weak_point_id: int, by: Actor, at: datetime, note: str = "") -> WeakPoint:
    """销号: by somebody other than who asked."""

    def second_person(point: WeakPoint) -> list[Refusal]:
        return rules.closing_refusals(asked_by=point.closing_asked_by_id, closer=by.user_id, evidence=point.evidence)

    return move(weak_point_id, "close", Change(note), by=by, at=at, also=second_person)


@transaction.atomic
def send_back(*, weak_point_id: int, note: str, by: Actor, at: datetime) -> WeakPoint:
    """退回办理: the evidence is not enough; the request is void."""
    return move(weak_point_id, "send_back", Change(note, {"closing_asked_by": None}), by=by, at=at)
