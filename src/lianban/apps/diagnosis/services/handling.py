"""Route, assignment, urging, progress: what is done about a listed weak point."""

from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.diagnosis import rules
from lianban.apps.diagnosis.models import WeakPoint
from lianban.apps.diagnosis.services.moving import Change, locked, move, write
from lianban.apps.parties import queries as parties_queries
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor


@transaction.atomic
def choose_route(
    *, weak_point_id: int, route: str, note: str, by: Actor, at: datetime, recommended: str = ""
) -> WeakPoint:
    """选定解决路径. What the rules recommended is kept beside what the officer chose; 暂不处置 shelves the point."""
    if route == rules.DEFER:
        return shelve(weak_point_id=weak_point_id, note=note, by=by, at=at)
    change = Change(note, {"route": route, "route_note": note}, {"route": route, "recommended": recommended})
    return move(
        weak_point_id,
        "choose_route",
        change,
        by=by,
        at=at,
        also=lambda _: rules.route_refusals(route, recommended=recommended, note=note),
    )


@transaction.atomic
def shelve(*, weak_point_id: int, note: str, by: Actor, at: datetime) -> WeakPoint:
    """暂不处置: nothing is done now, and why."""
    change = Change(note, {"route": rules.DEFER, "route_note": note}, {"route": rules.DEFER})
    return move(weak_point_id, "shelve", change, by=by, at=at)


@transaction.atomic
def assign(*, weak_point_id: int, lead_department: str, unit: str, person: str, due_on: date, by: Actor, at: datetime,
           organisation_code: str = "", user_id: int | None = None, note: str = "") -> WeakPoint:  # fmt: skip
    """交办: who leads, who does it, who answers for it, until when. An account, if given, may then report by itself."""
    organisation = parties_queries.organisation(organisation_code) if organisation_code else None
    user = get_user_model().objects.filter(pk=user_id).first() if user_id else None
    columns = {
        "lead_department": lead_department.strip(),
        "responsible_unit": unit.strip(),
        "responsible_organisation": organisation,
        "responsible_person": person.strip(),
        "responsible_user": user,
        "due_on": due_on,
    }
    facts = {"lead_department": lead_department, "unit": unit, "due_on": due_on.isoformat()}
    return move(
        weak_point_id, "assign", Change(note, columns, facts), by=by, at=at,
        also=lambda _: rules.assignment_refusals(
            lead_department=lead_department, unit=unit, person=person, due_on=due_on, today=localdate(at)
        ),
    )  # fmt: skip


@transaction.atomic
def urge(*, weak_point_id: int, note: str, by: Actor, at: datetime) -> WeakPoint:
    """催办: ask how far it is; the responsible person sees it first."""
    return move(weak_point_id, "urge", Change(note, {"urged_at": at}), by=by, at=at)


@transaction.atomic
def report(*, weak_point_id: int, note: str, by: Actor, at: datetime) -> WeakPoint:
    """报进展: how far it is; an urging is answered by it."""
    change = Change(note, {"progress": note, "urged_at": None})
    return move(weak_point_id, "report", change, by=by, at=at)


@transaction.atomic
def describe(*, weak_point_id: int, benchmark: str, gap: str, by: Actor, at: datetime) -> WeakPoint:
    """Write down the benchmark and the gap to it (对标指标与差距); the state stays."""
    weak_point = locked(weak_point_id)
    parties.require(by, "diagnosis.describe", weak_point.chain.code)
    columns = {"benchmark": benchmark.strip(), "gap": gap.strip()}
    return write(weak_point, "describe", weak_point.status, Change("", columns, dict(columns)), by=by, at=at)
