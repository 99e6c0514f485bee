"""What is done with demands: one verb, one transaction, one journal row."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.models import Chain, Product
from lianban.apps.atlas.models import Demand as AtlasDemand
from lianban.apps.demands import queries, rules
from lianban.apps.demands.models import CanDo, RaisedDemand
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text

# What a firm writes about its need; the form, the service and the mending of a returned demand share this list.
WRITTEN = (
    "product", "title", "grade", "required_indicators", "present_supplier", "present_origin", "yearly_quantity",
    "quantity_unit", "unit_price_fen", "latest_on", "scenario", "purchase_intention", "confidentiality",
)  # fmt: skip


@transaction.atomic
def raise_demand(*, chain: Chain, organisation: Organisation, by: Actor, at: datetime, **written: Any) -> RaisedDemand:
    """Raise a demand for one's own enterprise (提出需求)."""
    parties.require(by, "demands.raise", chain.code)
    _acts_for(by, organisation)
    _refuse_bad(chain, written, at)
    raised = RaisedDemand(chain=chain, organisation=organisation, raised_by=by.reference, raised_at=at)
    _write(raised, written)
    raised.save()
    _journal(raised, "demands.raised", by, at)
    return raised


@transaction.atomic
def raise_again(*, pk: int, by: Actor, at: datetime, **written: Any) -> RaisedDemand:
    """Mend a returned demand and raise it again (补正后再提)."""
    raised = _locked(pk)
    parties.require(by, "demands.raise", raised.chain.code)
    _acts_for(by, raised.organisation)
    refuse_if_any(rules.STATES.refusals(raised.state, "raise_again"))
    _refuse_bad(raised.chain, written, at)
    _write(raised, written)
    raised.return_reason = ""
    return _move(raised, "raise_again", by, at)


@transaction.atomic
def return_demand(*, pk: int, reason: str, by: Actor, at: datetime) -> RaisedDemand:
    """Send a demand back with what is missing (退回)."""
    raised = _locked(pk)
    parties.require(by, "demands.verify", raised.chain.code)
    what = Text("退回的理由", "reason for returning it")
    refuse_if_any([*rules.STATES.refusals(raised.state, "return"), *rules.reason_refusals(reason, what=what)])
    raised.return_reason = reason
    return _move(raised, "return", by, at)


@transaction.atomic
def verify(*, pk: int, basis: str, product: str, by: Actor, at: datetime) -> RaisedDemand:
    """State that the need is real and how that was found out (核实); the officer may name the product of a free text."""
    raised = _locked(pk)
    parties.require(by, "demands.verify", raised.chain.code)
    what = Text("核实的依据", "basis of the verification")
    refuse_if_any([*rules.STATES.refusals(raised.state, "verify"), *rules.reason_refusals(basis, what=what)])
    refuse_if_any(_product_refusals(raised.chain, product))
    raised.product = product
    raised.verified_by, raised.verified_at, raised.verified_basis = by.reference, at, basis
    return _move(raised, "verify", by, at)


@transaction.atomic
def put_on_list(*, pk: int, by: Actor, at: datetime) -> RaisedDemand:
    """Put a verified demand on the chain's demand list (列入清单): from now on it is part of the chain's data."""
    raised = _locked(pk)
    parties.require(by, "demands.list", raised.chain.code)
    refuse_if_any(rules.STATES.refusals(raised.state, "list"))
    row = _into_the_data(raised, by, at)
    raised.listed_at, raised.listed_code = at, row.code
    return _move(raised, "list", by, at)


@transaction.atomic
def withdraw(*, pk: int, by: Actor, at: datetime) -> RaisedDemand:
    """Take one's own demand back before it is listed (撤回)."""
    raised = _locked(pk)
    parties.require(by, "demands.raise", raised.chain.code)
    _acts_for(by, raised.organisation)
    refuse_if_any(rules.STATES.refusals(raised.state, "withdraw"))
    return _move(raised, "withdraw", by, at)


@transaction.atomic
def confirm_met(*, pk: int, note: str, by: Actor, at: datetime) -> RaisedDemand:
    """The firm itself says that its need is served, and by what (确认满足)."""
    raised = _locked(pk)
    parties.require(by, "demands.raise", raised.chain.code)
    _acts_for(by, raised.organisation)
    what = Text("满足的情况", "way in which it was met")
    refuse_if_any([*rules.STATES.refusals(raised.state, "meet"), *rules.reason_refusals(note, what=what)])
    raised.met_note = note
    return _move(raised, "meet", by, at)


