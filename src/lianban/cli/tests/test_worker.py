import threading

import pytest

from lianban.apps.jobs import services
from lianban.apps.jobs.models import Job
from lianban.apps.parties.services import SYSTEM
from lianban.cli import worker


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_waits_and_stops_when_told_once(monkeypatch):
    from django.utils import timezone

    def ask():
        return Job.objects.create(kind="nobody.knows", asked_by=SYSTEM.reference, asked_at=timezone.now())

    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)
    jobs = [ask(), ask()]

    assert worker._work(once=True) == 0

    assert {Job.objects.get(pk=job.pk).state for job in jobs} == {"failed"}
    assert services.claim() is None


@pytest.mark.django_db(transaction=True)
def test_a_running_job_keeps_its_heartbeat_while_a_step_says_nothing(monkeypatch):
    from django.db import connection
    from django.utils import timezone

    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("a database in memory belongs to one thread; PostgreSQL is tried by make check")
    monkeypatch.setattr(worker, "HEARTBEAT", 0.05)
    job = Job.objects.create(
        kind="x", state="running", asked_by="x", asked_at=timezone.now(), heartbeat_at=timezone.now()
    )
    finished = threading.Event()
    pulse = threading.Thread(target=worker._beat, args=(job.pk, finished))
    pulse.start()
    threading.Event().wait(0.5)
    finished.set()
    pulse.join()

    assert Job.objects.get(pk=job.pk).heartbeat_at > job.heartbeat_at
