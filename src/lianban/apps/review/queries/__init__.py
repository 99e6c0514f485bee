"""Reads of review. Panels, seats, counts and statistics pass through the same filter; a name stands only where it may."""

from lianban.apps.review.queries.conflicts import derived, new_hits
from lianban.apps.review.queries.panels import (
    findings,
    journaled_hash,
    mine,
    open_tasks,
    panel,
    panels,
    progress,
    results,
    seat,
    story_of,
    verified,
    waiting,
)  # fmt: skip
from lianban.apps.review.queries.pool import barred, drawable, experts, standings
from lianban.apps.review.queries.reading import Reading, ReadItem, content_of, reading

__all__ = [
    "ReadItem", "Reading", "barred", "content_of", "derived", "drawable", "experts", "findings", "journaled_hash", "mine",
    "new_hits", "open_tasks", "panel", "panels", "progress", "reading", "results", "seat", "standings", "story_of",
    "verified", "waiting",
]  # fmt: skip
