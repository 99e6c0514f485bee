"""Notices (通知)."""

from django.conf import settings
from django.db import models

from lianban.kit.text import Text


class Notice(models.Model):
    """Notice (通知): one sentence for one person, with the page to read on; read or not yet."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=300)
    what_en = models.CharField(max_length=300)
    url = models.CharField(max_length=500)
    subject = models.CharField(max_length=300, blank=True, help_text="reference of what it is about")
    by = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_of_person"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
        ]

    @property
    def text(self) -> Text:
        return Text(self.what, self.what_en)
