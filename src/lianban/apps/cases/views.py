"""Pages of the desk: one call down, and back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.cases import forms, queries, rules, services
from lianban.apps.demands import queries as demands
from lianban.kit.text import say

PAGE = 50
STEPS = {"reply": services.reply, "close": services.close, "send_back": services.send_back}
TOLD = {"reply": "已回复。", "close": "批示已办结。", "send_back": "已退回再办。"}


def _chain(request: HttpRequest, code: str, deed: str = "") -> Chain:
    """A chain this reader may do a deed on; missing and forbidden answer alike."""
    actor = request.actor  # type: ignore[attr-defined]
    chain = atlas.chain(actor, code)
    if chain is None or (deed and not actor.may(deed, chain.code)):
        raise Http404
    return chain


def home(request: HttpRequest) -> HttpResponse:
    """The first page: for each reader what waits for them; for visitors the chains."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    chains = list(atlas.visible_chains(actor))
    readable = [chain for chain in chains if actor.may("cases.read_report", chain.code)]
    tasks = queries.tasks(actor, today)
    context: dict[str, Any] = {
        "chains": queries.cards(actor, chains),
        "tasks": tasks,
        "soon": queries.soon(tasks),
        "sections": queries.sections(tasks),
        "own": queries.own_demands(actor),
        "under_way": queries.under_way(actor),
        "can_serve": actor.may("demands.answer"),
        "organisations": [],
    }
    if context["can_serve"]:
        context["organisations"] = demands.organisations_of(actor)
        context["chances"] = demands.chances(actor, chains)[:6]
    if actor.roles() & {"chief", "office_head"}:
        pages = [page for chain in readable if (page := queries.chief_page(chain, actor, today))]
        context["pages"] = pages
    return render(request, "cases/home.html", context)


