"""Reads of demands and answers. What a reader may not see is in no list and no count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Assessment, Chain, Demand, Input, Product, Production
from lianban.apps.demands import rules
from lianban.apps.demands.models import CanDo, RaisedDemand
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.rules import BEFORE_LISTING
from lianban.apps.journal import queries as journal
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.kit.confidentiality import CONFIDENTIALITY, highest
from lianban.kit.text import Text
from lianban.kit.waiting import Event, Waiting
from lianban.rulebook import load_rules


def _by_class(actor: Actor, *, deed: str = "") -> Q:
    """Rows of a class this reader may see, chain by chain; with a deed, only chains where they may do it."""
    allowed = Q(pk__in=[])
    for chain in {grant.chain for grant in actor.grants}:
        if deed and not actor.may(deed, chain):
            continue
        reach = Q(chain__code=chain) if chain else Q()
        allowed |= reach & Q(confidentiality__in=actor.visible_classes(chain))
    return allowed


def visible(actor: Actor) -> QuerySet[RaisedDemand]:
    """Demands this reader may know of: their own firm's, listed ones of their class, and all for the office. One statement."""
    own = Q(organisation__code__in=actor.organisations)
    listed = Q(state__in=rules.LISTED) & (_by_class(actor) | Q(confidentiality="open"))
    office = _by_class(actor, deed="demands.see_unlisted")
    found = own | (Q(chain__in=atlas.visible_chains(actor)) & (listed | office))  # nothing of a hidden chain
    return RaisedDemand.objects.filter(found).select_related("chain", "organisation")


def listing(actor: Actor, *, chain: str = "", state: str = "", words: str = "") -> QuerySet[RaisedDemand]:
    """The demand list with its filters and the number of answers the reader may see; one statement."""
    found = visible(actor)
    if chain:
        found = found.filter(chain__code=chain)
    if state:
        found = found.filter(state=state)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(grade__icontains=words) | Q(product=words))
    seen = Q(answers__in=answers_visible(actor))
    return found.annotate(n_answers=Count("answers", filter=seen, distinct=True)).order_by("-raised_at", "-id")


def demand(actor: Actor, pk: int) -> RaisedDemand | None:
    """One statement; None alike for what is missing and what is hidden."""
    return visible(actor).filter(pk=pk).first()


def answers_visible(actor: Actor) -> QuerySet[CanDo]:
    """Answers that stand and that this reader may see: by class, their own, and those to their own firm's demands."""
    own = Q(organisation__code__in=actor.organisations) | Q(demand__organisation__code__in=actor.organisations)
    of_class = (_by_class(actor) | Q(confidentiality="open")) & Q(chain__in=atlas.visible_chains(actor))
    return CanDo.objects.filter(of_class | own, withdrawn_at__isnull=True)


def answers_to_product(actor: Actor, chain: str, product: str) -> QuerySet[CanDo]:
    """Every visible answer on a product: on its weak point, or on a demand for it; one statement."""
    on_product = Q(product=product) | Q(demand__product=product)
    found = answers_visible(actor).filter(on_product, chain__code=chain)
    return found.select_related("organisation", "demand", "chain")


def answers_to_demand(actor: Actor, raised: RaisedDemand) -> QuerySet[CanDo]:
    """One statement."""
    return answers_visible(actor).filter(demand=raised).select_related("organisation")


def of_product(actor: Actor, chain: str, product: str) -> QuerySet[RaisedDemand]:
    """Visible demands raised on the site for one product; one statement."""
    return visible(actor).filter(chain__code=chain, product=product)


def organisations_of(actor: Actor) -> list[Organisation]:
    """The organisations a person acts for; one statement."""
    return list(Organisation.objects.filter(code__in=actor.organisations))


def products_for_form(chain: Chain, actor: Actor) -> list[Product]:
    """Products a person can choose from, by segment; one statement."""
    rows = atlas.rows(actor, chain, Product)
    return list(rows.select_related("segment").order_by("segment__stage", "code"))


def origins() -> list[tuple[str, str]]:
    """Origins (来源地) with the names of the default rule set, home first; no statement."""
    rules_in_force = load_rules("cn-core-2025")
    codes = [key.removeprefix("origins.") for key in rules_in_force.list_keys("origins.")]
    language = get_language() or "zh"
    named = [(code, rules_in_force.origin_name(code).in_(language)) for code in codes]
    return sorted(named, key=lambda pair: (rules_in_force.origin_group(pair[0]) != "home", pair[0] == "XX", pair[0]))


