"""Reading one's own notices."""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from lianban.apps.notices.models import Notice
from lianban.apps.parties.models import RoleGrant
from lianban.apps.parties.rules import Actor


def mine(actor: Actor) -> QuerySet[Notice]:
    """This reader's notices, newest first; one statement, none for visitors."""
    return Notice.objects.filter(user_id=actor.user_id) if actor.user_id is not None else Notice.objects.none()


def n_unread(actor: Actor) -> int:
    """How many they have not read; one statement, none for visitors."""
    return mine(actor).filter(read_at__isnull=True).count() if actor.signed_in else 0


def holders(
    *, users: Iterable[int], roles: Iterable[str], chain: str, organisations: Iterable[int], today: date
) -> dict[int, str]:
    """People who are named, hold one of the roles (on this chain) or act for one of the organisations today.

    E-mail address by person, "" where none is known; two statements.
    """
    in_force = RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today)
    by_role = Q(role__in=list(roles)) & (Q(chain="") | Q(chain=chain) if chain else Q())
    ids = in_force.filter(by_role | Q(organisation__in=list(organisations))).values_list("user_id", flat=True)
    people = get_user_model().objects.filter(pk__in={*users, *ids}, is_active=True)
    return dict(people.values_list("pk", "email"))
