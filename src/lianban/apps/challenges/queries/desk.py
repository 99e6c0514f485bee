"""The desk of a challenge: what may be done now, by whom, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lianban.apps.challenges import rules
from lianban.apps.challenges.models import Challenge
from lianban.apps.challenges.queries.listing import posters_people
from lianban.apps.parties.rules import ROLES, Actor
from lianban.kit.mechanisms import all_deeds
from lianban.kit.text import Text


@dataclass(frozen=True, slots=True)
class Owed:
    """The next step: its name, who owes it, by when."""

    step: rules.steps.Step
    name: Text
    who: Text
    due_on: date | None
    yours: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One verb of the table that this reader may do."""

    verb: str
    name: Text


def can_see_inside(challenge: Challenge, actor: Actor) -> bool:
    """Whether the reader follows the office's work on it: records, conditions with their flags, who owes what."""
    return actor.may("challenges.see", challenge.chain.code) or posters_people(challenge, actor)


def owed(challenge: Challenge, actor: Actor, now: datetime) -> Owed | None:
    """Who owes the next step; nothing where the road has ended."""
    step = challenge.step
    if step is None:
        return None
    name, who = step.does, _who(challenge, step)
    if challenge.state == "answering" and challenge.answers_until and now <= challenge.answers_until:
        name, who = Text("受理申报与答疑", "take answers and questions"), Text("揭榜方", "solvers")
    return Owed(step, name, who, challenge.due_on, may_do(challenge, step, actor))


def may_do(challenge: Challenge, step: rules.steps.Step, actor: Actor) -> bool:
    """Whether this step is this reader's to do."""
    if step.state == "choosing" and "decide_choice" not in challenge.frozen.value("challenge.steps"):
        return posters_people(challenge, actor) or _bureau_as_poster(challenge, actor)
    if not actor.may(step.deed, challenge.chain.code):
        return False
    return not step.poster or posters_people(challenge, actor) or _bureau_as_poster(challenge, actor)


def _bureau_as_poster(challenge: Challenge, actor: Actor) -> bool:
    return challenge.mode == "government" and "science_bureau" in actor.roles(challenge.chain.code)


def _who(challenge: Challenge, step: rules.steps.Step) -> Text:
    by_poster = step.poster or (
        step.state == "choosing" and "decide_choice" not in challenge.frozen.value("challenge.steps")
    )
    if by_poster:
        return ROLES["science_bureau"] if challenge.mode == "government" else Text("发榜方", "the poster")
    roles: Sequence[str] = all_deeds().get(step.deed, ())
    return Text("、".join(ROLES[r].zh for r in roles), ", ".join(ROLES[r].en for r in roles))


SIDE = {
    "send_back": "",
    "drop": "challenges.drop",
    "void": "challenges.decide",
    "choose_again": "challenges.publicise",
    "fall_through": "challenges.decide",
    "end": "challenges.accept",
    "race": "",
}


def offers(challenge: Challenge, actor: Actor) -> list[Offer]:
    """Verbs of the table from here that are this reader's; no statement."""
    step, table = challenge.step, challenge.table
    found = []
    for verb in table.verbs_from(challenge.state):
        deed = SIDE.get(verb)
        own = step is not None and may_do(challenge, step, actor)
        if (deed and actor.may(deed, challenge.chain.code)) or (not deed and own):
            found.append(Offer(verb, table.moves[verb].name))
    return found
