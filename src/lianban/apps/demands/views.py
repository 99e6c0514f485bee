"""Pages of demands: one call down, and back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.demands import forms, queries, rules, services
from lianban.apps.demands.models import RaisedDemand
from lianban.apps.journal import services as journal
from lianban.kit import exports
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES, highest
from lianban.kit.text import Text

PAGE = 50


def _chain(request: HttpRequest, code: str) -> Chain:
    chain = atlas.chain(request.actor, code)  # type: ignore[attr-defined]
    if chain is None:
        raise Http404
    return chain


def _demand(request: HttpRequest, pk: int) -> RaisedDemand:
    raised = queries.demand(request.actor, pk)  # type: ignore[attr-defined]
    if raised is None:
        raise Http404
    return raised


def listing(request: HttpRequest) -> HttpResponse:
    """The demand list beside the computed voice."""
    actor = request.actor  # type: ignore[attr-defined]
    chains = list(atlas.visible_chains(actor))
    wanted = {name: request.GET.get(name, "") for name in ("chain", "state", "words")}
    rows = queries.listing(actor, **wanted)
    if exports.wanted(request):
        return _export(request, rows, chains)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    voices = {c.code: queries.computed_voice(actor, c) for c in chains if any(row.chain_id == c.pk for row in page)}
    context = {
        "page": page,
        "rows": [(row, voices.get(row.chain.code, {}).get(row.product)) for row in page],
        "chains": chains,
        "states": rules.STATES.states,
        "wanted": wanted,
    }
    return render(request, "demands/list.html", context)


def _export(request: HttpRequest, rows: Any, chains: list[Chain]) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = exports.fetch(request, actor, rows)
    voices = {c.code: queries.computed_voice(actor, c) for c in chains if any(row.chain_id == c.pk for row in found)}

    def rank(row: RaisedDemand) -> int | None:
        point = voices.get(row.chain.code, {}).get(row.product)
        return point["rank"] if point else None

    columns = [
        exports.Column(Text("产业链", "Chain"), lambda row: Text(row.chain.name, row.chain.name_en or row.chain.name)),
        exports.Column(Text("需求", "Demand"), "title"),
        exports.Column(Text("规格", "Grade"), "grade"),
        exports.Column(Text("要求指标", "Required indicators"), "required_indicators"),
        exports.Column(Text("提出企业", "Raised by"), lambda row: row.organisation.name),
        exports.Column(Text("现来源地", "Present origin"), "present_origin"),
        exports.Column(Text("年需求量", "Yearly quantity"), lambda row: _number(row.yearly_quantity)),
        exports.Column(Text("数量单位", "Unit"), "quantity_unit"),
        exports.Column(Text("单价（元）", "Unit price (yuan)"), "unit_price_yuan"),
        exports.Column(Text("最迟时间", "Latest date"), "latest_on"),
        exports.Column(Text("状态", "State"), "state_name"),
        exports.Column(Text("应答（家）", "Answers"), "n_answers"),
        exports.Column(Text("系统测算排位", "Computed rank"), rank),
        exports.Column(Text("密级", "Confidentiality"), lambda row: CONFIDENTIALITY_NAMES[row.confidentiality]),
    ]
    title = Text("企业需求清单", "Demand list")
    of_class = highest(*(row.confidentiality for row in found))
    return exports.respond(
        request, title, columns, found, of_class, actor, subject="demands:list", record=journal.record
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _demand(request, pk))


def _page(request: HttpRequest, raised: RaisedDemand, status: int = 200, **bound: Any) -> HttpResponse:
    """One demand, with the forms this reader may use now; a form that was wrong comes back as it was typed."""
    actor = request.actor  # type: ignore[attr-defined]
    chain = raised.chain
    verbs = set(rules.STATES.verbs_from(raised.state))
    own = raised.organisation.code in actor.organisations
    office = actor.may("demands.verify", chain.code)
    context = {
        "demand": raised,
        "own": own,
        "office": office,
        "verbs": verbs,
        "steps": rules.STATES.states,
        "product": atlas.product(actor, chain, raised.product) if raised.product else None,
        "origin": dict(queries.origins()).get(raised.present_origin, raised.present_origin),
        "answers": queries.answers_to_demand(actor, raised),
        "voice": queries.computed_voice(actor, chain).get(raised.product),
        "may_answer": "answer" in verbs and not own and actor.may("demands.answer", chain.code),
        **bound,
    }
    if office and "verify" in verbs:
        products = queries.products_for_form(chain, actor)
        context.setdefault("verify_form", forms.VerifyForm(products=products, initial={"product": raised.product}))
        context.setdefault("return_form", forms.ReasonForm(prefix="return"))
    if own and "meet" in verbs:
        context.setdefault("met_form", forms.ReasonForm(prefix="met"))
    if context["may_answer"]:
        context.setdefault("answer_form", forms.AnswerForm(organisations=queries.organisations_of(actor)))
    return render(request, "demands/show.html", context, status=status)


@login_required
def choose_chain(request: HttpRequest) -> HttpResponse:
    chains = [c for c in atlas.visible_chains(request.actor) if request.actor.may("demands.raise", c.code)]  # type: ignore[attr-defined]
    if len(chains) == 1:
        return redirect("demands:new_in", chains[0].code)
    return render(request, "demands/choose_chain.html", {"chains": chains})


@login_required
def new(request: HttpRequest, chain: str) -> HttpResponse:
    row, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    organisations = queries.organisations_of(actor)
    if not actor.may("demands.raise", row.code) or not organisations:
        return _not_yours(request)
    form = forms.RaiseForm(
        request.POST or None,
        products=queries.products_for_form(row, actor),
        initial={"product": request.GET.get("product", ""), "confidentiality": "chain"},
    )
    if request.method == "POST" and form.is_valid():
        raised = services.raise_demand(
            chain=row, organisation=organisations[0], by=actor, at=timezone.now(), **form.written
        )
        messages.success(request, _("需求已提出，等待链办核实。"))
        return redirect("demands:show", raised.pk)
    context = {"chain": row, "form": form, "organisation": organisations[0]}
    return render(request, "demands/form.html", context, status=422 if form.errors else 200)


def _not_yours(request: HttpRequest) -> HttpResponse:
    return render(request, "demands/not_yours.html", status=403)


@login_required
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    raised, actor = _demand(request, pk), request.actor  # type: ignore[attr-defined]
    if raised.organisation.code not in actor.organisations:
        raise Http404
    initial = {name: getattr(raised, name) for name in services.WRITTEN if name != "unit_price_fen"}
    initial["unit_price"] = raised.unit_price_yuan
    products = queries.products_for_form(raised.chain, actor)
    form = forms.RaiseForm(request.POST or None, products=products, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.raise_again(pk=pk, by=actor, at=timezone.now(), **form.written)
        messages.success(request, _("已补正，再次提出。"))
        return redirect("demands:show", pk)
    context = {"chain": raised.chain, "form": form, "organisation": raised.organisation, "demand": raised}
    return render(request, "demands/form.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    raised, actor = _demand(request, pk), request.actor  # type: ignore[attr-defined]
    form = forms.VerifyForm(request.POST, products=queries.products_for_form(raised.chain, actor))
    if not form.is_valid():
        return _page(request, raised, status=422, verify_form=form)
    services.verify(pk=pk, by=actor, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("已核实。下一步：列入清单。"))
    return redirect("demands:show", pk)


@require_POST
@login_required
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    raised, form = _demand(request, pk), forms.ReasonForm(request.POST, prefix="return")
    if not form.is_valid():
        return _page(request, raised, status=422, return_form=form)
    services.return_demand(pk=pk, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已退回，理由已告诉企业。"))
    return redirect("demands:show", pk)


@require_POST
@login_required
def put_on_list(request: HttpRequest, pk: int) -> HttpResponse:
    _demand(request, pk)
    services.put_on_list(pk=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已列入需求清单，成为产业链数据的一部分。"))
    return redirect("demands:show", pk)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    _demand(request, pk)
    services.withdraw(pk=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("需求已撤回。"))
    return redirect("demands:show", pk)


@require_POST
@login_required
def confirm_met(request: HttpRequest, pk: int) -> HttpResponse:
    raised, form = _demand(request, pk), forms.ReasonForm(request.POST, prefix="met")
    if not form.is_valid():
        return _page(request, raised, status=422, met_form=form)
    services.confirm_met(pk=pk, note=form.cleaned_data["reason"], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已确认满足。"))
    return redirect("demands:show", pk)


@require_POST
@login_required
def answer_demand(request: HttpRequest, pk: int) -> HttpResponse:
    raised, actor = _demand(request, pk), request.actor  # type: ignore[attr-defined]
    organisations = queries.organisations_of(actor)
    if not actor.may("demands.answer", raised.chain.code) or not organisations:
        return _not_yours(request)
    form = forms.AnswerForm(request.POST, organisations=organisations)
    if not form.is_valid():
        return _page(request, raised, status=422, answer_form=form)
    _answer(request, form, organisations, raised.chain, demand=pk)
    return redirect("demands:show", pk)


@login_required
def answer_product(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """我能做 on a weak point that no firm raised as a demand."""
    row, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    about = atlas.product(actor, row, product)
    if about is None:
        raise Http404
    organisations = queries.organisations_of(actor)
    if not actor.may("demands.answer", row.code) or not organisations:
        return _not_yours(request)
    form = forms.AnswerForm(request.POST or None, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        _answer(request, form, organisations, row, product=product)
        return redirect("demands:serve")
    context = {
        "chain": row,
        "product": about,
        "form": form,
        "answers": queries.answers_to_product(actor, chain, product),
    }
    return render(request, "demands/answer.html", context, status=422 if form.errors else 200)


def _answer(request: HttpRequest, form: forms.AnswerForm, organisations: list[Any], chain: Chain, **on: Any) -> None:
    told = dict(form.cleaned_data)
    organisation = next(o for o in organisations if o.code == told.pop("organisation"))
    services.answer(chain=chain, organisation=organisation, by=request.actor, at=timezone.now(), **told, **on)  # type: ignore[attr-defined]
    messages.success(request, _("已应答，链办和提出需求的企业可以看到。"))


@require_POST
@login_required
def withdraw_answer(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.answers_visible(request.actor).filter(pk=pk).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    services.withdraw_answer(pk=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("应答已撤回。"))
    return redirect("demands:show", found.demand_id) if found.demand_id else redirect("demands:serve")


def answers(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """Fragment for the weak-point page: demands raised and answers given on one product."""
    row, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    context = {
        "chain": row,
        "product_code": product,
        "demands": queries.of_product(actor, chain, product),
        "answers": queries.answers_to_product(actor, chain, product),
        "may_answer": actor.may("demands.answer", row.code),
    }
    return render(request, "demands/_answers.html", context)


@login_required
def serve(request: HttpRequest) -> HttpResponse:
    """Needs that the reader's organisation may be able to serve, and why."""
    actor = request.actor  # type: ignore[attr-defined]
    chains = list(atlas.visible_chains(actor))
    context = {"chances": queries.chances(actor, chains), "organisations": queries.organisations_of(actor)}
    return render(request, "demands/serve.html", context)
