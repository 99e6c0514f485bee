"""What is done with people and roles."""

from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from lianban.apps.journal import services as journal
from lianban.apps.parties import rules
from lianban.apps.parties.models import Organisation, RoleGrant
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse_if_any

SYSTEM = Actor(user_id=None, name="system", deeds={})  # the command line acting for whoever runs the machine


def require(actor: Actor, deed: str, chain: str | None = None) -> None:
    """Refuse unless this actor may do the deed (on this chain)."""
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
