"""Template words of consortia."""

from fractions import Fraction

from django import template

register = template.Library()


@register.filter
def share(value: Fraction | None) -> str:
    """A fraction as per cent, to a hundredth."""
    return "" if value is None else f"{float(value) * 100:.2f}".rstrip("0").rstrip(".") + "\u2009%"
