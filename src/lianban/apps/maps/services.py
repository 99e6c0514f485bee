"""Loading and withdrawing the office's own map file."""

import hashlib
from datetime import datetime

from django.db import transaction

from lianban.apps.journal import services as journal
from lianban.apps.maps import basemap, rules
from lianban.apps.maps.models import BaseMap
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def load_base_map(*, title: str, approval: str, issuer: str, content: bytes, by: Actor, at: datetime) -> BaseMap:
    """装载底图: take outlines from an approved file; it is shown from now on, with its approval number."""
    parties.require(by, "maps.load_base_map")
    found = basemap.read(content)
    refuse_if_any(
        rules.base_map_refusals(
            approval=approval, issuer=issuer, shapes=found.paths if found else None,
            n_points=found.n_points if found else 0, most_points=basemap.MOST_POINTS,
        )
    )  # fmt: skip
    assert found is not None
    row = BaseMap.objects.create(
        title=title.strip() or approval.strip(), approval=approval.strip(), issuer=issuer.strip(),
        outlines=dict(found.paths), rest=found.rest, width=found.width, height=found.height,
        digest="sha256:" + hashlib.sha256(content).hexdigest(), loaded_by=by.reference, loaded_at=at,
    )  # fmt: skip
    journal.record("maps.base_map_loaded", subject=row.reference, by=by, at=at,
                   facts={"provinces": len(found.paths), "digest": row.digest})  # fmt: skip
    return row


@transaction.atomic
def withdraw_base_map(*, base_map_id: int, by: Actor, at: datetime) -> BaseMap:
    """撤下底图: the one before it, or the tiles, are shown again."""
    parties.require(by, "maps.load_base_map")
    row = BaseMap.objects.select_for_update().get(pk=base_map_id)
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        journal.record("maps.base_map_withdrawn", subject=row.reference, by=by, at=at)
    return row
