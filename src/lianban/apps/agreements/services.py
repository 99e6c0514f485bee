"""What is done with agreements: started, settled clause by clause, issued, signed, revised, joined, left, ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from lianban.apps.agreements import queries, rules
from lianban.apps.agreements.models import Agreement, BackgroundRight, Choice, Party, Signature, Version
from lianban.apps.agreements.rules import steps
from lianban.apps.journal import services as journal
from lianban.apps.notices import services as notices
from lianban.apps.parties import services as parties_services
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.parties.services import SYSTEM
from lianban.apps.rulesets.rules import Frozen
from lianban.kit.refusals import refuse_if_any
from lianban.kit.text import Text
from lianban.rulebook.clauses import load


@transaction.atomic
def start(
    *, subject: str, kind: str, parties: Sequence[int | tuple[int, str]], frozen: Frozen, by: Actor, at: datetime,
    chain: str = "", title: Text | None = None, public_money: bool = False, confidentiality: str = "office",
    settled: Mapping[str, tuple[str, Mapping[str, Any]]] | None = None, settled_from: Text | None = None,
) -> Agreement:  # fmt: skip
    """起草协议: parties in the order of the text, each an organisation or (organisation, role).

    ``settled``: clauses that the matter itself settles, each an option with its answers; ``settled_from`` names the matter. They may
    be changed like any other; clauses that this kind does not contain, and answers in no right form, are left open.
    """
    parties_services.require(by, "agreements.draft", chain or None)
    named = [(one, "party") if isinstance(one, int) else one for one in parties]
    numbers = [number for number, _role in named]
    known = dict(Organisation.objects.filter(pk__in=numbers).values_list("pk", "code"))
    refuse_if_any(
        steps.start_refusals(
            kind, numbers, known, own=queries.is_office(by, chain) or bool(by.organisations & set(known.values())),
            taken=Agreement.objects.filter(subject=subject, kind=kind).exclude(state="ended").exists(),
        )
    )  # fmt: skip
    called = title or load().kinds[kind]
    row = Agreement.objects.create(
        subject=subject, kind=kind, chain=chain, title=called.zh, title_en=called.en, public_money=public_money,
        rules=frozen.as_dict(), confidentiality=confidentiality, started_by=by.reference, started_at=at,
    )  # fmt: skip
    Party.objects.bulk_create(
        Party(agreement=row, organisation_id=number, place=place, role=role)
        for place, (number, role) in enumerate(named)
    )
    taken = _prefill(row, settled or {}, settled_from or called, by, at)
    _record("agreements.started", row, by, at, kind=kind, subject=subject, parties=numbers, settled=taken)
    return row


def _prefill(row: Agreement, settled: Mapping[str, tuple[str, Mapping[str, Any]]], source: Text, by: Actor, at: datetime) -> list[str]:  # fmt: skip
    """Settle what the matter settles; what was given is kept beside, so that a later change can be seen."""
    draft, book = queries.facts(row, {}), load()
    new = []
    for clause in book.of_kind(row.kind):
        option, given = settled.get(clause.code, ("", {}))
        if option in clause.options:
            values, _faults = rules.normal(clause.options[option], given, draft)
            told = {"option": option, "values": values, "from": {"zh": source.zh, "en": source.en}}
            new.append(Choice(agreement=row, clause=clause.code, option=option, values=values, prefilled=told, chosen_by=by.reference, chosen_at=at))  # fmt: skip
    Choice.objects.bulk_create(new)
    return [one.clause for one in new]


@transaction.atomic
def choose(
    *, agreement_id: int, clause: str, option: str, by: Actor, at: datetime, values: Mapping[str, Any] | None = None
) -> Choice:
    """选定条款: settle a clause by one of its options; answers as ``rules.normal`` describes them."""
    row = _draft(agreement_id, by)
    known = load().clauses.get(clause)
    refuse_if_any(steps.choice_refusals(row.state, known, option, row.kind))
    assert known is not None
    kept, faults = rules.normal(known.options[option], values or {}, queries.facts(row, {}))
    refuse_if_any(faults)
    choice, _ = Choice.objects.update_or_create(
        agreement=row, clause=clause,
        defaults={"option": option, "values": kept, "chosen_by": by.reference, "chosen_at": at},
    )  # fmt: skip
    _record("agreements.clause_settled", row, by, at, clause=clause, option=option)
    return choice


@transaction.atomic
def leave_open(*, agreement_id: int, clause: str, by: Actor, at: datetime) -> None:
    """撤去条款: take a clause out of the draft."""
    row = _draft(agreement_id, by)
    refuse_if_any(steps.choice_refusals(row.state, load().clauses.get(clause), "", row.kind))
    Choice.objects.filter(agreement=row, clause=clause).delete()
    _record("agreements.clause_opened", row, by, at, clause=clause)


@transaction.atomic
def propose(*, agreement_id: int, by: Actor, at: datetime) -> int:
    """套用常用条款: settle every clause that must be settled and is not, by its first option and the proposed values."""
    row = _draft(agreement_id, by)
    refuse_if_any(steps.drafting_refusals(row.state))
    draft = queries.facts(row)
    new = [
        Choice(agreement=row, clause=clause.code, option=option.code, values=rules.proposed(option, draft), chosen_by=by.reference, chosen_at=at)
        for clause in load().of_kind(row.kind)
        if clause.code not in draft.choices and row.kind in clause.needed
        for option in [next(iter(clause.options.values()))]
    ]  # fmt: skip
    Choice.objects.bulk_create(new)
    _record("agreements.proposed", row, by, at, clauses=[choice.clause for choice in new])
    return len(new)


@transaction.atomic
def list_background(
    *, agreement_id: int, organisation_id: int, kind: str, title: str, by: Actor, at: datetime, number: str = "", scope: str = ""
) -> BackgroundRight:  # fmt: skip
    """登记背景知识产权: a line of annex 1."""
    row = _draft(agreement_id, by)
    is_party = row.parties.filter(organisation_id=organisation_id, left_at__isnull=True).exists()
    refuse_if_any([*steps.drafting_refusals(row.state), *steps.background_refusals(title, kind in BackgroundRight.KINDS, is_party=is_party)])  # fmt: skip
    line = BackgroundRight.objects.create(
        agreement=row, organisation_id=organisation_id, kind=kind, title=title.strip(), number=number.strip(),
        scope=scope.strip(),
    )  # fmt: skip
    _record("agreements.background_listed", row, by, at, line=line.pk, organisation=organisation_id)
    return line


@transaction.atomic
def strike_background(*, agreement_id: int, line_id: int, by: Actor, at: datetime) -> None:
    """删去一项背景知识产权."""
    row = _draft(agreement_id, by)
    refuse_if_any(steps.drafting_refusals(row.state))
    row.background.filter(pk=line_id).delete()
    _record("agreements.background_struck", row, by, at, line=line_id)


@transaction.atomic
def set_parties(*, agreement_id: int, parties: Sequence[int | tuple[int, str]], by: Actor, at: datetime) -> None:
    """更改当事方: name the parties anew, while it is drafted."""
    row = _draft(agreement_id, by)
    named = [(one, "party") if isinstance(one, int) else one for one in parties]
    numbers = [number for number, _role in named]
    known = set(Organisation.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    refuse_if_any([*steps.drafting_refusals(row.state), *steps.start_refusals(row.kind, numbers, known, taken=False, own=True)])  # fmt: skip
    row.background.exclude(organisation_id__in=numbers).delete()
    row.parties.all().delete()
    Party.objects.bulk_create(
        Party(agreement=row, organisation_id=number, place=place, role=role)
        for place, (number, role) in enumerate(named)
    )
    _record("agreements.parties_set", row, by, at, parties=numbers)


@transaction.atomic
def issue_version(*, agreement_id: int, by: Actor, at: datetime) -> Version:
    """定稿: keep the whole text with its digest; refused with every finding that stops it."""
    row = _draft(agreement_id, by)
    refuse_if_any(rules.STATES.refusals(row.state, "issue"))
    draft = queries.facts(row)
    refuse_if_any(steps.stops(rules.findings(draft)))
    number = row.versions.count() + 1
    content = queries.content(row, number, draft)
    version = Version.objects.create(
        agreement=row,
        number=number,
        content=content,
        digest=rules.digest(content),
        issued_by=by.reference,
        issued_at=at,
    )
    _move(row, "issue")
    _record("agreements.issued", row, by, at, version=number, digest=version.digest)
    _tell(row, Text("有一份{kind}待贵单位签署", "A document waits for your signature: {kind}"), by, at)
    return version


@transaction.atomic
def revise(*, agreement_id: int, by: Actor, at: datetime) -> Agreement:
    """修改: open the text again; what is in force stays in force until a new version is signed by all."""
    row = _draft(agreement_id, by)
    refuse_if_any(rules.STATES.refusals(row.state, "revise"))
    _move(row, "revise")
    _record("agreements.revised", row, by, at)
    return row


@transaction.atomic
def sign(*, agreement_id: int, organisation: int, by: Actor, at: datetime) -> Signature:
    """签署: one party signs the newest version's digest; the last signature puts it in force."""
    row = Agreement.objects.select_for_update().get(pk=agreement_id)
    parties_services.require(by, "agreements.sign", row.chain or None)
    version = row.versions.order_by("-number").first()
    party = (
        row.parties.select_related("organisation").filter(organisation_id=organisation, left_at__isnull=True).first()
    )
    signed = version is not None and version.signatures.filter(organisation_id=organisation).exists()
    acts_for = by is SYSTEM or (party is not None and party.organisation.code in by.organisations)
    refuse_if_any(steps.signing_refusals(row.state, is_party=party is not None, acts_for=acts_for, signed=signed))
    assert version is not None
    signature = Signature.objects.create(
        version=version, organisation_id=organisation, digest=version.digest, signed_by=by.reference, signed_at=at
    )
    facts = {"version": version.number, "digest": version.digest, "organisation": organisation}
    if not queries.missing_signatures(row):
        row.in_force = version
        _move(row, "complete")
        facts["in_force"] = True
        _tell(row, Text("{kind}已签齐生效", "Signed by all and in force: {kind}"), by, at)
    _record("agreements.signed", row, by, at, **facts)
    return signature


