"""Cells of a list: words in the reader's language, numbers as numbers, nothing as the word unknown."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lianban.kit.shown import UNKNOWN, percent, reader_language
from lianban.kit.text import say

register = template.Library()
FRACTION = ("（0–1）", " (0-1)")  # what the heading of a frozen column says; a page shows per cent


@register.simple_tag
def cell(row: dict[str, Any], key: str) -> SafeString | str:
    value = row.get(key)
    if value is None:
        return format_html('<span class="unknown">{}</span>', say(UNKNOWN, reader_language()))
    if key == "loss":
        return percent(value)
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return say(value, reader_language())


@register.simple_tag
def column_name(column: dict[str, Any]) -> str:
    """The heading of a column on a page."""
    name = say(column["name"], reader_language())
    for ending in FRACTION:
        name = name.removesuffix(ending)
    return name


@register.simple_tag
def numeric(columns: Iterable[dict[str, Any]], page: Iterable[dict[str, Any]]) -> set[str]:
    """Columns of numbers, which stand on the right."""
    rows = list(page)
    return {
        one["key"]
        for one in columns
        if any(
            isinstance(row.get(one["key"]), int | float) and not isinstance(row.get(one["key"]), bool) for row in rows
        )
    }


@register.simple_tag
def page_of(opens: str, chain: Any, row: dict[str, Any]) -> str:
    """The page of what a row is about, or nothing."""
    try:
        return reverse(opens, args=[row["key"]] if opens == "projects:show" else [chain.code, row["key"]])
    except NoReverseMatch:
        return ""
