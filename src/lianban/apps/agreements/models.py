"""Agreements (协议): parties, choices, background IP, versions and their signatures."""

from django.db import models
from django.db.models import Q

from lianban.apps.agreements import rules
from lianban.kit.text import Text
from lianban.rulebook.clauses import load


class Agreement(models.Model):
    """Agreement (协议): about what, of which kind, under which rules, in which state."""

    subject = models.CharField(max_length=300, help_text="reference of what it is about")
    kind = models.CharField(max_length=30)
    chain = models.CharField(max_length=100, blank=True, help_text="code of the chain; empty = every chain")
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, default=rules.STATES.first)
    public_money = models.BooleanField(default=False)
    rules = models.JSONField(help_text="the rules as they were when it was started")
    confidentiality = models.CharField(max_length=10, default="office")
    started_by = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    in_force = models.ForeignKey("Version", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "kind"], name="agreement_of_subject")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(rules.STATES.states)), name="agreement_state_known"),
            models.UniqueConstraint(
                fields=["subject", "kind"], condition=~Q(state="ended"), name="agreement_once_a_subject"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        return f"agreements.agreement:{self.pk}"

    @property
    def names(self) -> Text:
        return Text(self.title, self.title_en or self.title)

    @property
    def kind_name(self) -> Text:
        return load().kinds[self.kind]

    @property
    def state_name(self) -> Text:
        return rules.STATES.states[self.state]


class Party(models.Model):
    """Party (当事方): an organisation that is bound, in its place in the text; who leaves stays on record."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=12, default="party")
    acceded_at = models.DateTimeField(null=True, blank=True, help_text="joined by accession, not by the first signing")
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["agreement_id", "place"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="party_once"),
            models.UniqueConstraint(fields=["agreement", "place"], name="party_has_its_place"),
        ]

    @property
    def role_name(self) -> Text:
        return rules.ROLES[self.role]


class Choice(models.Model):
    """Choice (条款选择): how a clause is settled in the draft, with the answers."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="choices")
    clause = models.CharField(max_length=30)
    option = models.CharField(max_length=30)
    values = models.JSONField(default=dict)
    prefilled = models.JSONField(
        default=dict, help_text="as the matter itself gave it: option, values, from (its name)"
    )
    chosen_by = models.CharField(max_length=60)
    chosen_at = models.DateTimeField()

    class Meta:
        ordering = ["agreement_id", "clause"]
        constraints = [models.UniqueConstraint(fields=["agreement", "clause"], name="clause_settled_once")]

    @property
    def as_prefilled(self) -> bool:
        """Whether it stands as the matter gave it; a clause that people settled is no such clause."""
        return {"option": self.option, "values": self.values} == {
            key: self.prefilled.get(key) for key in ("option", "values")
        }


class BackgroundRight(models.Model):
    """Background right (背景知识产权): what a party brings along and lets the others use: a line of annex 1."""

    KINDS = {
        "patent": Text("专利", "patent"),
        "software": Text("软件", "software"),
        "know_how": Text("技术秘密", "know-how"),
        "data": Text("数据", "data"),
        "other": Text("其他", "other"),
    }
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="background")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=300)
    number = models.CharField(max_length=100, blank=True)
    scope = models.CharField(max_length=500, blank=True, help_text="what others may do with it")

    class Meta:
        ordering = ["agreement_id", "id"]

    @property
    def kind_name(self) -> Text:
        return self.KINDS.get(self.kind, self.KINDS["other"])


class Version(models.Model):
    """Version (版本): the whole text as it was issued, and its digest. Never changed or deleted: the database refuses."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    issued_by = models.CharField(max_length=60)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["agreement_id", "number"]
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="version_numbered_once")]

    @property
    def reference(self) -> str:
        return f"agreements.version:{self.pk}"


class Signature(models.Model):
    """Signature (签署): who signed which digest for which party, when. Never changed or deleted: the database refuses."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    signed_by = models.CharField(max_length=60)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "organisation"], name="signature_once")]
