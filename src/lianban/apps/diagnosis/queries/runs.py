"""Reads of runs and weak points: nothing that the reader may not see leaves here, not even as a count."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.compute import reading
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


def overview(actor: Actor) -> list[dict[str, Any]]:
    """Chains this reader may see, each with its newest national run and open points; one and three statements a chain."""
    found = []
    for chain in atlas.visible_chains(actor):
        newest = latest_run(chain, "nation", actor)
        open_points = weak_points(chain, actor).exclude(status__in=("closed", "dismissed"))
        found.append(
            {
                "chain": chain,
                "run": newest,
                "worst": newest.result["weak_points"][:3] if newest else [],
                "points": len(newest.result["weak_points"]) if newest else None,
                "acting": open_points.filter(status="acting").count() if newest else None,
                "overdue": open_points.filter(status="acting", due_on__lt=timezone.localdate()).count()
                if newest
                else None,
            }
        )
    return found


def organisation_figures(chain: Chain, code: str, actor: Actor) -> tuple[Run, dict[str, Any]] | None:
    """What the newest national run says of one organisation: for those who may see firms, and for the firm itself.

    A firm reads its own figures although the run as a whole is the office's. One statement.
    """
    own = code in actor.organisations
    if not own and not actor.may("atlas.see_firms", chain.code):
        return None
    seen = Run.objects.filter(chain=chain, scope="nation")
    if not own:
        seen = seen.filter(confidentiality__in=actor.visible_classes(chain.code))
    newest = seen.order_by("-number").first()
    if newest is None:
        return None
    for figures in newest.result["organisations"]:
        if figures["code"] == code:
            return newest, figures
    return None


def recommended_route(chain: Chain, product_code: str, actor: Actor) -> str:
    """The route the newest national run recommends, or nothing; one statement."""
    newest = latest_run(chain, "nation", actor)
    point = reading.point(newest.result, product_code) if newest else None
    return (point or {}).get("route") or ""


def product_names(run: Run) -> dict[str, dict[str, str]]:
    """Bilingual names of the products of a run; no statement."""
    return reading.names(run.result)


def ranked(run: Run) -> list[dict[str, Any]]:
    """Weak points of a run in the order of their ranks; no statement."""
    return list(reading.ranked(run.result))
