"""Pages of chains: what they are made of, and how we know."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lianban.apps.atlas import compute, forms, queries
from lianban.apps.atlas.models import Chain
from lianban.apps.journal import services as journal
from lianban.kit import exports
from lianban.kit.confidentiality import highest
from lianban.kit.exports import Column
from lianban.kit.text import Text

PAGE = 100


def _chain(request: HttpRequest, code: str) -> Chain:
    """Missing and hidden answer alike."""
    found = queries.chain(request.actor, code)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def _or_404(found: Any) -> Any:
    if found is None:
        raise Http404
    return found


def chains(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = [(chain, queries.counts(actor, chain)) for chain in queries.visible_chains(actor)]
    return render(request, "atlas/chains.html", {"chains": found, "may_begin": actor.may("atlas.begin_chain")})


def chain(request: HttpRequest, chain: str) -> HttpResponse:
    found = _chain(request, chain)
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "chain": found,
        "counts": queries.counts(actor, found),
        "segments": queries.segments(actor, found),
        "anchors": queries.members(actor, found).filter(anchor=True),
    }
    return render(request, "atlas/chain.html", context)


def products(request: HttpRequest, chain: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    asked = forms.filters(request.GET)
    rows = queries.products(actor, found, asked)
    if exports.wanted(request):
        return _export(request, found, Text("产品清单", "Products"), _product_columns(), rows)
    context = {
        "chain": found,
        "page": _page(request, rows),
        "asked": asked,
        "segments": found.segments.all(),
        "kinds": compute.words("products", "base_kind"),
    }
    return render(request, "atlas/products.html", context)


def product(request: HttpRequest, chain: str, code: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    row = _or_404(queries.product(actor, found, code))
    facts = queries.product_facts(actor, found, row)
    return render(request, "atlas/product.html", {"chain": found, "product": row, "facts": facts})


def segment(request: HttpRequest, chain: str, code: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    row = _or_404(queries.segment(found, code))
    context = {
        "chain": found,
        "segment": row,
        "rows": queries.products(actor, found, {"segment": code}),
        "demands": queries.demands(actor, found, {"segment": code}),
        "indicators": queries.segment_indicators(actor, found, row),
    }
    return render(request, "atlas/segment.html", context)


def organisations(request: HttpRequest, chain: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    asked = forms.filters(request.GET)
    rows = queries.members(actor, found, asked)
    if exports.wanted(request):
        return _export(request, found, Text("组织清单", "Organisations"), _member_columns(), rows)
    context = {
        "chain": found, "page": _page(request, rows), "asked": asked, "kinds": compute.words("organisations", "kind"),
    }  # fmt: skip
    return render(request, "atlas/organisations.html", context)


def organisation(request: HttpRequest, chain: str, code: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    row = _or_404(queries.member(actor, found, code))
    context = {"chain": found, "member": row, "own": code in actor.organisations}
    return render(request, "atlas/organisation.html", {**context, **queries.member_facts(actor, found, row)})


def demands(request: HttpRequest, chain: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    asked = forms.filters(request.GET)
    rows = queries.demands(actor, found, asked)
    if exports.wanted(request):
        return _export(request, found, Text("企业需求清单", "Needs of firms"), _demand_columns(found), rows)
    context = {
        "chain": found,
        "page": _page(request, rows),
        "asked": asked,
        "segments": found.segments.all(),
        "origins": queries.demand_origins(actor, found),
    }
    return render(request, "atlas/demands.html", context)


def sources(request: HttpRequest, chain: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    rows, uses = queries.sources(actor, found), queries.uses_of_sources(actor, found)
    if exports.wanted(request):
        return _export(request, found, Text("来源清单", "Sources"), _source_columns(uses), rows)
    page = _page(request, rows)
    for row in page.object_list:
        row.uses = uses.get(row.pk, 0)
    return render(request, "atlas/sources.html", {"chain": found, "page": page})


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """One page of a list: the one asked for, or that on which a code stands (``?at=``)."""
    pages = Paginator(rows, PAGE)
    at = request.GET.get("at", "")
    codes = list(rows.values_list("code", flat=True)) if at and "page" not in request.GET else []
    return pages.get_page(codes.index(at) // PAGE + 1 if at in codes else request.GET.get("page"))


def _export(request: HttpRequest, chain: Chain, name: Text, columns: list[Column], rows: QuerySet[Any]) -> HttpResponse:
    """A list as a file: its class is the narrowest of its rows."""
    title = Text(f"{chain.name} {name.zh}", f"{chain.name_en or chain.name} {name.en}")
    actor = request.actor  # type: ignore[attr-defined]
    kept = exports.fetch(request, actor, rows)
    of_class = highest(chain.confidentiality, *(row.confidentiality for row in kept))
    return exports.respond(
        request,
        title,
        columns,
        kept,
        of_class,
        actor,
        subject=f"chain:{chain.code}",
        record=journal.record,
        about=chain,
    )


def _columns(table: str, *names: str) -> list[Column]:
    """Columns as they stand in the row."""
    return [Column(compute.heading(table, name), name) for name in names]


def _worded(table: str, name: str) -> Column:
    """A column of codes, written as words."""
    return Column(compute.heading(table, name), lambda row: compute.word(table, name, getattr(row, name)))


def _fact_columns(table: str) -> list[Column]:
    """What stands at the end of every list of facts."""
    return [
        *_columns(table, "observed_on"),
        _worded(table, "confidence"),
        _worded(table, "confidentiality"),
    ]


def _product_columns() -> list[Column]:
    return [
        *_columns("products", "code", "name", "name_en"),
        Column(Text("环节", "Segment"), lambda row: row.segment.name),
        *_columns("products", "grade", "application"),
        _worded("products", "base_kind"),
        *_columns("products", "final", "value", "unit", "currency"),
        *_fact_columns("products"),
    ]


def _member_columns() -> list[Column]:
    return [
        *_columns("organisations", "code", "name", "name_en", "credit_code"),
        _worded("organisations", "kind"),
        *_columns("organisations", "place", "anchor", "example", "website"),
        *_fact_columns("organisations"),
    ]


def _demand_columns(chain: Chain) -> list[Column]:
    rule_set = queries.rule_set(chain.code)
    return [
        *_columns("demands", "title"),
        Column(Text("提出企业", "Raised by"), lambda row: row.raised_by.name),
        Column(Text("产品", "Product"), lambda row: row.product.name if row.product else None),
        *_columns("demands", "grade", "required_indicators", "present_supplier"),
        Column(
            Text("现来源地（国家/地区）", "Present origin"),
            lambda row: queries.place_name(chain, rule_set, row.present_origin),
        ),
        *_columns("demands", "yearly_quantity", "quantity_unit", "unit_price", "unit", "currency", "latest_on"),
        *_columns("demands", "scenario", "purchase_intention"),
        *_fact_columns("demands"),
    ]


def _source_columns(uses: Mapping[int, int]) -> list[Column]:
    return [
        *_columns("sources", "code", "title", "publisher"),
        _worded("sources", "kind"),
        *_columns("sources", "address", "published_on", "read_on", "phrase"),
        Column(Text("引用条数", "Rows that rest on it"), lambda row: uses.get(row.pk, 0)),
    ]
