"""Chains and the tables of a chain package (产业链数据包); column names are those of the data dictionary.

Every class says in ``TABLE`` which table of the package it keeps. Codes are unique within a chain; a new package
updates rows in place, so a product keeps its primary key for as long as its code stands in the package.
"""

from collections.abc import Collection
from typing import ClassVar

from django.db import models
from django.db.models import Q

from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import CONFIDENTIALITY, CONFIDENTIALITY_NAMES
from lianban.apps.sources.models import Source

CLASSES = [(code, CONFIDENTIALITY_NAMES[code].zh) for code in CONFIDENTIALITY]


class Chain(models.Model):
    """Chain (产业链): one industrial chain; ``stamp`` goes up by one with every change of its data."""

    TABLE: ClassVar[str] = "chain"

    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    home = models.CharField(max_length=40, default="CN")
    place = models.CharField(max_length=60, blank=True)
    place_name = models.CharField(max_length=200, blank=True)
    place_name_en = models.CharField(max_length=200, blank=True)
    data_date = models.DateField()
    sample = models.BooleanField(default=False)
    description = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    confidentiality = models.CharField(max_length=10, choices=CLASSES, default="open")
    stamp = models.PositiveBigIntegerField(default=0)
    fingerprint = models.CharField(max_length=80, blank=True, help_text="of everything kept, hidden rows included")
    changed_at = models.DateTimeField(null=True)
    search = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """Segment (环节): a stretch of the chain; ``stage`` is its place from left to right on the map."""

    TABLE: ClassVar[str] = "segments"

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="segments")
    code = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    stage = models.IntegerField()
    stream = models.CharField(max_length=12, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["stage", "code"]
        constraints = [models.UniqueConstraint(fields=["chain", "code"], name="segment_once_a_chain")]

    def __str__(self) -> str:
        return self.name


class FactRow(models.Model):
    """A row that somebody stated: where from, when true, how sure, who may see it."""

    TABLE: ClassVar[str]

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=160)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    observed_on = models.DateField()
    confidence = models.CharField(max_length=10, default="medium")
    confidentiality = models.CharField(max_length=10, choices=CLASSES, default="open")
    note = models.TextField(blank=True)
    on_site = models.BooleanField(default=False, help_text="entered on the site: a new package leaves it alone")

    class Meta:
        abstract = True
        ordering = ["chain_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "code"], name="%(class)s_once_a_chain"),
            models.CheckConstraint(
                condition=Q(confidentiality__in=CONFIDENTIALITY), name="%(class)s_confidentiality_known"
            ),
        ]

    @classmethod
    def visible(cls, chain: Chain, classes: Collection[str], organisations: Collection[str] = ()) -> Q:
        """Rows of these classes that point at no hidden product or organisation.

        ``organisations`` are codes whose own rows are seen whatever their class: a firm always sees its own.
        """
        found = Q(confidentiality__in=classes)
        of_firms = [f.name for f in cls._meta.fields if f.related_model is Organisation]
        for name in of_firms if organisations else ():
            found |= Q(**{f"{name}__code__in": organisations})
        members = Member.objects.filter(chain=chain).filter(
            Q(confidentiality__in=classes) | Q(code__in=list(organisations))
        )
        for name in of_firms if cls is not Member else ():
            found &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__in": members.values("organisation_id")})
        for field in cls._meta.fields:
            if field.related_model is Product and cls is not Product:
                found &= Q(**{f"{field.name}__isnull": True}) | Q(**{f"{field.name}__confidentiality__in": classes})
        return found


class Product(FactRow):
    """Product (产品): something the chain makes or needs; with grade and application where these make it another one."""

    TABLE: ClassVar[str] = "products"

    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="products")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    grade = models.CharField(max_length=300, blank=True)
    application = models.CharField(max_length=300, blank=True)
    base_kind = models.CharField(max_length=20, blank=True)
    final = models.BooleanField(default=False)
    value = models.FloatField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="CNY")
    unit = models.CharField(max_length=10, blank=True, default="元")
    description = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    search = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Input(FactRow):
    """Input (投入关系): product needs product. Cycles are normal."""

    TABLE: ClassVar[str] = "inputs"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="inputs")
    input = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="dependants")
    essential = models.CharField(max_length=10, default="unknown")
    cost_share = models.FloatField(null=True, blank=True)


class Member(FactRow):
    """Organisation in a chain (链上组织): what this chain's data say of it; the registry (parties) knows who it is.

    Two chains may state different places or English names; each keeps its own words, the code and the name agree.
    """

    TABLE: ClassVar[str] = "organisations"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    kind = models.CharField(max_length=20, default="firm")
    place = models.CharField(max_length=40, blank=True)
    anchor = models.BooleanField(default=False)
    example = models.BooleanField(default=False)
    website = models.CharField(max_length=300, blank=True)
    search = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Production(FactRow):
    """Production (产能布局): who makes what, or from which origin it comes; how far, how much."""

    TABLE: ClassVar[str] = "production"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="production")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="production"
    )
    origin = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=20, default="unknown")
    status = models.CharField(max_length=20, default="operating")
    share = models.FloatField(null=True, blank=True)
    share_of = models.CharField(max_length=20, default="unknown")
    capacity = models.FloatField(null=True, blank=True)
    capacity_unit = models.CharField(max_length=40, blank=True)
    since = models.CharField(max_length=20, blank=True)


