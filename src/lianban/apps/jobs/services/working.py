"""Asking for work, doing it, watching it. One worker process takes one job at a time.

Decision 0005: the row is claimed directly by the worker under a conditional update, so no queue beside
the table can lose it; a silent worker's job is taken up again by the sweep.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from lianban.apps.jobs import rules
from lianban.apps.jobs.compute import LianbanError
from lianban.apps.jobs.models import Job
from lianban.kit.mechanisms import all_daily, all_works
from lianban.kit.refusals import Refused
from lianban.kit.text import Text

logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody asked the job to stop."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a work function calls now and then: keeps the heartbeat, stops when asked to."""

    job_id: int

    def __call__(self, done: int, total: int, message: Text | None = None) -> None:
        values: dict[str, Any] = {"done": done, "total": total, "heartbeat_at": timezone.now()}
        if message:
            values["message"] = {"zh": message.zh, "en": message.en}
        Job.objects.filter(pk=self.job_id).update(**values)
        if Job.objects.filter(pk=self.job_id, cancel_asked=True).exists():
            raise Cancelled


def enqueue(kind: str, *, by: Any, **arguments: Any) -> Job:
    """Ask for work; it starts when this transaction is committed and a worker is free."""
    if kind not in all_works():
        raise LookupError(f"no mechanism carries out {kind!r}")
    return Job.objects.create(kind=kind, arguments=arguments, asked_by=by.reference, asked_at=timezone.now())


def ask_for_daily(at: datetime) -> int:
    """Ask for the work of this day that nobody asked for yet; returns how much.

    Any number of schedulers may do so at once: the database takes one job of a kind and day (catalogue item A11).
    """
    day, asked = timezone.localtime(at), 0
    if day.hour < rules.DAILY_FROM_HOUR:
        return 0
    for kind in all_daily():
        facts = {"kind": kind, "arguments": {"day": day.date().isoformat()}, "asked_by": "system", "asked_at": at}
        asked += Job.objects.get_or_create(once=f"{kind} {day.date()}", defaults=facts)[1]
    return asked


def cancel(job_id: int) -> None:
    """Ask a job to stop: at once while it waits, at its next sign of life while it runs."""
    now = timezone.now()
    if not Job.objects.filter(pk=job_id, state="queued").update(state="cancelled", finished_at=now):
        Job.objects.filter(pk=job_id, state="running").update(cancel_asked=True)


def claim() -> Job | None:
    """Take the oldest waiting job; the conditional update lets only one worker have it."""
    for pk in Job.objects.filter(state="queued").order_by("id").values_list("id", flat=True)[:5]:
        now = timezone.now()
        with transaction.atomic():
            job = Job.objects.select_for_update().get(pk=pk)
            if job.state != "queued":
                continue
            job.state, job.started_at, job.heartbeat_at, job.attempt = "running", now, now, job.attempt + 1
            job.save(update_fields=["state", "started_at", "heartbeat_at", "attempt"])
        return job
    return None


def carry_out(job: Job) -> Job:
    """Run a claimed job to its end and write how it ended, in words for people."""
    state, result = "done", None
    message = Text("完成", "done")
    try:
        function: Callable[..., Any] = import_string(all_works()[job.kind])
        result = function(progress=Progress(job.pk), **job.arguments)
    except Cancelled:
        state, message = "cancelled", Text("已按要求取消，没有写入结果", "cancelled as asked; nothing was written")
    except Refused as refused:
        state = "failed"
        message = Text(
            "；".join(r.message.zh for r in refused.refusals), "; ".join(r.message.en for r in refused.refusals)
        )
    except LianbanError as error:
        state, message = "failed", Text(f"无法计算：{error}", f"cannot be computed: {error}")
    except Exception:  # a bug must not stop the worker; the log has it whole, the page says where to look
        logger.error("job.broken job=%s kind=%s\n%s", job.pk, job.kind, traceback.format_exc())
        state = "failed"
        message = Text(
            f"程序出错，数据没有改动；请把任务号 {job.pk} 告诉管理员",
            f"a program error; no data were changed. Tell the administrator job number {job.pk}",
        )
    Job.objects.filter(pk=job.pk, state="running").update(
        state=state, result=result, message={"zh": message.zh, "en": message.en}, finished_at=timezone.now()
    )
    job.refresh_from_db()
    return job


def sweep() -> int:
    """Find jobs whose worker fell silent: queue them again, or give up with a reason. Returns how many."""
    now, found = timezone.now(), 0
    for job in Job.objects.filter(state="running"):
        if rules.is_lost(job.state, job.heartbeat_at, now):
            state = rules.after_loss(job.attempt)
            message = {"zh": "工作进程中断", "en": "the worker process was lost"}
            finished = now if state == "failed" else None
            found += Job.objects.filter(pk=job.pk, state="running", heartbeat_at=job.heartbeat_at).update(
                state=state, message=message, finished_at=finished
            )
    return found


def work_off(limit: int = 100) -> int:
    """Do what is waiting, here and now; for tests and for commands. Returns how many jobs were done."""
    count = 0
    while count < limit and (job := claim()):
        carry_out(job)
        count += 1
    return count
