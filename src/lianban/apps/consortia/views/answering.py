"""Road (c): the lists a consortium may answer, and the sealed address where it does."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from lianban.apps.challenges import queries as challenges
from lianban.apps.consortia import queries, rules, services
from lianban.apps.consortia.forms.answering import ConsortiumAnswerForm
from lianban.apps.consortia.models import Consortium
from lianban.apps.consortia.views.reading import found
from lianban.apps.parties.models import Organisation
from lianban.kit.sealed import sealed


def _led(request: HttpRequest, pk: int) -> tuple[Consortium, Organisation]:
    """A consortium and its lead, for the lead's own people; nobody else learns that this page is there."""
    consortium = found(request, pk)
    lead = queries.leads([pk])[pk]
    if lead.code not in request.actor.organisations:  # type: ignore[attr-defined]
        raise Http404
    return consortium, lead


@login_required
def lists(request: HttpRequest, pk: int) -> HttpResponse:
    """Lists that take answers now."""
    consortium, _lead = _led(request, pk)
    actor = request.actor  # type: ignore[attr-defined]
    open_ones = challenges.listing(actor, chain=consortium.chain.code, state="open")
    refusals = rules.answering_refusals(consortium.state, strangers=0)
    context = {"consortium": consortium, "challenges": open_ones, "refusals": refusals, "inside": True, "tab": ""}
    return render(request, "consortia/lists.html", context)


@sealed
@login_required
def answer(request: HttpRequest, pk: int, challenge: int) -> HttpResponse:
    """Hand in the consortium's answer, or another in its place."""
    consortium, lead = _led(request, pk)
    actor = request.actor  # type: ignore[attr-defined]
    on = challenges.visible(actor).filter(pk=challenge).first()
    if on is None or not on.posted:
        raise Http404
    form = ConsortiumAnswerForm(request.POST or None, request.FILES or None, consortium=consortium, lead=lead)
    if request.method == "POST" and form.is_valid():
        given = {
            name: value for name, value in form.cleaned_data.items() if name not in ("solver", "partners", "files")
        }
        files = [(file.name or "", file.read()) for file in request.FILES.getlist("files")]
        services.answer_challenge(
            consortium_id=pk, challenge_id=challenge, content=given, partners=list(form.cleaned_data["partners"]),
            files=files, by=actor, at=timezone.now(),
        )  # fmt: skip
        return redirect("challenges:answer", challenge)
    context = {"consortium": consortium, "challenge": on, "form": form, "inside": True, "tab": ""}
    return render(request, "consortia/answer.html", context, status=422 if form.errors else 200)
