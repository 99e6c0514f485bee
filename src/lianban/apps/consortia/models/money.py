"""What goes in and comes out: contributions of members, money received, benefits split. Balances are the ledger's."""

from django.db import models
from django.db.models import Q

from lianban.apps.consortia import rules
from lianban.apps.consortia.models.consortium import Consortium, Member
from lianban.apps.consortia.models.work import Topic
from lianban.kit.text import Text


class Contribution(models.Model):
    """Contribution (投入): cash or things a member pledged, with evidence when they came; posted when confirmed."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="contributions")
    kind = models.CharField(max_length=12)
    what = models.CharField(max_length=300)
    amount_fen = models.BigIntegerField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, default=rules.CONTRIBUTION.first)
    evidence = models.CharField(max_length=400, blank=True)
    valuation = models.CharField(max_length=400, blank=True, help_text="how things were valued")
    pledged_by = models.CharField(max_length=60)
    pledged_at = models.DateTimeField()
    reported_by = models.CharField(max_length=60, blank=True)
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(rules.CONTRIBUTION.states)), name="contribution_state_known"),
            models.CheckConstraint(condition=Q(kind__in=list(rules.CONTRIBUTION_KINDS)), name="contribution_kind_known"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="contribution_above_zero"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (~Q(evidence="") & Q(confirmed_at__isnull=False)),
                name="contribution_confirmed_with_evidence",
            ),
        ]  # fmt: skip

    @property
    def reference(self) -> str:
        return f"consortia.contribution:{self.pk}"

    @property
    def in_kind(self) -> bool:
        return self.kind != "cash"

    @property
    def state_name(self) -> Text:
        return rules.CONTRIBUTION.states[self.state]

    @property
    def kind_name(self) -> Text:
        return rules.CONTRIBUTION_KINDS[self.kind]


class Receipt(models.Model):
    """Receipt (联合体到账): public money granted, or income from a result; posted when it is written down."""

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="receipts")
    kind = models.CharField(max_length=10)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="receipts")
    amount_fen = models.BigIntegerField()
    payer = models.CharField(max_length=200)
    evidence = models.CharField(max_length=400)
    received_on = models.DateField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(rules.RECEIPT_KINDS)), name="receipt_kind_known"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="receipt_above_zero"),
        ]

    @property
    def reference(self) -> str:
        return f"consortia.receipt:{self.pk}"

    @property
    def kind_name(self) -> Text:
        return rules.RECEIPT_KINDS[self.kind]


class Split(models.Model):
    """Benefit split (收益分配): an amount, the ways to split it beside each other, the one the council chose."""

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="splits")
    number = models.PositiveIntegerField()
    amount_fen = models.BigIntegerField()
    what = models.CharField(max_length=300, help_text="which benefit")
    ways = models.JSONField(help_text="each way with its parts and working, as computed on that day")
    state = models.CharField(max_length=12, default=rules.SPLIT.first)
    method = models.CharField(max_length=20, blank=True)
    computed_by = models.CharField(max_length=60)
    computed_at = models.DateTimeField()
    chosen_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["consortium", "number"], name="split_number_once"),
            models.CheckConstraint(condition=Q(state__in=list(rules.SPLIT.states)), name="split_state_known"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="split_above_zero"),
            models.CheckConstraint(
                condition=~Q(state__in=("chosen", "paid")) | ~Q(method=""), name="split_chosen_has_a_method"
            ),
        ]

    @property
    def reference(self) -> str:
        return f"consortia.split:{self.pk}"

    @property
    def state_name(self) -> Text:
        return rules.SPLIT.states[self.state]

    @property
    def method_name(self) -> Text | str:
        return rules.METHODS.get(self.method, "")

    def way(self, method: str) -> rules.Way | None:
        """One way as it was computed."""
        return next((rules.of_kept(kept) for kept in self.ways if kept["method"] == method), None)
