"""``lianban worker``: carry out background jobs, one at a time, until told to stop."""

import signal
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.output import t

PAUSE = 0.5  # seconds between looks at an empty queue
SWEEP = 10.0  # seconds between searches for jobs whose worker fell silent
KEPT = timedelta(days=30)  # keys of forms carried out (docs/decisions/0081)
HEARTBEAT = 10.0  # seconds; a silent worker is given up after 45


def register(app: typer.Typer) -> None:
    """Add ``lianban worker``."""
    once_option = typer.Option("--once", help=t("做完排队的任务就结束", "Stop when the queue is empty"))

    @app.command(help=t("执行后台任务（诊断等），直到被停止", "Carry out background jobs until stopped"))
    def worker(once: Annotated[bool, once_option] = False) -> int:
        from lianban.cli.site import start_django

        start_django()
        return _work(once)


def _work(once: bool) -> int:
    from django.db import close_old_connections
    from django.utils import timezone

    from lianban.apps.jobs import services

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    swept = 0.0
    while not stop.is_set():
        close_old_connections()
        if time.monotonic() - swept >= SWEEP or not swept:
            services.sweep()
            services.ask_for_daily(timezone.now())
            _forget()
            swept = time.monotonic()
        job = services.claim()
        if job is not None:
            _carry_out(job)
        elif once:
            break
        else:
            stop.wait(PAUSE)
    return output.DONE


def _forget() -> None:
    """Forget keys of forms that nobody sends again (site/once.py)."""
    from django.utils import timezone

    from lianban.apps.journal import services

    services.forget_posts(before=timezone.localdate() - KEPT)


def _carry_out(job: Any) -> None:
    """Run one job; a second thread keeps its heartbeat while a long step of the calculation says nothing."""
    from lianban.apps.jobs import services

    finished = threading.Event()
    pulse = threading.Thread(target=_beat, args=(job.pk, finished), daemon=True)
    pulse.start()
    try:
        services.carry_out(job)
    finally:
        finished.set()
        pulse.join(timeout=5)


def _beat(job_id: int, finished: threading.Event) -> None:
    from django.db import OperationalError, connection
    from django.utils import timezone

    from lianban.apps.jobs.models import Job

    while not finished.wait(HEARTBEAT):
        with suppress(OperationalError):  # SQLite lets one write at a time: a long one of the job itself is sign enough
            Job.objects.filter(pk=job_id, state="running").update(heartbeat_at=timezone.now())
    connection.close()
