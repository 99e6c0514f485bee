"""Decisions of review: how a panel moves, who may sit on it, who must step back, what the scores come to."""

from lianban.apps.review.rules.conflicts import (
    BESIDE,
    HITS,
    LINKS,
    OWNERSHIP,
    Bond,
    Case,
    Edge,
    Found,
    Hop,
    derive,
    window_start,
)
from lianban.apps.review.rules.drawing import candidates, digest_of, seed_of, ticket
from lianban.apps.review.rules.hiding import names_in
from lianban.apps.review.rules.panels import PHASES, STATES, Phase
from lianban.apps.review.rules.pool import BEHAVIOURS
from lianban.apps.review.rules.scoring import (
    Criterion,
    Result,
    content_hash,
    criteria_of,
    missing,
    results,
    score_refusals,
    two_digits,
)
from lianban.apps.review.rules.seating import (
    EXPERTS,
    KINDS,
    Size,
    appoint_refusals,
    confirm_refusals,
    size_of,
    standing,
    wanted_of,
)

__all__ = [
    "BEHAVIOURS", "BESIDE", "EXPERTS", "HITS", "KINDS", "LINKS", "OWNERSHIP", "PHASES", "STATES", "Bond", "Case", "Criterion", "Edge", "Found", "Hop", "Phase", "Result",
    "Size", "appoint_refusals", "candidates", "confirm_refusals", "content_hash", "criteria_of", "derive", "digest_of", "missing", "names_in", "results",
    "score_refusals", "seed_of", "size_of", "standing", "ticket", "two_digits", "wanted_of", "window_start",
]  # fmt: skip
