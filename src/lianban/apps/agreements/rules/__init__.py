"""Agreements decided: states, what was answered, wording, consistency."""

from lianban.apps.agreements.rules.answers import normal, proposed, shares_of
from lianban.apps.agreements.rules.consistency import Finding, findings
from lianban.apps.agreements.rules.facts import BackgroundLine, Chosen, Facts, Side, sides
from lianban.apps.agreements.rules.steps import (
    ROLES,
    STATES,
    choice_refusals,
    digest,
    end_refusals,
    party_refusals,
    signing_refusals,
    start_refusals,
)
from lianban.apps.agreements.rules.terms import terms
from lianban.apps.agreements.rules.wording import Article, articles

__all__ = [
    "ROLES",
    "STATES",
    "Article",
    "BackgroundLine",
    "Chosen",
    "Facts",
    "Finding",
    "Side",
    "articles",
    "choice_refusals",
    "digest",
    "end_refusals",
    "findings",
    "normal",
    "party_refusals",
    "proposed",
    "shares_of",
    "sides",
    "signing_refusals",
    "start_refusals",
    "terms",
]
