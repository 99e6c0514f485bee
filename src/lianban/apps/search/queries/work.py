"""What the other mechanisms keep, each seen through its own rule of who may know of it.

These are hundreds, not hundreds of thousands: they are read and compared here, so no index can lag behind or leak.
"""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from lianban.apps.atlas.models import Chain, Product
from lianban.apps.challenges import queries as challenges
from lianban.apps.consortia import queries as consortia
from lianban.apps.demands import queries as demands
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import queries as projects
from lianban.apps.search.queries.hit import Hit, fitting, joined, make, name_of
from lianban.kit.text import Text

READ_AT_MOST = 3000  # of one kind, newest first


def collect(actor: Actor, chains: list[Chain], found: list[str], hits: dict[str, list[Hit]]) -> None:
    """Add weak points, needs, challenges, projects and consortia; six statements."""
    hits["weak_points"] = _weak_points(actor, chains, found)
    hits["raised"] = _of(demands.visible(actor).filter(listed_code=""), found, "demands:show", lambda r: r.organisation)
    hits["challenges"] = _of(challenges.visible(actor), found, "challenges:show", lambda r: r.poster)
    hits["projects"] = _of(projects.visible(actor), found, "projects:show", lambda r: r.lead)
    hits["consortia"] = _of(consortia.visible(actor), found, "consortia:show", None)


def _of(rows: QuerySet[Any], found: list[str], url: str, whose: Callable[[Any], Any] | None) -> list[Hit]:
    hits = []
    for row in rows.order_by("-pk")[:READ_AT_MOST]:
        of = name_of(owner) if whose and (owner := whose(row)) else Text("", "")
        where = joined(name_of(row.chain), of)
        hits.append(make(found, name_of(row), reverse(url, args=[row.pk]), where))
    return fitting(hits)


def _weak_points(actor: Actor, chains: list[Chain], found: list[str]) -> list[Hit]:
    """Weak points by the name of their product, which the reader must be able to see too; two statements."""
    open_to = [chain for chain in chains if actor.may("diagnosis.see", chain.code)]
    if not open_to:
        return []
    points = reduce(or_, [diagnosis.weak_points(chain, actor) for chain in open_to])
    known = set(points.values_list("chain_id", "product_code"))
    if not known:
        return []
    seen = [Q(chain=chain, confidentiality__in=actor.visible_classes(chain.code)) for chain in open_to]
    codes = {code for _, code in known}
    rows = Product.objects.filter(reduce(or_, seen), code__in=codes).select_related("chain", "segment")
    return fitting(
        make(
            found, name_of(row), reverse("diagnosis:point", args=[row.chain.code, row.code]),
            joined(name_of(row.chain), name_of(row.segment)), row.name, row.name_en, row.grade, row.application, row.code,
        )
        for row in rows
        if (row.chain_id, row.code) in known
    )  # fmt: skip
