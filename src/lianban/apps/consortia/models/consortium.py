"""Who works together: the consortium, its members, its filings, and the licences that outlive an exit."""

from django.db import models
from django.db.models import Q

from lianban.apps.consortia import rules
from lianban.apps.parties.models import Organisation
from lianban.apps.rulesets.rules import Frozen
from lianban.kit.confidentiality import CONFIDENTIALITY, CONFIDENTIALITY_NAMES
from lianban.kit.text import Text

CLASSES = [(code, CONFIDENTIALITY_NAMES[code].zh) for code in CONFIDENTIALITY]


class Consortium(models.Model):
    """Consortium (创新联合体): a leader and members who set questions together and solve them under one agreement."""

    chain = models.ForeignKey("atlas.Chain", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=400, help_text="one sentence: what it is to solve")
    purpose_en = models.CharField(max_length=400, blank=True)
    model = models.CharField(max_length=30)
    form = models.CharField(max_length=30)
    state = models.CharField(max_length=20, default=rules.STATES.first)
    rules = models.JSONField(help_text="the rules frozen when it was proposed")
    confidentiality = models.CharField(max_length=10, default="chain", choices=CLASSES)
    example = models.BooleanField(default=False)
    # The chief scientist is a post in an organisation; who holds it stands in the signed papers, not here.
    chief_post = models.CharField(max_length=200, blank=True)
    chief_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")  # fmt: skip
    lead_revenue_fen = models.BigIntegerField(null=True, blank=True)
    lead_rd_share = models.DecimalField(max_digits=7, decimal_places=6, null=True, blank=True)
    lead_rd_fen = models.BigIntegerField(null=True, blank=True)
    lead_source = models.CharField(max_length=300, blank=True)
    agreement_ref = models.CharField(max_length=120, blank=True)
    terms = models.JSONField(default=dict, help_text="of the agreement as signed: quorum, pass, benefit, notice_days")
    filing_number = models.CharField(max_length=100, blank=True)
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    filed_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["chain", "state"])]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(rules.STATES.states)), name="consortium_state_known"),
            models.CheckConstraint(condition=Q(model__in=list(rules.MODELS)), name="consortium_model_known"),
            models.CheckConstraint(condition=Q(form__in=list(rules.FORMS)), name="consortium_form_known"),
            models.CheckConstraint(condition=Q(confidentiality__in=CONFIDENTIALITY), name="consortium_class_known"),
            models.UniqueConstraint(fields=["chain", "name"], name="consortium_name_once_a_chain"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"consortia.consortium:{self.pk}"

    @property
    def frozen(self) -> Frozen:
        return Frozen.of(self.rules)

    @property
    def state_name(self) -> Text:
        return rules.STATES.states[self.state]

    @property
    def model_name(self) -> Text:
        return rules.MODELS[self.model]

    @property
    def form_name(self) -> Text:
        return rules.FORMS[self.form]

    @property
    def agreement_pk(self) -> int | None:
        return int(self.agreement_ref.rpartition(":")[2]) if self.agreement_ref else None

    def account(self, what: str) -> str:
        """Code of one of its accounts: pot, public, in_kind, income, or what belongs to one organisation."""
        return f"consortium:{self.pk}:{what}"


class Member(models.Model):
    """Member (联合体成员): an organisation in a consortium, with its role, its agreed share, and how it came and went."""

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    state = models.CharField(max_length=12, default=rules.MEMBERSHIP.first)
    small = models.BooleanField(default=False, help_text="a small or medium firm")
    duty = models.CharField(max_length=400, blank=True, help_text="what it is there for")
    capabilities = models.JSONField(default=list, help_text="words for what it can do; tasks name the same words")
    agreed_share = models.DecimalField(max_digits=9, decimal_places=8, null=True, blank=True)
    invited_at = models.DateTimeField()
    joined_on = models.DateField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)
    leaves_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    handed_over = models.CharField(max_length=1000, blank=True, help_text="what was handed over, and to whom")
    licences_stated = models.BooleanField(default=False, help_text="surviving licences are listed, or said to be none")
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["consortium", "organisation"], name="member_once_a_consortium"),
            models.UniqueConstraint(fields=["consortium"], condition=Q(role="lead"), name="member_one_lead"),
            models.CheckConstraint(condition=Q(state__in=list(rules.MEMBERSHIP.states)), name="member_state_known"),
            models.CheckConstraint(condition=Q(role__in=list(rules.MEMBER_ROLES)), name="member_role_known"),
            models.CheckConstraint(
                condition=Q(agreed_share__isnull=True) | Q(agreed_share__gte=0, agreed_share__lte=1),
                name="member_share_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def reference(self) -> str:
        return f"consortia.member:{self.pk}"

    @property
    def state_name(self) -> Text:
        return rules.MEMBERSHIP.states[self.state]

    @property
    def role_name(self) -> Text:
        return rules.MEMBER_ROLES[self.role]

    @property
    def active(self) -> bool:
        return self.state in rules.ACTIVE

    @property
    def is_lead(self) -> bool:
        return self.role == "lead"


class Licence(models.Model):
    """Surviving licence (存续许可): what may still be used after a member has left, by whom, on which terms, until when."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="licences")
    what = models.CharField(max_length=300)
    licensee = models.CharField(max_length=200, help_text="who may use it")
    terms = models.CharField(max_length=400)
    until = models.DateField(null=True, blank=True, help_text="empty = as long as the right lasts")
    stated_by = models.CharField(max_length=60)
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Filing(models.Model):
    """Filing (备案): what was put before the science department, and its answer: the first filing, or a change of members."""

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="filings")
    kind = models.CharField(max_length=12, help_text="first, accession, exit, expulsion or lead")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="filings")
    state = models.CharField(max_length=12, default=rules.FILING.first)
    conditions = models.JSONField(default=list, help_text="every condition as it was found on the day of submission")
    submitted_by = models.CharField(max_length=60)
    submitted_at = models.DateTimeField()
    due_on = models.DateField(help_text="last day of the answer")
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    number = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(rules.FILING.states)), name="filing_state_known"),
            models.CheckConstraint(condition=Q(kind__in=list(rules.FILING_KINDS)), name="filing_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="first", member__isnull=True) | ~Q(kind="first") & Q(member__isnull=False),
                name="filing_of_a_change_names_the_member",
            ),
            models.UniqueConstraint(
                fields=["consortium", "kind", "member"], condition=Q(state="submitted"), name="filing_open_once"
            ),
        ]

    @property
    def reference(self) -> str:
        return f"consortia.filing:{self.pk}"

    @property
    def state_name(self) -> Text:
        return rules.FILING.states[self.state]

    @property
    def kind_name(self) -> Text:
        return rules.FILING_KINDS[self.kind]
