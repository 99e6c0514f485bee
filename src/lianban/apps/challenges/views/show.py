"""Everything one page of a challenge shows, as far as its reader may see it."""

from datetime import datetime
from typing import Any

from lianban.apps.atlas import queries as atlas
from lianban.apps.challenges import queries, rules
from lianban.apps.challenges.models import Challenge
from lianban.apps.challenges.views.deeds import DEEDS, may, possible_now
from lianban.apps.parties.rules import Actor
from lianban.rulebook import fairness

SIDE = ("send_back", "drop", "adjust", "move_deadline", "race", "void", "choose_again", "fall_through", "end")
WORK = ("convene", "lay_open", "draft_papers")
MAIN_WAY = ("draft", "legal_check", "to_post", "answering", "reviewing", "choosing", "publicity", "contracting", "running", "accepting", "following", "archived")  # fmt: skip


def context_of(challenge: Challenge, actor: Actor, now: datetime) -> dict[str, Any]:
    """About twenty statements; fewer for visitors, who see what was posted."""
    inside = queries.can_see_inside(challenge, actor)
    here = {
        verb
        for verb in DEEDS
        if DEEDS[verb].row is None and possible_now(challenge, verb) and may(challenge, verb, actor)
    }
    main = challenge.step.verb if challenge.step and challenge.step.verb in here else ""
    known = list(challenge.table.states)
    return {
        "challenge": challenge, "inside": inside, "now": now,
        "product": atlas.product(actor, challenge.chain, challenge.product) if challenge.product else None,
        "owed": queries.owed(challenge, actor, now), "main": main, "stops": queries.against(challenge, main, now) if main else [],
        "main_name": DEEDS[main].name if main else None,
        "work": [(verb, DEEDS[verb].name) for verb in WORK if verb in here],
        "side": [(verb, DEEDS[verb].name) for verb in SIDE if verb in here],
        "may": {verb: may(challenge, verb, actor) and possible_now(challenge, verb) for verb in DEEDS},
        "way": [state for state in MAIN_WAY if state in known], "states": rules.STATES.states,
        "passed_over": rules.steps.passed_over(challenge.frozen.value("challenge.steps")),
        "indicators": list(challenge.indicators.all()), "milestones": list(challenge.milestones.all()),
        "conditions": _conditions(challenge, inside), "groups": fairness.list_groups(),
        "worked": rules.money.working(challenge.frozen, challenge.money, kind=challenge.klass, scale=challenge.scale) if challenge.total_fen else None,
        "payee_of_public": rules.money.payee_of_public(challenge.frozen, challenge.klass),
        "questions": list(challenge.questions.all()) if challenge.posted else [],
        "versions": list(challenge.versions.order_by("-number")),
        "may_write": challenge.state == "draft" and actor.may("challenges.propose", challenge.chain.code),
        "closed": bool(challenge.answers_until and now > challenge.answers_until),
        **_answering(challenge, actor), **_chosen(challenge, actor, inside),
        "records": list(challenge.records.all()) if inside else [],
    }  # fmt: skip


def _conditions(challenge: Challenge, inside: bool) -> list[Any]:
    rows = list(challenge.conditions.all())
    return rows if inside else [row for row in rows if row.decision != "remove"]


def _answering(challenge: Challenge, actor: Actor) -> dict[str, Any]:
    """Whether this reader may hand in, and the answers it may read."""
    own = [code for code in actor.organisations if not challenge.poster or code != challenge.poster.code]
    may_answer = challenge.state == "answering" and bool(own) and actor.may("challenges.answer", challenge.chain.code)
    opened = challenge.state not in (*rules.steps.BEFORE_POSTING, *rules.steps.SEALED)
    answers = list(queries.answers_seen(challenge, actor)) if opened else []
    return {
        "may_answer": may_answer, "answers": answers,
        "all_answers": actor.may("challenges.see_answers", challenge.chain.code), "panel_key": queries.panel_key(challenge, actor),
    }  # fmt: skip


def _chosen(challenge: Challenge, actor: Actor, inside: bool) -> dict[str, Any]:
    """Who was chosen is public from the notice on; money, papers and findings are for those who follow the work."""
    if challenge.state not in rules.steps.CHOSEN and not (inside and challenge.lanes.exists()):
        return {"lanes": [], "gates": [], "objections": []}
    return {
        "lanes": queries.lanes_shown(challenge, actor, inside=inside),
        "gates": list(challenge.gates.all()),
        "objections": queries.objections_seen(challenge, actor, inside),
    }
