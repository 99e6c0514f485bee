"""Pages: the list, one challenge with its desk, the proposal, one deed, the fragment of a weak point."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.challenges import forms, queries, rules, services
from lianban.apps.challenges.models import Challenge
from lianban.apps.challenges.views.deeds import DEEDS, Deed, may, possible_now
from lianban.apps.challenges.views.show import context_of
from lianban.apps.journal import services as journal
from lianban.apps.parties.rules import Actor
from lianban.kit import editing, exports
from lianban.kit.confidentiality import highest
from lianban.kit.text import Text, say

PAGE = 50
FILTERS = ("chain", "state", "klass", "words", "mine")


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def challenge_of(request: HttpRequest, pk: int) -> Challenge:
    """The challenge; a hidden one and a missing one answer alike."""
    found = queries.challenge(actor_of(request), pk)
    if found is None:
        raise Http404
    return found


def _sent(request: HttpRequest) -> Any:
    """What was sent, even if it is nothing: some deeds have no fields."""
    return request.POST if request.method == "POST" else None


def listing(request: HttpRequest) -> HttpResponse:
    """Challenges this reader may know of; visitors see the posted open ones."""
    actor = actor_of(request)
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    rows = queries.listing(actor, **asked)
    if exports.wanted(request):
        return _export(request, list(rows))
    page, now = Paginator(rows, PAGE).get_page(request.GET.get("page")), timezone.now()
    chains = list(atlas.visible_chains(actor))
    context = {
        "page": page, "asked": asked, "states": rules.STATES.states, "classes": rules.words.CLASSES, "chains": chains,
        "rows": [(row, queries.owed(row, actor, now) if queries.can_see_inside(row, actor) else None) for row in page],
        "may_propose": actor.may("challenges.propose"), "n_open": queries.count_open(actor), "now": now,
    }  # fmt: skip
    return render(request, "challenges/list.html", context)


def _export(request: HttpRequest, rows: list[Challenge]) -> HttpResponse:
    columns = [
        exports.Column(Text("产业链", "chain"), lambda r: r.chain.code),
        exports.Column(Text("编号", "number"), "number"),
        exports.Column(Text("题目", "title"), lambda r: Text(r.title, r.title_en or r.title)),
        exports.Column(Text("类别", "class"), "klass_name"),
        exports.Column(Text("发榜方式", "mode"), "mode_name"),
        exports.Column(Text("发榜单位", "poster"), lambda r: r.poster.name if r.poster else ""),
        exports.Column(Text("总投入（元）", "total (yuan)"), lambda r: r.total_fen / 100),
        exports.Column(Text("财政资金（元）", "public money (yuan)"), lambda r: r.public_fen / 100),
        exports.Column(Text("申报截止", "deadline"), "answers_until"),
        exports.Column(Text("状态", "state"), "state_name"),
    ]
    of_class = highest(*(row.confidentiality for row in rows))
    return exports.respond(request, Text("榜单", "Challenges"), columns, rows, of_class, actor_of(request),
                           subject="challenges:list", record=journal.record)  # fmt: skip


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One challenge whole, as far as this reader may see it."""
    challenge = challenge_of(request, pk)
    return render(request, "challenges/show.html", context_of(challenge, actor_of(request), timezone.now()))


def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A posted version as it was posted, with its hash and whether it still gives that hash."""
    challenge = challenge_of(request, pk)
    found = challenge.versions.filter(number=number).first()
    if found is None:
        raise Http404
    context = {"challenge": challenge, "version": found, "intact": services.digest_of(found.content) == found.hash}
    return render(request, "challenges/version.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Where a proposal begins: at a weak point."""
    actor = actor_of(request)
    chains = [chain for chain in atlas.visible_chains(actor) if actor.may("challenges.propose", chain.code)]
    if not chains:
        raise Http404
    return render(request, "challenges/new.html", {"chains": chains})


