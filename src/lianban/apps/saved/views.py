"""Keeping a page, opening what was kept, one's own views and those shared."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.parties.rules import Actor
from lianban.apps.saved import queries, rules, services
from lianban.apps.saved.forms import ViewForm
from lianban.apps.saved.models import SavedView

A_PAGE = 50


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _own(request: HttpRequest, code: str) -> SavedView:
    """Missing and somebody else's answer alike."""
    found = queries.own(_actor(request), code)
    if found is None:
        raise Http404
    return found


def open_view(request: HttpRequest, code: str) -> HttpResponse:
    """Go to the page that was kept, with its filters; the page then says what it is."""
    found = queries.view(_actor(request), code)
    if found is None:
        raise Http404
    return redirect(rules.marked(found.address, found.code))


@login_required
def views(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.visible(actor).filter(name__icontains=words), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "saved/views.html", {"page": page, "words": words})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """The form that keeps a page."""
    actor = _actor(request)
    address = rules.plain_address(request.POST.get("address") or request.GET.get("address", "/"))
    chain = queries.chain_of(actor, address)
    form = ViewForm(
        request.POST or None, actor=actor, chain=chain.code if chain else "",
        initial={"address": address, "name": request.GET.get("name", "")[:120]},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        view = services.keep(
            name=given["name"], address=address, layout=rules.read_layout(given["layout"]), shared=given["shared"],
            confidentiality=given["confidentiality"], by=actor, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("视图已保存；它的固定链接在“保存的视图”里。"))
        return redirect(rules.marked(view.address, view.code))
    context = {
        "form": form,
        "address": address,
        "chain": chain,
        "data_version": atlas.version(_actor(request), chain) if chain else None,
        "is_page": queries.match(address) is not None,
    }
    return render(request, "saved/new.html", context, status=422 if form.errors else 200)


@login_required
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Another name or another circle."""
    view, actor = _own(request, code), _actor(request)
    said = {"name": view.name, "shared": view.shared, "confidentiality": view.confidentiality, "address": view.address}
    form = ViewForm(request.POST or None, actor=actor, chain=view.chain.code if view.chain else "", initial=said)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "shared", "confidentiality")}
        services.change(view_id=view.pk, **given, by=actor, at=timezone.now())
        return redirect("saved:views")
    return render(request, "saved/change.html", {"form": form, "view": view}, status=422 if form.errors else 200)


@require_POST
@login_required
def drop(request: HttpRequest, code: str) -> HttpResponse:
    services.drop(view_id=_own(request, code).pk, by=_actor(request), at=timezone.now())
    messages.success(request, _("视图已删除，它的链接不再有效。"))
    return redirect("saved:views")
