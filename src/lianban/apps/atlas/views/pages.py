"""Pages of chains: what they are made of, and how we know."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lianban.apps.atlas import compute, forms, queries
from lianban.apps.atlas.models import Chain
from lianban.apps.journal import services as journal
from lianban.kit import exports
from lianban.kit.confidentiality import highest
from lianban.kit.exports import Column
from lianban.kit.text import Text


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
        "anchors": [m for m in queries.members(actor, found) if m.anchor],
    }
    return render(request, "atlas/chain.html", context)


def products(request: HttpRequest, chain: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    asked = forms.filters(request.GET)
    rows = list(queries.products(actor, found, asked))
    if exports.wanted(request):
        return _export(request, found, Text("产品清单", "Products"), _product_columns(), rows)
    context = {
        "chain": found,
        "rows": rows,
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
    rows = list(queries.members(actor, found, asked))
    if exports.wanted(request):
        return _export(request, found, Text("组织清单", "Organisations"), _member_columns(), rows)
    context = {"chain": found, "rows": rows, "asked": asked, "kinds": compute.words("organisations", "kind")}
    return render(request, "atlas/organisations.html", context)


def organisation(request: HttpRequest, chain: str, code: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    row = _or_404(queries.member(actor, found, code))
    context = {"chain": found, "member": row, "own": code in actor.organisations}
    return render(request, "atlas/organisation.html", {**context, **queries.member_facts(actor, found, row)})


def demands(request: HttpRequest, chain: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    asked = forms.filters(request.GET)
    rows = list(queries.demands(actor, found, asked))
    if exports.wanted(request):
        return _export(request, found, Text("企业需求清单", "Needs of firms"), _demand_columns(found), rows)
    context = {
        "chain": found,
        "rows": rows,
        "asked": asked,
        "segments": found.segments.all(),
        "origins": queries.demand_origins(actor, found),
    }
    return render(request, "atlas/demands.html", context)


def sources(request: HttpRequest, chain: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    rows = list(queries.sources(actor, found))
    uses = queries.uses_of_sources(actor, found)
    for row in rows:
        row.uses = uses.get(row.pk, 0)  # type: ignore[attr-defined]
    if exports.wanted(request):
        return _export(request, found, Text("来源清单", "Sources"), _source_columns(), rows)
    return render(request, "atlas/sources.html", {"chain": found, "rows": rows})


def _export(request: HttpRequest, chain: Chain, name: Text, columns: list[Column], rows: list[Any]) -> HttpResponse:
    """A list as a file: its class is the narrowest of its rows."""
    title = Text(f"{chain.name} {name.zh}", f"{chain.name_en or chain.name} {name.en}")
    of_class = highest(chain.confidentiality, *(row.confidentiality for row in rows))
    actor = request.actor  # type: ignore[attr-defined]
    return exports.respond(
        request,
        title,
        columns,
        rows,
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


def _source_columns() -> list[Column]:
    return [
        *_columns("sources", "code", "title", "publisher"),
        _worded("sources", "kind"),
        *_columns("sources", "address", "published_on", "read_on", "phrase"),
        Column(Text("引用条数", "Rows that rest on it"), "uses"),
    ]
