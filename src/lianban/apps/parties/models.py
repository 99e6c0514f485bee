"""Organisations (组织) and the roles (角色) people hold in them and on chains."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lianban.apps.parties.rules import ROLES


class Organisation(models.Model):
    """Organisation (组织): a firm, institute, university, laboratory or other body, known to every chain by one code."""

    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    kind = models.CharField(max_length=20, default="firm")
    place = models.CharField(max_length=40, blank=True)
    example = models.BooleanField(default=False)
    website = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~Q(credit_code=""), name="organisation_credit_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """Role held (任职): who is what, on which chain, for which organisation, from when to when. Never overwritten."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=[(code, name.zh) for code, name in ROLES.items()])
    chain = models.CharField(max_length=100, blank=True, help_text="code of the chain; empty = every chain")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="first day without the role")

    class Meta:
        ordering = ["user_id", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="role_ends_after_it_starts"
            )
        ]
