"""One row of a chain changed by hand: edited, or deleted with what cannot stand without it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lianban.apps.atlas import compute, queries
from lianban.apps.atlas.models import Chain, ChangeSet
from lianban.apps.atlas.services import changing
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit import editing
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def edit_row(
    *, chain: Chain, table: str, code: str, values: Mapping[str, Any], by: Actor, at: datetime, seen: str = ""
) -> ChangeSet:
    """Change the columns of one row; ``seen`` is the mark of the row as the editor saw it."""
    parties.require(by, "atlas.change", chain.code)
    _seen_still(chain, table, code, seen, compute.told(values))
    return changing.change(chain=chain, tables={table: {code: values}}, kind="edit", by=by, at=at)


@transaction.atomic
def delete_row(*, chain: Chain, table: str, code: str, by: Actor, at: datetime, seen: str = "") -> ChangeSet:
    """Delete one row, with the rows that need it; references that may be empty become so."""
    parties.require(by, "atlas.change", chain.code)
    locked = _seen_still(chain, table, code, seen, {})
    gone = queries.deleting(locked, table, code)
    now = compute.rows(locked, gone)
    tables = {
        name: {one: None if row is None else {**dict.fromkeys(now[name][one]), **row} for one, row in rows.items()}
        for name, rows in gone.items()
    }
    return changing.change(chain=chain, tables=tables, kind="delete", by=by, at=at)


def _seen_still(chain: Chain, table: str, code: str, seen: str, yours: Mapping[str, Any]) -> Chain:
    """The chain, locked, where the row is the one that was looked at."""
    locked = Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)
    there = compute.rows(locked, {table: [code]}).get(table, {}).get(code, {})
    names = {name: compute.heading(table, name) for name in yours}
    refuse_if_any(editing.stale_refusals(seen, there, yours, names))
    return locked
