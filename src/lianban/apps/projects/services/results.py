"""After acceptance: first use, spread, promised purchases, follow-up, and the rise of the level that closes the loop."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.models import Product
from lianban.apps.diagnosis import queries as diagnosis_queries
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import queries, rules
from lianban.apps.projects.models import (
    FirstUse,
    FollowUp,
    LevelRise,
    PriorityPurchase,
    Project,
    PurchaseOrder,
    Spread,
)
from lianban.apps.projects.services.moving import locked, record
from lianban.kit.refusals import refuse_if_any
from lianban.kit.text import Text

SCOPE = "nation"


@transaction.atomic
def record_first_use(
    *, project_id: int, organisation: Organisation, used_on: date, evidence: str, by: Actor, at: datetime,
    quantity: Decimal | None = None, unit: str = "",
) -> FirstUse:  # fmt: skip
    """登记首用: who used the accepted result first, when, on what evidence; the user itself confirms."""
    return _use(FirstUse, project_id, organisation, used_on, evidence, by, at, quantity, unit)


@transaction.atomic
def record_spread(
    *, project_id: int, organisation: Organisation, used_on: date, evidence: str, by: Actor, at: datetime,
    quantity: Decimal | None = None, unit: str = "",
) -> Spread:  # fmt: skip
    """登记推广: another organisation uses it after the first."""
    return _use(Spread, project_id, organisation, used_on, evidence, by, at, quantity, unit)


def _use(model: Any, project_id: int, organisation: Organisation, used_on: date, evidence: str, by: Actor, at: datetime,
         quantity: Decimal | None, unit: str) -> Any:  # fmt: skip
    project = locked(project_id, "projects.record_use", by)
    first = model is FirstUse
    refuse_if_any(
        rules.use_refusals(
            queries.standing(project), day=used_on, today=localdate(at), evidence=evidence, first=first,
            own=organisation.code in queries.workers_of(project),
            known=not first and project.spread.filter(organisation=organisation).exists(),
        )
    )  # fmt: skip
    own_word = organisation.code in by.organisations
    row = model.objects.create(
        project=project, organisation=organisation, used_on=used_on, quantity=quantity, unit=unit,
        evidence=evidence.strip(), recorded_by=by.reference, recorded_at=at,
        confirmed_by=by.reference if own_word else "", confirmed_at=at if own_word else None,
    )  # fmt: skip
    record(project, "first_use" if first else "spread", by, at, organisation=organisation.code, confirmed=own_word)
    return row


@transaction.atomic
def confirm_use(*, project_id: int, organisation: Organisation, by: Actor, at: datetime) -> Project:
    """确认使用: the user itself says that it uses the result."""
    project = locked(project_id, "projects.confirm_use", by)
    uses = [*FirstUse.objects.filter(project=project), *project.spread.all()]
    mine = [one for one in uses if one.organisation_id == organisation.pk and not one.confirmed_by]
    own = organisation.code in by.organisations
    refuse_if_any(rules.confirm_use_refusals(own=own, waiting=bool(mine)))
    for one in mine:
        one.confirmed_by, one.confirmed_at = by.reference, at
        one.save(update_fields=["confirmed_by", "confirmed_at"])
    record(project, "use_confirmed", by, at, organisation=organisation.code)
    return project


@transaction.atomic
def promise_purchase(
    *, project_id: int, buyer: Organisation, quantity: Decimal, unit: str, price_rule: str, starts_on: date,
    ends_on: date, quality_gate: str, by: Actor, at: datetime, price_max_fen: int | None = None,
    agreement_ref: str = "",
) -> PriorityPurchase:  # fmt: skip
    """登记优先采购约定: quantity, price rule, period, quality gate, as the agreement has them; before or after acceptance."""
    project = locked(project_id, "projects.promise", by)
    refuse_if_any(
        rules.promise_refusals(
            quantity=quantity, starts_on=starts_on, ends_on=ends_on, price_rule=price_rule, gate=quality_gate,
            own=buyer.code == project.lead.code, known=project.purchases.filter(buyer=buyer).exists(),
        )
    )  # fmt: skip
    row = PriorityPurchase.objects.create(
        project=project, buyer=buyer, quantity=quantity, unit=unit, price_rule=price_rule.strip(),
        price_max_fen=price_max_fen, starts_on=starts_on, ends_on=ends_on, quality_gate=quality_gate.strip(),
        agreement_ref=agreement_ref or project.agreement_ref, by=by.reference, at=at,
    )  # fmt: skip
    record(project, "purchase_promised", by, at, buyer=buyer.code, quantity=str(quantity), until=ends_on)
    return row


@transaction.atomic
def record_order(
    *, purchase_id: int, ordered_on: date, quantity: Decimal, unit_price_fen: int, passed_gate: bool, evidence: str,
    by: Actor, at: datetime,
) -> PurchaseOrder:  # fmt: skip
    """登记订单: what was ordered under the promise; it counts once the goods passed the quality gate."""
    owner = PriorityPurchase.objects.values_list("project_id", flat=True).get(pk=purchase_id)
    project = locked(owner, "projects.record_use", by)
    purchase = PriorityPurchase.objects.get(pk=purchase_id)
    refuse_if_any(
        [
            *rules.accepted_refusals(queries.standing(project)),
            *rules.order_refusals(
                quantity=quantity, unit_price_fen=unit_price_fen, day=ordered_on, today=localdate(at),
                starts_on=purchase.starts_on, ends_on=purchase.ends_on, evidence=evidence,
                price_max_fen=purchase.price_max_fen,
            ),
        ]
    )  # fmt: skip
    row = PurchaseOrder.objects.create(
        purchase=purchase, ordered_on=ordered_on, quantity=quantity, unit_price_fen=unit_price_fen,
        passed_gate=passed_gate, evidence=evidence.strip(), by=by.reference, at=at,
    )  # fmt: skip
    record(project, "ordered", by, at, purchase=purchase.pk, order=row.pk, quantity=str(quantity), gate=passed_gate)
    return row


@transaction.atomic
def follow_up(*, project_id: int, text: str, by: Actor, at: datetime, sales_fen: int | None = None) -> FollowUp:
    """跟踪报告: how the result fares."""
    project = locked(project_id, "projects.follow_up", by)
    refuse_if_any(
        [
            *rules.accepted_refusals(queries.standing(project)),
            *rules.said_refusals((text, Text("应用和效益情况", "how the result is used and what it brings"))),
        ]
    )
    number = project.follow_ups.count() + 1
    row = FollowUp.objects.create(
        project=project, number=number, text=text.strip(), sales_fen=sales_fen, by=by.reference, at=at
    )
    record(project, "followed_up", by, at, number=number)
    return row


@transaction.atomic
def propose_rise(
    *, project_id: int, stage: str, reason: str, by: Actor, at: datetime, organisation: Organisation | None = None,
    level: str = "",
) -> LevelRise:  # fmt: skip
    """提出水平提升: the accepted result is now made at this stage of production; on which targets that stands.

    ``level`` is what the acceptance says of the product's level at home, where it says so: a level that somebody stated
    before holds until a newer one is stated, whatever is made.
    """
    project = locked(project_id, "projects.propose_rise", by)
    maker = organisation or project.lead
    standing = queries.standing(project)
    before = queries.making_now(project, maker)
    refuse_if_any(
        rules.rise_refusals(
            standing, stage=stage, before=before, reason=reason, product=project.product,
            pending=project.rises.filter(state="proposed").exists(), maker=maker.code in queries.workers_of(project),
            level=level, level_before=queries.level_now(project, by),
        )
    )  # fmt: skip
    row = LevelRise.objects.create(
        project=project, product=project.product, organisation=maker, stage=stage, stage_before=before, level=level,
        n_accepted=standing.n_accepted, reason=reason.strip(), proposed_by=by.reference, proposed_at=at,
    )  # fmt: skip
    record(project, "rise_proposed", by, at, rise=row.pk, stage=stage)
    return row


@transaction.atomic
def confirm_rise(*, rise_id: int, by: Actor, at: datetime) -> LevelRise:
    """确认水平提升: enters it in the atlas with the acceptance as its source, and has the chain diagnosed anew."""
    project, row = _rise(rise_id, "confirm_rise", by, "")
    chain = project.chain
    before = diagnosis_queries.latest_run(chain, SCOPE, by)
    row.run_before = before.number if before else None
    _enter(project, row, by, at)
    chain.refresh_from_db()
    row.stamp_after = chain.stamp
    _decided(row, "confirm_rise", by, at)
    record(project, "rise_confirmed", by, at, rise=row.pk, stage=row.stage, run_before=row.run_before)
    if by.may("diagnosis.run", chain.code) and not diagnosis_queries.run_under_way(chain, SCOPE):
        diagnosis.ask_run(chain=chain, scope=SCOPE, by=by, at=at)
    return row


def _enter(project: Project, row: LevelRise, by: Actor, at: datetime) -> None:
    """The rows of the atlas that tell of the rise, with the acceptance as their source."""
    product = Product.objects.get(chain=project.chain, code=row.product)
    told: dict[str, Any] = {
        "chain": project.chain, "organisation": row.organisation, "source": _source(project, row, at), "by": by, "at": at,
        "product": product, "observed_on": localdate(at), "confidence": "high",
        "confidentiality": project.confidentiality, "note": row.reason,
    }  # fmt: skip
    code = f"accepted-{row.pk}@{row.organisation.code}"[:160]
    atlas.enter_production(code=code, stage=row.stage, status="operating", **told)
    if row.level:
        words: dict[str, Any] = {
            "item": "level",
            "value": row.level,
            "voice": "office",
            "assessor": "验收结论",
            "basis": row.reason,
        }
        atlas.enter_assessment(code=f"accepted-{row.pk}-level", **words, **told)


@transaction.atomic
def decline_rise(*, rise_id: int, note: str, by: Actor, at: datetime) -> LevelRise:
    """不采纳: and why."""
    project, row = _rise(rise_id, "decline_rise", by, note)
    row.note = note.strip()
    _decided(row, "decline_rise", by, at)
    record(project, "rise_declined", by, at, rise=row.pk)
    return row


def _rise(rise_id: int, verb: str, by: Actor, note: str) -> tuple[Project, LevelRise]:
    owner = LevelRise.objects.values_list("project_id", flat=True).get(pk=rise_id)
    project = locked(owner, "projects.confirm_rise", by)
    row = LevelRise.objects.select_related("organisation").get(pk=rise_id)
    same = row.proposed_by == by.reference
    found = rules.rise_decision_refusals(
        row.state, verb, same_person=same, note=note, level=row.level, level_before=queries.level_now(project, by)
    )
    if verb == "confirm_rise":  # asked again: nothing enters the atlas that no acceptance stands behind
        found += rules.accepted_refusals(queries.standing(project))
    refuse_if_any(found)
    return project, row


def _decided(row: LevelRise, verb: str, by: Actor, at: datetime) -> None:
    row.state = rules.RISE.target(verb)
    row.decided_by, row.decided_at = by.reference, at
    row.save()


def _source(project: Project, row: LevelRise, at: datetime) -> dict[str, Any]:
    """The acceptance as a source of the chain's data."""
    conclusion = project.conclusions.last()
    assert conclusion is not None
    return {
        "code": f"acceptance-{project.pk}",
        "title": f"验收结论：{project.title}"[:400],
        "publisher": project.lead.name,
        "kind": "official",
        "address": f"/projects/{project.pk}/",
        "published_on": localdate(conclusion.at),
        "read_on": localdate(at),
        "phrase": f"{row.n_accepted} 项指标通过验收；{conclusion.reason}",
        "confidentiality": project.confidentiality,
    }
