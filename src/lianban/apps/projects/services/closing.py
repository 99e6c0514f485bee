"""Acceptance per indicator, the outcome, its appeal, and when it takes effect. Only a failure at fault touches credit."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.parties.rules import Actor
from lianban.apps.projects import queries, rules
from lianban.apps.projects.models import Appeal, Conclusion, CreditMark, Project, StageDecision, Target
from lianban.apps.projects.services.moving import locked, move, record, role_of
from lianban.apps.projects.services.stages import free_hold
from lianban.kit import mechanisms, workdays
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def ask_acceptance(*, project_id: int, summary: str, by: Actor, at: datetime) -> Project:
    """申请验收: every target has its third-party report, no milestone is open."""
    project = locked(project_id, "projects.ask", by)
    refuse_if_any(rules.ask_acceptance_refusals(queries.standing(project), summary, localdate(at)))
    project.acceptance_summary = summary.strip()
    return move(project, "ask_acceptance", by, at)


@transaction.atomic
def return_acceptance(*, project_id: int, reason: str, by: Actor, at: datetime) -> Project:
    """退回补正: what is missing."""
    project = locked(project_id, "projects.decide", by)
    refuse_if_any(rules.decision_refusals(queries.standing(project), "return_acceptance", reason))
    return move(project, "return_acceptance", by, at, reason=reason.strip())


@transaction.atomic
def open_acceptance(*, project_id: int, by: Actor, at: datetime) -> Project:
    """受理验收: from here on the targets are judged one by one."""
    project = locked(project_id, "projects.decide", by)
    refuse_if_any(rules.DELIVERY.refusals(project.state, "open_acceptance"))
    _unjudge(project)
    return move(project, "open_acceptance", by, at)


@transaction.atomic
def call_acceptance(*, project_id: int, reason: str, by: Actor, at: datetime) -> Project:
    """逾期启动验收: the time to ask is over and nobody asked; an extension asked for falls away."""
    project = locked(project_id, "projects.decide", by)
    refuse_if_any(rules.call_acceptance_refusals(queries.standing(project), reason, localdate(at)))
    _unjudge(project)
    _drop_extension(project, by, at)
    return move(project, "call_acceptance", by, at, reason=reason.strip())


@transaction.atomic
def judge(*, target_id: int, accepted: bool, by: Actor, at: datetime, reason: str = "") -> Target:
    """判定指标: one target is accepted, on a report that shows it met; or not, and why."""
    owner = Target.objects.values_list("project_id", flat=True).get(pk=target_id)
    project = locked(owner, "projects.judge", by)
    target = Target.objects.get(pk=target_id)
    refuse_if_any(rules.judge_refusals(queries.standing(project), target.number, accepted=accepted, reason=reason))
    target.accepted, target.found = accepted, reason.strip()
    target.judged_by, target.judged_at = by.reference, at
    target.save()
    record(project, "judged", by, at, target=target.number, accepted=accepted)
    return target


@transaction.atomic
def conclude(
    *, project_id: int, outcome: str, reason: str, evidence: str, by: Actor, at: datetime,
    released_fen: int | None = None,
) -> Conclusion:  # fmt: skip
    """作出验收结论: met, partly met, not met diligent or at fault; releases the payment at acceptance where it was met."""
    project = locked(project_id, "projects.conclude", by)
    standing = queries.standing(project)
    last = standing.point("acceptance")
    released = (last.payment_fen if last and outcome == "met" else 0) if released_fen is None else released_fen
    refuse_if_any(rules.conclude_refusals(standing, outcome, released_fen=released, reason=reason, evidence=evidence))
    _release(project, released, reason, evidence, by, at)
    return _conclude(project, "conclude", outcome, reason, evidence, by, at)


@transaction.atomic
def terminate(*, project_id: int, reason: str, evidence: str, by: Actor, at: datetime) -> Conclusion:
    """终止: for objective causes; what was earned stays owed, credit is not touched."""
    return _end(project_id, "terminate", "terminated", reason, evidence, by, at)


@transaction.atomic
def revoke(*, project_id: int, reason: str, evidence: str, by: Actor, at: datetime) -> Conclusion:
    """撤销: for a breach; payments stop."""
    return _end(project_id, "revoke", "revoked", reason, evidence, by, at)


def _end(project_id: int, verb: str, outcome: str, reason: str, evidence: str, by: Actor, at: datetime) -> Conclusion:
    project = locked(project_id, "projects.end", by)
    refuse_if_any(rules.end_refusals(queries.standing(project), verb, reason, evidence))
    _drop_extension(project, by, at)
    return _conclude(project, verb, outcome, reason, evidence, by, at)


@transaction.atomic
def appeal(*, project_id: int, reason: str, by: Actor, at: datetime) -> Appeal:
    """申诉: the lead says, within the window, why the outcome is wrong."""
    project = locked(project_id, "projects.appeal", by)
    refuse_if_any(rules.appeal_refusals(queries.standing(project), reason, localdate(at)))
    made = Appeal.objects.create(
        conclusion=_current(project), organisation=project.lead, reason=reason.strip(), by=by.reference, at=at
    )
    move(project, "appeal", by, at, appeal=made.pk)
    return made


@transaction.atomic
def uphold(*, project_id: int, reason: str, by: Actor, at: datetime) -> Project:
    """维持结论: the appeal is answered, the outcome takes effect."""
    project = locked(project_id, "projects.answer_appeal", by)
    _refuse_answer(project, "uphold", project.outcome, by, reason, "")
    _answer(project, "uphold", reason, by, at)
    _in_effect(project, by, at)
    return move(project, "uphold", by, at)


@transaction.atomic
def change_outcome(
    *, project_id: int, outcome: str, reason: str, evidence: str, by: Actor, at: datetime, released_fen: int = 0
) -> Conclusion:
    """变更结论: to a milder outcome, never a harsher one; it takes effect at once."""
    project = locked(project_id, "projects.answer_appeal", by)
    _refuse_answer(project, "change", outcome, by, reason, evidence, released_fen)
    _release(project, released_fen, reason, evidence, by, at)
    _answer(project, "change", reason, by, at)
    made = _written(project, outcome, reason, evidence, by, at, follows=_current(project))
    project.outcome = outcome
    _in_effect(project, by, at)
    move(project, "change", by, at, outcome=outcome, conclusion=made.pk)
    return made


@transaction.atomic
def reinstate(*, project_id: int, reason: str, by: Actor, at: datetime, by_race: bool = False) -> Project:
    """恢复实施: the termination or revocation is set aside, work goes on. A lane's project goes on when its race takes it back."""
    project = locked(project_id, "projects.answer_appeal", by)
    refuse_if_any(rules.race_refusals(project.kind, by_race=by_race))
    _refuse_answer(project, "reinstate", "", by, reason, "")
    _answer(project, "reinstate", reason, by, at)
    project.outcome, project.appeal_until = "", None
    return move(project, "reinstate", by, at)


