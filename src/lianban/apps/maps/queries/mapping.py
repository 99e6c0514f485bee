"""What a map shows to one reader: products and needs they may see, with the newest diagnosis they may see."""

from dataclasses import dataclass, field
from itertools import pairwise
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
from lianban.apps.maps.rules import LEVELS, NOTHING, Asked, toggled
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
    asked: Asked = NOTHING
    group: Segment | None = None
    chosen: int | None = None
    goal: int | None = None
    way: list[int] = field(default_factory=list)  # one shortest way between the two nodes asked for
    n_between: int = 0
    backwards: bool = False  # the way runs from the second node to the first
    picture: drawing.Drawing | None = None
    groups: list[dict[str, Any]] = field(default_factory=list)
    canvas: dict[str, Any] | None = None
    left_out: int = 0
    shown: list[int] = field(default_factory=list)

    @property
    def words(self) -> str:
        return self.asked.words

    @property
    def rows(self) -> list[drawing.Node]:
        """The table, in step with the picture: what the map shows and the legend lets through, folded segments unfolded."""
        return [self.nodes[i] for i in self.shown if not self.nodes[i].dim]

    @property
    def n_found(self) -> int:
        return sum(node.found for node in self.nodes)

    @property
    def large(self) -> bool:
        """Whether there is more than the server draws one by one, so that segments come folded."""
        return len(self.shown) > MOST_DRAWN

    @property
    def drawn(self) -> bool:
        return self.picture is not None

    @property
    def way_nodes(self) -> list[drawing.Node]:
        return [self.nodes[i] for i in self.way]

    @property
    def goal_node(self) -> drawing.Node | None:
        return None if self.goal is None else self.nodes[self.goal]

    @property
    def legend(self) -> list[tuple[str, bool, str, int]]:
        """Every level: whether it is shown, the choice a press makes, how many products have it."""
        counts = dict.fromkeys(LEVELS, 0)
        for i in self.shown:
            if not self.nodes[i].parent_of:
                counts[self.nodes[i].level or "unknown"] += 1
        chosen = self.asked.levels
        return [(level, not chosen or level in chosen, toggled(chosen, level), counts[level]) for level in LEVELS]


def language() -> str:
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def map_of(actor: Actor, chain: Chain, asked: Asked = NOTHING, *, whole: bool = False) -> Map:
    """Everything a map page needs; five statements, and one more where there is no run.

    ``whole`` draws the segments of a large chain as cards (for a file) instead of giving them to the canvas.
    """
    segments = list(atlas.shown_segments(chain))
    products = _products(actor, chain, segments)
    pairs = list(atlas.inputs(actor, chain).select_related(None).values_list("input_id", "product_id"))
    run = diagnosis.latest_run(chain, "nation", actor)
    index = {product.pk: i for i, product in enumerate(products)}
    edges = sorted({(index[a], index[b]) for a, b in pairs if a in index and b in index and a != b})
    found = Map(chain, _nodes(products, edges), products, edges, run, asked)
    _tell_levels(found, actor)
    _mark(found)
    found.group = next((s for s in segments if s.code == asked.group), None)
    found.groups = _groups(found, segments)
    _keep(found)
    folded = _folded(found, segments)
    if found.large and not asked.open and not whole:
        found.canvas = _canvas(found, segments)
    else:
        found.picture = _draw(found, actor, segments, folded)
    return found


def _products(actor: Actor, chain: Chain, segments: list[Segment]) -> list[Product]:
    """What a map needs of each product: no source, no parent, one object for each segment."""
    rows = atlas.products(actor, chain).select_related(None).defer("description", "description_en", "note")
    found, known = list(rows), {segment.pk: segment for segment in segments}
    for product in found:
        product.segment = known[product.segment_id]
    return found


def _folded(found: Map, segments: list[Segment]) -> set[int]:
    """Segments drawn as one card: those a reader shut; in a large chain all that they did not open."""
    if found.group is not None:
        return set()
    if found.large:
        folded = {s.pk for s in segments if s.code not in found.asked.open}
    else:
        folded = {s.pk for s in segments if s.code in found.asked.shut}
    for group in found.groups:
        group["folded"] = group["segment"].pk in folded
    return folded


