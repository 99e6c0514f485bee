"""What is done: costs entered and withdrawn, actions looked for, portfolios asked for."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import queries as diagnosis_queries
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.diagnosis.models import Study
from lianban.apps.jobs.models import Job
from lianban.apps.journal import services as journal
from lianban.apps.measures import compute, queries, rules
from lianban.apps.measures.models import ActionCost
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import CONFIDENTIALITY, Actor
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def enter_cost(
    *, chain: Chain, action: str, amount_fen: int | None, source: str, observed_on: date | None, confidentiality: str,
    by: Actor, at: datetime, note: str = "",
) -> ActionCost:  # fmt: skip
    """填写成本: a new row; what was entered before stays on record."""
    parties.require(by, "measures.enter_cost", chain.code)
    Chain.objects.select_for_update(no_key=True).get(
        pk=chain.pk
    )  # two entries of one action stand one behind the other
    refuse_if_any(
        rules.cost_refusals(
            amount_fen=amount_fen, source=source, observed_on=observed_on, today=localdate(at),
            known=queries.action(chain, action, by) is not None,
            may_see_class=confidentiality in ("office", "private") and by.may_see(confidentiality, chain.code),
        )
    )  # fmt: skip
    row = ActionCost.objects.create(
        chain=chain, action=action, amount_fen=amount_fen, source=source.strip(), observed_on=observed_on,
        note=note.strip(), confidentiality=confidentiality, entered_by=by.reference, role=_role(by), entered_at=at,
    )  # fmt: skip
    _record("measures.cost_entered", row, by, at)
    return row


@transaction.atomic
def withdraw_cost(*, chain: Chain, action: str, by: Actor, at: datetime, note: str = "") -> ActionCost:
    """撤回成本: the action has no cost any more; the rows stay."""
    parties.require(by, "measures.enter_cost", chain.code)
    Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)
    known = queries.costs(chain, by).get(action)
    refuse_if_any(rules.withdrawal_refusals(entered=known is not None))
    assert known is not None
    row = ActionCost.objects.create(
        chain=chain, action=action, amount_fen=None, note=note.strip(), confidentiality=known.confidentiality,
        entered_by=by.reference, role=_role(by), entered_at=at,
    )  # fmt: skip
    _record("measures.cost_withdrawn", row, by, at)
    return row


def _role(by: Actor) -> str:
    return by.grants[0].role if by.grants else ""


def _record(verb: str, row: ActionCost, by: Actor, at: datetime) -> None:
    """The amount stays in the row: the journal is read by those who may not see it."""
    facts = {"chain": row.chain.code, "entry": row.pk, "class": row.confidentiality}
    journal.record(verb, subject=f"measures.action:{row.chain.code}", by=by, at=at, facts=facts)


def ask_actions(*, chain: Chain, by: Actor, at: datetime, data_class: str = "office") -> Job:
    """找候选措施: look for candidate actions in the background."""
    return diagnosis.ask_study(chain=chain, kind="actions", by=by, at=at, data_class=data_class,
                               parameters={"top": compute.TOP}, deed="measures.find", job=queries.JOB)  # fmt: skip


@transaction.atomic
def ask_portfolio(
    *, chain: Chain, budget_fen: int | None, objective: str, over: Mapping[str, Any] | None, data_class: str, by: Actor,
    at: datetime,
) -> Job:  # fmt: skip
    """测算组合: the best portfolio of the actions with a cost; what it is computed from is frozen into the job."""
    parties.require(by, "measures.weigh", chain.code)
    parameters = portfolio_parameters(chain, budget_fen, objective, over, data_class, by)
    wanted = {"chain": chain.code, "study": "portfolio", "data_class": data_class, "parameters": parameters}
    refuse_if_any(
        rules.portfolio_refusals(
            n_costs=len(parameters["costs"]), budget_fen=budget_fen, objective=objective,
            scenarios=over is None or bool(parameters["scenarios"]), may_see_class=by.may_see(data_class, chain.code),
            under_way=diagnosis_queries.under_way(queries.JOB, wanted),
        )
    )  # fmt: skip
    return diagnosis.ask_study(chain=chain, kind="portfolio", by=by, at=at, data_class=data_class,
                               parameters=parameters, deed="measures.weigh", job=queries.JOB)  # fmt: skip


def portfolio_parameters(
    chain: Chain, budget_fen: int | None, objective: str, over: Mapping[str, Any] | None, data_class: str, by: Actor
) -> dict[str, Any]:
    """Everything that decides a portfolio besides the data and the rules."""
    classes = CONFIDENTIALITY[: CONFIDENTIALITY.index(data_class) + 1]
    found = queries.found(chain, by)
    whats = {one["code"]: one["what"] for one in found.result["actions"]} if found else {}
    return {
        "budget_fen": budget_fen,
        "objective": objective,
        "set": over["name"] if over else {"zh": rules.DEFAULT_SET_NAME.zh, "en": rules.DEFAULT_SET_NAME.en},
        "scenarios": list((over or {}).get("scenarios", ())),
        "costs": [
            {
                "action": code,
                "amount_fen": row.amount_fen,
                "entry": row.pk,
                "class": row.confidentiality,
                "example": rules.EXAMPLE in row.source,
                "what": whats[code],
            }
            for code, row in queries.costs(chain, by).items()
            if code in whats and row.confidentiality in classes
        ],
        "top": found.parameters["top"] if found else compute.TOP,
    }


def carry_out(*, progress: Any, study: str, **order: Any) -> dict[str, Any]:
    """Do the work of one job. Called by the jobs app, outside of a request."""
    wanted = diagnosis.Order(kind=study, **order)
    made = diagnosis.make_study(wanted, compute.STUDIES[study], at=timezone.now(), step=progress)
    return {"study": made.number}


def study_now(
    *, chain: Chain, kind: str, by: Actor, at: datetime, parameters: Mapping[str, Any] | None = None
) -> Study:
    """Compute candidates or a portfolio here and now, for the command line."""
    order = diagnosis.Order(chain.code, kind, by.reference, parameters=dict(parameters or {}))
    return diagnosis.make_study(order, compute.STUDIES[kind], at=at, step=lambda *_: None)
