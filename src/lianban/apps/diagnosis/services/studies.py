"""Studies (测算): asked for, carried out in the background, kept for good with what they were computed from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.timezone import localdate

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import compute, queries, rules
from lianban.apps.diagnosis.models import Study
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import CONFIDENTIALITY, Actor, highest
from lianban.apps.rulesets import queries as rulesets
from lianban.kit.refusals import refuse_if_any
from lianban.rulebook import RuleSet

Step = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Order:
    """What a study is to be: all that decides its result besides the data and the rules."""

    chain: str
    kind: str
    asked_by: str
    data_class: str = "office"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(CONFIDENTIALITY[: CONFIDENTIALITY.index(self.data_class) + 1])


@transaction.atomic
def ask_study(
    *, chain: Chain, kind: str, by: Actor, at: datetime, data_class: str = "office",
    parameters: Mapping[str, Any] | None = None, deed: str = "diagnosis.study", job: str = queries.STUDY_JOB,
) -> Job:  # fmt: skip
    """Ask for a study; it is carried out in the background. Apps above give their own deed and kind of job."""
    parties.require(by, deed, chain.code)
    wanted = {"chain": chain.code, "study": kind, "data_class": data_class, "parameters": dict(parameters or {})}
    refuse_if_any(
        rules.study_refusals(may_see_class=by.may_see(data_class, chain.code), under_way=queries.under_way(job, wanted))
    )
    facts = {"kind": kind, "data_class": data_class}
    journal.record("diagnosis.study_asked", subject=f"chain:{chain.code}", by=by, at=at, facts=facts)
    return jobs.enqueue(job, by=by, **wanted, asked_by=by.reference)


def carry_out_study(*, progress: Any, study: str, **order: Any) -> dict[str, Any]:
    """Do the work of one job. Called by the jobs app, outside of a request."""
    made = make_study(Order(kind=study, **order), compute.STUDIES[study], at=timezone.now(), step=progress)
    return {"study": made.number}


def study_now(
    *, chain: Chain, kind: str, by: Actor, at: datetime, parameters: Mapping[str, Any] | None = None
) -> Study:
    """Compute a study here and now, for the command line: who runs the machine needs no role."""
    order = Order(chain.code, kind, by.reference, parameters=dict(parameters or {}))
    return make_study(order, compute.STUDIES[kind], at=at, step=lambda *_: None)


def make_study(order: Order, work: Callable[..., compute.Studied], *, at: datetime, step: Step, **more: Any) -> Study:
    """Read the data, compute, keep. ``work(chain, order values..., step)`` gives plain values; ``more`` goes to it."""
    chain = Chain.objects.get(code=order.chain)  # the stamp that is kept is that of the data that are read
    choice = rulesets.in_force(chain.code, localdate(at))
    loaded: RuleSet = choice.load()
    studied = work(chain, classes=order.classes, rules=loaded, parameters=dict(order.parameters), step=step, **more)
    return _keep(chain, chain.stamp, order, choice.pack, loaded.fingerprint, studied, at)


@transaction.atomic
def _keep(
    chain: Chain, stamp: int, order: Order, pack: str, rules_fingerprint: str, studied: compute.Studied, at: datetime
) -> Study:
    Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)  # numbers count up one by one
    number = (Study.objects.filter(chain=chain).aggregate(last=Max("number"))["last"] or 0) + 1
    study = Study.objects.create(
        chain=chain, number=number, kind=order.kind, parameters=studied.parameters, seed=studied.seed,
        engine=studied.engine, pack=pack, rules_fingerprint=rules_fingerprint, data_fingerprint=studied.fingerprint,
        data_stamp=stamp, data_class=order.data_class, asked_by=order.asked_by, started_at=at,
        finished_at=timezone.now(), manifest=dict(studied.manifest), result=studied.result,
        confidentiality=highest("office", studied.confidentiality),
    )  # fmt: skip
    facts = {"number": number, "kind": order.kind, "data": study.data_fingerprint, "rules": rules_fingerprint,
             "seed": studied.seed, "engine": studied.engine}  # fmt: skip
    journal.record("diagnosis.study", subject=f"chain:{chain.code}", by=_Named(order.asked_by), at=at, facts=facts)
    return study


class _Named:
    """Whoever asked for a job, as the journal names them."""

    def __init__(self, reference: str):
        self.reference = reference
