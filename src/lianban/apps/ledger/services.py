"""Moving money: post, hold, settle, release. Who may do it is the caller's business; the ledger keeps it right.

Whoever writes first takes their turn in the journal's line, then locks accounts by primary key, then sums: in this order
always, so that two posts of one deed and two posts of another never wait for each other in a circle.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from lianban.apps.journal import services as journal
from lianban.apps.ledger import queries, rules
from lianban.apps.ledger.models import Account, EntrySet, Hold, HoldStep, Movement
from lianban.apps.ledger.rules import Transfer
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text


@transaction.atomic
def open_account(
    *, code: str, name: Text, kind: str, by: Actor, at: datetime, chain: str = "",
    organisation: Organisation | None = None, in_kind: bool = False, may_be_negative: bool = False,
) -> Account:  # fmt: skip
    """Open an account; the same code again is the same account, and with other facts a mistake."""
    in_kind = in_kind or kind == "in_kind"
    refuse_if_any(rules.account_refusals(kind, may_be_negative=may_be_negative, in_kind=in_kind))
    facts = {"kind": kind, "chain": chain, "in_kind": in_kind, "may_be_negative": may_be_negative}
    account, made = Account.objects.get_or_create(
        code=code,
        defaults={
            "name": name.zh, "name_en": name.en, "organisation": organisation, "opened_by": by.reference,
            "opened_at": at, **facts,
        },
    )  # fmt: skip
    there = {field: getattr(account, field) for field in facts}
    held_by = organisation.pk if organisation else None
    if not made and (there != facts or account.organisation_id != held_by):
        text = "账户编号“{account}”已用于另一个账户", "account code '{account}' stands for another account"
        refuse_if_any([refuse("ledger.account_differs", *text, account=code)])
    if made:
        told = {**facts, "organisation": organisation.code if organisation else ""}
        journal.record("ledger.account_opened", subject=account.reference, by=by, at=at, facts=told)
    return account


@transaction.atomic
def post(
    *, key: str, kind: str, movements: Sequence[tuple[str, str, int]], subject: str, by: Actor, at: datetime,
    memo: str = "",
) -> EntrySet:  # fmt: skip
    """Move money, all of it or nothing; the same key with the same content is the same set, moved once."""
    transfers = [Transfer(*movement) for movement in movements]
    accounts = _locked(code for t in transfers for code in (t.source, t.target))
    digest = rules.set_digest(kind, subject, transfers)
    before = EntrySet.objects.filter(key=key).first()
    if before:
        refuse_if_any(rules.replay_refusals(key, same=before.digest == digest))
        return before
    refuse_if_any(rules.transfer_refusals(transfers, {code: row.in_kind for code, row in accounts.items()}))
    _refuse_overdraft(accounts, {code: -change for code, change in rules.changes(transfers).items() if change < 0})
    return _write(key, kind, subject, memo, transfers, accounts, by, at)


@transaction.atomic
def hold(*, key: str, account: str, amount_fen: int, purpose: str, by: Actor, at: datetime) -> Hold:
    """Promise a part of an account to a purpose; it stays there and cannot be spent otherwise."""
    accounts = _locked([account])
    digest = rules.digest(account, amount_fen, purpose)
    before = Hold.objects.filter(key=key).first()
    if before:
        refuse_if_any(rules.replay_refusals(key, same=before.digest == digest))
        return before
    if account not in accounts:
        text = "没有账户“{account}”", "there is no account '{account}'"
        refuse_if_any([refuse("ledger.no_account", *text, account=account)])
    refuse_if_any(rules.amount_refusals(amount_fen))
    _refuse_overdraft(accounts, {account: amount_fen})
    made = Hold.objects.create(
        key=key,
        account=accounts[account],
        amount_fen=amount_fen,
        purpose=purpose,
        digest=digest,
        by=by.reference,
        at=at,
    )
    facts = {"account": account, "amount_fen": amount_fen, "purpose": purpose}
    journal.record("ledger.held", subject=made.reference, by=by, at=at, facts=facts)
    return made


@transaction.atomic
def settle(
    *, hold_id: int, target: str, key: str, by: Actor, at: datetime, amount_fen: int | None = None,
    kind: str = "settlement", subject: str = "", memo: str = "",
) -> EntrySet:  # fmt: skip
    """Pay what was held, or a part of it, to an account; the rest stays held until it is settled or released.

    ``subject`` is what the set is told for; by default the purpose of the hold.
    """
    held, accounts, left = _held(hold_id, target)
    before = HoldStep.objects.select_related("entry_set").filter(key=key).first()
    if before:
        amount = before.amount_fen if amount_fen is None else amount_fen
        wanted = [Transfer(held.account.code, target, amount)]
        same = before.hold_id == hold_id and before.entry_set is not None
        same = same and before.entry_set.digest == rules.set_digest(kind, subject or held.purpose, wanted)  # type: ignore[union-attr]
        refuse_if_any(rules.replay_refusals(key, same=same))
        assert before.entry_set is not None
        return before.entry_set
    amount = left if amount_fen is None else amount_fen
    refuse_if_any(rules.settle_refusals(amount, left))
    transfers = [Transfer(held.account.code, target, amount)]
    refuse_if_any(rules.transfer_refusals(transfers, {code: row.in_kind for code, row in accounts.items()}))
    made = _write(key, kind, subject or held.purpose, memo, transfers, accounts, by, at)
    _end(held, "settle", amount, key, by, at, made)
    return made


@transaction.atomic
def release(*, hold_id: int, key: str, by: Actor, at: datetime) -> HoldStep:
    """Give back what is still held: it is free again."""
    held, _, left = _held(hold_id)
    before = HoldStep.objects.filter(key=key).first()
    if before:
        refuse_if_any(rules.replay_refusals(key, same=before.hold_id == hold_id and before.verb == "release"))
        return before
    refuse_if_any(rules.settle_refusals(left, left))
    step = _end(held, "release", left, key, by, at, None)
    facts = {"account": held.account.code, "amount_fen": left, "purpose": held.purpose}
    journal.record("ledger.released", subject=held.reference, by=by, at=at, facts=facts)
    return step


def _locked(codes: Iterable[str]) -> dict[str, Account]:
    """Accounts by code, locked: the journal's line first, then the accounts by primary key."""
    journal.stand_in_line()
    rows = Account.objects.select_for_update().filter(code__in=set(codes)).order_by("pk")
    return {row.code: row for row in rows}


