"""Numbers inside drawings."""

from django import template

register = template.Library()


@register.filter
def plain(value: float) -> str:
    """A number as SVG wants it: no thousands, no comma, whatever the reader's language."""
    return f"{float(value):g}"
