"""A panel, its seats, its draws, its conflicts."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from lianban.apps.parties.models import Organisation
from lianban.apps.review import rules
from lianban.apps.review.models.pool import Expert, random_key
from lianban.apps.rulesets.rules import Frozen
from lianban.kit.text import Text


class Panel(models.Model):
    """Panel (评审组): who judges one thing, under rules frozen when it was convened."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    subject = models.CharField(max_length=120, help_text="reference of what is judged")
    chain = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    group = models.CharField(max_length=20, default="challenge", help_text="group of rules that sizes and scores it")
    rule_set = models.JSONField(help_text="rules as frozen when it was convened")
    amount_fen = models.BigIntegerField(default=0)
    fields = models.JSONField(default=list)
    state = models.CharField(max_length=12, default=rules.STATES.first)
    convened_by = models.CharField(max_length=60)
    convened_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    blind_hash = models.CharField(max_length=64, blank=True)
    blind_frozen_at = models.DateTimeField(null=True, blank=True)
    frozen = models.JSONField(null=True, blank=True, help_text="seats, items, sheet and all points as frozen")
    frozen_hash = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    reasons = models.TextField(blank=True, help_text="the chair's reasons for the order")
    reasons_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-convened_at", "-id"]
        indexes = [models.Index(fields=["subject"]), models.Index(fields=["chain", "state"])]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(rules.STATES.states)), name="panel_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["frozen", "closed"]) | (~Q(frozen_hash="") & Q(frozen__isnull=False)),
                name="panel_frozen_with_hash",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="panel_amount_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        return f"review.panel:{self.key}"

    @property
    def kept_rules(self) -> Frozen:
        return Frozen.of(self.rule_set)

    @property
    def state_name(self) -> Text:
        return rules.STATES.states[self.state]

    @property
    def amount_yuan(self) -> float:
        return self.amount_fen / 100

    @property
    def phase(self) -> rules.Phase:
        return rules.PHASES[self.state]


class PanelParty(models.Model):
    """Party to a panel (当事方): who answers what is judged, or who drafted it; experts must be free of both."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=10, choices=[("solver", "揭榜方"), ("drafter", "起草人")])
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["panel_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "role", "organisation"], name="panel_party_once"),
            models.UniqueConstraint(fields=["panel", "user"], name="drafter_once"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, user__isnull=True)
                | Q(organisation__isnull=True, user__isnull=False, role="drafter"),
                name="party_is_one",
            ),
        ]


class Draw(models.Model):
    """Draw (随机抽取): what went into one draw and what came out, so that anyone can repeat it."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="draws")
    number = models.PositiveSmallIntegerField()
    wanted = models.JSONField()
    pool = models.JSONField(help_text="keys of experts by kind")
    pool_digest = models.CharField(max_length=64)
    head_number = models.BigIntegerField()
    head_hash = models.CharField(max_length=64)
    salt = models.CharField(max_length=32)
    seed = models.CharField(max_length=64)
    drawn = models.JSONField(help_text="keys of experts by kind, in the order of their tickets")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["panel_id", "number"]
        constraints = [models.UniqueConstraint(fields=["panel", "number"], name="draw_once_a_number")]


class Seat(models.Model):
    """Seat (席位): one expert's place on a panel. Deeds of experts are journaled by its key, never by person."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField()
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="seats")
    kind = models.CharField(max_length=20, choices=[(code, name.zh) for code, name in rules.KINDS.items()])
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, null=True, related_name="seats")
    chair = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    seated_at = models.DateTimeField()
    blind_frozen = models.BooleanField(default=False, help_text="blind points given before names opened: they stay")
    declared_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    left_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["panel_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "number"], name="seat_number_once"),
            models.UniqueConstraint(fields=["panel", "expert"], name="expert_once_a_panel"),
            models.UniqueConstraint(fields=["panel"], condition=Q(chair=True, active=True), name="one_chair"),
        ]

    @property
    def reference(self) -> str:
        return f"review.seat:{self.key}"

    @property
    def kind_name(self) -> Text:
        return rules.KINDS[self.kind]


class Hit(models.Model):
    """Hit (关联线索): one thing that may keep an expert from judging, derived or declared, with its evidence hop by hop."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="hits")
    source = models.CharField(max_length=10, choices=[("derived", "系统推出"), ("declared", "本人申报")])
    kind = models.CharField(max_length=20, choices=[(code, name.zh) for code, name in rules.HITS.items()])
    party = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.JSONField(default=list, help_text="hops, each with its evidence and where it can be read")
    fingerprint = models.CharField(max_length=64)
    found_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, default="open", choices=[("open", "待处理"), ("cleared", "已解除"), ("upheld", "已认定")]
    )
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["seat_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "fingerprint"], name="hit_once_a_seat"),
            models.CheckConstraint(
                condition=Q(state="open") | (~Q(reason="") & ~Q(decided_by="") & Q(decided_at__isnull=False)),
                name="hit_decided_with_reason",
            ),
            models.CheckConstraint(condition=~Q(kind="lobbying_bar", state="cleared"), name="hit_bar_never_cleared"),
        ]

    @property
    def reference(self) -> str:
        return f"review.hit:{self.pk}"

    @property
    def kind_name(self) -> Text:
        return rules.HITS[self.kind]
