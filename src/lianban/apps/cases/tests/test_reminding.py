"""Everybody is reminded of what falls due, once for each of the days before it, however often the work of a day is done."""

from datetime import timedelta

import pytest
from django.core import mail

from lianban.apps.cases import rules, services
from lianban.apps.cases.models import Reminder
from lianban.apps.cases.queries import desk
from lianban.apps.notices.models import Notice
from lianban.kit.text import Text
from lianban.kit.waiting import Waiting

pytestmark = pytest.mark.django_db


def unheard(*_):
    """What a job reports its progress to."""


@pytest.fixture
def due(monkeypatch, today):
    """One thing waits for each person, due on a day given."""

    def on(day):
        def ask(actor, _):
            return [
                Waiting(
                    Text("头", "head"),
                    Text("验收", "acceptance"),
                    "/x/",
                    Text("链", "chain"),
                    f"x:{actor.user_id}",
                    day,
                )
            ]

        monkeypatch.setattr(desk, "told_by_all", lambda name: [ask] if name == "waiting" else [])

    return on


def test_each_of_the_days_before_tells_once(officer, chief, today, due):
    due_on = today + timedelta(days=7)
    due(due_on)
    told = []
    for days in range(10):
        day = (today + timedelta(days=days)).isoformat()
        told.append([services.remind(progress=unheard, day=day)["told"] for _ in range(2)])

    expected = [[2, 0] if 7 - days in rules.REMIND_BEFORE else [0, 0] for days in range(10)]
    assert told == expected
    assert Reminder.objects.count() == 2 * len(rules.REMIND_BEFORE)
    words = list(Notice.objects.filter(user_id=officer.user_id).order_by("pk").values_list("what", flat=True))
    assert words == [
        "还有 7 天到期：验收（链）",
        "还有 1 天到期：验收（链）",
        "今天到期：验收（链）",
        "已到期未办：验收（链）",
    ]


def test_a_day_that_is_moved_reminds_anew(officer, today, due):
    due(today)
    services.remind(progress=unheard, day=today.isoformat())
    due(today + timedelta(days=1))

    assert services.remind(progress=unheard, day=today.isoformat())["told"] == 1


def test_what_has_no_day_reminds_nobody(officer, today, due):
    due(None)

    assert services.remind(progress=unheard, day=today.isoformat()) == {"people": 1, "told": 0}
    assert mail.outbox == []
