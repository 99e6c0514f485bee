"""The site's addresses and one more: where the tests hand in, as challenges do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from lianban.apps.sealing import services as sealing
from lianban.kit.sealed import sealed
from lianban.site.urls import urlpatterns as site

handler404 = "lianban.site.views.not_found"
seen: list[object] = []  # the kinds of files that arrived


@sealed
def hand_in(request: HttpRequest, pk: int, organisation: int) -> HttpResponse:
    if request.method == "POST":
        files = [(file.name, file.read()) for file in request.FILES.getlist("files")]
        seen.extend(type(file) for file in request.FILES.getlist("files"))
        sealing.submit(
            box_id=pk, organisation_id=organisation, content={"title": request.POST.get("title", "")}, files=files,
            by=request.actor,
        )  # fmt: skip
        return redirect("sealing:receipt", pk)
    return HttpResponse("hand in")


urlpatterns = [*site, path("try/<int:pk>/<int:organisation>/", hand_in)]
