"""Reads of studies: what was computed beyond the diagnosis."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.models import Study
from lianban.apps.jobs.models import Job
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text

STUDY_JOB = "diagnosis.study"
WHAT_IF_JOB = "diagnosis.what_if"
KINDS = {
    "intervals": Text("数据缺失下的区间", "intervals where data are missing"),
    "risk": Text("组织的系统性风险", "systemic risk of organisations"),
    "actions": Text("候选措施", "candidate actions"),
    "portfolio": Text("措施组合", "portfolio of actions"),
    "team": Text("组队", "team"),
}


def studies(chain: Chain, actor: Actor, kind: str = "") -> QuerySet[Study]:
    """Studies of a chain that this reader may see, newest first, without their results; one statement."""
    found = Study.objects.filter(chain=chain, confidentiality__in=actor.visible_classes(chain.code))
    if kind:
        found = found.filter(kind=kind)
    return found.order_by("-number").defer("result")


def study(chain: Chain, number: int, actor: Actor) -> Study | None:
    """One study with its result; one statement."""
    return studies(chain, actor).defer(None).filter(number=number).first()


def newest_study(chain: Chain, kind: str, actor: Actor) -> Study | None:
    """The newest study of a kind that this reader may see, with its result; one statement."""
    return studies(chain, actor, kind).defer(None).first()


def under_way(kind: str, wanted: Mapping[str, Any]) -> bool:
    """Whether a job with these arguments waits or is being carried out; one statement."""
    same = {f"arguments__{name}": value for name, value in wanted.items()}
    return Job.objects.filter(kind=kind, state__in=("queued", "running"), **same).exists()


def asked_jobs(chain: Chain, kind: str, actor: Actor) -> QuerySet[Job]:
    """Jobs of a kind this reader asked for that are not done, newest first; one statement."""
    mine = {"arguments__chain": chain.code, "asked_by": actor.reference}
    return Job.objects.filter(kind=kind, **mine).exclude(state="done").order_by("-id")


def what_if_job(actor: Actor, key: str) -> Job | None:
    """The newest job of this reader for one question on the present data; one statement."""
    return Job.objects.filter(kind=WHAT_IF_JOB, asked_by=actor.reference, arguments__key=key).order_by("-id").first()
