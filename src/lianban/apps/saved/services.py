"""Keeping a view, changing its name and its circle, dropping it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.saved import queries, rules
from lianban.apps.saved.models import SavedView
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def keep(*, name: str, address: str, layout: dict[str, Any] | None, shared: bool, confidentiality: str, by: Actor,
         at: datetime) -> SavedView:  # fmt: skip
    """Keep a page as it is seen now, under a short address of its own."""
    chain = queries.chain_of(by, address)
    code = chain.code if chain else ""
    parties.require(by, "saved.keep", code or None)
    page = queries.match(address) is not None and len(address) <= 2000
    allowed = by.visible_classes(code)
    refuse_if_any(rules.refusals(page=page, layout=layout, confidentiality=confidentiality, allowed=allowed))
    view = SavedView.objects.create(
        code=rules.new_code(), owner_id=by.user_id or 0, name=name, address=address, layout=layout or {}, chain=chain,
        stamp=chain.stamp if chain else None, run=queries.newest_run(by, chain) if chain else None,
        shared=shared, confidentiality=confidentiality, kept_at=at,
    )  # fmt: skip
    journal.record("saved.kept", subject=view.reference, by=by, at=at, facts={"chain": code, "shared": shared})
    return view


@transaction.atomic
def change(*, view_id: int, name: str, shared: bool, confidentiality: str, by: Actor, at: datetime) -> SavedView:
    """Give a view of one's own another name or another circle; its page stays."""
    view = (
        SavedView.objects.select_for_update(of=("self",)).select_related("chain").get(pk=view_id, owner_id=by.user_id)
    )
    code = view.chain.code if view.chain else ""
    parties.require(by, "saved.keep", code or None)
    allowed = by.visible_classes(code)
    refuse_if_any(rules.refusals(page=True, layout={}, confidentiality=confidentiality, allowed=allowed))
    view.name, view.shared, view.confidentiality = name, shared, confidentiality
    view.save(update_fields=["name", "shared", "confidentiality"])
    journal.record("saved.changed", subject=view.reference, by=by, at=at, facts={"shared": shared})
    return view


@transaction.atomic
def drop(*, view_id: int, by: Actor, at: datetime) -> None:
    """Drop a view of one's own; its address then answers like one that never was."""
    view = SavedView.objects.select_for_update().get(pk=view_id, owner_id=by.user_id)
    parties.require(by, "saved.keep")
    reference = view.reference
    view.delete()
    journal.record("saved.dropped", subject=reference, by=by, at=at)
