"""A job's progress, as page and as the fragment that asks again by itself."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
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


@require_POST
@login_required
def list_later(request: HttpRequest) -> HttpResponse:
    """Have a long list written in the background."""
    job, file = services.write_later(
        address=request.POST.get("address", "")[:4000], language=request.LANGUAGE_CODE, by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
    )  # fmt: skip
    return redirect(f"{reverse('jobs:show', args=[job.pk])}?next={reverse('jobs:list_file', args=[file.pk])}")


@login_required
def list_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A list that was written, for its reader, while their roles are those it was written under."""
    actor = request.actor  # type: ignore[attr-defined]
    file = queries.list_file(actor, pk)
    if file is None or file.rights != services.lists.rights(actor):
        raise Http404
    services.take(file=file, by=actor, at=timezone.now())
    return HttpResponse(bytes(file.content or b""), content_type=file.media, headers={"Content-Disposition": file.name})
