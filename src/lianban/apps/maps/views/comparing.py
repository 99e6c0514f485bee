"""Two states of a chain in one picture and one table."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.journal import services as journal
from lianban.apps.maps import queries
from lianban.apps.maps.rules import ADDED, CHANGED, REMOVED
from lianban.kit import exports
from lianban.kit.confidentiality import highest
from lianban.kit.exports import Column
from lianban.kit.text import Text

ROWS_A_PAGE = 200
Found = tuple[Chain, list[queries.Side], queries.Comparison | None]


def _found(request: HttpRequest, code: str) -> Found:
    """The sides this reader may choose, and the comparison where two of one kind are chosen."""
    actor = request.actor  # type: ignore[attr-defined]
    chain = atlas.chain(actor, code)
    sides = queries.sides(actor, chain) if chain else []
    if chain is None or not sides:
        raise Http404
    known = {side.key: side for side in sides}
    asked = [known.get(request.GET.get(name, "")) for name in ("before", "after")]
    if asked[0] is None and asked[1] is None and "before" not in request.GET:
        asked = _newest(sides)
    before, after = asked
    if before is None or after is None or before.kind != after.kind:
        return chain, sides, None
    return chain, sides, queries.compare(actor, chain, before, after)


def _newest(sides: list[queries.Side]) -> list[queries.Side | None]:
    """The two newest states of one kind: what changed last."""
    for kind in ("day", "run", "scenario"):
        some = [side for side in sides if side.kind == kind]
        if len(some) > 1:
            return [some[1], some[0]] if kind != "scenario" else [some[0], some[1]]
    return [None, None]


def compare(request: HttpRequest, chain: str) -> HttpResponse:
    """What was added, removed and changed from one day, run or scenario to another."""
    on, sides, made = _found(request, chain)
    event = request.GET.get("event", "")
    rows = [row for row in made.rows if event in ("", row.event)] if made else []
    if made and exports.wanted(request):
        name = Text(f"{on.name} 图谱比较", f"{on.name_en or on.name} map comparison")
        return exports.respond(
            request, name, _columns(), rows, _class(made, on), request.actor,  # type: ignore[attr-defined]
            subject=f"chain:{on.code}", record=journal.record, about=on, filters=_told(made),
        )  # fmt: skip
    context = {
        "chain": on,
        "made": made,
        "kinds": [(kind, [s for s in sides if s.kind == kind]) for kind in dict.fromkeys(s.kind for s in sides)],
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "event": event,
        "events": [(kind, queries.EVENTS[kind], made.counts.get(kind, 0)) for kind in (ADDED, REMOVED, CHANGED)]
        if made
        else [],
        "of_class": _class(made, on) if made else "",
        "still": True,
    }
    return render(request, "maps/compare.html", context)


def compare_picture(request: HttpRequest, chain: str) -> HttpResponse:
    """The picture of the comparison as SVG, PNG or PDF."""
    on, _sides, made = _found(request, chain)
    if made is None or made.picture is None:
        raise Http404
    context = {"drawing": made.picture, "chain": on, "alone": True, "still": True}
    svg = render_to_string("maps/_map.svg", context, request).encode()
    name = Text(f"{on.name} 图谱比较", f"{on.name_en or on.name} map comparison")
    return exports.picture(
        request, name, svg, _class(made, on), request.actor,  # type: ignore[attr-defined]
        subject=f"chain:{on.code}", record=journal.record, about=on, filters=_told(made),
    )  # fmt: skip


def _told(made: queries.Comparison) -> dict[str, str]:
    return {"before": made.before.name.zh, "after": made.after.name.zh}


def _class(made: queries.Comparison, chain: Chain) -> str:
    return highest(chain.confidentiality, made.confidentiality)


def _columns() -> list[Column]:
    return [
        Column(Text("表", "Table"), "table"),
        Column(Text("编码", "Code"), "code"),
        Column(Text("名称", "Name"), "name"),
        Column(Text("变化", "Change"), "event_name"),
        Column(Text("列", "Column"), "column"),
        Column(Text("之前", "Before"), "before"),
        Column(Text("之后", "After"), "after"),
    ]
