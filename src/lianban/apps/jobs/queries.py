"""Reads of jobs."""

from lianban.apps.jobs.models import Job


def place_in_queue(job: Job) -> int:
    """How many stand before it, itself counted; one statement."""
    return Job.objects.filter(state="queued", id__lte=job.pk).count()