@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything that waits for this reader, by due date; by heading if asked."""
    return _waiting_page(request)


def _waiting_page(request: HttpRequest, token: str = "") -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    tasks = queries.tasks(actor, timezone.localdate())
    heading = request.GET.get("heading", "")
    shown = [task for task in tasks if heading in ("", task.waiting.section.zh)]
    context = {
        "sections": queries.sections(tasks),
        "heading": heading,
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "feed": queries.has_calendar(actor),
    }
    if token:
        language = "en" if (get_language() or "").startswith("en") else "zh"
        path = f"{reverse('cases:calendar', args=[token])}?language={language}"
        context["feed_address"] = request.build_absolute_uri(path)
    return render(request, "cases/waiting.html", context)


@require_POST
@login_required
def make_calendar(request: HttpRequest) -> HttpResponse:
    """The page with the new token, shown this once: it is not in the address and not kept."""
    return _waiting_page(request, services.make_calendar(by=request.actor, at=timezone.now()))  # type: ignore[attr-defined]


@require_POST
@login_required
def revoke_calendar(request: HttpRequest) -> HttpResponse:
    services.revoke_calendar(by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("日历订阅已停用，原地址不再有效。"))
    return redirect("cases:waiting")


def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The feed for a calendar program, which cannot sign in."""
    now = timezone.localtime()
    reader = queries.owner(token, now=now)
    if reader is None:
        raise Http404
    language = "en" if request.GET.get("language") == "en" else "zh"
    content = queries.feed(
        queries.tasks(reader, now.date()), now=now, language=language, address=request.build_absolute_uri
    )
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """The chief's pages of all chains this reader may read."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("cases.read_report"):
        raise Http404
    chains = queries.readable_chains(actor, "cases.read_report")
    rows = [(chain, list(queries.reports(actor, chain.code)[:3])) for chain in chains]
    return render(request, "cases/reports.html", {"rows": rows})


@login_required
def report(request: HttpRequest, chain: str) -> HttpResponse:
    """The page as it would be issued today."""
    row, actor = _chain(request, chain, "cases.read_report"), request.actor  # type: ignore[attr-defined]
    page = queries.chief_page(row, actor, timezone.localdate())
    content = page.as_dict() if page else None
    context: dict[str, Any] = {"chain": row, "page": content, "report": None, "earlier": queries.reports(actor, chain)}
    if content:
        context["density"] = rules.density(content, get_language() or "zh")
    if content and actor.may("cases.issue_report", row.code):
        context["form"] = _matters_form(request, content)
    if content and actor.may("cases.instruct", row.code):
        context["instruct_form"] = _instruction_form(request, content)
    return render(request, "cases/report.html", context)


def _matters_form(request: HttpRequest, content: dict[str, Any]) -> forms.MattersForm:
    language = get_language() or "zh"
    proposed = [say(matter, language) for matter in content["matters"]]
    return forms.MattersForm(request.POST or None, proposed=proposed)


def _instruction_form(request: HttpRequest, content: dict[str, Any] | None) -> forms.InstructionForm:
    language = get_language() or "zh"
    points = [(p["code"], say(p["name"], language)) for p in content["points"]] if content else []
    return forms.InstructionForm(
        request.POST or None, points=points, initial={"product": request.GET.get("product", "")}
    )


@require_POST
@login_required
def issue(request: HttpRequest, chain: str) -> HttpResponse:
    row, actor = _chain(request, chain, "cases.read_report"), request.actor  # type: ignore[attr-defined]
    form = forms.MattersForm(request.POST, proposed=[])
    if not form.is_valid():
        page = report(request, chain)  # what was typed comes back, with what is wrong beside it
        page.status_code = 422
        return page
    made = services.issue_report(chain=row, matters=form.matters, by=actor, at=timezone.now())
    messages.success(request, _("专报已印发，内容不再改动。"))
    return redirect("cases:issued", chain, made.number)


@login_required
def issued(request: HttpRequest, chain: str, number: int) -> HttpResponse:
    """A page as it was issued."""
    row, actor = _chain(request, chain, "cases.read_report"), request.actor  # type: ignore[attr-defined]
    found = queries.reports(actor, chain).filter(number=number).first()
    if found is None:
        raise Http404
    context = {"chain": row, "page": found.content, "report": found, "earlier": queries.reports(actor, chain)}
    context["density"] = rules.density(found.content, get_language() or "zh")
    if actor.may("cases.instruct", row.code):
        context["instruct_form"] = _instruction_form(request, found.content)
    return render(request, "cases/report.html", context)


@login_required
def instructions(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("cases.read_report"):
        raise Http404
    wanted = {name: request.GET.get(name, "") for name in ("chain", "state")}
    context = {
        "rows": queries.instructions(actor, **wanted),
        "chains": queries.readable_chains(actor, "cases.read_report"),
        "states": rules.STATES.states,
        "wanted": wanted,
        "today": timezone.localdate(),
    }
    return render(request, "cases/instructions.html", context)


@login_required
def instruct(request: HttpRequest, chain: str) -> HttpResponse:
    row, actor = _chain(request, chain, "cases.read_report"), request.actor  # type: ignore[attr-defined]
    page = queries.chief_page(row, actor, timezone.localdate())
    form = _instruction_form(request, page.as_dict() if page else None)
    if request.method == "POST" and form.is_valid():
        report = int(number) if (number := request.POST.get("report", "")).isdecimal() and len(number) < 10 else None
        made = services.instruct(chain=row, by=actor, at=timezone.now(), report=report, **form.cleaned_data)
        messages.success(request, _("批示已记录，链办会看到。"))
        return redirect("cases:instruction", made.pk)
    return render(request, "cases/instruct.html", {"chain": row, "form": form}, status=422 if form.errors else 200)


@login_required
def instruction(request: HttpRequest, pk: int) -> HttpResponse:
    return _instruction_page(request, pk, forms.StepForm())


def _instruction_page(request: HttpRequest, pk: int, form: forms.StepForm, status: int = 200) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.instruction(actor, pk)
    if found is None:
        raise Http404
    product = atlas.product(actor, found.chain, found.product) if found.product else None
    context = {
        "instruction": found,
        "product": product,
        "verbs": set(rules.STATES.verbs_from(found.state)),
        "may_reply": actor.may("cases.reply", found.chain.code),
        "may_close": actor.may("cases.close_instruction", found.chain.code),
        "form": form,
    }
    return render(request, "cases/instruction.html", context, status=status)


@require_POST
@login_required
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if verb not in STEPS or queries.instruction(request.actor, pk) is None:  # type: ignore[attr-defined]
        raise Http404
    form = forms.StepForm(request.POST)
    if not form.is_valid():
        return _instruction_page(request, pk, form, status=422)
    STEPS[verb](pk=pk, text=form.cleaned_data["text"], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _(TOLD[verb]))
    return redirect("cases:instruction", pk)


@login_required
def minutes(request: HttpRequest, chain: str) -> HttpResponse:
    row, actor = _chain(request, chain, "cases.read_minutes"), request.actor  # type: ignore[attr-defined]
    may_record = actor.may("cases.record_minutes", row.code)
    form = forms.MinutesForm(request.POST or None, initial={"held_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        services.record_minutes(chain=row, by=actor, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("纪要已记录。"))
        return redirect("cases:minutes", chain)
    context = {"chain": row, "rows": queries.minutes(actor, chain), "form": form if may_record else None}
    return render(request, "cases/minutes.html", context, status=422 if form.errors else 200)


def timeline(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """What happened to one product's weak point, as far as this reader may know; a fragment for the page below."""
    row = _chain(request, chain)
    events = queries.timeline(row, product, request.actor)  # type: ignore[attr-defined]
    return render(request, "cases/_timeline.html", {"events": events})
