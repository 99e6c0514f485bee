"""Pages, commands and chains: what a reader may open or do, by its words."""

from collections.abc import Iterable

from django.urls import reverse

from lianban.apps.atlas.models import Chain
from lianban.apps.parties.rules import Actor
from lianban.apps.search import rules
from lianban.apps.search.queries.hit import Hit, fitting, joined, make, name_of
from lianban.kit.mechanisms import GROUPS, commands, menu
from lianban.kit.text import Text


def pages(actor: Actor, chains: Iterable[Chain], found: list[str]) -> list[Hit]:
    """Entries of the menu, commands, and the pages of each chain, as far as the reader may open them; no statement."""
    hits = []
    for entry in [*menu(), *commands()]:
        if not entry.deed or actor.may(entry.deed):
            where = GROUPS.get(entry.group, Text("", ""))
            hits.append(make(found, entry.name, reverse(entry.url), where))
    for chain in chains:
        for page in rules.CHAIN_PAGES:
            if page.deed and not actor.may(page.deed, chain.code):
                continue
            full = joined(name_of(chain), page.name)
            hits.append(make(found, full, reverse(page.url, args=[chain.code]), Text("", ""), full.zh, full.en, page.name.zh, page.name.en))  # fmt: skip
    return fitting(hits)


def chain_hit(chain: Chain, found: list[str]) -> Hit | None:
    where = Text(chain.place_name or "", chain.place_name_en or chain.place_name or "")
    names = (chain.name, chain.name_en, chain.place_name, chain.place_name_en, chain.code)
    return make(found, name_of(chain), reverse("atlas:chain", args=[chain.code]), where, *names)
