"""A signed piece of work begins: everything it will be measured by is written down first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.atlas.models import Chain, Product
from lianban.apps.ledger import services as ledger
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import rules
from lianban.apps.projects.models import Milestone, Participant, Project, StageDecision, Target
from lianban.apps.projects.services.moving import record, role_of
from lianban.apps.rulesets.rules import Frozen
from lianban.kit.refusals import Refusal, refuse, refuse_if_any
from lianban.kit.text import Text

SIGNING, ACCEPTANCE = Text("签约付款", "payment at signing"), Text("验收付款", "payment at acceptance")
Row = Mapping[str, Any]


@transaction.atomic
def start(
    *, subject: str, chain: Chain | str, product: str, title: str | Text, lead: Organisation,
    participants: Iterable[tuple[Organisation, str]] = (), kind: str, indicators: Sequence[Row],
    milestones: Sequence[Any], frozen: Frozen, by: Actor, at: datetime, account: str = "", payee: str = "",
    agreement_ref: str = "", commissioner: Organisation | None = None, public_fen: int = 0, first_payment_fen: int = 0,
    acceptance_payment_fen: int = 0, starts_on: date | None = None, ends_on: date | None = None,
    confidentiality: str = "office", hold: bool = True,
) -> Project:  # fmt: skip
    """Begin a project (项目启动) that was chosen and signed elsewhere; ``subject`` is the reference of what it came from.

    ``indicators``: rows with name, comparison (>=, <=, >, <, =, yes), threshold, unit, test_method, test_body.
    ``milestones``: (name, due_on, deliverable, payment_fen) or rows with these keys; in order of their dates.
    The first payment is released by the signing, the one at acceptance by its outcome. With an ``account``, every
    payment is held there at once (``hold=False``: only when it is paid), so that a promise always has its money.
    """
    row = chain if isinstance(chain, Chain) else Chain.objects.get(code=chain)
    parties.require(by, "projects.start", row.code)
    begins = starts_on or localdate(at)
    targets = [_target(one) for one in indicators]
    stages = [_stage(one) for one in milestones]
    ends = max([ends_on or begins, *(stage["due_on"] for stage in stages)])
    total = sum(stage["payment_fen"] for stage in stages) + first_payment_fen + acceptance_payment_fen
    terms = rules.Terms.of(frozen)
    refuse_if_any(
        [
            *rules.start_refusals(
                kind=kind, indicators=targets, stages=stages, starts_on=begins, first_fen=first_payment_fen,
                base_fen=public_fen or total, terms=terms, account=account, payee=payee,
                product_known=not product or Product.objects.filter(chain=row, code=product).exists(),
            ),
            *_taken(subject, lead),
        ]
    )  # fmt: skip
    name = title if isinstance(title, Text) else Text(title, "")
    project = Project.objects.create(
        chain=row, subject=subject, product=product, title=name.zh, title_en=name.en, kind=kind, lead=lead,
        commissioner=commissioner, account=account, payee=payee, public_fen=public_fen, agreement_ref=agreement_ref,
        rules=frozen.as_dict(), starts_on=begins, agreed_ends_on=ends, ends_on=ends, confidentiality=confidentiality,
        started_by=by.reference, started_at=at,
    )  # fmt: skip
    others = {organisation.pk: role for organisation, role in participants if organisation.pk != lead.pk}
    Participant.objects.bulk_create(
        Participant(project=project, organisation_id=pk, role=r) for pk, r in others.items()
    )
    Target.objects.bulk_create(Target(project=project, number=n, **one) for n, one in enumerate(targets, start=1))
    _points(project, stages, first_payment_fen, acceptance_payment_fen, by, at)
    if account and hold:
        _hold(project, by, at)
    facts = {"subject": subject, "lead": lead.code, "total_fen": total, "public_fen": public_fen, "rules": frozen.pack}
    record(project, "started", by, at, **facts)
    return project


def _taken(subject: str, lead: Organisation) -> list[Refusal]:
    if not Project.objects.filter(subject=subject, lead=lead).exists():
        return []
    text = "这项工作已经启动过", "this piece of work has been started already"
    return [refuse("projects.started_before", *text)]


def _target(row: Row) -> dict[str, Any]:
    threshold = row.get("threshold")
    comparison = row.get("comparison", ">=")
    name = row["name"]
    zh, en = (name.zh, name.en) if isinstance(name, Text) else (str(name), str(row.get("name_en", "")))
    return {
        "name": zh,
        "name_en": en,
        "unit": row.get("unit", ""),
        "comparison": comparison,
        "threshold": None if threshold in (None, "") else Decimal(str(threshold)),
        "test_method": row.get("test_method", ""),
        "test_body": row.get("test_body", ""),
    }


def _stage(row: Any) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        row = dict(zip(("name", "due_on", "deliverable", "payment_fen"), row, strict=True))
    name = row["name"]
    zh, en = (name.zh, name.en) if isinstance(name, Text) else (str(name), str(row.get("name_en", "")))
    return {
        "point": "stage",
        "name": zh,
        "name_en": en,
        "due_on": row["due_on"],
        "deliverable": row.get("deliverable", ""),
        "payment_fen": int(row.get("payment_fen", 0)),
    }


def _points(project: Project, stages: list[dict[str, Any]], first_fen: int, last_fen: int, by: Actor, at: datetime) -> None:  # fmt: skip
    """Write the points of payment; what is paid at signing is released by the signing itself."""
    first = {"point": "sign", "due_on": project.starts_on, "payment_fen": first_fen, "state": "passed"}
    last = {"point": "acceptance", "due_on": project.ends_on, "payment_fen": last_fen}
    rows = [
        *([{**first, "name": SIGNING.zh, "name_en": SIGNING.en}] if first_fen else []),
        *stages,
        {**last, "name": ACCEPTANCE.zh, "name_en": ACCEPTANCE.en},
    ]
    Milestone.objects.bulk_create(Milestone(project=project, number=n, **row) for n, row in enumerate(rows, start=1))
    if first_fen:
        StageDecision.objects.create(
            milestone=project.milestones.get(point="sign"), passed=True, released_fen=first_fen, by=by.reference,
            reason="签约", evidence=project.agreement_ref or project.subject, role=role_of(by), at=at,
        )  # fmt: skip


def _hold(project: Project, by: Actor, at: datetime) -> None:
    for row in project.milestones.filter(payment_fen__gt=0):
        held = ledger.hold(
            key=f"{row.reference}:hold", account=project.account, amount_fen=row.payment_fen, purpose=row.reference,
            by=by, at=at,
        )  # fmt: skip
        row.hold = held.pk
        row.save(update_fields=["hold"])
