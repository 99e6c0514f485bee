"""What waits for a person (待办) and what happened to a thing (经过): the two shapes every mechanism can tell.

Each app with work for people offers ``queries.waiting(actor, today) -> list[Waiting]``; each app with deeds about a
product offers ``queries.story(actor, chain, product) -> list[Event]``. The desk (cases) asks them; nobody asks the desk.
"""

from dataclasses import dataclass
from datetime import date, datetime

from lianban.kit.text import Text


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for this reader: what, about what, where to do it, by when, under which heading.

    ``key`` names the thing for ever (``challenges.challenge:7:publicity``): calendars use it to know an entry again.
    """

    section: Text
    name: Text
    url: str
    about: Text
    key: str
    due_on: date | None = None

    def overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when, who (the journal's reference, shown as a role), what, words with it, where to read on."""

    at: datetime
    who: str
    what: Text
    note: str = ""
    url: str = ""
