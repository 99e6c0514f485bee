"""Reads for the desk: the chief's page, my tasks, the timeline of a weak point."""

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
from lianban.apps.cases.queries.desk import Card, Section, Task, cards, sections
from lianban.apps.cases.queries.timeline import Event, timeline

__all__ = [
    "Card", "ChiefPage", "Event", "Section", "Task", "by_class", "cards", "chief_page", "instruction", "instructions", "minutes",
    "readable_chains", "reports", "sections", "timeline",
]  # fmt: skip
