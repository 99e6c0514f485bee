"""What is done to keep facts true: confirming, correcting, asking, taking answers in."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.models import Chain, Member, Product
from lianban.apps.journal import services as journal
from lianban.apps.notices import services as notices
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.upkeep import queries, rules
from lianban.apps.upkeep.models import Asked, Confirmation, Correction, NamedSupplier, Questionnaire
from lianban.kit import workdays
from lianban.kit.confidentiality import highest
from lianban.kit.refusals import Refusal, refuse, refuse_if_any
from lianban.kit.text import Text

FIELDS_OF_A_SUPPLIER = 4  # name, credit code, what it supplies, the only one or not


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


@transaction.atomic
def confirm(*, chain: Chain, table: str, codes: Sequence[str], by: Actor, at: datetime) -> int:
    """仍然属实: these rows still hold today. The office may say so of any row, a firm of those about itself."""
    parties.require(by, "upkeep.confirm", chain.code)
    list(Chain.objects.select_for_update(no_key=True).filter(pk=chain.pk))
    rows = [queries.fact(by, chain, table, code) for code in codes]
    office = by.may("upkeep.decide", chain.code)
    own = set(queries.own_organisations(by).values_list("pk", flat=True))
    good = [row for row in rows if row is not None and (office or queries.organisation_of(table, row) in own)]
    refuse_if_any([] if good and len(good) == len(codes) else [_not_yours()])
    Confirmation.objects.bulk_create(
        Confirmation(chain=chain, table=table, code=row.code, confirmed_on=_day(at), by=by.reference, at=at) for row in good
    )  # fmt: skip
    facts = {"table": table, "rows": len(good), "codes": [row.code for row in good][:50]}
    journal.record("upkeep.confirmed", subject=f"chain:{chain.code}", by=by, at=at, facts=facts)
    return len(good)


@transaction.atomic
def correct(*, chain: Chain, table: str, code: str, after: Mapping[str, Any] | None, reason: str, by: Actor,
            at: datetime) -> Correction:  # fmt: skip
    """更正: an organisation says what is wrong in a row about itself; None for ``after``: the row should not be there."""
    parties.require(by, "upkeep.correct", chain.code)
    list(Chain.objects.select_for_update(no_key=True).filter(pk=chain.pk))
    row = queries.fact(by, chain, table, code)
    own = {one.pk: one for one in queries.own_organisations(by)}
    about = own.get(queries.organisation_of(table, row) or 0) if row is not None else None
    if row is None or about is None:
        refuse_if_any([_not_yours()])
        raise AssertionError
    before = atlas.row_as_told(row)
    told = {column: _told(value) for column, value in (after or {}).items()}
    new = None if after is None else {**before, **told}
    changed = sum(before[column] != value for column, value in told.items())
    waiting = queries.pending(chain, table, code)
    refuse_if_any(rules.correction_refusals(changed=changed, gone=after is None, reason=reason, pending=waiting))
    values = queries.settings(chain.code, _day(at))
    made = Correction.objects.create(
        chain=chain, organisation=about, table=table, code=code, before=before, after=new, reason=reason.strip(), raised_by=by.reference,
        raised_at=at, due_on=workdays.after(_day(at), values["correction_workdays"]),
    )  # fmt: skip
    _count(about, "correction", made.reference, changed, changed, at)
    facts = {"chain": chain.code, "table": table, "code": code, "fields": changed}
    journal.record("upkeep.correction_raised", subject=made.reference, by=by, at=at, facts=facts)
    what = Text("有一份更正等待核实", "a correction waits to be checked")
    notices.tell(what=what, url=f"/upkeep/corrections/{made.pk}/", at=at, roles=("officer", "office_head"), chain=chain.code, subject=made.reference, by=by)  # fmt: skip
    return made


@transaction.atomic
def decide(*, correction_id: int, accepted: bool, reason: str, by: Actor, at: datetime) -> Correction:
    """核实: take the correction into the data, as one change that can be undone, or say why not."""
    row = (
        Correction.objects.select_for_update(of=("self",)).select_related("chain", "organisation").get(pk=correction_id)
    )
    parties.require(by, "upkeep.decide", row.chain.code)
    verb = "accept" if accepted else "refuse"
    refuse_if_any([*rules.CORRECTIONS.refusals(row.state, verb), *rules.decision_refusals(reason, accepted=accepted)])
    if accepted:
        row.change = _take_in(row, by, at)
    row.state, row.decision_reason = rules.CORRECTIONS.target(verb), reason.strip()
    row.decided_by, row.decided_at = by.reference, at
    row.save()
    journal.record(f"upkeep.correction_{row.state}", subject=row.reference, by=by, at=at, facts={"change": row.change})
    what = Text("您提出的更正已有结果", "your correction has been decided")
    notices.tell(what=what, url=f"/upkeep/corrections/{row.pk}/", at=at, organisations=[row.organisation], subject=row.reference, by=by)  # fmt: skip
    return row


def _take_in(row: Correction, by: Actor, at: datetime) -> str:
    """Change the row, with the organisation's own word as its new source."""
    tables: dict[str, dict[str, Any]] = {row.table: {row.code: None}}
    if row.after is not None:
        day, code = _day(row.raised_at), f"correction-{row.pk}"
        source = {
            "code": code, "title": f"{row.organisation.name}的更正", "publisher": row.organisation.name, "kind": "firm",
            "address": f"/upkeep/corrections/{row.pk}/", "published_on": day, "read_on": _day(at), "phrase": row.reason,
            "confidentiality": row.after["confidentiality"],
        }  # fmt: skip
        tables = {"sources": {code: source}, row.table: {row.code: {**row.after, "source": code, "observed_on": day}}}
    made = atlas.change(
        chain=row.chain, tables=tables, expected={row.table: {row.code: row.before}}, kind="correction", subject=row.reference, by=by, at=at,
    )  # fmt: skip
    return made.reference


