"""Charts (统计图): two plain drawings for papers, as SVG with attributes only, readable without colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lianban.files.pictures import SVG_FACES
from lianban.files.plain import clean

INK, INK_2, BAR, LINE = "#18222d", "#4a5765", "#a8321e", "#c3ccd5"
WIDTH = 640.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole: what it is, how much, and how it looks."""

    name: str
    n: int
    fill: str
    ink: str = "#ffffff"
    stroke: str = INK_2
    dash: str = ""


def stacked(parts: Sequence[Part]) -> bytes:
    """One bar of parts, each with its name and number below: nothing hangs on colour."""
    total = sum(part.n for part in parts) or 1
    shapes, x = [], 10.0
    wide = WIDTH - 20
    shown = [part for part in parts if part.n]
    for part in shown:
        width = wide * part.n / total
        dash = f' stroke-dasharray="{part.dash}"' if part.dash else ""
        shapes.append(
            f'<rect x="{x:.1f}" y="10" width="{width:.1f}" height="34" fill="{part.fill}" stroke="{part.stroke}"{dash}/>'
        )
        if width > 18:
            shapes.append(_text(x + width / 2, 32, str(part.n), part.ink, 14, "middle"))
        x += width
    for i, part in enumerate(shown):
        left, top = 10 + (i % 3) * wide / 3, 62 + (i // 3) * 24
        dash = f' stroke-dasharray="{part.dash}"' if part.dash else ""
        shapes.append(
            f'<rect x="{left:.1f}" y="{top}" width="14" height="14" fill="{part.fill}" stroke="{part.stroke}"{dash}/>'
        )
        shapes.append(_text(left + 20, top + 12, f"{part.name}  {part.n}", INK))
    return _svg(shapes, 62 + 24 * -(-len(shown) // 3) + 6)


def bars(rows: Sequence[tuple[str, float, str]]) -> bytes:
    """One bar for each (name, share 0-1, words): the words stand behind the bar."""
    largest = max((share for _, share, _ in rows), default=0.0) or 1.0
    shapes = []
    for i, (name, share, words) in enumerate(rows):
        top = 10 + i * 28
        shapes.append(_text(196, top + 15, _short(name), INK, anchor="end"))
        width = 330 * share / largest
        shapes.append(f'<rect x="204" y="{top + 2}" width="330" height="16" fill="#eef1f4"/>')
        shapes.append(f'<rect x="204" y="{top + 2}" width="{width:.1f}" height="16" fill="{BAR}"/>')
        shapes.append(_text(544, top + 15, words, INK_2))
    return _svg(shapes, 10 + 28 * len(rows) + 4)


def _short(name: str, ems: float = 13.5) -> str:
    used, kept = 0.0, ""
    for c in name:
        used += 1.0 if ord(c) > 0x2E7F else 0.56
        if used > ems:
            return kept.rstrip() + "…"
        kept += c
    return kept


def _text(x: float, y: float, words: str, fill: str, size: float = 13, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}">{escape(clean(words))}</text>'


def _svg(shapes: Sequence[str], height: float) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" height="{height:g}"'
        f' font-family="{SVG_FACES}"><rect width="100%" height="100%" fill="#ffffff"/>{"".join(shapes)}</svg>'
    ).encode()
