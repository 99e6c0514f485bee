"""Lists as they were published."""

from django.db import models
from django.db.models import Q

from lianban.kit.confidentiality import CONFIDENTIALITY


class Publication(models.Model):
    """Publication (清单发布): one list as it stood on a day, for readers of one class, signed. Never changed.

    It holds what readers of its class could see then, whoever signed it; ``digest`` is over columns and rows.
    """

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    list = models.CharField(max_length=30, help_text="key of the list")
    version = models.PositiveIntegerField(help_text="counts up inside a chain and a list: 第 3 版")
    confidentiality = models.CharField(max_length=10)
    published_on = models.DateField()
    signer = models.CharField(max_length=120, help_text="office that signs, never a person's name")
    note = models.TextField(blank=True)
    columns = models.JSONField()
    rows = models.JSONField()
    digest = models.CharField(max_length=80)
    data_stamp = models.PositiveBigIntegerField(help_text="version of the chain's data")
    data_date = models.DateField()
    run = models.PositiveIntegerField(null=True, help_text="number of the run the list stands on")
    published_by = models.CharField(max_length=60)
    published_at = models.DateTimeField()

    class Meta:
        db_table = "lists_publication"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "list", "version"], name="list_version_once"),
            models.CheckConstraint(condition=Q(confidentiality__in=CONFIDENTIALITY), name="list_class_known"),
            models.CheckConstraint(condition=~Q(signer=""), name="list_is_signed"),
        ]

    def __str__(self) -> str:
        return f"{self.list} v{self.version}"

    @property
    def reference(self) -> str:
        return f"lists.publication:{self.pk}"
