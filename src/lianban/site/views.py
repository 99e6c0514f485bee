"""Pages of the site itself: language, health, the gallery of components, not found, broken."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from lianban.kit.refusals import refuse


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language and go back to the page they were on."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(urlsplit(back)._replace(scheme="", netloc="").geturl() or "/")
    code = request.POST.get("code", "")
    if code in {known for known, _ in settings.LANGUAGES}:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"live": True})


def ready(request: HttpRequest) -> HttpResponse:
    """Ready means: the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # any failure of any driver means the same to a load balancer
        return JsonResponse({"ready": False}, status=503)
    return JsonResponse({"ready": True})


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once, empty and full, for designers and for the screenshot tests."""
    refusals = [refuse("gallery.example", "示例：尚未填写依据", "example: no evidence has been given")]
    context: dict[str, Any] = {"levels": ["L0", "L1", "L2", "L3", "L4", "L5", None], "refusals": refusals}
    return render(request, "gallery.html", context)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "broken.html", status=500)
