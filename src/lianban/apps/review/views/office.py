"""A panel as the office and the supervisor see it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_POST

from lianban.apps.journal import services as journal
from lianban.apps.parties.rules import Actor, permission_refusals
from lianban.apps.review import forms, queries, rules, services
from lianban.apps.review.models import Hit, Panel, Seat
from lianban.kit import exports
from lianban.kit.text import Text

STEPS = {
    "draw": services.draw,
    "recheck": services.recheck,
    "confirm": services.confirm,
    "resume": services.lay_open,
    "open_defence": services.open_defence,
    "freeze": services.freeze,
    "close": services.close,
    "void": services.void,
}
DONE = {
    "draw": later("已抽取，并逐席核查了关联关系。"),
    "recheck": later("已重新核查。"),
    "confirm": later("评审组已确认。"),
    "resume": later("匿名初评已继续。"),
    "open_defence": later("初评已封存，答辩开始。"),
    "freeze": later("评分已封存，任何改动都会被发现。"),
    "close": later("评审已结束。"),
    "void": later("评审组已作废。"),
}
AT_SEAT = {"replace": services.replace, "chair": services.name_chair, "rate": services.rate}


def found(request: HttpRequest, key: str) -> Panel:
    row = queries.panel(request.actor, key)  # type: ignore[attr-defined]
    if row is None:
        raise Http404
    return row


@login_required
def panels(request: HttpRequest) -> HttpResponse:
    """Panels of this reader's chains; what they have a part in is not counted either."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("review.see"):
        raise Http404
    state = request.GET.get("state", "")
    rows = queries.panels(actor)
    page = Paginator(rows.filter(state=state) if state in rules.STATES.states else rows, 50).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "states": rules.STATES.states, "wanted": state, "next": queries.NEXT}
    return render(request, "review/panels.html", context)


@login_required
def panel(request: HttpRequest, key: str) -> HttpResponse:
    return page(request, found(request, key))


def page(request: HttpRequest, row: Panel, status: int = 200, **bound: Any) -> HttpResponse:
    """One panel; a form that was wrong comes back as it was typed."""
    actor = request.actor  # type: ignore[attr-defined]
    seats = list(
        Seat.objects.filter(panel=row)
        .select_related("expert__user")
        .prefetch_related("expert__engagements__organisation")
    )
    hits = queries.findings(row, actor)
    context = {
        "panel": row,
        "steps": rules.STATES.states,
        "phases": rules.PHASES,
        "size": rules.size_of(row.kept_rules, row.amount_fen, row.group),
        "seats": seats,
        "hits": hits,
        "replaceable": _replaceable(row, seats, hits, actor),
        "n_open": sum(hit.state == "open" for hit in hits),
        "names": queries.names_of(hits),
        "items": list(row.items.prefetch_related("organisations")),
        "results": queries.results(row),
        "criteria": rules.criteria_of(row.kept_rules, row.group),
        "verified": queries.verified(row),
        "unrated": {seat.pk for seat in queries.unrated(row)} if row.frozen else set(),
        "next": queries.next_steps(row, timezone.localdate(), permission_refusals(actor, "review.organise", row.chain)),
        "may_organise": actor.may("review.organise", row.chain),
        "decide_refusals": permission_refusals(actor, "review.decide_hit", row.chain) + queries.offers.second_person(row, actor.reference),
        "uphold_refusals": permission_refusals(actor, "review.decide_hit", row.chain),
        "reason_form": forms.ReasonForm(),
        "rate_form": forms.RateForm(),
        "feedback_form": forms.TextForm(),
        "appoint_form": forms.AppointForm(people=queries.representatives(actor, row) if row.state == "seating" else ()),
        "appoint_refusals": rules.appoint_refusals(row.kept_rules, row.group),
        **bound,
    }  # fmt: skip
    return render(request, "review/panel.html", context, status=status)


def _replaceable(row: Panel, seats: Sequence[Seat], hits: Iterable[Hit], actor: Actor) -> set[int]:
    """Seats for which this reader may have somebody else drawn now: nothing is offered that would be refused."""
    upheld = {hit.seat_id for hit in hits if hit.state == "upheld"}
    ground = [seat for seat in seats if seat.pk in upheld or seat.declared_at is None]
    return {
        seat.pk for seat in ground if not queries.offers.replace(row, seat, actor.reference, upheld=seat.pk in upheld)
    }


