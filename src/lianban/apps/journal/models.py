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


class PostedOnce(models.Model):
    """Posted once (一次办理): a form that was carried out, so that the same form sent again does nothing again.

    Neither who nor what can be read here: both columns are fingerprints made with the form's own key, which is not
    kept; only where the answer led to is. A day is enough to forget old rows by. Forms under seal carry no key.
    """

    name = models.CharField(max_length=64, unique=True, help_text="fingerprint of the key and the person")
    content = models.CharField(max_length=64, help_text="fingerprint of what was sent and where")
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=2000, blank=True)
    on = models.DateField(db_index=True)
