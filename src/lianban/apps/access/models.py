"""Tokens of programs, and how much was asked with them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Token(models.Model):
    """Token (令牌): lets a program do what its person may, narrowed by scopes and to a chain, until a day.

    The token itself is shown once and never kept: only its fingerprint is.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, help_text="which program uses it")
    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token")
    ending = models.CharField(max_length=4, help_text="its last characters, to tell it from others")
    scopes = models.JSONField(default=list)
    chain = models.CharField(max_length=100, blank=True, help_text="code of the only chain it reaches; empty = all")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="token_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"access.token:{self.pk}"


class Usage(models.Model):
    """Usage (用量): how many requests one token, or one address without a token, made in this minute and on this day."""

    who = models.CharField(max_length=64, unique=True, help_text="a token, or the fingerprint of an address")
    minute = models.BigIntegerField(default=0, help_text="minutes since 1970")
    n_minute = models.PositiveIntegerField(default=0)
    day = models.DateField(db_index=True)
    n_day = models.PositiveIntegerField(default=0)