@require_POST
@login_required
def step(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """The next step of a panel."""
    row = found(request, key)
    if verb not in STEPS:
        raise Http404
    told: dict[str, Any] = {"reason": request.POST.get("reason", "")} if verb == "void" else {}
    STEPS[verb](panel_id=row.pk, by=request.actor, at=timezone.now(), **told)  # type: ignore[attr-defined, operator]
    messages.success(request, DONE[verb])
    return redirect("review:panel", key)


@require_POST
@login_required
def decide(request: HttpRequest, key: str, pk: int, verb: str) -> HttpResponse:
    """Clearing or upholding a hit."""
    row = found(request, key)
    form = forms.ReasonForm(request.POST)
    if verb not in ("clear", "uphold") or not Hit.objects.filter(pk=pk, seat__panel=row).exists():
        raise Http404
    if not form.is_valid():
        return page(request, row, status=422, wrong_hit=pk, wrong_form=form)
    service = services.clear if verb == "clear" else services.uphold
    service(hit_id=pk, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已记录您的决定和理由。"))
    return redirect("review:panel", key)


@require_POST
@login_required
def at_seat(request: HttpRequest, key: str, number: int, verb: str) -> HttpResponse:
    """Naming the chair, replacing, rating."""
    row = found(request, key)
    seat = Seat.objects.filter(panel=row, number=number).first()
    if seat is None or verb not in AT_SEAT:
        raise Http404
    form = {"replace": forms.ReasonForm, "rate": forms.RateForm}.get(verb)
    given = form(request.POST) if form else None
    if given is not None and not given.is_valid():
        return page(request, row, status=422, wrong_seat=seat.pk, wrong_form=given)
    told = given.cleaned_data if given else {}
    AT_SEAT[verb](seat_id=seat.pk, by=request.actor, at=timezone.now(), **told)  # type: ignore[attr-defined, operator]
    messages.success(request, _("已办理。"))
    return redirect("review:panel", key)


@require_POST
@login_required
def appoint(request: HttpRequest, key: str) -> HttpResponse:
    """A seat for a representative of the poster."""
    row = found(request, key)
    form = forms.AppointForm(request.POST, people=queries.representatives(request.actor, row))  # type: ignore[attr-defined]
    if not form.is_valid():
        return page(request, row, status=422, appoint_form=form)
    services.appoint(panel_id=row.pk, expert_id=form.expert_id, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已列席位，并核查了关联关系。"))
    return redirect("review:panel", key)


@require_POST
@login_required
def feedback(request: HttpRequest, key: str, code: str) -> HttpResponse:
    row = found(request, key)
    about = row.items.filter(code=code).first()
    form = forms.TextForm(request.POST)
    if about is None:
        raise Http404
    if not form.is_valid():
        return page(request, row, status=422, wrong_item=code, wrong_form=form)
    actor = request.actor  # type: ignore[attr-defined]
    services.feedback(panel_id=row.pk, key=about.key, text=form.cleaned_data["text"], by=actor, at=timezone.now())
    messages.success(request, _("反馈意见已写入。"))
    return redirect("review:panel", key)


@login_required
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """The panel as its experts see it in a state: the same fragment from the same allowed fields."""
    row = found(request, key)
    form = forms.PreviewForm(request.GET or None)
    asked = form.cleaned_data["state"] if form.is_valid() else ""
    state = asked or (row.state if row.state in forms.STATE_NAMES else "confirmed")
    context = {"panel": row, "reading": queries.reading(row, state), "state": state, "states": forms.STATE_NAMES}
    return render(request, "review/preview.html", context)


@login_required
def draw_record(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One draw with all that is needed to repeat it, and whether repeating it gives the same."""
    row = found(request, key)
    record = row.draws.filter(number=number).first()
    if record is None:
        raise Http404
    seed = rules.seed_of(record.head_hash, rules.digest_of(record.pool), record.number, record.salt)
    again = rules.candidates(seed, record.pool, record.wanted)
    tickets = [
        (rules.KINDS[kind], k, rules.ticket(seed, k), k in record.drawn.get(kind, ()))
        for kind, keys in sorted(record.pool.items()) if kind in record.wanted
        for k in sorted(keys, key=lambda k: rules.ticket(seed, k))
    ]  # fmt: skip
    context = {"panel": row, "draw": record, "tickets": tickets, "same": again == record.drawn and seed == record.seed}
    return render(request, "review/draw.html", context)


@login_required
def results(request: HttpRequest, key: str) -> HttpResponse:
    """Frozen results as a file: seats by number, never by name; the export is journaled."""
    row = found(request, key)
    if not row.frozen:
        raise Http404
    criteria = rules.criteria_of(row.kept_rules, row.group)
    rows = [
        {"rank": r.rank, "code": r.code, "total": r.shown}
        | {c.code: rules.two_digits(r.by_criterion[c.code]) for c in criteria}
        | {f"seat{n}": rules.two_digits(total) + ("" if counts else "*") for n, total, counts in r.seats}
        for r in queries.results(row)
    ]
    columns = [
        exports.Column(Text("名次", "Rank"), "rank"),
        exports.Column(Text("方案", "Plan"), "code"),
        exports.Column(Text("总分", "Total"), "total"),
        *(exports.Column(c.name, c.code) for c in criteria),
        *(
            exports.Column(
                Text(f"席位{s['number']}（* 为去掉）", f"Seat {s['number']} (* dropped)"), f"seat{s['number']}"
            )
            for s in row.frozen["seats"]
        ),
    ]
    name = Text(f"评审结果 {row.title}", f"Results {row.title_en or row.title}")
    actor = request.actor  # type: ignore[attr-defined]
    return exports.respond(request, name, columns, rows, "office", actor, subject=row.reference, record=journal.record)
