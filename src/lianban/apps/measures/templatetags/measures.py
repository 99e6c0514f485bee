"""Words of the measures in templates: an action in one line, facts and their age, the curve of cost against loss."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lianban.apps.parties.rules import ROLES
from lianban.kit.shown import percent, reader_language
from lianban.kit.text import Text, say

register = template.Library()
TABLES = {
    "products": Text("产品", "product"),
    "inputs": Text("投入关系", "input"),
    "production": Text("产能布局", "production"),
    "supplies": Text("供应关系", "supply"),
    "demands": Text("企业需求", "demand"),
    "assessments": Text("评价", "assessment"),
    "parameters": Text("参数", "parameter"),
    "indicators": Text("指标", "indicator"),
    "organisations": Text("组织", "organisation"),
}
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 310, 64, 44, 26, 44


def _say(value: Any) -> str:
    return say(value, reader_language())


@register.filter
def table_word(code: str) -> str:
    return _say(TABLES.get(code, Text(code, code)))


@register.filter
def fen_yuan(fen: int | None) -> float | None:
    """Yuan of fen, for the money filter."""
    return None if fen is None else fen / 100


@register.filter
def spent(chosen: Sequence[dict[str, Any]]) -> float:
    return sum(one["cost"] for one in chosen)


@register.simple_tag
def pareto(points: Sequence[dict[str, Any]], budget: float, cost: float) -> SafeString:
    """The curve of cost against loss as SVG: a stair, for between two portfolios there is none; the same stands as a table."""
    if len(points) < 2:
        return format_html("")
    english = reader_language().startswith("en")
    most = max(budget, *(p["cost"] for p in points)) or 1.0
    high = max(p["value"] for p in points) or 1.0
    inner_w, inner_h = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(value: float) -> float:
        return round(LEFT + value / most * inner_w, 1)

    def y(value: float) -> float:
        return round(TOP + (1 - value / high) * inner_h, 1)

    stair = [f"M{x(points[0]['cost'])} {y(points[0]['value'])}"]
    for one in points[1:]:
        stair.append(f"H{x(one['cost'])}V{y(one['value'])}")
    stair.append(f"H{x(most)}")
    dots = format_html_join(
        "",
        '<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>',
        (
            ("dot here" if abs(p["cost"] - cost) < 0.005 else "dot", x(p["cost"]), y(p["value"]), 7 if abs(p["cost"] - cost) < 0.005 else 4,
             f"{_wan(p['cost'], english)} · {percent(p['value'])}")
            for p in points
        ),
    )  # fmt: skip
    ticks_y = format_html_join(
        "", '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="tick" x="{}" y="{}" text-anchor="end">{}</text>',
        ((LEFT, WIDTH - RIGHT, y(high * k / 4), y(high * k / 4), LEFT - 8, y(high * k / 4) + 4, percent(high * k / 4)) for k in range(5)),
    )  # fmt: skip
    ticks_x = format_html_join(
        "", '<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((x(most * k / 4), HEIGHT - BOTTOM + 18, _wan(most * k / 4, english)) for k in range(5)),
    )  # fmt: skip
    label = _say(Text("成本与损失曲线", "cost against loss"))
    words = (_say(Text("预算", "budget")), _say(Text("损失", "loss")), _say(Text("花费", "spend")))
    return format_html(
        '<svg class="pareto" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}<path class="stair" d="{}"/>'
        '<line class="budget" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="tick" x="{}" y="{}" text-anchor="end">{}</text>{}'
        '<text class="axis" x="12" y="12">{}</text><text class="axis" x="{}" y="{}" text-anchor="end">{}</text></svg>',
        WIDTH, HEIGHT, label, ticks_y, ticks_x, "".join(stair), x(budget), x(budget), TOP, HEIGHT - BOTTOM,
        x(budget) - 4, HEIGHT - BOTTOM - 6, words[0], dots, words[1], WIDTH - RIGHT, HEIGHT - 6, words[2],
    )  # fmt: skip


def _wan(amount: float, english: bool) -> str:
    shown = f"{amount / 1e4:,.4g}"
    return f"{shown}\u2009{'× 10k yuan' if english else '万元'}"


@register.filter
def signed_percent(value: float | None) -> str:
    """A difference of shares with its sign; a true minus."""
    if value is None:
        return percent(None)
    shown = percent(abs(value))
    return shown if value == 0 else f"{'+' if value > 0 else '−'}{shown}"


@register.filter
def role_name(code: str) -> str:
    return _say(ROLES.get(code, Text("系统", "system")))


@register.simple_tag
def action_of(code: str, whats: dict[str, Any]) -> str:
    """The line of an action by its code; the code itself where it is none of these."""
    return _say(whats[code]) if code in whats else code


@register.filter
def strongest(interactions: Sequence[dict[str, Any]], most: int = 10) -> list[dict[str, Any]]:
    """The interactions that matter most."""
    return sorted(interactions, key=lambda one: -abs(one["interaction"]))[:most]
