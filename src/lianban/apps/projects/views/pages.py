"""Pages of projects: the list, one project with what may be done about it, one deed, the fragment of a weak point."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lianban.apps.atlas import queries as atlas
from lianban.apps.journal import services as journal
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import queries, rules
from lianban.apps.projects.forms import DeedForm
from lianban.apps.projects.models import Project
from lianban.apps.projects.views.deeds import DEEDS, Deed
from lianban.kit import exports
from lianban.kit.confidentiality import highest
from lianban.kit.text import Text, say

FILTERS = ("chain", "state", "product")


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _project(request: HttpRequest, pk: int) -> Project:
    """The project; a hidden one and a missing one answer alike."""
    found = queries.project(_actor(request), pk)
    if found is None:
        raise Http404
    return found


def listing(request: HttpRequest) -> HttpResponse:
    """Projects this reader may see."""
    actor = _actor(request)
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    rows = [queries.Line(row, actor) for row in queries.listing(actor, **asked)]
    if exports.wanted(request):
        return _export(request, rows)
    chains = list(atlas.visible_chains(actor))
    context = {"rows": rows, "asked": asked, "states": rules.DELIVERY.states, "chains": chains}
    return render(request, "projects/list.html", context)


def _export(request: HttpRequest, rows: list[Any]) -> HttpResponse:
    columns = [
        exports.Column(Text("项目", "project"), lambda r: Text(r.row.title, r.row.title_en or r.row.title)),
        exports.Column(Text("产业链", "chain"), lambda r: r.row.chain.code),
        exports.Column(Text("产品", "product"), lambda r: r.row.product),
        exports.Column(Text("牵头单位", "lead"), lambda r: r.row.lead.name),
        exports.Column(Text("状态", "state"), lambda r: r.row.state_name),
        exports.Column(Text("结论", "outcome"), lambda r: r.row.outcome_name),
        exports.Column(Text("到期日", "ends on"), lambda r: r.row.ends_on),
        exports.Column(Text("约定金额（元）", "agreed (yuan)"), lambda r: r.yuan("agreed_fen")),
        exports.Column(Text("已放款（元）", "released (yuan)"), lambda r: r.yuan("released_fen")),
        exports.Column(Text("已拨付（元）", "paid (yuan)"), lambda r: r.yuan("paid_fen")),
    ]
    of_class = highest(*(r.row.confidentiality for r in rows))
    return exports.respond(
        request, Text("项目", "Projects"), columns, rows, of_class, _actor(request), subject="projects:list",
        record=journal.record,
    )  # fmt: skip


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One project whole, as far as this reader may see it."""
    project = _project(request, pk)
    return render(request, "projects/show.html", _context(request, project))


def _context(request: HttpRequest, project: Project) -> dict[str, Any]:
    page = queries.page(project, _actor(request), timezone.localdate())
    return {
        "page": page,
        "project": project,
        "main_way": rules.MAIN_WAY,
        "states": rules.DELIVERY.states,
        "deeds": DEEDS,
    }


def do(request: HttpRequest, pk: int, verb: str, item: int = 0) -> HttpResponse:
    """The form of one deed; sent, it is done. What stands against it is told before anything is typed."""
    project, actor = _project(request, pk), _actor(request)
    deed = DEEDS.get(verb)
    whole = queries.loaded(project)
    row = queries.item(whole, deed.item, item) if deed else None
    if deed is None or bool(deed.item) != bool(item) or (deed.item and row is None):
        raise Http404
    form = DeedForm(
        request.POST if request.method == "POST" else None,
        choices=queries.choices(whole, verb),
        verb=verb,
        without=queries.unused(whole, verb, row),
        initial=queries.initial(whole, verb, row, actor),
    )
    if request.method == "POST" and form.is_valid():
        deed.call(project, item, form.values(), actor, timezone.now())
        messages.success(request, _("已办理：%(what)s。") % {"what": _said(request, deed)})
        return redirect("projects:show", pk)
    offer = queries.offer(whole, verb, item, actor, timezone.localdate())
    if offer is None:
        raise Http404  # not this reader's, or over: the page of the project says what there is to do
    context = {"project": project, "deed": deed, "verb": verb, "row": row, "form": form, "offer": offer, "whole": whole,
               "agreed": queries.agreed_purchase(project, actor) if verb == "promise" else None}  # fmt: skip
    return render(request, "projects/do.html", context, status=422 if form.errors else 200)


def _said(request: HttpRequest, deed: Deed) -> str:
    return say(deed.name, getattr(request, "LANGUAGE_CODE", "zh-hans"))


def for_product(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """The fragment on the page of a weak point: its projects, and the level before and after; empty where there is none."""
    actor = _actor(request)
    found = atlas.chain(actor, chain)
    if found is None or atlas.product(actor, found, product) is None:
        return HttpResponse("")
    cards = queries.cards(found, product, actor)
    return (
        render(request, "projects/_for_product.html", {"cards": cards, "chain": found}) if cards else HttpResponse("")
    )
