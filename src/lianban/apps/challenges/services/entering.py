"""What begins when a challenge enters a state, whichever step before it the place takes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from lianban.apps.challenges import rules
from lianban.apps.challenges.models import Challenge, Lane
from lianban.apps.challenges.services import moves
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import services as projects
from lianban.apps.projects.rules import months_later
from lianban.kit import money
from lianban.kit.text import Text


def entered(challenge: Challenge, by: Actor, at: datetime) -> Challenge:
    """The public notice gets its days, the signing its term, the run its projects."""
    today = timezone.localdate(at)
    if challenge.state == "publicity":
        challenge.notice_from = today
        challenge.notice_until = challenge.due_on = rules.choosing.notice_until(today, challenge.frozen)
        challenge.save(update_fields=["notice_from", "notice_until", "due_on"])
    elif challenge.state == "contracting":
        challenge.due_on = today + timedelta(days=int(challenge.frozen.value("challenge.contract_days")))
        challenge.save(update_fields=["due_on"])
    elif challenge.state == "running":
        start_lanes(challenge, by, at)
    return challenge


def start_lanes(challenge: Challenge, by: Actor, at: datetime) -> None:
    """Every chosen solver's work begins as a project; with the step of paying, its money lies in its pot."""
    paid = "pay" in challenge.frozen.value("challenge.steps")
    for lane in challenge.lanes.filter(state="chosen").select_related("answer__organisation"):
        _start(challenge, lane, paid, by, at)


def _start(challenge: Challenge, lane: Lane, paid: bool, by: Actor, at: datetime) -> None:
    solver, today = lane.answer.organisation, timezone.localdate(at)
    planned = list(challenge.milestones.all())
    payments = scaled(challenge, lane, [one.payment_fen for one in planned] + [challenge.acceptance_fen])
    stages = [
        {
            "name": Text(one.name, one.name_en), "due_on": months_later(today, one.months),
            "deliverable": one.deliverable, "payment_fen": amount,
        }
        for one, amount in zip(planned, payments, strict=False)
        if one.months
    ]  # fmt: skip
    first = sum(amount for one, amount in zip(planned, payments, strict=False) if not one.months)
    project = projects.start(
        subject=lane.reference, chain=challenge.chain, product=challenge.product,
        title=Text(challenge.title, challenge.title_en), lead=solver, kind="lane" if challenge.raced else challenge.klass,
        participants=[(one, "partner") for one in lane.answer.partners.all()], commissioner=challenge.poster,
        indicators=[one.as_dict() for one in challenge.indicators.all()], milestones=stages, frozen=challenge.frozen,
        account=lane.pot if paid else "", payee=payee_code(solver.code) if paid else "", public_fen=to_lane_fen(challenge, lane) - lane.payable_fen,
        first_payment_fen=first, acceptance_payment_fen=payments[-1], starts_on=today,
        ends_on=months_later(today, challenge.months), agreement_ref=f"agreements.agreement:{lane.task_book}" if lane.task_book else "",
        confidentiality="office" if challenge.confidentiality == "open" else challenge.confidentiality,
        hold=not challenge.raced,  # a team that is out is compensated from what its milestones would have cost
        by=by, at=at,
    )  # fmt: skip
    lane.project, lane.state = project.reference, rules.words.LANES.target("start")
    lane.save(update_fields=["project", "state"])
    moves.record(challenge, "lane_started", by, at, lane=lane.number, project=project.reference)


def scaled(challenge: Challenge, lane: Lane, planned: Sequence[int]) -> list[int]:
    """The planned payments for one lane: the same parts of what this lane gets, exact to the fen."""
    due = to_lane_fen(challenge, lane)
    if not sum(planned) or not due:
        return [0] * len(planned)
    return money.split(due, list(planned))


def to_lane_fen(challenge: Challenge, lane: Lane) -> int:
    """What the solver of this lane is paid in all."""
    told = rules.money.Money(public_fen=lane.public_fen, payable_fen=lane.payable_fen)
    return rules.money.to_solver_fen(challenge.frozen, told, challenge.klass)


def payee_code(organisation: str) -> str:
    return f"payee:{organisation}"
