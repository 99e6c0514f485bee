"""Panels and seats, by reader; results; what waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from lianban.apps.journal import queries as journal
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.review import rules
from lianban.apps.review.models import Hit, Item, Opinion, Panel, Rating, Score, Seat
from lianban.apps.review.queries.reading import content_of
from lianban.kit import workdays
from lianban.kit.text import Text
from lianban.kit.waiting import Waiting

SECTION = Text("评审", "Reviews")


def panels(actor: Actor, deed: str = "review.see") -> QuerySet[Panel]:
    """Panels this reader may see: of their chains, and none in which they have a part themselves; one statement.

    Whoever acts for a party, or holds a seat, sees the panel neither in lists nor in counts: their office does not help.
    """
    allowed = [grant.chain for grant in actor.grants if grant.role in actor.deeds.get(deed, ())]
    if not allowed:
        return Panel.objects.none()
    rows = Panel.objects.all() if "" in allowed else Panel.objects.filter(chain__in=allowed)
    return rows.exclude(pk__in=own_interest(actor))


def own_interest(actor: Actor) -> QuerySet[Panel, Any]:
    """Panels in which somebody has a part: for a party, or in a seat."""
    return (
        Panel.objects.filter(
            Q(parties__organisation__code__in=actor.organisations, parties__role="solver")
            | Q(seats__expert__user_id=actor.user_id or 0)
        )
        .order_by()
        .values("pk")
    )


def panel(actor: Actor, key: str) -> Panel | None:
    """One statement; missing and forbidden answer alike."""
    return panels(actor).filter(key=key).first()


def mine(actor: Actor) -> QuerySet[Seat]:
    """The seats this expert holds; a seat that was left, and a void panel, are gone. One statement."""
    if not actor.signed_in or not actor.may("review.sit"):
        return Seat.objects.none()
    rows = Seat.objects.filter(expert__user_id=actor.user_id or 0, active=True).exclude(panel__state="void")
    return rows.select_related("panel", "expert").order_by("-seated_at", "key")


def seat(actor: Actor, key: str) -> Seat | None:
    """A seat for whoever sits on it, and nobody else; one statement."""
    found = mine(actor).filter(key=key).first()
    return found if found and actor.may("review.sit", found.panel.chain) else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a panel has come, for the office: what stands between it and its next step."""

    undeclared: int
    open_hits: int
    upheld: int
    points_missing: int


def progress(panel: Panel) -> Progress:
    """Four statements."""
    seats = list(Seat.objects.filter(panel=panel, active=True))
    items = list(Item.objects.filter(panel=panel).values_list("code", flat=True))
    hits = list(Hit.objects.filter(seat__in=seats).values_list("state", flat=True))
    given = Score.objects.filter(seat__in=seats).values_list("seat__number", "item__code", "criterion")
    phase = panel.phase.scores
    criteria = rules.criteria_of(panel.kept_rules, panel.group)
    missing = rules.missing(criteria, (phase,), [s.number for s in seats], items, given) if phase else []
    return Progress(sum(s.declared_at is None for s in seats), hits.count("open"), hits.count("upheld"), len(missing))


def results(panel: Panel) -> list[rules.Result]:
    """Totals and ranks of a frozen panel, computed from what was frozen; none before. No statement."""
    return rules.results(panel.frozen) if panel.frozen and panel.state in ("frozen", "closed") else []


def journaled_hash(panel: Panel) -> str:
    """The hash as the journal keeps it; one statement."""
    entry = journal.of_subjects([panel.reference]).filter(verb="review.frozen").last()
    return str(entry.facts.get("hash", "")) if entry else ""


def verified(panel: Panel) -> bool:
    """Whether what was frozen, its hash, the journal and the tables still say the same; 5 statements."""
    if not panel.frozen:
        return False
    hashes = {
        panel.frozen_hash,
        rules.content_hash(panel.frozen),
        rules.content_hash(content_of(panel)),
        journaled_hash(panel),
    }
    return len(hashes) == 1


def findings(panel: Panel, actor: Actor) -> list[Hit]:
    """Hits on a panel's seats, for the office; evidence above the reader's class is withheld, the hit is not; one statement."""
    rows = list(
        Hit.objects.filter(seat__panel=panel)
        .select_related("seat__expert__user", "party")
        .order_by("seat__number", "pk")
    )
    visible = actor.visible_classes(panel.chain)
    for hit in rows:
        hit.evidence = [
            hop
            if hop.get("confidentiality", "office") in visible
            else hop | {"evidence": "", "found_in": "", "withheld": True}
            for hop in hit.evidence
        ]
    return rows


