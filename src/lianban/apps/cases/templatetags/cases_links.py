"""Template words of the desk: where a reader may go on a chain, what somebody was."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils import translation

from lianban.apps.atlas.models import Chain
from lianban.apps.cases import rules
from lianban.apps.parties.rules import ROLES
from lianban.kit.text import Text

register = template.Library()
LINKS = (
    (Text("图谱", "Map"), "atlas:chain", ""),
    (Text("薄弱环节", "Weak points"), "diagnosis:listing", "diagnosis.see"),
    (Text("专报", "Chief's page"), "cases:report", "cases.read_report"),
)


@register.simple_tag(takes_context=True)
def chain_links(context: template.Context, chain: Chain) -> list[dict[str, Any]]:
    """Links to the pages of a chain that this reader may open."""
    actor = context["actor"]
    return [
        {"name": name, "url": reverse(url, args=[chain.code])}
        for name, url, deed in LINKS
        if not deed or actor.may(deed, chain.code)
    ]


@register.simple_tag
def role_name(role: str) -> str:
    """The name of a role in the reader's language."""
    return ROLES[role].in_(translation.get_language() or "zh") if role in ROLES else role


@register.filter
def cut(text: str, most: int) -> str:
    """Shorten a text to a width in half-width characters: the chief's page has one sheet."""
    return rules.cut(text, most)
