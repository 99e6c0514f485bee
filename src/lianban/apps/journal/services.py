"""Writing the journal: one row, in the transaction of the deed."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from lianban.apps.journal import rules
from lianban.apps.journal.models import Entry, Head


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
