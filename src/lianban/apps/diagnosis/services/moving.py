"""One move of a weak point: locked, checked against the one table, kept as a step and in the journal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lianban.apps.diagnosis import queries, rules
from lianban.apps.diagnosis.models import HandlingStep, WeakPoint
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal, refuse_if_any

# Kept in the step, for those who may see the weak point; the journal is also read by the administrator.
OFFICE_WORDS = ("benchmark", "gap", "lead_department", "unit")


@dataclass(frozen=True, slots=True)
class Change:
    """What a move writes besides the state: columns, a note, facts for the record."""

    note: str = ""
    columns: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def locked(weak_point_id: int) -> WeakPoint:
    """Lock one weak point for the length of the transaction."""
    return WeakPoint.objects.select_for_update(of=("self",)).select_related("chain").get(pk=weak_point_id)


def move(
    weak_point_id: int,
    verb: str,
    change: Change,
    *,
    by: Actor,
    at: datetime,
    also: Callable[[WeakPoint], Iterable[Refusal]] = lambda _: (),
) -> WeakPoint:
    """Do one verb of the table. ``also`` adds reasons of its own; the caller holds the transaction."""
    weak_point = locked(weak_point_id)
    if not queries.may_as_responsible(weak_point, verb, by):
        parties.require(by, f"diagnosis.{verb}", weak_point.chain.code)
    refuse_if_any(
        [
            *rules.WORKFLOW.refusals(weak_point.status, verb),
            *rules.note_refusals(verb, change.note),
            *also(weak_point),
        ]
    )
    return write(weak_point, verb, rules.WORKFLOW.target(verb), change, by=by, at=at)


def write(weak_point: WeakPoint, verb: str, status: str, change: Change, *, by: Actor, at: datetime) -> WeakPoint:
    """Write state, columns, step and journal entry."""
    before = weak_point.status
    for name, value in change.columns.items():
        setattr(weak_point, name, value)
    weak_point.status, weak_point.changed_at = status, at
    weak_point.save(update_fields=["status", "changed_at", *change.columns])
    facts = {"role": by.title.zh, **change.facts}
    HandlingStep.objects.create(
        weak_point=weak_point, verb=verb, from_status=before, to_status=status, user_id=by.user_id,
        actor=by.reference, at=at, note=change.note, facts=facts,
    )  # fmt: skip
    journal.record(
        f"diagnosis.{verb}", subject=weak_point.reference, by=by, at=at,
        facts={"chain": weak_point.chain.code, "product": weak_point.product_code, "from": before, "to": status}
        | {name: fact for name, fact in change.facts.items() if name not in OFFICE_WORDS},
    )  # fmt: skip
    return weak_point
