"""Everything one page of a project shows, as far as its reader may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import rules
from lianban.apps.projects.models import Conclusion, CreditMark, LevelRise, Project
from lianban.apps.projects.queries.agreed import Agreed, agreed_purchase
from lianban.apps.projects.queries.offers import Offer, Whole, loaded, offers
from lianban.apps.projects.queries.reading import events, visible
from lianban.apps.projects.queries.results import Diagnosed, Purchase, before_after, purchases
from lianban.apps.projects.queries.standing import measured_of, sides_of, stage_of
from lianban.kit.text import Text
from lianban.kit.waiting import Event

# What the page offers first, where several things may be done.
FIRST = (
    "confirm_use", "report", "check", "decide", "pay", "answer_extension", "ask_acceptance", "open_acceptance",
    "call_acceptance", "answer_appeal", "judge", "conclude", "consent", "take_effect", "first_use", "propose_rise",
    "confirm_rise", "follow_up", "enter_report", "archive",
)  # fmt: skip


class Line:
    """One project in a list, with its money where the reader may see that."""

    def __init__(self, row: Project, actor: Actor):
        self.row = row
        stages = [stage_of(one) for one in row.milestones.all()]
        self.open = inside(row, actor)
        self.agreed_fen = sum(stage.payment_fen for stage in stages)
        self.released_fen = sum(stage.released_fen for stage in stages)
        self.paid_fen = sum(stage.paid_fen for stage in stages)
        waiting = [one for one in row.milestones.all() if one.state in ("planned", "failed") and one.point == "stage"]
        self.next = waiting[0] if waiting and row.state in rules.WORKING else None

    def yuan(self, name: str) -> float | None:
        return getattr(self, name) / 100 if self.open else None


def inside(project: Project, actor: Actor) -> bool:
    """Whether the reader may see the work itself: the offices and the parties; users and buyers see the result."""
    code = project.chain.code
    cleared = actor.may("projects.see", code) and actor.may_see(project.confidentiality, code)
    return cleared or bool(sides_of(project) & actor.organisations)


@dataclass(frozen=True, slots=True)
class Row:
    """A milestone or a target with its plain values and what may be done with it."""

    row: Any
    plain: Any
    offers: list[Offer]
    newest: Any = None


@dataclass(frozen=True, slots=True)
class Page:
    """One project whole."""

    whole: Whole
    product: Text
    inside: bool
    milestones: list[Row]
    targets: list[Row]
    conclusions: list[Conclusion]
    credit: CreditMark | None
    agreed: Agreed | None
    purchases: list[Purchase]
    rises: list[tuple[LevelRise, Diagnosed | None, Diagnosed | None]]
    events: list[Event]
    first: Offer | None
    possible: list[Offer]
    hindered: list[Offer]
    grave: list[Offer]
    of_purchases: Mapping[int, list[Offer]]
    of_rises: Mapping[int, list[Offer]]
    apply_until: date
    followed_until: date | None

    @property
    def standing(self) -> rules.Standing:
        return self.whole.standing

    @property
    def unrecorded(self) -> Agreed | None:
        """What the agreement promises and nobody has put on record yet."""
        known = {one.row.buyer_id for one in self.purchases}
        return self.agreed if self.agreed and self.agreed.buyer.pk not in known else None

    @property
    def differing(self) -> Mapping[int, list[Text]]:
        """Promises on record that say something else than the agreement, with what."""
        rows = [one.row for one in self.purchases if self.agreed and one.row.buyer_id == self.agreed.buyer.pk]
        return {row.pk: self.agreed.differs(row) for row in rows if self.agreed}

    @property
    def money(self) -> Mapping[str, int]:
        stages = self.standing.stages
        return {
            "agreed": sum(s.payment_fen for s in stages),
            "released": sum(s.released_fen for s in stages),
            "paid": sum(s.paid_fen for s in stages),
        }


def page(project: Project, actor: Actor, today: date) -> Page:
    """Gather the page; about twenty statements, however long the project is."""
    row = atlas.product(actor, project.chain, project.product) if project.product else None
    whole = loaded(project)
    found = offers(whole, actor, today)
    by_item = {(one.verb, one.item): one for one in found}
    mine = [one for one in found if one.possible and one.verb in FIRST]
    first = min(mine, key=lambda one: FIRST.index(one.verb), default=None)
    loose = [one for one in found if not one.item and one is not first]
    grave = [one for one in loose if one.verb in ("terminate", "revoke")]
    return Page(
        whole=whole,
        product=Text(row.name, row.name_en or row.name) if row else Text(project.product, project.product),
        inside=inside(project, actor),
        milestones=[
            Row(one, plain, [o for (verb, pk), o in by_item.items() if pk == one.pk and verb in _STAGE])
            for one, plain in zip(whole.milestones, whole.standing.stages, strict=True)
        ],
        targets=[
            Row(one, measured_of(one), [o for (verb, pk), o in by_item.items() if pk == one.pk and verb in _TARGET],
                list(one.reports.all())[-1] if one.reports.all() else None)
            for one in whole.targets
        ],
        conclusions=whole.conclusions,
        credit=CreditMark.objects.filter(project=project).first(),
        agreed=agreed_purchase(project, actor),
        purchases=purchases(whole.promises, today),
        rises=[(one, *before_after(one, actor)) for one in whole.rises],
        events=events([project]),
        first=first,
        possible=[one for one in loose if one.possible and one not in grave],
        hindered=[one for one in loose if not one.possible],
        grave=[one for one in grave if one.possible],
        of_purchases={one.pk: _of(found, "order", one.pk) for one in whole.promises},
        of_rises={one.pk: _of(found, "confirm_rise", one.pk) + [o for o in _of(found, "decline_rise", one.pk) if o.possible] for one in whole.rises},
        apply_until=rules.apply_until(whole.standing),
        followed_until=rules.followed_until(whole.standing),
    )  # fmt: skip


_STAGE = ("report", "check", "send_back", "decide", "pay")
_TARGET = ("enter_report", "judge")


def _of(found: list[Offer], verb: str, item: int) -> list[Offer]:
    return [one for one in found if (one.verb, one.item) == (verb, item)]


def item(whole: Whole, kind: str, pk: int) -> Any:
    """The row a deed is done to, or None."""
    rows: Mapping[str, list[Any]] = {
        "milestone": whole.milestones, "target": whole.targets, "purchase": whole.promises, "rise": whole.rises,
    }  # fmt: skip
    return next((one for one in rows.get(kind, []) if one.pk == pk), None)


def offer(whole: Whole, verb: str, pk: int, actor: Actor, today: date) -> Offer | None:
    """What stands against one deed; None where it is not this reader's, or not in this state."""
    return next((one for one in offers(whole, actor, today) if (one.verb, one.item) == (verb, pk)), None)


