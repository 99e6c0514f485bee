"""Rows of chains: the index says which may fit, the atlas says which of them the reader may see."""

from collections import defaultdict
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from lianban.apps.atlas.models import Chain, Demand, FactRow, Member, Product, Segment
from lianban.apps.parties.models import OrganisationName
from lianban.apps.parties.rules import Actor
from lianban.apps.search import rules
from lianban.apps.search.models import KINDS, Findable
from lianban.apps.search.queries.hit import Hit, fitting, joined, make, name_of
from lianban.kit import fulltext
from lianban.kit.text import Text

READ_AT_MOST = 60  # rows of one kind at one stage; a search that finds more is told to say more
Hits = dict[str, list[Hit]]
Keys = dict[str, dict[int, set[int]]]  # rows by kind, each with the aliases it was found by


def collect(actor: Actor, chains: list[Chain], found: list[str], hits: Hits) -> set[str]:
    """Add what the chains hold; gives the kinds of which there is more. Seven statements, nine for an organisation's people."""
    by_pk = {chain.pk: chain for chain in chains}
    marks = [(chain.pk, of_class) for chain in chains for of_class in actor.visible_classes(chain.code)]
    wanted = [fulltext.Wanted(rules.asked(found, stage, marks, kind)) for kind in KINDS for stage in rules.STAGES]
    answers = fulltext.find(Findable, "tokens", wanted, most=READ_AT_MOST)
    asked = [kind for kind in KINDS for _ in rules.STAGES]
    more = {KINDS[kind] for kind, pks in zip(asked, answers, strict=True) if len(pks) == READ_AT_MOST}
    keys: Keys = {kind: defaultdict(set) for kind in KINDS}
    chains_of: dict[str, set[int]] = defaultdict(set)
    entries = Findable.objects.filter(pk__in={pk for pks in answers for pk in pks}, chain__in=by_pk)
    for kind, row, alias, chain in entries.values_list("kind", "row", "alias", "chain_id"):
        keys[kind][row].add(alias)
        chains_of[kind].add(chain)
    _add_own(actor, by_pk, keys, chains_of)

    def of(kind: str, model: type[FactRow], *related: str) -> list[Any]:
        return _seen(actor, [by_pk[pk] for pk in chains_of[kind]], model, keys[kind], *related)

    hits["products"] = fitting(_product(row, found) for row in of("p", Product, "segment"))
    hits["demands"] = fitting(_demand(row, found) for row in of("d", Demand, "raised_by"))
    members = of("o", Member)
    others = _other_names(actor, by_pk, keys["o"])
    hits["organisations"] = [hit for row in members for hit in _member(row, found, others.get(row.organisation_id, ()))]
    segments = Segment.objects.filter(pk__in=list(keys["s"]), chain__in=by_pk).select_related("chain")
    hits["segments"] = fitting(_segment(row, found) for row in segments)
    return more


def _add_own(actor: Actor, chains: dict[int, Chain], keys: Keys, chains_of: dict[str, set[int]]) -> None:
    """What is the reader's own is looked through one by one: the index has it under a class that may be narrower."""
    if not actor.organisations:
        return
    for kind, model, owner in (("o", Member, "code"), ("d", Demand, "raised_by__code")):
        rows = model._default_manager.filter(**{f"{owner}__in": actor.organisations}, chain__in=chains)
        for pk, chain in rows.values_list("pk", "chain_id"):
            keys[kind][pk].add(0)
            chains_of[kind].add(chain)


def _seen(actor: Actor, chains: list[Chain], model: type[FactRow], keys: Any, *related: str) -> list[Any]:
    """Those of some rows that the reader may see; one statement."""
    if not chains or not keys:
        return []
    seen = [
        Q(chain=chain) & model.visible(chain, actor.visible_classes(chain.code), actor.organisations)
        for chain in chains
    ]
    rows = model._default_manager.filter(reduce(or_, seen), pk__in=list(keys))
    return list(rows.select_related("chain", *related))


def _other_names(
    actor: Actor, chains: dict[int, Chain], rows: dict[int, set[int]]
) -> dict[int, list[OrganisationName]]:
    """Other names by which organisations were found, and those of the reader's own; by organisation. One statement."""
    wanted = {alias for aliases in rows.values() for alias in aliases if alias}
    if not wanted and not actor.organisations:
        return {}
    own = Q(organisation__code__in=actor.organisations)
    found: dict[int, list[OrganisationName]] = defaultdict(list)
    for name in OrganisationName.objects.filter(Q(pk__in=wanted) | own).select_related("organisation"):
        found[name.organisation_id].append(name)
    return found


def _of_chain(row: Any) -> Text:
    return name_of(row.chain)


def _product(row: Product, found: list[str]) -> Hit | None:
    where = joined(_of_chain(row), name_of(row.segment))
    address = reverse("atlas:product", args=[row.chain.code, row.code])
    names = (row.name, row.name_en, row.grade, row.application, row.code)
    return make(found, name_of(row), address, where, *names)


def _segment(row: Segment, found: list[str]) -> Hit | None:
    address = reverse("atlas:segment", args=[row.chain.code, row.code])
    return make(found, name_of(row), address, _of_chain(row), row.name, row.name_en, row.code)


def _demand(row: Demand, found: list[str]) -> Hit | None:
    where = joined(_of_chain(row), name_of(row.raised_by))
    address = f"{reverse('atlas:demands', args=[row.chain.code])}?{urlencode({'at': row.code})}#{row.code}"
    return make(found, Text(row.title, row.title), address, where, row.title, row.grade, row.code)


def _member(row: Member, found: list[str], others: Any) -> list[Hit]:
    """Found by its own names, or by another one, which is then said."""
    address, where = reverse("atlas:organisation", args=[row.chain.code, row.code]), _of_chain(row)
    own = make(
        found, name_of(row), address, where, row.name, row.name_en, row.credit_code, row.credit_code[8:17], row.code
    )
    hits = [own]
    for other in others:
        also = Text(f"{other.kind_name.zh} {other.name}", f"{other.kind_name.en} {other.name}")
        hits.append(make(found, name_of(row), address, where, other.name, other.code, also=also))
    return fitting(hits)
