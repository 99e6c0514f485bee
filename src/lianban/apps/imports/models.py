"""Imports (导入单) with the pieces of their files, the lines of their preview, and what was decided once for later files."""

from django.db import models

from lianban.apps.imports import rules

STATES = [(code, name.zh) for code, name in rules.STATES.items()]
VERDICTS = [(code, name.zh) for code, name in rules.VERDICTS.items()]


class Import(models.Model):
    """Import (导入单): one file or pasted list on its way into a chain's data."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, help_text="as the user's machine called the file; never used as a path")
    label = models.CharField(max_length=100, help_text="where such files come from: mappings are remembered by it")
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=STATES, default="reading")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    keep_until = models.DateField(help_text="the day on which the file and the lines of the preview go")
    read = models.JSONField(default=dict, help_text="sheets, header, first lines, notes")
    mapping = models.JSONField(default=dict, help_text="sheet, header rows, table, columns, constants, options")
    counts = models.JSONField(default=dict, help_text="verdict: lines")
    reason = models.JSONField(default=dict, help_text="why it failed, in both languages")
    stamp = models.PositiveBigIntegerField(null=True, help_text="of the chain, when previewed")
    job = models.PositiveBigIntegerField(null=True)
    change = models.PositiveBigIntegerField(null=True, help_text="number of the change set it became")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=list(rules.STATES)), name="import_state_known")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"imports.import:{self.pk}"


class Piece(models.Model):
    """Piece (文件块): a part of a file, so that no process ever holds the whole."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="pieces")
    kind = models.CharField(
        max_length=10, default="file", help_text="file as it came, or results: it with a column 结果"
    )
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["of", "kind", "number"], name="piece_once")]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.number}"


class Line(models.Model):
    """Line (预览行): what one row of the file will do to one row of the data, or why it does nothing."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(help_text="row of the file as people count")
    table = models.CharField(max_length=20)
    code = models.CharField(max_length=160, blank=True)
    verdict = models.CharField(max_length=10, choices=VERDICTS)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reasons = models.JSONField(default=list, help_text="column, value, code, zh, en")

    class Meta:
        ordering = ["number", "id"]
        indexes = [models.Index(fields=["of", "verdict", "number"], name="line_of_verdict")]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.number}"


class Naming(models.Model):
    """Naming (待认定名称): a name in a file that may mean somebody known; a person says who. Remembered for the chain."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=300)
    credit_code = models.CharField(max_length=18, blank=True)
    place = models.CharField(max_length=60, blank=True)
    candidates = models.JSONField(default=list, help_text="code, name, score, rule and why, best first")
    answer = models.CharField(
        max_length=160, blank=True, help_text="code of the organisation, + for a new one, - for none"
    )
    by = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "name", "credit_code", "place"], name="naming_once_a_chain")
        ]

    def __str__(self) -> str:
        return self.name


class Remembered(models.Model):
    """Remembered mapping (记住的列对应): how the columns of files from one origin were read last."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=100)
    mapping = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "label"], name="remembered_once_a_label")]

    def __str__(self) -> str:
        return self.label
