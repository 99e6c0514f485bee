"""Whom the challenge was given to: one lane, or several that race."""

from django.db import models
from django.db.models import F, Q

from lianban.apps.challenges.models.answers import Answer
from lianban.apps.challenges.models.challenge import Challenge
from lianban.apps.challenges.rules import words
from lianban.kit.text import Text


class Lane(models.Model):
    """Lane (赛道): one chosen solver with its money, its papers, its project and how its run ended."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="lanes")
    number = models.PositiveSmallIntegerField()
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="lanes")
    public_fen = models.BigIntegerField(default=0)
    payable_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=12, default=words.LANES.first)
    task_book = models.BigIntegerField(null=True, blank=True, help_text="number of the agreement")
    pledge = models.BigIntegerField(null=True, blank=True)
    technology_contract = models.BigIntegerField(null=True, blank=True)
    contract_registration = models.CharField(max_length=100, blank=True, help_text="number of the registration")
    money_proof = models.CharField(max_length=400, blank=True)
    money_proof_fen = models.BigIntegerField(null=True, blank=True)
    project = models.CharField(max_length=100, blank=True, help_text="reference of its project")
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["challenge_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "number"], name="lane_number_once"),
            models.UniqueConstraint(
                fields=["challenge"], condition=Q(state="won"), name="one_winner_a_challenge"
            ),
            models.CheckConstraint(condition=Q(state__in=list(words.LANES.states)), name="lane_state_known"),
            models.CheckConstraint(condition=Q(public_fen__gte=0, payable_fen__gte=0), name="lane_money_not_negative"),
            models.CheckConstraint(
                condition=~Q(state__in=["eliminated", "lost", "left", "dropped"]) | ~Q(end_reason=""),
                name="lane_end_has_reason",
            ),
        ]  # fmt: skip

    @property
    def reference(self) -> str:
        return f"challenges.lane:{self.pk}"

    @property
    def pot(self) -> str:
        """Code of the ledger account its money lies in."""
        return f"challenge:{self.challenge_id}:lane:{self.number}"

    @property
    def state_name(self) -> Text:
        return words.LANES.states[self.state]


class Gate(models.Model):
    """Gate (阶段门): the landmark result a racing team has to show by a day, and the most it gets back if it does not."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="gates")
    number = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=30)
    landmark = models.CharField(max_length=400)
    due_on = models.DateField()
    compensation_cap_fen = models.BigIntegerField(default=0, help_text="0: the cap of the rules alone")

    class Meta:
        ordering = ["challenge_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "number"], name="gate_number_once"),
            models.CheckConstraint(condition=Q(compensation_cap_fen__gte=0), name="gate_cap_not_negative"),
        ]

    @property
    def stage_name(self) -> Text:
        return words.STAGES.get(self.stage, Text(self.stage, self.stage))


class GateFinding(models.Model):
    """Gate finding (阶段结论): whether a team passed a gate; proposed by one person, confirmed by another."""

    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="findings")
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="findings")
    met = models.BooleanField()
    reason = models.TextField()
    evidence = models.CharField(max_length=400, blank=True)
    cost_fen = models.BigIntegerField(default=0, help_text="cost of the stage that was proven")
    compensation_fen = models.BigIntegerField(default=0)
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    entry_set = models.CharField(max_length=100, blank=True, help_text="reference of the payment in the ledger")

    class Meta:
        db_table = "challenges_gate_finding"
        ordering = ["gate_id", "lane_id"]
        constraints = [
            models.UniqueConstraint(fields=["gate", "lane"], name="one_finding_a_gate_and_lane"),
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("proposed_by")), name="finding_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(compensation_fen__gte=0, compensation_fen__lte=F("cost_fen")) | Q(compensation_fen=0),
                name="compensation_not_above_cost",
            ),
        ]

    @property
    def reference(self) -> str:
        return f"challenges.gate_finding:{self.pk}"
