"""What the records of one consortium say: members, conditions, tasks, projects, the year."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Sum
from django.utils.timezone import localdate

from lianban.apps.agreements import queries as agreements
from lianban.apps.atlas.models import Member as ChainMember
from lianban.apps.consortia import rules
from lianban.apps.consortia.models import Consortium, Contribution, Member, Topic
from lianban.apps.projects import queries as projects
from lianban.apps.projects.models import Project

BOUND = ("agreed", *rules.ACTIVE)  # stands by what it said: before the signatures and after


def fraction(share: Decimal | None) -> Fraction | None:
    return None if share is None else Fraction(share)


def members(consortium: Consortium) -> list[Member]:
    """All members in the order in which they came, the past ones too; one statement."""
    return list(consortium.members.select_related("organisation").order_by("pk"))


def decimal(share: Fraction | None) -> Decimal | None:
    """A share of an agreement as it is kept; agreements state per cents, which are exact here."""
    return None if share is None else Decimal(share.numerator) / Decimal(share.denominator)


def active_organisations(consortium: Consortium) -> list[int]:
    """Organisations of the members of today; one statement."""
    return list(consortium.members.filter(state__in=rules.ACTIVE).values_list("organisation_id", flat=True))


def agreement_in_force(consortium: Consortium) -> bool:
    """Whether the agreement is signed by everyone who is bound; two statements."""
    version = agreements.in_force(consortium.reference, "consortium")
    if version is None:
        return False
    signed = {party["id"] for party in version.content["parties"]}
    bound = consortium.members.filter(state__in=BOUND).values_list("organisation_id", flat=True)
    return not set(bound) - signed - _acceded(consortium)


def _acceded(consortium: Consortium) -> set[int]:
    """Organisations that joined the agreement later; one statement."""
    row = agreements.of_subject(consortium.reference, "consortium")
    parties = row.parties.filter(left_at__isnull=True, acceded_at__isnull=False) if row else []
    return {party.organisation_id for party in parties}


def conditions(consortium: Consortium, today: date | None = None) -> list[rules.Condition]:
    """The filing conditions as they stand today; seven statements."""
    today = today or localdate()
    bound = [member for member in members(consortium) if member.state in BOUND]
    codes = [member.organisation.code for member in bound]
    of_chain = set(
        ChainMember.objects.filter(chain=consortium.chain, code__in=codes).values_list("organisation_id", flat=True)
    )
    pledged = Contribution.objects.filter(member__in=bound).exclude(state="cancelled")
    cash = pledged.filter(kind="cash").aggregate(n=Sum("amount_fen"))["n"] or 0
    in_kind = pledged.exclude(kind="cash").aggregate(n=Sum("amount_fen"))["n"] or 0
    facts = rules.Facts(
        members=[rules.MemberFacts(m.organisation.kind, m.small, m.organisation_id in of_chain) for m in bound],
        lead_revenue_fen=consortium.lead_revenue_fen,
        lead_rd_share=fraction(consortium.lead_rd_share),
        lead_rd_fen=consortium.lead_rd_fen,
        lead_source=consortium.lead_source,
        lead_at_fault=projects.at_fault(next((m.organisation_id for m in bound if m.is_lead), 0), today),
        agreement_in_force=agreement_in_force(consortium),
        chief_named=bool(consortium.chief_post and consortium.chief_organisation_id),
        pledged_cash_fen=cash,
        pledged_in_kind_fen=in_kind,
        agreed_shares=[fraction(m.agreed_share) for m in bound],
    )
    return rules.filing_conditions(consortium.frozen, facts)


def open_tasks(member: Member) -> int:
    """One statement."""
    return member.tasks.filter(state="open").exclude(topic__state__in=("finished", "dropped")).count()


def unpaid_fen(member: Member) -> int:
    """What was promised and has not been confirmed; one statement."""
    owed = member.contributions.filter(state__in=("pledged", "reported")).aggregate(n=Sum("amount_fen"))["n"]
    return owed or 0


def project_of(topic: Topic) -> Project | None:
    """One statement."""
    if not topic.project_ref:
        return None
    return Project.objects.filter(pk=topic.project_ref.rpartition(":")[2]).first()


def evaluation_facts(consortium: Consortium) -> dict[str, Any]:
    """What the records say beside each line of the sheet, so that points are not given from memory; six statements."""
    refs = [t.project_ref for t in consortium.topics.all() if t.project_ref]
    projects = Project.objects.filter(pk__in=[ref.rpartition(":")[2] for ref in refs])
    active = [m for m in members(consortium) if m.active]
    gave = set(Contribution.objects.filter(member__in=active, state="confirmed").values_list("member_id", flat=True))
    return {
        "topics": consortium.topics.exclude(state="dropped").count(),
        "projects": len(refs),
        "met": sum(project.outcome == "met" for project in projects),
        "members": len(active),
        "contributing": len(gave),
        "small_firms": sum(m.small for m in active),
        "meetings": consortium.meetings.filter(closed_at__isnull=False).count(),
        "splits_paid": consortium.splits.filter(state="paid").count(),
    }
