"""Rows for the pages: items of a deed, lanes with their papers, objections, files."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from lianban.apps.challenges.models import Answer, Challenge, Condition, GateFinding, Lane, Objection
from lianban.apps.challenges.queries.inside import project_of
from lianban.apps.challenges.queries.offering import papers_of
from lianban.apps.challenges.rules.words import AGREEMENTS, DOCUMENTS
from lianban.apps.ledger import queries as ledger
from lianban.apps.ledger.models import Movement
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.review import queries as review
from lianban.apps.review.models import Panel
from lianban.apps.sealing.models import OpenedFile
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

WAYS = {Lane: "challenge", Answer: "challenge", Condition: "challenge", GateFinding: "lane__challenge"}


def item(challenge: Challenge, model: Any, pk: int) -> Any:
    """The row a deed is done to, if it belongs to this challenge; one statement."""
    return model.objects.filter(pk=pk, **{WAYS.get(model, "challenge"): challenge}).first()


def not_now() -> Refusal:
    return refuse("challenges.not_now", "现在的状态不能办理这件事", "this cannot be done in the present state")


@dataclass(frozen=True, slots=True)
class LaneShown:
    """A lane; where ``seen``, with its money, its project, its papers, and what its gates found."""

    lane: Lane
    seen: bool = False
    project: Any = None
    papers: list[tuple[Text, bool, Any]] = field(default_factory=list)
    findings: list[GateFinding] = field(default_factory=list)
    returned: list[Movement] = field(default_factory=list)

    @property
    def rest_waits(self) -> bool:
        """Whether what is left in the pot goes back once the outcome stands."""
        return self.project is not None and self.project.outcome != "" and self.project.effective_on is None and bool(self.project.account)  # fmt: skip

    @property
    def appealed(self) -> bool:
        return self.project is not None and self.project.state == "appealed"


def lanes_shown(challenge: Challenge, actor: Actor, *, inside: bool) -> list[LaneShown]:
    """Lanes: who was chosen for everybody; the rest for those who follow the work, and for each solver of its own lane alone.

    Three statements and three a lane that is seen.
    """
    rows = list(challenge.lanes.select_related("answer__organisation").prefetch_related("answer__partners"))
    own = {row.pk for row in rows if inside or row.answer.organisation.code in actor.organisations}
    found = GateFinding.objects.filter(lane__in=own).select_related("gate").order_by("gate__number")
    findings = list(found) if own else []
    wanted = challenge.frozen.value("challenge.contract_documents")
    shown = []
    for row in rows:
        if row.pk not in own:
            shown += [LaneShown(row)] if row.state != "dropped" else []
            continue
        there = papers_of(row) if row.state == "chosen" else {}
        listed = [(DOCUMENTS[one], bool(there[one]), getattr(row, one) if one in AGREEMENTS else None) for one in wanted if there]  # fmt: skip
        of_it = [one for one in findings if one.lane_id == row.pk]
        back = ledger.moved_under(f"{row.reference}:return") if row.project else []
        shown.append(LaneShown(row, True, project_of(row), listed, of_it, back))
    return shown


def objections_seen(challenge: Challenge, actor: Actor, inside: bool) -> list[Objection]:
    """Objections: for those who follow the work, and for whoever raised one; one statement."""
    rows = challenge.objections.select_related("organisation")
    if not inside:
        rows = rows.filter(Q(raised_by=actor.reference) if actor.signed_in else Q(pk__in=[]))
    return list(rows)


def may_solve(challenge: Challenge, actor: Actor) -> list[Organisation]:
    """Organisations this reader could answer for: its own, but never the poster; one statement."""
    rows = Organisation.objects.filter(code__in=actor.organisations)
    return list(rows.exclude(pk=challenge.poster_id or 0))


def panel_key(challenge: Challenge, actor: Actor) -> str:
    """The panel's public key, for readers of reviews; one statement."""
    if challenge.panel is None or not actor.may("review.see", challenge.chain.code):
        return ""
    found = Panel.objects.filter(pk=challenge.panel).values_list("key", flat=True).first() or ""
    return found if found and review.panel(actor, found) else ""


def files_of(answer: Answer) -> list[OpenedFile]:
    """Files that came with an answer, without their bodies; one statement."""
    return list(OpenedFile.objects.filter(answer__number=answer.receipt).defer("body")) if answer.receipt else []


def file_of(answer: Answer, place: int) -> OpenedFile | None:
    return OpenedFile.objects.filter(answer__number=answer.receipt, place=place).first()
