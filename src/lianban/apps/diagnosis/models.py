"""Runs of the diagnosis, weak points and what was done about them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from lianban.apps.diagnosis.rules import ROUTES, WORKFLOW
from lianban.apps.parties.rules import CONFIDENTIALITY


class Run(models.Model):
    """Run (诊断记录): one diagnosis of one chain, kept as it came out, with what it was computed from. Never changed."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField(help_text="counts up inside a chain: 第 7 次诊断")
    scope = models.CharField(max_length=60, default="nation", help_text="nation, province, city, park or a place code")
    pack = models.CharField(max_length=60)
    overrides = models.JSONField(default=dict)
    rules_fingerprint = models.CharField(max_length=80)
    data_fingerprint = models.CharField(max_length=80)
    data_stamp = models.PositiveBigIntegerField(help_text="stamp of the chain's data when it was read")
    data_class = models.CharField(max_length=10, default="office", help_text="rows up to this class were used")
    as_of = models.DateField(null=True)
    asked_by = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    manifest = models.JSONField(default=dict, help_text="run time, machine, versions: outside what is compared")
    result = models.JSONField(help_text="Diagnosis.to_dict()")
    confidentiality = models.CharField(max_length=10, default="office")

    class Meta:
        ordering = ["chain_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="run_number_once_a_chain"),
            models.CheckConstraint(condition=Q(confidentiality__in=CONFIDENTIALITY), name="run_class_known"),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}#{self.number}"


class WeakPoint(models.Model):
    """Weak point (薄弱环节): a product whose failure the chain cannot absorb, with its owner, date and state.

    Refers to its product by code: a new data package replaces product rows and must not lose the work done here.
    """

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="weak_points")
    product_code = models.CharField(max_length=100)
    status = models.CharField(max_length=12, default="raised")
    kind = models.CharField(max_length=20, blank=True, help_text="kind when it was raised; the newest run has its own")
    raised_by = models.CharField(max_length=12, default="computed", help_text="voice: firm, computed, expert, office")
    first_run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    benchmark = models.TextField(blank=True, help_text="对标指标")
    gap = models.TextField(blank=True, help_text="差距")
    route = models.CharField(max_length=20, blank=True)
    route_note = models.TextField(blank=True)
    lead_department = models.CharField(max_length=120, blank=True)
    responsible_unit = models.CharField(max_length=200, blank=True)
    responsible_organisation = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    responsible_person = models.CharField(max_length=80, blank=True)
    responsible_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    urged_at = models.DateTimeField(null=True, blank=True)
    progress = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    closing_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confidentiality = models.CharField(max_length=10, default="office")
    raised_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["chain_id", "product_code"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "product_code"], name="weak_point_once_a_product"),
            models.CheckConstraint(condition=Q(status__in=list(WORKFLOW.states)), name="weak_point_state_known"),
            models.CheckConstraint(condition=Q(route__in=["", *ROUTES]), name="weak_point_route_known"),
            models.CheckConstraint(condition=Q(confidentiality__in=CONFIDENTIALITY), name="weak_point_class_known"),
            models.CheckConstraint(
                condition=~Q(status="acting") | (Q(due_on__isnull=False) & ~Q(responsible_unit="")),
                name="weak_point_acting_has_unit_and_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | ~Q(evidence=""), name="weak_point_closed_has_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}:{self.product_code}"

    @property
    def reference(self) -> str:
        """How the journal and other apps name it."""
        return f"diagnosis.weak_point:{self.pk}"

    @property
    def suspected(self) -> bool:
        """Nobody has confirmed it yet (疑似)."""
        return self.status == "raised"


class HandlingStep(models.Model):
    """Handling step (办理记录): one thing done about a weak point: routes, assignments, reports. Append only."""

    weak_point = models.ForeignKey(WeakPoint, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=60, help_text="reference of who did it; the role stands in facts")
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "diagnosis_step"
        ordering = ["id"]
        indexes = [models.Index(fields=["weak_point", "id"], name="step_of_weak_point")]


class Study(models.Model):
    """Study (测算记录): one computation beyond the diagnosis, kept with what it was computed from. Never changed.

    ``kind`` says which: intervals, risk, and those of the apps above (actions, portfolio).
    """

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="studies")
    number = models.PositiveIntegerField(help_text="counts up inside a chain: 第 3 次测算")
    kind = models.CharField(max_length=20)
    parameters = models.JSONField(default=dict, help_text="what was asked: with the same data it gives the same result")
    seed = models.BigIntegerField(null=True, help_text="None where nothing is drawn by lot")
    engine = models.CharField(max_length=40, help_text="version of the engine")
    pack = models.CharField(max_length=60)
    rules_fingerprint = models.CharField(max_length=80)
    data_fingerprint = models.CharField(max_length=80)
    data_stamp = models.PositiveBigIntegerField(help_text="stamp of the chain's data when it was read")
    data_class = models.CharField(max_length=10, default="office", help_text="rows up to this class were used")
    asked_by = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    manifest = models.JSONField(default=dict, help_text="run time, machine, versions: outside what is compared")
    result = models.JSONField()
    confidentiality = models.CharField(max_length=10, default="office")

    class Meta:
        db_table = "diagnosis_study"
        ordering = ["chain_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="study_number_once_a_chain"),
            models.CheckConstraint(condition=Q(confidentiality__in=("office", "private")), name="study_class_inside"),
        ]
        indexes = [models.Index(fields=["chain", "kind", "-number"], name="study_newest_of_kind")]

    def __str__(self) -> str:
        return f"{self.chain_id}/{self.kind}#{self.number}"


class ScenarioSet(models.Model):
    """Scenario set (情景集): named scenarios over which an action is weighed, each with a probability or none.

    ``scenarios`` is a list of {name, asked, probability, basis}; what a study used is copied into its parameters.
    """

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="scenario_sets")
    name = models.CharField(max_length=120)
    scenarios = models.JSONField(default=list)
    confidentiality = models.CharField(max_length=10, default="office")
    made_by = models.CharField(max_length=60)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "diagnosis_scenario_set"
        ordering = ["chain_id", "name"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "name"], name="scenario_set_name_once_a_chain"),
            models.CheckConstraint(
                condition=Q(confidentiality__in=("office", "private")), name="scenario_set_class_inside"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"diagnosis.scenario_set:{self.pk}"
