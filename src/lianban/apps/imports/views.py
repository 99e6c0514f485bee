"""Pages of imports: bring a file, map its columns, look at the preview, confirm, get the own file back."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as chains
from lianban.apps.imports import forms, queries, rules, services
from lianban.apps.imports.models import Import
from lianban.apps.parties import queries as parties
from lianban.apps.parties.rules import Actor

PAGE = 50


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not queries.chains_to_fill(actor):
        raise Http404
    return actor


def _import(request: HttpRequest, pk: int) -> Import:
    found = queries.one(_actor(request), pk)
    if found is None:
        raise Http404
    return found


def _wait(made: Import) -> HttpResponse:
    """To the job's page, and from there back to the import."""
    after = urlencode({"next": reverse("imports:show", args=[made.pk])})
    return redirect(f"{reverse('jobs:show', args=[made.job])}?{after}")


def listing(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    page = Paginator(queries.imports(actor), PAGE).get_page(request.GET.get("page"))
    names = parties.shown_names([made.by for made in page])
    return render(request, "imports/list.html", {"page": page, "states": rules.STATES, "names": names})


def bring(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    form = forms.BringForm(
        request.POST or None, request.FILES or None, chains=queries.chains_to_fill(actor),
        initial={"chain": request.GET.get("chain", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told, file = form.cleaned_data, form.cleaned_data["file"]
        chain = chains.chain(actor, told["chain"])
        if chain is None:
            raise Http404
        made = services.bring(
            chain=chain, name=file.name if file else "", size=file.size if file else 0,
            chunks=file.chunks(rules.PIECE) if file else [], text=told["text"], label=told["label"], by=actor, at=timezone.now(),
        )  # type: ignore[arg-type]  # fmt: skip
        return _wait(made)
    return render(request, "imports/bring.html", {"form": form}, status=422 if form.errors else 200)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    made = _import(request, pk)
    if queries.under_way(made):
        return _wait(made)
    made.state = queries.state_now(made)
    if made.state in ("mapping", "failed"):
        return _mapping(request, made, None)
    asked = {name: request.GET.get(name, "")[:100] for name in ("verdict", "table", "words")}
    page = Paginator(queries.lines(made, **asked), PAGE).get_page(request.GET.get("page"))
    told = queries.told_lines(made.chain, page)
    context = {
        "made": made, "chain": made.chain, "state": rules.STATES[made.state], "verdicts": rules.VERDICTS | {"cells": rules.CELLS}, "asked": asked,
        "page": page, "rows": [(line, row, rules.VERDICTS[line.verdict]) for line, row in zip(page, told, strict=True)],
        "sheets": queries.sheets(made), "states": rules.STATES, "told": queries.told(made),
        "n_names": queries.open_names(made).count() if made.counts.get("ask") else 0,
        "refusals": [*rules.state_refusals(made.state, ("preview",)), *rules.apply_refusals(made.counts)],
    }  # fmt: skip
    return render(request, "imports/preview.html", context)


def _mapping(request: HttpRequest, made: Import, form: Any) -> HttpResponse:
    columns = queries.columns_of(made)
    form = form or forms.MappingForm(None, read=made.read, mapping=made.mapping, columns=columns)
    context = {
        "made": made, "chain": made.chain, "form": form, "sheets": queries.sheets(made), "states": rules.STATES, "state": rules.STATES[made.state],
        "sources": chains.known_codes(made.chain, "products")["sources"],
        "refusals": rules.state_refusals(made.state, ("mapping", "preview")),
    }  # fmt: skip
    return render(request, "imports/mapping.html", context, status=422 if form.errors else 200)


def columns(request: HttpRequest, pk: int) -> HttpResponse:
    made = _import(request, pk)
    form = forms.MappingForm(
        request.POST or None, read=made.read, mapping=made.mapping, columns=queries.columns_of(made)
    )
    if request.method == "POST" and form.is_valid():
        return _wait(services.map_columns(number=made.pk, **form.values(), by=_actor(request), at=timezone.now()))
    return _mapping(request, made, form)


def names(request: HttpRequest, pk: int) -> HttpResponse:
    made = _import(request, pk)
    if request.method == "POST":
        said = forms.names_said(request.POST)
        return _wait(services.say_who(number=made.pk, said=said, by=_actor(request), at=timezone.now()))
    page = Paginator(queries.open_names(made), PAGE).get_page(request.GET.get("page"))
    context = {
        "made": made,
        "chain": made.chain,
        "page": page,
        "refusals": rules.state_refusals(made.state, ("preview",)),
    }
    return render(request, "imports/names.html", context)


@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Another sheet of the same workbook."""
    made, name = _import(request, pk), request.POST.get("sheet", "")[:200]
    return redirect(
        "imports:show", services.bring_sheet(number=made.pk, sheet=name, by=_actor(request), at=timezone.now()).pk
    )


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    made = _import(request, pk)
    return _wait(services.ask_to_apply(number=made.pk, by=_actor(request), at=timezone.now()))


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    services.drop(number=_import(request, pk).pk, by=_actor(request), at=timezone.now())
    return redirect("imports:listing")


def results(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The user's own file with a column 结果."""
    made = _import(request, pk)
    if "results" not in made.read:
        raise Http404
    answer = StreamingHttpResponse(queries.pieces(made, "results"), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, queries.result_name(made))
    return answer
