"""Reads of consortia: what may be seen, what the council counts, what the money says."""

from lianban.apps.consortia.queries.council import belongs, change_decided, change_needs_filing, count, eligible
from lianban.apps.consortia.queries.desk import story, waiting
from lianban.apps.consortia.queries.money import (
    balances,
    confirmed,
    free,
    income_to_split,
    open_business,
    ways,
)
from lianban.apps.consortia.queries.pages import has_scorecard, leads, page, possible_leads, topics_of
from lianban.apps.consortia.queries.records import (
    active_organisations,
    agreement_in_force,
    conditions,
    decimal,
    evaluation_facts,
    fraction,
    members,
    open_tasks,
    project_of,
    unpaid_fen,
)
from lianban.apps.consortia.queries.seen import consortium, inside, listing, visible

__all__ = [
    "active_organisations",
    "agreement_in_force",
    "balances",
    "belongs",
    "change_decided",
    "change_needs_filing",
    "conditions",
    "confirmed",
    "consortium",
    "count",
    "decimal",
    "eligible",
    "evaluation_facts",
    "fraction",
    "free",
    "has_scorecard",
    "income_to_split",
    "inside",
    "leads",
    "listing",
    "members",
    "open_business",
    "open_tasks",
    "page",
    "possible_leads",
    "project_of",
    "story",
    "topics_of",
    "unpaid_fen",
    "visible",
    "waiting",
    "ways",
]
