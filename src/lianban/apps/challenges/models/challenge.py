"""A challenge with everything it states, the versions posted, and the record of its steps."""

from typing import Any

from django.db import models
from django.db.models import Q

from lianban.apps.challenges.rules import steps, words
from lianban.apps.challenges.rules.money import Money
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import ROLES
from lianban.apps.rulesets.rules import Frozen
from lianban.kit.confidentiality import CONFIDENTIALITY
from lianban.kit.states import Transitions
from lianban.kit.text import Text


class Challenge(models.Model):
    """Challenge (榜单): a problem put out for whoever can solve it, with what it is measured by and what it pays."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="counts up inside a chain")
    product = models.CharField(max_length=100, blank=True, help_text="code of the product it is about")
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    klass = models.CharField(max_length=10, default="tackling")
    mode = models.CharField(max_length=12, default="firm")
    scale = models.CharField(max_length=6, default="major")
    poster = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="who has the problem and pays; empty = the bureau itself",
    )  # fmt: skip
    first_user = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    background = models.TextField(blank=True)
    problem = models.TextField(blank=True)
    grade = models.CharField(max_length=300, blank=True)
    present_level = models.TextField(blank=True)
    scenario = models.TextField(blank=True)
    facilities = models.TextField(blank=True, help_text="what the poster opens to solvers")
    ownership = models.CharField(max_length=10, default="solver")
    ownership_note = models.TextField(blank=True)
    contact = models.CharField(max_length=200, blank=True, help_text="office and extension, no person")
    months = models.PositiveSmallIntegerField(default=24)
    medicine = models.BooleanField(default=False, help_text="longer terms where the rules know them")
    answers_until = models.DateTimeField(null=True, blank=True)
    total_fen = models.BigIntegerField(default=0)
    public_fen = models.BigIntegerField(default=0)
    poster_cash_fen = models.BigIntegerField(default=0)
    payable_fen = models.BigIntegerField(default=0, help_text="what the poster has to pay the solver in cash")
    self_fen = models.BigIntegerField(default=0, help_text="the solver's own money")
    in_kind_fen = models.BigIntegerField(default=0)
    payment_points = models.TextField(blank=True, help_text="in words; the amounts stand with the milestones")
    acceptance_fen = models.BigIntegerField(default=0, help_text="paid to the solver at acceptance")
    confidentiality = models.CharField(max_length=10, default="office")
    posted_class = models.CharField(max_length=10, default="open", help_text="its class from posting on")
    state = models.CharField(max_length=20, default="draft")
    state_since = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True, help_text="by when the present step is owed")
    rules = models.JSONField(help_text="the rules frozen when it was proposed")
    weak_point = models.CharField(max_length=100, blank=True, help_text="reference of the weak point it came from")
    demand = models.CharField(max_length=100, blank=True, help_text="reference of the demand it came from")
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    box = models.BigIntegerField(null=True, blank=True, help_text="number of the sealed box")
    panel = models.BigIntegerField(null=True, blank=True, help_text="number of the panel")
    notice_from = models.DateField(null=True, blank=True)
    notice_until = models.DateField(null=True, blank=True)
    raced = models.BooleanField(default=False)
    opinion = models.TextField(blank=True)
    opinion_for = models.ForeignKey(
        "challenges.Answer", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    choice_reason = models.TextField(blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    end_reason = models.TextField(blank=True)
    example = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["chain", "product"]), models.Index(fields=["state", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="challenge_number_once_a_chain"),
            models.CheckConstraint(condition=Q(state__in=list(steps.STATES.states)), name="challenge_state_known"),
            models.CheckConstraint(condition=Q(klass__in=list(words.CLASSES)), name="challenge_class_known"),
            models.CheckConstraint(condition=Q(mode__in=list(words.MODES)), name="challenge_mode_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *words.OUTCOMES]), name="challenge_outcome_known"),
            models.CheckConstraint(
                condition=Q(confidentiality__in=CONFIDENTIALITY, posted_class__in=CONFIDENTIALITY),
                name="challenge_confidentiality_known",
            ),
            models.CheckConstraint(
                condition=Q(total_fen__gte=0, public_fen__gte=0, poster_cash_fen__gte=0, payable_fen__gte=0, self_fen__gte=0,
                            in_kind_fen__gte=0, acceptance_fen__gte=0),
                name="challenge_money_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["matching", "answering"]) | Q(answers_until__isnull=False),
                name="challenge_posted_has_deadline",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """How the journal and other apps name it."""
        return f"challenges.challenge:{self.pk}"

    @property
    def name(self) -> str:
        return self.title

    @property
    def name_en(self) -> str:
        return self.title_en

    @property
    def frozen(self) -> Frozen:
        return Frozen.of(self.rules)

    @property
    def table(self) -> Transitions:
        """The moves of this challenge: the steps that its frozen rules name."""
        return steps.table(self.frozen.value("challenge.steps"))

    @property
    def state_name(self) -> Text:
        return steps.STATES.states[self.state]

    @property
    def step(self) -> steps.Step | None:
        return steps.BY_STATE.get(self.state)

    @property
    def posted(self) -> bool:
        return self.posted_at is not None

    @property
    def money(self) -> Money:
        return Money(
            self.total_fen, self.public_fen, self.poster_cash_fen, self.payable_fen, self.self_fen, self.in_kind_fen
        )

    @property
    def klass_name(self) -> Text:
        return words.CLASSES[self.klass]

    @property
    def mode_name(self) -> Text:
        return words.MODES[self.mode]

    @property
    def ownership_name(self) -> Text:
        return words.OWNERSHIP[self.ownership]

    @property
    def outcome_name(self) -> Text | None:
        return words.OUTCOMES.get(self.outcome)


class Indicator(models.Model):
    """Indicator (揭榜指标): what a solution is measured by: quantity, unit, threshold, how it is tested and by whom."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    comparison = models.CharField(max_length=4, default=">=")
    threshold = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    present = models.CharField(max_length=100, blank=True, help_text="what is reached today, in words")
    test_method = models.CharField(max_length=300, blank=True)
    test_body = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["challenge_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "position"], name="indicator_position_once"),
            models.CheckConstraint(
                condition=Q(comparison__in=list(words.COMPARISONS)), name="challenge_indicator_comparison"
            ),
        ]

    @property
    def comparison_name(self) -> Text:
        return words.COMPARISONS[self.comparison]

    def as_dict(self) -> dict[str, Any]:
        fields = ("name", "name_en", "unit", "comparison", "present", "test_method", "test_body")
        threshold = None if self.threshold is None else str(self.threshold.normalize())
        return {field: getattr(self, field) for field in fields} | {"threshold": threshold}