@dataclass(frozen=True, slots=True)
class Chance:
    """A need that an organisation may be able to serve, and why."""

    chain: Chain
    product: str
    name: Text
    demand: RaisedDemand | None
    wanted: Text
    reasons: tuple[rules.Reason, ...]
    answered: bool

    @property
    def strength(self) -> int:
        return sum(reason.weight for reason in self.reasons) + (1 if self.demand else 0)


def chances(actor: Actor, chains: Iterable[Chain]) -> list[Chance]:
    """Needs this person's organisation may be able to serve, strongest reason first.

    Nine statements a chain in which the organisation makes something, one for any other.
    """
    found: list[Chance] = []
    for chain in chains:
        own = dict(
            Production.objects.filter(chain=chain, organisation__code__in=actor.organisations)
            .exclude(status="stopped")
            .values_list("product__code", "stage")
        )
        if own:
            found += _chances_in(chain, own, actor)
    return sorted(found, key=lambda chance: (chance.answered, -chance.strength, chance.product))


def _chances_in(chain: Chain, own: dict[str, str], actor: Actor) -> Iterable[Chance]:
    around = surroundings(chain, actor)
    told = _told_by_diagnosis(chain, actor)

    def reasons_for(product: str) -> tuple[rules.Reason, ...]:
        return tuple(told.get(product) or rules.why_serve(product, own, around))

    standing = CanDo.objects.filter(organisation__code__in=actor.organisations, withdrawn_at__isnull=True)
    answered = set(standing.filter(chain=chain).values_list("demand_id", "product"))
    wanted = _wanted_products(chain, actor)
    open_demands = visible(actor).filter(chain=chain, state__in=rules.OPEN_FOR_ANSWERS)
    for raised in open_demands.exclude(organisation__code__in=actor.organisations):
        wanted.pop(raised.product, None)
        if reasons := reasons_for(raised.product):
            done = any(demand_id == raised.pk for demand_id, _ in answered)
            name = Text(raised.title, raised.title)
            yield Chance(chain, raised.product, name, raised, RAISED_BY_FIRM, reasons, done)
    for product in sorted(wanted.keys() & set(around.names)):
        if own.get(product) in ("small_batch", "stable_volume", "unknown"):
            continue  # they serve it already
        if reasons := reasons_for(product):
            yield Chance(
                chain, product, around.names[product], None, wanted[product], reasons, (None, product) in answered
            )


def _told_by_diagnosis(chain: Chain, actor: Actor) -> dict[str, list[rules.Reason]]:
    """Reasons the newest visible run gives for this person's own organisation, by product; one statement."""
    run = diagnosis.latest_run(chain, "nation", actor)
    found = {}
    for point in run.result.get("weak_points", []) if run else []:
        for solver in point.get("solvers", []):
            if solver["organisation"] in actor.organisations:
                weight = 5 if solver["reasons"][0]["reason"] in ("building", "pilot", "lab", "small_batch") else 3
                found[point["code"]] = [rules.Reason("diagnosis", weight, Text(**solver["why"]))]
    return found


RAISED_BY_FIRM = Text("企业需求", "raised by a firm")
ON_DEMAND_LIST = Text("企业需求清单", "on the demand list")
ON_OFFICE_LIST = Text("链办清单", "on the office's list")
THIN_AT_HOME = {
    "L0": Text("资料称境内空白", "said to be blank at home"),
    "L1": Text("资料称境内仅研发或中试", "said to be only in research at home"),
    "L2": Text("资料称境内小批量或不稳定", "said to be small or unstable at home"),
    "blank": Text("资料称境内空白", "said to be blank at home"),
    "unstable": Text("资料称境内能造但不稳定", "said to be made unstably at home"),
}


def _wanted_products(chain: Chain, actor: Actor) -> dict[str, Text]:
    """Products that are wanted as far as this reader may know, and who says so; three statements.

    The office's list counts where its class lets this reader see it; then firms' demand lists; then stated levels.
    """
    stated = atlas.rows(actor, chain, Assessment).filter(item__in=("level", "triple"), value__in=THIN_AT_HOME)
    found = {code: THIN_AT_HOME[value] for code, value in stated.values_list("product__code", "value")}
    listed = atlas.rows(actor, chain, Demand).filter(product__isnull=False, on_site=False)
    found |= dict.fromkeys(listed.values_list("product__code", flat=True), ON_DEMAND_LIST)
    points = diagnosis.weak_points(chain, actor).exclude(status__in=[*BEFORE_LISTING, "closed", "dismissed"])
    return found | dict.fromkeys(points.values_list("product_code", flat=True), ON_OFFICE_LIST)


