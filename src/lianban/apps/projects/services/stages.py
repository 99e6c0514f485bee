"""Milestones: report → check → stage decision → payment. The one extension."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.ledger import queries as ledger_queries
from lianban.apps.ledger import services as ledger
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import queries, rules
from lianban.apps.projects.models import Extension, Milestone, Payment, Project, StageDecision, Target, TestReport
from lianban.apps.projects.services.moving import locked, locked_stage, move, record, role_of
from lianban.kit import mechanisms
from lianban.kit.refusals import refuse_if_any
from lianban.kit.text import Text


@transaction.atomic
def report_stage(*, milestone_id: int, report: str, by: Actor, at: datetime) -> Milestone:
    """报告: the lead says what was done and delivered."""
    project, row = locked_stage(milestone_id, "projects.report", by)
    refuse_if_any(rules.report_refusals(queries.standing(project), row.number, report))
    row.report, row.reported_by, row.reported_at = report.strip(), by.reference, at
    return _moved(project, row, "report", by, at)


@transaction.atomic
def send_back_stage(*, milestone_id: int, note: str, by: Actor, at: datetime) -> Milestone:
    """退回补正: the report lacks something; says what."""
    project, row = locked_stage(milestone_id, "projects.check", by)
    standing = queries.standing(project)
    refuse_if_any(
        rules.stage_refusals(standing, row.number, "send_back")
        + rules.said_refusals((note, Text("退回的理由", "why it is sent back")))
    )
    row.check_note, row.checked_by, row.checked_at = note.strip(), by.reference, at
    return _moved(project, row, "send_back", by, at)


@transaction.atomic
def check_stage(*, milestone_id: int, note: str, by: Actor, at: datetime, visit: bool = False) -> Milestone:
    """核查: what was found, on paper or (as often as the rules allow) on the spot."""
    project, row = locked_stage(milestone_id, "projects.check", by)
    refuse_if_any(rules.check_refusals(queries.standing(project), row.number, note, visit=visit))
    row.check_note, row.checked_by, row.checked_at = note.strip(), by.reference, at
    row.visited = row.visited or visit
    return _moved(project, row, "check", by, at, visit=visit)


@transaction.atomic
def decide_stage(
    *, milestone_id: int, passed: bool, reason: str, evidence: str, by: Actor, at: datetime,
    released_fen: int | None = None,
) -> StageDecision:  # fmt: skip
    """阶段结论: passed or failed, with reason and evidence; releases the agreed payment or less, a failure nothing."""
    project, row = locked_stage(milestone_id, "projects.decide", by)
    released = (row.payment_fen if passed else 0) if released_fen is None else released_fen
    standing = queries.standing(project)
    refuse_if_any(
        rules.decide_refusals(
            standing, row.number, passed=passed, released_fen=released, reason=reason, evidence=evidence
        )
    )
    decision = StageDecision.objects.create(
        milestone=row, passed=passed, released_fen=released, reason=reason.strip(), evidence=evidence.strip(),
        by=by.reference, role=role_of(by), at=at,
    )  # fmt: skip
    _moved(project, row, "pass" if passed else "fail", by, at, released_fen=released)
    free_hold(row, released, by, at)
    return decision


@transaction.atomic
def pay(
    *, milestone_id: int, by: Actor, at: datetime, amount_fen: int | None = None, evidence: str = ""
) -> Payment:  # fmt: skip
    """拨付: what a stage decision released, all or a part; through the ledger where the project has an account."""
    project, row = locked_stage(milestone_id, "projects.pay", by)
    standing = queries.standing(project)
    amount = standing.stage(row.number).owed_fen if amount_fen is None else amount_fen
    booked = bool(project.account)
    refuse_if_any(rules.pay_refusals(standing, row.number, amount, evidence=evidence, booked=booked))
    number = row.payments.count() + 1
    payment = Payment.objects.create(
        milestone=row, number=number, amount_fen=amount, evidence=evidence.strip() or ("ledger" if booked else ""),
        entry_set=_book(project, row, number, amount, by, at) if booked else "", by=by.reference, at=at,
    )  # fmt: skip
    free_hold(row, standing.stage(row.number).owed_fen - amount, by, at)
    record(project, "paid", by, at, milestone=row.number, amount_fen=amount, entry_set=payment.entry_set)
    if project.effective_on is not None:
        mechanisms.tell("projects.effective", project=project, by=by, at=at)
    return payment


def _book(project: Project, row: Milestone, number: int, amount_fen: int, by: Actor, at: datetime) -> str:
    """Move the money: from what is held for this milestone, or straight from the account."""
    key = f"{row.reference}:payment:{number}"
    if row.hold is not None:
        made = ledger.settle(
            hold_id=row.hold, target=project.payee, amount_fen=amount_fen, key=key, kind="milestone",
            subject=project.reference, by=by, at=at,
        )  # fmt: skip
    else:
        made = ledger.post(
            key=key, kind="milestone", movements=[(project.account, project.payee, amount_fen)],
            subject=project.reference, by=by, at=at,
        )  # fmt: skip
    return made.reference


def free_hold(row: Milestone, owed_fen: int, by: Actor, at: datetime) -> None:
    """Give back what is held for a milestone beyond what is still owed, once nothing is owed any more."""
    if row.hold is None or owed_fen > 0 or row.state not in ("passed", "lapsed"):
        return
    (held,) = ledger_queries.holds(key=f"{row.reference}:hold")
    if held.left_fen:
        ledger.release(hold_id=row.hold, key=f"{row.reference}:release", by=by, at=at)


def _moved(project: Project, row: Milestone, verb: str, by: Actor, at: datetime, **facts: object) -> Milestone:
    row.state = rules.STAGE.target(verb)
    row.save()
    record(project, f"stage_{verb}", by, at, milestone=row.number, state=row.state, **facts)
    return row


@transaction.atomic
def enter_report(
    *, target_id: int, body: Organisation, number: str, issued_on: date, by: Actor, at: datetime,
    value: object = None, fulfilled: bool | None = None, kept_at: str = "", digest: str = "",
) -> TestReport:  # fmt: skip
    """第三方检测报告: what a body that takes no part in the project measured for one target."""
    owner = Target.objects.values_list("project_id", flat=True).get(pk=target_id)
    project = locked(owner, "projects.enter_report", by)
    target = Target.objects.get(pk=target_id)
    given = rules.decimal_of(value)
    refuse_if_any(
        [
            *rules.measurement_refusals(
                state=project.state, comparison=target.comparison, value=given, fulfilled=fulfilled, number=number,
                issued_on=issued_on, today=localdate(at), starts_on=project.starts_on,
            ),
            *rules.party_refusals(body.code, queries.sides_of(project), queries.tied_to(project, body, issued_on)),
        ]
    )  # fmt: skip
    report = TestReport.objects.create(
        target=target, body=body, number=number.strip(), issued_on=issued_on, value=given, fulfilled=fulfilled,
        kept_at=kept_at.strip(), digest=digest.strip(), entered_by=by.reference, entered_at=at,
    )  # fmt: skip
    record(project, "report_entered", by, at, target=target.number, report=report.pk, body=body.code)
    return report


@transaction.atomic
def ask_extension(*, project_id: int, until: date, reason: str, by: Actor, at: datetime) -> Extension:
    """申请延期: until when and why."""
    project = locked(project_id, "projects.ask", by)
    refuse_if_any(rules.extension_refusals(queries.standing(project), until, reason))
    extension = Extension.objects.create(
        project=project, until=until, reason=reason.strip(), asked_by=by.reference, asked_at=at
    )
    move(project, "ask_extension", by, at, until=until)
    return extension


@transaction.atomic
def answer_extension(*, project_id: int, granted: bool, reason: str, by: Actor, at: datetime) -> Extension:
    """同意或不同意延期, with the reason; a granted one moves the end."""
    project = locked(project_id, "projects.decide", by)
    verb = "grant_extension" if granted else "refuse_extension"
    refuse_if_any(rules.decision_refusals(queries.standing(project), verb, reason))
    extension = project.extensions.filter(granted=None).get()
    extension.granted, extension.decision = granted, reason.strip()
    extension.decided_by, extension.decided_at = by.reference, at
    extension.save()
    if granted:
        project.ends_on = extension.until
        project.milestones.filter(point="acceptance").update(due_on=extension.until)
    move(project, verb, by, at, until=project.ends_on)
    return extension
