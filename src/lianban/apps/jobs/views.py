"""A job's progress, as page and as the fragment that asks again by itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lianban.apps.jobs import queries, rules, services
from lianban.apps.jobs.models import Job


def _own(request: HttpRequest, pk: int) -> Job:
    """A job is shown to whoever asked for it, and to nobody else."""
    return get_object_or_404(Job, pk=pk, asked_by=request.actor.reference)  # type: ignore[attr-defined]


def show(request: HttpRequest, pk: int) -> HttpResponse:
    job = _own(request, pk)
    seconds = (timezone.now() - job.started_at).total_seconds() if job.started_at else 0.0
    next_page = request.GET.get("next", "")
    context: dict[str, Any] = {
        "job": job,
        "state": rules.STATES[job.state],
        "finished": job.state in rules.FINISHED,
        "place": queries.place_in_queue(job) if job.state == "queued" else 0,
        "left": rules.seconds_left(job.done, job.total, seconds),
        "next": next_page if next_page.startswith("/") and not next_page.startswith("//") else "",
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    response = render(request, "jobs/_job.html" if htmx else "jobs/job.html", context)
    if htmx and job.state == "done" and context["next"]:
        response.headers["HX-Redirect"] = context["next"]
    return response


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    services.cancel(_own(request, pk).pk)
    return redirect("jobs:show", pk)
