"""How "no" is answered: as a page, as a fragment of one, or to a program as JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lianban.kit.refusals import Refusal
from lianban.kit.text import Text


class Facts(DjangoJSONEncoder):
    """Facts of a refusal may be sentences, days and amounts; anything else is told by its words."""

    def default(self, o: Any) -> Any:
        if isinstance(o, Text):
            return {"zh": o.zh, "en": o.en}
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def refused(
    request: HttpRequest, reasons: Iterable[Refusal], status: int, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Tell all reasons in the shape the asker reads."""
    told = tuple(reasons)
    if is_program(request) or request.headers.get("Accept", "").startswith("application/json"):
        body = {"refused": [refusal.as_dict() for refusal in told]}
        return JsonResponse(
            body, encoder=Facts, status=status, headers=dict(headers or {}), json_dumps_params={"ensure_ascii": False}
        )
    template = "_refusals.html" if getattr(request, "htmx", False) else "refused.html"
    return render(request, template, {"refusals": told}, status=status)


def is_program(request: HttpRequest) -> bool:
    """Whether a program asks (an address of the interface), who reads no pages."""
    return bool(getattr(request, "program", False))
