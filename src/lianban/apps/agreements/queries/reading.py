"""Reads of agreements: a firm sees those it is a party of, others by class; missing and hidden are alike."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from lianban.apps.agreements import rules
from lianban.apps.agreements.models import Agreement, Party, Version
from lianban.apps.parties.rules import Actor
from lianban.apps.parties.services import SYSTEM
from lianban.apps.rulesets.rules import Frozen
from lianban.kit.mechanisms import Named
from lianban.kit.text import Text
from lianban.kit.waiting import Waiting

OFFICE = {"officer", "office_head", "science_bureau"}


def agreements(actor: Actor) -> QuerySet[Agreement]:
    """Every agreement this reader may see: as a party that has not left, or by class on its chain; no statement yet."""
    if not actor.may("agreements.see"):
        return Agreement.objects.none()
    mine = Q(parties__organisation__code__in=actor.organisations, parties__left_at__isnull=True)
    return Agreement.objects.filter(mine | _by_class(actor)).distinct()


def _by_class(actor: Actor) -> Q:
    """Classes and chains that one of their roles reaches, where the role may see agreements at all."""
    allowed = Q(pk__in=[])
    seeing = set(actor.deeds.get("agreements.see", ())) - {"enterprise", "laboratory"}
    for grant in actor.grants:
        if grant.role in seeing:
            reach = Actor(actor.user_id, actor.name, (grant,), actor.deeds).visible_classes(grant.chain or None)
            found = Q(confidentiality__in=reach)
            allowed |= found & Q(chain=grant.chain) if grant.chain else found
    return allowed


def agreement(actor: Actor, pk: int) -> Agreement | None:
    """One agreement, if this reader may see it; one statement."""
    return agreements(actor).filter(pk=pk).first()


def named(actor: Actor, keys: Iterable[int]) -> dict[int, Named]:
    """Titles of the agreements among these that this reader may see; one statement."""
    rows = agreements(actor).filter(pk__in=list(keys))
    return {row.pk: Named(Text(row.title, row.title_en or row.title), reverse("agreements:show", args=[row.pk])) for row in rows}  # fmt: skip


def of_subject(subject: str, kind: str = "") -> Agreement | None:
    """The agreement on a matter that has not ended, else the last that has; one statement."""
    rows = Agreement.objects.filter(subject=subject, **({"kind": kind} if kind else {}))
    return rows.order_by("state", "-id").exclude(state="ended").first() or rows.order_by("-id").first()


def in_force(subject: str, kind: str = "") -> Version | None:
    """The version on a matter that all parties signed and nobody ended, also while a newer one is drafted; one statement."""
    rows = Agreement.objects.filter(subject=subject, in_force__isnull=False, **({"kind": kind} if kind else {}))
    row = rows.exclude(state="ended").select_related("in_force").order_by("-id").first()
    return row.in_force if row else None


def terms(subject: str, kind: str = "") -> dict[str, Any]:
    """What was agreed on a matter, as values (``rules.terms``), with version and digest; empty when nothing is in force.

    Parties are organisation numbers, shares exact fractions of one, money fen. One statement.
    """
    version = in_force(subject, kind)
    return terms_of(version) if version else {}


def terms_of(version: Version) -> dict[str, Any]:
    """The terms of one version; no statement."""
    content = version.content
    sides = rules.sides(content["parties"])
    chosen = {code: rules.Chosen(one["option"], one["values"]) for code, one in content["choices"].items()}
    told = rules.terms(rules.Facts(content["kind"], sides, chosen))
    return {
        **told,
        "agreement": f"agreements.agreement:{version.agreement_id}",
        "version": version.number,
        "digest": version.digest,
    }


def facts(row: Agreement, choices: Mapping[str, rules.Chosen] | None = None) -> rules.Facts:
    """An agreement's draft as values for text, findings and terms; three statements (two when choices are given)."""
    if choices is None:
        choices = {one.clause: rules.Chosen(one.option, one.values) for one in row.choices.all()}
    frozen = Frozen.of(row.rules)
    return rules.Facts(
        kind=row.kind,
        sides=rules.sides(party_rows(row)),
        choices=choices,
        background=tuple(
            rules.BackgroundLine(line.organisation_id, line.title, line.kind, line.number, line.scope)
            for line in row.background.all()
        ),
        public_money=row.public_money,
        rules={key: entry["value"] for key, entry in frozen.entries.items()},
    )


def party_rows(row: Agreement) -> list[dict[str, Any]]:
    """Parties in their place, as values; one statement."""
    return [
        {
            "id": party.organisation_id,
            "code": party.organisation.code,
            "name": party.organisation.name,
            "name_en": party.organisation.name_en,
            "credit_code": party.organisation.credit_code,
            "kind": party.organisation.kind,
            "role": party.role,
            "left": party.left_at is not None,
        }
        for party in row.parties.select_related("organisation")
    ]


def is_office(actor: Actor, chain: str) -> bool:
    """Whether one of their roles on this chain writes in every agreement; no statement."""
    return actor is SYSTEM or bool(OFFICE & actor.roles(chain or None))


def missing_signatures(row: Agreement) -> list[int]:
    """Organisations that have not signed the newest version; two statements."""
    version = row.versions.order_by("-number").first()
    signed = set(version.signatures.values_list("organisation_id", flat=True)) if version else set()
    bound = row.parties.filter(left_at__isnull=True).values_list("organisation_id", flat=True)
    return [party for party in bound if party not in signed]


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """Agreements that wait for this reader's organisation to sign; two statements and one an agreement."""
    if not actor.organisations or not actor.may("agreements.sign"):
        return []
    rows = Agreement.objects.filter(
        state="issued", parties__organisation__code__in=actor.organisations, parties__left_at__isnull=True
    ).distinct()
    own = set(
        Party.objects.filter(organisation__code__in=actor.organisations).values_list("agreement_id", "organisation_id")
    )
    return [
        Waiting(
            section=Text("待签署的协议", "Agreements to sign"),
            name=Text(row.title, row.title_en or row.title),
            url=reverse("agreements:show", args=[row.pk]),
            about=row.kind_name,
            key=f"{row.reference}:sign",
        )
        for row in rows
        if any((row.pk, party) in own for party in missing_signatures(row))
    ]