class PlannedMilestone(models.Model):
    """Planned milestone (计划里程碑): what is due how many months after signing, and what it pays the solver."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    months = models.PositiveSmallIntegerField(help_text="after signing")
    deliverable = models.CharField(max_length=400, blank=True)
    payment_fen = models.BigIntegerField(default=0)

    class Meta:
        db_table = "challenges_planned_milestone"
        ordering = ["challenge_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "position"], name="planned_milestone_once"),
            models.CheckConstraint(condition=Q(payment_fen__gte=0), name="planned_payment_not_negative"),
        ]


class Condition(models.Model):
    """Condition (揭榜条件): one condition on solvers, with what the fair-competition check asked and the legal unit decided."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="conditions")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    written = models.TextField(blank=True, help_text="as it was first written, where the legal unit changed it")
    flags = models.JSONField(default=list, help_text="what the check found: key, group, word, start, end, why")
    basis = models.TextField(blank=True, help_text="legal basis the office answered with")
    basis_by = models.CharField(max_length=60, blank=True)
    decision = models.CharField(max_length=10, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["challenge_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "position"], name="condition_position_once"),
            models.CheckConstraint(condition=Q(decision__in=["", *words.DECISIONS]), name="condition_decision_known"),
            models.CheckConstraint(condition=Q(decision="") | ~Q(reason=""), name="condition_decision_has_reason"),
        ]

    @property
    def reference(self) -> str:
        return f"challenges.condition:{self.pk}"

    @property
    def decision_name(self) -> Text | None:
        return words.DECISIONS.get(self.decision)


class PostedVersion(models.Model):
    """Posted version (榜单版本): the challenge as it was posted, with its hash. Never changed: the database refuses."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=400, blank=True)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        db_table = "challenges_posted_version"
        ordering = ["challenge_id", "number"]
        constraints = [models.UniqueConstraint(fields=["challenge", "number"], name="posted_version_once")]


class StepRecord(models.Model):
    """Step record (办理步骤): one step done: by which role, when, in which minutes, with what words. Never changed."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="records")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    by = models.CharField(max_length=60)
    role = models.CharField(max_length=30)
    at = models.DateTimeField()
    minutes = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "challenges_step_record"
        ordering = ["id"]
        indexes = [models.Index(fields=["challenge", "verb"])]

    @property
    def name(self) -> Text:
        """What was done, in words; refers to the whole table: the step may be off by now."""
        return steps.STATES.moves[self.verb].name

    @property
    def role_name(self) -> Text:
        return ROLES.get(self.role, Text("系统", "system"))
