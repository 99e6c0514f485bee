"""Reads of consortia: what may be seen, what the council counts, what the money says."""

from lianban.apps.consortia.queries.council import belongs, change_decided, change_needs_filing, count, eligible
from lianban.apps.consortia.queries.money import (
    balances,
    confirmed,
    free,
    income_to_split,
    open_business,
    ways,
)
from lianban.apps.consortia.queries.records import (
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
    "income_to_split",
    "inside",
    "listing",
    "members",
    "open_business",
    "open_tasks",
    "project_of",
    "unpaid_fen",
    "visible",
    "ways",
]
