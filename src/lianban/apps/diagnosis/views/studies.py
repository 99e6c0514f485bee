"""Studies: asking for one, and how a kept one came about."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.diagnosis import compute, queries, services
from lianban.apps.diagnosis.models import Study
from lianban.apps.diagnosis.views.finding import actor_of, chain_of, or_404
from lianban.apps.parties.services import require


@require_POST
def ask_study(request: HttpRequest, chain: str) -> HttpResponse:
    """Ask for a study and go to its progress."""
    found, actor = chain_of(request, chain), actor_of(request)
    kind = request.POST.get("kind", "")
    require(actor, "diagnosis.study", chain)
    if kind not in compute.STUDIES:
        raise Http404
    data_class = request.POST.get("data_class", "office")
    job = services.ask_study(chain=found, kind=kind, by=actor, at=timezone.now(),
                             data_class=data_class if data_class in actor.visible_classes(chain) else "office")  # fmt: skip
    back = request.POST.get("next") or reverse("diagnosis:runs", args=[chain])
    return redirect(f"{reverse('jobs:show', args=[job.pk])}?{urlencode({'next': back})}")


def study(request: HttpRequest, chain: str, number: int) -> HttpResponse:
    """How a study came about: parameters, seed, versions, fingerprints; and what it says in short."""
    found, actor = chain_of(request, chain), actor_of(request)
    row: Study = or_404(queries.study(found, number, actor))
    return render(
        request,
        "diagnosis/study.html",
        {
            "chain": found,
            "study": row,
            "kinds": queries.KINDS,
            "rule_set": atlas.rule_set(chain),
            "body": f"diagnosis/_study_{row.kind}.html" if row.kind in compute.STUDIES else "",
        },
    )
