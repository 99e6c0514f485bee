"""Reads of jobs, and of long lists that jobs wrote."""

from django.utils import timezone

from lianban.apps.jobs.models import Job, ListFile
from lianban.apps.parties.rules import Actor


def place_in_queue(job: Job) -> int:
    """How many stand before it, itself counted; one statement."""
    return Job.objects.filter(state="queued", id__lte=job.pk).count()


def lists_in_queue(actor: Actor) -> int:
    """How many lists of this reader are still to be written; one statement."""
    return Job.objects.filter(kind="jobs.list_file", asked_by=actor.reference, state__in=("queued", "running")).count()


def list_file(actor: Actor, pk: int) -> ListFile | None:
    """A finished file of this reader; None where it is missing, gone or another's; one statement."""
    return ListFile.objects.filter(
        pk=pk, asked_by=actor.reference, content__isnull=False, gone_at__gt=timezone.now()
    ).first()
