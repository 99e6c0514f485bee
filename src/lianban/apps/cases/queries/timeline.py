"""The timeline of a weak point (薄弱环节的经过): journal entries of several mechanisms, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lianban.apps.atlas.models import Chain
from lianban.apps.cases.queries.chief import instructions
from lianban.apps.cases.rules import STATES as INSTRUCTION_STATES
from lianban.apps.demands import queries as demands
from lianban.apps.demands.rules import STATES as DEMAND_STATES
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.rules import WORKFLOW
from lianban.apps.journal import queries as journal
from lianban.apps.parties.models import RoleGrant
from lianban.apps.parties.rules import ROLES, Actor
from lianban.kit.text import Text

SYSTEM = Text("系统", "the system")
WORDS = {
    "demands.raised": Text("企业提出需求", "a firm raised a demand"),
    "demands.can_do": Text("有单位应答“我能做”", "an organisation said it can do it"),
    "demands.answer_withdrawn": Text("一条应答撤回", "an answer was withdrawn"),
    "cases.instructed": Text("链长批示", "the chief gave an instruction"),
    "diagnosis.describe": Text("填写对标指标与差距", "benchmark and gap were written down"),
    **{f"diagnosis.{verb}": move.name for verb, move in WORKFLOW.moves.items()},
    **{f"demands.{verb}": Text("企业需求：{verb}", "demand: {verb}").format(verb=move.name) for verb, move in DEMAND_STATES.moves.items()},
    **{f"cases.instruction_{verb}": Text("批示：{verb}", "instruction: {verb}").format(verb=move.name) for verb, move in INSTRUCTION_STATES.moves.items()},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when, who (by role), what, and the words that came with it."""

    at: datetime
    who: Text
    what: Text
    note: str


def timeline(chain: Chain, product: str, actor: Actor) -> list[Event]:
    """Everything this reader may know that happened to one product's weak point, oldest first; seven statements."""
    point = diagnosis.weak_point(chain, product, actor)
    raised = {row.reference: row.title for row in demands.of_product(actor, chain.code, product)}
    answers = {f"can_do:{row.pk}": row.sentence for row in demands.answers_to_product(actor, chain.code, product)}
    told = {row.reference: row.text for row in instructions(actor, chain=chain.code).filter(product=product)}
    notes: dict[str, str] = {**raised, **answers, **told}
    subjects = [*notes, *([point.reference] if point else [])]
    entries = list(journal.of_subjects(subjects))
    steps = {(s.verb, s.at): s.note for s in point.steps.all()} if point else {}
    who = _roles({entry.actor for entry in entries})
    return [
        Event(
            entry.at,
            who.get(entry.actor, SYSTEM),
            WORDS.get(entry.verb, Text(entry.verb, entry.verb)),
            steps.get((entry.verb.removeprefix("diagnosis."), entry.at), notes.get(entry.subject, "")),
        )
        for entry in entries
    ]


def _roles(references: set[str]) -> dict[str, Text]:
    """What people were, by their reference in the journal; one statement."""
    ids: dict[int, str] = {int(r.removeprefix("user:")): r for r in references if r.startswith("user:")}
    found: dict[str, Any] = {}
    for grant in RoleGrant.objects.filter(user_id__in=ids).order_by("starts_on", "id"):
        found.setdefault(ids[grant.user_id], ROLES[grant.role])
    return found
