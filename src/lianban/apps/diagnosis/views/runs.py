"""Runs: asking for one, the history, two side by side."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lianban.apps.diagnosis import compute, queries, services
from lianban.apps.diagnosis.compute import words
from lianban.apps.diagnosis.compute.comparing import WATCHED
from lianban.apps.diagnosis.forms import RunForm
from lianban.apps.diagnosis.views.finding import NUMBER, actor_of, chain_of, or_404
from lianban.apps.jobs.rules import STATES
from lianban.apps.parties.rules import permission_refusals


@require_POST
def ask_run(request: HttpRequest, chain: str) -> HttpResponse:
    """Ask for a diagnosis and go to its progress."""
    found, actor = chain_of(request, chain), actor_of(request)
    form = RunForm(request.POST, classes=actor.visible_classes(chain))
    if not form.is_valid():
        context = {
            "chain": found,
            "scope": "nation",
            "scopes": words.SCOPES,
            "run_form": form,
            "run_refusals": permission_refusals(actor, "diagnosis.run", chain),
        }
        return render(request, "diagnosis/no_run.html", context, status=422)
    job = services.ask_run(chain=found, **form.cleaned_data, by=actor, at=timezone.now())
    back = reverse("diagnosis:listing", args=[chain]) + "?" + urlencode({"scope": form.cleaned_data["scope"]})
    return redirect(reverse("jobs:show", args=[job.pk]) + "?" + urlencode({"next": back}))


def runs(request: HttpRequest, chain: str) -> HttpResponse:
    """Every run this reader may see; their own that wait or failed stand on top."""
    found, actor = chain_of(request, chain), actor_of(request)
    context = {
        "chain": found,
        "runs": queries.runs(found, actor),
        "jobs": [(job, STATES[job.state]) for job in queries.jobs(found, actor)[:10]],
        "studies": queries.studies(found, actor)[:50],
        "kinds": queries.KINDS,
        "to_ask": {kind: queries.KINDS[kind] for kind in compute.STUDIES},
        "study_jobs": [(job, STATES[job.state]) for job in queries.asked_jobs(found, queries.STUDY_JOB, actor)[:10]],
        "study_refusals": permission_refusals(actor, "diagnosis.study", chain),
        "scopes": words.SCOPES,
        "run_form": RunForm(classes=actor.visible_classes(chain)),
        "run_refusals": permission_refusals(actor, "diagnosis.run", chain),
    }
    return render(request, "diagnosis/runs.html", context)


def compare(request: HttpRequest, chain: str) -> HttpResponse:
    """Two runs side by side: which weak points came, went and moved, and why."""
    found, actor = chain_of(request, chain), actor_of(request)
    numbers = [request.GET.get(name, "") for name in ("before", "after")]
    before, after = (
        or_404(queries.run(found, int(number), actor) if NUMBER.fullmatch(number) else None) for number in numbers
    )
    context = {
        "chain": found,
        "before": before,
        "after": after,
        "comparison": compute.compare(before.result, after.result),
        "watched": WATCHED,
        "words": words,
    }
    return render(request, "diagnosis/compare.html", context)
