"""Words of the atlas in templates: enumerations, places, figures with units, where a fact comes from."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lianban.apps.atlas import compute, queries
from lianban.apps.atlas.models import Chain
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.text import Text, say

register = template.Library()
FIRST = 30  # rows of a list within a page
UNKNOWN = Text("未知", "unknown")
UNITS_EN = {"元": "yuan", "万元": "× 10,000 yuan", "亿元": "× 100 m yuan", "家": "firms", "个": "items", "天": "days",
            "年": "years", "项": "items", "种": "kinds", "吨": "t", "台": "sets"}  # fmt: skip


def _language() -> str:
    return translation.get_language() or "zh-hans"


@register.simple_tag
def word(table: str, column: str, code: str) -> str:
    """The word for a code of an enumeration; the word unknown where there is none."""
    return say(compute.word(table, column, code) if code else UNKNOWN, _language())


@register.simple_tag(takes_context=True)
def seen_stamp(context: template.Context, chain: Chain) -> int:
    """The newest version of the data that this reader may notice; results of an older one are told to be outdated."""
    return queries.seen_stamp(context["actor"], chain)


@register.simple_tag
def judgement(row: Any) -> str:
    """What a stated judgement says, in words."""
    return say(compute.judgement(row.item, row.value), _language())


@register.simple_tag(takes_context=True)
def place(context: template.Context, code: str) -> str:
    """Name of a place or origin in the chain of this page."""
    chain = context["chain"]
    rule_set = context.get("rule_set") or getattr(chain, "names_by", None)
    if not rule_set:
        rule_set = chain.names_by = queries.rule_set(chain.code)  # one look for all places of a page
    return say(queries.place_name(chain, rule_set, code) if code else UNKNOWN, _language())


@register.simple_tag(takes_context=True)
def first_of(context: template.Context, rows: list[Any]) -> list[Any]:
    """The first rows of a long list within a page, or all where the address asks for them (``?all=1``)."""
    return rows if context["request"].GET.get("all") else rows[:FIRST]


@register.simple_tag
def figure(value: float | None, unit: str = "", currency: str = "") -> SafeString | str:
    """A number with its unit; fractions as per cent; nothing is the word unknown."""
    if value is None:
        return format_html('<span class="unknown">{}</span>', say(UNKNOWN, _language()))
    if unit.startswith("fraction"):
        return format_html('<span title="{}">{}</span>', f"{value:.6g}", f"{value * 100:.1f}\u2009%")
    english = _language().startswith("en")
    shown = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"
    return format_html(
        "{}\u2009{}{}",
        shown,
        UNITS_EN.get(unit, unit) if english else unit,
        f" ({currency})" if currency and currency != "CNY" else "",
    )


@register.simple_tag
def klass(code: str) -> SafeString:
    """The class of confidentiality; open facts say nothing."""
    if code == "open":
        return mark_safe("")
    return format_html(
        '<span class="tag" title="{}">{}</span>',
        say(Text("密级", "confidentiality"), _language()),
        say(CONFIDENTIALITY_NAMES[code], _language()),
    )


@register.simple_tag(takes_context=True)
def source_of(context: template.Context, row: Any) -> SafeString:
    """Where a fact comes from: title, day, how sure, class; a title the reader may not see is not shown."""
    actor, chain, source = context["actor"], context["chain"], row.source
    confidence = _("可信度：%(word)s") % {
        "word": say(compute.word(row.TABLE, "confidence", row.confidence), _language())
    }
    if actor.may_see(source.confidentiality, chain.code):
        address = f"{reverse('atlas:sources', args=[chain.code])}?{urlencode({'at': source.code})}#{source.code}"
        title: SafeString | str = format_html('<a href="{}">{}</a>', address, source.title)
    else:
        title = _("来源不公开")
    return format_html(
        '<span class="src">{} · {} · {}</span> {}',
        title,
        row.observed_on.isoformat(),
        confidence,
        klass(row.confidentiality),
    )


@register.simple_tag(takes_context=True)
def firm(context: template.Context, organisation: Any) -> SafeString | str:
    """An organisation as a link to its page in this chain."""
    if organisation is None:
        return ""
    english = _language().startswith("en") and organisation.name_en
    address = reverse("atlas:organisation", args=[context["chain"].code, organisation.code])
    example = say(Text("示例", "example"), _language())
    return format_html(
        '<a href="{}">{}</a>{}',
        address,
        organisation.name_en if english else organisation.name,
        format_html(' <span class="tag">{}</span>', example) if organisation.example else "",
    )


@register.simple_tag(takes_context=True)
def product_link(context: template.Context, product: Any) -> SafeString | str:
    """A product as a link to its page; nothing where this reader may not see it (a parent may be hidden)."""
    if product is None or not context["actor"].may_see(product.confidentiality, context["chain"].code):
        return ""
    english = _language().startswith("en") and product.name_en
    address = reverse("atlas:product", args=[context["chain"].code, product.code])
    return format_html('<a href="{}">{}</a>', address, product.name_en if english else product.name)


@register.filter
def disputed(row: Any, facts: Any) -> bool:
    """Whether another visible row says something else about the same thing."""
    return (row.TABLE, row.pk) in facts.disagreeing


@register.simple_tag
def table_name(table: str) -> str:
    """The name of a table of the data dictionary."""
    return say(compute.table_name(table), translation.get_language() or "zh")


@register.filter
def entry_at(things: Any, place: int) -> Any:
    """The thing at a place of a list."""
    return things[place]
