"""Reads of projects: nothing that the reader may not see leaves here, not even as a count."""

from lianban.apps.projects.queries.results import Diagnosed, Purchase, before_after, level_now, purchases
from lianban.apps.projects.queries.standing import (
    is_lead,
    making_now,
    may_refusals,
    parties_of,
    related,
    sides_of,
    standing,
    terms,
)

__all__ = [
    "Diagnosed", "Purchase", "before_after", "is_lead", "level_now", "making_now", "may_refusals", "parties_of", "purchases", "related",
    "sides_of", "standing", "terms",
]  # fmt: skip