def surroundings(chain: Chain, actor: Actor) -> rules.Surroundings:
    """What the chain's data say around its products, as far as this reader may see; two statements."""
    products = atlas.rows(actor, chain, Product).select_related("segment", "parent")
    names, segments, parents = {}, {}, {}
    for product in products:
        names[product.code] = Text(product.name, product.name_en or product.name)
        segments[product.code] = product.segment.code
        if product.parent:
            parents[product.code] = product.parent.code
    inputs: dict[str, set[str]] = {}
    pairs = atlas.rows(actor, chain, Input).select_related(None).values_list("product__code", "input__code")
    for product_code, input_code in pairs:
        inputs.setdefault(product_code, set()).add(input_code)
    return rules.Surroundings(names, segments, parents, {code: frozenset(found) for code, found in inputs.items()})


def counts(actor: Actor, chain: str) -> dict[str, int]:
    """How many visible demands stand in each state of one chain; one statement."""
    rows: Any = visible(actor).filter(chain__code=chain).order_by().values_list("state").annotate(n=Count("id"))
    return dict(rows)


def class_of_answer(raised: RaisedDemand | None, chosen: str) -> str:
    """An answer is never wider than the demand it answers."""
    return highest(chosen, raised.confidentiality) if raised else chosen if chosen in CONFIDENTIALITY else "chain"


def computed_voice(actor: Actor, chain: Chain) -> dict[str, dict[str, Any]]:
    """What the newest run this reader may see says of each product (系统测算), by code; one statement."""
    run = diagnosis.latest_run(chain, "nation", actor)
    if run is None:
        return {}
    return {point["code"]: {**point, "run": run.number} for point in run.result.get("weak_points", [])}


# What waits for the office, and what for the firm whose demand it is: state, heading.
_OFFICE = {
    "raised": Text("待核实的企业需求", "Demands to verify"),
    "verified": Text("待列入清单的需求", "Demands to put on the list"),
}
_FIRM = {
    "returned": Text("退回补正的需求", "Demands to mend"),
    "answered": Text("已有应答的需求", "Demands with an answer"),
}


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """Demands that wait for the office, or for the firm that raised them, oldest first; one statement."""
    found = []
    for raised in visible(actor).filter(state__in=[*_OFFICE, *_FIRM]).order_by("raised_at", "id"):
        office = raised.state in _OFFICE and actor.may("demands.verify", raised.chain.code)
        firm = raised.state in _FIRM and raised.organisation.code in actor.organisations
        if not office and not (firm and actor.may("demands.raise")):
            continue
        chain, who = raised.chain, raised.organisation
        zh, en = f"{chain.name} · {who.name}", f"{chain.name_en or chain.name} · {who.name_en or who.name}"
        section = _OFFICE.get(raised.state) or _FIRM[raised.state]
        url = reverse("demands:show", args=[raised.pk])
        key = f"demands.{raised.reference}:{raised.state}"
        found.append(Waiting(section, Text(raised.title, raised.title), url, Text(zh, en), key, raised.latest_on))
    return sorted(found, key=lambda one: one.section.zh)


_TOLD = {
    "demands.raised": Text("企业提出需求", "a firm raised a demand"),
    "demands.can_do": Text("有单位应答“我能做”", "an organisation said it can do it"),
    "demands.answer_withdrawn": Text("一条应答撤回", "an answer was withdrawn"),
    **{f"demands.{verb}": Text("企业需求：{verb}", "demand: {verb}").format(verb=move.name) for verb, move in rules.STATES.moves.items()},
}  # fmt: skip


def story(actor: Actor, chain: Chain, product: str) -> list[Event]:
    """Demands for a product and answers to it, as far as this reader may know of them; three statements."""
    notes = {row.reference: row.title for row in of_product(actor, chain.code, product)}
    notes |= {f"can_do:{row.pk}": row.sentence for row in answers_to_product(actor, chain.code, product)}
    return [
        Event(entry.at, entry.actor, _TOLD.get(entry.verb, Text(entry.verb, entry.verb)), notes[entry.subject])
        for entry in journal.of_subjects(notes)
    ]
