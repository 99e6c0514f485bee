"""A review as an expert sees it: one's own seat, nothing of the others.

The addresses are sealed: what is done here leaves no line that ties a person to a seat, neither in the journal (which names
the seat) nor in the log.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.review import forms, queries, services
from lianban.apps.review.models import Seat
from lianban.kit.sealed import sealed


def found(request: HttpRequest, key: str) -> Seat:
    held = queries.seat(request.actor, key)  # type: ignore[attr-defined]
    if held is None:
        raise Http404
    return held


@sealed
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("review.sit"):
        raise Http404
    rows = [(held, queries.DUTIES.get(queries.open_tasks(held))) for held in queries.mine(actor)]
    return render(request, "review/mine.html", {"rows": rows})


@sealed
@login_required
def seat(request: HttpRequest, key: str) -> HttpResponse:
    return page(request, found(request, key))


def page(request: HttpRequest, held: Seat, status: int = 200, **bound: object) -> HttpResponse:
    told = queries.reading(held.panel)
    context = {
        "seat": held,
        "reading": told,
        "duty": queries.open_tasks(held),
        "given": queries.own_points(held),
        "declare_form": forms.DeclareForm(),
        "declared": held.expert.engagements.select_related("organisation"),
        "ranking": queries.results(held.panel) if held.chair else (),
        "reasons_form": forms.TextForm(initial={"text": held.panel.reasons}),
        **bound,
    }
    return render(request, "review/seat.html", context, status=status)


@sealed
@require_POST
@login_required
def declare(request: HttpRequest, key: str) -> HttpResponse:
    held, form = found(request, key), forms.DeclareForm(request.POST)
    if not form.is_valid():
        return page(request, held, status=422, declare_form=form)
    services.declare(seat_id=held.pk, by=request.actor, at=timezone.now(), **form.told)  # type: ignore[attr-defined]
    messages.success(request, _("已申报。主办方会逐条核查，评审开始后这里会出现方案。"))
    return redirect("review:seat", key)


@sealed
@require_POST
@login_required
def reasons(request: HttpRequest, key: str) -> HttpResponse:
    held, form = found(request, key), forms.TextForm(request.POST)
    if not form.is_valid():
        return page(request, held, status=422, reasons_form=form)
    services.give_reasons(seat_id=held.pk, text=form.cleaned_data["text"], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("组长意见已写入。"))
    return redirect("review:seat", key)


@sealed
@login_required
def item(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """One plan: read on the left, score on the right, then the next."""
    held = found(request, key)
    told = queries.reading(held.panel)
    codes = [one.code for one in told.items]
    if code not in codes:
        raise Http404
    lines = [line for line in told.criteria if line.phase == told.phase.scores]
    given = queries.own_points(held).get(code, {})
    initial = {line.code: given.get(line.code) for line in lines} | {"text": queries.own_opinion(held, code)}
    form = forms.ScoreForm(request.POST or None, criteria=lines, initial=initial)
    n = codes.index(code)
    if request.method == "POST" and form.is_valid():
        services.score(seat_id=held.pk, code=code, by=request.actor, at=timezone.now(), **form.told)  # type: ignore[attr-defined]
        messages.success(request, _("方案 {code} 的评分已保存；本阶段封存前可以修改。").format(code=code))
        return redirect("review:item", key, codes[n + 1]) if n + 1 < len(codes) else redirect("review:seat", key)
    context = {
        "seat": held, "reading": told, "item": told.items[n], "form": form, "lines": lines, "given": given,
        "previous": codes[n - 1] if n else "", "next": codes[n + 1] if n + 1 < len(codes) else "", "n": n + 1, "of": len(codes),
    }  # fmt: skip
    return render(request, "review/item.html", context, status=422 if form.errors else 200)
