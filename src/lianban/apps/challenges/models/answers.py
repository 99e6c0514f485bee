"""Answers after the opening, questions, objections. While the box is sealed nothing of an answer stands here."""

from django.db import models
from django.db.models import Q

from lianban.apps.challenges.models.challenge import Challenge
from lianban.apps.parties.models import Organisation


class Answer(models.Model):
    """Answer (揭榜应答): one solver's plan as it came out of the sealed box, its check, its rank, and what it was told."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="answers")
    code = models.CharField(max_length=10, help_text="how experts know it while the reading is blind")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    partners = models.ManyToManyField(Organisation, related_name="+", blank=True)
    via_consortium = models.CharField(max_length=100, blank=True)
    content = models.JSONField()
    receipt = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    intact = models.BooleanField(default=True)
    formal = models.BooleanField(null=True, help_text="whether it passed the formal check; None = not checked")
    marks = models.JSONField(default=dict)
    formal_reason = models.TextField(blank=True)
    formal_by = models.CharField(max_length=60, blank=True)
    total = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    chosen = models.BooleanField(default=False)
    feedback = models.TextField(blank=True)
    feedback_by = models.CharField(max_length=60, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["challenge_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "organisation"], name="answer_once_an_organisation"),
            models.UniqueConstraint(fields=["challenge", "code"], name="answer_code_once"),
            models.CheckConstraint(condition=Q(chosen=False) | Q(formal=True), name="answer_chosen_passed_the_check"),
        ]

    @property
    def reference(self) -> str:
        return f"challenges.answer:{self.pk}"

    @property
    def race_consent(self) -> bool:
        return bool(self.content.get("race_consent"))

    @property
    def asked_fen(self) -> int:
        return int(self.content.get("asked_fen") or 0)


class Question(models.Model):
    """Question (答疑): asked while answers are prepared; the reply is read by everybody, who asked by nobody."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField()
    asked_by = models.CharField(max_length=60)
    asked_on = models.DateField(help_text="the day only: the hour could tell who asked")
    reply = models.TextField(blank=True)
    replied_by = models.CharField(max_length=60, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    @property
    def reference(self) -> str:
        return f"challenges.question:{self.pk}"


class Objection(models.Model):
    """Objection (异议): against a choice on public notice; signed, in writing, answered with a reason."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="objections")
    round = models.PositiveSmallIntegerField(default=1, help_text="which public notice")
    text = models.TextField()
    signed = models.CharField(max_length=200, help_text="unit that signs; a person signs on paper, the office keeps it")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    raised_by = models.CharField(max_length=60)
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    upheld = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(upheld__isnull=True) | ~Q(answer=""), name="objection_answered_in_words")
        ]

    @property
    def reference(self) -> str:
        return f"challenges.objection:{self.pk}"
