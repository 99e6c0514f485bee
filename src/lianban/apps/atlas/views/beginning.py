"""The page that begins an empty chain."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from lianban.apps.atlas import forms, services
from lianban.apps.atlas.models import Chain
from lianban.apps.parties.rules import Actor


def begin(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("atlas.begin_chain"):
        raise Http404
    form = forms.BeginForm(
        request.POST or None, initial={"data_date": timezone.localdate().isoformat(), "confidentiality": "office"}
    )
    if request.method == "POST" and form.is_valid():
        made: Chain = services.begin_chain(**form.cleaned_data, by=actor, at=timezone.now())
        return redirect("atlas:chain", made.code)
    return render(request, "atlas/begin.html", {"form": form}, status=422 if form.errors else 200)
