"""Runs of the diagnosis: asked for, carried out in the background, kept for good."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.timezone import localdate

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import compute, queries, rules
from lianban.apps.diagnosis.compute import reading
from lianban.apps.diagnosis.models import HandlingStep, Run, WeakPoint
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import CONFIDENTIALITY, Actor, highest
from lianban.apps.rulesets import queries as rulesets
from lianban.kit.refusals import refuse_if_any
from lianban.kit.text import Text

PHASES = 3


@transaction.atomic
def ask_run(*, chain: Chain, scope: str, by: Actor, at: datetime, data_class: str = "office") -> Job:
    """Ask for a diagnosis; it is carried out in the background."""
    parties.require(by, "diagnosis.run", chain.code)
    refuse_if_any(
        rules.run_refusals(
            may_see_class=by.may_see(data_class, chain.code),
            under_way=queries.run_under_way(chain, scope),
        )
    )
    journal.record(
        "diagnosis.run_asked", subject=f"chain:{chain.code}", by=by, at=at,
        facts={"scope": scope, "data_class": data_class},
    )  # fmt: skip
    return jobs.enqueue(
        queries.RUN_JOB, by=by, chain=chain.code, scope=scope, data_class=data_class, asked_by=by.reference
    )


def carry_out_run(
    *, progress: Any, chain: str, scope: str, asked_by: str, data_class: str = "office"
) -> dict[str, Any]:
    """Do the work of one job: read, compute, keep. Called by the jobs app, outside of a request."""
    progress(0, PHASES, Text("读取数据", "reading the data"))
    row = Chain.objects.get(code=chain)
    run = _diagnose(row, scope, data_class, asked_by, timezone.now(), progress)
    return {"run": run.number}


def diagnose_now(*, chain: Chain, by: Actor, at: datetime, scope: str = "nation", data_class: str = "office") -> Run:
    """Diagnose here and now, for the command line: who runs the machine needs no role."""
    return _diagnose(chain, scope, data_class, by.reference, at, lambda *_: None)


def _diagnose(chain: Chain, scope: str, data_class: str, asked_by: str, at: datetime, progress: Any) -> Run:
    chain.refresh_from_db()  # the stamp that is kept is that of the data that are read
    choice = rulesets.in_force(chain.code, localdate(at))
    stamp = chain.stamp
    progress(1, PHASES, Text("逐个产品计算中断损失", "computing the loss for each product"))
    classes = CONFIDENTIALITY[: CONFIDENTIALITY.index(data_class) + 1]
    computed = compute.diagnose(chain, classes=classes, scope=scope, rules=choice.load())
    progress(2, PHASES, Text("保存结果", "keeping the result"))
    return _keep(chain, stamp, scope, data_class, choice, computed, asked_by, at)


@transaction.atomic
def _keep(chain: Chain, stamp: int, scope: str, data_class: str, choice: rulesets.Choice, computed: compute.Computed,
          asked_by: str, at: datetime) -> Run:  # fmt: skip
    """Write the run, and put every weak point nobody has yet spoken of on record as suspected."""
    Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)  # numbers count up one by one
    number = (Run.objects.filter(chain=chain).aggregate(last=Max("number"))["last"] or 0) + 1
    result = computed.result
    run = Run.objects.create(
        chain=chain, number=number, scope=scope, pack=choice.pack, overrides=dict(choice.overrides),
        rules_fingerprint=result["ruleset_fingerprint"], data_fingerprint=result["fingerprint"],
        data_stamp=stamp, data_class=data_class, as_of=date.fromisoformat(result["as_of"]), asked_by=asked_by,
        started_at=at, finished_at=timezone.now(), manifest=dict(computed.manifest), result=result,
        confidentiality=highest("office", result["confidentiality"]),
    )  # fmt: skip
    raised = _raise_suspected(run, at)
    facts = {"number": number, "scope": scope, "pack": choice.pack, "rules": run.rules_fingerprint,
             "data": run.data_fingerprint, "raised": raised}  # fmt: skip
    journal.record("diagnosis.run", subject=f"chain:{chain.code}", by=_Named(asked_by), at=at, facts=facts)
    return run


def _raise_suspected(run: Run, at: datetime) -> int:
    known = set(WeakPoint.objects.filter(chain=run.chain).values_list("product_code", flat=True))
    fresh = [point for point in reading.suspected(run.result) if point["code"] not in known]
    made = WeakPoint.objects.bulk_create(
        WeakPoint(
            chain=run.chain, product_code=point["code"], kind=point["kind"] or "", raised_by="computed", first_run=run,
            confidentiality=highest("office", point["confidentiality"]), raised_at=at, changed_at=at,
        )
        for point in fresh
    )  # fmt: skip
    HandlingStep.objects.bulk_create(
        HandlingStep(
            weak_point=point, verb="raise", to_status="raised", actor=run.asked_by, at=at, facts={"run": run.number}
        )
        for point in made
    )
    return len(made)


class _Named:
    """Whoever asked for a job, as the journal names them."""

    def __init__(self, reference: str):
        self.reference = reference
