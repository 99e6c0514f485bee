"""Tables of review."""

from lianban.apps.review.models.panel import Draw, Hit, Panel, PanelParty, Seat
from lianban.apps.review.models.pool import Bar, Engagement, Expert, Rating
from lianban.apps.review.models.reading import Item, Opinion, Score

__all__ = ["Bar", "Draw", "Engagement", "Expert", "Hit", "Item", "Opinion", "Panel", "PanelParty", "Rating", "Score", "Seat"]  # fmt: skip
