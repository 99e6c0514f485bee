"""Two states of one chain side by side: two days, two runs of the diagnosis, or two scenarios."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.compute import reading
from lianban.apps.diagnosis.rules import runs_inline
from lianban.apps.maps import compute, drawing, layout
from lianban.apps.maps.queries.mapping import MOST_DRAWN, drawn, ends_of, language
from lianban.apps.maps.rules import ADDED, CHANGED, REMOVED, Difference, Rows, differences
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal
from lianban.kit.text import Text, say

RUN_COLUMNS = ("level", "kind", "loss_cut", "loss_stop", "route")
COLUMN_NAMES = {
    "level": Text("国内水平", "Level at home"),
    "kind": Text("类型", "Kind"),
    "loss_cut": Text("断供损失（0–1）", "Loss if the largest origin is cut (0-1)"),
    "loss_stop": Text("停供损失（0–1）", "Loss if all supply stops (0-1)"),
    "loss": Text("该情景下的损失（0–1）", "Loss under the scenario (0-1)"),
    "severity": Text("严重度", "Severity"),
    "route": Text("路径", "Route"),
}
MOST_OF_ONE_KIND = 60  # runs and days offered: newest first
EVENTS = {ADDED: Text("新增", "added"), REMOVED: Text("去掉", "removed"), CHANGED: Text("改变", "changed")}


@dataclass(frozen=True, slots=True)
class Side:
    """A state that can be compared: its key in the address (``day:12``), its name, its class."""

    key: str
    name: Text
    confidentiality: str = "office"

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Row:
    """One cell that differs, or one row that came or went."""

    table: Text
    code: str
    name: str
    event: str
    column: Text
    before: Any
    after: Any
    product: str = ""

    @property
    def event_name(self) -> Text:
        return EVENTS[self.event]


@dataclass
class Comparison:
    """What was added, removed and changed from one side to the other."""

    before: Side
    after: Side
    rows: list[Row] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    picture: drawing.Drawing | None = None
    n_nodes: int = 0
    confidentiality: str = "office"
    told: list[Text] = field(default_factory=list)


def sides(actor: Actor, chain: Chain) -> list[Side]:
    """Every state this reader may compare; four statements.

    Days are for those who may read the changes (a fact that was open once may be hidden now); runs and scenarios are
    for those who may see their class.
    """
    found = []
    if actor.may("atlas.see_changes", chain.code):
        for day, stamp in atlas.dates(chain)[:MOST_OF_ONE_KIND]:
            words = (f"{day:%Y-%m-%d} 的数据（第 {stamp} 版）", f"data of {day:%Y-%m-%d} (version {stamp})")
            found.append(Side(f"day:{stamp}", Text(*words), "private"))
    if not actor.may("diagnosis.see", chain.code):
        return found
    for run in diagnosis.runs(chain, actor)[:MOST_OF_ONE_KIND]:
        words = (
            f"第 {run.number} 次诊断（{run.finished_at:%Y-%m-%d}）",
            f"diagnosis {run.number} ({run.finished_at:%Y-%m-%d})",
        )
        found.append(Side(f"run:{run.number}", Text(*words), run.confidentiality))
    few = runs_inline(atlas.products(actor, chain).count(), 1)  # a scenario of a large chain takes too long for a page
    if few and actor.may("diagnosis.what_if", chain.code):
        for one in diagnosis.kept_sets(chain, actor):
            for place, scenario in enumerate(one.scenarios):
                name = scenario["name"]
                words = (f"情景：{one.name.zh} · {name['zh']}", f"scenario: {one.name.en} · {name['en'] or name['zh']}")
                found.append(
                    Side(f"scenario:{one.key}.{place}", Text(*words), one.row.confidentiality if one.row else "office")
                )
    return found


def compare(actor: Actor, chain: Chain, before: Side, after: Side) -> Comparison:
    """Compare two sides of one kind; some 30 statements for days, three for runs."""
    made = {"day": _days, "run": _runs, "scenario": _scenarios}[before.kind](actor, chain, before, after)
    made.counts = {event: sum(row.event == event for row in made.rows) for event in EVENTS}
    return made


def _days(actor: Actor, chain: Chain, before: Side, after: Side) -> Comparison:
    made, states = Comparison(before, after, confidentiality="private"), []
    for side in (before, after):
        package = atlas.as_of(chain, int(side.key.partition(":")[2]), actor.visible_classes(chain.code))
        if package is None:
            return made
        states.append(compute.rows_of(package))
    old, new = states
    for table in compute.COMPARED:
        names = _names(table, old, new)
        for one in differences(old[table], new[table]):
            made.rows += _rows(table, one, names, old, new)
    products = {one.code: one.kind for one in differences(old["products"], new["products"])}
    for table in ("production", "assessments", "parameters", "indicators"):  # a fact about a product changes it
        for one in differences(old[table], new[table]):
            row = new[table].get(one.code) or old[table][one.code]
            if row.get("product"):
                products.setdefault(str(row["product"]), CHANGED)
    edges = [{(row["input"], row["product"]) for row in state["inputs"].values()} for state in states]
    segments = {**old["segments"], **new["segments"]}
    nodes = {code: _node(row, segments) for code, row in {**old["products"], **new["products"]}.items()}
    _draw(made, chain, nodes, products, edges[0], edges[1])
    return made


def _node(row: Mapping[str, Any], segments: Rows) -> tuple[str, str, int]:
    segment = segments.get(str(row["segment"]), {})
    return _said(row), _said(segment) or str(row["segment"]), int(segment.get("stage") or 0)


def _said(row: Mapping[str, Any]) -> str:
    return str((row.get("name_en") if language() == "en" else "") or row.get("name") or row.get("code") or "")


def _names(table: str, *states: Mapping[str, Rows]) -> dict[str, str]:
    """What a row is called: by its name, else by what it points at."""
    things: dict[str, str] = {}
    for state in states:
        for known in ("products", "organisations"):
            things |= {code: _said(row) for code, row in state[known].items()}
    found = {}
    for state in states:
        for code, row in state[table].items():
            parts = [row.get(name) for name in ("product", "input", "organisation", "supplier", "buyer", "raised_by")]
            found[code] = (row.get("title") or _said(row)) if row.get("name") or row.get("title") else " · ".join(
                things.get(str(part), str(part)) for part in parts if part
            )  # fmt: skip
    return found


def _rows(
    table: str, one: Difference, names: Mapping[str, str], old: Mapping[str, Rows], new: Mapping[str, Rows]
) -> list[Row]:
    at = new[table].get(one.code) or old[table][one.code]
    product = one.code if table == "products" else str(at.get("product") or "")
    head = (compute.table_name(table), one.code, names.get(one.code, one.code), one.kind)
    if one.kind != CHANGED:
        return [Row(*head, Text("整行", "whole row"), None, None, product)]
    return [
        Row(
            *head,
            compute.heading(table, column),
            compute.cell(table, column, b),
            compute.cell(table, column, a),
            product,
        )
        for column, (b, a) in one.cells.items()
    ]


def _runs(actor: Actor, chain: Chain, before: Side, after: Side) -> Comparison:
    made, states = Comparison(before, after), []
    names: dict[str, str] = {}
    for side in (before, after):
        run = diagnosis.run(chain, int(side.key.partition(":")[2]), actor)
        points = {point["code"]: point for point in reading.points(run.result)} if run else {}
        states.append(points)
        names |= {code: say(point["name"], language()) if point.get("name") else code for code, point in points.items()}
    made.confidentiality = max((before.confidentiality, after.confidentiality), key=_width)
    found = differences(states[0], states[1], RUN_COLUMNS)
    made.rows = [row for one in found for row in _of_products(one, names)]
    _draw_now(made, actor, chain, names, {one.code: one.kind for one in found})
    return made


def _scenarios(actor: Actor, chain: Chain, before: Side, after: Side) -> Comparison:
    """What each scenario does to the chain as it is now: a product that neither touches is the same in both."""
    made, states = Comparison(before, after), []
    names: dict[str, str] = {}
    bases: dict[str, dict[str, Any]] = {}
    kept = {
        f"scenario:{one.key}.{i}": s for one in diagnosis.kept_sets(chain, actor) for i, s in enumerate(one.scenarios)
    }
    rules, classes = atlas.rule_set(chain.code), tuple(actor.visible_classes(chain.code))
    for side in (before, after):
        result, refusals = compute.scenario(chain, kept[side.key]["asked"], classes, rules)
        if result is None:
            made.refusals = refusals
            return made
        state: dict[str, dict[str, Any]] = {}
        for one in result["changes"]:
            names[one["code"]] = say(one["name"], language())
            bases[one["code"]], state[one["code"]] = dict(one["before"]), dict(one["after"])
        outcome = result["outcome"]
        for one in (outcome or {}).get("by_final", ()):
            names[one["code"]] = say(one["name"], language())
            state.setdefault(one["code"], {})["loss"] = one["loss"]
        states.append(state)
        if outcome and outcome["loss"] is not None:
            made.told.append(
                Text(
                    f"{side.name.zh}：全链损失 {outcome['loss']:.1%}",
                    f"{side.name.en}: loss of the chain {outcome['loss']:.1%}",
                )
            )
    whole = [{code: {**bases.get(code, {}), **state.get(code, {})} for code in names} for state in states]
    found = differences(whole[0], whole[1])
    made.rows = [row for one in found for row in _of_products(one, names)]
    made.confidentiality = classes[-1]
    _draw_now(made, actor, chain, names, {one.code: one.kind for one in found})
    return made


def _width(of_class: str) -> int:
    return ("open", "chain", "office", "private").index(of_class)


def _of_products(one: Difference, names: Mapping[str, str]) -> Iterable[Row]:
    head = (Text("产品", "Product"), one.code, names.get(one.code, one.code), one.kind)
    if one.kind != CHANGED:
        yield Row(*head, Text("整行", "whole row"), None, None, one.code)
    for column, (before, after) in one.cells.items():
        yield Row(*head, COLUMN_NAMES.get(column, Text(column, column)), before, after, one.code)


def _draw_now(made: Comparison, actor: Actor, chain: Chain, names: Mapping[str, str], marks: Mapping[str, str]) -> None:
    """The picture of two runs or scenarios stands on the needs as they are now."""
    products = list(atlas.products(actor, chain))
    nodes = {p.code: (_named(p), _named(p.segment), p.segment.stage) for p in products}
    nodes |= {code: (names[code], "", 0) for code in marks if code not in nodes and code in names}
    code = {p.pk: p.code for p in products}
    pairs = atlas.inputs(actor, chain).select_related(None).values_list("input_id", "product_id")
    edges = {(code[a], code[b]) for a, b in pairs if a in code and b in code}
    _draw(made, chain, nodes, marks, edges, edges)


def _named(thing: Any) -> str:
    return str((thing.name_en if language() == "en" else "") or thing.name)


Pairs = set[tuple[Any, Any]]


def _draw(
    made: Comparison,
    chain: Chain,
    nodes: Mapping[str, tuple[str, str, int]],
    marks: Mapping[str, str],
    before: Pairs,
    after: Pairs,
) -> None:
    """Both states in one picture; of a large chain what differs, with its neighbours."""
    pairs = {(a, b) for a, b in before | after if a in nodes and b in nodes and a != b}
    shown = sorted(nodes)
    if len(shown) > MOST_DRAWN:
        near = {code for pair in pairs for code in pair if set(pair) & marks.keys()}
        moved = {code for pair in (before ^ after) & pairs for code in pair}
        shown = sorted((marks.keys() | moved) & nodes.keys())[:MOST_DRAWN]
        shown = sorted([*shown, *sorted(near - set(shown))[: MOST_DRAWN - len(shown)]])
    made.n_nodes = len(shown)
    if not shown:
        return
    place = {code: i for i, code in enumerate(shown)}
    edges = sorted((place[a], place[b]) for a, b in pairs if a in place and b in place)
    event = {
        (place[a], place[b]): ADDED if (a, b) in after else REMOVED
        for a, b in (before ^ after) & pairs if a in place and b in place
    }  # fmt: skip
    cards = [
        drawing.Node(code, nodes[code][0], nodes[code][1], change=marks.get(code, ""), level=None) for code in shown
    ]
    stages = [nodes[code][2] for code in shown]
    placed = layout.arrange(np.array(stages, dtype=np.int64), *ends_of(edges))
    made.picture = drawn(placed, cards, stages, edges, list(atlas.shown_segments(chain)), changes=event)
    for card in made.picture.cards:  # what is compared is what changed: a card says that, and nothing of its level
        said = [card.node.name, card.node.segment, say(EVENTS[card.node.change], language()) if card.mark else ""]
        card.letter, card.title = card.mark, " · ".join(filter(None, said))
