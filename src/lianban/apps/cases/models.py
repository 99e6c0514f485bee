"""The chief's page (链长专报), instructions (批示) with their replies, minutes (会议纪要)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from lianban.apps.cases import rules
from lianban.kit.confidentiality import CONFIDENTIALITY


class Report(models.Model):
    """Issued report (已印发的链长专报): the one page as it was handed to the chief; never changed afterwards."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="counts up inside a chain: 第 3 期")
    content = models.JSONField(help_text="sentences, weak points, matters, instructions: as printed")
    run_number = models.PositiveIntegerField()
    confidentiality = models.CharField(max_length=10, default="office")
    issued_by = models.CharField(max_length=60)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["chain_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="report_number_once_a_chain"),
            models.CheckConstraint(condition=Q(confidentiality__in=CONFIDENTIALITY), name="report_class_known"),
        ]


class Instruction(models.Model):
    """Instruction (批示): what the chain chief asks for, on which day, and whether it has been done."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    product = models.CharField(
        max_length=100, blank=True, help_text="code of the product it is about; empty = the chain"
    )
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, blank=True, related_name="instructions")
    text = models.CharField(max_length=400)
    given_on = models.DateField()
    given_by = models.CharField(max_length=60)
    given_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, default=rules.STATES.first)
    closed_at = models.DateTimeField(null=True, blank=True)
    confidentiality = models.CharField(max_length=10, default="office")

    class Meta:
        ordering = ["-given_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(rules.STATES.states)), name="instruction_state_known"),
            models.CheckConstraint(condition=Q(confidentiality__in=CONFIDENTIALITY), name="instruction_class_known"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="instruction_closed_when"
            ),
        ]

    @property
    def reference(self) -> str:
        """How the journal names it."""
        return f"instruction:{self.pk}"

    @property
    def state_name(self):  # type: ignore[no-untyped-def]
        return rules.STATES.states[self.state]


class Reply(models.Model):
    """Reply (回复): progress on an instruction, or the chief's word when it is sent back. Append only by use."""

    instruction = models.ForeignKey(Instruction, on_delete=models.PROTECT, related_name="replies")
    verb = models.CharField(max_length=12)
    text = models.CharField(max_length=400)
    by = models.CharField(max_length=60)
    role = models.CharField(max_length=30)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Minutes(models.Model):
    """Minutes (会议纪要): what a meeting about a chain decided."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    confidentiality = models.CharField(max_length=10, default="office")
    recorded_by = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(confidentiality__in=CONFIDENTIALITY), name="minutes_class_known")
        ]


class CalendarFeed(models.Model):
    """Calendar feed (日历订阅): one person's due dates for their calendar program; the token itself is not kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()


class Reminder(models.Model):
    """Reminder (到期提醒): that a person was told of a due day so many days before it; kept so that it is told once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200, help_text="the waiting thing's own name")
    due_on = models.DateField()
    days_before = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key", "due_on", "days_before"], name="reminder_once")]
