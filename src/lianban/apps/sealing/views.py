"""Pages of sealing: custodians' desk, passphrase, ceremony, opening record, receipt, and how safe it is."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from lianban.apps.sealing import forms, queries, rules, services
from lianban.apps.sealing.models import Box
from lianban.kit.sealed import sealed


def _box(request: HttpRequest, pk: int) -> Box:
    found = queries.box(request.actor, pk)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """What sealing protects from, and what not."""
    return render(
        request,
        "sealing/how.html",
        {"answer_mib": rules.ANSWER_LIMIT // rules.MIB, "room_mib": settings.SEALED_ROOM / rules.MIB},
    )


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """A custodian's desk: the passphrase, and boxes."""
    actor = request.actor  # type: ignore[attr-defined]
    boxes = queries.listing(actor)
    if not boxes and not actor.may("sealing.hold"):
        raise Http404
    context = {"boxes": boxes, "key": queries.custody_keys([actor.user_id]).get(actor.user_id)}
    return render(request, "sealing/desk.html", {**context, "states": rules.STATES, "now": timezone.now()})


@login_required
@sensitive_post_parameters()
def passphrase(request: HttpRequest) -> HttpResponse:
    """Register a custody passphrase."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("sealing.hold"):
        raise Http404
    form = forms.PassphraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.register_passphrase(**form.cleaned_data, by=actor, at=timezone.now())
        return redirect("sealing:desk")
    former = queries.custody_keys([actor.user_id]).get(actor.user_id)
    context = {"form": form, "former": former, "suggestion": queries.suggestion()}
    return render(request, "sealing/passphrase.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def box(request: HttpRequest, pk: int) -> HttpResponse:
    """One box: who keeps it, how far the opening is, what came out."""
    actor = request.actor  # type: ignore[attr-defined]
    found = _box(request, pk)
    return render(request, "sealing/box.html", {"box": found, **queries.ceremony(found, actor), **_forms()})


def _forms() -> dict[str, Any]:
    return {
        "share_form": forms.ShareForm(auto_id="share-%s"),
        "check_form": forms.ShareForm(auto_id="check-%s"),
        "void_form": forms.VoidForm(),
    }


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")


@login_required
@require_POST
@sensitive_post_parameters()
def give(request: HttpRequest, pk: int) -> HttpResponse:
    _box(request, pk)
    services.give_share(
        box_id=pk,
        passphrase=_typed(request, "passphrase"),
        by=request.actor,  # type: ignore[attr-defined]
        at=timezone.now(),
    )
    return redirect("sealing:box", pk)


@login_required
@require_POST
@sensitive_post_parameters()
def check(request: HttpRequest, pk: int) -> HttpResponse:
    _box(request, pk)
    services.check_passphrase(
        box_id=pk,
        passphrase=_typed(request, "passphrase"),
        by=request.actor,  # type: ignore[attr-defined]
        at=timezone.now(),
    )
    return redirect("sealing:box", pk)


@login_required
@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    _box(request, pk)
    services.void_box(box_id=pk, reason=_typed(request, "reason"), by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    return redirect("sealing:box", pk)


@login_required
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The opening record: to organisers and custodians, and to every organisation that had answered."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.record(actor, pk)
    if found is None:
        raise Http404
    return render(request, "sealing/record.html", found)


@sealed
@login_required
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipts of one's own organisations; without one there is no such page."""
    found = queries.receipts(request.actor, pk)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return render(request, "sealing/receipt.html", found)


@sealed
@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, organisation: int) -> HttpResponse:
    """Take one's own answer out again."""
    found = queries.receipts(request.actor, pk)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    services.withdraw(box_id=pk, organisation_id=organisation, by=request.actor)  # type: ignore[attr-defined]
    return redirect(found["box"].url or "/")
