"""Filters: text in the address to words the queries know."""

from collections.abc import Mapping

FILTERS = ("segment", "kind", "final", "origin", "open", "q")
LONGEST = 100


def filters(query: Mapping[str, str]) -> dict[str, str]:
    """The filters an address names; anything else in it is left alone."""
    return {name: query[name].strip()[:LONGEST] for name in FILTERS if query.get(name, "").strip()}
