"""A member leaves: notice, hand-over, licences that survive, and the last day."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.agreements import services as agreements
from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Licence, Member
from lianban.apps.consortia.services.moving import own_member, record, step
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def give_notice(*, member_id: int, reason: str, by: Actor, at: datetime) -> Member:
    """通知退出: from today the time of notice runs; duties go on until the last day."""
    consortium, member = own_member(member_id, by)
    refuse_if_any(rules.notice_refusals(state=member.state, lead=member.is_lead, reason=reason))
    step(rules.MEMBERSHIP, member, "give_notice")
    member.noticed_at, member.reason = at, reason.strip()
    member.leaves_on = rules.leaves_on(consortium.frozen, localdate(at), consortium.terms)
    member.save()
    record(consortium, "notice_given", by, at, organisation=member.organisation.code, leaves_on=member.leaves_on)
    return member


@transaction.atomic
def take_back_notice(*, member_id: int, by: Actor, at: datetime) -> Member:
    """撤回通知: it stays."""
    consortium, member = own_member(member_id, by)
    step(rules.MEMBERSHIP, member, "stay")
    member.noticed_at = member.leaves_on = None
    member.reason = ""
    member.save()
    record(consortium, "notice_taken_back", by, at, organisation=member.organisation.code)
    return member


@transaction.atomic
def hand_over(*, member_id: int, handed_over: str, no_licences: bool, by: Actor, at: datetime) -> Member:
    """办理交接: what went to whom; and, where none survives, that no licence does."""
    consortium, member = own_member(member_id, by)
    listed = member.licences.exists()
    refuse_if_any(rules.hand_over_refusals(member.state, handed_over, none=no_licences, listed=listed))
    member.handed_over = handed_over.strip()
    member.licences_stated = no_licences or listed
    member.save()
    record(consortium, "handed_over", by, at, organisation=member.organisation.code)
    return member


@transaction.atomic
def state_licence(
    *, member_id: int, what: str, licensee: str, terms: str, by: Actor, at: datetime, until: date | None = None
) -> Licence:
    """列明存续许可: what may go on being used after the exit, by whom and on which terms."""
    consortium, member = own_member(member_id, by)
    refuse_if_any(
        rules.licence_refusals(
            member.state, what=what, licensee=licensee, terms=terms, until=until, today=localdate(at)
        )
    )
    licence = Licence.objects.create(
        member=member, what=what.strip(), licensee=licensee.strip(), terms=terms.strip(), until=until,
        stated_by=by.reference, stated_at=at,
    )  # fmt: skip
    member.licences_stated = True
    member.save(update_fields=["licences_stated"])
    record(consortium, "licence_stated", by, at, organisation=member.organisation.code, licence=licence.pk)
    return licence


@transaction.atomic
def leave(*, member_id: int, by: Actor, at: datetime) -> Member:
    """办结退出: when notice, hand-over, licences, tasks, pledges and the council are all done; money paid is not returned."""
    consortium, member = own_member(member_id, by)
    refuse_if_any(
        rules.leave_refusals(
            state=member.state, today=localdate(at), leaves_on=member.leaves_on, handed_over=bool(member.handed_over),
            licences_stated=member.licences_stated, open_tasks=queries.open_tasks(member),
            unpaid_fen=queries.unpaid_fen(member), decided=queries.change_decided(member, "exit"),
        )
    )  # fmt: skip
    step(rules.MEMBERSHIP, member, "leave")
    if consortium.agreement_pk:
        agreements.leave(agreement_id=consortium.agreement_pk, organisation=member.organisation_id, by=by, at=at)
    member.left_on = localdate(at)
    member.save()
    record(consortium, "left", by, at, organisation=member.organisation.code, licences=member.licences.count())
    return member
