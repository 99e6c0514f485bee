"""Pages of consortia."""

from lianban.apps.consortia.views.acting import act, propose
from lianban.apps.consortia.views.answering import answer, lists
from lianban.apps.consortia.views.reading import (
    benefits,
    council,
    evaluation,
    for_product,
    listing,
    members,
    money,
    scorecard,
    show,
    topics,
)

__all__ = [
    "act",
    "answer",
    "benefits",
    "council",
    "evaluation",
    "for_product",
    "listing",
    "lists",
    "members",
    "money",
    "propose",
    "scorecard",
    "show",
    "topics",
]