@require_POST
@login_required
def draft(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """起草榜单建议, in one click."""
    actor = actor_of(request)
    row = atlas.chain(actor, chain)
    if row is None or atlas.product(actor, row, product) is None:
        raise Http404
    made = services.draft_from_weak_point(chain=row, product=product, by=actor, at=timezone.now())
    messages.success(request, _("已起草：已有的数据都填好了，请补全其余各项。"))
    return redirect("challenges:write", made.pk)


@login_required
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposal: fields, indicators, milestones."""
    challenge, actor = challenge_of(request, pk), actor_of(request)
    if not actor.may("challenges.propose", challenge.chain.code) or challenge.state != "draft":
        raise Http404
    written = queries.as_written(challenge)
    form = forms.ProposalForm(_sent(request), initial=_initial(written))
    indicators = forms.Indicators(
        _sent(request), prefix="indicators",
        initial=written["indicators"],
    )  # fmt: skip
    milestones = forms.Milestones(
        _sent(request), prefix="milestones",
        initial=written["milestones"],
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and indicators.is_valid() and milestones.is_valid():
        services.write(challenge_id=pk, by=actor, at=timezone.now(), seen=request.POST.get("seen", ""), indicators=forms.lines_of(indicators),
                       milestones=forms.lines_of(milestones), **form.values())  # fmt: skip
        messages.success(request, _("已保存。"))
        return redirect("challenges:show", pk)
    wrong = form.errors or (request.method == "POST" and not (indicators.is_valid() and milestones.is_valid()))
    seen = request.POST.get("seen") or editing.mark(written)
    context = {"challenge": challenge, "form": form, "indicators": indicators, "milestones": milestones, "seen": seen}
    return render(request, "challenges/write.html", context, status=422 if wrong else 200)


def _initial(written: dict[str, Any]) -> dict[str, Any]:
    named = {name.removesuffix("_id"): value for name, value in written.items()}
    return {**named, "conditions": "\n".join(written["conditions"])}


@login_required
def do(request: HttpRequest, pk: int, verb: str, item: int = 0) -> HttpResponse:
    """The form of one deed; sent, it is done. What stands against it is told before anything is typed."""
    challenge, actor, now = challenge_of(request, pk), actor_of(request), timezone.now()
    deed = DEEDS.get(verb)
    if deed is None or bool(deed.row) != bool(item) or not may(challenge, verb, actor):
        raise Http404
    row = queries.item(challenge, deed.row, item) if deed.row else None
    if deed.row and row is None:
        raise Http404
    form = forms.DeedForm(_sent(request), fields=deed.fields, initial=_start(challenge, deed, verb, row), **_extra(challenge, verb))  # fmt: skip
    if request.method == "POST" and form.is_valid():
        deed.call(challenge, row, form.values(), actor, now)
        messages.success(request, _("已办理：%(what)s。") % {"what": say(deed.name, request.LANGUAGE_CODE)})  # type: ignore[attr-defined]
        return redirect(_back(challenge, actor, pk))
    stops = [*queries.against(challenge, verb, now), *queries.seconds(challenge, verb, actor)]
    if not possible_now(challenge, verb):
        word = deed.table if deed.table in rules.STATES.moves else verb
        stops = (
            challenge.table.refusals(challenge.state, word) if word in challenge.table.moves else [queries.not_now()]
        )
    context = {"challenge": challenge, "deed": deed, "verb": verb, "row": row, "form": form, "stops": stops}
    return render(request, "challenges/do.html", context, status=422 if form.errors else 200)


def _back(challenge: Challenge, actor: Actor, pk: int) -> str:
    """The page of the challenge, or the list where the deed took it out of the reader's sight."""
    return reverse("challenges:show", args=[pk]) if queries.challenge(actor, pk) else reverse("challenges:list")


def _start(challenge: Challenge, deed: Deed, verb: str, row: Any) -> dict[str, Any]:
    """What stands in the fields at first."""
    if verb == "post":
        return {"answers_until": timezone.localtime(services.default_deadline(challenge, timezone.now()))}
    if verb == "move_deadline":
        return {"answers_until": timezone.localtime(challenge.answers_until)}
    known = row if row is not None else challenge
    return {
        name: getattr(known, name)
        for name in deed.fields
        if hasattr(known, name) and not callable(getattr(known, name))
    }


def _extra(challenge: Challenge, verb: str) -> dict[str, Any]:
    """The answers to choose from, the gates of a race."""
    if verb not in ("choose", "race", "opine"):
        return {}
    rows = list(queries.eligible(challenge).select_related("organisation").order_by("rank", "code"))
    if verb == "race":
        frozen = challenge.frozen
        return {"answers": rows, "most_lanes": int(frozen.value("challenge.racing.max_lanes")), "stages": frozen.value("challenge.racing.stages")}  # fmt: skip
    return {"answers": rows, "preference": verb == "opine"}


def for_product(request: HttpRequest, chain: str, product: str) -> HttpResponse:
    """The fragment on the page of a weak point: its challenges, and the button that drafts one."""
    actor = actor_of(request)
    row = atlas.chain(actor, chain)
    if row is None or atlas.product(actor, row, product) is None:
        return HttpResponse("")
    found = list(queries.of_product(actor, chain, product))
    may_propose = actor.may("challenges.propose", chain)
    if not found and not may_propose:
        return HttpResponse("")
    context = {"chain": row, "product_code": product, "challenges": found, "may_propose": may_propose}
    return render(request, "challenges/_for_product.html", context)
