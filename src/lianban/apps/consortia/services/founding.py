"""How a consortium begins: proposed, members invited, agreement drafted and signed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.agreements import queries as agreements_queries
from lianban.apps.agreements import services as agreements
from lianban.apps.atlas.models import Chain
from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Consortium, Member
from lianban.apps.consortia.services.moving import acts_for, as_lead, move, own_member, record, step
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.rulesets import queries as rulesets
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text

AGREEMENT = "consortium"
OFFICE_DEED = "consortia.see_inside"  # the office may propose on behalf of a lead, and says so in the journal


@transaction.atomic
def propose(
    *, chain: Chain, lead: Organisation, name: str, purpose: str, model: str, form: str, by: Actor, at: datetime,
    name_en: str = "", purpose_en: str = "", confidentiality: str = "chain", example: bool = False,
    lead_small: bool = False, lead_capabilities: Sequence[str] = (),
) -> Consortium:  # fmt: skip
    """发起联合体: the lead, or the office on its behalf; the rules of the day are frozen."""
    parties.require(by, "consortia.propose", chain.code)
    frozen = rulesets.freeze(chain.code, localdate(at), "consortium", "project", "agreement")
    own = acts_for(by, lead) or by.may(OFFICE_DEED, chain.code)
    taken = Consortium.objects.filter(chain=chain, name=name.strip()).exists()
    refuse_if_any(
        [*rules.propose_refusals(frozen, name=name, purpose=purpose, model=model, form=form, own=own), *_taken(taken)]
    )
    consortium = Consortium.objects.create(
        chain=chain, name=name.strip(), name_en=name_en.strip(), purpose=purpose.strip(), purpose_en=purpose_en.strip(),
        model=model, form=form, rules=frozen.as_dict(), confidentiality=confidentiality, example=example,
        proposed_by=by.reference, proposed_at=at,
    )  # fmt: skip
    Member.objects.create(
        consortium=consortium, organisation=lead, role="lead", state="agreed", invited_at=at, small=lead_small,
        capabilities=_words(lead_capabilities),
    )  # fmt: skip
    record(consortium, "proposed", by, at, lead=lead.code, rules=frozen.pack)
    return consortium


def _taken(taken: bool) -> list[Any]:
    if not taken:
        return []
    return [refuse("consortia.name_taken", "这条链上已有同名联合体", "a consortium of this name exists on this chain")]


def _words(capabilities: Sequence[str]) -> list[str]:
    """Capabilities as words: trimmed, each once, in the order given."""
    return list(dict.fromkeys(word.strip() for word in capabilities if word.strip()))


@transaction.atomic
def invite(
    *, consortium_id: int, organisation: Organisation, role: str, by: Actor, at: datetime, duty: str = "",
    capabilities: Sequence[str] = (), small: bool = False,
) -> Member:  # fmt: skip
    """邀请成员: it says yes itself; after the agreement is signed the council decides as well."""
    consortium = as_lead(consortium_id, by)
    known = consortium.members.filter(organisation=organisation).first()
    standing = known is not None and known.state not in ("declined",)
    refuse_if_any(rules.invite_refusals(state=consortium.state, alive=rules.ALIVE, known=standing, role=role))
    told = {"role": role, "duty": duty.strip(), "small": small, "capabilities": _words(capabilities)}
    if known:
        step(rules.MEMBERSHIP, known, "invite_again")
        for column, value in told.items():
            setattr(known, column, value)
        known.invited_at = at
        known.save()
        member = known
    else:
        member = Member.objects.create(consortium=consortium, organisation=organisation, invited_at=at, **told)
    record(consortium, "invited", by, at, organisation=organisation.code, role=role)
    return member


@transaction.atomic
def answer_invitation(*, member_id: int, accept: bool, by: Actor, at: datetime) -> Member:
    """答复邀请: the organisation itself agrees or declines."""
    consortium, member = own_member(member_id, by)
    verb = "accept" if accept else "decline"
    step(rules.MEMBERSHIP, member, verb).save()
    record(consortium, f"invitation_{verb}", by, at, organisation=member.organisation.code)
    return member


@transaction.atomic
def describe_lead(
    *, consortium_id: int, by: Actor, at: datetime, revenue_fen: int | None, rd_share: Decimal | None,
    rd_fen: int | None, source: str, chief_post: str, chief_organisation: Organisation | None,
) -> Consortium:  # fmt: skip
    """填写牵头单位数据与首席科学家: what the filing asks about, with its source."""
    consortium = as_lead(consortium_id, by)
    refuse_if_any(_before_filing(consortium))
    consortium.lead_revenue_fen, consortium.lead_rd_share, consortium.lead_rd_fen = revenue_fen, rd_share, rd_fen
    consortium.lead_source, consortium.chief_post = source.strip(), chief_post.strip()
    consortium.chief_organisation = chief_organisation
    consortium.save()
    record(consortium, "lead_described", by, at, chief=bool(chief_post.strip()))
    return consortium


@transaction.atomic
def agree_shares(*, consortium_id: int, shares: Mapping[int, Decimal], by: Actor, at: datetime) -> Consortium:
    """约定收益份额: one for each member, together exactly one; kept until the agreement is signed."""
    consortium = as_lead(consortium_id, by)
    members = {m.pk: m for m in consortium.members.exclude(state__in=("declined", "left", "expelled"))}
    wanted = {pk: queries.fraction(shares.get(pk)) for pk in members}
    early = [] if consortium.state in ("proposed", "drafted") else rules.STATES.refusals(consortium.state, "draft")
    refuse_if_any([*early, *rules.shares_refusals(wanted)])
    for pk, member in members.items():
        member.agreed_share = shares[pk]
        member.save(update_fields=["agreed_share"])
    record(consortium, "shares_agreed", by, at, members=len(members))
    return consortium


def _before_filing(consortium: Consortium) -> list[Any]:
    if consortium.state in ("proposed", "drafted", "signed"):
        return []
    return [
        refuse(
            "consortia.filed_as_it_is",
            "备案材料已提交，不能再改",
            "it stands as it was put on file and cannot be changed",
        )
    ]


@transaction.atomic
def draft_agreement(*, consortium_id: int, by: Actor, at: datetime) -> Consortium:
    """起草协议: between the lead and everyone who agreed to join; open invitations are answered first."""
    consortium = as_lead(consortium_id, by)
    open_ones = consortium.members.filter(state="invited").count()
    refuse_if_any([*rules.STATES.refusals(consortium.state, "draft"), *_open_invitations(open_ones)])
    bound = [(m.organisation_id, "leader" if m.is_lead else "party") for m in _lead_first(consortium)]
    drafted = agreements_queries.of_subject(consortium.reference, AGREEMENT)
    told: dict[str, Any] = {"parties": bound, "by": by, "at": at}
    if drafted is not None and drafted.state != "ended":
        agreements.set_parties(agreement_id=drafted.pk, **told)
    else:
        drafted = agreements.start(
            subject=consortium.reference, kind=AGREEMENT, frozen=consortium.frozen, chain=consortium.chain.code,
            title=Text(f"{consortium.name}协议", f"Agreement of {consortium.name_en or consortium.name}"), **told,
        )  # fmt: skip
    consortium.agreement_ref = drafted.reference
    return move(consortium, "draft", by, at, agreement=drafted.reference)


def _lead_first(consortium: Consortium) -> list[Member]:
    rows = consortium.members.filter(state="agreed").select_related("organisation").order_by("pk")
    return sorted(rows, key=lambda member: not member.is_lead)


def _open_invitations(n: int) -> list[Any]:
    if not n:
        return []
    return [
        refuse(
            "consortia.invitations_open",
            "还有 {n} 家受邀单位没有答复",
            "{n} organisations that were invited have not answered",
            n=n,
        )
    ]


@transaction.atomic
def redraft(*, consortium_id: int, reason: str, by: Actor, at: datetime) -> Consortium:
    """退回重拟: the circle or the terms change before everyone has signed."""
    consortium = as_lead(consortium_id, by)
    refuse_if_any(rules.STATES.refusals(consortium.state, "redraft"))
    drafted = agreements_queries.of_subject(consortium.reference, AGREEMENT)
    if drafted is not None and drafted.state == "issued":
        agreements.revise(agreement_id=drafted.pk, by=by, at=at)
    return move(consortium, "redraft", by, at, reason=reason.strip())


@transaction.atomic
def complete_signatures(*, consortium_id: int, by: Actor, at: datetime) -> Consortium:
    """签署完成: the agreement is in force between all, who now are members and have a vote."""
    consortium = as_lead(consortium_id, by)
    refuse_if_any([*rules.STATES.refusals(consortium.state, "sign"), *_in_force(consortium)])
    terms = agreements_queries.terms(consortium.reference, AGREEMENT)
    consortium.terms = rules.kept_terms(terms)
    for member in consortium.members.filter(state="agreed"):
        step(rules.MEMBERSHIP, member, "admit")
        member.joined_on = localdate(at)
        if terms.get("shares"):
            member.agreed_share = queries.decimal(terms["shares"].get(member.organisation_id))
        member.save()
    return move(consortium, "sign", by, at, members=consortium.members.filter(state="acceded").count())


def _in_force(consortium: Consortium) -> list[Any]:
    if queries.agreement_in_force(consortium):
        return []
    return [
        refuse(
            "consortia.not_signed_by_all",
            "协议尚未由全部成员签署",
            "the agreement has not been signed by all members",
        )
    ]


@transaction.atomic
def accede(*, member_id: int, by: Actor, at: datetime) -> Member:
    """签署加入书: a newcomer the council let in, and whose accession is on file, is bound from now on and has a vote."""
    consortium, member = own_member(member_id, by)
    decided = queries.change_decided(member, "accession")
    refuse_if_any(
        [*rules.MEMBERSHIP.refusals(member.state, "admit"), *rules.accede_refusals(consortium.state, decided=decided)]
    )
    if consortium.agreement_pk:
        agreements.accede(agreement_id=consortium.agreement_pk, organisation=member.organisation_id, by=by, at=at)
    step(rules.MEMBERSHIP, member, "admit")
    member.joined_on = localdate(at)
    member.save()
    record(consortium, "acceded", by, at, organisation=member.organisation.code)
    return member
