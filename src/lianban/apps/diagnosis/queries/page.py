"""Everything one weak-point page shows, and what this reader may do there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Product
from lianban.apps.diagnosis import rules
from lianban.apps.diagnosis.compute import explaining, reading
from lianban.apps.diagnosis.models import HandlingStep, Run, Study, WeakPoint
from lianban.apps.diagnosis.queries.studies import newest_study
from lianban.apps.parties.rules import Actor, permission_refusals
from lianban.kit.refusals import Refusal
from lianban.kit.text import Text


@dataclass(frozen=True, slots=True)
class Offer:
    """One verb of the table for this reader: its name, and why it cannot be done (empty when it can)."""

    verb: str
    name: Text
    refusals: tuple[Refusal, ...]

    @property
    def possible(self) -> bool:
        return not self.refusals


@dataclass(frozen=True, slots=True)
class Page:
    """One weak point whole."""

    product: Product
    weak_point: WeakPoint | None
    run: Run | None
    point: Mapping[str, Any] | None
    explained: Mapping[str, explaining.Explained]
    members: Mapping[str, Any]
    names: Mapping[str, Any]
    sources: Mapping[str, Any]
    steps: list[HandlingStep]
    overdue: bool


def page(
    chain: Chain, product: Product, weak_point: WeakPoint | None, run: Run | None, actor: Actor, today: date
) -> Page:
    """Gather the page of one weak point; two statements beyond what it is given."""
    point = reading.point(run.result, product.code) if run else None
    members = {member.code: member for member in atlas.members(actor, chain)}
    result = run.result if run else {}
    names = reading.names(result) if run else {}
    return Page(
        product=product,
        weak_point=weak_point,
        run=run,
        point=point,
        explained=explaining.explain_all(result, product.code, names, members) if point else {},
        members=members,
        names=names,
        sources=result.get("sources", {}),
        steps=list(weak_point.steps.select_related("user")) if weak_point else [],
        overdue=bool(weak_point and rules.is_overdue(weak_point.status, weak_point.due_on, today)),
    )


@dataclass(frozen=True, slots=True)
class Beyond:
    """What studies add to one weak point: the interval of its numbers, the fact worth most, the organisations behind it."""

    intervals: Study | None
    interval: Mapping[str, Any] | None
    fact: Mapping[str, Any] | None
    risk: Study | None
    organisations: list[Mapping[str, Any]]
    n_organisations: int = 0


def beyond(
    chain: Chain, point: Mapping[str, Any] | None, code: str, members: Mapping[str, Any], actor: Actor
) -> Beyond:
    """The newest intervals and the newest systemic risk, as far as this reader may see; two statements."""
    intervals, risk = (newest_study(chain, kind, actor) for kind in ("intervals", "risk"))
    interval = reading.interval(intervals.result, code) if intervals else None
    makers = {source["organisation"] for source in point["sources"] if source["organisation"]} if point else set()
    behind = (
        [one for one in risk.result["scenarios"] if one["code"] in makers and one["code"] in members] if risk else []
    )
    return Beyond(
        intervals=intervals,
        interval=interval,
        fact=reading.fact(intervals.result, interval) if intervals and interval else None,
        risk=risk,
        organisations=behind,
        n_organisations=len(risk.result["scenarios"]) if risk else 0,
    )


def offers(chain: Chain, weak_point: WeakPoint, actor: Actor) -> list[Offer]:
    """Every verb with all reasons against it, by the same rules the services ask; no statement."""
    found = []
    for verb, move in rules.WORKFLOW.moves.items():
        refusals = list(rules.WORKFLOW.refusals(weak_point.status, verb))
        if not may_as_responsible(weak_point, verb, actor):
            refusals += permission_refusals(actor, f"diagnosis.{verb}", chain.code)
        if verb == "close" and weak_point.status == "closing":
            refusals += rules.closing_refusals(
                asked_by=weak_point.closing_asked_by_id, closer=actor.user_id, evidence=weak_point.evidence
            )
        found.append(Offer(verb, move.name, tuple(refusals)))
    return found


def may_as_responsible(weak_point: WeakPoint, verb: str, actor: Actor) -> bool:
    """The responsible person may report and ask for closing whatever the role."""
    mine = actor.user_id is not None and weak_point.responsible_user_id == actor.user_id
    return mine and verb in rules.RESPONSIBLE_MAY
