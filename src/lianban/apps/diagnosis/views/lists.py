"""The chains, and the list of weak points of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lianban.apps.atlas import queries as atlas
from lianban.apps.diagnosis import queries
from lianban.apps.diagnosis.compute import words
from lianban.apps.diagnosis.forms import RunForm
from lianban.apps.diagnosis.queries import VIEWS, Filters
from lianban.apps.diagnosis.views.exporting import export
from lianban.apps.diagnosis.views.finding import NUMBER, actor_of, chain_of, or_404
from lianban.apps.parties.rules import permission_refusals
from lianban.kit import exports


def home(request: HttpRequest) -> HttpResponse:
    """Chains with their newest diagnosis; a reader without clearance sees the chains and no figure."""
    return render(request, "diagnosis/home.html", {"chains": queries.overview(actor_of(request))})


def listing(request: HttpRequest, chain: str) -> HttpResponse:
    """Weak points of the newest run of a scope, or of the run asked for in the address."""
    found, actor = chain_of(request, chain), actor_of(request)
    scope = request.GET.get("scope", "nation")
    number = request.GET.get("run", "")
    run = (
        queries.run(found, int(number), actor) if NUMBER.fullmatch(number) else queries.latest_run(found, scope, actor)
    )
    context = {
        "chain": found,
        "scope": run.scope if run else scope,
        "scopes": words.SCOPES,
        "run": run,
        "run_refusals": permission_refusals(actor, "diagnosis.run", chain),
        "run_form": RunForm(classes=actor.visible_classes(chain), scope=scope),
        "rule_set": atlas.rule_set(chain),
    }
    if run is None:
        return render(request, "diagnosis/no_run.html", context)
    page = queries.listing(run, found, actor, Filters.read(request.GET), timezone.localdate())
    if exports.wanted(request):
        return export(request, found, page)
    return render(
        request,
        "diagnosis/listing.html",
        context | {"page": page, "views": {code: VIEWS[code] for code in page.counts}, "words": words},
    )


def organisation(request: HttpRequest, chain: str, code: str) -> HttpResponse:
    """What the chain loses if one organisation stops: for officers and analysts, and for the organisation itself."""
    found, actor = chain_of(request, chain), actor_of(request)
    run, figures = or_404(queries.organisation_figures(found, code, actor))
    context = {
        "chain": found,
        "run": run,
        "figures": figures,
        "own": code in actor.organisations,
        "names": queries.product_names(run),
        "formula": run.result["formulas"]["organisation_loss"],
    }
    return render(request, "diagnosis/organisation.html", context)
