"""Scenario sets: which there are, and how likely each scenario is."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.diagnosis import queries, services
from lianban.apps.diagnosis.compute import Asked
from lianban.apps.diagnosis.forms import WeightsForm
from lianban.apps.diagnosis.forms.what_if import address
from lianban.apps.diagnosis.models import Run, ScenarioSet
from lianban.apps.diagnosis.views.finding import actor_of, chain_of, or_404
from lianban.apps.parties.rules import permission_refusals
from lianban.apps.parties.services import require


def scenario_sets(request: HttpRequest, chain: str) -> HttpResponse:
    """Every set this reader may use, with its scenarios as links to the what-if page."""
    found, actor = chain_of(request, chain), actor_of(request)
    require(actor, "diagnosis.what_if", chain)
    run = queries.latest_run(found, "nation", actor)
    sets = queries.named_sets(found, run, atlas.rule_set(chain), actor) if run else []
    context = {
        "chain": found,
        "run": run,
        "sets": [(one, _linked(one.scenarios)) for one in sets],
        "keep_refusals": permission_refusals(actor, "diagnosis.keep_scenarios", chain),
    }
    return render(request, "diagnosis/sets.html", context)


@require_POST
def copy_set(request: HttpRequest, chain: str) -> HttpResponse:
    """Make a set of the scenarios that follow from the newest run."""
    found, actor = chain_of(request, chain), actor_of(request)
    run: Run = or_404(queries.latest_run(found, "nation", actor))
    row = services.copy_set(
        chain=found, set_name=queries.WORST_NAME.zh, scenarios=queries.worst(found, run, atlas.rule_set(chain)),
        confidentiality=run.confidentiality, by=actor, at=timezone.now(),
    )  # fmt: skip
    return redirect("diagnosis:scenario_set", chain, row.pk)


def scenario_set(request: HttpRequest, chain: str, pk: int) -> HttpResponse:
    """One set: its scenarios, and a form for how likely they are."""
    found, actor = chain_of(request, chain), actor_of(request)
    require(actor, "diagnosis.what_if", chain)
    row: ScenarioSet = or_404(queries.scenario_sets(found, actor).filter(pk=pk).first())
    form = WeightsForm(request.POST or None, scenarios=row.scenarios)
    if request.method == "POST" and form.is_valid():
        services.weigh_scenarios(set_id=row.pk, weights=form.weights(), by=actor, at=timezone.now())
        messages.success(request, _("已保存概率。"))
        return redirect("diagnosis:scenario_set", chain, row.pk)
    context = {
        "chain": found,
        "row": row,
        "lines": [
            (place, one, link, form[f"p{place}"], form[f"b{place}"])
            for place, (one, link) in enumerate(_linked(row.scenarios))
        ],
        "form": form,
        "uniform": any(one["probability"] is None for one in row.scenarios),
        "keep_refusals": permission_refusals(actor, "diagnosis.keep_scenarios", chain),
    }
    return render(request, "diagnosis/set.html", context, status=422 if form.errors else 200)


@require_POST
def drop_scenario(request: HttpRequest, chain: str, pk: int, place: int) -> HttpResponse:
    found, actor = chain_of(request, chain), actor_of(request)
    row: ScenarioSet = or_404(queries.scenario_sets(found, actor).filter(pk=pk).first())
    left = services.drop_scenario(set_id=row.pk, place=place, by=actor, at=timezone.now())
    return redirect("diagnosis:scenario_set", chain, pk) if left else redirect("diagnosis:scenario_sets", chain)


def _linked(scenarios: Any) -> list[tuple[Any, str]]:
    """Each scenario with the address that asks it alone."""
    return [(one, address(Asked.of(one["asked"]))) for one in scenarios]
