"""From places to shapes: cards, edges and headings of a map in user units; a template writes them as SVG.

Only attributes, no style: the page forbids inline style, and the same drawing must stand alone as a file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lianban.apps.maps.layout import Layout

CARD_W, CARD_H, ROW = 158, 54, 68
TOP, LEFT, FOOT = 46, 14, 18
BAR_X, BAR_W = 40, 62
LEVEL_W = 30
INK, INK_2, LINE = "#18222d", "#4a5765", "#c3ccd5"


@dataclass(frozen=True, slots=True)
class Look:
    """How a level looks: fill and border of its box, and its letters; never by colour alone."""

    fill: str
    stroke: str
    ink: str
    dash: str = ""


# The hues of the design tokens; blank is hollow and dashed, unknown is hollow and dotted.
LOOKS = {
    "L0": Look("#ffffff", "#a8321e", "#a8321e", "4 3"),
    "L1": Look("#ffffff", "#b24413", "#b24413"),
    "L2": Look("#8f5a00", "#8f5a00", "#ffffff"),
    "L3": Look("#566b77", "#566b77", "#ffffff"),
    "L4": Look("#23706a", "#23706a", "#ffffff"),
    "L5": Look("#1f4f8f", "#1f4f8f", "#ffffff"),
}
UNKNOWN = Look("#ffffff", "#5f6b78", "#4a5765", "1.5 3")


@dataclass
class Node:
    """One product as the map shows it; what is None is unknown."""

    code: str
    name: str
    segment: str
    level: str | None = None
    loss: float | None = None
    loss_stop: float | None = None
    inferred: bool = False
    band: str = ""  # 高, 中 or 低: said first where nothing but stated levels is known
    parent_of: int = 0  # how many kinds stand below it: a parent has a distribution, never one letter
    final: bool = False
    n_inputs: int = 0
    n_dependants: int = 0
    on_path: bool = False
    chosen: bool = False
    found: bool = False
    level_stated: bool = False
    members: int = 0  # a segment drawn as one card stands for so many products
    dim: bool = False  # the legend leaves its level out
    change: str = ""  # added, removed or changed, where two states are compared


MARKS = {"added": "+", "removed": "−", "changed": "±"}  # a sign, not only a colour
TINTS = {"added": "#1c6b3a", "removed": "#a8321e", "changed": "#7a4a00"}


@dataclass
class Card:
    """One node with its place."""

    node: Node
    x: float
    y: float
    lines: list[tuple[float, str]]
    letter: str
    look: Look
    bar: float
    title: str

    @property
    def stroke(self) -> str:
        if self.node.change:
            return TINTS[self.node.change]
        return self.look.stroke if self.node.on_path or self.node.found else "#c9d1d9"

    @property
    def mark(self) -> str:
        return MARKS.get(self.node.change, "")


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge as a path; ``on_path`` stands out."""

    path: str
    on_path: bool
    title: str = ""
    change: str = ""

    @property
    def tint(self) -> str:
        return TINTS.get(self.change, "#c9d2da")


@dataclass
class Drawing:
    """A whole map, ready to be written."""

    width: float
    height: float
    cards: list[Card]
    edges: list[Edge]
    headings: list[tuple[float, str, str]] = field(default_factory=list)
    n_columns: int = 0
    full_bar: float = 0.0


