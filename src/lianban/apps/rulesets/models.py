"""Rule sets in force (在用规则集)."""

from django.db import models


class InForce(models.Model):
    """Rule set in force (在用规则集): pack, chain (empty = all), from which day, with this office's overrides."""

    pack = models.CharField(max_length=60)
    chain = models.CharField(max_length=100, blank=True)
    starts_on = models.DateField()
    overrides = models.JSONField(default=dict)
    decided_by = models.CharField(max_length=60)
    document = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["chain", "starts_on", "id"]
        constraints = [models.UniqueConstraint(fields=["chain", "starts_on"], name="one_rule_set_a_day")]
