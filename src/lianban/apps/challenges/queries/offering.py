"""What stands against a deed before anything is typed: told by the same rules that the services ask."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from lianban.apps.agreements import queries as agreements
from lianban.apps.challenges import rules
from lianban.apps.challenges.models import Challenge, Lane
from lianban.apps.challenges.queries.inside import eligible, outcome_of
from lianban.apps.parties.rules import Actor
from lianban.apps.review.models import Panel
from lianban.apps.sealing import queries as sealing
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text


def gaps(challenge: Challenge) -> list[Refusal]:
    """What a proposal still lacks, its money included; two statements."""
    kind, scale, frozen = challenge.klass, challenge.scale, challenge.frozen
    milestones = list(challenge.milestones.all())
    found = rules.posting.submit_refusals(
        written={name: getattr(challenge, name) for name in (*rules.posting.NEEDED, "klass", "mode")},
        indicators=[{**one.as_dict(), "threshold": one.threshold} for one in challenge.indicators.all()],
        n_milestones=len(milestones), frozen=frozen, months=challenge.months, medicine=challenge.medicine,
        total_fen=challenge.total_fen,
    )  # fmt: skip
    if challenge.total_fen > 0:
        found += rules.money.money_refusals(frozen, challenge.money, kind=kind, scale=scale)[1]
        planned = sum(one.payment_fen for one in milestones) + challenge.acceptance_fen
        found += rules.money.payment_refusals(frozen, challenge.money, kind, planned)
    return found


def round_of(challenge: Challenge) -> int:
    """Which public notice this is; one statement."""
    return challenge.records.filter(verb="choose_again").count() + 1


def papers_of(lane: Lane) -> dict[str, Any]:
    """Which papers of a lane are there: an agreement counts once it is in force; one statement an agreement."""
    there: dict[str, Any] = {
        kind: agreements.in_force(lane.reference, kind) is not None for kind in rules.words.AGREEMENTS
    }
    solver = lane.answer.organisation
    there["contract_registration"] = bool(lane.contract_registration)
    there["money_proof"] = bool(lane.money_proof) and (lane.money_proof_fen or 0) >= lane.payable_fen
    return there | {"name": Text(solver.name, solver.name_en or solver.name)}


def conditions_asked(challenge: Challenge) -> list[Refusal]:
    """One statement."""
    rows = [
        rules.posting.Condition(row.position, bool(row.flags), row.basis, row.decision)
        for row in challenge.conditions.all()
    ]
    return rules.posting.fairness_refusals(rows)


def notice_stands(challenge: Challenge, at: datetime) -> list[Refusal]:
    """Why the public notice cannot end yet; four statements."""
    today = timezone.localdate(at)
    this_round = list(challenge.objections.filter(round=round_of(challenge)).values_list("upheld", flat=True))
    silent = challenge.answers.filter(chosen=False, feedback="").count()
    return [
        *rules.choosing.end_notice_refusals(
            today, challenge.notice_until or today, this_round.count(None), this_round.count(True)
        ),
        *rules.choosing.feedback_refusals(silent, challenge.frozen),
    ]


def panel_not(challenge: Challenge, *states: str) -> list[Refusal]:
    """Say that the panel is missing, or not as far as it must be; one statement."""
    panel = Panel.objects.filter(pk=challenge.panel or 0).first()
    if panel is None:
        return [refuse("challenges.no_panel", "还没有组建评审组", "there is no panel yet")]
    if panel.state not in states:
        text = "评审组现为“{state}”", "the panel is '{state}' now"
        return [refuse("challenges.panel_not_there_yet", *text, state=panel.state_name)]
    return []


def _sealed_still(challenge: Challenge, at: datetime) -> list[Refusal]:
    box = sealing.box_of(challenge.reference)
    if box is None or box.state == "opened":
        return []
    if at <= box.closes_at:
        return rules.answers.open_refusals(has_deadline_passed=False)
    return [refuse("challenges.box_closed", "密封箱还没有开启：请保管人先交出份额", "the box is still sealed: its custodians give their shares first")]  # fmt: skip


def _check_left(challenge: Challenge, at: datetime) -> list[Refusal]:
    formal = list(challenge.answers.values_list("formal", flat=True))
    return rules.answers.finish_check_refusals(formal.count(None), formal.count(True))


def _papers_left(challenge: Challenge, at: datetime) -> list[Refusal]:
    rows = challenge.lanes.filter(state="chosen").select_related("answer__organisation")
    return rules.choosing.signing_refusals([papers_of(lane) for lane in rows], challenge.frozen)


def _run_left(challenge: Challenge, at: datetime) -> list[Refusal]:
    states = list(challenge.lanes.values_list("state", flat=True))
    found = rules.choosing.finish_run_refusals(states.count("running"), states.count("won"))
    if challenge.raced and "won" not in states:
        found.append(refuse("challenges.no_winner", "赛马还没有宣布胜出者", "no winner of the race has been declared"))
    return found


def _not_accepted(challenge: Challenge, at: datetime) -> list[Refusal]:
    outcome, in_effect = outcome_of(challenge)
    return rules.choosing.accept_refusals(outcome, rules.words.ACCEPTED, in_effect)


def _none_eligible(challenge: Challenge, at: datetime) -> list[Refusal]:
    if eligible(challenge).exists():
        return []
    return [refuse("challenges.none_eligible", "没有可选的应答，只能流榜", "there is no answer to choose: it can only be declared void")]  # fmt: skip


AGAINST: dict[str, Callable[[Challenge, datetime], list[Refusal]]] = {
    "submit": lambda c, at: gaps(c),
    "post": lambda c, at: [*gaps(c), *rules.posting.classes_refusals(c.posted_class)],
    "clear": lambda c, at: conditions_asked(c),
    "open": _sealed_still,
    "finish_check": _check_left,
    "seat": lambda c, at: panel_not(c, "confirmed", "blind", "defence", "frozen"),
    "lay_open": lambda c, at: panel_not(c, "confirmed"),
    "finish_review": lambda c, at: panel_not(c, "frozen", "closed"),
    "choose": _none_eligible,
    "end_publicity": notice_stands,
    "sign": _papers_left,
    "finish_run": _run_left,
    "accept": _not_accepted,
}


def against(challenge: Challenge, verb: str, at: datetime) -> list[Refusal]:
    """Every reason known now why this deed cannot be done."""
    find = AGAINST.get(verb)
    return find(challenge, at) if find else []


def seconds(challenge: Challenge, verb: str, actor: Actor) -> list[Refusal]:
    """Say where this reader cannot be the second person; one statement where there is one."""
    earlier = {"decide_posting": ("submit", "clear"), "clear": ("submit",), "choose": ("opine",), "race": ("opine",)}.get(verb)  # fmt: skip
    if not earlier:
        return []
    newest = dict(challenge.records.filter(verb__in=earlier).order_by("id").values_list("verb", "by"))
    what = Text(
        "、".join(rules.STATES.moves[one].name.zh for one in earlier),
        ", ".join(rules.STATES.moves[one].name.en for one in earlier),
    )
    return rules.posting.second_person_refusals(actor.reference, set(newest.values()), what)