@transaction.atomic
def consent(*, project_id: int, by: Actor, at: datetime) -> Project:
    """认可结论: the lead will not appeal; the outcome takes effect before its window is over."""
    project = locked(project_id, "projects.appeal", by)
    refuse_if_any(rules.DELIVERY.refusals(project.state, "consent"))
    _in_effect(project, by, at)
    return move(project, "consent", by, at)


@transaction.atomic
def take_effect(*, project_id: int, by: Actor, at: datetime) -> Project:
    """申诉期满生效."""
    project = locked(project_id, "projects.archive", by)
    refuse_if_any(rules.effect_refusals(queries.standing(project), localdate(at)))
    _in_effect(project, by, at)
    return move(project, "take_effect", by, at)


@transaction.atomic
def archive(*, project_id: int, by: Actor, at: datetime) -> Project:
    """归档: followed up to the end, nothing owed."""
    project = locked(project_id, "projects.archive", by)
    refuse_if_any(rules.archive_refusals(queries.standing(project), localdate(at)))
    return move(project, "archive", by, at)


def _conclude(project: Project, verb: str, outcome: str, reason: str, evidence: str, by: Actor, at: datetime) -> Conclusion:  # fmt: skip
    """Every outcome, by whichever way: reason, evidence, and a window to appeal."""
    made = _written(project, outcome, reason, evidence, by, at)
    project.outcome, project.appeal_until = outcome, made.appeal_until
    facts = {"outcome": outcome, "conclusion": made.pk, "appeal_until": made.appeal_until}
    move(project, verb, by, at, **facts)
    return made


