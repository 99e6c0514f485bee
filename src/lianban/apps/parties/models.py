"""Organisations (组织) and the roles (角色) people hold in them and on chains."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lianban.apps.parties.rules import NAME_KINDS, ROLES, TIES
from lianban.kit.confidentiality import CONFIDENTIALITY, CONFIDENTIALITY_NAMES


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


class OrganisationName(models.Model):
    """Other name (其他名称): what an organisation was called before, is called for short, or is called by others.

    ``since`` and ``until`` say when it bore the name; empty = unknown. A merged organisation leaves its name and its code
    here, so that whoever knows it by these still finds it.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="other_names")
    kind = models.CharField(max_length=10, choices=[(code, name.zh) for code, name in NAME_KINDS.items()])
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=100, blank=True, help_text="code it had before a merge")
    source = models.CharField(max_length=400, help_text="document, register or address where it can be read")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="first day without the name")
    confidentiality = models.CharField(
        max_length=10, default="open", choices=[(code, CONFIDENTIALITY_NAMES[code].zh) for code in CONFIDENTIALITY]
    )
    stated_by = models.CharField(max_length=60)
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ["organisation_id", "kind", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "name"], name="organisation_name_once"),
            models.CheckConstraint(condition=Q(kind__in=list(NAME_KINDS)), name="organisation_name_kind_known"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="organisation_name_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"parties.name:{self.pk}"

    @property
    def kind_name(self):  # type: ignore[no-untyped-def]
        return NAME_KINDS[self.kind]


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


class Tie(models.Model):
    """Tie (关联关系): what binds two organisations beyond supplies: shares held, control, a project or consortium in common.

    Where a kind has a direction it runs from ``a`` to ``b``: ``a`` holds shares in ``b``, ``a`` controls ``b``. A tie is
    never rewritten: a change ends it on a day and states another, so that the look-back of a review finds what held then.
    """

    a = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="ties_out")
    b = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="ties_in")
    kind = models.CharField(max_length=20, choices=[(code, name.zh) for code, name in TIES.items()])
    share = models.DecimalField(max_digits=7, decimal_places=6, null=True, blank=True, help_text="0-1; empty = unknown")
    evidence = models.CharField(max_length=400)
    source = models.CharField(max_length=400, help_text="document, register or address where it can be read")
    since = models.DateField(null=True, blank=True, help_text="empty = unknown")
    until = models.DateField(null=True, blank=True, help_text="first day without the tie; empty = still holds")
    confidentiality = models.CharField(
        max_length=10, default="office", choices=[(code, CONFIDENTIALITY_NAMES[code].zh) for code in CONFIDENTIALITY]
    )
    stated_by = models.CharField(max_length=60)
    stated_at = models.DateTimeField()
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["a_id", "b_id", "kind", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(a=F("b")), name="tie_binds_two"),
            models.CheckConstraint(condition=Q(kind__in=list(TIES)), name="tie_kind_known"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=1), name="tie_share_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="tie_ends_after_it_begins",
            ),
        ]

    @property
    def reference(self) -> str:
        return f"parties.tie:{self.pk}"

    @property
    def kind_name(self):  # type: ignore[no-untyped-def]
        return TIES[self.kind]
