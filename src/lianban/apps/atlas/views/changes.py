"""Pages of what changed: the list, one change cell by cell, taking it back."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lianban.apps.atlas import forms, queries, rules, services
from lianban.apps.atlas.models import Chain, ChangeSet
from lianban.apps.parties import queries as parties

PAGE, CELLS = 50, 100


def _chain(request: HttpRequest, code: str) -> Chain:
    """The chain, for those who may see its changes; a hidden one and a missing one answer alike."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.chain(actor, code)
    if found is None or not actor.may("atlas.see_changes", code):
        raise Http404
    return found


def _change(request: HttpRequest, chain: Chain, number: int) -> ChangeSet:
    found = queries.change(request.actor, chain, number)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def listing(request: HttpRequest, chain: str) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    asked = forms.filters(request.GET)
    page = Paginator(queries.changes(actor, found, asked), PAGE).get_page(request.GET.get("page"))
    names = parties.shown_names([made.by for made in page])
    context = {"chain": found, "page": page, "asked": asked, "kinds": rules.KINDS, "names": names}
    return render(request, "atlas/changes.html", context)


def show(request: HttpRequest, chain: str, number: int) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    made = _change(request, found, number)
    asked = {name: request.GET.get(name, "")[:100] for name in ("table", "what")}
    page = Paginator(queries.rows_of_change(made, **asked), CELLS).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "chain": found, "made": made, "kind": rules.KINDS.get(made.kind), "page": page, "asked": asked,
        "rows": queries.told_changes(found, page), "names": parties.shown_names([made.by]),
        "tables": queries.tables_of_change(made),
        "refusals": queries.undo_refusals(actor, found, made, timezone.now()),
    }  # fmt: skip
    return render(request, "atlas/change.html", context)


@require_POST
def undo(request: HttpRequest, chain: str, number: int) -> HttpResponse:
    made = _change(request, _chain(request, chain), number)
    done = services.undo(change_id=made.pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    return redirect("atlas:change", chain, done.stamp_after)
