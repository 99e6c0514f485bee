"""Declaring ties, checking again, clearing and upholding hits."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from lianban.apps.parties.rules import Actor
from lianban.apps.review import rules
from lianban.apps.review.models import Engagement, Hit, Panel, Seat
from lianban.apps.review.queries import offers
from lianban.apps.review.services.locking import SeatDoer, held, organised, record_hits, suspend, told
from lianban.kit.refusals import Refusal, refuse, refuse_if_any

UNSCORED = ("seating", "confirmed", "blind", "defence")


@transaction.atomic
def declare(*, seat_id: int, by: Actor, at: datetime, ties: Sequence[Mapping[str, Any]] = (), withdraw: bool = False,
            reason: str = "") -> Seat:  # fmt: skip
    """Say what ties one has had in the look-back (回避申报), or that one steps back.

    Experts name organisations without being told who the parties are: the machine matches. Each tie is ``organisation``
    (key), ``kind``, ``evidence``, and ``since`` and ``until`` where known.
    """
    seat = held(seat_id, by)
    panel = seat.panel
    refuse_if_any(_declare_refusals(panel, ties, withdraw, reason))
    for tie in ties:
        said = {name: tie.get(name) for name in ("since", "until")}
        Engagement.objects.get_or_create(
            expert=seat.expert, organisation_id=tie["organisation"], kind=tie["kind"], evidence=tie["evidence"], **said,
            declared=True, defaults={"stated_by": seat.reference, "stated_at": at},
        )  # fmt: skip
    if withdraw:
        _own_word(seat, reason, at)
        suspend(panel)
    seat.declared_at = at
    seat.save(update_fields=["declared_at"])
    record_hits(panel, at)
    told(panel, "declared", SeatDoer(seat.reference), at, seat=seat.number)
    return seat


def _declare_refusals(panel: Panel, ties: Sequence[Mapping[str, Any]], withdraw: bool, reason: str) -> list[Refusal]:
    reasons = []
    if panel.state not in UNSCORED:
        reasons.append(refuse("review.too_late_to_declare", "评分已封存，不能再申报", "the scores are frozen"))
    if any(tie["kind"] not in rules.LINKS or not str(tie["evidence"]).strip() for tie in ties):
        reasons.append(
            refuse("review.tie_unclear", "每条关系须选定种类并说明情况", "each tie needs its kind and what it was")
        )
    if withdraw and not reason.strip():
        reasons.append(refuse("review.no_reason", "请写明理由", "give the reason"))
    return reasons


def _own_word(seat: Seat, reason: str, at: datetime) -> None:
    fingerprint = hashlib.sha256(f"own_word|{reason}".encode()).hexdigest()
    hop = rules.Hop(None, None, "own_word", reason, seat.reference)
    Hit.objects.get_or_create(
        seat=seat, fingerprint=fingerprint,
        defaults={"source": "declared", "kind": "own_word", "evidence": [hop.as_dict()], "found_at": at},
    )  # fmt: skip


@transaction.atomic
def recheck(*, panel_id: int, by: Actor, at: datetime) -> int:
    """Derive anew from what is on record by now; new hits on a panel at work stop it until they are decided."""
    panel = organised(panel_id, by)
    n = record_hits(panel, at) if panel.state in UNSCORED else 0
    told(panel, "rechecked", by, at, hits=n)
    return n


@transaction.atomic
def clear(*, hit_id: int, reason: str, by: Actor, at: datetime) -> Hit:
    """Let an expert sit in spite of a hit (解除): a second person, with the reason. A bar cannot be cleared."""
    hit, panel = _hit(hit_id, by)
    reasons = _decide_refusals(hit, reason) + offers.second_person(panel, by.reference)
    if hit.kind == "lobbying_bar":
        reasons.append(
            refuse(
                "review.bar_not_clearable",
                "请托禁入期内不能解除，须换人",
                "a bar for lobbying cannot be cleared: replace",
            )
        )
    refuse_if_any(reasons)
    return _decide(hit, panel, "cleared", reason, by, at)


@transaction.atomic
def uphold(*, hit_id: int, reason: str, by: Actor, at: datetime) -> Hit:
    """Say that an expert must step back (认定回避); the seat is then replaced."""
    hit, panel = _hit(hit_id, by)
    refuse_if_any(_decide_refusals(hit, reason))
    return _decide(hit, panel, "upheld", reason, by, at)


def _hit(hit_id: int, by: Actor) -> tuple[Hit, Panel]:
    panel_id = Hit.objects.values_list("seat__panel_id", flat=True).get(pk=hit_id)
    panel = organised(panel_id, by, "review.decide_hit")
    return Hit.objects.select_related("seat").get(pk=hit_id), panel


def _decide_refusals(hit: Hit, reason: str) -> list[Refusal]:
    reasons = []
    if hit.state != "open":
        reasons.append(refuse("review.hit_decided", "这条线索已经处理", "this hit has been decided"))
    if not reason.strip():
        reasons.append(refuse("review.no_reason", "请写明理由", "give the reason"))
    return reasons


def _decide(hit: Hit, panel: Panel, state: str, reason: str, by: Actor, at: datetime) -> Hit:
    hit.state, hit.reason, hit.decided_by, hit.decided_at = state, reason, by.reference, at
    hit.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    told(panel, f"hit_{state}", by, at, hit=hit.pk, kind=hit.kind, seat=hit.seat.number)
    return hit
