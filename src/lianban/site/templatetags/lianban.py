"""Template words: levels, shares, money, unknown. Never by colour alone; unknown has a face."""

import re
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from lianban.kit import money
from lianban.kit.mechanisms import named as of_references
from lianban.kit.shown import LEVEL_NAMES, UNKNOWN, percent, reader_language
from lianban.kit.text import say

register = template.Library()
REFERENCE = re.compile(r"[a-z_]+\.[a-z_]+:\d+")
register.filter(percent)


@register.filter
def said(value: Any) -> str:
    """Put a bilingual sentence into the reader's language."""
    return say(value, reader_language())


@register.filter
def named(thing: Any) -> str:
    """Name of anything with ``name`` and ``name_en``, in the reader's language."""
    get = thing.get if isinstance(thing, dict) else lambda key, default="": getattr(thing, key, default)
    english = get("name_en", "") if reader_language().startswith("en") else ""
    return str(english or get("name", "") or get("code", ""))


@register.simple_tag(takes_context=True)
def called(context: Any, reference: str) -> SafeString | str:
    """What a reference stands for, as a link, where this reader may know of it; other words stay as they are."""
    if not REFERENCE.fullmatch(reference or ""):
        return reference
    one = of_references(context["actor"], [reference]).get(reference)
    return format_html('<a href="{}">{}</a>', one.url, said(one.name)) if one else reference


@register.simple_tag
def unknown(why: Any = "") -> SafeString:
    """The word 未知, and what is missing."""
    reason = say(why, reader_language())
    word = UNKNOWN.in_(reader_language())
    if not reason:
        return format_html('<span class="unknown">{}</span>', word)
    return format_html('<span class="unknown" title="{}">{}</span> <span class="why">{}</span>', reason, word, reason)


@register.simple_tag
def level(code: str | None, long: bool = False) -> SafeString:
    """A level as letter, fill and border; long adds its words."""
    if not code:
        return format_html('<span class="level lx" title="{0}">?</span>', UNKNOWN.in_(reader_language()))
    name = LEVEL_NAMES[code].in_(reader_language()) if code in LEVEL_NAMES else code
    shown = f"{code} {name}" if long else code
    return format_html('<span class="level {}" title="{}">{}</span>', code.lower(), name, shown)


@register.simple_tag
def loss_bar(value: float | None, width: int = 96) -> SafeString:
    """A bar for a share 0-1 (drawn as SVG: style attributes are forbidden by the safety headers)."""
    if value is None:
        return mark_safe("")
    filled = round(max(0.0, min(1.0, float(value))) * width, 1)
    return format_html(
        '<svg class="lossbar" width="{0}" height="8" viewBox="0 0 {0} 8" aria-hidden="true">'
        '<rect class="lossbar-ground" width="{0}" height="8" rx="2"/><rect class="lossbar-fill" width="{1}" height="8" rx="2"/></svg>',
        width,
        filled,
    )


@register.filter
def yuan(amount: float | None) -> SafeString | str:
    """Money in yuan as 元, 万元 or 亿元, with the exact figure on hover."""
    if amount is None or amount == "":
        return UNKNOWN.in_(reader_language())
    amount = float(amount)
    english = reader_language().startswith("en")
    for size, zh, en in ((1e8, "亿元", "× 100 m yuan"), (1e4, "万元", "× 10,000 yuan"), (1.0, "元", "yuan")):
        if abs(amount) >= size or size == 1.0:
            return format_html(
                '<span title="{}">{}\u2009{}</span>',
                f"{amount:,.2f} 元",
                f"{amount / size:,.4g}",
                en if english else zh,
            )
    return ""


@register.filter
def fen(amount: int | None) -> SafeString | str:
    """Whole fen in the unit people say, exact: 元, 万元 or 亿元; None is the word unknown."""
    if amount is None:
        return UNKNOWN.in_(reader_language())
    return format_html('<span title="{} 元">{}</span>', money.yuan(amount), money.shown(amount).in_(reader_language()))


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A date as 2026-11-22; None is the word unknown."""
    if not value:
        return UNKNOWN.in_(reader_language())
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)[:10]


@register.filter
def entry(mapping: dict[Any, Any] | None, key: Any) -> Any:
    """``mapping[key]``, for keys that are variables."""
    return mapping.get(key) if mapping else None


@register.simple_tag(takes_context=True)
def address_with(context: template.Context, **changes: Any) -> str:
    """The current address with some filters changed: filters live in the address."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()


@register.simple_tag
def once() -> SafeString:
    """The key of a form that moves money or status: sent twice, it is carried out once (site/once.py)."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid4())


@register.simple_tag(takes_context=True)
def may(context: template.Context, deed: str, chain: str = "") -> bool:
    """Whether this reader may do a deed (for showing buttons; services check again)."""
    who = context.get("actor")
    return bool(who and who.may(deed, chain=chain or None))
