"""Pages of the diagnosis."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Chains with their newest diagnosis."""
    return render(request, "diagnosis/home.html", {})
