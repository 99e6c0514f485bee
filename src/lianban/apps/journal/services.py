"""Writing the journal: one row, in the transaction of the deed."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from lianban.apps.journal import rules
from lianban.apps.journal.models import Entry, Head, PostedOnce


class Doer(Protocol):
    @property
    def reference(self) -> str: ...


def stand_in_line() -> Head:
    """Wait for one's turn to write: until the end of this transaction nobody else writes an entry."""
    return Head.objects.select_for_update().get_or_create(pk=1)[0]


@transaction.atomic
def record(verb: str, *, subject: str, by: Doer, at: datetime, facts: Mapping[str, Any] | None = None) -> Entry:
    """Write one entry behind the last. References only: no names, no secrets."""
    head = stand_in_line()
    plain = json.loads(json.dumps(dict(facts or {}), cls=DjangoJSONEncoder))
    number = head.number + 1
    digest = rules.seal(number, at, by.reference, verb, subject, plain, head.hash)
    entry = Entry.objects.create(
        number=number, at=at, actor=by.reference, verb=verb, subject=subject, facts=plain,
        previous_hash=head.hash, hash=digest,
    )  # fmt: skip
    head.number, head.hash = number, digest
    head.save(update_fields=["number", "hash"])
    return entry


def claim_post(name: str, content: str, *, today: date) -> tuple[PostedOnce, bool]:
    """Enter a form before it is carried out; inside the transaction of its deed.

    Whoever sends the same form at the same time waits here until the first is through, and then finds its row.
    """
    return PostedOnce.objects.get_or_create(name=name, defaults={"content": content, "on": today})


def keep_answer(row: PostedOnce, *, status: int, location: str) -> None:
    """Keep how a form was answered."""
    row.status, row.location = status, location
    row.save(update_fields=["status", "location"])


def forget_posts(*, before: date) -> int:
    """Forget forms of earlier days; how many."""
    old = PostedOnce.objects.filter(on__lt=before)
    return old.delete()[0] if old.exists() else 0  # looking takes no lock, and there is seldom anything to forget
