"""One search over what a reader may see; whatever they may not see is neither found nor counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Demand, FactRow, Member, Product
from lianban.apps.parties.rules import Actor
from lianban.apps.search import rules
from lianban.kit.text import Text

READ_AT_MOST = 300  # of one kind, before ranking
KINDS = {
    "chains": Text("产业链", "Chains"),
    "products": Text("产品", "Products"),
    "organisations": Text("组织", "Organisations"),
    "demands": Text("企业需求", "Needs of firms"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, where it stands, its address."""

    thing: Any
    address: str
    where: Text
    fit: int


@dataclass(frozen=True, slots=True)
class Group:
    """All hits of one kind; ``shown`` are the best of them."""

    kind: str
    name: Text
    shown: list[Hit]
    total: int


def search(actor: Actor, typed: str, *, each: int) -> list[Group]:
    """Look for what was typed; four statements, none where nothing was typed."""
    found = rules.terms(typed)
    if not found:
        return []
    chains = list(atlas.visible_chains(actor))
    hits = {
        "chains": [_chain_hit(chain, found) for chain in chains if all(term in chain.search for term in found)],
        "products": [_product_hit(row, found) for row in _rows(actor, chains, Product, found, "segment")],
        "organisations": [_member_hit(row, found) for row in _rows(actor, chains, Member, found)],
        "demands": [_demand_hit(row, found) for row in _rows(actor, chains, Demand, found, "raised_by", "product")],
    }
    groups = []
    for kind, ones in hits.items():
        ones.sort(key=lambda hit: (hit.fit, len(str(hit.thing)), str(hit.thing)))
        if ones:
            groups.append(Group(kind, KINDS[kind], ones[:each], len(ones)))
    return groups


def _rows(
    actor: Actor, chains: Iterable[Chain], model: type[FactRow], found: list[str], *related: str
) -> QuerySet[Any]:
    seen = [
        Q(chain=chain) & model.visible(chain, actor.visible_classes(chain.code), actor.organisations)
        for chain in chains
    ]
    if not seen:
        return model._default_manager.none()
    rows: QuerySet[Any] = model._default_manager.filter(reduce(or_, seen)).select_related("chain", *related)
    for term in found:
        rows = rows.filter(Q(("search__contains", term)))
    return rows.order_by("chain_id", "code")[:READ_AT_MOST]


def _chain_hit(chain: Chain, found: list[str]) -> Hit:
    where = Text(chain.place_name or "", chain.place_name_en or chain.place_name or "")
    return Hit(chain, reverse("atlas:chain", args=[chain.code]), where, rules.rank(found, chain.name, chain.search))


def _product_hit(row: Product, found: list[str]) -> Hit:
    where = Text(
        f"{row.chain.name} · {row.segment.name}",
        f"{row.chain.name_en or row.chain.name} · {row.segment.name_en or row.segment.name}",
    )
    address = reverse("atlas:product", args=[row.chain.code, row.code])
    return Hit(row, address, where, rules.rank(found, row.name, row.search))


def _member_hit(row: Member, found: list[str]) -> Hit:
    where = Text(row.chain.name, row.chain.name_en or row.chain.name)
    address = reverse("atlas:organisation", args=[row.chain.code, row.code])
    return Hit(row, address, where, rules.rank(found, row.name, row.search))


def _demand_hit(row: Demand, found: list[str]) -> Hit:
    firm = row.raised_by
    where = Text(
        f"{row.chain.name} · {firm.name}", f"{row.chain.name_en or row.chain.name} · {firm.name_en or firm.name}"
    )
    address = f"{reverse('atlas:demands', args=[row.chain.code])}#{row.code}"
    return Hit(row, address, where, rules.rank(found, row.title, row.search))
