"""Background jobs for programs: one's own."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from lianban.apps.jobs import queries, rules, services
from lianban.apps.jobs.models import Job
from lianban.kit import api
from lianban.kit.api import Number, Receipt, Scope, Sentence, found

router = Router(tags=["jobs"])


class JobTold(Schema):
    """A job (后台任务)."""

    id: int
    kind: str
    state: str = Field(description=", ".join(rules.STATES))
    done: int
    total: int
    place: int = Field(description="排队位置，0 为不在排队 / place in the queue, 0 when not waiting")
    seconds_left: float | None
    message: Sentence | None
    asked_at: datetime
    finished_at: datetime | None
    result: Any = None


def _own(request: HttpRequest, number: int) -> Job:
    """A job is shown to whoever asked for it, and to nobody else; a visitor has none."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    mine = Job.objects.filter(pk=number, asked_by=actor.reference) if actor.signed_in else Job.objects.none()
    return found(mine.first())


@router.get("/jobs/{number}", response=JobTold)
def job(request: HttpRequest, number: Number) -> Any:
    """本人提交的一个任务。/ A job of one's own."""
    row = _own(request, number)
    seconds = (timezone.now() - row.started_at).total_seconds() if row.started_at else 0.0
    return {
        **{
            name: getattr(row, name) for name in ("kind", "state", "done", "total", "asked_at", "finished_at", "result")
        },
        "id": row.pk,
        "place": queries.place_in_queue(row) if row.state == "queued" else 0,
        "seconds_left": rules.seconds_left(row.done, row.total, seconds) if row.state == "running" else None,
        "message": row.message or None,
    }


@router.post("/jobs/{number}/cancel", response={201: Receipt}, auth=Scope("runs"))
def cancel(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """请求取消。/ Ask it to stop."""
    services.cancel(_own(request, number).pk)
    return api.receipt(response, f"/api/v1/jobs/{number}")
