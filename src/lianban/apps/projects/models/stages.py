"""Milestones, what was decided about them, what was paid; extensions."""

from django.db import models
from django.db.models import Q

from lianban.apps.projects import rules
from lianban.apps.projects.models.project import Project
from lianban.kit.text import Text


class Milestone(models.Model):
    """Milestone (里程碑): a point of payment with its date and deliverable; the signing and the acceptance are points too."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    point = models.CharField(max_length=12, default="stage")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    due_on = models.DateField()
    deliverable = models.CharField(max_length=400, blank=True)
    payment_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=12, default=rules.STAGE.first)
    hold = models.BigIntegerField(null=True, blank=True, help_text="number of the ledger's hold for its payment")
    report = models.TextField(blank=True)
    reported_by = models.CharField(max_length=60, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    check_note = models.TextField(blank=True)
    checked_by = models.CharField(max_length=60, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    visited = models.BooleanField(default=False, help_text="checked on the spot; counted against the most visits")

    class Meta:
        ordering = ["project_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="milestone_number_once"),
            models.CheckConstraint(condition=Q(state__in=list(rules.STAGE.states)), name="milestone_state_known"),
            models.CheckConstraint(condition=Q(point__in=list(rules.POINTS)), name="milestone_point_known"),
            models.CheckConstraint(condition=Q(payment_fen__gte=0), name="milestone_payment_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"projects.milestone:{self.pk}"

    @property
    def state_name(self) -> Text:
        if self.point == "acceptance" and self.state == "planned":
            return Text("待验收", "awaits the acceptance")
        if self.point == "acceptance" and self.state == "lapsed":
            return Text("未放款", "nothing released") if self.payment_fen else Text("没有约定付款", "no payment agreed")
        return rules.STAGE.states[self.state]

    @property
    def point_name(self) -> Text:
        return rules.POINTS[self.point]


class StageDecision(models.Model):
    """Stage decision (阶段结论): passed or failed, and how much it releases. Never changed: the database refuses."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="decisions")
    passed = models.BooleanField()
    released_fen = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=400)
    evidence = models.CharField(max_length=400)
    by = models.CharField(max_length=60)
    role = models.CharField(max_length=30)
    at = models.DateTimeField()

    class Meta:
        db_table = "projects_stage_decision"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_fen=0) | Q(passed=True, released_fen__gt=0), name="stage_failure_releases_nothing"
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(evidence=""), name="stage_decision_says_why"),
        ]


class Payment(models.Model):
    """Payment (拨付): money paid after a stage decision. Never changed: the database refuses."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="payments")
    number = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()
    entry_set = models.CharField(max_length=300, blank=True, help_text="reference of the ledger's entry set")
    evidence = models.CharField(max_length=400, blank=True, help_text="proof of a payment made outside the ledger")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        db_table = "projects_payment"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "number"], name="payment_number_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_above_zero"),
            models.CheckConstraint(condition=~Q(entry_set="") | ~Q(evidence=""), name="payment_has_proof"),
        ]

    @property
    def reference(self) -> str:
        return f"projects.payment:{self.pk}"


class Extension(models.Model):
    """Extension (延期): asked for with a reason, granted or refused."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="extensions")
    until = models.DateField()
    reason = models.CharField(max_length=400)
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    decision = models.CharField(max_length=400, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(granted__isnull=True), name="extension_one_open_a_project"
            )
        ]
