"""The race (赛马) and the end of the run: gates proposed by one and confirmed by another, out or through, one winner."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from lianban.apps.challenges import queries, rules
from lianban.apps.challenges.models import Challenge, Gate, GateFinding, Lane
from lianban.apps.challenges.services import moves
from lianban.apps.challenges.services.contracting import pay_rest_to_poster
from lianban.apps.challenges.services.entering import payee_code
from lianban.apps.ledger import services as ledger
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import services as projects
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text


@transaction.atomic
def propose_finding(
    *,
    gate_id: int,
    lane_id: int,
    met: bool,
    reason: str,
    by: Actor,
    at: datetime,
    evidence: str = "",
    cost_fen: int = 0,
) -> GateFinding:
    """提出阶段结论: passed, or out with the compensation that the proven cost gives; a second person confirms."""
    gate = Gate.objects.get(pk=gate_id)
    challenge = moves.locked(gate.challenge_id)
    parties.require(by, "challenges.run", challenge.chain.code)
    lane = Lane.objects.get(pk=lane_id, challenge=challenge)
    order = list(challenge.gates.order_by("number").values_list("pk", flat=True))
    decided = lane.findings.exclude(confirmed_by="").values_list("gate_id", flat=True)
    refuse_if_any(
        [
            *_running(challenge),
            *rules.choosing.gate_refusals(
                order=order, gate=gate.pk, decided=list(decided), running=lane.state == "running", reason=reason, cost_fen=cost_fen
            ),
        ]
    )  # fmt: skip
    owed = 0 if met else rules.money.compensation(challenge.frozen, cost_fen, gate.compensation_cap_fen).amount_fen
    GateFinding.objects.filter(gate=gate, lane=lane, confirmed_by="").delete()  # proposed anew before anyone confirmed
    row = GateFinding.objects.create(
        gate=gate, lane=lane, met=met, reason=reason.strip(), evidence=evidence.strip(), cost_fen=cost_fen,
        compensation_fen=min(owed, cost_fen), proposed_by=by.reference, proposed_at=at,
    )  # fmt: skip
    moves.record(challenge, "finding_proposed", by, at, lane=lane.number, gate=gate.number, met=met)
    return row


def _running(challenge: Challenge) -> list[Any]:
    return challenge.table.refusals(challenge.state, "finish_run")


@transaction.atomic
def confirm_finding(*, finding_id: int, by: Actor, at: datetime) -> GateFinding:
    """确认阶段结论: by a second person. Who did not pass is out; its project ends and its compensation is paid."""
    found = GateFinding.objects.select_related("lane").get(pk=finding_id)
    challenge = moves.locked(found.lane.challenge_id)
    parties.require(by, "challenges.confirm_gate", challenge.chain.code)
    row = GateFinding.objects.select_related("gate", "lane__answer__organisation").get(pk=finding_id)
    reasons = rules.posting.second_person_refusals(
        by.reference, {row.proposed_by}, Text("提出阶段结论", "propose the finding")
    )
    if row.confirmed_by:
        reasons.append(refuse("challenges.gate_decided", "这一阶段已有结论", "this gate has been decided"))
    refuse_if_any([*_running(challenge), *reasons])
    row.confirmed_by, row.confirmed_at = by.reference, at
    if not row.met:
        _out(challenge, row.lane, "eliminate", row.reason, row.evidence or row.gate.landmark, by, at)
        row.entry_set = _compensate(challenge, row, by, at)
    row.save()
    facts = {"lane": row.lane.number, "gate": row.gate.number, "met": row.met, "compensation_fen": row.compensation_fen}
    moves.record(challenge, "finding_confirmed", by, at, **facts)
    return row


def _out(challenge: Challenge, lane: Lane, verb: str, reason: str, evidence: str, by: Actor, at: datetime) -> None:
    """A team leaves the race; its project is terminated for an objective cause: no fault, no credit mark."""
    lane.state, lane.end_reason = rules.words.LANES.target(verb), reason.strip()
    lane.ended_on = timezone.localdate(at)
    lane.save(update_fields=["state", "end_reason", "ended_on"])
    project = queries.project_of(lane)
    if project is not None and not project.outcome:
        projects.terminate(project_id=project.pk, reason=reason, evidence=evidence or reason, by=by, at=at)


def _compensate(challenge: Challenge, row: GateFinding, by: Actor, at: datetime) -> str:
    """Pay what the rules give for the stage, out of the lane's own pot."""
    if not row.compensation_fen or "pay" not in challenge.frozen.value("challenge.steps"):
        return ""
    solver = payee_code(row.lane.answer.organisation.code)
    made = ledger.post(
        key=f"{row.reference}:compensation", kind="compensation", subject=challenge.reference, by=by, at=at,
        movements=[(row.lane.pot, solver, row.compensation_fen)], memo="赛马淘汰补偿",
    )  # fmt: skip
    return made.reference


