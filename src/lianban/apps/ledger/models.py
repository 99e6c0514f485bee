"""The ledger (台账): accounts, sets of movements, holds. Append only; a balance is a sum and never a column."""

from django.db import models
from django.db.models import F, Q

from lianban.apps.ledger import rules
from lianban.kit.text import Text


class Account(models.Model):
    """Account (账户): where money is, or what was given in kind; one code, for ever the same."""

    code = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20)
    chain = models.CharField(max_length=100, blank=True, help_text="code of the chain; empty = every chain")
    organisation = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    in_kind = models.BooleanField(default=False, help_text="holds things at their value, never money")
    may_be_negative = models.BooleanField(default=False, help_text="only for outside sources")
    opened_by = models.CharField(max_length=60)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(rules.ACCOUNT_KINDS)), name="account_kind_known"),
            models.CheckConstraint(
                condition=Q(may_be_negative=False) | Q(kind="source"), name="account_only_sources_below_zero"
            ),
        ]

    @property
    def reference(self) -> str:
        return f"ledger.account:{self.code}"

    @property
    def kind_name(self) -> Text:
        return rules.ACCOUNT_KINDS[self.kind]


class EntrySet(models.Model):
    """Entry set (凭证): one deed's movements, all or none. Never changed or deleted: the database refuses."""

    number = models.BigIntegerField(unique=True)
    key = models.CharField(max_length=120, unique=True, help_text="the caller's; the same key is the same deed")
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=300, help_text="reference of what it was for")
    memo = models.CharField(max_length=400, blank=True)
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["subject", "number"])]

    @property
    def reference(self) -> str:
        return f"ledger.entry_set:{self.number}"

    @property
    def kind_name(self) -> Text:
        return rules.SET_KINDS.get(self.kind, Text(self.kind, self.kind))


class Movement(models.Model):
    """Movement (分录): so much from one account to another; what one loses the other gains, so a set adds up to zero."""

    entry_set = models.ForeignKey(EntrySet, on_delete=models.PROTECT, related_name="movements")
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["source", "amount_fen"], name="movement_out"),
            models.Index(fields=["target", "amount_fen"], name="movement_in"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="movement_above_zero"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="movement_between_two"),
        ]


class Hold(models.Model):
    """Hold (冻结): money that stays in its account and is promised to a purpose. Its steps end it; it never changes."""

    key = models.CharField(max_length=120, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    amount_fen = models.BigIntegerField()
    purpose = models.CharField(max_length=300, help_text="reference of what it is promised to")
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["purpose"], name="hold_purpose")]
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="hold_above_zero")]

    @property
    def reference(self) -> str:
        return f"ledger.hold:{self.pk}"


class HoldStep(models.Model):
    """Step of a hold (冻结处理): a part settled into a set of movements, or what was left released."""

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=120, unique=True)
    verb = models.CharField(max_length=10)
    amount_fen = models.BigIntegerField()
    entry_set = models.OneToOneField(EntrySet, on_delete=models.PROTECT, null=True, blank=True, related_name="settles")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="hold_step_above_zero"),
            models.CheckConstraint(
                condition=Q(verb="settle", entry_set__isnull=False) | Q(verb="release", entry_set__isnull=True),
                name="hold_step_settles_or_releases",
            ),
            models.UniqueConstraint(fields=["hold"], condition=Q(verb="release"), name="hold_released_once"),
        ]
