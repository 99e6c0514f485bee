"""Pages of sealing."""

from django.http import Http404, HttpRequest, HttpResponse


def box(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404
