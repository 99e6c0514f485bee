"""The index of the search box: under which words a row of the atlas is found."""

from django.db import models

KINDS = {"o": "organisations", "p": "products", "d": "demands", "s": "segments"}


class Findable(models.Model):
    """Findable (可查条目): a row of a chain under one of its names, with the words that lead to it.

    ``alias`` is the key of an organisation's other name, 0 for its own. Words carry the chain and the class of their
    readers (decision 0105). The index answers which rows may fit; what is shown is read from the atlas, by its own rules.
    """

    chain = models.ForeignKey("atlas.Chain", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=1, choices=list(KINDS.items()))
    row = models.BigIntegerField()
    alias = models.BigIntegerField(default=0)
    digest = models.BigIntegerField(help_text="of its names and class: another one means it is indexed anew")
    tokens = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "kind", "row", "alias"], name="findable_once")]


class Indexed(models.Model):
    """Index state (索引状态): up to which change of its data a chain stands in the index."""

    chain = models.OneToOneField("atlas.Chain", on_delete=models.CASCADE, primary_key=True, related_name="+")
    stamp = models.PositiveBigIntegerField()
    at = models.DateTimeField()
