"""What every deed of a consortium shares: the lock, who may, the move, the journal's row."""

from datetime import datetime
from typing import Any, TypeVar

from lianban.apps.consortia import rules
from lianban.apps.consortia.models import Consortium, Member
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal, refuse, refuse_if_any
from lianban.kit.states import Transitions

Row = TypeVar("Row", bound=Any)


def locked(pk: int, deed: str, by: Actor) -> Consortium:
    """The consortium, locked, for somebody who may do this deed on its chain."""
    rows = Consortium.objects.select_for_update(of=("self",)).select_related("chain")
    consortium = rows.get(pk=pk)
    parties.require(by, deed, consortium.chain.code)
    return consortium


def acts_for(by: Actor, organisation: Any) -> bool:
    return by is parties.SYSTEM or organisation.code in by.organisations


def lead_of(consortium: Consortium) -> Member:
    return consortium.members.select_related("organisation").get(role="lead")


def as_lead(pk: int, by: Actor) -> Consortium:
    """The consortium, locked, for a person of the organisation that leads it."""
    consortium = locked(pk, "consortia.lead", by)
    refuse_if_any(lead_only(acts_for(by, lead_of(consortium).organisation)))
    return consortium


def as_member(pk: int, by: Actor, *, active: bool = True) -> tuple[Consortium, Member]:
    """The consortium, locked, and the member this person acts for (the lead first, should it be several)."""
    consortium = locked(pk, "consortia.take_part", by)
    own = [m for m in consortium.members.select_related("organisation") if acts_for(by, m.organisation)]
    if active:
        own = [member for member in own if member.active] or own
    refuse_if_any(member_only(bool(own) and (own[0].active or not active)))
    return consortium, own[0]


def own_member(member_id: int, by: Actor, deed: str = "consortia.take_part") -> tuple[Consortium, Member]:
    """A member and its consortium, locked, for a person of this very organisation."""
    owner = Member.objects.values_list("consortium_id", flat=True).get(pk=member_id)
    consortium = locked(owner, deed, by)
    member = Member.objects.select_related("organisation").get(pk=member_id)
    refuse_if_any(member_only(acts_for(by, member.organisation)))
    return consortium, member


def lead_only(yes: bool) -> list[Refusal]:
    if yes:
        return []
    return [refuse("consortia.lead_only.not_permitted", "此事由牵头单位办理", "this is for the lead")]


def member_only(yes: bool) -> list[Refusal]:
    if yes:
        return []
    return [refuse("consortia.members_only.not_permitted", "此事由成员单位办理", "this is for members")]


def move(consortium: Consortium, verb: str, by: Actor, at: datetime, **facts: Any) -> Consortium:
    """Move the consortium along its table and write the journal's row."""
    refuse_if_any(rules.STATES.refusals(consortium.state, verb))
    consortium.state = rules.STATES.target(verb)
    consortium.save()
    record(consortium, verb, by, at, state=consortium.state, **facts)
    return consortium


def step(table: Transitions, row: Row, verb: str) -> Row:
    """Move a row that has its own table; the caller saves and journals it."""
    refuse_if_any(table.refusals(row.state, verb))
    row.state = table.target(verb)
    return row


def record(consortium: Consortium, verb: str, by: Actor, at: datetime, **facts: Any) -> None:
    told = {"chain": consortium.chain.code, **facts}
    journal.record(f"consortia.{verb}", subject=consortium.reference, by=by, at=at, facts=told)
