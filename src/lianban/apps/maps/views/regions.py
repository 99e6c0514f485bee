"""Where the organisations of a chain are: tiles or the office's own map, and a table."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.journal import services as journal
from lianban.apps.maps import queries, services
from lianban.apps.maps.forms import BaseMapForm
from lianban.apps.parties.services import require
from lianban.kit import exports
from lianban.kit.confidentiality import highest
from lianban.kit.exports import Column
from lianban.kit.text import Text


def _chain(request: HttpRequest, code: str) -> Chain:
    chain = atlas.chain(request.actor, code)  # type: ignore[attr-defined]
    if chain is None:
        raise Http404
    return chain


def _name(chain: Chain) -> Text:
    return Text(f"{chain.name} 区域分布", f"{chain.name_en or chain.name} by region")


def _class(request: HttpRequest, chain: Chain) -> str:
    """Counts are of everything this reader may see: the file takes the narrowest of these classes."""
    return highest(chain.confidentiality, *request.actor.visible_classes(chain.code))  # type: ignore[attr-defined]


def regions(request: HttpRequest, chain: str) -> HttpResponse:
    on, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    found = queries.regions(actor, on, request.GET.get("province", ""))
    if exports.wanted(request):
        return exports.respond(
            request, _name(on), _columns(), found.rows, _class(request, on), actor,
            subject=f"chain:{on.code}", record=journal.record, about=on,
        )  # fmt: skip
    context = {"chain": on, "found": found, "tiles": request.GET.get("tiles") or not found.base}
    return render(request, "maps/regions.html", context)


def regions_picture(request: HttpRequest, chain: str) -> HttpResponse:
    """Tiles or map as SVG, PNG or PDF; a map never without its approval number."""
    on, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    found = queries.regions(actor, on)
    context = {"chain": on, "found": found, "alone": True, "tiles": request.GET.get("tiles") or not found.base}
    svg = render_to_string("maps/_regions.svg", context, request).encode()
    return exports.picture(
        request, _name(on), svg, _class(request, on), actor, subject=f"chain:{on.code}", record=journal.record, about=on
    )


@login_required
def load_base_map(request: HttpRequest, chain: str) -> HttpResponse:
    """The form for the office's own approved file."""
    on, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    require(actor, "maps.load_base_map")
    form = BaseMapForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        services.load_base_map(
            title=given["title"], approval=given["approval"], issuer=given["issuer"], content=given["file"].read(),
            by=actor, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("底图已装载，所有产业链的区域分布都用它。"))
        return redirect("maps:regions", on.code)
    context = {"chain": on, "form": form, "base": queries.base_map()}
    return render(request, "maps/base_map.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def withdraw_base_map(request: HttpRequest, chain: str, pk: int) -> HttpResponse:
    on = _chain(request, chain)
    if queries.base_map_row(pk) is None:
        raise Http404
    services.withdraw_base_map(base_map_id=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("底图已撤下。"))
    return redirect("maps:regions", on.code)


def _columns() -> list[Column]:
    return [
        Column(Text("区划代码", "Division code"), "code"),
        Column(Text("名称", "Name"), "name"),
        Column(Text("组织（家）", "Organisations"), "n"),
        Column(Text("链主（家）", "Anchor firms"), "n_anchors"),
        Column(Text("有在产产品的（家）", "With a product in operation"), "n_makers"),
        Column(Text("在产产品（个）", "Products in operation"), "n_products"),
    ]
