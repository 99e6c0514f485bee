"""Putting a rule set in force."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.rulesets import compute, queries, rules
from lianban.apps.rulesets.models import InForce
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def put_in_force(*, pack: str, starts_on: date, overrides: Mapping[str, Any], document: str, by: Actor, at: datetime,
                 chain: str = "") -> InForce:  # fmt: skip
    """Decide which pack holds from a day on, for one chain or for all. Runs that are done keep the rules they ran under."""
    parties.require(by, "rulesets.put_in_force", chain or None)
    taken = queries.day_taken(chain, starts_on)
    refuse_if_any(
        [
            *compute.override_refusals(pack, overrides),
            *rules.start_refusals(starts_on=starts_on, today=localdate(at), taken=taken, document=document),
        ]
    )
    row = InForce.objects.create(
        pack=pack, chain=chain, starts_on=starts_on, overrides=dict(overrides), decided_by=by.reference,
        document=document,
    )  # fmt: skip
    facts = {"pack": pack, "chain": chain, "starts_on": starts_on, "overrides": dict(overrides), "document": document}
    journal.record("rulesets.put_in_force", subject=f"rulesets:{chain or 'all'}", by=by, at=at, facts=facts)
    return row
