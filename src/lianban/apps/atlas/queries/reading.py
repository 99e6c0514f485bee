"""Reads of chains. Whatever a reader may not see is in no list, no count and no search."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from lianban.apps.atlas import rules
from lianban.apps.atlas.models import (
    FACTS,
    Assessment,
    Chain,
    Demand,
    FactRow,
    Indicator,
    Input,
    Member,
    Parameter,
    Product,
    Production,
    Segment,
    Supply,
)
from lianban.apps.parties.rules import Actor
from lianban.apps.rulesets import queries as rulesets
from lianban.apps.sources.models import Source
from lianban.kit.text import Text
from lianban.rulebook import RuleSet


def visible_chains(actor: Actor) -> QuerySet[Chain]:
    """Chains a reader may see, in the order they were loaded; one statement."""
    # "" is no chain's code: only roles that reach every chain count for it.
    found = Q(confidentiality__in=actor.visible_classes(""))
    for code in {grant.chain for grant in actor.grants if grant.chain}:
        found |= Q(code=code, confidentiality__in=actor.visible_classes(code))
    return Chain.objects.filter(found).order_by("id")


def version(actor: Actor, chain: Chain) -> int | None:
    """How often the data were changed, for those who read every class: others would learn that hidden rows changed."""
    return chain.stamp if actor.may_see("private", chain.code) else None


def chain(actor: Actor, code: str) -> Chain | None:
    """One chain, or None where it is missing or hidden; one statement."""
    return visible_chains(actor).filter(code=code).first()


def rows(actor: Actor, chain: Chain, model: type[FactRow]) -> QuerySet[Any]:
    """The rows of one table that this reader may see, with their sources; one statement when read."""
    seen = model.visible(chain, actor.visible_classes(chain.code), actor.organisations)
    return model._default_manager.filter(seen, chain=chain).select_related("source")


def counts(actor: Actor, chain: Chain) -> dict[str, int]:
    """How much of each kind a reader may see; one statement a table, six in all."""
    found: dict[str, int] = {m.TABLE: rows(actor, chain, m).count() for m in (Product, Member, Production, Demand)}
    found["segments"] = chain.segments.count()
    found["sources"] = sources(actor, chain).count()
    return found


def product(actor: Actor, chain: Chain, code: str) -> Product | None:
    """One product with its segment and parent, or None where it is missing or hidden; one statement."""
    return products(actor, chain).filter(code=code).first()


def products(actor: Actor, chain: Chain, filters: Mapping[str, str] | None = None) -> QuerySet[Product]:
    """Products from left to right, with segment and parent; one statement.

    ``filters`` may name a segment, a kind of the five bases, ``final`` and words to look for.
    """
    found: QuerySet[Product] = rows(actor, chain, Product).select_related("segment", "parent")
    asked = filters or {}
    if asked.get("segment"):
        found = found.filter(segment__code=asked["segment"])
    if asked.get("kind"):
        found = found.filter(base_kind=asked["kind"])
    if asked.get("final"):
        found = found.filter(final=True)
    if asked.get("q"):
        found = found.filter(search__contains=asked["q"].strip().lower())
    return found.order_by("segment__stage", "segment__code", "code")


def segments(actor: Actor, chain: Chain) -> list[Segment]:
    """Segments from left to right, each with ``n_products`` and ``shown`` products; two statements."""
    by_segment: dict[int, list[Product]] = {}
    for one in products(actor, chain):
        by_segment.setdefault(one.segment_id, []).append(one)
    found = list(chain.segments.all())
    for segment in found:
        segment.shown = by_segment.get(segment.pk, [])  # type: ignore[attr-defined]
    return found


def shown_segments(chain: Chain) -> QuerySet[Segment]:
    """Segments from left to right; one statement."""
    return chain.segments.all()


def segment(chain: Chain, code: str) -> Segment | None:
    """One statement."""
    return chain.segments.filter(code=code).first()


def inputs(actor: Actor, chain: Chain) -> QuerySet[Input]:
    """Who needs whom; one statement."""
    found: QuerySet[Input] = rows(actor, chain, Input)
    return found


@dataclass
class ProductFacts:
    """Everything a reader may know of one product; rows that disagree are marked, never merged."""

    production: list[Production]
    assessments: list[Assessment]
    indicators: list[Indicator]
    parameters: list[Parameter]
    inputs: list[Input]
    dependants: list[Input]
    demands: list[Demand]
    supplies: list[Supply]
    children: list[Product]
    disagreeing: set[tuple[str, int]] = field(default_factory=set)


def product_facts(actor: Actor, chain: Chain, product: Product) -> ProductFacts:
    """The facts about one product; nine statements."""

    def of(model: type[FactRow], *related: str, **where: Any) -> list[Any]:
        return list(rows(actor, chain, model).select_related(*related, "source").filter(**where))

    facts = ProductFacts(
        production=of(Production, "organisation", product=product),
        assessments=of(Assessment, product=product),
        indicators=of(Indicator, "organisation", product=product),
        parameters=of(Parameter, "organisation", product=product),
        inputs=of(Input, "input__segment", product=product),
        dependants=of(Input, "product__segment", input=product),
        demands=of(Demand, "raised_by", product=product),
        supplies=of(Supply, "supplier", "buyer", product=product),
        children=of(Product, parent=product),
    )
    facts.assessments.sort(key=lambda row: (row.item, row.scope, row.voice, row.code))
    facts.indicators.sort(key=lambda row: (row.item, row.period, row.code))
    for found in (
        facts.production,
        facts.assessments,
        facts.indicators,
        facts.parameters,
        facts.inputs,
        facts.dependants,
    ):
        facts.disagreeing |= rules.disagreeing(found)
    return facts


def segment_indicators(actor: Actor, chain: Chain, segment: Segment) -> list[Indicator]:
    """Figures about a segment as a whole; one statement."""
    return list(rows(actor, chain, Indicator).filter(segment=segment).order_by("item", "period", "code"))


def member(actor: Actor, chain: Chain, code: str) -> Member | None:
    """One organisation of a chain, or None where it is missing or hidden; one statement."""
    found: Member | None = rows(actor, chain, Member).select_related("organisation").filter(code=code).first()
    return found


def members(actor: Actor, chain: Chain, filters: Mapping[str, str] | None = None) -> QuerySet[Member]:
    """Organisations of a chain, anchor firms first; one statement."""
    found: QuerySet[Member] = rows(actor, chain, Member)
    asked = filters or {}
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    if asked.get("q"):
        found = found.filter(search__contains=asked["q"].strip().lower())
    return found.order_by("-anchor", "kind", "code")


def member_facts(actor: Actor, chain: Chain, member: Member) -> dict[str, list[Any]]:
    """What one organisation makes, sells, buys and asks for; five statements."""
    firm = member.organisation_id

    def of(model: type[FactRow], *related: str, **where: Any) -> list[Any]:
        return list(rows(actor, chain, model).select_related(*related, "source").filter(**where))

    return {
        "production": of(Production, "product__segment", organisation=firm),
        "sold": of(Supply, "buyer", "product", supplier=firm),
        "bought": of(Supply, "supplier", "product", buyer=firm),
        "demands": of(Demand, "product", raised_by=firm),
        "indicators": of(Indicator, "product", organisation=firm),
    }


def demands(actor: Actor, chain: Chain, filters: Mapping[str, str] | None = None) -> QuerySet[Demand]:
    """The list of needs (企业需求清单) a reader may see, newest first; one statement."""
    found: QuerySet[Demand] = rows(actor, chain, Demand).select_related("raised_by", "product__segment", "source")
    asked = filters or {}
    if asked.get("segment"):
        found = found.filter(product__segment__code=asked["segment"])
    if asked.get("origin"):
        found = found.filter(present_origin=asked["origin"])
    if asked.get("open") == "unplaced":
        found = found.filter(product=None)
    if asked.get("q"):
        found = found.filter(search__contains=asked["q"].strip().lower())
    return found.order_by("-observed_on", "code")


def demand_origins(actor: Actor, chain: Chain) -> list[str]:
    """Origins that visible demands name, for the filter; one statement."""
    named = rows(actor, chain, Demand).exclude(present_origin="").order_by("present_origin")
    return list(named.values_list("present_origin", flat=True).distinct())


def sources(actor: Actor, chain: Chain) -> QuerySet[Source]:
    """Sources of a chain that may be named to this reader; one statement."""
    return Source.objects.filter(chain=chain.code, confidentiality__in=actor.visible_classes(chain.code))


def uses_of_sources(actor: Actor, chain: Chain) -> dict[int, int]:
    """How many visible rows rest on each source; nine statements."""
    found: dict[int, int] = {}
    for model in FACTS:
        for pk, n in rows(actor, chain, model).order_by().values_list("source_id").annotate(Count("pk")):
            found[pk] = found.get(pk, 0) + n
    return found


def rule_set(chain_code: str) -> RuleSet:
    """The rule set in force for a chain today: names and grouping of origins come from it; one statement."""
    choice = rulesets.in_force(chain_code, timezone.localdate())
    return _loaded(choice.pack, json.dumps(dict(choice.overrides), sort_keys=True))


@lru_cache(maxsize=8)  # reading the pack's file takes longer than the rest of a page
def _loaded(pack: str, overrides: str) -> RuleSet:
    return rulesets.Choice(pack, json.loads(overrides)).load()


def place_name(chain: Chain, rule_set: RuleSet, place: str) -> Text:
    """Name of a place or origin: the chain's own place by its name, else as the rule set says, else its code."""
    if not place:
        return Text("", "")
    if place == chain.place and chain.place_name:
        return Text(chain.place_name, chain.place_name_en or chain.place_name)
    if place[:6].isdigit():
        return Text(f"境内（{place}）", f"at home ({place})")
    return rule_set.origin_name(place)
