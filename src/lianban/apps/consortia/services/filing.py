"""Filing (备案): submitted with every condition met, answered by the science department; changes of members too."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.agreements import services as agreements
from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Consortium, Filing, Member
from lianban.apps.consortia.services.moving import as_lead, locked, move, record, step
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit import workdays
from lianban.kit.refusals import refuse, refuse_if_any

TIE = "same_consortium"


@transaction.atomic
def submit(*, consortium_id: int, by: Actor, at: datetime) -> Filing:
    """提交备案: every condition of the frozen rules is looked at; what is not met or not known is told at once."""
    consortium = as_lead(consortium_id, by)
    conditions = queries.conditions(consortium)
    refuse_if_any([*rules.STATES.refusals(consortium.state, "submit"), *rules.condition_refusals(conditions)])
    filing = _put(consortium, "first", None, by, at, [_kept(one) for one in conditions])
    move(consortium, "submit", by, at, filing=filing.pk)
    return filing


def _kept(condition: rules.Condition) -> dict[str, Any]:
    told = {part: getattr(condition, part) for part in ("name", "needed", "found")}
    return {"code": condition.code, "met": condition.met, **{k: {"zh": t.zh, "en": t.en} for k, t in told.items()}}


def _put(
    consortium: Consortium, kind: str, member: Member | None, by: Actor, at: datetime, conditions: list[Any]
) -> Filing:
    days = int(consortium.frozen.value("consortium.filing_days"))
    return Filing.objects.create(
        consortium=consortium, kind=kind, member=member, conditions=conditions, submitted_by=by.reference,
        submitted_at=at, due_on=workdays.after(localdate(at), days),
    )  # fmt: skip


@transaction.atomic
def answer_filing(
    *, filing_id: int, accept: bool, by: Actor, at: datetime, number: str = "", reason: str = ""
) -> Filing:
    """答复备案: filed under a number, or returned with what is missing."""
    owner = Filing.objects.values_list("consortium_id", flat=True).get(pk=filing_id)
    consortium = locked(owner, "consortia.answer_filing", by)
    filing = Filing.objects.select_related("member__organisation").get(pk=filing_id)
    verb = "accept" if accept else "return"
    refuse_if_any([*rules.FILING.refusals(filing.state, verb), *_answer_refusals(accept, number, reason)])
    hold_still(consortium, filing.kind)
    step(rules.FILING, filing, verb)
    filing.number, filing.reason = number.strip(), reason.strip()
    filing.answered_by, filing.answered_at = by.reference, at
    filing.save()
    if filing.kind == "first":
        _answer_first(consortium, filing, accept, by, at)
    elif accept:
        assert filing.member is not None
        apply_change(consortium, filing.kind, filing.member, by, at)
    if filing.kind != "first":
        record(consortium, "change_filed" if accept else "change_returned", by, at, filing=filing.pk)
    return filing


def _answer_refusals(accept: bool, number: str, reason: str) -> list[Any]:
    if accept and not number.strip():
        return [refuse("consortia.no_filing_number", "请填写备案号", "enter the filing number")]
    if not accept and not reason.strip():
        return [refuse("consortia.no_return_reason", "请写明退回的理由", "say why it is returned")]
    return []


def _answer_first(consortium: Consortium, filing: Filing, accept: bool, by: Actor, at: datetime) -> None:
    if not accept:
        move(consortium, "return_filing", by, at, filing=filing.pk)
        return
    consortium.filing_number, consortium.filed_on = filing.number, localdate(at)
    move(consortium, "file", by, at, filing=filing.pk)
    members = [m for m in consortium.members.select_related("organisation") if m.active]
    for number, member in enumerate(members):
        _tie(consortium, member, members[:number], by, at)


def _tie(consortium: Consortium, member: Member, others: list[Member], by: Actor, at: datetime) -> None:
    """Members of one consortium do not judge each other: the conflict engine reads these ties."""
    keeper = by if by.may("parties.keep_ties") else parties.SYSTEM  # the council decides, and keeps no register itself
    for other in others:
        a, b = sorted((member.organisation_id, other.organisation_id))
        parties.tie(
            a=a, b=b, kind=TIE, evidence=consortium.filing_number or consortium.reference, source=consortium.reference,
            since=localdate(at), by=keeper, at=at,
        )  # fmt: skip


def hold_still(consortium: Consortium, kind: str) -> None:
    """Lock what a filing or a change of members will write, before anything is journaled."""
    if kind == "expulsion" and consortium.agreement_pk:
        agreements.hold_still(consortium.agreement_pk)
    if kind in ("first", "accession"):
        parties.hold_still(*consortium.members.values_list("organisation_id", flat=True))


def put_change(consortium: Consortium, kind: str, member: Member, by: Actor, at: datetime) -> None:
    """What the council decided about a member: put on file where the rules ask, else done at once."""
    if queries.change_needs_filing(consortium):
        filing = _put(consortium, kind, member, by, at, [])
        record(consortium, "change_submitted", by, at, filing=filing.pk, kind=kind)
        return
    apply_change(consortium, kind, member, by, at)


def apply_change(consortium: Consortium, kind: str, member: Member, by: Actor, at: datetime) -> None:
    """Carry out a change of members.

    Coming in and going are only allowed by it: a newcomer signs the accession form, who leaves hands over first.
    """
    if kind == "accession":
        if consortium.state in rules.FILED:
            _tie(consortium, member, [m for m in consortium.members.exclude(pk=member.pk) if m.active], by, at)
    elif kind == "expulsion":
        refuse_if_any(rules.expel_refusals(state=member.state, lead=member.is_lead))
        step(rules.MEMBERSHIP, member, "expel")
        member.left_on = localdate(at)
        member.save()
        if consortium.agreement_pk:
            agreements.leave(agreement_id=consortium.agreement_pk, organisation=member.organisation_id, by=by, at=at)
    elif kind == "lead":
        refuse_if_any(rules.lead_refusals(state=member.state, lead=member.is_lead))
        consortium.members.filter(role="lead").update(role="builder")  # first: a consortium has one lead at any time
        member.role = "lead"
        member.save(update_fields=["role"])
    record(consortium, f"{kind}_done", by, at, organisation=member.organisation.code)
