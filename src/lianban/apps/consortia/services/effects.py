"""What follows from a motion that carried: asked when it is put and again when it is counted, then carried out."""

from datetime import datetime

from django.utils.timezone import localdate

from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Consortium, Motion
from lianban.apps.consortia.services import filing
from lianban.apps.consortia.services.ending import liquidate
from lianban.apps.consortia.services.moving import move, record, step
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal


def refusals(consortium: Consortium, motion: Motion) -> list[Refusal]:
    """Why this could not be carried out today."""
    kind = motion.kind
    if motion.member is not None and kind in ("accession", "exit", "expulsion", "lead"):
        state, lead = motion.member.state, motion.member.is_lead
        return {
            "accession": lambda: rules.MEMBERSHIP.refusals(state, "admit"),
            "exit": lambda: rules.MEMBERSHIP.refusals(state, "leave"),
            "expulsion": lambda: rules.expel_refusals(state=state, lead=lead),
            "lead": lambda: rules.lead_refusals(state=state, lead=lead),
        }[kind]()
    if motion.topic is not None:
        return rules.TOPIC.refusals(motion.topic.state, "pass" if kind == "topic" else "drop")
    if motion.roadmap is not None:
        items = motion.roadmap.items
        if consortium.state in ("roadmap_passed", *rules.SPENDING):
            return rules.roadmap_refusals(items)  # a later version: the gate has been passed
        moves = rules.STATES.refusals(consortium.state, "pass_roadmap")
        return moves or rules.pass_roadmap_refusals(consortium.frozen, state=consortium.state, items=items)
    if motion.split is not None:
        offered = rules.offered(
            consortium.frozen.value("consortium.benefit_methods"), consortium.terms.get("benefit", "")
        )
        moves = rules.SPLIT.refusals(motion.split.state, "choose")
        way = motion.split.way(motion.method)
        return moves or rules.choose_refusals(method=motion.method, offered=offered, way=way)
    if kind in ("convert", "dissolve"):
        moves = rules.STATES.refusals(consortium.state, kind)
        return moves or rules.end_refusals(**queries.open_business(consortium))
    return []


def carry_out(consortium: Consortium, motion: Motion, by: Actor, at: datetime) -> None:
    """Do what was decided, each with its own row in the journal."""
    if motion.member is not None:
        if motion.kind == "exit" and not queries.change_needs_filing(consortium):
            return  # the motion itself is the leave to go; the member leaves when all is handed over
        filing.put_change(consortium, motion.kind, motion.member, by, at)
    elif motion.topic is not None:
        topic = step(rules.TOPIC, motion.topic, "pass" if motion.kind == "topic" else "drop")
        topic.ended_at = at if topic.state == "dropped" else None
        topic.save()
        record(consortium, f"topic_{topic.state}", by, at, topic=topic.number)
    elif motion.roadmap is not None:
        motion.roadmap.passed_at = at
        motion.roadmap.save(update_fields=["passed_at"])
        if consortium.state in ("signed", "filed"):
            move(consortium, "pass_roadmap", by, at, version=motion.roadmap.version)
        else:
            record(consortium, "roadmap_renewed", by, at, version=motion.roadmap.version)
    elif motion.split is not None:
        split = step(rules.SPLIT, motion.split, "choose")
        split.method, split.chosen_at = motion.method, at
        split.save()
        record(consortium, "split_chosen", by, at, split=split.number, method=split.method)
    elif motion.kind in ("convert", "dissolve"):
        if motion.kind == "dissolve":
            liquidate(consortium, by, at)
        consortium.ended_at, consortium.end_note = at, motion.title
        move(consortium, motion.kind, by, at, on=localdate(at))
