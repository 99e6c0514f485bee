"""Reads of runs and weak points: nothing that the reader may not see leaves here, not even as a count."""

from django.db.models import Q, QuerySet

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.models import Run, WeakPoint
from lianban.apps.jobs.models import Job
from lianban.apps.parties.rules import Actor

RUN_JOB = "diagnosis.run"


def run_under_way(chain: Chain, scope: str) -> bool:
    """Whether a run of this chain and scope waits or is being carried out; one statement."""
    wanted = {"arguments__chain": chain.code, "arguments__scope": scope}
    return Job.objects.filter(kind=RUN_JOB, state__in=("queued", "running"), **wanted).exists()


def jobs(chain: Chain, actor: Actor) -> QuerySet[Job]:
    """Runs this reader asked for that wait, run, failed or were cancelled, newest first; one statement."""
    mine = {"arguments__chain": chain.code, "asked_by": actor.reference}
    return Job.objects.filter(kind=RUN_JOB, **mine).exclude(state="done").order_by("-id")


def runs(chain: Chain, actor: Actor) -> QuerySet[Run]:
    """Runs of a chain that this reader may see, newest first, without their results; one statement."""
    classes = actor.visible_classes(chain.code)
    return Run.objects.filter(chain=chain, confidentiality__in=classes).order_by("-number").defer("result")


def run(chain: Chain, number: int, actor: Actor) -> Run | None:
    """One run with its result; one statement."""
    return runs(chain, actor).defer(None).filter(number=number).first()


def latest_run(chain: Chain, scope: str, actor: Actor) -> Run | None:
    """The newest run of a scope ("nation", "province", "city", "park") that this reader may see; one statement."""
    return runs(chain, actor).defer(None).filter(scope=scope).first()


def weak_points(chain: Chain, actor: Actor) -> QuerySet[WeakPoint]:
    """Weak points this reader may see: by class, or because they or their organisation are responsible; one statement."""
    mine = Q(responsible_organisation__code__in=actor.organisations)
    if actor.user_id is not None:
        mine |= Q(responsible_user_id=actor.user_id)
    seen = Q(confidentiality__in=actor.visible_classes(chain.code)) | mine
    return WeakPoint.objects.filter(seen, chain=chain).select_related("responsible_organisation", "responsible_user")


def weak_point(chain: Chain, product_code: str, actor: Actor) -> WeakPoint | None:
    """One weak point; one statement."""
    return weak_points(chain, actor).filter(product_code=product_code).first()
