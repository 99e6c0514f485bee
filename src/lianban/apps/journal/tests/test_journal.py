from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from lianban.apps.journal import queries, services
from lianban.apps.journal.models import Entry
from lianban.apps.parties.rules import Actor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def write(count):
    for number in range(count):
        services.record("tested", subject=f"thing:{number}", by=Actor(), at=NOW, facts={"n": number, "词": "链"})


def test_the_chain_of_entries_is_whole():
    write(3)

    assert queries.first_broken() is None
    assert [entry.number for entry in Entry.objects.all()] == [1, 2, 3]


def test_the_database_refuses_to_change_or_delete_an_entry():
    write(1)

    for statement in ("UPDATE journal_entry SET verb = 'x'", "DELETE FROM journal_entry"):
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("broken", [1, 2, 3])
def test_a_change_behind_the_databases_back_is_found(broken, without_append_only):
    write(3)

    Entry.objects.filter(number=broken).update(facts={"n": 99})

    assert queries.first_broken() == broken


def test_a_cut_off_tail_is_found(without_append_only):
    write(3)

    Entry.objects.filter(number=3).delete()

    assert queries.first_broken() == 3
