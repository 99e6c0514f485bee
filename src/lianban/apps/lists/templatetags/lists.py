"""Cells of a list: words in the reader's language, numbers as numbers, nothing as the word unknown."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lianban.kit.shown import UNKNOWN, reader_language
from lianban.kit.text import say

register = template.Library()


@register.simple_tag
def cell(row: dict[str, Any], key: str) -> SafeString | str:
    value = row.get(key)
    if value is None:
        return format_html('<span class="unknown">{}</span>', say(UNKNOWN, reader_language()))
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return say(value, reader_language())
