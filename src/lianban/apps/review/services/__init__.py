"""What is done in review, under one name: ``review.convene``, ``review.draw``, ``review.score`` ..."""

from lianban.apps.review.services.conflicts import clear, declare, recheck, uphold
from lianban.apps.review.services.pool import bar, dismiss, end_engagement, engage, enrol, lift_bar, rate
from lianban.apps.review.services.reading import close, feedback, freeze, give_reasons, lay_open, open_defence, score
from lianban.apps.review.services.seating import add_parties, appoint, confirm, convene, draw, name_chair, replace, void

__all__ = [
    "add_parties", "appoint", "bar", "clear", "close", "confirm", "convene", "declare", "dismiss", "draw", "end_engagement",
    "engage", "enrol", "feedback", "freeze", "give_reasons", "lay_open", "lift_bar", "name_chair", "open_defence", "rate",
    "recheck", "replace", "score", "uphold", "void",
]  # fmt: skip