@transaction.atomic
def win(*, lane_id: int, reason: str, by: Actor, at: datetime) -> Lane:
    """胜出: every gate passed; where the first to meet the indicators wins, the others drop out."""
    challenge = moves.locked(Lane.objects.values_list("challenge_id", flat=True).get(pk=lane_id))
    parties.require(by, "challenges.confirm_gate", challenge.chain.code)
    lane = Lane.objects.get(pk=lane_id)
    running = list(challenge.lanes.filter(state="running"))
    passed = lane.findings.filter(met=True).exclude(confirmed_by="").count()
    refuse_if_any(
        [
            *_running(challenge),
            *rules.words.LANES.refusals(lane.state, "win"),
            *rules.posting.reason_refusals(reason),
            *rules.choosing.win_refusals(
                running=len(running), undecided=lane.findings.filter(confirmed_by="").count(),
                first_wins=bool(challenge.frozen.value("challenge.racing.first_to_meet_wins")),
                all_passed=passed == challenge.gates.count(),
            ),
        ]
    )  # fmt: skip
    projects.hold_still(*(int(other.project.rsplit(":", 1)[1]) for other in running if other.project))
    lane.state = rules.words.LANES.target("win")
    lane.save(update_fields=["state"])
    for other in running:
        if other.pk != lane.pk:
            _out(challenge, other, "lose", f"赛道 {lane.number} 先达标", reason, by, at)
    moves.record(challenge, "lane_won", by, at, lane=lane.number)
    return lane


@transaction.atomic
def leave(*, lane_id: int, reason: str, by: Actor, at: datetime) -> Lane:
    """退出: a solver says it goes no further; the office records it."""
    challenge = moves.locked(Lane.objects.values_list("challenge_id", flat=True).get(pk=lane_id))
    parties.require(by, "challenges.run", challenge.chain.code)
    lane = Lane.objects.get(pk=lane_id)
    refuse_if_any([*_running(challenge), *rules.words.LANES.refusals(lane.state, "leave"), *rules.posting.reason_refusals(reason)])  # fmt: skip
    _out(challenge, lane, "leave", reason, reason, by, at)
    moves.record(challenge, "lane_left", by, at, lane=lane.number)
    return lane


@transaction.atomic
def finish_run(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """转入验收: one team is left, with every gate behind it."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.run", challenge.chain.code)
    states = list(challenge.lanes.values_list("state", flat=True))
    needs_winner = challenge.raced and "won" not in states
    refuse_if_any(
        [
            *moves.can(challenge, "finish_run"),
            *rules.choosing.finish_run_refusals(states.count("running"), states.count("won")),
            *([_no_winner()] if needs_winner else []),
        ]
    )
    days = int(challenge.frozen.value("challenge.acceptance_apply_days"))
    return moves.advance(challenge, "finish_run", by, at, due_on=queries.acceptance_due(challenge, days))


def _no_winner() -> Any:
    return refuse("challenges.no_winner", "赛马还没有宣布胜出者", "no winner of the race has been declared")


@transaction.atomic
def accept(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """验收通过: the project's conclusion is in effect and says met, or partly met."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.accept", challenge.chain.code)
    outcome, in_effect = queries.outcome_of(challenge)
    refuse_if_any(
        [
            *moves.can(challenge, "accept"),
            *rules.choosing.accept_refusals(outcome, rules.words.ACCEPTED, in_effect),
        ]
    )
    challenge.outcome = outcome
    pay_rest_to_poster(challenge, by, at)
    return moves.advance(challenge, "accept", by, at, outcome=outcome)


@transaction.atomic
def end(*, challenge_id: int, reason: str, by: Actor, at: datetime) -> Challenge:
    """终结: no team is left, or the conclusion in effect says not met, terminated or revoked."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.accept", challenge.chain.code)
    outcome, in_effect = queries.outcome_of(challenge)
    found = [*moves.can(challenge, "end"), *rules.posting.reason_refusals(reason)]
    left = challenge.lanes.filter(state__in=("running", "won"))
    if left.exists():
        wanted = set(rules.words.OUTCOMES) - set(rules.words.ACCEPTED)
        found += rules.choosing.accept_refusals(outcome, wanted, in_effect)
    refuse_if_any(found)
    challenge.outcome, challenge.end_reason = outcome or "terminated", reason.strip()
    return moves.advance(challenge, "end", by, at, note=reason, outcome=challenge.outcome)


@transaction.atomic
def archive(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """归档: after the years of follow-up, which the project keeps."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.run", challenge.chain.code)
    found = moves.can(challenge, "archive")
    project = queries.project_of_winner(challenge)
    if project is not None and project.state != "archived":
        found.append(refuse("challenges.follow_up_runs", "项目还在跟踪期，须先归档项目", "the project is still followed up: archive it first"))  # fmt: skip
    refuse_if_any(found)
    return moves.advance(challenge, "archive", by, at)