def unused(whole: Whole, verb: str, row: Any) -> tuple[str, ...]:
    """Fields of a form that this row has no use for."""
    if verb == "enter_report":
        return ("value",) if row.comparison == "yes" else ("fulfilled",)
    if verb == "pay" and whole.project.account:
        return ("proof",)
    return ()


def choices(whole: Whole, verb: str) -> dict[str, tuple[str, ...]]:
    """What may be chosen on a form now: outcomes that agree with what was found, and what an appeal may lead to."""
    standing = whole.standing
    found = [bool(one.accepted) for one in standing.indicators]
    if verb == "conclude":
        return {"outcome": tuple(one for one in rules.FOUND if rules.fits(one, found))}
    if verb == "answer_appeal":
        milder = tuple(
            one for one in rules.MILDER.get(standing.outcome, ()) if one not in rules.FOUND or rules.fits(one, found)
        )
        ways = (
            "uphold",
            *(["change"] if milder else []),
            *(
                ["reinstate"]
                if not rules.race_refusals(whole.project.kind, by_race=False) and standing.outcome in rules.ENDED_EARLY
                else []
            ),
        )
        return {"changed": ("", *milder), "answer": ways}
    return {}


def initial(whole: Whole, verb: str, row: Any, actor: Actor) -> dict[str, Any]:
    """What a form proposes."""
    if verb == "promise":
        agreed = agreed_purchase(whole.project, actor)
        known = {one.buyer_id for one in whole.promises}
        return agreed.initial(whole.standing.effective_on) if agreed and agreed.buyer.pk not in known else {}
    if verb == "decide":
        return {"released": row.payment_fen / 100}
    if verb == "pay":
        return {"amount": stage_of(row).owed_fen / 100}
    if verb in ("conclude", "answer_appeal"):
        last = whole.standing.point("acceptance")
        good = all(one.accepted for one in whole.standing.indicators)
        return {"released_last": last.payment_fen / 100 if last and good and verb == "conclude" else 0}
    return {}


@dataclass(frozen=True, slots=True)
class Card:
    """One project of a product, with the level before and after."""

    project: Project
    rise: LevelRise | None
    before: Diagnosed | None
    after: Diagnosed | None


def cards(chain: Chain, product: str, actor: Actor) -> list[Card]:
    """Projects of one product for the page of its weak point; one statement and three a project."""
    found = []
    for row in visible(actor).filter(chain=chain, product=product).select_related("first_use__organisation"):
        rise = row.rises.filter(state="confirmed").select_related("organisation", "project__chain").last()
        before, after = before_after(rise, actor) if rise else (None, None)
        found.append(Card(row, rise, before, after))
    return found