class Supply(FactRow):
    """Supply (供应关系): who supplies whom with what."""

    TABLE: ClassVar[str] = "supplies"

    supplier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="supplies_sold"
    )
    origin = models.CharField(max_length=40, blank=True)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="supplies_bought")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="supplies")
    buyer_product = models.ForeignKey(
        Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="supplied_with"
    )
    value = models.FloatField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="CNY")
    unit = models.CharField(max_length=10, blank=True, default="元")
    quantity = models.FloatField(null=True, blank=True)
    quantity_unit = models.CharField(max_length=40, blank=True)
    since = models.CharField(max_length=20, blank=True)


class Demand(FactRow):
    """Demand (企业需求清单): what an anchor firm or another firm asks for, in its own words."""

    TABLE: ClassVar[str] = "demands"

    raised_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="demands")
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="demands")
    title = models.CharField(max_length=300)
    grade = models.CharField(max_length=300, blank=True)
    required_indicators = models.TextField(blank=True)
    present_supplier = models.CharField(max_length=300, blank=True)
    present_origin = models.CharField(max_length=40, blank=True)
    yearly_quantity = models.FloatField(null=True, blank=True)
    quantity_unit = models.CharField(max_length=40, blank=True)
    unit_price = models.FloatField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="CNY")
    unit = models.CharField(max_length=10, blank=True, default="元")
    latest_on = models.DateField(null=True, blank=True)
    scenario = models.TextField(blank=True)
    purchase_intention = models.TextField(blank=True)
    search = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title


class Assessment(FactRow):
    """Assessment (评价): a stated judgement about a product, with the voice that speaks."""

    TABLE: ClassVar[str] = "assessments"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="assessments")
    scope = models.CharField(max_length=60, blank=True)
    item = models.CharField(max_length=40)
    value = models.TextField()
    basis = models.TextField(blank=True)
    assessor = models.CharField(max_length=300, blank=True)
    voice = models.CharField(max_length=20, default="expert")
    valid_until = models.DateField(null=True, blank=True)


class Parameter(FactRow):
    """Parameter (参数): stock days, recovery days, spare capacity and other numbers that calculations need."""

    TABLE: ClassVar[str] = "parameters"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, blank=True, related_name="parameters")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    item = models.CharField(max_length=40)
    value = models.FloatField()
    unit = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=40, blank=True)


class Indicator(FactRow):
    """Indicator (指标): a figure with its unit and its definition (口径)."""

    TABLE: ClassVar[str] = "indicators"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, blank=True, related_name="indicators")
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, null=True, blank=True, related_name="indicators")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    item = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True)
    value = models.FloatField()
    unit = models.CharField(max_length=40)
    definition = models.TextField()
    base = models.TextField(blank=True)
    period = models.CharField(max_length=40, blank=True)
    estimated = models.BooleanField(default=False)


# In the order in which they are written: what is pointed at comes first.
FACTS: tuple[type[FactRow], ...] = (
    Product, Input, Member, Production, Supply, Demand, Assessment, Parameter, Indicator,
)  # fmt: skip


class ChangeSet(models.Model):
    """Change set (改动单): what one deed changed in the facts of a chain, as one unit that can be undone.

    ``stamp_after`` is its number within the chain. ``whole`` marks the first load of a chain: nothing stood there
    before, so its rows are not listed one by one.
    """

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20)
    by = models.CharField(max_length=60, help_text="as the journal names them")
    at = models.DateTimeField()
    stamp_before = models.PositiveBigIntegerField()
    stamp_after = models.PositiveBigIntegerField()
    fingerprint_before = models.CharField(max_length=80, blank=True)
    fingerprint_after = models.CharField(max_length=80)
    note = models.TextField(blank=True)
    subject = models.CharField(max_length=160, blank=True, help_text="what it was done for: app.model:pk")
    counts = models.JSONField(default=dict, help_text="table: how many rows new, changed, gone")
    registered = models.JSONField(
        default=list, help_text="codes of organisations that the registry did not know before"
    )
    whole = models.BooleanField(default=False)
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undoings")
    undone_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-stamp_after"]
        constraints = [models.UniqueConstraint(fields=["chain", "stamp_after"], name="change_set_once_a_stamp")]

    def __str__(self) -> str:
        return f"{self.chain_id}/{self.stamp_after}"

    @property
    def reference(self) -> str:
        return f"atlas.changeset:{self.pk}"


class RowChange(models.Model):
    """Row change (改动行): one row of one table before and after a change set, by the columns of the data dictionary.

    None for a row that was not there. Columns that hold nothing are left out; days are text.
    """

    change = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="rows")
    table = models.CharField(max_length=20)
    code = models.CharField(max_length=160)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    on_site = models.BooleanField(default=False, help_text="as FactRow.on_site")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["table", "code"], name="row_change_of_row")]
        constraints = [models.UniqueConstraint(fields=["change", "table", "code"], name="row_once_a_change_set")]

    def __str__(self) -> str:
        return f"{self.table}/{self.code}"
