"""Pages that say how each indicator is computed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianban.apps.diagnosis import queries
from lianban.apps.diagnosis.views.finding import or_404


def indicators(request: HttpRequest) -> HttpResponse:
    return render(request, "diagnosis/indicators.html", {"indicators": queries.indicators()})


def indicator(request: HttpRequest, code: str) -> HttpResponse:
    found = or_404(queries.indicator(code))
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    context = {"indicator": found, "body": found.html(language), "others": queries.indicators()}
    return render(request, "diagnosis/indicator.html", context)
