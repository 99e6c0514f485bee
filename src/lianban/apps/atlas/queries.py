"""Reads of chains. Whatever a reader may not see is in no list, no count and no search."""

from typing import Any

from django.db.models import Q, QuerySet

from lianban.apps.atlas.models import Chain, FactRow, Product, Segment
from lianban.apps.parties.rules import Actor


def visible_chains(actor: Actor) -> QuerySet[Chain]:
    """Chains a reader may see, by code; one statement."""
    # "" is no chain's code: only roles that reach every chain count for it.
    found = Q(confidentiality__in=actor.visible_classes(""))
    for code in {grant.chain for grant in actor.grants if grant.chain}:
        found |= Q(code=code, confidentiality__in=actor.visible_classes(code))
    return Chain.objects.filter(found)


def chain(actor: Actor, code: str) -> Chain | None:
    """One chain, or None where it is missing or hidden; one statement."""
    return visible_chains(actor).filter(code=code).first()


def rows(actor: Actor, chain: Chain, model: type[FactRow]) -> QuerySet[Any]:
    """The rows of one table that this reader may see, with their sources; one statement when read."""
    seen = model.visible(chain, actor.visible_classes(chain.code), actor.organisations)
    return model._default_manager.filter(seen, chain=chain).select_related("source")


def product(actor: Actor, chain: Chain, code: str) -> Product | None:
    """One product with its segment and parent, or None where it is missing or hidden; one statement."""
    return rows(actor, chain, Product).select_related("segment", "parent").filter(code=code).first()


def segments(chain: Chain) -> QuerySet[Segment]:
    """Segments from left to right; one statement."""
    return chain.segments.all()
