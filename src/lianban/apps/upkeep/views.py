"""Pages of upkeep: one call down, and back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas import services as changing
from lianban.apps.atlas.models import Chain
from lianban.apps.journal import services as journal
from lianban.apps.upkeep import compute, forms, queries, rules, services
from lianban.kit import exports
from lianban.kit.confidentiality import highest
from lianban.kit.text import Text

PAGE = 50


def _chain(request: HttpRequest, code: str, deed: str = "upkeep.see") -> Chain:
    actor = request.actor  # type: ignore[attr-defined]
    chain = atlas.chain(actor, code)
    if chain is None or (deed and not actor.may(deed, chain.code)):
        raise Http404
    return chain


def _or_404(found: Any) -> Any:
    if found is None:
        raise Http404
    return found


def _table(table: str) -> str:
    if table not in queries.TABLES:
        raise Http404
    return table


def _lasting(chain: Chain, today: Any) -> dict[str, rules.Limits]:
    return queries.limits(queries.settings(chain.code, today))


@login_required
def chains(request: HttpRequest) -> HttpResponse:
    """Chains with how much of them is out of date."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    seen = [chain for chain in atlas.visible_chains(actor) if actor.may("upkeep.see", chain.code)]
    if not seen:
        raise PermissionDenied
    rows = []
    for chain in seen:
        told = queries.summary(actor, chain, today, _lasting(chain, today))
        rows.append((chain, {key: sum(one[key] for one in told) for key in ("all", "fresh", "due", "stale")}))
    waiting = queries.corrections(actor).filter(state="raised").count()
    return render(request, "upkeep/chains.html", {"rows": rows, "waiting": waiting})


@login_required
def ages(request: HttpRequest, chain: str) -> HttpResponse:
    """How old the facts of a chain are, table by table."""
    found, actor, today = _chain(request, chain), request.actor, timezone.localdate()  # type: ignore[attr-defined]
    rows = queries.summary(actor, found, today, _lasting(found, today))
    return render(request, "upkeep/ages.html", {"chain": found, "rows": rows, "here": "ages"})


@login_required
def facts(request: HttpRequest, chain: str, table: str) -> HttpResponse:
    """The rows of a table by age: who must refresh them, and still true in one click."""
    found, actor, today = _chain(request, chain), request.actor, timezone.localdate()  # type: ignore[attr-defined]
    limit, state = _lasting(found, today)[_table(table)], request.GET.get("state", "stale")
    rows = queries.aged(actor, found, table, state, today, limit)
    if exports.wanted(request):
        return _export(request, found, table, queries.facts(exports.fetch(request, actor, rows), table, today, limit))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "chain": found, "table": table, "name": compute.table_name(table), "page": page, "state": state, "states": rules.AGES,
        "facts": queries.facts(page.object_list, table, today, limit), "limit": limit, "here": "ages",
    }  # fmt: skip
    return render(request, "upkeep/facts.html", context)


def _export(request: HttpRequest, chain: Chain, table: str, rows: list[queries.Fact]) -> HttpResponse:
    columns = [
        exports.Column(Text("编码", "Code"), lambda one: one.row.code),
        exports.Column(Text("条目", "Fact"), "name"),
        exports.Column(Text("最近确认", "Last known true"), lambda one: one.age.seen_on),
        exports.Column(Text("到期", "Look again by"), lambda one: one.age.expires_on),
        exports.Column(Text("状态", "State"), lambda one: one.age.name),
        exports.Column(Text("由谁更新", "Refreshed by"), lambda one: Text(one.firm.name, one.firm.name_en or one.firm.name) if one.firm else Text("链办", "chain office")),
    ]  # fmt: skip
    name = compute.table_name(table)
    title = Text(f"{chain.name} {name.zh} 保鲜清单", f"{chain.name_en or chain.name} {name.en}: ages")
    of_class = highest(chain.confidentiality, *(one.row.confidentiality for one in rows))
    actor = request.actor  # type: ignore[attr-defined]
    return exports.respond(request, title, columns, rows, of_class, actor, subject=f"chain:{chain.code}", record=journal.record)  # fmt: skip


@require_POST
@login_required
def confirm(request: HttpRequest, chain: str) -> HttpResponse:
    return _confirm(request, _chain(request, chain, "upkeep.decide"))


@require_POST
@login_required
def confirm_own(request: HttpRequest, chain: str) -> HttpResponse:
    return _confirm(request, _chain(request, chain, "upkeep.correct"))


