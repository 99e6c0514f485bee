"""Numbers and addresses inside drawings, and the words for what changed."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianban.apps.maps.drawing import Card, Node
from lianban.apps.maps.rules import toggled

register = template.Library()


@register.filter
def plain(value: float) -> str:
    """A number as SVG wants it: no thousands, no comma, whatever the reader's language."""
    return f"{float(value):g}"


def address_with(context: template.Context, **changes: str) -> str:
    """The current address with some questions changed; an empty one is left out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return "?" + query.urlencode()


@register.simple_tag(takes_context=True)
def card_address(context: template.Context, card: Card) -> str:
    """Where a card leads: to its product in a file, to itself asked for on the page, to its segment opened."""
    chain, node = context["chain"].code, card.node
    if node.members:
        return (
            reverse("maps:map", args=[chain], query={"open": node.code})
            if context.get("alone")
            else fold(context, node.code)
        )
    if context.get("alone") or context.get("still"):
        return reverse("atlas:product", args=[chain, node.code])
    return node_address(context, node)


@register.simple_tag(takes_context=True)
def node_address(context: template.Context, node: Node) -> str:
    """The map with this product asked for; as the end of a way where one is being picked."""
    if context["request"].GET.get("picking") and context["map"].chosen is not None:
        return address_with(context, to=node.code, picking="", only="")
    return address_with(context, node=node.code, to="")


@register.simple_tag(takes_context=True)
def fold(context: template.Context, code: str) -> str:
    """The address with one segment folded or unfolded."""
    found = context["map"]
    name = "open" if found.large else "shut"
    chosen = found.asked.open if found.large else found.asked.shut
    return address_with(context, **{name: toggled(chosen, code), "page": ""})


@register.simple_tag
def change_word(kind: str) -> str:
    """The word for what happened to a row."""
    return {"added": pgettext("maps", "新增"), "removed": _("去掉"), "changed": _("改变")}.get(kind, "")


@register.filter
def tile_at(place: int, down: int = 0) -> int:
    """Where a square of the grid begins, in user units: columns count from one, rows from nothing."""
    return 8 + place * 70 if down else 8 + (place - 1) * 82


SHADES = ("#ffffff", "#e3f0f2", "#b9d9de", "#7fb5bd", "#3d8792", "#0b5563")


@register.filter
def shade(step: int) -> str:
    """The colour of a step, light to dark; the number always stands in words too."""
    return SHADES[step]


@register.filter
def ink_on(step: int) -> str:
    """A text colour that can be read on that step."""
    return "#ffffff" if step >= 4 else "#18222d"


@register.filter
def more(value: float, by: int) -> float:
    """A sum of numbers that are not whole."""
    return value + by
