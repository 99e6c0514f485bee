"""Locks and permissions that every deed on a panel begins with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.urls import reverse
from django.utils.timezone import localdate

from lianban.apps.journal import services as journal
from lianban.apps.notices import services as notices
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.review import queries, rules
from lianban.apps.review.models import Hit, Panel, Seat
from lianban.apps.review.queries.panels import own_interest
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text


@dataclass(frozen=True, slots=True)
class SeatDoer:
    """Whoever sits on a seat, as the journal names them: readers of the journal do not learn who the experts are."""

    reference: str


def locked(panel_id: int) -> Panel:
    return Panel.objects.select_for_update().get(pk=panel_id)


def organised(panel_id: int, by: Actor, deed: str = "review.organise") -> Panel:
    """Lock a panel for somebody of the office who has no part in it."""
    panel = locked(panel_id)
    parties.require(by, deed, panel.chain)
    if Panel.objects.filter(pk=panel.pk, pk__in=own_interest(by)).exists():
        refuse_if_any(
            [
                refuse(
                    "review.own_interest.not_permitted",
                    "您代表当事方或在评审组中任职，不能办理这个评审组的事",
                    "you act for a party or sit on this panel, so its affairs are not for you",
                )
            ]
        )
    return panel


def held(seat_id: int, by: Actor) -> Seat:
    """Lock the panel of a seat for whoever sits on it."""
    found = Seat.objects.filter(pk=seat_id).values_list("panel_id", flat=True).first()
    panel = locked(found or 0)
    parties.require(by, "review.sit", panel.chain)
    seat = Seat.objects.select_related("expert").get(pk=seat_id)
    if seat.expert.user_id != by.user_id or not seat.active:
        refuse_if_any([refuse("review.not_your_seat.not_permitted", "这不是您的席位", "this is not your seat")])
    seat.panel = panel
    return seat


def move(panel: Panel, verb: str, *fields: str) -> None:
    panel.state = rules.STATES.target(verb)
    panel.save(update_fields=["state", *fields])


CALLS = {
    "declare": Text("您被抽中评审：请作回避申报", "You are drawn for a review: declare your ties"),
    "score": Text("有方案等您评分", "Plans wait for your points"),
    "reasons": Text("评分已封存：请写组长意见", "The scores are frozen: write the chair's reasons"),
}


def call(seats: Iterable[Seat], duty: str, at: datetime) -> None:
    """Tell those who sit here that something waits; neither on what, nor with whom: that stands behind their sign-in."""
    users = [seat.expert.user_id for seat in seats]
    notices.tell(what=CALLS[duty], url=reverse("review:mine"), users=users, at=at)


def told(panel: Panel, verb: str, by: Actor | SeatDoer, at: datetime, **facts: object) -> None:
    journal.record(f"review.{verb}", subject=panel.reference, by=by, at=at, facts=facts)


def record_hits(panel: Panel, at: datetime) -> int:
    """Put on record what the engine finds now and did not find before. A panel that was confirmed is one no more."""
    new = queries.new_hits(panel, localdate(at))
    for seat, found in new:
        Hit.objects.create(
            seat=seat, source="declared" if found.declared else "derived", kind=found.kind, party_id=found.party,
            evidence=[hop.as_dict() for hop in found.hops], fingerprint=found.fingerprint, found_at=at,
        )  # fmt: skip
    if new:
        suspend(panel)
    return len(new)


def suspend(panel: Panel) -> None:
    if panel.state in rules.STATES.moves["suspend"].sources:
        move(panel, "suspend")


def next_number(panel: Panel) -> int:
    return (Seat.objects.filter(panel=panel).aggregate(last=Max("number"))["last"] or 0) + 1
