"""What if: the question stands in the address, so that a view is a link."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import compute, queries, rules, services
from lianban.apps.diagnosis.compute import words
from lianban.apps.diagnosis.forms import ScenarioForm, WhatIfForm
from lianban.apps.diagnosis.models import Run
from lianban.apps.diagnosis.views.finding import actor_of, chain_of, or_404
from lianban.apps.jobs.rules import STATES
from lianban.apps.parties.rules import CONFIDENTIALITY, permission_refusals
from lianban.apps.parties.services import require
from lianban.rulebook import RuleSet


@dataclass
class Table:
    """What a question stands on: the run it starts from, the rules, the sets, the form as it was filled."""

    chain: Chain
    run: Run
    rules: RuleSet
    sets: list[queries.NamedSet]
    form: WhatIfForm

    @property
    def over(self) -> queries.NamedSet | None:
        return next((one for one in self.sets if one.key == self.form.over), None)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of data the run stands on, so that 'before' is what the list shows."""
        return tuple(CONFIDENTIALITY[: CONFIDENTIALITY.index(self.run.data_class) + 1])

    @property
    def weighed(self) -> tuple[compute.Weighed, ...]:
        return self.over.weighed() if self.over and not self.form.asked.edits.empty else ()

    @property
    def inline(self) -> bool:
        n_products = sum(len(self.run.result[group]) for group in ("weak_points", "unknown", "products"))
        return rules.runs_inline(n_products, len(self.weighed))

    def question(self) -> dict[str, Any]:
        return services.question(
            self.chain, self.form.asked, self.weighed, scope=self.form.scope, classes=self.classes,
            rules_fingerprint=self.rules.fingerprint,
        )  # fmt: skip


def _table(request: HttpRequest, chain: str) -> Table | None:
    found, actor = chain_of(request, chain), actor_of(request)
    require(actor, "diagnosis.what_if", chain)
    run = queries.latest_run(found, request.GET.get("scope") or "nation", actor)
    run = run or queries.latest_run(found, "nation", actor)
    if run is None:
        return None
    rule_set = atlas.rule_set(chain)
    sets = queries.named_sets(found, run, rule_set, actor)
    form = WhatIfForm(request.GET, pickers=queries.pickers(found, run, rule_set, sets))
    return Table(found, run, rule_set, sets, form)


def what_if(request: HttpRequest, chain: str) -> HttpResponse:
    """Before and after side by side; nothing is stored."""
    table = _table(request, chain)
    if table is None:
        return render(
            request, "diagnosis/what_if.html", {"chain": chain_of(request, chain), "run": None, "words": words}
        )
    form, status, told = table.form, 422 if request.GET else 200, {}
    if form.is_valid():
        status = 200
        if "" in [value for _name, values in request.GET.lists() for value in values]:
            return redirect(f"{request.path}?{form.address()}")
        if not form.asked.empty:
            told = _answer(request, table)
            status = 422 if told.get("refusals") else 200
    context = {
        "chain": table.chain, "run": table.run, "words": words, "rule_set": table.rules, "form": form,
        "names": queries.product_names(table.run), "over": table.over, "address": request.GET.urlencode(),
        "scenario_form": ScenarioForm(initial={"set_name": table.over.name.zh if table.over and table.over.row else ""}),
        "keep_refusals": permission_refusals(actor_of(request), "diagnosis.keep_scenarios", chain),
        "sets": table.sets,
    }  # fmt: skip
    return render(request, "diagnosis/what_if.html", context | told, status=status)


def _answer(request: HttpRequest, table: Table) -> dict[str, Any]:
    """The answer where it is quick or already there; else how far it is."""
    form = table.form
    if table.inline:
        answer = compute.what_if(
            table.chain, form.asked, classes=table.classes, scope=form.scope, rules=table.rules, over=table.weighed
        )
        return {"answer": answer.result, "over_set": answer.over_set, "refusals": answer.refusals}
    job = queries.what_if_job(actor_of(request), table.question()["key"])
    if job is not None and job.state == "done" and job.result:
        return {"answer": job.result["answer"], "over_set": job.result["over_set"], "job": job}
    return {"background": True, "job": job, "job_state": STATES[job.state] if job else None}


@require_POST
def ask_what_if(request: HttpRequest, chain: str) -> HttpResponse:
    """Have a large question worked out in the background and go to its progress."""
    table = or_404(_table(request, chain))
    if not table.form.is_valid() or table.form.asked.empty:
        raise Http404
    job = services.ask_what_if(chain=table.chain, asked=table.question(), by=actor_of(request), at=timezone.now())
    back = f"{reverse('diagnosis:what_if', args=[chain])}?{table.form.address()}"
    return redirect(f"{reverse('jobs:show', args=[job.pk])}?{urlencode({'next': back})}")


@require_POST
def keep_scenario(request: HttpRequest, chain: str) -> HttpResponse:
    """Keep the stops and cuts of the address as a named scenario."""
    table = or_404(_table(request, chain))
    form = ScenarioForm(request.POST)
    require(actor_of(request), "diagnosis.keep_scenarios", chain)
    back = f"{reverse('diagnosis:what_if', args=[chain])}?{request.GET.urlencode()}"
    if not form.is_valid() or not table.form.is_valid():
        messages.error(request, _("请写明情景名称和情景集。"))
        return redirect(back)
    row = services.keep_scenario(
        chain=table.chain, **form.cleaned_data, asked=table.form.asked, confidentiality=table.run.confidentiality,
        by=actor_of(request), at=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("已放入情景集“%(name)s”。") % {"name": row.name})
    return redirect("diagnosis:scenario_set", chain, row.pk)
