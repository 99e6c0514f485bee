from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from lianban.apps.jobs import rules, services
from lianban.apps.jobs.models import Job
from lianban.apps.parties.rules import Actor
from lianban.kit import mechanisms
from lianban.kit.refusals import Refused, refuse

pytestmark = pytest.mark.django_db
ASKER = Actor(user_id=7)
CALLS: list[int] = []


def count_up(*, progress, to):
    for number in range(to):
        progress(number + 1, to)
        CALLS.append(number)
    return {"counted": to}


def say_no(*, progress):
    raise Refused([refuse("x.no", "缺少数据", "data are missing")])


def break_down(*, progress):
    raise ZeroDivisionError


def stop_half_way(*, progress):
    Job.objects.update(cancel_asked=True)
    progress(1, 2)
    raise AssertionError("progress should have stopped this")


@pytest.fixture(autouse=True)
def works(monkeypatch):
    CALLS.clear()
    kinds = {name: f"{__name__}.{name}" for name in ("count_up", "say_no", "break_down", "stop_half_way")}
    functions = {f"{__name__}.{name}": globals()[name] for name in kinds}
    monkeypatch.setattr(services.working, "all_works", lambda: kinds)
    monkeypatch.setattr(services.working, "import_string", functions.__getitem__)
    assert mechanisms.all_works() is not None


def test_a_job_is_done_and_keeps_its_result():
    job = services.enqueue("count_up", by=ASKER, to=3)

    assert services.work_off() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.total) == ("done", {"counted": 3}, 3, 3)
    assert CALLS == [0, 1, 2]


def test_an_unknown_kind_is_refused_when_asked_not_when_run():
    with pytest.raises(LookupError):
        services.enqueue("nothing", by=ASKER)


@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        ("say_no", "failed", "缺少数据"),
        ("break_down", "failed", "程序出错"),
        ("stop_half_way", "cancelled", "已按要求取消"),
    ],
)
def test_how_a_job_ends_is_said_in_words(kind, state, words):
    job = services.enqueue(kind, by=ASKER)

    services.work_off()

    job.refresh_from_db()
    assert job.state == state
    assert words in job.message["zh"]
    assert job.finished_at


def test_a_waiting_job_is_cancelled_at_once_and_never_run():
    job = services.enqueue("count_up", by=ASKER, to=1)

    services.cancel(job.pk)

    assert services.work_off() == 0
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert CALLS == []


def test_a_silent_workers_job_is_tried_again_once_and_then_given_up():
    job = services.enqueue("count_up", by=ASKER, to=1)
    for expected in ("queued", "failed"):
        services.claim()
        Job.objects.update(heartbeat_at=timezone.now() - rules.HEARTBEAT_LOST - timedelta(seconds=1))

        assert services.sweep() == 1

        job.refresh_from_db()
        assert job.state == expected


def test_a_job_whose_worker_lives_is_left_alone():
    services.enqueue("count_up", by=ASKER, to=1)
    services.claim()

    assert services.sweep() == 0


def test_a_claimed_job_is_not_claimed_twice():
    services.enqueue("count_up", by=ASKER, to=1)

    assert services.claim() is not None
    assert services.claim() is None


def test_only_the_asker_sees_a_job(client):
    job = services.enqueue("count_up", by=ASKER, to=1)

    assert client.get(f"/jobs/{job.pk}/").status_code == 404


def test_work_of_a_day_is_asked_for_once_a_day_and_not_in_the_night(monkeypatch):
    monkeypatch.setattr(services.working, "all_daily", lambda: ["count_up", "say_no"])
    night = timezone.make_aware(datetime(2026, 11, 23, 5, 59))

    assert services.ask_for_daily(night) == 0
    asked = [
        services.ask_for_daily(night + timedelta(minutes=minutes)) for minutes in (1, 2, 600, 24 * 60, 24 * 60 + 1)
    ]
    assert asked == [2, 0, 0, 0, 2]
    assert Job.objects.filter(kind="count_up").values_list("arguments", flat=True)[0] == {"day": "2026-11-23"}
