"""The registry of maps and lists, one list, its versions, publishing it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.journal import services as journal
from lianban.apps.lists import queries, rules, services
from lianban.apps.lists.forms import PublishForm
from lianban.apps.parties.rules import permission_refusals
from lianban.apps.parties.services import require
from lianban.kit import exports
from lianban.kit.confidentiality import highest
from lianban.kit.exports import Column
from lianban.kit.text import Text

ROWS_A_PAGE = 100


def _chain(request: HttpRequest, code: str) -> Chain:
    chain = atlas.chain(request.actor, code)  # type: ignore[attr-defined]
    if chain is None:
        raise Http404
    return chain


def _kind(key: str) -> rules.Kind:
    kind = rules.kind(key)
    if kind is None:
        raise Http404
    return kind


def registry(request: HttpRequest, chain: str) -> HttpResponse:
    """Every map and list of the usual union, with what is published of it."""
    on, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    published = queries.newest(on, actor)
    lists = [(one, published.get(one.key)) for one in rules.LISTS]
    return render(request, "lists/registry.html", {"chain": on, "maps": rules.MAPS, "lists": lists})


def show(request: HttpRequest, chain: str, key: str) -> HttpResponse:
    """A list as it stands now."""
    on, kind, actor = _chain(request, chain), _kind(key), request.actor  # type: ignore[attr-defined]
    found = queries.live(kind, on, actor)
    if exports.wanted(request):
        of_class = highest(on.confidentiality, *actor.visible_classes(on.code))
        return _export(request, on, kind, found.plain_columns, found.rows, of_class)
    context = {
        "chain": on, "kind": kind, "columns": found.plain_columns, "found": found,
        "page": Paginator(found.rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "published": queries.publications(on, actor, key),
        "why_not": permission_refusals(actor, "lists.publish", on.code) if kind.kept else [],
    }  # fmt: skip
    return render(request, "lists/list.html", context)


def version(request: HttpRequest, chain: str, key: str, version: int) -> HttpResponse:
    """A list as it was published; its digest is computed again."""
    on, kind, actor = _chain(request, chain), _kind(key), request.actor  # type: ignore[attr-defined]
    row = queries.publication(on, actor, key, version)
    if row is None:
        raise Http404
    if exports.wanted(request):
        return _export(request, on, kind, row.columns, row.rows, row.confidentiality, version=row)
    context = {
        "chain": on, "kind": kind, "row": row, "columns": row.columns, "intact": rules.digest(row.columns, row.rows) == row.digest,
        "page": Paginator(row.rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "others": queries.publications(on, actor, key).exclude(version=version), "data_version": atlas.version(actor, on),
    }  # fmt: skip
    return render(request, "lists/version.html", context)


def compare(request: HttpRequest, chain: str, key: str) -> HttpResponse:
    """Two versions, or a version and the list as it stands for readers of its class."""
    on, kind, actor = _chain(request, chain), _kind(key), request.actor  # type: ignore[attr-defined]
    rows = list(queries.publications(on, actor, key))
    before = _asked(on, actor, key, request.GET.get("before", ""), rows[-1].version if rows else 0)
    if before is None:
        raise Http404
    after = _asked(on, actor, key, request.GET.get("after", ""), 0)
    # Now is what readers of the version's class would see, never more than this reader may.
    found = queries.versions(before, after or queries.live(kind, on, queries.reader_of(before.confidentiality)))
    if exports.wanted(request):
        lines = [dict(zip(("name", "event", "column", "before", "after"), line, strict=True)) for line in _lines(found)]
        columns = [Column(name, key_) for key_, name in COMPARED]
        of_class = highest(before.confidentiality, after.confidentiality) if after else before.confidentiality
        return exports.respond(
            request, _titled(on, kind), columns, lines, of_class, actor,
            subject=f"chain:{on.code}", record=journal.record, about=on,
        )  # fmt: skip
    context = {"chain": on, "kind": kind, "before": before, "after": after, "rows": rows, "lines": _lines(found)}
    return render(request, "lists/compare.html", context)


COMPARED = (
    ("name", Text("名称", "Name")), ("event", Text("变化", "Change")), ("column", Text("列", "Column")),
    ("before", Text("之前", "Before")), ("after", Text("之后", "After")),
)  # fmt: skip
EVENTS = {"added": Text("新增", "added"), "removed": Text("去掉", "removed"), "changed": Text("改变", "changed")}


def _lines(found: queries.Versions) -> list[tuple[Any, ...]]:
    names = {column["key"]: column["name"] for column in found.columns}
    lines: list[tuple[Any, ...]] = []
    for one in found.differences:
        head = (found.name(one.code), EVENTS[one.kind])
        if one.kind != "changed":
            lines.append((*head, Text("整行", "whole row"), None, None))
        lines += [(*head, names.get(column, column), b, a) for column, (b, a) in one.cells.items()]
    return lines


def _asked(chain: Chain, actor: Any, key: str, text: str, otherwise: int) -> Any:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise
    found = queries.publication(chain, actor, key, number) if number else None
    if text.isdigit() and found is None:
        raise Http404
    return found


@login_required
def publish(request: HttpRequest, chain: str, key: str) -> HttpResponse:
    """Freeze a list for readers of one class."""
    on, kind, actor = _chain(request, chain), _kind(key), request.actor  # type: ignore[attr-defined]
    require(actor, "lists.publish", on.code)
    form = PublishForm(
        request.POST or None, actor=actor, chain=on.code, initial={"confidentiality": on.confidentiality}
    )
    if request.method == "POST" and form.is_valid():
        row = services.publish(chain=on, kind=kind, **form.cleaned_data, by=actor, at=timezone.now())
        messages.success(request, _("第 %(n)s 版已发布。") % {"n": row.version})
        return redirect("lists:version", on.code, key, row.version)
    return render(
        request, "lists/publish.html", {"chain": on, "kind": kind, "form": form}, status=422 if form.errors else 200
    )


@dataclass
class _About:
    """The data a frozen list was made of."""

    code: str
    data_date: Any
    stamp: Any


def _titled(chain: Chain, kind: rules.Kind) -> Text:
    return Text(f"{chain.name} {kind.name.zh}", f"{chain.name_en or chain.name}: {kind.name.en}")


def _export(
    request: HttpRequest, chain: Chain, kind: rules.Kind, columns: list[dict[str, Any]], rows: list[Any], of_class: str,
    version: Any = None,
) -> HttpResponse:  # fmt: skip
    told = None
    if version is not None:
        told = {"version": str(version.version), "published": version.published_on.isoformat(), "signer": version.signer,
                "digest": version.digest}  # fmt: skip
    made = [Column(Text(c["name"]["zh"], c["name"]["en"]), c["key"]) for c in columns]
    return exports.respond(
        request, _titled(chain, kind), made, rows, of_class, request.actor,  # type: ignore[attr-defined]
        subject=f"chain:{chain.code}", record=journal.record, about=_About(chain.code, version.data_date, version.data_stamp) if version else chain, filters=told,
    )  # fmt: skip
