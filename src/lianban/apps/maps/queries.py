"""What a map shows to one reader: products and needs they may see, with the newest diagnosis they may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np
from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Assessment, Chain, Product, Segment
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.compute import reading
from lianban.apps.diagnosis.models import Run
from lianban.apps.maps import drawing, layout
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text, say

MOST_DRAWN = 400  # more nodes than that are grouped by segment on a canvas
MOST_ON_CANVAS = 5000
BANDS = {"high": Text("高", "high"), "medium": Text("中", "medium"), "low": Text("低", "low")}
KEPT_SECONDS = 24 * 3600


@dataclass
class Map:
    """One map for one reader, in their language."""

    chain: Chain
    nodes: list[drawing.Node]
    products: list[Product]
    edges: list[tuple[int, int]]
    run: Run | None
    group: Segment | None = None
    chosen: int | None = None
    picture: drawing.Drawing | None = None
    groups: list[dict[str, Any]] = field(default_factory=list)
    canvas: dict[str, Any] | None = None
    left_out: int = 0
    words: str = ""

    @property
    def rows(self) -> list[drawing.Node]:
        """The table: the segment asked for with its neighbours where only they are drawn, else everything."""
        return [card.node for card in self.picture.cards] if self.group and self.picture else self.nodes

    @property
    def n_found(self) -> int:
        return sum(node.found for node in self.nodes)

    @property
    def drawn(self) -> bool:
        return self.picture is not None


def language() -> str:
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def map_of(actor: Actor, chain: Chain, *, node: str = "", group: str = "", words: str = "") -> Map:
    """Everything a map page needs; five statements, and one more where there is no run."""
    products = list(atlas.products(actor, chain))
    pairs = list(atlas.inputs(actor, chain).select_related(None).values_list("input_id", "product_id"))
    run = diagnosis.latest_run(chain, "nation", actor)
    index = {product.pk: i for i, product in enumerate(products)}
    edges = sorted({(index[a], index[b]) for a, b in pairs if a in index and b in index and a != b})
    found = Map(chain, _nodes(products, edges), products, edges, run, words=words)
    _tell_levels(found, actor)
    _mark(found, node, words)
    segments = list(atlas.shown_segments(chain))
    found.group = next((s for s in segments if s.code == group), None)
    found.groups = _groups(found, segments)
    which = _drawn(found)
    if which is None:
        found.canvas = _canvas(found, segments)
    else:
        found.picture = _draw(found, actor, which, segments)
    return found


def _name(thing: Any) -> str:
    return (thing.name_en if language() == "en" else "") or thing.name or thing.code


def _nodes(products: list[Product], edges: list[tuple[int, int]]) -> list[drawing.Node]:
    n = len(products)
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    needs, needed = np.bincount(ends[:, 1], minlength=n), np.bincount(ends[:, 0], minlength=n)
    kinds: dict[int, int] = {}
    for product in products:
        if product.parent_id:
            kinds[product.parent_id] = kinds.get(product.parent_id, 0) + 1
    return [
        drawing.Node(
            code=product.code,
            name=_name(product),
            segment=_name(product.segment),
            parent_of=kinds.get(product.pk, 0),
            final=product.final,
            n_inputs=int(needs[i]),
            n_dependants=int(needed[i]),
        )
        for i, product in enumerate(products)
    ]


def _tell_levels(found: Map, actor: Actor) -> None:
    """Levels and losses of the newest run; without one, levels that visible statements agree on."""
    if found.run is not None:
        points = {point["code"]: point for point in reading.points(found.run.result)}
        for node in found.nodes:
            point = points.get(node.code, {})
            node.level, node.loss = point.get("level"), point.get("loss_cut")
            node.loss_stop, node.inferred = point.get("loss_stop"), bool(point.get("inferred"))
            if found.run.result.get("judgement_only") and point.get("band"):
                node.band = say(BANDS[point["band"]], language())
        return
    stated = stated_levels(actor, found.chain)
    for node in found.nodes:
        if node.code in stated:
            node.level, node.level_stated = stated[node.code], True


def stated_levels(actor: Actor, chain: Chain) -> dict[str, str]:
    """Level of a product where all visible statements about the whole country agree; one statement."""
    said: dict[str, set[str]] = {}
    rows = atlas.rows(actor, chain, Assessment).filter(item="level", scope__in=["", chain.home])
    for code, value in rows.select_related(None).values_list("product__code", "value"):
        said.setdefault(code, set()).add(value)
    return {code: next(iter(values)) for code, values in said.items() if len(values) == 1}


def _mark(found: Map, node: str, words: str) -> None:
    """Mark the node asked for with all that is upstream and downstream of it, and what a search finds."""
    if words:
        wanted = words.strip().lower()
        for one, product in zip(found.nodes, found.products, strict=True):
            one.found = wanted in product.search
    found.chosen = next((i for i, one in enumerate(found.nodes) if one.code == node), None) if node else None
    if found.chosen is None:
        return
    source, target = _ends(found.edges)
    up, down = layout.reach(len(found.nodes), source, target, found.chosen)
    for i in np.flatnonzero(up | down):
        found.nodes[i].on_path = True
    found.nodes[found.chosen].chosen = True


def _ends(edges: list[tuple[int, int]]) -> tuple[layout.Ints, layout.Ints]:
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


def _drawn(found: Map) -> list[int] | None:
    """Which nodes the server draws: all where they are few, one segment with its neighbours where asked for, else none."""
    n = len(found.nodes)
    if found.group is None:
        return list(range(n)) if n <= MOST_DRAWN else None
    inside = [i for i, product in enumerate(found.products) if product.segment_id == found.group.pk]
    inside.sort(key=lambda i: (-(found.nodes[i].loss or 0.0), found.nodes[i].code))
    found.left_out = max(len(inside) - MOST_DRAWN, 0)
    chosen = set(inside[:MOST_DRAWN])
    for a, b in found.edges:
        for one, other in ((a, b), (b, a)):
            if one in chosen and found.products[one].segment_id == found.group.pk and len(chosen) < MOST_DRAWN:
                chosen.add(other)
    return sorted(chosen)


def _draw(found: Map, actor: Actor, which: list[int], segments: list[Segment]) -> drawing.Drawing:
    place = {i: k for k, i in enumerate(which)}
    edges = [(place[a], place[b]) for a, b in found.edges if a in place and b in place]
    stage = np.array([found.products[i].segment.stage for i in which], dtype=np.int64)
    key = _key(found, actor, which)
    placed = cache.get(key)
    if placed is None:
        placed = layout.arrange(stage, *_ends(edges))
        cache.set(key, placed, KEPT_SECONDS)
    columns: dict[int, int] = {}
    for at, column in zip(stage.tolist(), placed.column.tolist(), strict=True):
        columns[at] = min(
            column, columns.get(at, column)
        )  # a tall stage has several columns: its name stands on the first
    headings: dict[int, str] = {}
    for segment in segments:
        if segment.stage in columns:
            before = headings.get(columns[segment.stage])
            headings[columns[segment.stage]] = f"{before} / {_name(segment)}" if before else _name(segment)
    nodes = [found.nodes[i] for i in which]
    titles = [_title(node) for node in nodes]
    return drawing.draw(placed, nodes, edges, headings, titles, "?", _("类"))


def _key(found: Map, actor: Actor, which: list[int]) -> str:
    """A layout holds for one state of the data and one set of classes; readers of a class share it."""
    classes = "-".join(actor.visible_classes(found.chain.code))
    drawn = crc32(np.array(which, dtype=np.int64).tobytes())  # which nodes of a segment are drawn depends on the run
    return f"maps.layout:{found.chain.pk}:{found.chain.stamp}:{classes}:{drawn}"


def _title(node: drawing.Node) -> str:
    """What a card says when it is read out or pointed at."""
    loss = _("断供损失 %(n)s %%") % {"n": f"{node.loss * 100:.1f}"} if node.loss is not None else _("断供损失未知")
    level = _("下有 %(n)s 个产品") % {"n": node.parent_of} if node.parent_of else node.level or _("国内水平未知")
    return _("%(name)s，%(segment)s，%(level)s，%(loss)s") % {
        "name": node.name,
        "segment": node.segment,
        "level": level,
        "loss": loss,
    }


def _groups(found: Map, segments: list[Segment]) -> list[dict[str, Any]]:
    """Segments with how many products they hold and the largest loss among them."""
    inside: dict[int, list[int]] = {}
    for i, product in enumerate(found.products):
        inside.setdefault(product.segment_id, []).append(i)
    return [
        {
            "segment": segment,
            "code": segment.code,
            "name": _name(segment),
            "stage": segment.stage,
            "n": len(inside.get(segment.pk, [])),
            "loss": max((found.nodes[i].loss or 0.0 for i in inside.get(segment.pk, [])), default=None),
        }
        for segment in segments
    ]


def _canvas(found: Map, segments: list[Segment]) -> dict[str, Any]:
    """What the canvas draws: groups by stage, a dot for each product, and how many needs run between groups."""
    number = {segment.pk: k for k, segment in enumerate(segments)}
    kept = sorted(range(len(found.nodes)), key=lambda i: (-(found.nodes[i].loss or 0.0), found.nodes[i].code))
    found.left_out = max(len(kept) - MOST_ON_CANVAS, 0)
    between: dict[tuple[int, int], int] = {}
    for a, b in found.edges:
        pair = (number[found.products[a].segment_id], number[found.products[b].segment_id])
        if pair[0] != pair[1]:
            between[pair] = between.get(pair, 0) + 1
    return {
        "groups": [{k: g[k] for k in ("code", "name", "stage", "n")} for g in found.groups],
        "nodes": [
            [number[found.products[i].segment_id], found.nodes[i].level or "", round(found.nodes[i].loss or 0.0, 4)]
            for i in kept[:MOST_ON_CANVAS]
        ],
        "edges": [[a, b, n] for (a, b), n in sorted(between.items())],
        "looks": {level: [look.fill, look.stroke] for level, look in drawing.LOOKS.items()},
    }


def panel(actor: Actor, found: Map) -> dict[str, Any] | None:
    """What stands beside the map for the node asked for; nine statements. None where no node is asked for."""
    if found.chosen is None:
        return None
    product, node = found.products[found.chosen], found.nodes[found.chosen]
    facts = atlas.product_facts(actor, found.chain, product)
    source, target = _ends(found.edges)
    up, down = layout.reach(len(found.nodes), source, target, found.chosen)
    point: Mapping[str, Any] = (reading.point(found.run.result, node.code) or {}) if found.run else {}
    rows = [*facts.production, *facts.assessments, *facts.indicators]
    names_firms = not point or actor.may("atlas.see_firms", found.chain.code)
    return {
        "product": product,
        "node": node,
        "facts": facts,
        "point": point,
        "n_upstream": int(up.sum()) - 1,
        "n_downstream": int(down.sum()) - 1,
        "n_facts": len(rows),
        "sources": shown_sources(actor, found.chain, rows),
        # Beside a weak point the public sees products and origins, not firms.
        "names_firms": names_firms,
        "solvers": [s for s in point.get("solvers", []) if names_firms],
        "reason": say(point["reason"], language()) if point.get("reason") else "",
    }


def shown_sources(actor: Actor, chain: Chain, rows: list[Any]) -> list[dict[str, Any]]:
    """The sources of some rows, each once, newest first; those that may not be named are left out."""
    newest: dict[int, Any] = {}
    for row in rows:
        if actor.may_see(row.source.confidentiality, chain.code):
            kept = newest.get(row.source_id)
            if kept is None or kept.observed_on < row.observed_on:
                newest[row.source_id] = row
    ordered = sorted(newest.values(), key=lambda row: (row.observed_on, row.code), reverse=True)
    return [{"source": row.source, "observed_on": row.observed_on} for row in ordered]
