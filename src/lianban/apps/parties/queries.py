"""Reads about people and organisations."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from lianban.apps.parties.models import Organisation, OrganisationName, RoleGrant, Tie
from lianban.apps.parties.rules import Actor, Grant
from lianban.kit.mechanisms import all_deeds


def grants_on(user: Any, today: date) -> QuerySet[RoleGrant]:
    """Roles a person holds on a day; one statement."""
    return RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), user=user, starts_on__lte=today)


def actor_of(user: Any, *, today: date) -> Actor:
    """Who is asking; one statement for a signed-in person, none for a visitor."""
    if not user.is_authenticated:
        return Actor(deeds=all_deeds())
    grants = tuple(
        Grant(grant.role, grant.chain, grant.organisation.code if grant.organisation else "")
        for grant in grants_on(user, today).select_related("organisation")
    )
    return Actor(user.pk, user.get_username(), grants or (Grant("visitor"),), all_deeds())


def shown_names(references: Collection[str]) -> dict[str, str]:
    """Names of people by the reference the journal has of them; one statement."""
    numbers = {int(one.removeprefix("user:")) for one in references if one.startswith("user:")}
    users = get_user_model().objects.filter(pk__in=numbers)
    return {f"user:{user.pk}": user.first_name or user.get_username() for user in users}


def organisation(code: str) -> Organisation | None:
    """One statement."""
    return Organisation.objects.filter(code=code).first()


def named_so(typed: str) -> list[Organisation]:
    """Organisations with this code, credit code or whole name; a code goes before a name. One statement."""
    rows = Organisation.objects.filter(Q(code=typed) | Q(credit_code=typed) | Q(name=typed) | Q(name_en__iexact=typed))
    found = list(rows.order_by("code")[:20])
    return [row for row in found if typed in (row.code, row.credit_code)] or found


def people_on(today: date) -> QuerySet[Any]:
    """Everybody who holds a role today; one statement."""
    held = RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today)
    return get_user_model().objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")


def people_with_role(*roles: str, chain: str, today: date) -> list[dict[str, Any]]:
    """Who holds one of these roles on a chain today, for pickers; one statement."""
    grants = RoleGrant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=today),
        Q(chain="") | Q(chain=chain),
        role__in=roles,
        starts_on__lte=today,
    ).select_related("user", "organisation")
    return [
        {
            "user_id": grant.user_id,
            "name": grant.user.first_name or grant.user.username,
            "role": grant.role,
            "organisation": grant.organisation,
        }
        for grant in grants
    ]


def people() -> list[Any]:
    """All accounts with their roles, past ones included; two statements."""
    return list(get_user_model().objects.order_by("username").prefetch_related("grants__organisation"))


def ties(actor: Actor, *, organisation: str = "", kind: str = "") -> QuerySet[Tie]:
    """Ties this reader may see, of one organisation or of all; one statement."""
    rows = Tie.objects.filter(confidentiality__in=actor.visible_classes()).select_related("a", "b")
    if organisation:
        rows = rows.filter(Q(a__code=organisation) | Q(b__code=organisation))
    return rows.filter(kind=kind) if kind else rows


def ties_of(organisations: Collection[int], kinds: Collection[str], *, since: date) -> list[Tie]:
    """Ties of these kinds on some organisations that held on or after a day, for whoever derives; one statement."""
    return list(
        Tie.objects.filter(Q(a__in=organisations) | Q(b__in=organisations), kind__in=kinds)
        .filter(Q(until__isnull=True) | Q(until__gt=since))
        .select_related("a", "b")
        .order_by("pk")
    )


def other_names(actor: Actor, organisation: Organisation) -> QuerySet[OrganisationName]:
    """Other names of an organisation that this reader may know; one statement."""
    rows = OrganisationName.objects.filter(organisation=organisation)
    if organisation.code in actor.organisations:
        return rows
    return rows.filter(confidentiality__in=actor.visible_classes(""))