def width_of(text: str) -> float:
    """Width in ems: a Chinese character is one, a Latin letter about half."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.53 for c in text)


def wrap(name: str, ems: float = 9.4) -> list[str]:
    """Break a name into at most two lines; what does not fit ends with an ellipsis (the title has it whole)."""
    if width_of(name) <= ems:
        return [name]
    first, rest = _break(name, ems)
    if width_of(rest) <= ems:
        return [first, rest]
    while rest and width_of(rest) > ems - 1:
        rest = rest[:-1]
    return [first, rest.rstrip() + "…"]


def _break(name: str, ems: float) -> tuple[str, str]:
    end, used = 0, 0.0
    while end < len(name) and used + width_of(name[end]) <= ems:
        used += width_of(name[end])
        end += 1
    space = name.rfind(" ", 0, end + 1)
    hyphen = name.rfind("-", 0, end) + 1
    for at in sorted((space, hyphen), reverse=True):
        if at > 0 and width_of(name[:at]) > ems / 3 and name[end : end + 1].isascii():
            return name[:at].rstrip(), name[at:].lstrip()
    opening = max(name.rfind(bracket, 1, end) for bracket in "（(《“")
    if name[end] in "）)》”，、" and opening > 0 and width_of(name[:opening]) > ems / 3:
        end = opening  # a closing bracket never stands alone at the beginning of a line
    while end > 1 and name[end - 1] in "（(《“[":  # an opening bracket belongs to what follows
        end -= 1
    return name[:end], name[end:].lstrip()


def pitch(n_columns: int) -> float:
    """From one column to the next: closer where there are many."""
    return CARD_W + (62 if n_columns <= 6 else 48 if n_columns <= 8 else 38)


def draw(
    layout: Layout,
    nodes: Sequence[Node],
    edges: Iterable[tuple[int, int]],
    headings: Mapping[int, str],
    titles: Sequence[str],
    unknown_letter: str,
    parent_letter: str,
    way: frozenset[tuple[int, int]] | None = None,
    changes: Mapping[tuple[int, int], str] | None = None,
) -> Drawing:
    """Put shapes to places. ``headings`` names columns; ``titles`` is what a card says when it is read out.

    With ``way`` only these edges stand out; ``changes`` says which edges came or went.
    """
    step = pitch(layout.n_columns)
    full = max((n.loss for n in nodes if n.loss), default=0.0)
    cards = []
    for i, node in enumerate(nodes):
        x = LEFT + float(layout.column[i]) * step
        y = TOP + float(layout.row[i]) * ROW
        names = wrap(node.name)
        first = 22.0 if len(names) == 1 else 17.0
        lines = [(first + 14.5 * k, line) for k, line in enumerate(names)]
        letter = "＋" if node.members else parent_letter if node.parent_of else node.level or unknown_letter
        look = LOOKS.get(node.level or "", UNKNOWN) if not (node.parent_of or node.members) else UNKNOWN
        bar = round(BAR_W * node.loss / full, 1) if node.loss and full else 0.0
        cards.append(Card(node, x, y, lines, letter, look, bar, titles[i]))
    shapes = [
        Edge(
            _path(cards[a], cards[b]),
            nodes[a].on_path and nodes[b].on_path if way is None else (a, b) in way,
            f"{nodes[a].name} → {nodes[b].name}",
            (changes or {}).get((a, b), ""),
        )
        for a, b in edges
    ]
    shapes.sort(key=lambda edge: edge.on_path)  # what stands out is drawn last
    width = LEFT * 2 + max(layout.n_columns - 1, 0) * step + CARD_W + 22
    height = TOP + max(layout.n_rows, 1) * ROW - (ROW - CARD_H) + FOOT
    heads = [(LEFT + c * step, _short(name, (step - 22) / 13), name) for c, name in sorted(headings.items())]
    return Drawing(width, height, cards, shapes, heads, layout.n_columns, full)


def _short(text: str, ems: float) -> str:
    if width_of(text) <= ems:
        return text
    while text and width_of(text) > ems - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def _path(a: Card, b: Card) -> str:
    """A quiet curve from the right side of one card to the left side of the next."""
    ya, yb = a.y + CARD_H / 2, b.y + CARD_H / 2
    if b.x > a.x:
        start, end = a.x + CARD_W, b.x - 3
        bend = min((end - start) / 2, 140)
        return f"M{start:g} {ya:g}C{start + bend:g} {ya:g} {end - bend:g} {yb:g} {end:g} {yb:g}"
    if b.x == a.x:  # inside a column: a loop on the right
        side = a.x + CARD_W
        return f"M{side:g} {ya:g}C{side + 30:g} {ya:g} {side + 30:g} {yb:g} {side + 3:g} {yb:g}"
    start, end = a.x, b.x + CARD_W + 3  # back to the left: cycles are normal
    bend = min((start - end) / 2, 60)
    return f"M{start:g} {ya:g}C{start - bend:g} {ya:g} {end + bend:g} {yb:g} {end:g} {yb:g}"
