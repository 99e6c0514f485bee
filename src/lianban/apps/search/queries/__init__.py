"""One search over what a reader may see; whatever they may not see is neither found nor counted, nor costs them time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.parties.rules import Actor
from lianban.apps.search import rules
from lianban.apps.search.models import Indexed
from lianban.apps.search.queries import facts, places, work
from lianban.apps.search.queries.codes import Codes, codes
from lianban.apps.search.queries.hit import Hit
from lianban.kit.text import Text

__all__ = ["Codes", "Found", "Group", "Hit", "codes", "search"]

KINDS = {
    "pages": Text("页面与操作", "Pages and commands"),
    "chains": Text("产业链", "Chains"),
    "weak_points": Text("薄弱环节", "Weak points"),
    "organisations": Text("组织", "Organisations"),
    "products": Text("产品", "Products"),
    "segments": Text("环节", "Segments"),
    "demands": Text("企业需求", "Needs of firms"),
    "raised": Text("提出的需求", "Needs raised here"),
    "challenges": Text("榜单", "Challenges"),
    "projects": Text("项目", "Projects"),
    "consortia": Text("创新联合体", "Consortia"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """All hits of one kind; ``shown`` are the best of them; ``more`` says that there are others, not counted."""

    kind: str
    name: Text
    shown: list[Hit]
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave; ``behind`` are chains whose newest rows are not in the index yet."""

    groups: list[Group] = field(default_factory=list)
    behind: list[Chain] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def more(self) -> bool:
        return any(group.more for group in self.groups)


def search(actor: Actor, typed: str, *, each: int) -> Found:
    """Look for what was typed, however many rows there are; at most 15 statements, none where nothing was typed.

    Two more where chains have weak points, two more for whoever acts for an organisation.
    """
    found = rules.terms(typed)
    if not found:
        return Found()
    chains = list(atlas.visible_chains(actor))
    hits: dict[str, list[Hit]] = defaultdict(list)
    hits["pages"] = places.pages(actor, chains, found)
    hits["chains"] = [hit for chain in chains if (hit := places.chain_hit(chain, found))]
    more = facts.collect(actor, chains, found, hits)
    work.collect(actor, chains, found, hits)
    groups = [_group(kind, _once(ones), each, more=kind in more) for kind, ones in hits.items() if ones]
    order = list(KINDS)
    groups.sort(key=lambda group: (group.shown[0].fit > 1, order.index(group.kind)))
    stamps = dict(Indexed.objects.filter(chain__in=chains).values_list("chain_id", "stamp"))
    late = [chain for chain in chains if chain.stamp and stamps.get(chain.pk) != chain.stamp]
    behind = [chain for chain in late if stamps.get(chain.pk, -1) < atlas.seen_stamp(actor, chain)]
    return Found(groups, behind)


def _once(hits: Iterable[Hit]) -> list[Hit]:
    """The best hit of each address: a row may be found by several names."""
    best: dict[str, Hit] = {}
    for hit in hits:
        if hit.address not in best or hit.fit < best[hit.address].fit:
            best[hit.address] = hit
    return list(best.values())


def _group(kind: str, hits: list[Hit], each: int, *, more: bool) -> Group:
    hits.sort(key=_order)
    return Group(kind, KINDS[kind], hits[:each], len(hits), more)


def _order(hit: Hit) -> tuple[Any, ...]:
    return hit.fit, len(hit.name.zh), hit.name.zh, hit.address
