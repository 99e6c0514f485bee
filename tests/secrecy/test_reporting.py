"""The reporting views tell no word above the class they are for, and keep the columns they promised."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from lianban.apps.reporting import rules, services

DOCUMENT = Path(__file__).parents[2] / "docs" / "howto" / "reporting-views.md"


def rows_of(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name}")
        return [column[0] for column in cursor.description], cursor.fetchall()


@pytest.mark.slow
def test_a_view_tells_only_what_its_readers_may_read(stage):
    """Open views are read as a visitor, office views as an analyst; each tells something."""
    wrong, empty = [], []
    for name, _, classes in rules.named():
        _, rows = rows_of(name)
        person = "visitor" if len(classes) == 1 else "analyst"
        wrong += [f"{name}: {leak}" for leak in stage.leaks(person, str(rows))]
        empty += [name] if not rows else []
    assert wrong == [] and empty == ["report_weak_points_v1"]  # the stage has no open weak point


def test_the_columns_are_those_of_the_document_and_stay(db):
    text = DOCUMENT.read_text(encoding="utf-8")
    told = {
        name: columns.split(", ") for name, columns in re.findall(r"^\| `(report_\w+)` \| .* \| (.*) \|$", text, re.M)
    }
    there = {name: rows_of(name)[0] for name, _, classes in rules.named() if len(classes) == 1}
    assert told == there
    services.drop()
    with connection.cursor() as cursor:
        assert not [
            one.name for one in connection.introspection.get_table_list(cursor) if one.name.startswith("report_")
        ]
    assert len(services.make()) == len(services.make()) == 2 * len(there)
    call_command("migrate", verbosity=0)  # nothing to do: the views stay
    assert rows_of("report_chains_v1")[1] == []