@transaction.atomic
def withdraw(*, correction_id: int, by: Actor, at: datetime) -> Correction:
    """撤回: whoever raised it takes it back."""
    row = (
        Correction.objects.select_for_update(of=("self",)).select_related("chain", "organisation").get(pk=correction_id)
    )
    parties.require(by, "upkeep.correct", row.chain.code)
    refuse_if_any([] if row.organisation.code in by.organisations else [_not_yours()])
    refuse_if_any(rules.CORRECTIONS.refusals(row.state, "withdraw"))
    row.state, row.decided_by, row.decided_at = rules.CORRECTIONS.target("withdraw"), by.reference, at
    row.save()
    journal.record("upkeep.correction_withdrawn", subject=row.reference, by=by, at=at)
    return row


@transaction.atomic
def ask(*, chain: Chain, organisation: Organisation, product: str, confidentiality: str, by: Actor, at: datetime,
        parent: Questionnaire | None = None) -> tuple[Questionnaire, str]:  # fmt: skip
    """发出问卷: give a link by which an organisation names its most critical suppliers. The word is told once."""
    parties.require(by, "upkeep.ask", chain.code)
    list(Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk))
    values = queries.settings(chain.code, _day(at))
    tier, fields = (parent.tier + 1 if parent else 1), FIELDS_OF_A_SUPPLIER * values["questionnaire_named"]
    refuse_if_any([
        *rules.tier_refusals(tier=tier, most=values["questionnaire_tiers"]),
        *rules.burden_refusals(asked=queries.asked_in(organisation, rules.quarter(_day(at))), more=fields, most=values["fields_per_quarter"]),
        *([] if not product or Product.objects.filter(chain=chain, code=product).exists() else [_no_product(product)]),
    ])  # fmt: skip
    word = secrets.token_urlsafe(24)
    made = Questionnaire.objects.create(
        chain=chain, organisation=organisation, product=product, tier=tier, parent=parent, digest=rules.digest(word),
        confidentiality=confidentiality, asked_by=by.reference, asked_at=at,
        due_on=workdays.after(_day(at), values["questionnaire_workdays"]),
    )  # fmt: skip
    _count(organisation, "questionnaire", made.reference, fields, 0, at)
    facts = {"chain": chain.code, "organisation": organisation.code, "tier": tier}
    journal.record("upkeep.asked", subject=made.reference, by=by, at=at, facts=facts)
    return made, word


@transaction.atomic
def answer(*, word: str, named: Sequence[Mapping[str, Any]], by: Actor, at: datetime) -> Questionnaire:
    """填写: whoever has the link names suppliers, once. Needs no account: the word is the key."""
    found = Questionnaire.objects.select_for_update().filter(digest=rules.digest(word)).first()
    if found is None:
        refuse_if_any([refuse("upkeep.no_such_link.not_found", "链接无效", "this link leads nowhere")])
        raise AssertionError
    names = [str(one["name"]).strip() for one in named]
    refuse_if_any(
        rules.answer_refusals(state=found.state, due_on=found.due_on, today=_day(at), named=len(named), names=names)
    )
    NamedSupplier.objects.bulk_create(
        NamedSupplier(questionnaire=found, rank=rank, name=names[rank - 1], credit_code=one.get("credit_code", ""),
                      supplies=one["supplies"], only=one.get("only"))
        for rank, one in enumerate(named, 1)
    )  # fmt: skip
    found.state, found.answered_at = rules.QUESTIONNAIRES.target("answer"), at
    found.save(update_fields=["state", "answered_at"])
    filled = sum(
        1 + bool(one.get("credit_code")) + bool(one["supplies"]) + (one.get("only") is not None) for one in named
    )
    Asked.objects.filter(subject=found.reference).update(filled=filled)
    journal.record("upkeep.answered", subject=found.reference, by=by, at=at, facts={"named": len(named)})
    what = Text("有一份供应商问卷已填写", "a questionnaire was answered")
    notices.tell(what=what, url=f"/upkeep/questionnaires/{found.pk}/", at=at, roles=("officer", "office_head"), chain=found.chain.code, subject=found.reference)  # fmt: skip
    return found


