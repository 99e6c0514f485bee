"""Files taken out of the site."""

from django.db import models
from django.db.models import Q

from lianban.apps.parties.rules import CONFIDENTIALITY


class ExportFile(models.Model):
    """Export file (导出文件): one chain as a file, asked for by one reader, made in the background, kept for some days.

    What may go in is settled when it is asked for: ``classes``, and the run and the portfolio the reader could see then.
    The content stands in the row, so that a file is there whole or not at all.
    """

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, help_text="format: docx, pdf, xlsx, csv, zip, parquet, graphml …")
    graph = models.CharField(max_length=16, blank=True, help_text="all, products or organisations")
    language = models.CharField(max_length=2, default="zh")
    classes = models.JSONField(help_text="classes of confidentiality whose rows may go in")
    run_number = models.PositiveIntegerField(null=True, help_text="the diagnosis a report tells of")
    study_number = models.PositiveIntegerField(null=True, help_text="the portfolio a report tells of")
    office = models.CharField(
        max_length=120, blank=True, help_text="who issues the report; empty = a draft nobody signs"
    )
    confidentiality = models.CharField(max_length=10, blank=True, help_text="narrowest class of what went in")
    asked_by = models.CharField(max_length=60)
    author = models.JSONField(help_text="role of who asked, in both languages")
    asked_at = models.DateTimeField()
    job_number = models.PositiveBigIntegerField(null=True, help_text="the background job that makes it")
    made_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(help_text="when the content is thrown away")
    data_stamp = models.PositiveBigIntegerField(null=True)
    fingerprint = models.CharField(max_length=80, blank=True, help_text="of the data that went in")
    ending = models.CharField(max_length=16, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the content")
    content = models.BinaryField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["asked_by", "chain"], name="export_file_of_reader")]
        constraints = [
            models.CheckConstraint(condition=Q(confidentiality__in=["", *CONFIDENTIALITY]), name="export_file_class_known"),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True) | ~Q(confidentiality=""), name="export_file_made_has_a_class"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.chain_id}:{self.kind}#{self.pk}"

    @property
    def reference(self) -> str:
        return f"reports.export_file:{self.pk}"
