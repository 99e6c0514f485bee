from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from lianban.apps.jobs import services
from lianban.apps.jobs.models import Job
from lianban.apps.parties.services import SYSTEM
from lianban.cli import worker

pytestmark = pytest.mark.django_db


def test_the_worker_does_what_waits_and_stops_when_told_once(monkeypatch):
    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)  # this test's transaction lives in one
    asked = {"kind": "nobody.knows", "asked_by": SYSTEM.reference, "asked_at": timezone.now()}
    jobs = [Job.objects.create(**asked) for _ in range(2)]
    monkeypatch.setattr(worker, "_beat", lambda job_id, finished: None)  # another thread has another database here

    assert worker._work(once=True) == 0

    assert {Job.objects.get(pk=job.pk).state for job in jobs} == {"failed"}
    assert services.claim() is None


class Beats:
    """Stands for the event that ends the pulse: lets it beat a number of times."""

    def __init__(self, times):
        self.times = times

    def wait(self, seconds):
        self.times -= 1
        return self.times < 0


@pytest.mark.parametrize(("state", "beats"), [("running", True), ("done", False)])
def test_only_a_running_job_keeps_its_heartbeat(monkeypatch, state, beats):
    monkeypatch.setattr(connection, "close", lambda: None)
    before = timezone.now() - timedelta(seconds=30)
    job = Job.objects.create(kind="x", state=state, asked_by="x", asked_at=before, heartbeat_at=before)

    worker._beat(job.pk, Beats(1))

    assert (Job.objects.get(pk=job.pk).heartbeat_at > before) is beats
