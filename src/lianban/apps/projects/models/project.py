"""A project, who takes part, what it is measured by."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from lianban.apps.parties.models import Organisation
from lianban.apps.projects import rules
from lianban.apps.projects.rules import DELIVERY, OUTCOMES  # a field of the table is called rules
from lianban.kit.confidentiality import CONFIDENTIALITY
from lianban.kit.text import Text


class Project(models.Model):
    """Project (项目): a signed piece of work, whichever road it came by, from its first day to the end of its follow-up."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=300, help_text="reference of what it came from: a challenge, a lane, a topic")
    product = models.CharField(max_length=100, blank=True, help_text="code of the product it is to raise")
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20)
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    commissioner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="who posted the problem and decides on its stages; empty = the office alone",
    )  # fmt: skip
    account = models.CharField(
        max_length=120, blank=True, help_text="ledger account it is paid from; empty = paid outside"
    )
    payee = models.CharField(max_length=120, blank=True)
    public_fen = models.BigIntegerField(
        default=0, help_text="public money in it, of which the first payment is a share"
    )
    agreement_ref = models.CharField(max_length=300, blank=True)
    rules = models.JSONField(help_text="the rules frozen when it began")
    state = models.CharField(max_length=20, default=DELIVERY.first)
    outcome = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField()
    agreed_ends_on = models.DateField()
    ends_on = models.DateField(help_text="with the extension, if one was granted")
    acceptance_summary = models.TextField(blank=True)
    appeal_until = models.DateField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    confidentiality = models.CharField(max_length=10, default="office")
    started_by = models.CharField(max_length=60)
    started_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["chain", "product"]), models.Index(fields=["subject"])]
        constraints = [
            models.UniqueConstraint(fields=["subject", "lead"], name="project_once_a_subject_and_lead"),
            models.CheckConstraint(condition=Q(state__in=list(DELIVERY.states)), name="project_state_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *OUTCOMES]), name="project_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome="", state__in=["running", "extension_asked", "acceptance_asked", "accepting"])
                | (~Q(outcome="") & Q(state__in=["concluded", "appealed", "effective", "archived"])),
                name="project_outcome_with_its_state",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(appeal_until__isnull=False), name="project_outcome_has_appeal"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("agreed_ends_on")), name="project_ends_not_before_agreed"
            ),
            models.CheckConstraint(condition=Q(public_fen__gte=0), name="project_public_not_negative"),
            models.CheckConstraint(condition=Q(confidentiality__in=CONFIDENTIALITY), name="project_class_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """How the journal and other apps name it."""
        return f"projects.project:{self.pk}"

    @property
    def name(self) -> str:
        return self.title

    @property
    def name_en(self) -> str:
        return self.title_en

    @property
    def state_name(self) -> Text:
        return DELIVERY.states[self.state]

    @property
    def outcome_name(self) -> Text | None:
        return OUTCOMES.get(self.outcome)

    @property
    def kind_name(self) -> Text:
        return rules.KINDS[self.kind]


class Participant(models.Model):
    """Participant (参与单位): an organisation that takes part in a project beside its lead, and as what."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="participants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=60, default="partner")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "organisation"], name="participant_once_a_project")]


class Target(models.Model):
    """Target (考核指标): what the project is accepted by: quantity, unit, threshold, how it is tested and by whom."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="targets")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    comparison = models.CharField(max_length=4)
    threshold = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    test_method = models.CharField(max_length=300)
    test_body = models.CharField(max_length=200, blank=True)
    accepted = models.BooleanField(null=True, help_text="what the acceptance found; None = not judged")
    found = models.CharField(max_length=400, blank=True, help_text="reason of the finding")
    judged_by = models.CharField(max_length=60, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["project_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="target_number_once"),
            models.CheckConstraint(condition=Q(comparison__in=list(rules.COMPARISONS)), name="target_comparison_known"),
            models.CheckConstraint(
                condition=Q(comparison="yes") | Q(threshold__isnull=False), name="target_has_threshold"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"projects.target:{self.pk}"

    @property
    def comparison_name(self) -> Text:
        return rules.COMPARISONS[self.comparison]


class TestReport(models.Model):
    """Test report (检测报告): what a third party measured for one target. Never changed; the newest counts."""

    __test__ = False  # not a test case
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="reports")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=100, help_text="number of the report")
    issued_on = models.DateField()
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    fulfilled = models.BooleanField(
        null=True, help_text="for a target without a number: whether the report says it holds"
    )
    kept_at = models.CharField(max_length=400, blank=True, help_text="where the document is kept")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the document")
    entered_by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "projects_test_report"
        ordering = ["id"]

    @property
    def reference(self) -> str:
        return f"projects.test_report:{self.pk}"

    @property
    def meets(self) -> bool | None:
        """Whether it shows the target met."""
        target: Any = self.target
        return rules.meets(target.comparison, target.threshold, self.value, self.fulfilled)
