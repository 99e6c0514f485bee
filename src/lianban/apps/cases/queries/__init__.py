"""Reads for the desk: the chief's page, my tasks, the timeline of a weak point."""

from lianban.apps.cases.queries.calendar import feed, has_calendar, owner
from lianban.apps.cases.queries.chief import (
    ChiefPage,
    by_class,
    chief_page,
    instruction,
    instructions,
    minutes,
    readable_chains,
    reports,
)
from lianban.apps.cases.queries.desk import Card, Section, Task, cards, own_demands, sections, soon, tasks, waiting
from lianban.apps.cases.queries.timeline import Event, story, timeline
from lianban.apps.cases.queries.under_way import Work, under_way

__all__ = [
    "Card", "ChiefPage", "Event", "Section", "Task", "Work", "by_class", "cards", "chief_page", "feed", "has_calendar", "instruction",
    "instructions", "minutes", "own_demands", "owner", "readable_chains", "reports", "sections", "soon", "story", "tasks",
    "timeline", "under_way", "waiting",
]  # fmt: skip
