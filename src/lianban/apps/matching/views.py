"""Pages of matching: who could solve it, questions of teams, one question with its answer."""

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
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.jobs.rules import STATES
from lianban.apps.journal import services as journal
from lianban.apps.matching import queries, rules, services
from lianban.apps.matching.forms import CandidateForm, QuestionForm
from lianban.apps.matching.models import TeamQuestion
from lianban.apps.parties import queries as parties
from lianban.apps.parties.rules import Actor, permission_refusals
from lianban.kit import exports
from lianban.kit.confidentiality import highest
from lianban.kit.exports import Column
from lianban.kit.text import Text


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _chain(request: HttpRequest, code: str) -> Chain:
    """The chain, for those who may see its matching; a hidden one and a missing one answer alike."""
    chain = atlas.chain(_actor(request), code)
    if chain is None or not _actor(request).may("matching.see", code):
        raise Http404
    return chain


def _question(request: HttpRequest, chain: Chain, pk: int) -> TeamQuestion:
    found = queries.question(chain, pk, _actor(request))
    if found is None:
        raise Http404
    return found


def listing(request: HttpRequest, chain: str) -> HttpResponse:
    found, actor = _chain(request, chain), _actor(request)
    context = {
        "chain": found, "questions": queries.questions(found, actor)[:200], "products": _products(found, actor),
        "refusals": permission_refusals(actor, "matching.ask", chain),
    }  # fmt: skip
    return render(request, "matching/list.html", context)


def _products(chain: Chain, actor: Actor) -> list[tuple[str, Text]]:
    return sorted(((code, name) for code, name in queries.names(chain, actor).items()), key=lambda one: one[1].zh)


def who(request: HttpRequest, chain: str) -> HttpResponse:
    """Who could solve it: from a product, from words, or both."""
    found, actor = _chain(request, chain), _actor(request)
    product, text = request.GET.get("product", "")[:100], request.GET.get("text", "")[:2000]
    names = queries.names(found, actor)
    if product and product not in names:
        raise Http404
    solvers = queries.solvers(found, product, actor, text=text) if product or text.strip() else []
    if exports.wanted(request):
        return _export(request, found, solvers)
    context = {
        "chain": found, "product": product, "name": names.get(product), "text": text, "solvers": solvers,
        "products": _products(found, actor), "refusals": permission_refusals(actor, "matching.ask", chain),
    }  # fmt: skip
    return render(request, "matching/who.html", context)


def _export(request: HttpRequest, chain: Chain, solvers: list[queries.Solver]) -> HttpResponse:
    columns = [
        Column(Text("编码", "Code"), "code"), Column(Text("单位", "Organisation"), "name"),
        Column(Text("性质", "Kind"), "kind_name"), Column(Text("依据分", "Points of evidence"), "points"),
        Column(Text("理由", "Reasons"), "why"),
    ]  # fmt: skip
    name = Text(f"{chain.name} 谁能解题", f"{chain.name_en or chain.name} who could solve it")
    of_class = highest("office", *(one.confidentiality for one in solvers))
    return exports.respond(
        request,
        name,
        columns,
        solvers,
        of_class,
        _actor(request),
        subject=f"chain:{chain.code}",
        record=journal.record,
        about=chain,
    )


@require_POST
def draft(request: HttpRequest, chain: str) -> HttpResponse:
    found = _chain(request, chain)
    given = {name: request.POST.get(name, "")[:2000] for name in ("product", "text")}
    asked = services.draft(chain=found, **given, by=_actor(request), at=timezone.now())
    return redirect("matching:show", chain, asked.pk)


def show(request: HttpRequest, chain: str, pk: int) -> HttpResponse:
    """One question: the answer first, then candidates, then what is asked."""
    found, actor = _chain(request, chain), _actor(request)
    asked = _question(request, found, pk)
    everybody, newest = queries.candidates(asked), queries.newest(asked, actor)
    n_costs = sum(1 for one in everybody if one.cost_fen is not None)
    context = {
        "chain": found, "asked": asked, "candidates": everybody, "study": newest, "result": newest.result if newest else None,
        "proof": actor.may("matching.read_proof", chain),
        "stale": bool(newest and newest.parameters["changed"] != asked.changed), "n_costs": n_costs,
        "chosen": {one["code"] for one in newest.result["members"]} if newest else set(), "levels": rules.LEVELS,
        "objectives": rules.OBJECTIVES, "objective": rules.OBJECTIVES[asked.rules.get("objective", "cost")], "kinds": rules.KINDS,
        "ask_refusals": permission_refusals(actor, "matching.ask", chain),
        "solve_refusals": permission_refusals(actor, "matching.solve", chain)
        or rules.solve_refusals(n_costs=n_costs, under_way=False),
        "jobs": [(job, STATES[job.state]) for job in diagnosis.asked_jobs(found, queries.JOB, actor)
                 if job.arguments["parameters"]["question"] == asked.pk][:3],
    }  # fmt: skip
    return render(request, "matching/show.html", context)


def change(request: HttpRequest, chain: str, pk: int) -> HttpResponse:
    found, actor = _chain(request, chain), _actor(request)
    asked = _question(request, found, pk)
    form = QuestionForm(request.POST or None, initial=QuestionForm.start(asked))
    if request.method == "POST" and form.is_valid():
        values = form.values(asked.capabilities)
        services.change(question_id=asked.pk, **values, by=actor, at=timezone.now())
        messages.success(request, _("已改要求。"))
        return redirect("matching:show", chain, pk)
    context = {"chain": found, "asked": asked, "form": form,
               "refusals": permission_refusals(actor, "matching.ask", chain)}  # fmt: skip
    return render(request, "matching/change.html", context, status=422 if form.errors else 200)


def candidate(request: HttpRequest, chain: str, pk: int, code: str) -> HttpResponse:
    """Levels and cost of one organisation; any of the registry can be added by its code."""
    found, actor = _chain(request, chain), _actor(request)
    asked, organisation = _question(request, found, pk), parties.organisation(code)
    if organisation is None:
        raise Http404
    one = queries.candidate(asked, code)
    start: dict[str, Any] = CandidateForm.start(one, asked.capabilities) if one else {}
    form = CandidateForm(request.POST or None, initial=start, capabilities=asked.capabilities)
    if request.method == "POST" and form.is_valid():
        services.fill_in(question_id=asked.pk, organisation=organisation, **form.values(), by=actor, at=timezone.now())
        messages.success(request, _("已填写。"))
        return redirect("matching:show", chain, pk)
    context = {"chain": found, "asked": asked, "organisation": organisation, "one": one, "form": form,
               "refusals": permission_refusals(actor, "matching.ask", chain)}  # fmt: skip
    return render(request, "matching/candidate.html", context, status=422 if form.errors else 200)


@require_POST
def solve(request: HttpRequest, chain: str, pk: int) -> HttpResponse:
    found = _chain(request, chain)
    asked = _question(request, found, pk)
    job = services.ask(question_id=asked.pk, by=_actor(request), at=timezone.now())
    back = reverse("matching:show", args=[chain, pk])
    return redirect(f"{reverse('jobs:show', args=[job.pk])}?{urlencode({'next': back})}")


def for_product(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """The fragment on the page of a weak point; empty for those who do not see matching."""
    actor = _actor(request)
    found = atlas.chain(actor, chain)
    if found is None or not actor.may("matching.see", chain) or atlas.product(actor, found, product) is None:
        return HttpResponse("")
    solvers = queries.solvers(found, product, actor)
    return render(request, "matching/_for_product.html", {"chain": found, "product": product, "solvers": solvers})
