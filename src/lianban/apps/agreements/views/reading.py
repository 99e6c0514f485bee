"""Pages to read: the list, one agreement with text, plain words and law side by side, one version, the Word file."""

from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lianban.apps.agreements import forms, queries, rules
from lianban.apps.agreements.models import Agreement
from lianban.apps.agreements.views import document
from lianban.apps.journal import services as journal
from lianban.kit.shown import reader_language
from lianban.kit.text import Text, say

PAGE = 50
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def found(request: HttpRequest, pk: int) -> Agreement:
    """The agreement of this address, or the page that says there is none."""
    row = queries.agreement(request.actor, pk)  # type: ignore[attr-defined]
    if row is None:
        raise Http404
    return row


def listing(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    page = Paginator(queries.listed(actor, request.GET.get("state", "")), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "states": rules.STATES.states, "state": request.GET.get("state", ""),
               "waiting": queries.waiting(actor, timezone.localdate())}  # fmt: skip
    return render(request, "agreements/list.html", context)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, found(request, pk))


def page(request: HttpRequest, row: Agreement, status: int = 200, **bound: Any) -> HttpResponse:
    """One agreement as it stands, with what this reader may do; a form that was wrong comes back as it was typed."""
    actor = request.actor  # type: ignore[attr-defined]
    draft = queries.facts(row)
    found_now = rules.findings(draft) if row.state == "drafting" else []
    context = {
        "agreement": row,
        "steps": rules.STATES.states,
        "rows": [one for one in queries.article_rows(draft) if one["article"].settled or row.state == "drafting"],
        "origins": queries.origins(row) if row.state == "drafting" else {},
        "findings": found_now,
        "to_mend": sum(one.stops for one in found_now),
        "background": row.background.select_related("organisation"),
        "offer": queries.offer(actor, row),
        "signing": queries.signing(actor, row),
        "versions": row.versions.prefetch_related("signatures"),
        **bound,
    }
    if context["offer"]["draft"]:
        context.setdefault("background_form", forms.BackgroundForm(facts=draft))
    if context["offer"]["end"]:
        context.setdefault("end_form", forms.EndForm(prefix="end"))
    return render(request, "agreements/show.html", context, status=status)


def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One issued version as it was, and whether its digest still fits."""
    row = found(request, pk)
    one = queries.version(row, number)
    if one is None:
        raise Http404
    context = {"changed": queries.changed(row, one), "agreement": row, "issued": one, "intact": rules.digest(one.content) == one.digest,
               "signing": queries.signatures_of(one)}  # fmt: skip
    return render(request, "agreements/version.html", context)


def word(request: HttpRequest, pk: int, number: int = 0) -> HttpResponse:
    """The text as a Word file: a version as it was issued, or the draft, which says that it is one."""
    row, language = found(request, pk), reader_language()
    wanted = number or (0 if row.state == "drafting" else queries.newest_number(row))
    one = queries.version(row, wanted) if wanted else None
    if number and one is None:
        raise Http404
    content = one.content if one else queries.content(row)
    made = document.write(content, language, digest=one.digest if one else "")
    name = say(Text(row.title, row.title_en or row.title), language)
    number_said = f"v{wanted}" if one else say(Text("草稿", "draft"), language)
    journal.record("agreements.exported", subject=row.reference, by=request.actor, at=timezone.now(), facts={"version": wanted})  # type: ignore[attr-defined]  # fmt: skip
    response = HttpResponse(made, content_type=WORD)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}-{number_said}.docx')}"
    return response
