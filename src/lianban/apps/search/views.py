"""The search box's answers: a list in the box, or a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianban.apps.search import queries

IN_BOX, ON_PAGE = 5, 50


def results(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "")
    in_box = bool(request.htmx) and request.htmx.target == "find-results"  # type: ignore[attr-defined]
    found = queries.search(request.actor, typed, each=IN_BOX if in_box else ON_PAGE)  # type: ignore[attr-defined]
    context = {"found": found, "typed": typed.strip()}
    return render(request, "search/_results.html" if in_box else "search/results.html", context)
