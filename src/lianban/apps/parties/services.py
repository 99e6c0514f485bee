"""What is done with people and roles."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from lianban.apps.journal import services as journal
from lianban.apps.parties import rules
from lianban.apps.parties.models import Organisation, OrganisationName, RoleGrant, Tie
from lianban.apps.parties.rules import Actor
from lianban.kit import mechanisms
from lianban.kit.refusals import refuse_if_any

REGISTRY = ("code", "name", "name_en", "credit_code", "kind", "place", "example", "website")
SYSTEM = Actor(user_id=None, name="system", deeds={})  # the command line acting for whoever runs the machine


def require(actor: Actor, deed: str, chain: str | None = None) -> None:
    """Refuse unless this actor may do the deed (on this chain); whoever runs the machine may do all."""
    if actor is not SYSTEM:
        refuse_if_any(rules.permission_refusals(actor, deed, chain))


@transaction.atomic
def open_account(*, username: str, password: str, shown_name: str, role: str, starts_on: date, by: Actor, at: datetime,
                 chain: str = "", organisation: Organisation | None = None) -> RoleGrant:  # fmt: skip
    """Open an account with its first role; done twice, it changes nothing."""
    user, made = get_user_model().objects.get_or_create(username=username, defaults={"first_name": shown_name})
    if made:
        user.set_password(password)
        user.save(update_fields=["password"])
    grant, granted = RoleGrant.objects.get_or_create(
        user=user, role=role, chain=chain, organisation=organisation, defaults={"starts_on": starts_on}
    )
    if granted:
        facts = {"role": role, "chain": chain, "organisation": organisation.code if organisation else ""}
        journal.record("parties.role_granted", subject=f"user:{user.pk}", by=by, at=at, facts=facts)
    return grant


@transaction.atomic
def register(rows: Sequence[Mapping[str, Any]], *, own: Collection[str] = ()) -> dict[str, int]:
    """Enter organisations into the registry and give their keys by code; 4 statements and one a changed row.

    Known ones keep what is known of them and get what was empty. A code that means another name, or another credit
    code, is refused, with all clashes at once. ``own`` are codes that nobody but the caller uses: these take a new name.
    """
    known = {
        o.code: o
        for o in Organisation.objects.select_for_update(no_key=True).filter(code__in=[row["code"] for row in rows])
    }
    credit = [row["credit_code"] for row in rows if row["credit_code"]]
    holders = dict(Organisation.objects.filter(credit_code__in=credit).values_list("credit_code", "code"))
    facts = {code: {"name": o.name, "credit_code": o.credit_code} for code, o in known.items() if code not in own}
    refuse_if_any(rules.registry_clashes(rows, facts, holders))
    new = [Organisation(**{column: row[column] for column in REGISTRY}) for row in rows if row["code"] not in known]
    Organisation.objects.bulk_create(new, batch_size=500)
    for row in rows:
        organisation = known.get(row["code"])
        if organisation is None:
            continue
        changed = [c for c in REGISTRY if row[c] and not getattr(organisation, c)]
        if row["code"] in own:
            changed = [c for c in REGISTRY if row[c] != getattr(organisation, c)]
        if changed:
            for column in changed:
                setattr(organisation, column, row[column])
            organisation.save(update_fields=changed)
    return dict(Organisation.objects.filter(code__in=[row["code"] for row in rows]).values_list("code", "pk"))


@transaction.atomic
def unregister(codes: Collection[str]) -> int:
    """Take organisations out of the registry that were entered by mistake and that nothing refers to; returns how many."""
    free = set(Organisation.objects.filter(code__in=codes).values_list("pk", flat=True))
    for relation in Organisation._meta.get_fields(include_hidden=True):
        if free and relation.auto_created and not relation.concrete and not relation.many_to_many:
            name, pointing = relation.field.name, relation.related_model._default_manager  # type: ignore[union-attr]
            free -= set(pointing.filter(**{f"{name}__in": free}).values_list(f"{name}__pk", flat=True))
    return Organisation.objects.filter(pk__in=free).delete()[0] if free else 0


@transaction.atomic
def grant_role(*, user_id: int, role: str, chain: str, organisation: Organisation | None, starts_on: date,
               by: Actor, at: datetime) -> RoleGrant:  # fmt: skip
    """Give a person a role, from a day on; what they held before stays as it was."""
    require(by, "parties.grant_role")
    user = get_user_model().objects.select_for_update(no_key=True).get(pk=user_id)
    held = RoleGrant.objects.filter(user=user, role=role, chain=chain, organisation=organisation, ends_on=None)
    refuse_if_any(rules.grant_refusals(role, organisation is not None, already=held.exists()))
    grant = RoleGrant.objects.create(user=user, role=role, chain=chain, organisation=organisation, starts_on=starts_on)
    facts = {"role": role, "chain": chain, "organisation": organisation.code if organisation else "", "from": starts_on}
    journal.record("parties.role_granted", subject=f"user:{user.pk}", by=by, at=at, facts=facts)
    return grant


@transaction.atomic
def end_role(*, grant_id: int, ends_on: date, by: Actor, at: datetime) -> RoleGrant:
    """End a role on a day: from that day the person no longer has it. The record stays."""
    require(by, "parties.grant_role")
    grant = RoleGrant.objects.select_for_update().get(pk=grant_id)
    refuse_if_any(
        rules.end_refusals(grant.starts_on, grant.ends_on, ends_on, own=grant.user_id == by.user_id, role=grant.role)
    )
    grant.ends_on = ends_on
    grant.save(update_fields=["ends_on"])
    journal.record(
        "parties.role_ended", subject=f"user:{grant.user_id}", by=by, at=at, facts={"role": grant.role, "on": ends_on}
    )
    return grant


def hold_still(*organisations: int) -> None:
    """Lock organisations, for a deed that states several ties: all of them before it writes the journal."""
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=organisations).order_by("pk"))


@transaction.atomic
def tie(*, a: int, b: int, kind: str, evidence: str, source: str, by: Actor, at: datetime, share: Decimal | None = None,
        since: date | None = None, until: date | None = None, confidentiality: str = "office") -> Tie:  # fmt: skip
    """State what binds two organisations (关联关系); said twice in the same words, it is the same tie."""
    require(by, "parties.keep_ties")
    refuse_if_any(
        rules.tie_refusals(a=a, b=b, kind=kind, share=share, evidence=evidence, source=source, since=since, until=until)
    )
    hold_still(a, b)
    said = {"a_id": a, "b_id": b, "kind": kind, "share": share, "evidence": evidence, "source": source, "since": since}
    told = {"until": until, "confidentiality": confidentiality}
    if known := Tie.objects.filter(**said, **told).first():
        return known
    row = Tie.objects.create(**said, **told, stated_by=by.reference, stated_at=at)
    facts = {"a": a, "b": b, "kind": kind, "since": since, "until": until}
    journal.record("parties.tie_stated", subject=row.reference, by=by, at=at, facts=facts)
    return row


@transaction.atomic
def end_tie(*, tie_id: int, until: date, reason: str, by: Actor, at: datetime) -> Tie:
    """Say from which day a tie no longer holds; it stays on record for every look-back."""
    require(by, "parties.keep_ties")
    row = Tie.objects.select_for_update().get(pk=tie_id)
    refuse_if_any(rules.tie_end_refusals(row.since, row.until, until, reason))
    row.until, row.end_reason = until, reason
    row.save(update_fields=["until", "end_reason"])
    journal.record("parties.tie_ended", subject=row.reference, by=by, at=at, facts={"until": until})
    return row


@transaction.atomic
def add_name(*, organisation: int, kind: str, name: str, source: str, by: Actor, at: datetime, code: str = "",
             since: date | None = None, until: date | None = None, confidentiality: str = "open") -> OrganisationName:  # fmt: skip
    """Note under which other name an organisation is known; noted twice, it is one name."""
    require(by, "parties.keep_names")
    row = Organisation.objects.select_for_update(no_key=True).get(pk=organisation)
    name = " ".join(name.split())
    refuse_if_any(rules.name_refusals(name, kind, present=row.name, source=source, since=since, until=until))
    told = {"code": code, "source": source, "since": since, "until": until, "confidentiality": confidentiality}
    kept, made = OrganisationName.objects.get_or_create(
        organisation=row, kind=kind, name=name, defaults={**told, "stated_by": by.reference, "stated_at": at}
    )
    if made:
        facts = {"organisation": row.code, "kind": kind}
        journal.record("parties.name_added", subject=kept.reference, by=by, at=at, facts=facts)
        mechanisms.tell("parties.named", organisation=row, at=at)
    return kept


@transaction.atomic
def drop_name(*, name_id: int, by: Actor, at: datetime) -> None:
    """Take back another name that was noted by mistake; the journal keeps that it stood there."""
    require(by, "parties.keep_names")
    owner = OrganisationName.objects.get(pk=name_id).organisation_id
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=owner)  # names are locked by their owner
    kept = OrganisationName.objects.get(pk=name_id)
    facts = {"organisation": organisation.code, "kind": kept.kind}
    reference = kept.reference
    kept.delete()
    journal.record("parties.name_dropped", subject=reference, by=by, at=at, facts=facts)
    mechanisms.tell("parties.named", organisation=organisation, at=at)
