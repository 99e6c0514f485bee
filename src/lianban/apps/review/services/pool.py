"""Keeping the pool: enrolling, engagements, bars, ratings."""

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.journal import services as journal
from lianban.apps.parties import queries as parties_queries
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.review.models import Bar, Engagement, Expert, Rating, Seat
from lianban.apps.review.rules import pool as rules
from lianban.apps.review.services.locking import organised, told
from lianban.apps.rulesets import queries as rulesets
from lianban.kit.refusals import refuse, refuse_if_any


@transaction.atomic
def enrol(*, user_id: int, kinds: Sequence[str], by: Actor, at: datetime, fields: Sequence[str] = (), chain: str = "",
          example: bool = False) -> Expert:  # fmt: skip
    """Take a person who holds the role of an expert into the pool (入库)."""
    parties.require(by, "review.keep_pool", chain or None)
    user = get_user_model().objects.select_for_update(no_key=True).get(pk=user_id)
    held = parties_queries.grants_on(user, localdate(at)).filter(role="expert").exists()
    already = Expert.objects.filter(user=user).exists()
    refuse_if_any(rules.enrol_refusals(kinds, already=already, expert_role=held or "representative" in kinds))
    expert = Expert.objects.create(
        user=user, kinds=list(kinds), fields=list(fields), chain=chain, example=example, enrolled_by=by.reference,
        enrolled_at=at,
    )  # fmt: skip
    journal.record(
        "review.enrolled", subject=expert.reference, by=by, at=at, facts={"kinds": list(kinds), "chain": chain}
    )
    return expert


@transaction.atomic
def engage(*, expert_id: int, organisation_id: int, kind: str, evidence: str, by: Actor, at: datetime,
           since: date | None = None, until: date | None = None) -> Engagement:  # fmt: skip
    """Record what ties an expert to an organisation (任职与往来)."""
    expert = _kept(expert_id, by)
    refuse_if_any(rules.evidence_refusals(evidence, since, until))
    row = Engagement.objects.create(
        expert=expert, organisation_id=organisation_id, kind=kind, evidence=evidence, since=since, until=until,
        stated_by=by.reference, stated_at=at,
    )  # fmt: skip
    journal.record("review.engaged", subject=expert.reference, by=by, at=at, facts={"engagement": row.pk, "kind": kind})
    return row


@transaction.atomic
def end_engagement(*, engagement_id: int, until: date, by: Actor, at: datetime) -> Engagement:
    """Say from which day an engagement no longer holds; the look-back still finds it."""
    expert = _kept(Engagement.objects.values_list("expert_id", flat=True).get(pk=engagement_id), by)
    row = Engagement.objects.get(pk=engagement_id)
    reasons = rules.evidence_refusals("-", row.since, until)
    if row.until is not None:
        reasons.append(refuse("review.ended_already", "这一条已经终止", "it has ended already"))
    refuse_if_any(reasons)
    row.until = until
    row.save(update_fields=["until"])
    facts = {"engagement": row.pk, "until": until}
    journal.record("review.engagement_ended", subject=expert.reference, by=by, at=at, facts=facts)
    return row


@transaction.atomic
def dismiss(*, expert_id: int, reason: str, by: Actor, at: datetime) -> Expert:
    """Take an expert out of the pool (出库) with the reason; seats held are not touched."""
    expert = _kept(expert_id, by)
    refuse_if_any(rules.reason_refusals(reason))
    expert.active, expert.left_reason = False, reason
    expert.save(update_fields=["active", "left_reason"])
    journal.record("review.dismissed", subject=expert.reference, by=by, at=at)
    return expert


def _kept(expert_id: int, by: Actor) -> Expert:
    expert = Expert.objects.select_for_update().get(pk=expert_id)
    parties.require(by, "review.keep_pool", expert.chain or None)
    return expert


@transaction.atomic
def bar(*, behaviour: str, years: int | None, document: str, by: Actor, at: datetime, user_id: int | None = None,
        organisation_id: int | None = None, repeated: bool = False, starts_on: date | None = None) -> Bar:  # fmt: skip
    """Keep a person or an organisation out of reviews for lobbying (请托禁入); ``years`` None is for ever."""
    parties.require(by, "review.bar")
    starts_on = starts_on or localdate(at)
    frozen = rulesets.freeze("", starts_on, "review")
    reasons = rules.bar_refusals(frozen, behaviour, years, document, repeated=repeated)
    if (user_id is None) == (organisation_id is None):
        reasons.append(refuse("review.bar_on_one", "请选定一个人或一家组织", "choose one person or one organisation"))
    refuse_if_any(reasons)
    row = Bar.objects.create(
        user_id=user_id, organisation_id=organisation_id, behaviour=behaviour, starts_on=starts_on,
        ends_on=None if years is None else _years_on(starts_on, years), document=document, decided_by=by.reference,
        decided_at=at,
    )  # fmt: skip
    journal.record("review.barred", subject=row.reference, by=by, at=at, facts={"years": years, "behaviour": behaviour})
    return row


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@transaction.atomic
def lift_bar(*, bar_id: int, on: date, reason: str, by: Actor, at: datetime) -> Bar:
    """Lift a bar by its own decision, from a day on: the only way round it."""
    parties.require(by, "review.bar")
    row = Bar.objects.select_for_update().get(pk=bar_id)
    reasons = rules.reason_refusals(reason)
    if row.lifted_on is not None:
        reasons.append(refuse("review.bar_lifted", "这条禁入已经解除", "this bar has been lifted"))
    refuse_if_any(reasons)
    row.lifted_on, row.lift_reason = on, reason
    row.save(update_fields=["lifted_on", "lift_reason"])
    journal.record("review.bar_lifted", subject=row.reference, by=by, at=at, facts={"on": on})
    return row


@transaction.atomic
def rate(*, seat_id: int, points: int, reason: str, by: Actor, at: datetime) -> Rating:
    """Rate an expert's work after the scores are frozen (专家评价)."""
    panel = organised(Seat.objects.values_list("panel_id", flat=True).get(pk=seat_id), by)
    seat = Seat.objects.get(pk=seat_id)
    rated = Rating.objects.filter(seat=seat).exists()
    frozen = panel.state in ("frozen", "closed") and seat.active
    refuse_if_any(rules.rating_refusals(points, reason, frozen=frozen, rated=rated))
    row = Rating.objects.create(seat=seat, points=points, reason=reason, by=by.reference, at=at)
    told(panel, "expert_rated", by, at, seat=seat.number)
    return row
