"""The page of one weak point, and what is done there."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Product
from lianban.apps.diagnosis import queries, rules, services
from lianban.apps.diagnosis.compute import words
from lianban.apps.diagnosis.forms import DescribeForm, form_for
from lianban.apps.diagnosis.models import WeakPoint
from lianban.apps.diagnosis.views.finding import actor_of, chain_of, or_404
from lianban.apps.parties import queries as parties
from lianban.apps.parties.rules import Actor, permission_refusals
from lianban.kit.text import say

ANSWERERS = ("lead_department", "science_bureau", "officer", "office_head", "enterprise", "laboratory")


def point(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    return _page(request, chain, product)


def missing(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """A sheet that asks for the fact worth most: what, of whom, where it goes."""
    found, actor = chain_of(request, chain), actor_of(request)
    row: Product = or_404(atlas.product(actor, found, product))
    run = queries.latest_run(found, "nation", actor)
    page = queries.page(found, row, None, run, actor, timezone.localdate())
    beyond = queries.beyond(found, page.point, product, page.members, actor)
    fact = or_404(beyond.fact)
    asked = page.members.get(fact["organisation"])
    demands = page.point["voices"]["firm"]["demands"] if page.point else []
    context = {
        "chain": found,
        "product": row,
        "run": run,
        "beyond": beyond,
        "fact": fact,
        "asked": [asked]
        if asked
        else [page.members[one["raised_by"]] for one in demands if one["raised_by"] in page.members],
        "goes_to": words.FACT_ROWS.get(fact["kind"], ()),
        "rule_set": atlas.rule_set(chain),
    }
    return render(request, "diagnosis/missing.html", context)


@require_POST
def do(request: HttpRequest, chain: str, product: str, verb: str) -> HttpResponse:
    """One verb of the table: read the form, call the service, come back."""
    if verb not in rules.WORKFLOW.moves:
        raise Http404
    found, actor = chain_of(request, chain), actor_of(request)
    weak = or_404(queries.weak_point(found, product, actor))
    form = _form(found, actor, verb, request.POST, weak, queries.recommended_route(found, product, actor))
    if not form.is_valid():
        return _page(request, chain, product, {verb: form}, status=422)
    getattr(services, verb)(weak_point_id=weak.pk, **form.cleaned_data, by=actor, at=timezone.now())
    messages.success(request, _("已办理：%(verb)s") % {"verb": _said(rules.WORKFLOW.moves[verb].name, request)})
    return redirect("diagnosis:point", chain, product)


@require_POST
def describe(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    found, actor = chain_of(request, chain), actor_of(request)
    weak = or_404(queries.weak_point(found, product, actor))
    form = DescribeForm(request.POST)
    if not form.is_valid():
        return _page(request, chain, product, {"describe": form}, status=422)
    services.describe(weak_point_id=weak.pk, **form.cleaned_data, by=actor, at=timezone.now())
    messages.success(request, _("已保存对标指标与差距。"))
    return redirect("diagnosis:point", chain, product)


@require_POST
def raise_point(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """Put a product forward that the computation did not name."""
    found, actor = chain_of(request, chain), actor_of(request)
    form = form_for("raise")(request.POST, verb="raise_again")
    if not form.is_valid():
        return _page(request, chain, product, {"raise": form}, status=422)
    services.raise_weak_point(
        chain=found, product_code=product, voice="office", **form.cleaned_data, by=actor, at=timezone.now()
    )
    return redirect("diagnosis:point", chain, product)


def _page(
    request: HttpRequest, chain: str, product: str, bound: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    found, actor = chain_of(request, chain), actor_of(request)
    scope = request.GET.get("scope", "nation")
    weak = queries.weak_point(found, product, actor)
    run = queries.latest_run(found, scope, actor)
    if weak is None and run is None:
        raise Http404  # nothing here for this reader, and that is all they learn
    row: Product = or_404(atlas.product(actor, found, product))
    page = queries.page(found, row, weak, run, actor, timezone.localdate())
    offers = queries.offers(found, weak, actor) if weak else []
    first = next((offer for offer in offers if offer.verb == rules.NEXT_VERB.get(weak.status if weak else "")), None)
    recommended = (page.point or {}).get("route") or ""
    shown = [offer for offer in offers if offer is first or offer.possible]
    context = {
        "chain": found,
        "page": page,
        "beyond": queries.beyond(found, page.point, product, page.members, actor),
        "study_refusals": permission_refusals(actor, "diagnosis.study", chain),
        "product": row,
        "weak": weak,
        "point": page.point,
        "run": run,
        "scope": scope,
        "rule_set": atlas.rule_set(chain),
        "offers": [o for o in offers if o is not first and o.possible],
        "shut": [o for o in offers if o is not first and not o.possible],
        "first": first,
        "forms": {o.verb: _form(found, actor, o.verb, None, weak, recommended) for o in shown} | (bound or {}),
        "describe_form": (bound or {}).get("describe") or DescribeForm(initial=_described(weak)),
        "describe_refusals": permission_refusals(actor, "diagnosis.describe", chain),
        "raise_refusals": permission_refusals(actor, "diagnosis.raise", chain),
        "raise_form": (bound or {}).get("raise") or form_for("raise")(verb="raise_again"),
        "states": rules.WORKFLOW.states,
        "main_way": rules.MAIN_WAY,
        "routes": rules.ROUTES,
        "voices": rules.VOICES,
        "words": words,
        "verbs": {verb: move.name for verb, move in rules.WORKFLOW.moves.items()} | rules.OTHER_VERBS,
        "units": page.members.values(),
    }
    return render(request, "diagnosis/point.html", context, status=status)


def _form(
    chain: Chain, actor: Actor, verb: str, data: Any, weak: WeakPoint | None, recommended: str = ""
) -> forms.Form:
    """The form of a verb, with its pickers filled."""
    extra: dict[str, Any] = {}
    if verb == "choose_route":
        extra = {"recommended": recommended}
    if verb == "assign":
        extra = {
            "people": parties.people_with_role(*ANSWERERS, chain=chain.code, today=timezone.localdate()),
            "units": [(member.code, member.name) for member in atlas.members(actor, chain)],
        }
        if weak is not None and data is None:
            extra["initial"] = {
                "lead_department": weak.lead_department,
                "unit": weak.responsible_unit,
                "person": weak.responsible_person,
                "user_id": weak.responsible_user_id,
                "due_on": weak.due_on,
            }
    return form_for(verb)(data, verb=verb, **extra)


def _described(weak: WeakPoint | None) -> dict[str, str]:
    return {"benchmark": weak.benchmark, "gap": weak.gap} if weak else {}


def _said(text: Any, request: HttpRequest) -> str:
    return say(text, getattr(request, "LANGUAGE_CODE", "zh-hans"))
