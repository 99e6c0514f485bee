"""Views of pages that somebody kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from lianban.kit.confidentiality import CONFIDENTIALITY, CONFIDENTIALITY_NAMES


class SavedView(models.Model):
    """Saved view (保存的视图): a page with its filters, layout and selection, and the version of the data it was seen with.

    Its address is permanent (``/v/<code>/``); what stands on the page is asked for anew, with the rights of whoever opens it.
    """

    code = models.CharField(max_length=12, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=2000)
    layout = models.JSONField(default=dict, blank=True, help_text="what the page keeps beside its address")
    chain = models.ForeignKey("atlas.Chain", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    stamp = models.PositiveBigIntegerField(null=True, blank=True, help_text="version of the chain's data when kept")
    run = models.PositiveIntegerField(null=True, blank=True, help_text="newest run its owner could see when kept")
    shared = models.BooleanField(default=False)
    confidentiality = models.CharField(
        max_length=10, default="office", choices=[(code, CONFIDENTIALITY_NAMES[code].zh) for code in CONFIDENTIALITY]
    )
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["-kept_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(confidentiality__in=CONFIDENTIALITY), name="saved_view_class_known"),
            models.CheckConstraint(condition=Q(address__startswith="/"), name="saved_view_stays_here"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"saved.view:{self.code}"

    @property
    def class_name(self):  # type: ignore[no-untyped-def]
        return CONFIDENTIALITY_NAMES[self.confidentiality]
