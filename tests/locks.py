"""The order of locks, watched in every test: a deed that breaks it can stand still for ever on PostgreSQL.

Whoever writes the journal holds its line until the end. A row locked after that may be held by somebody who waits for the
line: both wait for ever. So: first the rows, by table in one order everywhere, then the journal. Behind the line come only
the tables that nobody locks without it. See decision 0127.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models.query import ModelIterable
from django.db.models.signals import post_save
from django.db.transaction import Atomic

LINE = "journal_head"
BEHIND = {"ledger_account"}  # locked by nobody who does not stand in the line
# Rows that nobody locks without the lock of what they belong to: no two deeds ever wait for them.
UNDER = {"search_indexed": "atlas_chain", "sources_source": "atlas_chain", "review_score": "review_panel", "review_opinion": "review_panel"}  # fmt: skip
# Rows that everybody's rows point at: a full lock would stop whoever only writes a row that points there.
POINTED_AT = {"atlas_chain", "parties_organisation", "auth_user"}


@dataclass
class Watch:
    """What the running transaction holds, and in which order tables were locked so far."""

    held: set[tuple[str, Any]] = field(default_factory=set)
    own: set[tuple[str, Any]] = field(default_factory=set)  # made in this transaction: nobody else can wait for them
    after: dict[str, set[str]] = field(default_factory=dict)

    def locked(self, table: str, key: Any, *, full: bool) -> None:
        if not in_a_deed() or (table, key) in self.held | self.own:
            return
        before = {name for name, _ in self.held if name != table}
        self.held.add((table, key))
        if table == LINE:
            return
        wrong = self._wrong(table, before, full=full)
        assert not wrong, f"{wrong} (tests/locks.py)"

    def _wrong(self, table: str, before: set[str], *, full: bool) -> str:
        if full and table in POINTED_AT:
            return f"lock rows of {table} with select_for_update(no_key=True): whoever points at them need not wait"
        if UNDER.get(table) in before:
            return ""
        if table in BEHIND:
            return "" if LINE in before else f"{table} is locked only behind journal.stand_in_line()"
        if LINE in before:
            return f"a row of {table} is locked after the journal was written: lock it first"
        for name in before - BEHIND:
            if name in self._reach(table):
                return f"here {name} is locked before {table}, elsewhere after it"
            self.after.setdefault(name, set()).add(table)
        return ""

    def _reach(self, table: str) -> set[str]:
        found, ahead = set(), [table]
        while ahead:
            for name in self.after.get(ahead.pop(), ()):
                if name not in found:
                    found.add(name)
                    ahead.append(name)
        return found


def in_a_deed() -> bool:
    """Whether a transaction runs that is more than the test's own."""
    return any(not one._from_testcase for one in connection.atomic_blocks)


@contextmanager
def watched(watch: Watch) -> Iterator[Watch]:
    """Look at every row that is locked; the order is the same on both databases, only PostgreSQL would stand still."""
    ordinary, left = ModelIterable.__iter__, Atomic.__exit__

    def rows(self: Any) -> Iterator[Any]:
        asked = self.queryset.query
        for row in ordinary(self):
            if asked.select_for_update:
                assert asked.select_for_update_of or not asked.select_related, f"lock {row!r} alone: of=('self',)"
                watch.locked(row._meta.db_table, row.pk, full=not asked.select_for_no_key_update)
            yield row

    def leave(self: Atomic, *error: Any) -> None:
        left(self, *error)
        if not in_a_deed():
            watch.held.clear()
            watch.own.clear()

    def written(sender: Any, instance: Any, created: bool, **_: Any) -> None:
        if created and in_a_deed():
            watch.own.add((sender._meta.db_table, instance.pk))

    ModelIterable.__iter__, Atomic.__exit__ = rows, leave  # type: ignore[method-assign]
    post_save.connect(written, weak=False)
    try:
        yield watch
    finally:
        ModelIterable.__iter__, Atomic.__exit__ = ordinary, left  # type: ignore[method-assign]
        post_save.disconnect(written)
