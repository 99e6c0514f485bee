"""Reads of review. Panels, seats, counts and statistics pass through the same filter; a name stands only where it may."""

from lianban.apps.review.queries import offers
from lianban.apps.review.queries.conflicts import derived, new_hits
from lianban.apps.review.queries.offers import next_steps
from lianban.apps.review.queries.panels import (
    DUTIES,
    NEXT,
    findings,
    journaled_hash,
    mine,
    names_of,
    open_tasks,
    own_opinion,
    own_points,
    panel,
    panels,
    progress,
    publishable,
    results,
    seat,
    story_of,
    unrated,
    verified,
    waiting,
)  # fmt: skip
from lianban.apps.review.queries.pool import (
    barred,
    bars_of,
    drawable,
    enrollable,
    experts,
    representatives,
    standings,
    word_of,
)
from lianban.apps.review.queries.reading import Reading, ReadItem, content_of, reading

__all__ = [
    "DUTIES", "NEXT", "ReadItem", "Reading", "barred", "bars_of", "content_of", "derived", "drawable", "enrollable", "experts",
    "findings", "journaled_hash", "mine", "names_of", "new_hits", "next_steps", "offers", "open_tasks", "own_opinion",
    "own_points", "panel", "panels", "progress", "publishable", "reading", "representatives", "results", "seat", "standings", "story_of",
    "unrated", "verified", "waiting", "word_of",
]  # fmt: skip
