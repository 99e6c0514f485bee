"""The map as page, as the fragment a click asks for, and as a file."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from lianban.apps.atlas import queries as atlas
from lianban.apps.journal import services as journal
from lianban.apps.maps import queries
from lianban.apps.maps.drawing import Node
from lianban.apps.maps.rules import DEEPEST, Asked
from lianban.kit import exports
from lianban.kit.confidentiality import highest
from lianban.kit.exports import Column
from lianban.kit.text import Text, say

ROWS_A_PAGE = 200


def _map(request: HttpRequest, code: str, *, whole: bool = False) -> queries.Map:
    actor = request.actor  # type: ignore[attr-defined]
    chain = atlas.chain(actor, code)
    if chain is None:
        raise Http404
    return queries.map_of(actor, chain, Asked.read(request.GET), whole=whole)


def show(request: HttpRequest, chain: str) -> HttpResponse:
    found = _map(request, chain)
    actor = request.actor  # type: ignore[attr-defined]
    if exports.wanted(request):
        name = Text(f"{found.chain.name} 图谱表", f"{found.chain.name_en or found.chain.name} map table")
        return exports.respond(
            request, name, _columns(), found.rows, _class(found), actor,
            subject=f"chain:{found.chain.code}", record=journal.record, about=found.chain,
        )  # fmt: skip
    context = {"map": found, "chain": found.chain, "panel": queries.panel(actor, found), "depths": _depths()}
    context["asked_up"], context["asked_down"] = (_depth(n) for n in (found.asked.up, found.asked.down))
    context["comparable"] = bool(queries.sides(actor, found.chain))
    context["page"] = Paginator(found.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context["rule_set"] = atlas.rule_set(found.chain.code)
    fragment = request.htmx and request.htmx.target == "map-view"  # type: ignore[attr-defined]
    return render(request, "maps/_fragment.html" if fragment else "maps/map.html", context)


def download(request: HttpRequest, chain: str) -> HttpResponse:
    """The drawing as it stands, as SVG, PNG or PDF, with its class, for which role, and when."""
    found = _map(request, chain, whole=True)
    context = {"map": found, "drawing": found.picture, "chain": found.chain, "alone": True}
    svg = render_to_string("maps/_map.svg", context, request).encode()
    name = Text(f"{found.chain.name} 图谱", f"{found.chain.name_en or found.chain.name} map")
    return exports.picture(
        request, name, svg, _class(found), request.actor,  # type: ignore[attr-defined]
        subject=f"chain:{found.chain.code}", record=journal.record, filters=_told(found, request.LANGUAGE_CODE), about=found.chain,
    )  # fmt: skip


def _depths() -> list[tuple[str, str]]:
    steps = [(str(n), _("%(n)s 级") % {"n": n}) for n in range(DEEPEST + 1)]
    return [("", _("全部")), *steps]


def _depth(steps: int | None) -> str:
    return "" if steps is None else str(steps)


def _told(found: queries.Map, language: str) -> dict[str, str]:
    """What the picture was asked for, in the words of the page; a name that is not on the map is told as it was asked."""
    asked = found.asked
    names = {node.code: node.name for node in found.nodes}
    group = (found.group.name_en if language == "en" else "") or found.group.name if found.group else asked.group
    told = (
        (Text("产品", "product"), names.get(asked.node, asked.node)),
        (Text("到", "to"), names.get(asked.to, asked.to)),
        (Text("上游级数", "steps up"), _depth(asked.up)),
        (Text("下游级数", "steps down"), _depth(asked.down)),
        (Text("只画相关", "related only"), say(Text("是", "yes"), language) if asked.only else ""),
        (Text("环节", "segment"), group),
        (Text("水平", "levels"), ", ".join(asked.levels)),
        (Text("查找", "search"), asked.words),
    )  # fmt: skip
    return {say(name, language): value[:200] for name, value in told if value}


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
