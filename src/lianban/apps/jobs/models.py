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


class ListFile(models.Model):
    """List file (清单文件): a long list as its page gives it out, written in the background for one reader, kept for a day.

    ``address`` is asked again in the reader's name when it is written: it holds what they may see then. ``rights`` are the
    reader's roles at that moment; who has others since fetches nothing.
    """

    address = models.TextField(help_text="of the page, with its filters and its format")
    language = models.CharField(max_length=10)
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    gone_at = models.DateTimeField(help_text="when the content is thrown away")
    job_number = models.PositiveBigIntegerField(null=True)
    rights = models.CharField(max_length=64, blank=True)
    name = models.TextField(blank=True, help_text="how the file is called: the header of the page")
    media = models.CharField(max_length=120, blank=True)
    content = models.BinaryField(null=True)

    class Meta:
        db_table = "jobs_list_file"
        ordering = ["-id"]
        indexes = [models.Index(fields=["asked_by"], name="list_file_of_reader")]

    @property
    def reference(self) -> str:
        return f"jobs.list_file:{self.pk}"