@transaction.atomic
def accede(*, agreement_id: int, organisation: int, by: Actor, at: datetime, role: str = "member") -> Party:
    """加入: an organisation accepts the version in force by an accession form; its signature stands under that version.

    Whether it may join is decided before (a council's vote): this records the signing.
    """
    row = Agreement.objects.select_for_update().get(pk=agreement_id)
    parties_services.require(by, "agreements.draft", row.chain or None)
    old = row.parties.filter(organisation_id=organisation).first()
    refuse_if_any(steps.party_refusals(in_force=row.in_force_id is not None and row.state != "ended", is_party=old is not None,
                                       joining=True, left=old is not None and old.left_at is not None))  # fmt: skip
    assert row.in_force is not None
    place = max(row.parties.values_list("place", flat=True), default=-1) + 1
    party, _ = Party.objects.update_or_create(
        agreement=row, organisation_id=organisation,
        defaults={"acceded_at": at, "left_at": None, "role": role, **({} if old else {"place": place})},
    )  # fmt: skip
    if not row.in_force.signatures.filter(organisation_id=organisation).exists():
        Signature.objects.create(version=row.in_force, organisation_id=organisation, digest=row.in_force.digest,
                                 signed_by=by.reference, signed_at=at)  # fmt: skip
    _record("agreements.acceded", row, by, at, organisation=organisation, version=row.in_force.number)
    return party


