"""Confirmations (未变更确认), corrections (更正), questionnaires (供应商问卷) and what organisations were asked for (填报负担)."""

from django.db import models
from django.db.models import Q

from lianban.apps.parties.models import Organisation
from lianban.apps.upkeep import rules
from lianban.kit.confidentiality import CONFIDENTIALITY, CONFIDENTIALITY_NAMES

CLASSES = [(code, CONFIDENTIALITY_NAMES[code].zh) for code in CONFIDENTIALITY]


class Confirmation(models.Model):
    """Confirmation (未变更确认): somebody who must know said on a day that a row still holds."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.CASCADE, related_name="+")
    table = models.CharField(max_length=30)
    code = models.CharField(max_length=160, help_text="of the row, as in the chain's data")
    confirmed_on = models.DateField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-confirmed_on", "-id"]
        indexes = [models.Index(fields=["chain", "table", "code", "confirmed_on"])]


class Correction(models.Model):
    """Correction (更正): what an organisation says is wrong in what is said about it; free of charge, with a clock."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=30)
    code = models.CharField(max_length=160)
    before = models.JSONField(help_text="the row as it was when the correction was raised")
    after = models.JSONField(null=True, help_text="the row as it should be; null = it should not be there")
    reason = models.TextField()
    state = models.CharField(max_length=12, default=rules.CORRECTIONS.first)
    raised_by = models.CharField(max_length=60)
    raised_at = models.DateTimeField()
    due_on = models.DateField(help_text="working days of the rule set after it was raised")
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    change = models.CharField(max_length=60, blank=True, help_text="reference of the change of data it led to")

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(rules.CORRECTIONS.states)), name="correction_state_known"),
            models.UniqueConstraint(
                fields=["chain", "table", "code"], condition=Q(state="raised"), name="one_correction_of_a_row_at_a_time"
            ),
        ]  # fmt: skip

    @property
    def reference(self) -> str:
        return f"upkeep.correction:{self.pk}"

    @property
    def state_name(self):  # type: ignore[no-untyped-def]
        return rules.CORRECTIONS.states[self.state]


class Questionnaire(models.Model):
    """Questionnaire (供应商问卷): three most critical suppliers, asked by a link; the answers lead to the next tier."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    product = models.CharField(
        max_length=100, blank=True, help_text="code of the product it is about; empty = all it makes"
    )
    tier = models.PositiveSmallIntegerField(default=1)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    digest = models.CharField(
        max_length=64, unique=True, help_text="of the word in the link; the word itself is kept nowhere"
    )
    confidentiality = models.CharField(max_length=10, choices=CLASSES, default="office")
    state = models.CharField(max_length=12, default=rules.QUESTIONNAIRES.first)
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(rules.QUESTIONNAIRES.states)), name="questionnaire_state_known")
        ]  # fmt: skip

    @property
    def reference(self) -> str:
        return f"upkeep.questionnaire:{self.pk}"

    @property
    def state_name(self):  # type: ignore[no-untyped-def]
        return rules.QUESTIONNAIRES.states[self.state]


class NamedSupplier(models.Model):
    """Named supplier (所列供应商): one line of an answered questionnaire, in the words of who answered."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="named")
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, blank=True)
    supplies = models.CharField(max_length=200, help_text="what it supplies, in the words of who answered")
    only = models.BooleanField(null=True, help_text="the only approved supplier; null = not said")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    product = models.CharField(max_length=100, blank=True, help_text="code of the product, as the office read it")

    class Meta:
        ordering = ["questionnaire_id", "rank"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "rank"], name="one_supplier_at_a_rank")]


class Asked(models.Model):
    """Asked (填报负担): so many fields were asked of an organisation on a day, and so many it filled in."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=80, unique=True, help_text="what asked, so that nothing counts twice")
    fields = models.PositiveIntegerField()
    filled = models.PositiveIntegerField(default=0)
    on = models.DateField()

    class Meta:
        ordering = ["organisation_id", "on", "id"]
        indexes = [models.Index(fields=["organisation", "on"])]


class Merge(models.Model):
    """Merge (组织合并): two entries of the registry are one organisation, a human says so and why; it can be undone.

    The merged entry stays in the registry and leaves its name and code as an alias; the facts of every chain point to the
    kept one, each chain by a change that can be undone.
    """

    kept = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    changes = models.JSONField(default=list, help_text="keys of the changes of data, one a chain")
    alias = models.BigIntegerField(null=True, help_text="key of the other name it left")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    undone_by = models.CharField(max_length=60, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=models.F("merged")), name="merge_is_of_two"),
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="merged_once"),
        ]

    @property
    def reference(self) -> str:
        return f"upkeep.merge:{self.pk}"
