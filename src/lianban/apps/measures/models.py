"""What people know of an action: what it costs. The actions themselves follow from the data."""

from django.db import models
from django.db.models import Q


class ActionCost(models.Model):
    """Cost of an action (措施成本): what somebody entered, on what it stands. Append only: the newest row counts.

    ``action`` is the code the computation gives an action (``stock:film:30``); the same action has the same code in every run.
    """

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="action_costs")
    action = models.CharField(max_length=300)
    amount_fen = models.BigIntegerField(null=True, help_text="None: the cost entered before is withdrawn")
    source = models.CharField(max_length=400, blank=True, help_text="document, quotation or estimate it stands on")
    observed_on = models.DateField(null=True, help_text="day of the source")
    note = models.TextField(blank=True)
    confidentiality = models.CharField(max_length=10, default="office")
    entered_by = models.CharField(max_length=60)
    role = models.CharField(max_length=30)
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "measures_action_cost"
        ordering = ["id"]
        indexes = [models.Index(fields=["chain", "action", "-id"], name="cost_of_action")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gte=0), name="cost_not_negative"
            ),
            models.CheckConstraint(condition=Q(confidentiality__in=("office", "private")), name="cost_class_inside"),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | (~Q(source="") & Q(observed_on__isnull=False)),
                name="cost_has_source_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}:{self.action}"

    @property
    def amount_yuan(self) -> float | None:
        return None if self.amount_fen is None else self.amount_fen / 100