def _keep(found: Map) -> None:
    """Which products the map shows: all, those on the path, or one segment with its neighbours."""
    found.shown = list(range(len(found.nodes)))
    if found.asked.only and found.chosen is not None:
        found.shown = [i for i in found.shown if found.nodes[i].on_path]
    if found.group is not None:
        found.shown = _around(found)


def name_of(thing: Any) -> str:
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
            name=name_of(product),
            segment=name_of(product.segment),
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


def _mark(found: Map) -> None:
    """Mark the node asked for with what is up and down of it or between it and another, what a search finds, what is dim."""
    asked, code = found.asked, {node.code: i for i, node in enumerate(found.nodes)}
    wanted = asked.words.strip().lower()
    for one, product in zip(found.nodes, found.products, strict=True):
        one.found = bool(wanted) and wanted in product.search
        one.dim = not asked.passes(one.level)
    found.chosen, found.goal = code.get(asked.node), code.get(asked.to)
    if found.chosen is None:
        found.goal = None
        return
    on_path = _between(found) if found.goal is not None else _reached(found)
    for i in np.flatnonzero(on_path):
        found.nodes[i].on_path = True
    found.nodes[found.chosen].chosen = True


def _reached(found: Map) -> Any:
    """Everything so many steps up and down of the node asked for."""
    up, down = layout.steps(len(found.nodes), *ends_of(found.edges), found.chosen or 0)
    most_up, most_down = (np.inf if depth is None else depth for depth in (found.asked.up, found.asked.down))
    return (np.isfinite(up) & (up <= most_up)) | (np.isfinite(down) & (down <= most_down))


def _between(found: Map) -> Any:
    """What lies on any way between the two nodes asked for, in whichever direction there is one."""
    start, goal = found.chosen or 0, found.goal or 0
    for one, other in ((start, goal), (goal, start)):
        found.way, inside = layout.between(len(found.nodes), *ends_of(found.edges), one, other)
        if found.way:
            found.backwards, found.n_between = one != start, int(inside.sum())
            return inside
    nothing = np.zeros(len(found.nodes), dtype=bool)
    nothing[[start, goal]] = True
    return nothing


def ends_of(edges: list[tuple[int, int]]) -> tuple[layout.Ints, layout.Ints]:
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


def _around(found: Map) -> list[int]:
    """One segment with its neighbours, the worst first where there are too many."""
    group = found.group.pk if found.group else 0
    inside = [i for i in found.shown if found.products[i].segment_id == group]
    inside.sort(key=lambda i: (-(found.nodes[i].loss or 0.0), found.nodes[i].code))
    found.left_out = max(len(inside) - MOST_DRAWN, 0)
    chosen, allowed = set(inside[:MOST_DRAWN]), set(found.shown)
    for a, b in found.edges:
        for one, other in ((a, b), (b, a)):
            if (
                one in chosen
                and other in allowed
                and found.products[one].segment_id == group
                and len(chosen) < MOST_DRAWN
            ):
                chosen.add(other)
    return sorted(chosen)


def _draw(found: Map, actor: Actor, segments: list[Segment], folded: set[int]) -> drawing.Drawing:
    """Cards of products, and one for each folded segment."""
    single = [i for i in found.shown if found.products[i].segment_id not in folded]
    if len(single) > MOST_DRAWN:
        single.sort(key=lambda i: (-(found.nodes[i].loss or 0.0), found.nodes[i].code))
        found.left_out, single = len(single) - MOST_DRAWN, sorted(single[:MOST_DRAWN])
    place = {i: k for k, i in enumerate(single)}
    nodes, stage = [found.nodes[i] for i in single], [found.products[i].segment.stage for i in single]
    inside: dict[int, list[int]] = {}
    for i in found.shown:
        if found.products[i].segment_id in folded:
            inside.setdefault(found.products[i].segment_id, []).append(i)
    for segment in segments:
        if segment.pk in inside:
            place |= dict.fromkeys(inside[segment.pk], len(nodes))
            nodes.append(_card_of(segment, [found.nodes[i] for i in inside[segment.pk]]))
            stage.append(segment.stage)
    edges = sorted(
        {(place[a], place[b]) for a, b in found.edges if a in place and b in place} - {(k, k) for k in place.values()}
    )
    way = None
    if found.goal is not None:
        way = frozenset((place[a], place[b]) for a, b in pairwise(found.way) if a in place and b in place)
    return drawn(_placed(found, actor, nodes, stage, edges), nodes, stage, edges, segments, way=way)


