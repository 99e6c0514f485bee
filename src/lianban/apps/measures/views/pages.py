"""Pages of the measures: candidates with costs, one cost with its history, a portfolio."""

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
from lianban.apps.diagnosis.models import Study
from lianban.apps.jobs.rules import STATES
from lianban.apps.measures import queries, rules, services
from lianban.apps.measures.forms import CostForm, PortfolioForm
from lianban.apps.measures.views import exporting
from lianban.apps.parties.rules import Actor, permission_refusals
from lianban.kit import exports


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _chain(request: HttpRequest, code: str) -> Chain:
    """The chain, for those who may see its measures; a hidden one and a missing one answer alike."""
    chain = atlas.chain(_actor(request), code)
    if chain is None or not _actor(request).may("measures.see", code):
        raise Http404
    return chain


def _names(chain: Chain, actor: Actor) -> dict[str, Any]:
    run = diagnosis.latest_run(chain, "nation", actor)
    return diagnosis.product_names(run) if run else {}


def _sets(chain: Chain, actor: Actor) -> list[diagnosis.NamedSet]:
    """The method's own set, and those people keep."""
    own = diagnosis.NamedSet(rules.DEFAULT_SET, rules.DEFAULT_SET_NAME, ())
    return [own, *diagnosis.kept_sets(chain, actor)]


def listing(request: HttpRequest, chain: str) -> HttpResponse:
    """Candidates with what they cost, and the form for the best portfolio."""
    found, actor = _chain(request, chain), _actor(request)
    desk = queries.desk(found, actor)
    if exports.wanted(request):
        return exporting.candidates(request, found, desk)
    return _desk(request, found, desk)


def _desk(request: HttpRequest, chain: Chain, desk: queries.Desk, form: PortfolioForm | None = None) -> HttpResponse:
    actor = _actor(request)
    sets = _sets(chain, actor)
    context = {
        "chain": chain,
        "desk": desk,
        "sets": sets,
        "form": form or PortfolioForm(sets=[(s.key, s.name) for s in sets], classes=actor.visible_classes(chain.code)),
        "find_refusals": permission_refusals(actor, "measures.find", chain.code),
        "cost_refusals": permission_refusals(actor, "measures.enter_cost", chain.code),
        "weigh_refusals": permission_refusals(actor, "measures.weigh", chain.code)
        or rules.portfolio_refusals(
            n_costs=desk.n_costed, budget_fen=1, objective="expected", scenarios=True, under_way=False, may_see_class=True,
        ),
        "jobs": [(job, STATES[job.state]) for job in diagnosis.asked_jobs(chain, queries.JOB, actor)[:5]],
        "kinds": diagnosis.KINDS,
        "portfolios": diagnosis.studies(chain, actor, "portfolio")[:20],
        "objectives": rules.OBJECTIVES,
        "examples": _examples(desk.portfolio),
    }  # fmt: skip
    return render(request, "measures/list.html", context, status=422 if form is not None else 200)


def _examples(study: Study | None) -> int:
    """How many costs behind a portfolio are plainly examples."""
    return sum(1 for one in study.parameters["costs"] if one.get("example")) if study else 0


@require_POST
def find(request: HttpRequest, chain: str) -> HttpResponse:
    """Look for candidate actions in the background."""
    found = _chain(request, chain)
    job = services.ask_actions(chain=found, by=_actor(request), at=timezone.now())
    return _to_job(job.pk, chain)


@require_POST
def weigh(request: HttpRequest, chain: str) -> HttpResponse:
    """Have the best portfolio computed in the background."""
    found, actor = _chain(request, chain), _actor(request)
    sets = _sets(found, actor)
    form = PortfolioForm(request.POST, sets=[(s.key, s.name) for s in sets], classes=actor.visible_classes(found.code))
    if not form.is_valid():
        return _desk(request, found, queries.desk(found, actor), form)
    values = form.values()
    over = next(s for s in sets if s.key == values.pop("over"))
    told = {"name": {"zh": over.name.zh, "en": over.name.en}, "scenarios": over.scenarios} if over.row else None
    job = services.ask_portfolio(chain=found, over=told, by=actor, at=timezone.now(), **values)
    return _to_job(job.pk, chain)


def _to_job(pk: int, chain: str) -> HttpResponse:
    back = reverse("measures:list", args=[chain])
    return redirect(f"{reverse('jobs:show', args=[pk])}?{urlencode({'next': back})}")


def cost(request: HttpRequest, chain: str, action: str) -> HttpResponse:
    """One action: what it would do, what it costs, who said so and when; and the form for a new cost."""
    found, actor = _chain(request, chain), _actor(request)
    candidate = queries.action(found, action, actor)
    history = list(queries.history(found, action, actor))
    if candidate is None and not history:
        raise Http404
    refusals = permission_refusals(actor, "measures.enter_cost", chain)
    form = CostForm(request.POST or None, classes=actor.visible_classes(chain))
    if request.method == "POST" and form.is_valid():
        services.enter_cost(chain=found, action=action, **form.values(), by=actor, at=timezone.now())
        messages.success(request, _("已填写成本。"))
        return redirect("measures:list", chain)
    context = {
        "chain": found, "action": candidate, "code": action, "history": history, "form": form, "refusals": refusals,
        "current": queries.costs(found, actor).get(action),
    }  # fmt: skip
    return render(request, "measures/cost.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, chain: str, action: str) -> HttpResponse:
    found, actor = _chain(request, chain), _actor(request)
    services.withdraw_cost(
        chain=found, action=action, note=request.POST.get("note", "")[:2000], by=actor, at=timezone.now()
    )
    messages.success(request, _("已撤回成本，记录保留。"))
    return redirect("measures:list", chain)


def portfolio(request: HttpRequest, chain: str, number: int) -> HttpResponse:
    """One portfolio: what was chosen and why, under assumptions that are one click away."""
    found, actor = _chain(request, chain), _actor(request)
    study = diagnosis.study(found, number, actor)
    if study is None or study.kind != "portfolio":
        raise Http404
    proof = actor.may("measures.read_proof", chain)
    if exports.wanted(request):
        return exporting.portfolio(request, found, study, proof=proof)
    context = {
        "chain": found, "study": study, "result": study.result, "proof": proof, "names": _names(found, actor),
        "sources": {source.code: source.title for source in atlas.sources(actor, found)},
        "objective": rules.OBJECTIVES.get(study.parameters["objective"]),
        "budget": study.parameters["budget_fen"] / 100,
        "examples": _examples(study),
        "whats": queries.whats(found, actor) | {one["action"]: one["what"] for one in study.parameters["costs"]},
    }  # fmt: skip
    return render(request, "measures/portfolio.html", context)


def for_product(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """The fragment on the page of a weak point; empty for those who do not see measures."""
    actor = _actor(request)
    found = atlas.chain(actor, chain)
    if found is None or not actor.may("measures.see", chain) or atlas.product(actor, found, product) is None:
        return HttpResponse("")
    desk = queries.desk(found, actor, product)
    return render(request, "measures/_for_product.html", {"chain": found, "desk": desk, "product": product})