def story_of(subject: str) -> list[dict[str, Any]]:
    """What happened to the panels of one subject, without a word on who sits on them; one statement each."""
    told = ("review.convened", "review.drawn", "review.confirmed", "review.laid_open", "review.defence_opened", "review.frozen", "review.closed", "review.voided")  # fmt: skip
    references = [p.reference for p in Panel.objects.filter(subject=subject)]
    return [{"at": e.at, "verb": e.verb, "who": e.actor} for e in journal.of_subjects(references).filter(verb__in=told)]


def open_tasks(seat: Seat) -> str:
    """What this seat still owes: "declare", "score", "reasons" or nothing; at most three statements."""
    panel = seat.panel
    if seat.declared_at is None:
        return "declare"
    if panel.phase.scores:
        items = Item.objects.filter(panel=panel).values_list("code", flat=True)
        given = Score.objects.filter(seat=seat).values_list("seat__number", "item__code", "criterion")
        criteria = rules.criteria_of(panel.kept_rules, panel.group)
        return "score" if rules.missing(criteria, (panel.phase.scores,), [seat.number], items, given) else ""
    return "reasons" if panel.state == "frozen" and seat.chair and not panel.reasons else ""


DUTIES = {
    "declare": Text("作回避申报", "Declare your ties"),
    "score": Text("评分", "Score"),
    "reasons": Text("写组长意见", "Write the chair's reasons"),
}
NEXT = {
    "seating": Text("组建并确认评审组", "Seat and confirm the panel"),
    "confirmed": Text("开放匿名初评", "Open the blind reading"),
    "blind": Text("等待匿名初评", "Blind reading under way"),
    "defence": Text("组织答辩、封存评分", "Hold the defence, freeze the scores"),
    "frozen": Text("逐件反馈，评价专家", "Give feedback, rate the experts"),
}


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """What waits for this reader: their seats, and the panels they organise; two statements and three a seat."""
    found = []
    for held in mine(actor):
        if duty := open_tasks(held):
            about = Text(held.panel.title, held.panel.title_en or held.panel.title)
            found.append(
                Waiting(
                    SECTION, DUTIES[duty], reverse("review:seat", args=[held.key]), about, f"{held.reference}:{duty}"
                )
            )
    for row in panels(actor, "review.organise").filter(state__in=NEXT):
        about = Text(row.title, row.title_en or row.title)
        due = None
        if row.state == "frozen" and row.frozen_at:
            due = workdays.after(localdate(row.frozen_at), int(row.kept_rules.value("review.rate_within_days")))
        url = reverse("review:panel", args=[row.key])
        found.append(Waiting(SECTION, NEXT[row.state], url, about, f"{row.reference}:{row.state}", due))
    return found


def unrated(panel: Panel) -> list[Seat]:
    """Seats whose work is not yet rated; one statement."""
    rated = Rating.objects.filter(seat__panel=panel).values("seat_id")
    return list(Seat.objects.filter(panel=panel, active=True).exclude(pk__in=rated).select_related("expert__user"))


def names_of(hits: Iterable[Hit]) -> dict[int, Organisation]:
    """The organisations that stand in the evidence of some hits; one statement."""
    keys = {hop[end] for hit in hits for hop in hit.evidence for end in ("source", "target") if hop[end]}
    return {row.pk: row for row in Organisation.objects.filter(pk__in=keys)}


def own_points(seat: Seat) -> dict[str, dict[str, Decimal]]:
    """What this seat gave, by item and criterion; one statement."""
    told: dict[str, dict[str, Decimal]] = {}
    for code, criterion, points in Score.objects.filter(seat=seat).values_list("item__code", "criterion", "points"):
        told.setdefault(code, {})[criterion] = points
    return told


def own_opinion(seat: Seat, code: str) -> str:
    """What this seat wrote on an item in the present phase; one statement."""
    row = Opinion.objects.filter(seat=seat, item__code=code, phase=seat.panel.phase.scores).first()
    return row.text if row else ""


def publishable(panel: Panel) -> dict[str, Any]:
    """What the rules let everybody know of an ended review: nothing of experts and scores unless they say so; 3 statements."""
    told: dict[str, Any] = {"experts": [], "scores": [], "reasons": ""}
    if panel.state != "closed":
        return told
    kept = panel.kept_rules
    if kept.get(f"{panel.group}.publish_experts", False):
        rows = Seat.objects.filter(panel=panel, active=True).select_related("expert__user")
        told["experts"] = [
            (row.kind_name, row.expert.user.get_full_name() or row.expert.user.get_username()) for row in rows
        ]
    if kept.get(f"{panel.group}.publish_scores", False):
        told["scores"] = [(r.key, r.shown, r.rank) for r in results(panel)]
        told["reasons"] = panel.reasons
    return told
