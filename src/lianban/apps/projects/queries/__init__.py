"""Reads of projects: nothing that the reader may not see leaves here, not even as a count."""

from lianban.apps.projects.queries.agreed import Agreed, agreed_purchase
from lianban.apps.projects.queries.offers import Offer, Whole, loaded, loaded_all, offers
from lianban.apps.projects.queries.page import (
    Card,
    Line,
    Page,
    cards,
    choices,
    initial,
    inside,
    item,
    offer,
    page,
    unused,
)
from lianban.apps.projects.queries.reading import events, listing, of_subject, project, story, visible, waiting
from lianban.apps.projects.queries.results import Diagnosed, Purchase, before_after, level_now, purchases
from lianban.apps.projects.queries.standing import (
    at_fault,
    is_lead,
    making_now,
    may_refusals,
    parties_of,
    related,
    sides_of,
    standing,
    terms,
    tied_to,
    workers_of,
)

__all__ = [
    "Agreed", "Card", "Diagnosed", "Line", "Offer", "Page", "Purchase", "Whole", "agreed_purchase", "at_fault", "before_after", "cards", "choices", "events", "initial", "inside",
    "is_lead", "item", "level_now", "listing", "loaded", "loaded_all", "making_now", "may_refusals", "of_subject", "offer", "offers", "page",
    "parties_of", "project", "purchases", "related", "sides_of", "standing", "story", "terms", "tied_to", "unused", "visible", "waiting",
    "workers_of",
]  # fmt: skip