@transaction.atomic
def answer(
    *, chain: Chain, organisation: Organisation, sentence: str, evidence: str, confidentiality: str, by: Actor,
    at: datetime, product: str = "", demand: int | None = None,
) -> CanDo:  # fmt: skip
    """Say 我能做 to a demand, or to the weak point of a product (应答)."""
    parties.require(by, "demands.answer", chain.code)
    _acts_for(by, organisation)
    raised = _locked(demand) if demand is not None else None
    if raised is None:
        refuse_if_any(_product_refusals(chain, product) if product else [_unknown_product("")])
    standing = CanDo.objects.filter(organisation=organisation, withdrawn_at__isnull=True)
    already = standing.filter(demand=raised) if raised else standing.filter(chain=chain, product=product, demand=None)
    refuse_if_any(
        rules.answer_refusals(
            state=raised.state if raised else None,
            own=bool(raised and raised.organisation_id == organisation.pk),
            sentence=sentence,
            evidence=evidence,
            already=already.exists(),
        )
    )
    can = CanDo.objects.create(
        chain=raised.chain if raised else chain, product=raised.product if raised else product, demand=raised,
        organisation=organisation, sentence=sentence.strip(), evidence=evidence.strip(),
        confidentiality=queries.class_of_answer(raised, confidentiality), stated_by=by.reference, stated_at=at,
    )  # fmt: skip
    if raised:
        _move(raised, "answer", by, at, organisation=organisation.code, answer=can.pk)
    else:
        facts = {"chain": chain.code, "product": product, "organisation": organisation.code, "answer": can.pk}
        journal.record("demands.can_do", subject=f"can_do:{can.pk}", by=by, at=at, facts=facts)
    return can


@transaction.atomic
def withdraw_answer(*, pk: int, by: Actor, at: datetime) -> CanDo:
    """Take one's own answer back; it stays in the journal (撤回应答)."""
    can = CanDo.objects.select_for_update(of=("self",)).select_related("chain", "organisation").get(pk=pk)
    parties.require(by, "demands.answer", can.chain.code)
    _acts_for(by, can.organisation)
    if can.withdrawn_at is not None:
        refuse_if_any([refuse("demands.answer_gone", "这条应答已经撤回", "this answer was withdrawn before")])
    can.withdrawn_at = at
    can.save(update_fields=["withdrawn_at"])
    facts = {"chain": can.chain.code, "product": can.product, "organisation": can.organisation.code, "answer": can.pk}
    journal.record("demands.answer_withdrawn", subject=f"can_do:{can.pk}", by=by, at=at, facts=facts)
    return can


def _into_the_data(raised: RaisedDemand, by: Actor, at: datetime) -> AtlasDemand:
    """Write the fact row and its own source: the firm's statement on this site, on the day it was raised."""
    day = timezone.localtime(raised.raised_at).date()
    code = f"site-demand-{raised.pk}"
    source = {
        "code": code, "title": f"企业需求：{raised.title}", "publisher": raised.organisation.name, "kind": "firm",
        "address": f"/demands/{raised.pk}/", "published_on": day, "read_on": timezone.localtime(at).date(),
        "phrase": raised.title, "confidentiality": raised.confidentiality,
    }  # fmt: skip
    quantity, product = raised.yearly_quantity, None
    if raised.product:
        product = Product.objects.get(chain=raised.chain, code=raised.product)
    return atlas.enter_demand(
        chain=raised.chain, code=code, raised_by=raised.organisation, source=source, by=by, at=at,
        product=product, title=raised.title, grade=raised.grade, required_indicators=raised.required_indicators,
        present_supplier=raised.present_supplier, present_origin=raised.present_origin,
        yearly_quantity=None if quantity is None else float(quantity), quantity_unit=raised.quantity_unit,
        unit_price=raised.unit_price_yuan, latest_on=raised.latest_on, scenario=raised.scenario,
        purchase_intention=raised.purchase_intention, observed_on=day, confidentiality=raised.confidentiality,
    )  # fmt: skip


def _locked(pk: int) -> RaisedDemand:
    return RaisedDemand.objects.select_for_update(of=("self",)).select_related("chain", "organisation").get(pk=pk)


def _acts_for(by: Actor, organisation: Organisation) -> None:
    if organisation.code not in by.organisations:
        refuse_if_any(
            [
                refuse(
                    "demands.other_organisation.not_permitted",
                    "只能为本单位办理",
                    "you can do this for your own organisation only",
                )
            ]
        )


def _refuse_bad(chain: Chain, written: dict[str, Any], at: datetime) -> None:
    product, latest = written.get("product", ""), written.get("latest_on")
    today: date = timezone.localtime(at).date()
    reasons = rules.raise_refusals(product=product, title=written.get("title", ""), latest_on=latest, today=today)
    refuse_if_any(reasons + _product_refusals(chain, product))


def _product_refusals(chain: Chain, product: str) -> list[Any]:
    if not product or Product.objects.filter(chain=chain, code=product).exists():
        return []
    return [_unknown_product(product)]


def _unknown_product(product: str) -> Any:
    return refuse(
        "demands.unknown_product",
        "此产业链没有产品“{product}”",
        "this chain has no product '{product}'",
        product=product,
    )


def _write(raised: RaisedDemand, written: dict[str, Any]) -> None:
    for name in WRITTEN:
        if name in written:
            setattr(raised, name, written[name])
    if not raised.title and raised.product:
        raised.title = Product.objects.get(chain=raised.chain, code=raised.product).name


def _move(raised: RaisedDemand, verb: str, by: Actor, at: datetime, **facts: Any) -> RaisedDemand:
    raised.state = rules.STATES.target(verb)
    raised.save()
    _journal(raised, f"demands.{verb}", by, at, **facts)
    return raised


def _journal(raised: RaisedDemand, verb: str, by: Actor, at: datetime, **facts: Any) -> None:
    told = {"chain": raised.chain.code, "product": raised.product, "state": raised.state, **facts}
    journal.record(verb, subject=raised.reference, by=by, at=at, facts=told)
