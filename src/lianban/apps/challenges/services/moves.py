"""How a challenge moves: locked, asked of its own table, recorded, journaled."""

from datetime import date, datetime
from typing import Any

from lianban.apps.challenges import rules
from lianban.apps.challenges.models import Challenge, StepRecord
from lianban.apps.journal import services as journal
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal, refuse, refuse_if_any


def locked(pk: int) -> Challenge:
    return Challenge.objects.select_for_update(of=("self",)).select_related("chain", "poster").get(pk=pk)


def role_of(by: Actor) -> str:
    return by.grants[0].role if by.grants else ""


def can(challenge: Challenge, verb: str) -> list[Refusal]:
    """Why the table of this challenge does not allow the verb now."""
    if verb not in challenge.table.moves:
        name = rules.STATES.moves[verb].name
        return [refuse("challenges.step_not_here", "本榜适用的规则没有“{step}”这一步", "the rules of this challenge have no step '{step}'", step=name)]  # fmt: skip
    return challenge.table.refusals(challenge.state, verb)


def advance(
    challenge: Challenge, verb: str, by: Actor, at: datetime, *, minutes: str = "", note: str = "", due_on: date | None = None,
    **facts: Any,
) -> Challenge:  # fmt: skip
    """Do a move that was asked for before, with its record and its journal row."""
    came_from, challenge.state = challenge.state, challenge.table.target(verb)
    challenge.state_since, challenge.due_on = at, due_on
    challenge.save()
    StepRecord.objects.create(
        challenge=challenge, verb=verb, from_state=came_from, to_state=challenge.state, by=by.reference, role=role_of(by),
        at=at, minutes=minutes.strip(), note=note.strip(), facts=facts,
    )  # fmt: skip
    record(challenge, verb, by, at, **facts)
    return challenge


def record(challenge: Challenge, verb: str, by: Actor, at: datetime, **facts: Any) -> None:
    """One row in the journal: references and numbers."""
    told = {"chain": challenge.chain.code, "product": challenge.product, "state": challenge.state, **facts}
    journal.record(f"challenges.{verb}", subject=challenge.reference, by=by, at=at, facts=told)


def acts_for(by: Actor, organisation: Organisation) -> None:
    if organisation.code not in by.organisations:
        text = "只能为本单位办理", "you can do this for your own organisation only"
        refuse_if_any([refuse("challenges.other_organisation.not_permitted", *text)])


def who_did(challenge: Challenge, *verbs: str) -> set[str]:
    """References of those who did these steps last; one statement."""
    newest: dict[str, str] = {}
    for verb, by in challenge.records.filter(verb__in=verbs).order_by("id").values_list("verb", "by"):
        newest[verb] = by
    return set(newest.values())
