"""Outcomes with their appeals, and what became of a result: use, purchase, level."""

from django.db import models
from django.db.models import F, Q

from lianban.apps.parties.models import Organisation
from lianban.apps.projects import rules
from lianban.apps.projects.models.project import Project
from lianban.kit.text import Text


class Conclusion(models.Model):
    """Conclusion (结论): an outcome with its reason, its evidence and its appeal window. Never changed: a new one follows."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="conclusions")
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=400)
    evidence = models.CharField(max_length=400)
    appeal_until = models.DateField()
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.CharField(max_length=60)
    role = models.CharField(max_length=30)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=list(rules.OUTCOMES)), name="conclusion_outcome_known"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(evidence=""), name="conclusion_says_why"),
        ]

    @property
    def reference(self) -> str:
        return f"projects.conclusion:{self.pk}"

    @property
    def outcome_name(self) -> Text:
        return rules.OUTCOMES[self.outcome]


class Appeal(models.Model):
    """Appeal (申诉): against one conclusion, answered by somebody else than who concluded."""

    conclusion = models.OneToOneField(Conclusion, on_delete=models.PROTECT, related_name="appeal")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    answer = models.CharField(max_length=20, blank=True, help_text="uphold, change or reinstate")
    answer_reason = models.TextField(blank=True)
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    @property
    def reference(self) -> str:
        return f"projects.appeal:{self.pk}"


class CreditMark(models.Model):
    """Credit mark (信用记录): only a failure at fault leaves one, once its outcome is in effect, and only for some years."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="credit_mark")
    conclusion = models.OneToOneField(Conclusion, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20)
    from_on = models.DateField()
    until_on = models.DateField()

    class Meta:
        db_table = "projects_credit_mark"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome=rules.AT_FAULT), name="credit_mark_only_at_fault"),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="credit_mark_ends"),
        ]


class FollowUp(models.Model):
    """Follow-up (跟踪报告): how the result fares in the years after its acceptance."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="follow_ups")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    sales_fen = models.BigIntegerField(null=True, blank=True)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        db_table = "projects_follow_up"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="follow_up_number_once")]


class _Use(models.Model):
    """Somebody else than the maker uses an accepted result."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    used_on = models.DateField()
    quantity = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    evidence = models.CharField(max_length=400)
    recorded_by = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=60, blank=True, help_text="the user itself says so")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["used_on", "id"]


class FirstUse(_Use):
    """First use (首用): the first time somebody else than the maker uses the accepted result."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="first_use")

    class Meta(_Use.Meta):
        db_table = "projects_first_use"

    @property
    def reference(self) -> str:
        return f"projects.first_use:{self.pk}"


class Spread(_Use):
    """Spread (推广应用): another organisation of the industry uses the result after the first."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="spread")

    class Meta(_Use.Meta):
        db_table = "projects_spread"
        constraints = [models.UniqueConstraint(fields=["project", "organisation"], name="spread_once_an_organisation")]

    @property
    def reference(self) -> str:
        return f"projects.spread:{self.pk}"


class PriorityPurchase(models.Model):
    """Priority purchase (优先采购): what a buyer promised in the agreement, to be held beside what it ordered."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="purchases")
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=18, decimal_places=3)
    unit = models.CharField(max_length=40)
    price_rule = models.CharField(max_length=300)
    price_max_fen = models.BigIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    quality_gate = models.CharField(max_length=300)
    agreement_ref = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        db_table = "projects_priority_purchase"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "buyer"], name="purchase_once_a_buyer"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="purchase_quantity_above_zero"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="purchase_period_has_length"),
        ]

    @property
    def reference(self) -> str:
        return f"projects.purchase:{self.pk}"


class PurchaseOrder(models.Model):
    """Order (采购订单): what was ordered under a priority purchase. Never changed: the database refuses."""

    purchase = models.ForeignKey(PriorityPurchase, on_delete=models.PROTECT, related_name="orders")
    ordered_on = models.DateField()
    quantity = models.DecimalField(max_digits=18, decimal_places=3)
    unit_price_fen = models.BigIntegerField()
    passed_gate = models.BooleanField(help_text="the goods passed the agreed quality gate; only then it counts")
    evidence = models.CharField(max_length=400)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        db_table = "projects_order"
        ordering = ["ordered_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_quantity_above_zero"),
            models.CheckConstraint(condition=Q(unit_price_fen__gte=0), name="order_price_not_negative"),
        ]


class LevelRise(models.Model):
    """Rise of a level (水平提升): an accepted result entered in the atlas with its evidence; diagnosed before and after."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="rises")
    product = models.CharField(max_length=100)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=20, help_text="stage of production the result has reached")
    stage_before = models.CharField(max_length=20, blank=True)
    level = models.CharField(max_length=2, blank=True, help_text="level the acceptance states; empty = it states none")
    n_accepted = models.PositiveSmallIntegerField(help_text="accepted targets it stands on")
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=12, default=rules.RISE.first)
    run_before = models.PositiveIntegerField(null=True, blank=True, help_text="number of the run before it was entered")
    stamp_after = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="stamp of the data once it was entered"
    )
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        db_table = "projects_level_rise"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(n_accepted__gte=1), name="rise_stands_on_accepted_targets"),
            models.CheckConstraint(condition=Q(state__in=list(rules.RISE.states)), name="rise_state_known"),
            models.UniqueConstraint(fields=["project"], condition=Q(state="proposed"), name="rise_one_pending"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(stamp_after__isnull=False), name="rise_confirmed_has_stamp"
            ),
        ]

    @property
    def reference(self) -> str:
        return f"projects.rise:{self.pk}"

    @property
    def stage_name(self) -> Text:
        return rules.MAKING_NAMES[self.stage]

    @property
    def state_name(self) -> Text:
        return rules.RISE.states[self.state]
