"""The yearly evaluation: graded on the frozen sheet, open to appeal, followed by renewal or rectification."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Consortium, Evaluation, Rectification
from lianban.apps.consortia.services.moving import as_lead, locked, move, record, step
from lianban.apps.parties.rules import Actor
from lianban.kit import workdays
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def grade(*, consortium_id: int, year: int, scores: Mapping[str, Mapping[str, Any]], by: Actor, at: datetime) -> Evaluation:  # fmt: skip
    """年度评价: points and a reason on every line of the sheet; the grade follows from the frozen rules."""
    consortium = locked(consortium_id, "consortia.evaluate", by)
    frozen = consortium.frozen
    done = consortium.evaluations.filter(year=year).exists()
    refuse_if_any(
        [
            *rules.STATES.refusals(consortium.state, "grade"),
            *rules.early_refusals(year_done=done),
            *rules.score_refusals(rules.sheet(frozen), scores),
        ]
    )
    points = rules.total(scores)
    evaluation = Evaluation.objects.create(
        consortium=consortium, year=year, scores={code: dict(one) for code, one in scores.items()},
        facts=queries.evaluation_facts(consortium), points=points, grade=rules.grade(frozen, points),
        appeal_until=workdays.after(localdate(at), int(frozen.value("consortium.appeal_days"))),
        graded_by=by.reference, graded_at=at,
    )  # fmt: skip
    move(consortium, "grade", by, at, year=year, points=points, grade=evaluation.grade)
    return evaluation


@transaction.atomic
def appeal(*, evaluation_id: int, reason: str, by: Actor, at: datetime) -> Evaluation:
    """申诉: the lead, within the window."""
    owner = Evaluation.objects.values_list("consortium_id", flat=True).get(pk=evaluation_id)
    consortium = as_lead(owner, by)
    evaluation = Evaluation.objects.get(pk=evaluation_id)
    late = localdate(at) > evaluation.appeal_until
    refuse_if_any([*rules.EVALUATION.refusals(evaluation.state, "appeal"), *rules.appeal_refusals(reason, late=late)])
    step(rules.EVALUATION, evaluation, "appeal")
    evaluation.appeal, evaluation.appealed_by = reason.strip(), by.reference
    evaluation.save()
    record(consortium, "appealed", by, at, year=evaluation.year)
    return evaluation


@transaction.atomic
def answer_appeal(
    *, evaluation_id: int, answer: str, by: Actor, at: datetime, scores: Mapping[str, Mapping[str, Any]] | None = None
) -> Evaluation:
    """答复申诉: upheld as it was, or with new points, by somebody other than who graded; then it is final."""
    consortium, evaluation = _locked(evaluation_id, by)
    criteria = rules.sheet(consortium.frozen)
    refuse_if_any(
        [
            *rules.EVALUATION.refusals(evaluation.state, "answer_appeal"),
            *rules.answer_refusals(answer, same_person=by.reference == evaluation.graded_by),
            *(rules.score_refusals(criteria, scores) if scores is not None else []),
        ]
    )
    if scores is not None:
        evaluation.scores = {code: dict(one) for code, one in scores.items()}
        evaluation.points = rules.total(scores)
        evaluation.grade = rules.grade(consortium.frozen, evaluation.points)
    step(rules.EVALUATION, evaluation, "answer_appeal")
    evaluation.answer, evaluation.answered_by = answer.strip(), by.reference
    _final(consortium, evaluation, by, at)
    return evaluation


@transaction.atomic
def settle(*, evaluation_id: int, by: Actor, at: datetime) -> Evaluation:
    """申诉期满生效: nobody appealed."""
    consortium, evaluation = _locked(evaluation_id, by)
    running = localdate(at) <= evaluation.appeal_until
    refuse_if_any(
        [
            *rules.EVALUATION.refusals(evaluation.state, "settle"),
            *rules.settle_refusals(evaluation.appeal_until, running=running),
        ]
    )
    step(rules.EVALUATION, evaluation, "settle")
    _final(consortium, evaluation, by, at)
    return evaluation


def _final(consortium: Consortium, evaluation: Evaluation, by: Actor, at: datetime) -> None:
    """What follows from the grade follows at once, from all grades that are final."""
    evaluation.final_at = at
    evaluation.save()
    record(consortium, "evaluation_final", by, at, year=evaluation.year, grade=evaluation.grade)
    grades = [one.grade for one in consortium.evaluations.filter(state="final").order_by("year")]
    verb = rules.consequence(consortium.frozen, grades)
    if verb == "rectify":
        months = int(consortium.frozen.value("consortium.rectify_months"))
        Rectification.objects.create(
            evaluation=evaluation, lines=rules.to_mend(rules.sheet(consortium.frozen), evaluation.scores),
            due_on=rules.add_months(localdate(at), months), ordered_by=by.reference, ordered_at=at,
        )  # fmt: skip
    move(consortium, verb, by, at, year=evaluation.year)


@transaction.atomic
def report_rectification(*, rectification_id: int, report: str, by: Actor, at: datetime) -> Rectification:
    """报告整改结果: the lead says what was mended."""
    owner = Rectification.objects.values_list("evaluation__consortium_id", flat=True).get(pk=rectification_id)
    consortium = as_lead(owner, by)
    mended = Rectification.objects.get(pk=rectification_id)
    refuse_if_any([*rules.RECTIFICATION.refusals(mended.state, "report"), *rules.report_text_refusals(report)])
    step(rules.RECTIFICATION, mended, "report")
    mended.report, mended.reported_by, mended.reported_at = report.strip(), by.reference, at
    mended.save()
    record(consortium, "rectification_reported", by, at, rectification=mended.pk)
    return mended


@transaction.atomic
def judge_rectification(*, rectification_id: int, accept: bool, verdict: str, by: Actor, at: datetime) -> Rectification:
    """核定整改: it operates again, or its filing is withdrawn; without a report only once the time is over."""
    owner = Rectification.objects.values_list("evaluation__consortium_id", flat=True).get(pk=rectification_id)
    consortium = locked(owner, "consortia.decide_rectification", by)
    mended = Rectification.objects.get(pk=rectification_id)
    early = not accept and mended.state == "ordered" and localdate(at) <= mended.due_on
    verb = "accept" if accept else "fail"
    refuse_if_any(
        [
            *rules.RECTIFICATION.refusals(mended.state, verb),
            *rules.verdict_refusals(verdict, mended.due_on, early=early),
        ]
    )
    step(rules.RECTIFICATION, mended, verb)
    mended.verdict, mended.judged_by, mended.judged_at = verdict.strip(), by.reference, at
    mended.save()
    if not accept:
        consortium.ended_at, consortium.end_note = at, mended.verdict
    move(consortium, "accept_rectification" if accept else "withdraw", by, at, rectification=mended.pk)
    return mended


def _locked(evaluation_id: int, by: Actor) -> tuple[Consortium, Evaluation]:
    owner = Evaluation.objects.values_list("consortium_id", flat=True).get(pk=evaluation_id)
    consortium = locked(owner, "consortia.evaluate", by)
    return consortium, Evaluation.objects.get(pk=evaluation_id)
