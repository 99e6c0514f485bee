"""Words of projects in templates: where one came from, roles, plain numbers."""

from decimal import Decimal
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from lianban.apps.parties.rules import ROLES
from lianban.apps.projects import rules
from lianban.kit.shown import reader_language
from lianban.kit.text import Text, say

register = template.Library()
# Where a project may have come from: the first part of the reference, and its word.
ORIGINS = {
    "challenges.challenge": Text("揭榜挂帅", "open challenge"),
    "challenges.lane": Text("赛马赛道", "lane of a race"),
    "consortia.topic": Text("联合体课题", "topic of a consortium"),
}


def _say(value: Any) -> str:
    return say(value, reader_language())


@register.filter
def origin_word(subject: str) -> str:
    """By which road a project came."""
    kind = subject.partition(":")[0]
    return _say(ORIGINS.get(kind, Text(kind, kind)))


@register.simple_tag
def address_if(name: str, *args: Any) -> str:
    """The address of a page, or nothing where that page is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.filter
def plain_number(value: Decimal | None) -> str:
    """A number without the zeros its column adds."""
    if value is None:
        return "—"
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


@register.filter
def minus(value: Decimal, other: Decimal) -> str:
    return plain_number(value - other)


@register.filter
def paid_share(stage: rules.Stage) -> float:
    return stage.paid_fen / stage.payment_fen if stage.payment_fen else 0.0


@register.filter
def role_title(code: str) -> str:
    return _say(ROLES.get(code, Text("系统", "system")))


@register.filter
def role_in_project(code: str) -> str:
    return _say(rules.ROLES.get(code, Text(code, code)))


@register.filter
def deed_name(deed: Any) -> str:
    return _say(deed.name) if deed else ""


@register.filter
def answer_name(verb: str) -> str:
    return _say(rules.DELIVERY.moves[verb].name) if verb in rules.DELIVERY.moves else verb