def _written(
    project: Project,
    outcome: str,
    reason: str,
    evidence: str,
    by: Actor,
    at: datetime,
    follows: Conclusion | None = None,
) -> Conclusion:
    until: date = workdays.after(localdate(at), queries.terms(project).appeal_days)
    if follows is not None and project.appeal_until is not None:
        until = project.appeal_until
    return Conclusion.objects.create(
        project=project, outcome=outcome, reason=reason.strip(), evidence=evidence.strip(), appeal_until=until,
        follows=follows, by=by.reference, role=role_of(by), at=at,
    )  # fmt: skip


def _current(project: Project) -> Conclusion:
    found = project.conclusions.last()
    assert found is not None
    return found


def _refuse_answer(
    project: Project, verb: str, outcome: str, by: Actor, reason: str, evidence: str, released_fen: int = 0
) -> None:
    standing = queries.standing(project)
    concluded = project.conclusions.last()
    same = concluded is not None and concluded.by == by.reference
    refuse_if_any(
        rules.answer_refusals(
            standing, verb, outcome, same_person=same, reason=reason, evidence=evidence, released_fen=released_fen
        )
    )


def _answer(project: Project, answer: str, reason: str, by: Actor, at: datetime) -> None:
    row = _current(project).appeal
    row.answer, row.answer_reason, row.answered_by, row.answered_at = answer, reason.strip(), by.reference, at
    row.save()


def _release(project: Project, released_fen: int, reason: str, evidence: str, by: Actor, at: datetime) -> None:
    """An acceptance is a stage decision too: it releases what is paid at acceptance."""
    if released_fen <= 0:
        return
    row = project.milestones.get(point="acceptance")
    StageDecision.objects.create(
        milestone=row, passed=True, released_fen=released_fen, reason=reason.strip(), evidence=evidence.strip(),
        by=by.reference, role=role_of(by), at=at,
    )  # fmt: skip
    if row.state == "planned":
        row.state = rules.STAGE.target("close")
        row.save(update_fields=["state"])


def _in_effect(project: Project, by: Actor, at: datetime) -> None:
    """The outcome stands: open milestones lapse, held money that nobody earned is free, credit is touched or not."""
    project.effective_on = localdate(at)
    for row in project.milestones.exclude(state__in=("passed", "lapsed")):
        row.state = rules.STAGE.target("lapse")
        row.save(update_fields=["state"])
        free_hold(row, 0, by, at)
    if project.outcome == "revoked":
        for row in project.milestones.filter(state="passed"):
            free_hold(row, 0, by, at)
    mechanisms.tell("projects.effective", project=project, by=by, at=at)
    until = rules.credit_until(queries.standing(project), project.effective_on, in_effect=True)
    if until is not None:
        CreditMark.objects.create(
            project=project, conclusion=_current(project), organisation=project.lead, outcome=project.outcome,
            from_on=project.effective_on, until_on=until,
        )  # fmt: skip


def _unjudge(project: Project) -> None:
    project.targets.update(accepted=None, found="", judged_by="", judged_at=None)


def _drop_extension(project: Project, by: Actor, at: datetime) -> None:
    """An extension nobody answered falls away with what ends the project."""
    project.extensions.filter(granted=None).update(granted=False, decided_by=by.reference, decided_at=at)
