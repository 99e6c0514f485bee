"""What is worked on: topics distilled from the leader's demands, and their tasks."""

from django.db import models
from django.db.models import Q

from lianban.apps.consortia import rules
from lianban.apps.consortia.models.consortium import Consortium, Member
from lianban.kit.text import Text


class Topic(models.Model):
    """Topic (自主凝练课题): the leader states the demand, sets the standard and supplies the scenario; members solve it."""

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="topics")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20)
    product = models.CharField(max_length=100, blank=True, help_text="code of the product of the chain it is about")
    demand_code = models.CharField(max_length=160, blank=True, help_text="code in the chain's demand list")
    demand = models.CharField(max_length=1000)
    standard = models.CharField(max_length=1000)
    scenario = models.CharField(max_length=1000)
    first_user = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="led_topics")
    partners = models.ManyToManyField(Member, blank=True, related_name="+")
    indicators = models.JSONField(default=list, help_text="name, comparison, threshold, unit, test method, test body")
    budget_fen = models.BigIntegerField(default=0)
    deadline = models.DateField()
    confidentiality = models.CharField(max_length=10, default="chain")
    state = models.CharField(max_length=12, default=rules.TOPIC.first)
    project_ref = models.CharField(max_length=120, blank=True)
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    outcome = models.CharField(max_length=30, blank=True, help_text="outcome of its project, when it ended")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["consortium", "number"], name="topic_number_once"),
            models.CheckConstraint(condition=Q(state__in=list(rules.TOPIC.states)), name="topic_state_known"),
            models.CheckConstraint(condition=Q(kind__in=list(rules.TOPIC_KINDS)), name="topic_kind_known"),
            models.CheckConstraint(condition=Q(budget_fen__gte=0), name="topic_budget_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        return f"consortia.topic:{self.pk}"

    @property
    def name(self) -> str:
        return self.title

    @property
    def name_en(self) -> str:
        return self.title_en

    @property
    def state_name(self) -> Text:
        return rules.TOPIC.states[self.state]

    @property
    def kind_name(self) -> Text:
        return rules.TOPIC_KINDS[self.kind]


class Task(models.Model):
    """Task (联合体任务): a part of a topic that one member carries; it becomes a milestone of the project.

    ``needs`` and ``worth_fen`` are what the Shapley value is computed from: capabilities it takes, what it is worth done.
    """

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="tasks")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="tasks")
    deliverable = models.CharField(max_length=400, blank=True)
    needs = models.JSONField(default=list, help_text="capabilities, in the words of the members' lists")
    worth_fen = models.BigIntegerField(default=0)
    payment_fen = models.BigIntegerField(default=0)
    due_on = models.DateField()
    state = models.CharField(max_length=12, default=rules.TASK.first)

    class Meta:
        ordering = ["topic_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="task_number_once"),
            models.CheckConstraint(condition=Q(state__in=list(rules.TASK.states)), name="task_state_known"),
            models.CheckConstraint(condition=Q(worth_fen__gte=0, payment_fen__gte=0), name="task_money_not_negative"),
        ]

    @property
    def state_name(self) -> Text:
        return rules.TASK.states[self.state]
