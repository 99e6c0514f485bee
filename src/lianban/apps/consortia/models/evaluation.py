"""How a consortium did: the yearly evaluation, and rectification where it did badly."""

from django.db import models
from django.db.models import Q

from lianban.apps.consortia import rules
from lianban.apps.consortia.models.consortium import Consortium
from lianban.kit.text import Text


class Evaluation(models.Model):
    """Evaluation (年度评价): points with reasons on the frozen sheet, the grade, an appeal and its answer."""

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="evaluations")
    year = models.PositiveIntegerField()
    scores = models.JSONField(help_text="by criterion: points and reason")
    facts = models.JSONField(default=dict, help_text="what the records said on that day")
    points = models.PositiveIntegerField()
    grade = models.CharField(max_length=1)
    state = models.CharField(max_length=12, default=rules.EVALUATION.first)
    appeal_until = models.DateField()
    graded_by = models.CharField(max_length=60)
    graded_at = models.DateTimeField()
    appeal = models.CharField(max_length=1000, blank=True)
    appealed_by = models.CharField(max_length=60, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.CharField(max_length=60, blank=True)
    final_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["consortium", "year"], name="evaluation_once_a_year"),
            models.CheckConstraint(condition=Q(state__in=list(rules.EVALUATION.states)), name="evaluation_state_known"),
            models.CheckConstraint(condition=Q(grade__in=list(rules.GRADES)), name="evaluation_grade_known"),
        ]

    @property
    def reference(self) -> str:
        return f"consortia.evaluation:{self.pk}"

    @property
    def state_name(self) -> Text:
        return rules.EVALUATION.states[self.state]

    @property
    def grade_name(self) -> Text:
        return rules.GRADES[self.grade]


class Rectification(models.Model):
    """Rectification (整改): what has to be mended by when, what was reported, how it was judged."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="rectification")
    lines = models.JSONField(default=list, help_text="codes of the lines of the sheet that have to be mended")
    due_on = models.DateField()
    state = models.CharField(max_length=12, default=rules.RECTIFICATION.first)
    ordered_by = models.CharField(max_length=60)
    ordered_at = models.DateTimeField()
    report = models.CharField(max_length=2000, blank=True)
    reported_by = models.CharField(max_length=60, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=1000, blank=True)
    judged_by = models.CharField(max_length=60, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(rules.RECTIFICATION.states)), name="rectification_state_known"
            )
        ]

    @property
    def reference(self) -> str:
        return f"consortia.rectification:{self.pk}"

    @property
    def state_name(self) -> Text:
        return rules.RECTIFICATION.states[self.state]