def _confirm(request: HttpRequest, chain: Chain) -> HttpResponse:
    table, codes = _table(request.POST.get("table", "")), request.POST.getlist("code")
    n = services.confirm(chain=chain, table=table, codes=codes, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已确认 %(n)s 条仍然属实。") % {"n": n})
    back = request.POST.get("next", "")
    return redirect(back if back.startswith("/upkeep/") else "/upkeep/mine/")


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Everything that is said about one's own organisations, with its source, chain by chain."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    if not actor.may("upkeep.correct"):
        raise PermissionDenied
    told = []
    for organisation in queries.own_organisations(actor):
        for chain in atlas.visible_chains(actor):
            lasting = _lasting(chain, today)
            parts = [
                (table, compute.table_name(table), [(one, _values(chain, table, one.row)) for one in queries.facts(queries.about(actor, chain, organisation, table), table, today, lasting[table])])
                for table in queries.OURS
            ]  # fmt: skip
            parts = [part for part in parts if part[2]]
            if parts:
                told.append((organisation, chain, parts))
    context = {"told": told, "corrections": queries.corrections(actor).filter(organisation__code__in=actor.organisations)[:20]}  # fmt: skip
    return render(request, "upkeep/mine.html", context)


def _values(chain: Chain, table: str, row: Any) -> list[tuple[Text, Text]]:
    """What a row says, column by column, empty ones left out."""
    told = [(compute.heading(table, column), queries.told(chain, table, column, getattr(row, column))) for column in compute.correctable(table)]  # fmt: skip
    return [(heading, value) for heading, value in told if value.zh]


@login_required
def correct(request: HttpRequest, chain: str, table: str, code: str) -> HttpResponse:
    """Say what is wrong in one row about one's own organisation."""
    found, actor = _chain(request, chain, "upkeep.correct"), request.actor  # type: ignore[attr-defined]
    row = _or_404(queries.fact(actor, found, _table(table), code))
    if queries.organisation_of(table, row) not in set(queries.own_organisations(actor).values_list("pk", flat=True)):
        raise Http404
    form = forms.CorrectionForm(request.POST or None, table=table, before=changing.row_as_told(row))
    if request.method == "POST" and form.is_valid():
        made = services.correct(chain=found, table=table, code=code, after=form.after(), reason=form.cleaned_data["reason"],
                                by=actor, at=timezone.now())  # fmt: skip
        messages.success(request, _("更正已提交，链办会在 %(day)s 前核实。") % {"day": made.due_on})
        return redirect("upkeep:correction", pk=made.pk)
    context = {"chain": found, "row": row, "name": queries.label(table, row), "form": form, "table": compute.table_name(table)}  # fmt: skip
    return render(request, "upkeep/correct.html", context)


@login_required
def corrections(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    rows = queries.corrections(request.actor)  # type: ignore[attr-defined]
    if state in rules.CORRECTIONS.states:
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by("-raised_at", "-id"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "states": rules.CORRECTIONS.states, "state": state, "today": timezone.localdate()}
    return render(request, "upkeep/corrections.html", context)


@login_required
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction: before and after side by side."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _or_404(queries.correction(actor, pk))
    changed = [
        (compute.heading(row.table, column), queries.told(row.chain, row.table, column, row.before.get(column)), queries.told(row.chain, row.table, column, row.after[column]))
        for column in compute.correctable(row.table)
        if row.after is not None and row.after.get(column) != row.before.get(column)
    ]  # fmt: skip
    context = {
        "row": row, "changed": changed, "table": compute.table_name(row.table), "form": forms.DecisionForm(),
        "may_decide": actor.may("upkeep.decide", row.chain.code) and row.state == "raised",
        "may_withdraw": row.organisation.code in actor.organisations and row.state == "raised",
    }  # fmt: skip
    return render(request, "upkeep/correction.html", context)


@require_POST
@login_required
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    _or_404(queries.correction(actor, pk))
    if verb == "withdraw":
        services.withdraw(correction_id=pk, by=actor, at=timezone.now())
    elif verb in ("accept", "refuse"):
        services.decide(correction_id=pk, accepted=verb == "accept", reason=request.POST.get("reason", ""), by=actor, at=timezone.now())  # fmt: skip
    else:
        raise Http404
    return redirect("upkeep:correction", pk=pk)


@login_required
def doubts(request: HttpRequest, chain: str) -> HttpResponse:
    """What contradicts or does not add up, side by side."""
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    told = [(one, queries.side_by_side(actor, found, one)) for one in compute.doubts(found, list(actor.visible_classes(found.code)))]  # fmt: skip
    return render(request, "upkeep/doubts.html", {"chain": found, "told": told, "here": "doubts"})


@login_required
def burden(request: HttpRequest, chain: str) -> HttpResponse:
    """What was asked of whom this quarter, and what we know without asking."""
    found, actor, today = _chain(request, chain), request.actor, timezone.localdate()  # type: ignore[attr-defined]
    quarter = rules.asked_quarter(request.GET.get("quarter", ""), today)
    context = {
        "chain": found, "rows": queries.burden(actor, found, quarter), "quarter": quarter, "quarters": rules.quarters(today, 4),
        "most": queries.settings(found.code, today)["fields_per_quarter"], "here": "burden",
    }  # fmt: skip
    return render(request, "upkeep/burden.html", context)


@login_required
def questionnaires(request: HttpRequest, chain: str) -> HttpResponse:
    """Questionnaires sent, and sending one: the link is shown once."""
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    may_ask = actor.may("upkeep.ask", found.code)
    if request.method == "POST" and not may_ask:
        raise PermissionDenied
    members = list(atlas.members(actor, found).select_related("organisation")) if may_ask else []
    products = list(atlas.products(actor, found)) if may_ask else []
    given = {"organisation": request.GET.get("organisation", "")}
    form = forms.AskForm(request.POST or None, members=members, products=products, initial=given)
    link = ""
    if request.method == "POST" and may_ask and form.is_valid():
        told = form.cleaned_data
        firm = next(row.organisation for row in members if row.code == told["organisation"])
        parent = queries.questionnaire(actor, int(request.POST["parent"])) if request.POST.get("parent", "").isdigit() else None  # fmt: skip
        _made, word = services.ask(chain=found, organisation=firm, product=told["product"], confidentiality=told["confidentiality"],
                                   parent=parent, by=actor, at=timezone.now())  # fmt: skip
        link = request.build_absolute_uri(f"/upkeep/q/{word}/")
        form = forms.AskForm(members=members, products=products)
    context = {
        "chain": found, "rows": queries.questionnaires(actor, found), "form": form, "may_ask": may_ask, "link": link,
        "parent": request.GET.get("parent", ""), "here": "questionnaires",
    }  # fmt: skip
    return render(request, "upkeep/questionnaires.html", context)


@login_required
def questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """One questionnaire: what was named, and how the office reads it."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _or_404(queries.questionnaire(actor, pk))
    products = list(atlas.products(actor, row.chain))
    lines = list(row.named.all())
    read = [
        forms.ReadForm(request.POST or None, prefix=f"line{line.rank}", products=products, organisations=queries.suggestions(line))
        for line in lines
    ]  # fmt: skip
    may_ask = actor.may("upkeep.ask", row.chain.code)
    if request.method == "POST" and not may_ask:
        raise PermissionDenied
    may_take = may_ask and row.state == "answered"
    if request.method == "POST" and may_take and all([form.is_valid() for form in read]):  # noqa: C419 - every form says what is wrong
        given = [form.cleaned_data for form in read]
        services.take(questionnaire_id=pk, read=given, by=actor, at=timezone.now())
        return redirect("upkeep:questionnaire", pk=pk)
    context = {"row": row, "lines": list(zip(lines, read, strict=True)), "may_take": may_take, "chain": row.chain}
    return render(request, "upkeep/questionnaire.html", context)


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    _or_404(queries.questionnaire(request.actor, pk))  # type: ignore[attr-defined]
    services.close(questionnaire_id=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    return redirect("upkeep:questionnaire", pk=pk)


def answer(request: HttpRequest, word: str) -> HttpResponse:
    """Whoever has the link answers, without an account. A wrong link and an old one answer alike."""
    row = queries.by_link(word)
    if row is None or row.state == "closed":
        raise Http404
    named = queries.settings(row.chain.code, timezone.localdate())["questionnaire_named"]
    lines = forms.SupplierForms(request.POST or None, initial=[{} for _n in range(named)])
    if request.method == "POST" and row.state == "sent" and lines.is_valid():
        given = [told for form in lines if (told := form.values())]
        services.answer(word=word, named=given[:named], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
        return redirect("upkeep:answer", word=word)
    return render(request, "upkeep/answer.html", {"row": row, "lines": lines, "most": named})


def around(request: HttpRequest, chain: str, kind: str, code: str) -> HttpResponse:
    """A fragment for other pages: how old each row about one thing is, who must refresh it."""
    found = _chain(request, chain, "")
    told = _or_404(queries.around(request.actor, found, kind, code, timezone.localdate()))  # type: ignore[attr-defined]
    return render(request, "upkeep/_around.html", {"chain": found, "facts": told})


@login_required
def merges(request: HttpRequest) -> HttpResponse:
    """Entries with one name, merging two of them, and what was merged."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("upkeep.merge"):
        raise PermissionDenied
    asked = {name: (request.POST.get(name) or request.GET.get(name, ""))[:100] for name in ("kept", "merged", "words")}
    form = forms.MergeForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        services.merge(
            kept_id=told["kept"].pk, merged_id=told["merged"].pk, reason=told["reason"], by=actor, at=timezone.now()
        )
        messages.success(request, _("已合并，可随时撤销。"))
        return redirect("upkeep:merges")
    kept, merged = (queries.entry(asked[name]) for name in ("kept", "merged"))
    found = {one.pk: one for one in (kept, merged, *queries.found_entries(asked["words"])) if one is not None}
    context = {
        "form": form, "asked": asked, "found": list(found.values()), "kept": kept, "merged": merged,
        "compared": queries.compared(kept, merged) if kept and merged else [],
        "refusals": queries.merging_refusals(kept, merged) if kept and merged else [],
        "same": queries.same_names(), "rows": queries.merges()[:PAGE],
    }  # fmt: skip
    return render(request, "upkeep/merges.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def take_apart(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.actor.may("upkeep.merge"):  # type: ignore[attr-defined]
        raise PermissionDenied
    _or_404(queries.merges().filter(pk=pk).first())
    services.take_apart(merge_id=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    return redirect("upkeep:merges")
