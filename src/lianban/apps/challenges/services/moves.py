"""How a challenge moves: locked, asked of its own table, recorded, journaled."""

from datetime import date, datetime
from typing import Any

from lianban.apps.challenges import rules
from lianban.apps.challenges.models import Challenge, StepRecord
from lianban.apps.journal import services as journal
from lianban.apps.notices import services as notices
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.kit.mechanisms import all_deeds
from lianban.kit.refusals import Refusal, refuse, refuse_if_any
from lianban.kit.text import Text


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
    call_next(challenge, by, at)
    return challenge


WITHOUT_CALL = ("draft", "answering", "running", "following")  # others' work, or nobody's yet


def call_next(challenge: Challenge, by: Actor, at: datetime) -> None:
    """Tell whoever owes the next step. What is not posted is named by its number: letters leave the house."""
    step = challenge.step
    if step is None or step.state in WITHOUT_CALL:
        return
    what = Text("{name}：{waits}", "{name}: {waits}").format(name=called(challenge), waits=step.waits)
    to_poster = step.poster and challenge.mode != "government" and challenge.poster is not None
    told = {"organisations": [challenge.poster]} if to_poster else {"roles": all_deeds().get(step.deed, ()), "chain": challenge.chain.code}  # fmt: skip
    notices.tell(what=what, url=f"/challenges/{challenge.pk}/", at=at, by=by, subject=challenge.reference, **told)  # type: ignore[arg-type]


def tell_solvers(challenge: Challenge, what: Text, by: Actor, at: datetime, *organisations: Organisation) -> None:
    """Tell solvers of an opened challenge: all of them, or the ones named."""
    whom = organisations or tuple(row.organisation for row in challenge.answers.select_related("organisation"))
    if whom:
        said = Text("{name}：{what}", "{name}: {what}").format(name=called(challenge), what=what)
        notices.tell(what=said, url=f"/challenges/{challenge.pk}/", organisations=whom, at=at, by=by, subject=challenge.reference)  # fmt: skip


def called(challenge: Challenge) -> Text:
    """What letters call it."""
    if challenge.posted:
        return Text(f"榜单“{challenge.title}”", f"Challenge '{challenge.title_en or challenge.title}'")
    return Text(f"榜单建议第 {challenge.number} 号", f"Challenge no. {challenge.number}")


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