@transaction.atomic
def take(*, questionnaire_id: int, read: Sequence[Mapping[str, Any]], by: Actor, at: datetime) -> Questionnaire:
    """核实入图: the office says who is meant and which product, and the supplies enter the data as one change.

    ``read`` has one entry per rank: ``organisation`` (a key of the registry, ``"new"``, or "" to leave the line out)
    and ``product`` (a code).
    """
    row = Questionnaire.objects.select_for_update(of=("self",)).select_related("chain", "organisation").get(pk=questionnaire_id)  # fmt: skip
    parties.require(by, "upkeep.ask", row.chain.code)
    refuse_if_any(rules.QUESTIONNAIRES.refusals(row.state, "take"))
    lines = list(row.named.all())
    taken = [(line, one) for line, one in zip(lines, read, strict=True) if one["organisation"]]
    products = set(Product.objects.filter(chain=row.chain).values_list("code", flat=True))
    refuse_if_any([_no_product(one["product"]) for _, one in taken if one["product"] not in products])
    for line, one in taken:
        line.organisation, line.product = _meant(line, str(one["organisation"])), one["product"]
        line.save(update_fields=["organisation", "product"])
    if taken:
        atlas.change(chain=row.chain, tables=_supplies(row, taken, at), kind="questionnaire", subject=row.reference, by=by, at=at)  # fmt: skip
    row.state, row.decided_by, row.decided_at = rules.QUESTIONNAIRES.target("take"), by.reference, at
    row.save()
    facts = {"chain": row.chain.code, "supplies": len(taken)}
    journal.record("upkeep.taken", subject=row.reference, by=by, at=at, facts=facts)
    return row


def _meant(line: NamedSupplier, told: str) -> Organisation:
    """The organisation a human chose, or a new one: the same name alone never makes two into one."""
    if told != "new":
        return Organisation.objects.get(pk=int(told))
    code = line.credit_code or f"named-{line.questionnaire_id}-{line.rank}"
    row = {**dict.fromkeys(parties.REGISTRY, ""), "code": code, "name": line.name, "credit_code": line.credit_code, "kind": "firm", "example": False}  # fmt: skip
    return Organisation.objects.get(pk=parties.register([row])[code])


def _supplies(row: Questionnaire, taken: Sequence[Any], at: datetime) -> dict[str, dict[str, Any]]:
    """Rows of the change: the questionnaire as source, members that are new to the chain, one supply a line."""
    code, day = f"questionnaire-{row.pk}", _day(row.answered_at or at)
    classed = highest("office", row.confidentiality)
    common = {"source": code, "observed_on": day, "confidence": "medium", "confidentiality": classed}
    tables: dict[str, dict[str, Any]] = {
        "sources": {code: {"code": code, "title": f"{row.organisation.name}的供应商问卷", "publisher": row.organisation.name, "kind": "firm",
                           "address": f"/upkeep/questionnaires/{row.pk}/", "published_on": day, "read_on": _day(at), "confidentiality": classed}},
        "organisations": {}, "supplies": {},
    }  # fmt: skip
    known = set(Member.objects.filter(chain=row.chain).values_list("code", flat=True))
    for firm in [row.organisation, *(line.organisation for line, _ in taken)]:
        if firm.code not in known:
            columns = {column: getattr(firm, column) for column in parties.REGISTRY}
            tables["organisations"][firm.code] = {**columns, **common}
    for line, one in taken:
        only = {True: "唯一认可的供应商", False: "另有其他供应商", None: ""}[line.only]
        supply = f"questionnaire-{row.pk}-{line.rank}"
        tables["supplies"][supply] = {
            "code": supply, "supplier": line.organisation.code, "buyer": row.organisation.code, "product": one["product"],
            "note": "；".join(part for part in (line.supplies, only) if part), **common,
        }  # fmt: skip
    return tables


@transaction.atomic
def close(*, questionnaire_id: int, by: Actor, at: datetime) -> Questionnaire:
    """关闭: nobody needs to answer any more; the link opens nothing."""
    row = Questionnaire.objects.select_for_update(of=("self",)).select_related("chain").get(pk=questionnaire_id)
    parties.require(by, "upkeep.ask", row.chain.code)
    refuse_if_any(rules.QUESTIONNAIRES.refusals(row.state, "close"))
    row.state, row.decided_by, row.decided_at = rules.QUESTIONNAIRES.target("close"), by.reference, at
    row.save()
    journal.record("upkeep.closed", subject=row.reference, by=by, at=at)
    return row


def _told(value: Any) -> Any:
    """A value as the row before it is told: nothing for an empty text, days as text."""
    return value.isoformat() if isinstance(value, date) else None if value == "" else value


def _count(organisation: Organisation, kind: str, subject: str, fields: int, filled: int, at: datetime) -> None:
    """Put it on the burden meter (填报负担)."""
    Asked.objects.create(
        organisation=organisation, kind=kind, subject=subject, fields=fields, filled=filled, on=_day(at)
    )


def _not_yours() -> Refusal:
    return refuse("upkeep.not_yours.not_permitted", "只能确认或更正与本单位有关、您看得到的条目", "only rows about your own organisation that you may see")  # fmt: skip


def _no_product(code: str) -> Refusal:
    return refuse(
        "upkeep.no_product", "此产业链没有产品“{product}”", "this chain has no product '{product}'", product=code
    )
