"""The journal as a page, for supervisors."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lianban.apps.journal import queries

PAGE = 100


def entries(request: HttpRequest) -> HttpResponse:
    """Newest first, paged by number; ?verify=1 checks the whole chain of seals."""
    if not request.actor.may("journal.read"):  # type: ignore[attr-defined]
        raise Http404
    before = request.GET.get("before", "")
    rows = queries.newest(
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        verb=request.GET.get("verb", ""), subject=request.GET.get("subject", ""), limit=PAGE,
    )  # fmt: skip
    verify = request.GET.get("verify") == "1"
    context = {
        "entries": rows,
        "next_before": rows[-1].number if len(rows) == PAGE else None,
        "verified": verify,
        "broken": queries.first_broken() if verify else None,
    }
    return render(request, "journal/entries.html", context)
