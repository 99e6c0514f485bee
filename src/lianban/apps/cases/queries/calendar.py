"""Due dates as a calendar feed (日历订阅): read anew at each call, with the roles in force then."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib.auth import get_user_model
from icalendar import Calendar
from icalendar import Event as Entry

from lianban.apps.cases import rules
from lianban.apps.cases.models import CalendarFeed
from lianban.apps.cases.queries.desk import Task
from lianban.apps.parties import queries as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text

NAME = Text("链办待办", "Chain office: to do")


def has_calendar(actor: Actor) -> CalendarFeed | None:
    """The feed of this reader, if they have one; one statement."""
    return CalendarFeed.objects.filter(user_id=actor.user_id).first() if actor.user_id is not None else None


def owner(token: str, *, now: datetime) -> Actor | None:
    """Whose feed a token opens, with their roles of today; three statements. None alike for wrong, revoked and left."""
    found = CalendarFeed.objects.filter(fingerprint=rules.fingerprint(token), user__is_active=True).first()
    if found is None:
        return None
    return parties.actor_of(get_user_model().objects.get(pk=found.user_id), today=now.date())


def feed(tasks: Iterable[Task], *, now: datetime, language: str, address: Callable[[str], str]) -> bytes:
    """What waits and has a due day, as all-day entries of a calendar file; ``address`` makes a path into a whole address."""
    calendar = Calendar()
    calendar.add("prodid", "-//lianban//to do//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", NAME.in_(language))
    for task in tasks:
        one = task.waiting
        if one.due_on is None:
            continue
        entry = Entry()
        entry.add("uid", f"{one.key}@lianban")
        entry.add("dtstamp", now)
        entry.add("dtstart", one.due_on)
        entry.add("summary", f"{one.section.in_(language)} · {one.name.in_(language)}")
        entry.add("description", f"{one.about.in_(language)}\n{address(one.url)}")
        entry.add("url", address(one.url))
        entry.add("transp", "TRANSPARENT")  # a due day does not make anybody busy
        calendar.add_component(entry)
    return calendar.to_ical()
