"""Reading and verifying the journal."""

from collections.abc import Iterable

from django.db.models import QuerySet

from lianban.apps.journal import rules
from lianban.apps.journal.models import Entry, Head


def of_subjects(subjects: Iterable[str]) -> QuerySet[Entry]:
    """Everything that happened to some things, oldest first; one statement."""
    return Entry.objects.filter(subject__in=list(subjects)).order_by("number")


def of_verb(verb: str) -> QuerySet[Entry]:
    """Every deed of one kind, oldest first; one statement."""
    return Entry.objects.filter(verb=verb).order_by("number")


def first_broken() -> int | None:
    """Number of the first entry that does not fit the chain; None when all is well. Two statements, streamed."""
    previous, number = "0" * 64, 0
    for entry in Entry.objects.order_by("number").iterator():
        number += 1
        digest = rules.seal(entry.number, entry.at, entry.actor, entry.verb, entry.subject, entry.facts, previous)
        if entry.number != number or entry.previous_hash != previous or entry.hash != digest:
            return number
        previous = entry.hash
    head = Head.objects.filter(pk=1).first()
    if head and (head.number != number or head.hash != previous):
        return number + 1
    return None


def newest(*, before: int | None, verb: str, subject: str, limit: int) -> list[Entry]:
    """A page of entries, newest first; one statement."""
    rows = Entry.objects.order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    if verb:
        rows = rows.filter(verb__startswith=verb)
    if subject:
        rows = rows.filter(subject__startswith=subject)
    return list(rows[:limit])