def hold_still(agreement_id: int) -> None:
    """Lock an agreement, for a deed of another app that writes the journal before it comes to it."""
    list(Agreement.objects.select_for_update().filter(pk=agreement_id))


@transaction.atomic
def leave(*, agreement_id: int, organisation: int, by: Actor, at: datetime) -> Party:
    """退出: a party is bound no more by what is done from now on; licences it gave live on as the text says."""
    row = Agreement.objects.select_for_update().get(pk=agreement_id)
    parties_services.require(by, "agreements.draft", row.chain or None)
    party = row.parties.filter(organisation_id=organisation).first()
    refuse_if_any(steps.party_refusals(in_force=row.in_force_id is not None and row.state != "ended", is_party=party is not None,
                                       joining=False, left=party is not None and party.left_at is not None))  # fmt: skip
    assert party is not None
    party.left_at = at
    party.save(update_fields=["left_at"])
    _record("agreements.left", row, by, at, organisation=organisation)
    return party


@transaction.atomic
def end(*, agreement_id: int, reason: str, by: Actor, at: datetime) -> Agreement:
    """终止: the agreement holds no more; its versions and signatures stay."""
    row = Agreement.objects.select_for_update().get(pk=agreement_id)
    parties_services.require(by, "agreements.end", row.chain or None)
    refuse_if_any([*rules.STATES.refusals(row.state, "end"), *rules.end_refusals(reason)])
    row.ended_at, row.end_reason, row.state = at, reason.strip(), rules.STATES.target("end")
    row.save(update_fields=["ended_at", "end_reason", "state"])
    _record("agreements.ended", row, by, at)
    return row


def _draft(agreement_id: int, by: Actor) -> Agreement:
    """Lock an agreement for one who may draft it: the office of its chain, or a party's own people."""
    row = Agreement.objects.select_for_update().get(pk=agreement_id)
    parties_services.require(by, "agreements.draft", row.chain or None)
    codes = set(row.parties.filter(left_at__isnull=True).values_list("organisation__code", flat=True))
    refuse_if_any(steps.drafter_refusals(own=queries.is_office(by, row.chain) or bool(by.organisations & codes)))
    return row


def _move(row: Agreement, verb: str) -> None:
    row.state = rules.STATES.target(verb)
    row.save(update_fields=["state", "in_force"])


def _tell(row: Agreement, what: Text, by: Actor, at: datetime) -> None:
    """Tell the parties' people; the kind only, not what it is about."""
    bound = row.parties.filter(left_at__isnull=True).values_list("organisation_id", flat=True)
    notices.tell(what=what.format(kind=row.kind_name), url=reverse("agreements:show", args=[row.pk]), organisations=bound,
                 subject=row.reference, by=by, at=at)  # fmt: skip


def _record(verb: str, row: Agreement, by: Actor, at: datetime, **facts: Any) -> None:
    journal.record(verb, subject=row.reference, by=by, at=at, facts=facts)