def _refuse_overdraft(accounts: dict[str, Account], asked: dict[str, int]) -> None:
    """Refuse what is asked of accounts that have less free; the outside world is never asked."""
    bound = [code for code in asked if not accounts[code].may_be_negative]
    if bound:
        balances, held = queries.balances(bound), queries.held(bound)
        refuse_if_any(rules.money_refusals(asked, {code: balances[code] - held[code] for code in bound}))


def _held(hold_id: int, *others: str) -> tuple[Hold, dict[str, Account], int]:
    """A hold with its accounts locked, and what is left in it."""
    held = Hold.objects.select_related("account").get(pk=hold_id)
    accounts = _locked([held.account.code, *others])
    (shown,) = queries.holds(key=held.key)
    return held, accounts, shown.left_fen


def _end(held: Hold, verb: str, amount_fen: int, key: str, by: Actor, at: datetime, made: EntrySet | None) -> HoldStep:
    return HoldStep.objects.create(
        hold=held, key=key, verb=verb, amount_fen=amount_fen, entry_set=made, by=by.reference, at=at
    )


def _write(
    key: str, kind: str, subject: str, memo: str, transfers: Sequence[Transfer], accounts: dict[str, Account],
    by: Actor, at: datetime,
) -> EntrySet:  # fmt: skip
    """Write a set whose accounts are locked, and seal it in the journal."""
    # Numbers have no gap: the one line of the journal, taken with the accounts, is also the line of the ledger.
    number = (EntrySet.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    digest = rules.set_digest(kind, subject, transfers)
    made = EntrySet.objects.create(
        number=number, key=key, kind=kind, subject=subject, memo=memo, digest=digest, by=by.reference, at=at
    )
    Movement.objects.bulk_create(
        Movement(entry_set=made, source=accounts[t.source], target=accounts[t.target], amount_fen=t.amount_fen)
        for t in transfers
    )
    facts = {
        "subject": subject, "kind": kind, "digest": digest,
        "movements": [[t.source, t.target, t.amount_fen] for t in transfers],
    }  # fmt: skip
    journal.record("ledger.posted", subject=made.reference, by=by, at=at, facts=facts)
    return made
