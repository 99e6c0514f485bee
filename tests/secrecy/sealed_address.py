"""The site's addresses and one of the tests' own: where they hand in a sealed answer, as challenges do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from lianban.apps.parties.models import Organisation
from lianban.apps.sealing import services as sealing
from lianban.kit.sealed import sealed
from lianban.site.urls import urlpatterns as site

handler404 = "lianban.site.views.not_found"
handler500 = "lianban.site.views.broken"


@sealed
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        (own,) = Organisation.objects.filter(code__in=actor.organisations) or [Organisation(pk=0)]
        files = [(file.name, file.read()) for file in request.FILES.getlist("files")]
        told = {name: request.POST.get(name, "") for name in ("title", "body", "amount", "contact")}
        sealing.submit(box_id=pk, organisation_id=own.pk, content=told, files=files, by=actor)
        return redirect("sealing:receipt", pk)
    return HttpResponse("hand in")


urlpatterns = [*site, path("sealed-try/<int:pk>/", hand_in, name="sealed-try")]
