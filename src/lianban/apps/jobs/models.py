"""Background jobs (后台任务)."""

from django.db import models


class Job(models.Model):
    """Job (后台任务): what is to be done, how far it is, whether anybody still works on it."""

    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default="queued")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    attempt = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(null=True)
    once = models.CharField(
        max_length=80, null=True, unique=True, help_text="work of a day: its kind and day, so that it is asked for once"
    )
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["state", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
                name="job_state_known",
            )
        ]
