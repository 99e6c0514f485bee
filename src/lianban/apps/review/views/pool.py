"""The pool of experts, for those who keep it or draw from it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.parties.rules import permission_refusals
from lianban.apps.review import forms, queries, rules, services
from lianban.apps.review.models import Expert


def found(request: HttpRequest, key: str) -> Expert:
    row = queries.experts(request.actor).filter(key=key).first()  # type: ignore[attr-defined]
    if row is None:
        raise Http404
    return row


@login_required
def pool(request: HttpRequest) -> HttpResponse:
    """The pool, and taking somebody in."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("review.see_pool"):
        raise Http404
    form = forms.EnrolForm(request.POST or None, people=queries.enrollable(timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        services.enrol(**form.told, by=actor, at=timezone.now())
        messages.success(request, _("已入库。接着请记入其任职与往来。"))
        return redirect("review:pool")
    rows = queries.experts(actor)
    kind = request.GET.get("kind", "")
    if kind in rules.KINDS:
        rows = rows.filter(pk__in=[row.pk for row in rows if kind in row.kinds])
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    told = queries.standings(actor, list(page))
    context = {
        "page": page,
        "standings": told,
        "form": form,
        "kinds": rules.KINDS,
        "wanted": kind,
        "refusals": permission_refusals(actor, "review.keep_pool"),
    }
    return render(request, "review/pool.html", context, status=422 if form.errors else 200)


@login_required
def expert(request: HttpRequest, key: str) -> HttpResponse:
    return page(request, found(request, key))


def page(request: HttpRequest, row: Expert, status: int = 200, **bound: Any) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "expert": row,
        "standing": queries.standings(actor, [row])[row.pk],
        "word": queries.word_of(actor, row, timezone.localdate()),
        "bars": queries.bars_of(row),
        "engage_form": forms.EngageForm(),
        "bar_form": forms.BarForm(),
        "reason_form": forms.ReasonForm(),
        "until_form": forms.UntilForm(),
        "lift_form": forms.LiftForm(),
        "refusals": permission_refusals(actor, "review.keep_pool", row.chain or None),
        "bar_refusals": permission_refusals(actor, "review.bar"),
        **bound,
    }
    return render(request, "review/expert.html", context, status=status)


@require_POST
@login_required
def engage(request: HttpRequest, key: str) -> HttpResponse:
    row, form = found(request, key), forms.EngageForm(request.POST)
    if not form.is_valid():
        return page(request, row, status=422, engage_form=form)
    services.engage(expert_id=row.pk, **form.told, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已记入；在办的评审组请重新核查。"))
    return redirect("review:expert", key)


@require_POST
@login_required
def bar(request: HttpRequest, key: str) -> HttpResponse:
    row, form = found(request, key), forms.BarForm(request.POST)
    if not form.is_valid():
        return page(request, row, status=422, bar_form=form)
    services.bar(user_id=row.user_id, **form.cleaned_data, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("禁入已生效，期内不会被抽取。"))
    return redirect("review:expert", key)


@require_POST
@login_required
def end_engagement(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """From which day a tie no longer holds."""
    row, form = found(request, key), forms.UntilForm(request.POST)
    if not row.engagements.filter(pk=pk).exists():
        raise Http404
    if not form.is_valid():
        return page(request, row, status=422, wrong_engagement=pk, until_form=form)
    services.end_engagement(engagement_id=pk, **form.cleaned_data, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已记下终止日期；回溯期内仍会查到。"))
    return redirect("review:expert", key)


@require_POST
@login_required
def lift_bar(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Lifting a bar by a decision of its own."""
    row, form = found(request, key), forms.LiftForm(request.POST)
    if not queries.bars_of(row).filter(pk=pk).exists():
        raise Http404
    if not form.is_valid():
        return page(request, row, status=422, wrong_bar=pk, lift_form=form)
    services.lift_bar(bar_id=pk, **form.cleaned_data, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("禁入已解除，理由已记录。"))
    return redirect("review:expert", key)


@require_POST
@login_required
def dismiss(request: HttpRequest, key: str) -> HttpResponse:
    row, form = found(request, key), forms.ReasonForm(request.POST)
    if not form.is_valid():
        return page(request, row, status=422, reason_form=form)
    services.dismiss(expert_id=row.pk, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已出库。"))
    return redirect("review:expert", key)
