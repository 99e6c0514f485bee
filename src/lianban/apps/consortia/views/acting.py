"""One address for every deed: the form when it is asked for, the call when it is sent."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lianban.apps.atlas import queries as atlas
from lianban.apps.consortia import forms, queries, services
from lianban.apps.consortia.forms.fields import said
from lianban.apps.consortia.models import Consortium, Member
from lianban.apps.consortia.views.deeds import DEEDS, Deed
from lianban.apps.consortia.views.reading import found


@login_required
def act(request: HttpRequest, pk: int, deed: str, row: int = 0) -> HttpResponse:
    """Show the form of a deed, or do it."""
    actor = request.actor  # type: ignore[attr-defined]
    consortium, wanted = found(request, pk), DEEDS.get(deed)
    about = _about(consortium, wanted, row)
    if wanted is None or not (queries.inside(actor, consortium) or _own(actor, about)):
        raise Http404
    form = (
        wanted.form(request.POST or None, consortium=consortium, row=about, asked=request.GET) if wanted.form else None
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        wanted.call(**{wanted.key: about.pk}, **_values(wanted, form), by=actor, at=timezone.now())
        messages.success(request, said(wanted.done))
        return redirect(f"consortia:{wanted.tab}", pk)
    context = {
        "consortium": consortium,
        "deed": wanted,
        "form": form,
        "row": about,
        "tab": wanted.tab,
        **_around(request, consortium),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "consortia/act.html", context, status=status)


def _around(request: HttpRequest, consortium: Consortium) -> dict[str, bool]:
    """Which tabs the head shows."""
    actor = request.actor  # type: ignore[attr-defined]
    return {"inside": queries.inside(actor, consortium), "scorecard": queries.has_scorecard(consortium)}


def _about(consortium: Consortium, wanted: Deed | None, row: int) -> Any:
    """What the deed is about: the consortium, or one of its own rows; another's row is not there."""
    if wanted is None or (wanted.rows is None) != (row == 0):
        raise Http404
    if wanted.rows is None:
        return consortium
    about = wanted.rows(consortium).filter(pk=row).first()
    if about is None:
        raise Http404
    return about


def _own(actor: Any, about: Any) -> bool:
    """Whether it is about the reader's own organisation: who is invited answers, and sees nothing of the inside yet."""
    return isinstance(about, Member) and about.organisation.code in actor.organisations


def _values(wanted: Deed, form: Form | None) -> dict[str, Any]:
    given: dict[str, Any] = form.values() if form is not None else {}  # type: ignore[attr-defined]
    if wanted.rename:
        given[wanted.rename[1]] = given.pop(wanted.rename[0])
    return given


@login_required
def propose(request: HttpRequest, chain: str) -> HttpResponse:
    """发起联合体: for one's own organisation, or by the office for any organisation of the chain."""
    actor = request.actor  # type: ignore[attr-defined]
    on = atlas.chain(actor, chain)
    if on is None or not actor.may("consortia.propose", on.code):
        raise Http404
    leads = queries.possible_leads(actor, on)
    form = forms.ProposeForm(request.POST or None, organisations=leads)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        code = told.pop("lead")
        lead = next(one for one in leads if one.code == code)
        made = services.propose(chain=on, lead=lead, **told, by=actor, at=timezone.now())
        messages.success(request, _("已发起。下一步：邀请成员。"))
        return redirect("consortia:show", made.pk)
    context = {"chain": on, "form": form, "leads": leads}
    return render(request, "consortia/propose.html", context, status=422 if form.is_bound else 200)
