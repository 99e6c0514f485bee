"""The pool of experts: what they can judge, what ties them, bars, ratings."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lianban.apps.parties.models import Organisation
from lianban.apps.review import rules
from lianban.kit.text import Text


def random_key() -> str:
    """A public name that tells nothing: neither who, nor when, nor how many."""
    return secrets.token_hex(8)


class Expert(models.Model):
    """Expert (专家): a person of the pool, the kinds and fields they can judge. The key names them where names may not stand."""

    key = models.CharField(max_length=16, unique=True, default=random_key)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kinds = models.JSONField(default=list, help_text="of technical, finance, legal, representative")
    fields = models.JSONField(default=list, help_text="words for what they can judge; empty = every field")
    chain = models.CharField(max_length=100, blank=True, help_text="code of the chain; empty = every chain")
    example = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    left_reason = models.CharField(max_length=400, blank=True)
    enrolled_by = models.CharField(max_length=60)
    enrolled_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]

    @property
    def reference(self) -> str:
        return f"review.expert:{self.key}"

    @property
    def kind_names(self) -> list[Text]:
        return [rules.KINDS[kind] for kind in self.kinds]


class Engagement(models.Model):
    """Engagement (任职与往来): what ties an expert to an organisation, from when to when. Ended, never rewritten."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="engagements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=[(code, name.zh) for code, name in rules.LINKS.items()])
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="first day without it; empty = still holds")
    evidence = models.CharField(max_length=400)
    declared = models.BooleanField(default=False, help_text="said by the expert")
    stated_by = models.CharField(max_length=60)
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ["expert_id", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(rules.LINKS)), name="engagement_kind_known"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="engagement_ends_after_it_begins",
            ),
        ]

    @property
    def reference(self) -> str:
        return f"review.engagement:{self.pk}"

    @property
    def kind_name(self) -> Text:
        return rules.LINKS[self.kind]


class Bar(models.Model):
    """Bar (请托禁入): a person or an organisation kept out of reviews for lobbying, from when to when, on what decision."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    behaviour = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="first day without it; empty = permanent")
    document = models.CharField(max_length=300)
    decided_by = models.CharField(max_length=60)
    decided_at = models.DateTimeField()
    lifted_on = models.DateField(null=True, blank=True)
    lift_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, organisation__isnull=False)
                | Q(user__isnull=False, organisation__isnull=True),
                name="bar_is_on_one",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="bar_ends_after_it_begins"
            ),
        ]

    @property
    def reference(self) -> str:
        return f"review.bar:{self.pk}"

    @property
    def behaviour_name(self) -> Text:
        return rules.BEHAVIOURS[self.behaviour]


class Rating(models.Model):
    """Rating (专家评价): what the organiser thought of an expert's work on one seat; never shown to other experts."""

    seat = models.OneToOneField("review.Seat", on_delete=models.PROTECT, related_name="rating")
    points = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=400)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(points__lte=100), name="rating_of_a_hundred")]
