"""Demands raised on the site (企业需求) and answers to them (我能做)."""

from django.db import models
from django.db.models import Q

from lianban.apps.demands import rules
from lianban.apps.parties.models import Organisation
from lianban.kit.confidentiality import CONFIDENTIALITY, CONFIDENTIALITY_NAMES

CLASSES = [(code, CONFIDENTIALITY_NAMES[code].zh) for code in CONFIDENTIALITY]


class RaisedDemand(models.Model):
    """Raised demand (企业提出的需求): what one enterprise needs, until it stands in the chain's own demand list."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    product = models.CharField(
        max_length=100, blank=True, help_text="code of the product; empty = not in the chain's data"
    )
    title = models.CharField(max_length=200)
    grade = models.CharField(max_length=200, blank=True)
    required_indicators = models.TextField(blank=True)
    present_supplier = models.CharField(max_length=200, blank=True)
    present_origin = models.CharField(max_length=40, blank=True)
    yearly_quantity = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)
    quantity_unit = models.CharField(max_length=20, blank=True)
    unit_price_fen = models.BigIntegerField(null=True, blank=True)
    latest_on = models.DateField(null=True, blank=True)
    scenario = models.TextField(blank=True)
    purchase_intention = models.TextField(blank=True)
    confidentiality = models.CharField(max_length=10, default="chain", choices=CLASSES)
    state = models.CharField(max_length=12, default=rules.STATES.first)
    raised_by = models.CharField(max_length=60, help_text="reference of the person, as in the journal")
    raised_at = models.DateTimeField()
    return_reason = models.CharField(max_length=400, blank=True)
    verified_by = models.CharField(max_length=60, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_basis = models.CharField(max_length=400, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True)
    listed_code = models.CharField(max_length=100, blank=True, help_text="code of the row in the chain's demand list")
    met_note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-raised_at", "-id"]
        indexes = [models.Index(fields=["chain", "product"]), models.Index(fields=["state", "id"])]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(rules.STATES.states)), name="demand_state_known"),
            models.CheckConstraint(
                condition=Q(yearly_quantity__isnull=True) | Q(yearly_quantity__gt=0), name="demand_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(unit_price_fen__isnull=True) | Q(unit_price_fen__gt=0), name="demand_price_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """How the journal names it."""
        return f"demand:{self.pk}"

    @property
    def state_name(self):  # type: ignore[no-untyped-def]
        return rules.STATES.states[self.state]

    @property
    def unit_price_yuan(self) -> float | None:
        return None if self.unit_price_fen is None else self.unit_price_fen / 100


class CanDo(models.Model):
    """Answer 我能做 (应答): an enterprise or laboratory says in one sentence that it can serve a need, with evidence."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    product = models.CharField(max_length=100, blank=True, help_text="code of the product whose weak point it answers")
    demand = models.ForeignKey(RaisedDemand, on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sentence = models.CharField(max_length=200)
    evidence = models.CharField(max_length=400)
    confidentiality = models.CharField(max_length=10, default="chain", choices=CLASSES)
    stated_by = models.CharField(max_length=60)
    stated_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["stated_at", "id"]
        indexes = [models.Index(fields=["chain", "product"])]
        constraints = [
            models.CheckConstraint(condition=~Q(product="") | Q(demand__isnull=False), name="answer_answers_something"),
            models.UniqueConstraint(
                fields=["demand", "organisation"], condition=Q(withdrawn_at__isnull=True), name="one_answer_to_a_demand"
            ),
            models.UniqueConstraint(
                fields=["chain", "product", "organisation"],
                condition=Q(withdrawn_at__isnull=True, demand__isnull=True),
                name="one_answer_to_a_weak_point",
            ),
        ]
