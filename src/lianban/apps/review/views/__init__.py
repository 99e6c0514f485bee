"""Pages of review: the office's, the expert's, the pool."""

from lianban.apps.review.views.office import (
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
from lianban.apps.review.views.pool import bar, dismiss, engage, expert, pool
from lianban.apps.review.views.seats import declare, item, mine, reasons, seat

__all__ = [
    "at_seat", "bar", "decide", "declare", "dismiss", "draw_record", "engage", "expert", "feedback", "item", "mine", "panel",
    "panels", "pool", "preview", "reasons", "results", "seat", "step",
]  # fmt: skip
