"""Template words of challenges: money exact, conditions with their flags marked."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from lianban.kit.money import shown
from lianban.kit.shown import reader_language
from lianban.kit.text import say

register = template.Library()


@register.filter
def fen(amount: int | None) -> str:
    """Fen as people say it, exact."""
    return say(shown(amount or 0), reader_language())


@register.filter
def plain(value: Any) -> str:
    """A figure without the zeros behind it."""
    return "" if value is None else f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


@register.filter
def marked(condition: Any) -> SafeString:
    """The text of a condition, with every flagged passage marked and its reason on hover."""
    text, at, parts = condition.text, 0, []
    for flag in sorted(condition.flags, key=lambda one: one["start"]):
        if flag["start"] < at:
            continue
        parts.append(format_html("{}", text[at : flag["start"]]))
        why = say(flag["why"], reader_language())
        parts.append(format_html('<mark title="{}">{}</mark>', why, text[flag["start"] : flag["end"]]))
        at = flag["end"]
    parts.append(format_html("{}", text[at:]))
    return mark_safe("".join(parts))
