"""What can be meant: the organisations and products a reader may see, prepared for matching and kept while nothing changes."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Max

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.parties.models import OrganisationName
from lianban.apps.parties.rules import Actor
from lianban.apps.reconcile.compute import Party, Register

KINDS = ("organisations", "products")
MOST_KEPT = 8
_kept: dict[tuple[Any, ...], Register] = {}


def register(actor: Actor, chain: Chain, kind: str) -> Register:
    """The register of one kind for this reader; one statement while nothing changed, three where something did."""
    names = _names(actor)
    version = tuple(names.aggregate(Max("id"), Count("id")).values())
    key = (kind, chain.pk, chain.stamp, actor.visible_classes(chain.code), actor.organisations, version)
    if key not in _kept:
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = Register(_parties(actor, chain, kind))
    return _kept[key]


def _names(actor: Actor) -> Any:
    return OrganisationName.objects.filter(confidentiality__in=actor.visible_classes(""))


def _parties(actor: Actor, chain: Chain, kind: str) -> list[Party]:
    if kind == "products":
        return [Party(row.code, row.name, former=(row.name_en,)) for row in atlas.products(actor, chain)]
    former: dict[str, list[str]] = defaultdict(list)
    for code, name in _names(actor).values_list("organisation__code", "name"):
        former[code].append(name)
    return [
        Party(row.code, row.name, row.credit_code, row.place, (row.name_en, *former[row.code]))
        for row in atlas.members(actor, chain)
    ]


def rows(actor: Actor, chain: Chain, kind: str, codes: Collection[str]) -> dict[str, Any]:
    """The rows of these codes that this reader may see; one statement."""
    every: Any = atlas.members(actor, chain) if kind == "organisations" else atlas.products(actor, chain)
    return {row.code: row for row in every.filter(code__in=list(codes))}


def beginning(actor: Actor, chain: Chain, kind: str, typed: str, most: int) -> list[Any]:
    """Rows whose name, pinyin or code holds what was typed, for suggestions; one statement."""
    every: Any = atlas.members(actor, chain, {"q": typed}) if kind == "organisations" else atlas.products(actor, chain, {"q": typed})  # fmt: skip
    return list(every[:most])
