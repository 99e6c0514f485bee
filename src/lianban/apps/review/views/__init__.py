"""Pages of review: the office's, the expert's, the pool."""

from lianban.apps.review.views.office import (
    appoint,
    at_seat,
    decide,
    draw_record,
    feedback,
    panel,
    panels,
    preview,
    results,
    step,
)  # fmt: skip
from lianban.apps.review.views.pool import bar, dismiss, end_engagement, engage, expert, lift_bar, pool
from lianban.apps.review.views.seats import declare, item, mine, reasons, seat

__all__ = [
    "appoint", "at_seat", "bar", "decide", "declare", "dismiss", "draw_record", "end_engagement", "engage", "expert",
    "feedback", "item", "lift_bar", "mine", "panel", "panels", "pool", "preview", "reasons", "results", "seat", "step",
]  # fmt: skip
