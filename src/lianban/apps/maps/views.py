"""The map as page, as the fragment a click asks for, and as a file."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lianban.apps.atlas import queries as atlas
from lianban.apps.journal import services as journal
from lianban.apps.maps import queries
from lianban.apps.maps.drawing import Node
from lianban.kit import exports
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES, highest
from lianban.kit.exports import Column
from lianban.kit.text import Text, say

ROWS_A_PAGE = 500


def _map(request: HttpRequest, code: str) -> queries.Map:
    actor = request.actor  # type: ignore[attr-defined]
    chain = atlas.chain(actor, code)
    if chain is None:
        raise Http404
    asked = {name: request.GET.get(name, "")[:200] for name in ("node", "group")}
    return queries.map_of(actor, chain, **asked, words=request.GET.get("q", "")[:100])


def show(request: HttpRequest, chain: str) -> HttpResponse:
    found = _map(request, chain)
    actor = request.actor  # type: ignore[attr-defined]
    if exports.wanted(request):
        name = Text(f"{found.chain.name} 图谱表", f"{found.chain.name_en or found.chain.name} map table")
        return exports.respond(
            request, name, _columns(), found.rows, _class(found), actor,
            subject=f"chain:{found.chain.code}", record=journal.record, about=found.chain,
        )  # fmt: skip
    context = {"map": found, "chain": found.chain, "panel": queries.panel(actor, found)}
    context["page"] = Paginator(found.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context["rule_set"] = atlas.rule_set(found.chain.code)
    fragment = request.htmx and request.htmx.target == "map-view"  # type: ignore[attr-defined]
    return render(request, "maps/_view.html" if fragment else "maps/map.html", context)


def download(request: HttpRequest, chain: str) -> HttpResponse:
    """The drawing as it stands, with its class, for which role, and when."""
    found = _map(request, chain)
    if found.picture is None:
        raise Http404
    actor = request.actor  # type: ignore[attr-defined]
    now, of_class = timezone.now(), _class(found)
    context = {
        "map": found,
        "chain": found.chain,
        "alone": True,
        "now": now,
        "of_class": say(CONFIDENTIALITY_NAMES[of_class], request.LANGUAGE_CODE),
        "total_height": found.picture.height + 44,
    }
    journal.record(
        "exported",
        subject=f"chain:{found.chain.code}",
        by=actor,
        at=now,
        facts={"list": "图谱", "format": "svg", "rows": len(found.nodes), "class": of_class},
    )
    response = render(request, "maps/_map.svg", context, content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="map-{found.chain.code}.svg"'
    return response


def _class(found: queries.Map) -> str:
    """A derived picture takes the narrowest class of what went in."""
    classes = [found.chain.confidentiality, *(product.confidentiality for product in found.products)]
    return highest(*classes, *([found.run.confidentiality] if found.run else []))


def _columns() -> list[Column]:
    return [
        Column(Text("编码", "Code"), "code"),
        Column(Text("产品", "Product"), "name"),
        Column(Text("环节", "Segment"), "segment"),
        Column(Text("国内水平", "Level at home"), _level),
        Column(Text("断供损失（0–1）", "Loss if the largest origin is cut (0-1)"), "loss"),
        Column(Text("停供损失（0–1）", "Loss if all supply stops (0-1)"), "loss_stop"),
        Column(Text("需要的产品数", "Needs (products)"), "n_inputs"),
        Column(Text("依赖它的产品数", "Needed by (products)"), "n_dependants"),
    ]


def _level(node: Node) -> Text | str:
    return node.level or Text("未知", "unknown")
