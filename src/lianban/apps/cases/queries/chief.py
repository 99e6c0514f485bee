"""The chief's page (链长专报), instructions, minutes."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.cases import rules
from lianban.apps.cases.models import Instruction, Minutes, Report
from lianban.apps.demands import queries as demands
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.rules import WORKFLOW
from lianban.apps.parties.rules import Actor
from lianban.kit.confidentiality import highest
from lianban.kit.text import Text


def readable_chains(actor: Actor, deed: str) -> list[Chain]:
    """Chains on which this reader may do a deed; one statement."""
    return [chain for chain in atlas.visible_chains(actor) if actor.may(deed, chain.code)]


def by_class(actor: Actor, model: Any) -> QuerySet[Any]:
    """Rows of this app that the reader may see, chain by chain; one statement."""
    seen = Q(pk__in=[])
    for chain in {grant.chain for grant in actor.grants}:
        if actor.may("cases.read_report", chain):
            reach = Q(chain__code=chain) if chain else Q()
            seen |= reach & Q(confidentiality__in=actor.visible_classes(chain))
    return model._default_manager.filter(seen).select_related("chain")


def instructions(actor: Actor, *, chain: str = "", state: str = "") -> QuerySet[Instruction]:
    """Instructions, newest first, with their replies; two statements."""
    found: QuerySet[Instruction] = by_class(actor, Instruction).prefetch_related("replies")
    if chain:
        found = found.filter(chain__code=chain)
    return found.filter(state=state) if state else found


def instruction(actor: Actor, pk: int) -> Instruction | None:
    return instructions(actor).filter(pk=pk).first()


def reports(actor: Actor, chain: str) -> QuerySet[Report]:
    """Issued reports of a chain, newest first; one statement."""
    return by_class(actor, Report).filter(chain__code=chain)


def minutes(actor: Actor, chain: str) -> QuerySet[Minutes]:
    """Minutes of a chain, newest first; one statement."""
    return by_class(actor, Minutes).filter(chain__code=chain)


@dataclass(frozen=True, slots=True)
class ChiefPage:
    """The one page of a chain for the chief (链长专报), as it would be printed today."""

    chain: Chain
    day: date
    run_number: int
    rules: str
    fingerprint: str
    data_date: date
    confidentiality: str
    sentences: list[Text]
    points: list[dict[str, Any]]
    matters: list[Text]
    instructions: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as an issued report keeps them."""
        told = {
            "day": self.day.isoformat(), "run_number": self.run_number, "rules": self.rules,
            "fingerprint": self.fingerprint, "data_date": self.data_date.isoformat(),
            "confidentiality": self.confidentiality, "points": self.points, "instructions": self.instructions,
        }  # fmt: skip
        return {**told, "sentences": [asdict(s) for s in self.sentences], "matters": [asdict(m) for m in self.matters]}


def chief_page(chain: Chain, actor: Actor, today: date) -> ChiefPage | None:
    """Put the page together from the newest run and the office's work; None while there is no run. Six statements."""
    run = diagnosis.latest_run(chain, "nation", actor)
    if run is None:
        return None
    work = works(chain, actor)
    waiting = demands.visible(actor).filter(chain=chain, state="listed").exclude(confidentiality="private")
    open_demands = list(waiting.order_by("raised_at")[:3])  # a private need is the firm's and the office's alone
    earlier = list(instructions(actor, chain=chain.code)[:3])
    points = [_point(p, work, today) for p in run.result.get("weak_points", [])[: rules.N_POINTS]]
    return ChiefPage(
        chain=chain, day=today, run_number=run.number, rules=run.pack, fingerprint=run.data_fingerprint,
        data_date=chain.data_date,
        confidentiality=highest(
            run.confidentiality, "office", *(i.confidentiality for i in earlier), *(d.confidentiality for d in open_demands)
        ),
        sentences=rules.sentences(run.result, list(work.values()), today), points=points,
        matters=rules.matters(run.result, list(work.values()), [d.title for d in open_demands], today),
        instructions=[_told(one) for one in earlier],
    )  # fmt: skip


def works(chain: Chain, actor: Actor) -> dict[str, rules.Work]:
    """What was done about each weak point, by product; what is private to a firm stays off the page. One statement."""
    return {
        point.product_code: rules.Work(
            point.product_code,
            point.status,
            WORKFLOW.states[point.status],
            point.responsible_unit or point.lead_department,
            point.due_on,
            point.progress,
        )
        for point in diagnosis.weak_points(chain, actor).exclude(confidentiality="private")
    }


def _point(point: dict[str, Any], work: dict[str, rules.Work], today: date) -> dict[str, Any]:
    done = work.get(point["code"])
    told = {
        name: point.get(name)
        for name in ("rank", "code", "name", "level", "reason", "loss_cut", "loss_stop", "inferred")
    }
    told["route"] = point.get("route_name")
    told["status"] = asdict(done.status_name) if done else None
    told["unit"] = done.unit if done else ""
    told["due_on"] = done.due_on.isoformat() if done and done.due_on else None
    told["overdue"] = bool(done and done.overdue(today))
    return told


def _told(one: Instruction) -> dict[str, Any]:
    replies = list(one.replies.all())
    return {
        "text": one.text, "given_on": one.given_on.isoformat(), "due_on": one.due_on.isoformat() if one.due_on else None,
        "state": asdict(one.state_name), "last": replies[-1].text if replies else "",
    }  # fmt: skip
