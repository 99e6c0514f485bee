"""Answers: handed in at a sealed address, read once they are opened."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from lianban.apps.challenges import forms, queries, rules, services
from lianban.apps.challenges.views.pages import actor_of, challenge_of
from lianban.apps.sealing import queries as sealing
from lianban.kit.sealed import sealed


@sealed
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in an answer, or another in its place. What was handed in cannot be read back, not even here."""
    challenge, actor = challenge_of(request, pk), actor_of(request)
    solvers = queries.may_solve(challenge, actor)
    if not solvers or not challenge.posted or not actor.may("challenges.answer", challenge.chain.code):
        raise Http404
    form = forms.AnswerForm(request.POST or None, request.FILES or None, solvers=solvers, poster=_kept_out(challenge))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        files = [(file.name, file.read()) for file in request.FILES.getlist("files")]
        chosen = given.pop("solver")
        solver = next(one for one in solvers if str(one.pk) == chosen)
        partners = list(given.pop("partners"))
        given.pop("files")
        services.answer(challenge_id=pk, solver=solver, content=given, partners=partners, files=files, by=actor, at=timezone.now())  # type: ignore[arg-type]  # fmt: skip
        return redirect("challenges:answer", pk)
    box = challenge.box or 0
    receipts = [(one, sealing.my_receipt(box_id=box, organisation_id=one.pk, by=actor)) for one in solvers]
    context = {"challenge": challenge, "form": form, "receipts": receipts, "closed": _closed(challenge)}
    return render(request, "challenges/answer.html", context, status=422 if form.errors else 200)


def _kept_out(challenge: Any) -> int | None:
    """The poster is offered as a partner only where the rules allow it."""
    allowed = challenge.klass == "transfer" and challenge.frozen.value("challenge.poster_may_partner_transfer")
    return None if allowed else challenge.poster_id


def _closed(challenge: Any) -> bool:
    return challenge.state != "answering" or timezone.now() > challenge.answers_until


@sealed
@require_POST
@login_required
def withdraw_answer(request: HttpRequest, pk: int, organisation: int) -> HttpResponse:
    """Take one's own answer out again."""
    challenge, actor = challenge_of(request, pk), actor_of(request)
    solver = next((one for one in queries.may_solve(challenge, actor) if one.pk == organisation), None)
    if solver is None:
        raise Http404
    services.withdraw(challenge_id=pk, solver=solver, by=actor)
    return redirect("challenges:answer", pk)


@login_required
@require_safe
def show_answer(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """One opened answer, for those who may read it."""
    challenge, actor = challenge_of(request, pk), actor_of(request)
    found = queries.answer_of(challenge, actor, item)
    if found is None:
        raise Http404
    parts = [(name, found.content.get(field)) for field, name in rules.answers.WRITTEN.items()]
    own = found.organisation.code in actor.organisations
    context = {
        "challenge": challenge, "answer": found, "parts": parts, "own": own, "formal": rules.answers.FORMAL,
        "files": queries.files_of(found), "office": actor.may("challenges.see_answers", challenge.chain.code),
        "scores": own or actor.may("challenges.see_answers", challenge.chain.code) or challenge.frozen.value("challenge.publish_scores"),
    }  # fmt: skip
    return render(request, "challenges/answer_show.html", context)


@login_required
@require_safe
def attachment(request: HttpRequest, pk: int, item: int, place: int) -> HttpResponse:
    """One file of an opened answer, always as a download."""
    challenge, actor = challenge_of(request, pk), actor_of(request)
    found = queries.answer_of(challenge, actor, item)
    file = queries.file_of(found, place) if found else None
    if file is None:
        raise Http404
    response = HttpResponse(bytes(file.body), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
