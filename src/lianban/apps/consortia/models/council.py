"""What the council (理事会) decides: meetings, who came, motions, votes, the roadmap."""

from django.db import models
from django.db.models import Q

from lianban.apps.consortia import rules
from lianban.apps.consortia.models.consortium import Consortium, Member
from lianban.kit.text import Text


class Meeting(models.Model):
    """Meeting (理事会会议): called with a day and an agenda, closed with minutes when every motion is decided."""

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="meetings")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    held_on = models.DateField()
    votes_until = models.DateTimeField()
    called_by = models.CharField(max_length=60)
    called_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    minutes = models.TextField(blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["consortium", "number"], name="meeting_number_once")]

    @property
    def reference(self) -> str:
        return f"consortia.meeting:{self.pk}"


class Presence(models.Model):
    """Presence (到会): a member was there, as its own person said."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="presences")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="presence_once_a_meeting")]


class Roadmap(models.Model):
    """Roadmap (路线图): goals with a day, a measure and a budget each. A version that was passed never changes."""

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="roadmaps")
    version = models.PositiveIntegerField()
    items = models.JSONField(help_text="a list of {goal, measure, by, budget_fen}")
    drawn_by = models.CharField(max_length=60)
    drawn_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["consortium", "version"], name="roadmap_version_once")]

    @property
    def reference(self) -> str:
        return f"consortia.roadmap:{self.pk}"

    @property
    def budget_fen(self) -> int:
        return sum(int(item.get("budget_fen") or 0) for item in self.items)


class Motion(models.Model):
    """Motion (议案): one thing the council is asked, what it is about, and how it went."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="motions")
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=300)
    roadmap = models.ForeignKey(Roadmap, on_delete=models.PROTECT, null=True, blank=True, related_name="motions")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="motions")
    topic = models.ForeignKey("consortia.Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="motions")  # fmt: skip
    split = models.ForeignKey("consortia.Split", on_delete=models.PROTECT, null=True, blank=True, related_name="motions")  # fmt: skip
    method = models.CharField(max_length=20, blank=True, help_text="the way of splitting that is put to the vote")
    state = models.CharField(max_length=12, default=rules.MOTION.first)
    put_by = models.CharField(max_length=60)
    put_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    counted = models.JSONField(default=dict, help_text="the count as it was decided")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(rules.MOTION.states)), name="motion_state_known"),
            models.CheckConstraint(condition=Q(kind__in=list(rules.MOTION_KINDS)), name="motion_kind_known"),
        ]

    @property
    def reference(self) -> str:
        return f"consortia.motion:{self.pk}"

    @property
    def state_name(self) -> Text:
        return rules.MOTION.states[self.state]

    @property
    def kind_name(self) -> Text:
        return rules.MOTION_KINDS[self.kind]

    @property
    def method_name(self) -> Text | str:
        return rules.METHODS.get(self.method, "")


class Vote(models.Model):
    """Vote (表决): one member's word on one motion. Never changed or deleted: the database refuses (see migrations)."""

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="votes")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "member"], name="vote_once_a_motion"),
            models.CheckConstraint(condition=Q(choice__in=list(rules.CHOICES)), name="vote_choice_known"),
        ]

    @property
    def choice_name(self) -> Text:
        return rules.CHOICES[self.choice]
