"""The watch that stands over every test (tests/locks.py) sees what could stand still."""

import pytest
from django.db import transaction

from lianban.apps.journal import services as journal
from lianban.apps.parties.models import Organisation
from tests import locks

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(db):
    return Organisation.objects.create(code="firm", name="示例企业", example=True)


def lock(model, row, **how):
    list(model.objects.select_for_update(**how).filter(pk=row.pk))


def test_a_row_is_locked_before_the_journal_and_not_after(row):
    with transaction.atomic():
        lock(Organisation, row, no_key=True)
        journal.stand_in_line()
        lock(Organisation, row, no_key=True)  # held already: nobody is waited for

    with pytest.raises(AssertionError, match="after the journal was written"), transaction.atomic():
        journal.stand_in_line()
        lock(Organisation, row, no_key=True)


def test_what_others_point_at_is_not_locked_against_them(row):
    with pytest.raises(AssertionError, match="no_key"), transaction.atomic():
        lock(Organisation, row)


def test_two_tables_are_locked_in_one_order_everywhere(db):
    watch = locks.Watch()
    with transaction.atomic():
        watch.locked("one", 1, full=True)
        watch.locked("other", 1, full=True)
    watch.held.clear()

    with pytest.raises(AssertionError, match="elsewhere after it"), transaction.atomic():
        watch.locked("other", 2, full=True)
        watch.locked("one", 2, full=True)


def test_a_row_of_ones_own_may_be_locked_at_any_time():
    with transaction.atomic():
        journal.stand_in_line()
        lock(Organisation, Organisation.objects.create(code="new", name="示例新企业"), no_key=True)
