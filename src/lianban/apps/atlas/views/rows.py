"""Pages that change one row of a chain's data: choose it, edit it, delete it with what hangs on it, see its history."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from lianban.apps.atlas import compute, forms, queries, services
from lianban.apps.atlas.models import Chain
from lianban.apps.atlas.views.changes import _chain as _seen
from lianban.apps.parties.rules import permission_refusals
from lianban.kit import editing

PAGE = 50


def _chain(request: HttpRequest, code: str, table: str) -> Chain:
    if table not in compute.EDITED:
        raise Http404
    return _seen(request, code)


def _row(chain: Chain, table: str, code: str) -> dict[str, Any]:
    found = compute.rows(chain, {table: [code]}).get(table, {}).get(code)
    if found is None:
        raise Http404
    return found


def listing(request: HttpRequest, chain: str, table: str) -> HttpResponse:
    found = _chain(request, chain, table)
    words = request.GET.get("q", "")[:100].strip()
    page = Paginator(queries.table_rows(found, table, words), PAGE).get_page(request.GET.get("page"))
    told = [services.row_as_told(row) for row in page]
    context = {
        "chain": found, "table": table, "title": compute.table_name(table), "q": words, "page": page,
        "columns": [(name, compute.heading(table, name)) for name in compute.shown_columns(table)],
        "rows": [(row["code"], [compute.shown(table, name, row[name]) for name in compute.shown_columns(table)]) for row in told],
        "tables": [(name, compute.table_name(name)) for name in compute.EDITED],
        "refusals": permission_refusals(request.actor, "atlas.change", chain),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "atlas/rows.html", context)


def history(request: HttpRequest, chain: str, table: str, code: str) -> HttpResponse:
    found, actor = _chain(request, chain, table), request.actor  # type: ignore[attr-defined]
    now = compute.rows(found, {table: [code]}).get(table, {}).get(code)
    past = queries.history(actor, found, table, code)
    if now is None and not past:
        raise Http404
    context = {
        "chain": found, "table": table, "title": compute.table_name(table), "code": code, "now": now,
        "cells": [(compute.heading(table, name), compute.shown(table, name, value)) for name, value in (now or {}).items()],
        "past": list(zip([row.change for row in past], queries.told_changes(found, past), strict=True)),
        "refusals": permission_refusals(actor, "atlas.change", chain),
    }  # fmt: skip
    return render(request, "atlas/row.html", context)


def new(request: HttpRequest, chain: str, table: str) -> HttpResponse:
    found = _chain(request, chain, table)
    form = _form(request, found, table, {}, new=True)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        code = str(values.pop("code", None) or compute.key_of(table, values))
        services.change(
            chain=found, tables={table: {code: values}}, expected={table: {code: None}}, kind="edit",
            by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
        return redirect("atlas:row", chain, table, code)
    return _edit_page(request, found, table, "", form)


def edit(request: HttpRequest, chain: str, table: str, code: str) -> HttpResponse:
    found = _chain(request, chain, table)
    row = _row(found, table, code)
    form = _form(request, found, table, row, new=False)
    if request.method == "POST" and form.is_valid():
        services.edit_row(
            chain=found, table=table, code=code, values=form.values(), seen=form.cleaned_data["seen"],
            by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
        return redirect("atlas:row", chain, table, code)
    return _edit_page(request, found, table, code, form)


def _form(request: HttpRequest, chain: Chain, table: str, row: dict[str, Any], *, new: bool) -> forms.RowForm:
    initial = {**row, "seen": editing.mark(row)}
    return forms.RowForm(
        request.POST or None, initial=None if new else initial, table=table, suggested={}, new=new,
    )  # fmt: skip


def _edit_page(request: HttpRequest, chain: Chain, table: str, code: str, form: forms.RowForm) -> HttpResponse:
    context = {
        "chain": chain, "table": table, "title": compute.table_name(table), "code": code, "form": form,
        "known": queries.known_codes(chain, table),
        "refusals": permission_refusals(request.actor, "atlas.change", chain.code),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "atlas/row_edit.html", context, status=422 if form.errors else 200)


def delete(request: HttpRequest, chain: str, table: str, code: str) -> HttpResponse:
    found = _chain(request, chain, table)
    row = _row(found, table, code)
    if request.method == "POST":
        made = services.delete_row(
            chain=found, table=table, code=code, seen=request.POST.get("seen", "")[:64],
            by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
        return redirect("atlas:change", chain, made.stamp_after)
    touched = queries.touched_by_deleting(found, table, code)
    context = {
        "chain": found, "table": table, "title": compute.table_name(table), "code": code, "seen": editing.mark(row),
        "touched": touched, "n_gone": sum(1 for one in touched if one.after is None),
        "refusals": permission_refusals(request.actor, "atlas.change", chain),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "atlas/row_delete.html", context)
