"""The office's own map file."""

from django.db import models
from django.db.models import Q


class BaseMap(models.Model):
    """Base map (底图): outlines of provinces from a file the office had approved, with its approval number (审图号).

    The newest one that was not withdrawn is shown. Rows are never changed but for being withdrawn.
    """

    title = models.CharField(max_length=200)
    approval = models.CharField(max_length=60, help_text="审图号, as it must stand beside the map")
    issuer = models.CharField(max_length=200, help_text="who approved or issued the file")
    outlines = models.JSONField(help_text="code: path, in user units")
    rest = models.TextField(blank=True, help_text="outlines without a code: sea lines and the like")
    width = models.FloatField()
    height = models.FloatField()
    digest = models.CharField(max_length=80, help_text="SHA-256 of the file")
    loaded_by = models.CharField(max_length=60)
    loaded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "maps_base_map"
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(approval=""), name="base_map_is_approved")]

    def __str__(self) -> str:
        return f"{self.title} {self.approval}"

    @property
    def reference(self) -> str:
        return f"maps.base_map:{self.pk}"
