"""The question of a team: what is needed, who comes into question, on what their figures stand."""

from django.db import models
from django.db.models import Q

from lianban.apps.parties.models import Organisation


class TeamQuestion(models.Model):
    """Team question (组队问题): needed capabilities and rules, about a product or a problem in words.

    ``capabilities`` is a list of code, name, least level, copies, weight; ``rules`` holds composition rules, pairs, budget and
    objective in the form of docs/models/matching.md. ``changed`` counts up with every change, also of its candidates.
    """

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    product = models.CharField(max_length=100, blank=True, help_text="code of the product it is about")
    title = models.CharField(max_length=200)
    capabilities = models.JSONField(default=list)
    rules = models.JSONField(default=dict)
    confidentiality = models.CharField(max_length=10, default="office")
    changed = models.PositiveIntegerField(default=0)
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(confidentiality__in=("office", "private")), name="team_class_inside")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """How the journal names it."""
        return f"matching.question:{self.pk}"


class TeamCandidate(models.Model):
    """Team candidate (组队候选): how well an organisation has each capability, and what it would cost; with evidence."""

    question = models.ForeignKey(TeamQuestion, on_delete=models.CASCADE, related_name="candidates")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    levels = models.JSONField(default=dict, help_text="capability code -> level 0 to 4")
    cost_fen = models.BigIntegerField(null=True, blank=True)
    evidence = models.CharField(max_length=400, blank=True)
    from_data = models.BooleanField(default=True, help_text="levels as drafted from the chain's data")
    pinned = models.BooleanField(default=False)
    banned = models.BooleanField(default=False)

    class Meta:
        ordering = ["question_id", "organisation__code"]
        constraints = [
            models.UniqueConstraint(fields=["question", "organisation"], name="candidate_once_a_question"),
            models.CheckConstraint(
                condition=Q(cost_fen__isnull=True) | Q(cost_fen__gte=0), name="candidate_cost_not_negative"
            ),
            models.CheckConstraint(condition=~(Q(pinned=True) & Q(banned=True)), name="candidate_not_in_and_out"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}:{self.organisation_id}"
