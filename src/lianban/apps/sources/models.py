"""Sources (来源) of facts."""

from django.db import models


class Source(models.Model):
    """Source (来源): a text that was read, with its address, date and the phrase found."""

    chain = models.CharField(max_length=100)
    code = models.CharField(max_length=100)
    title = models.CharField(max_length=400)
    publisher = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20)
    address = models.CharField(max_length=600, blank=True)
    published_on = models.DateField(null=True, blank=True)
    read_on = models.DateField(null=True, blank=True)
    phrase = models.TextField(blank=True)
    terms = models.CharField(max_length=300, blank=True)
    confidentiality = models.CharField(max_length=10, default="open")

    class Meta:
        ordering = ["chain", "code"]
        constraints = [models.UniqueConstraint(fields=["chain", "code"], name="source_once_a_chain")]

    def __str__(self) -> str:
        return self.title
