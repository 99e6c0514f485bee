"""Deeds on an agreement: one call down, and back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.agreements import forms, queries, rules, services
from lianban.apps.agreements.models import Agreement
from lianban.apps.agreements.views.reading import found, page
from lianban.kit.shown import reader_language
from lianban.kit.text import say
from lianban.rulebook.clauses import Clause, load


def _draft(request: HttpRequest, pk: int, clause: str) -> tuple[Agreement, Clause]:
    row, one = found(request, pk), load().clauses.get(clause)
    if one is None or row.kind not in one.kinds or not queries.offer(request.actor, row)["draft"]:  # type: ignore[attr-defined]
        raise Http404
    return row, one


def _form(request: HttpRequest, one: Clause, facts: rules.Facts) -> forms.ClauseForm:
    """The form of the option that is asked for, else of the one chosen before, else of the first."""
    chosen = facts.choices.get(one.code)
    wanted = request.POST.get("option") or request.GET.get("option") or (chosen.option if chosen else "")
    option = one.options.get(wanted) or next(iter(one.options.values()))
    kept: dict[str, Any] = rules.proposed(option, facts)
    if chosen and chosen.option == option.code:
        kept = {**kept, **chosen.values}
    if "equal" in request.GET:
        present = [side.id for side in facts.sides if not side.left]
        equal = forms.equal_shares(present)
        stages = dict.fromkeys(facts.book.stages, equal)
        kept |= {q.name: equal if q.kind == "shares" else stages for q in option.questions if q.kind in ("shares", "stages")}  # fmt: skip
    return forms.ClauseForm(request.POST if request.method == "POST" else None, option=option, facts=facts, kept=kept)


@login_required
def clause(request: HttpRequest, pk: int, clause: str) -> HttpResponse:
    """Settle one clause: its options, the questions of one, the text as it would read."""
    row, one = _draft(request, pk, clause)
    facts = queries.facts(row)
    form = _form(request, one, facts)
    if request.method == "POST" and form.is_valid():
        services.choose(agreement_id=pk, clause=clause, option=form.option.code, values=form.values(),
                        by=request.actor, at=timezone.now())  # type: ignore[attr-defined]  # fmt: skip
        following = queries.next_open(row, clause)
        messages.success(request, _("已选定“%(name)s”。") % {"name": say(one.name, reader_language())})
        return redirect("agreements:clause", pk, following) if "next" in request.POST and following else redirect("agreements:show", pk)  # fmt: skip
    context = {
        "agreement": row,
        "clause": one,
        "option": form.option,
        "form": form,
        "following": queries.next_open(row, clause),
        **queries.trial(facts, one, form.option.code, form.initial_values()),
    }
    return render(request, "agreements/clause.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def preview(request: HttpRequest, pk: int, clause: str) -> HttpResponse:
    """How a clause would read with what is typed now, and what the check would say; nothing is kept."""
    row, one = _draft(request, pk, clause)
    facts = queries.facts(row)
    form = _form(request, one, facts)
    form.is_valid()
    context = {"agreement": row, "clause": one, "option": form.option, "form": form,
               **queries.trial(facts, one, form.option.code, form.values())}  # fmt: skip
    return render(request, "agreements/_preview.html", context)


@require_POST
@login_required
def leave_open(request: HttpRequest, pk: int, clause: str) -> HttpResponse:
    found(request, pk)
    services.leave_open(agreement_id=pk, clause=clause, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已撤去这一条。"))
    return redirect("agreements:show", pk)


@require_POST
@login_required
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    found(request, pk)
    number = services.propose(agreement_id=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已套用 %(n)d 条常用条款，请逐条核对、补填。") % {"n": number})
    return redirect("agreements:show", pk)


@require_POST
@login_required
def background(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    form = forms.BackgroundForm(request.POST, facts=queries.facts(row))
    if not form.is_valid():
        return page(request, row, status=422, background_form=form)
    given = dict(form.cleaned_data)
    by, owner = request.actor, given.pop("organisation")  # type: ignore[attr-defined]
    services.list_background(agreement_id=pk, organisation_id=owner, by=by, at=timezone.now(), **given)
    messages.success(request, _("已列入附件一。"))
    return redirect("agreements:show", pk)


@require_POST
@login_required
def strike(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    found(request, pk)
    services.strike_background(agreement_id=pk, line_id=line, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    return redirect("agreements:show", pk)


@require_POST
@login_required
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    found(request, pk)
    version = services.issue_version(agreement_id=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已定稿为第 %(n)d 版，等待各方签署。") % {"n": version.number})
    return redirect("agreements:show", pk)


@require_POST
@login_required
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    found(request, pk)
    services.revise(agreement_id=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("可以修改了；定稿后形成新版本，由各方重新签署。"))
    return redirect("agreements:show", pk)


@require_POST
@login_required
def sign(request: HttpRequest, pk: int, organisation: int) -> HttpResponse:
    found(request, pk)
    services.sign(agreement_id=pk, organisation=organisation, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已签署。"))
    return redirect("agreements:show", pk)


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = found(request, pk), forms.EndForm(request.POST, prefix="end")
    if not form.is_valid():
        return page(request, row, status=422, end_form=form)
    services.end(agreement_id=pk, by=request.actor, at=timezone.now(), **form.cleaned_data)  # type: ignore[attr-defined]
    messages.success(request, _("协议已终止，各版本和签署记录保留。"))
    return redirect("agreements:show", pk)
