"""Pages that are read: the list, one consortium tab by tab, the public scorecard, the fragment for a weak point."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lianban.apps.atlas import queries as atlas
from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Consortium
from lianban.apps.consortia.views.deeds import DEEDS
from lianban.apps.journal import services as journal
from lianban.kit import exports
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES, highest
from lianban.kit.text import Text

PAGE = 30


def found(request: HttpRequest, pk: int) -> Consortium:
    """The consortium, if this reader may know of it; missing and hidden answer alike."""
    consortium = queries.consortium(request.actor, pk)  # type: ignore[attr-defined]
    if consortium is None:
        raise Http404
    return consortium


def listing(request: HttpRequest) -> HttpResponse:
    """Every consortium this reader may know of."""
    actor = request.actor  # type: ignore[attr-defined]
    wanted = {name: request.GET.get(name, "") for name in ("chain", "state", "words")}
    rows = queries.listing(actor, **wanted)
    if exports.wanted(request):
        return _export(request, list(rows))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    chains = list(atlas.visible_chains(actor))
    context = {
        "page": page, "wanted": wanted, "chains": chains, "states": rules.STATES.states,
        "leads": queries.leads([row.pk for row in page]),
        "proposing": [chain for chain in chains if actor.may("consortia.propose", chain.code)],
    }  # fmt: skip
    return render(request, "consortia/list.html", context)


def _export(request: HttpRequest, rows: list[Any]) -> HttpResponse:
    leads = queries.leads([row.pk for row in rows])
    columns = [
        exports.Column(Text("产业链", "Chain"), lambda row: Text(row.chain.name, row.chain.name_en or row.chain.name)),
        exports.Column(Text("联合体", "Consortium"), lambda row: Text(row.name, row.name_en or row.name)),
        exports.Column(Text("为了解决什么", "Purpose"), lambda row: Text(row.purpose, row.purpose_en or row.purpose)),
        exports.Column(Text("牵头单位", "Lead"), lambda row: leads[row.pk].name),
        exports.Column(Text("状态", "State"), "state_name"),
        exports.Column(Text("成员（家）", "Members"), "n_members"),
        exports.Column(Text("课题（个）", "Topics"), "n_topics"),
        exports.Column(Text("备案号", "Filing number"), "filing_number"),
        exports.Column(Text("备案日期", "Filed on"), "filed_on"),
        exports.Column(Text("密级", "Confidentiality"), lambda row: CONFIDENTIALITY_NAMES[row.confidentiality]),
    ]
    return exports.respond(
        request, Text("创新联合体", "Innovation consortia"), columns, rows, highest(*(r.confidentiality for r in rows)),
        request.actor, subject="consortia:list", record=journal.record,  # type: ignore[attr-defined]
    )  # fmt: skip


def _tab(request: HttpRequest, pk: int, tab: str, *, inside: bool = True, **more: Any) -> HttpResponse:
    """One tab of a consortium; what is inside is not there for those outside."""
    actor = request.actor  # type: ignore[attr-defined]
    consortium = found(request, pk)
    within = queries.inside(actor, consortium)
    if inside and not within:
        raise Http404
    seen = queries.page(actor, consortium, tab, within)
    context = {"consortium": consortium, "tab": tab, "inside": within, "deeds": DEEDS, **seen, **more}
    return render(request, f"consortia/{tab}.html", context)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Who, what for, where it stands, what comes next."""
    return _tab(request, pk, "show", inside=False)


def members(request: HttpRequest, pk: int) -> HttpResponse:
    return _tab(request, pk, "members", inside=False)


def topics(request: HttpRequest, pk: int) -> HttpResponse:
    return _tab(request, pk, "topics", inside=False)


def council(request: HttpRequest, pk: int) -> HttpResponse:
    return _tab(request, pk, "council")


def money(request: HttpRequest, pk: int) -> HttpResponse:
    return _tab(request, pk, "money")


def benefits(request: HttpRequest, pk: int) -> HttpResponse:
    return _tab(request, pk, "benefits")


def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    return _tab(request, pk, "evaluation")


def scorecard(request: HttpRequest, pk: int) -> HttpResponse:
    """For everyone who may know of it: grades and results by year, inner matters left out."""
    consortium = found(request, pk)
    if not queries.has_scorecard(consortium):
        raise Http404
    return _tab(request, pk, "scorecard", inside=False)


def for_product(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """Fragment for the weak point's page: topics on one product."""
    actor = request.actor  # type: ignore[attr-defined]
    on = atlas.chain(actor, chain)
    if on is None:
        raise Http404
    context = {"chain": on, "topics": queries.topics_of(actor, on, product)}
    return render(request, "consortia/_for_product.html", context)
