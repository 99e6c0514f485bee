"""The timeline of a weak point (薄弱环节的经过): what every mechanism has to tell about a product, in one line of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lianban.apps.atlas.models import Chain
from lianban.apps.cases.queries.chief import instructions
from lianban.apps.cases.queries.desk import told_by_all
from lianban.apps.cases.rules import STATES
from lianban.apps.journal import queries as journal
from lianban.apps.parties.models import RoleGrant
from lianban.apps.parties.rules import ROLES, Actor
from lianban.kit import waiting
from lianban.kit.text import Text

SYSTEM = Text("系统", "the system")
WORDS = {
    "cases.instructed": Text("链长批示", "the chief gave an instruction"),
    **{f"cases.instruction_{verb}": Text("批示：{verb}", "instruction: {verb}").format(verb=move.name) for verb, move in STATES.moves.items()},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when, who (by role), what, the words that came with it, where to read on."""

    at: datetime
    who: Text
    what: Text
    note: str
    url: str = ""


def story(actor: Actor, chain: Chain, product: str) -> list[waiting.Event]:
    """Instructions about a product and what became of them; two statements."""
    notes = {row.reference: row.text for row in instructions(actor, chain=chain.code).filter(product=product)}
    return [
        waiting.Event(entry.at, entry.actor, WORDS.get(entry.verb, Text(entry.verb, entry.verb)), notes[entry.subject])
        for entry in journal.of_subjects(notes)
    ]


def timeline(chain: Chain, product: str, actor: Actor) -> list[Event]:
    """Everything this reader may know that happened to one product, oldest first; each mechanism's statements and one."""
    told = [event for tell in told_by_all("story") for event in tell(actor, chain, product)]
    told = sorted([*told, *story(actor, chain, product)], key=lambda event: event.at)
    who = _roles({event.who for event in told})
    return [Event(e.at, who.get(e.who, SYSTEM), e.what, e.note, e.url) for e in told]


def _roles(references: set[str]) -> dict[str, Text]:
    """What people were, by their reference in the journal; one statement."""
    ids: dict[int, str] = {int(r.removeprefix("user:")): r for r in references if r.startswith("user:")}
    found: dict[str, Any] = {}
    for grant in RoleGrant.objects.filter(user_id__in=ids).order_by("starts_on", "id"):
        found.setdefault(ids[grant.user_id], ROLES[grant.role])
    return found
