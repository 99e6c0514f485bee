"""Reads of export files: everybody sees their own, while they may still see what is in them."""

from django.db.models import QuerySet
from django.utils import timezone

from lianban.apps.atlas.models import Chain
from lianban.apps.jobs.models import Job
from lianban.apps.parties.rules import Actor
from lianban.apps.reports.models import ExportFile

SHOWN = 50


def files(actor: Actor, chain: Chain) -> QuerySet[ExportFile]:
    """Their own files of a chain, newest first, without the content; one statement."""
    seen = ["", *actor.visible_classes(chain.code)]
    own = ExportFile.objects.filter(chain=chain, asked_by=actor.reference, confidentiality__in=seen)
    return own.defer("content")


def whole_file(actor: Actor, chain: Chain, pk: int) -> ExportFile | None:
    """One finished file with its content; None where it is missing, not theirs, or not theirs to see; one statement."""
    found: ExportFile | None = (
        files(actor, chain).defer(None).filter(pk=pk, content__isnull=False, gone_at__gt=timezone.now()).first()
    )
    return found


def job_states(rows: list[ExportFile]) -> dict[int, str]:
    """How far the jobs of some files are, by the job's number; one statement."""
    numbers = [row.job_number for row in rows if row.job_number]
    return dict(Job.objects.filter(pk__in=numbers).values_list("pk", "state"))


def in_queue(actor: Actor) -> int:
    """How many files of this reader are still to be made; one statement."""
    asked = ExportFile.objects.filter(asked_by=actor.reference, made_at=None).values("job_number")
    return Job.objects.filter(pk__in=asked, state__in=("queued", "running")).count()