def _card_of(segment: Segment, inside: list[drawing.Node]) -> drawing.Node:
    """A folded segment as one card: the largest loss inside, and how many products."""
    return drawing.Node(
        code=segment.code,
        name=name_of(segment),
        segment=name_of(segment),
        loss=max((node.loss for node in inside if node.loss is not None), default=None),
        members=len(inside),
        on_path=any(node.on_path for node in inside),
        found=any(node.found for node in inside),
        chosen=False,
    )


def _placed(found: Map, actor: Actor, nodes: list[drawing.Node], stage: list[int], edges: list[tuple[int, int]]) -> Any:
    """The layout holds for one state of the data, one set of classes and one set of cards; readers of a class share it."""
    classes = "-".join(actor.visible_classes(found.chain.code))
    cards = crc32("\n".join(f"{node.members and 1}{node.code}" for node in nodes).encode())
    key = f"maps.layout:{found.chain.pk}:{found.chain.stamp}:{classes}:{cards}"
    placed = cache.get(key)
    if placed is None:
        placed = layout.arrange(np.array(stage, dtype=np.int64), *ends_of(edges))
        cache.set(key, placed, KEPT_SECONDS)
    return placed


def drawn(
    placed: layout.Layout, nodes: list[drawing.Node], stages: list[int], edges: list[tuple[int, int]],
    segments: list[Segment], **more: Any,
) -> drawing.Drawing:  # fmt: skip
    """Shapes in places; a tall stage has several columns, and its name stands on the first."""
    columns: dict[int, int] = {}
    for at, column in zip(stages, placed.column.tolist(), strict=True):
        columns[at] = min(column, columns.get(at, column))
    headings: dict[int, str] = {}
    for segment in segments:
        if segment.stage in columns:
            before = headings.get(columns[segment.stage])
            headings[columns[segment.stage]] = f"{before} / {name_of(segment)}" if before else name_of(segment)
    titles = [_title(node) for node in nodes]
    return drawing.draw(placed, nodes, edges, headings, titles, "?", _("类"), **more)


def _title(node: drawing.Node) -> str:
    """What a card says when it is read out or pointed at."""
    if node.members:
        return _("环节 %(name)s，收起的 %(n)s 个产品；点开展开") % {"name": node.name, "n": node.members}
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
            "name": name_of(segment),
            "stage": segment.stage,
            "folded": False,
            "n": len(inside.get(segment.pk, [])),
            "loss": max((found.nodes[i].loss or 0.0 for i in inside.get(segment.pk, [])), default=None),
        }
        for segment in segments
    ]


def _canvas(found: Map, segments: list[Segment]) -> dict[str, Any]:
    """What the canvas draws: groups by stage, a dot for each product, and how many needs run between groups."""
    number = {segment.pk: k for k, segment in enumerate(segments)}
    kept = sorted(found.shown, key=lambda i: (-(found.nodes[i].loss or 0.0), found.nodes[i].code))
    found.left_out = max(len(kept) - MOST_ON_CANVAS, 0)
    between: dict[tuple[int, int], int] = {}
    for a, b in found.edges:
        pair = (number[found.products[a].segment_id], number[found.products[b].segment_id])
        if pair[0] != pair[1]:
            between[pair] = between.get(pair, 0) + 1
    return {
        "groups": [{k: g[k] for k in ("code", "name", "stage", "n")} for g in found.groups],
        "nodes": [
            [
                number[found.products[i].segment_id],
                found.nodes[i].level or "",
                round(found.nodes[i].loss or 0.0, 4),
                _light(found.nodes[i]),
            ]
            for i in kept[:MOST_ON_CANVAS]
        ],
        "edges": [[a, b, n] for (a, b), n in sorted(between.items())],
        "looks": {level: [look.fill, look.stroke] for level, look in drawing.LOOKS.items()},
    }


def _light(node: drawing.Node) -> int:
    """How a dot stands out: 2 on the path or found, 1 as usual, 0 left out by the legend."""
    return 0 if node.dim else 2 if node.on_path or node.found else 1
