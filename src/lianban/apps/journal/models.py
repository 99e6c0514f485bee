"""The journal (日志) and its head."""

from django.db import models


class Entry(models.Model):
    """Entry (日志条目): one deed. Never changed or deleted: the database refuses (see migrations)."""

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["subject", "number"])]


class Head(models.Model):
    """Head (末条): the one row that writers lock, so that entries form one chain."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
