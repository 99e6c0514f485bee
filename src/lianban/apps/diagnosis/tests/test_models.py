from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.models import HandlingStep, WeakPoint

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def weak_point():
    chain = Chain.objects.create(code="c", name="链", data_date=date(2026, 1, 1))
    return WeakPoint.objects.create(chain=chain, product_code="p", raised_at=NOW, changed_at=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "nowhere"},
        {"route": "magic"},
        {"confidentiality": "secret"},
        {"status": "acting"},
        {"status": "closed"},
    ],
)
def test_the_database_refuses_what_no_rule_allows(weak_point, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        WeakPoint.objects.filter(pk=weak_point.pk).update(**wrong)


def test_a_step_can_neither_be_changed_nor_deleted(weak_point):
    step = HandlingStep.objects.create(
        weak_point=weak_point, verb="verify", to_status="verified", actor="user:1", at=NOW
    )

    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        HandlingStep.objects.filter(pk=step.pk).update(note="other")
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        step.delete()
