"""What is read and scored."""

from django.db import models
from django.db.models import Q

from lianban.apps.parties.models import Organisation
from lianban.apps.review.models.panel import Panel, Seat


class Item(models.Model):
    """Item (评审件): one plan before a panel: an anonymous code, the text without names, the text with them."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=120, help_text="the caller's reference")
    code = models.CharField(max_length=8)
    blind_text = models.TextField()
    named_text = models.TextField(blank=True)
    organisations = models.ManyToManyField(Organisation, related_name="+")
    feedback = models.TextField(blank=True)
    feedback_by = models.CharField(max_length=60, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["panel_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "key"], name="item_once_a_panel"),
            models.UniqueConstraint(fields=["panel", "code"], name="item_code_once"),
        ]


class Score(models.Model):
    """Score (评分): the points of one seat for one item under one criterion."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="scores")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="scores")
    criterion = models.CharField(max_length=40)
    phase = models.CharField(max_length=10)
    points = models.DecimalField(max_digits=5, decimal_places=1)
    at = models.DateTimeField()

    class Meta:
        ordering = ["item_id", "seat_id", "criterion"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "item", "criterion"], name="score_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="score_not_negative"),
        ]


class Opinion(models.Model):
    """Opinion (评审意见): what one seat wrote on one item; for the chair and the office, never for solvers word by word."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="opinions")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="opinions")
    phase = models.CharField(max_length=10)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["item_id", "seat_id"]
        constraints = [models.UniqueConstraint(fields=["seat", "item", "phase"], name="opinion_once_a_phase")]
