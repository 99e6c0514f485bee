"""Where a fact comes from, as far as this reader may know."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag(takes_context=True)
def told_source(context: template.Context, chain: Any, source: Any, long: bool = False) -> SafeString | str:
    """Title of a source, with publisher and address where ``long``; nothing of one the reader may not see."""
    if not context["actor"].may_see(source.confidentiality, chain.code):
        return _("来源不公开")
    told: SafeString | str = source.title
    if long and source.publisher:
        told = format_html("{} · {}", told, source.publisher)
    if long and source.address.startswith(("http://", "https://")):
        told = format_html('{} <a href="{}" rel="noopener noreferrer">{}</a>', told, source.address, _("原文"))
    return told
