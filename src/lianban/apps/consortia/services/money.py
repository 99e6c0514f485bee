"""Contributions pledged, reported and confirmed; public money and income written down."""

from datetime import date, datetime

from django.db import transaction

from lianban.apps.consortia import rules
from lianban.apps.consortia.models import Consortium, Contribution, Receipt, Topic
from lianban.apps.consortia.services.books import account, outside
from lianban.apps.consortia.services.moving import acts_for, as_lead, locked, own_member, record, step
from lianban.apps.ledger import services as ledger
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal, refuse, refuse_if_any


@transaction.atomic
def pledge(
    *, member_id: int, kind: str, what: str, amount_fen: int, due_on: date | None, by: Actor, at: datetime
) -> Contribution:
    """承诺投入: cash or things, by when. The member itself says it."""
    consortium, member = own_member(member_id, by)
    there = member.state in ("agreed", "acceded")
    refuse_if_any(
        rules.contribution_refusals(member_active=there, kind=kind, amount_fen=amount_fen, what=what, due_on=due_on)
    )
    assert due_on is not None
    pledged = Contribution.objects.create(
        member=member, kind=kind, what=what.strip(), amount_fen=amount_fen, due_on=due_on, pledged_by=by.reference,
        pledged_at=at,
    )  # fmt: skip
    record(consortium, "pledged", by, at, contribution=pledged.pk, kind=kind, amount_fen=amount_fen)
    return pledged


@transaction.atomic
def report_contribution(
    *, contribution_id: int, evidence: str, by: Actor, at: datetime, valuation: str = ""
) -> Contribution:
    """报告到位: with its evidence, and for things with how they were valued."""
    owner = Contribution.objects.values_list("member_id", flat=True).get(pk=contribution_id)
    consortium, _ = own_member(owner, by)
    given = Contribution.objects.get(pk=contribution_id)
    signed = consortium.state in ("signed", "filing", *rules.FILED)
    refuse_if_any(
        rules.report_refusals(state=given.state, evidence=evidence, kind=given.kind, basis=valuation, filed=signed)
    )
    step(rules.CONTRIBUTION, given, "report")
    given.evidence, given.valuation, given.reported_by = evidence.strip(), valuation.strip(), by.reference
    given.return_reason = ""
    given.save()
    record(consortium, "contribution_reported", by, at, contribution=given.pk)
    return given


@transaction.atomic
def confirm_contribution(*, contribution_id: int, by: Actor, at: datetime) -> Contribution:
    """确认到位: by the lead, for the lead by the office; never by who contributes. Only now it stands in the ledger."""
    consortium, given = _to_confirm(contribution_id, by)
    step(rules.CONTRIBUTION, given, "confirm")
    given.confirmed_by, given.confirmed_at = by.reference, at
    given.save()
    code = given.member.organisation.code
    into = account(consortium, *(("stock", "stock") if given.in_kind else ("pot", "pot")), by, at)
    source = outside(consortium, f"{code}:things" if given.in_kind else code, by, at, in_kind=given.in_kind)
    ledger.post(
        key=f"{given.reference}:confirm", kind="in_kind" if given.in_kind else "contribution", by=by, at=at,
        movements=[(source, into, given.amount_fen)], subject=consortium.reference, memo=given.what,
    )  # fmt: skip
    record(consortium, "contribution_confirmed", by, at, contribution=given.pk, amount_fen=given.amount_fen)
    return given


@transaction.atomic
def return_contribution(*, contribution_id: int, reason: str, by: Actor, at: datetime) -> Contribution:
    """退回: the evidence does not show it."""
    consortium, given = _to_confirm(contribution_id, by)
    refuse_if_any([*rules.CONTRIBUTION.refusals(given.state, "return"), *_reason(reason)])
    step(rules.CONTRIBUTION, given, "return").return_reason = reason.strip()
    given.save()
    record(consortium, "contribution_returned", by, at, contribution=given.pk)
    return given


@transaction.atomic
def cancel_pledge(*, contribution_id: int, reason: str, by: Actor, at: datetime) -> Contribution:
    """取消承诺: by the lead, who speaks for those who were promised it."""
    owner = Contribution.objects.values_list("member__consortium_id", flat=True).get(pk=contribution_id)
    consortium = as_lead(owner, by)
    given = Contribution.objects.get(pk=contribution_id)
    refuse_if_any([*rules.CONTRIBUTION.refusals(given.state, "cancel"), *_reason(reason)])
    step(rules.CONTRIBUTION, given, "cancel").return_reason = reason.strip()
    given.save()
    record(consortium, "pledge_cancelled", by, at, contribution=given.pk)
    return given


def _to_confirm(contribution_id: int, by: Actor) -> tuple[Consortium, Contribution]:
    owner = Contribution.objects.values_list("member__consortium_id", flat=True).get(pk=contribution_id)
    consortium = locked(owner, "consortia.confirm", by)
    given = Contribution.objects.select_related("member__organisation").get(pk=contribution_id)
    lead = consortium.members.select_related("organisation").get(role="lead").organisation
    own = acts_for(by, given.member.organisation) and by is not parties.SYSTEM
    other = acts_for(by, lead) or by.may("consortia.see_inside", consortium.chain.code)
    refuse_if_any(rules.confirm_refusals(own=own, other=other))
    return consortium, given


def _reason(reason: str) -> list[Refusal]:
    if reason.strip():
        return []
    return [refuse("consortia.reason_missing", "请写明理由", "say why")]


@transaction.atomic
def receive_public_money(
    *, consortium_id: int, amount_fen: int, payer: str, evidence: str, received_on: date, by: Actor, at: datetime
) -> Receipt:
    """财政资金到位: the department writes it down; before the roadmap is passed there is none to spend it on."""
    consortium = locked(consortium_id, "consortia.give_public_money", by)
    moves = rules.spending_refusals(consortium.state)
    return _receive(consortium, "public", None, amount_fen, payer, evidence, received_on, by, at, moves)


@transaction.atomic
def record_income(
    *, consortium_id: int, amount_fen: int, payer: str, evidence: str, received_on: date, by: Actor, at: datetime,
    topic: Topic | None = None,
) -> Receipt:  # fmt: skip
    """收益入账: from a licence, a sale or a service of a result; it waits there to be split."""
    consortium = as_lead(consortium_id, by)
    moves = rules.spending_refusals(consortium.state)
    return _receive(consortium, "income", topic, amount_fen, payer, evidence, received_on, by, at, moves)


def _receive(
    consortium: Consortium, kind: str, topic: Topic | None, amount_fen: int, payer: str, evidence: str,
    received_on: date, by: Actor, at: datetime, early: list[Refusal],
) -> Receipt:  # fmt: skip
    of_it = topic is None or topic.consortium_id == consortium.pk
    refuse_if_any([*early, *rules.receipt_refusals(amount_fen=amount_fen, payer=payer, evidence=evidence, of_it=of_it)])
    receipt = Receipt.objects.create(
        consortium=consortium, kind=kind, topic=topic, amount_fen=amount_fen, payer=payer.strip(),
        evidence=evidence.strip(), received_on=received_on, by=by.reference, at=at,
    )  # fmt: skip
    source, into = outside(consortium, kind, by, at), account(consortium, kind, kind, by, at)
    ledger.post(
        key=f"{receipt.reference}:post", kind="public_money" if kind == "public" else "income", by=by, at=at,
        movements=[(source, into, amount_fen)], subject=consortium.reference, memo=receipt.evidence,
    )  # fmt: skip
    record(consortium, f"{kind}_received", by, at, receipt=receipt.pk, amount_fen=amount_fen)
    return receipt
