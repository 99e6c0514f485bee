"""Reading the ledger: balances, holds, statements. Who may ask is the caller's business, except where an actor is given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from lianban.apps.journal import queries as journal
from lianban.apps.ledger import rules
from lianban.apps.ledger.models import Account, EntrySet, Hold, HoldStep, Movement
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text


def account(code: str) -> Account | None:
    """One statement."""
    return Account.objects.select_related("organisation").filter(code=code).first()


def balance_fen(code: str) -> int:
    """What is in an account, what is held in it included: a sum over its movements; two statements."""
    return balances([code]).get(code, 0)


def held_fen(code: str) -> int:
    """What of an account is promised to a purpose; two statements."""
    return held([code]).get(code, 0)


def free_fen(code: str) -> int:
    """What of an account may still be promised or moved; four statements."""
    return balance_fen(code) - held_fen(code)


def balances(codes: Iterable[str]) -> dict[str, int]:
    """Balances of several accounts, zero where nothing ever moved; two statements."""
    found = dict.fromkeys(codes, 0)
    into = Movement.objects.filter(target__code__in=found).order_by().values_list("target__code")
    out = Movement.objects.filter(source__code__in=found).order_by().values_list("source__code")
    for code, amount in into.annotate(Sum("amount_fen")):
        found[code] += amount
    for code, amount in out.annotate(Sum("amount_fen")):
        found[code] -= amount
    return found


def held(codes: Iterable[str]) -> dict[str, int]:
    """What is held in several accounts; two statements."""
    found = dict.fromkeys(codes, 0)
    taken = Hold.objects.filter(account__code__in=found).order_by().values_list("account__code")
    ended = HoldStep.objects.filter(hold__account__code__in=found).order_by().values_list("hold__account__code")
    for code, amount in taken.annotate(Sum("amount_fen")):
        found[code] += amount
    for code, amount in ended.annotate(Sum("amount_fen")):
        found[code] -= amount
    return found


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A hold as it stands: promised, settled, released, what is left."""

    hold: Hold
    settled_fen: int
    released_fen: int

    @property
    def left_fen(self) -> int:
        return self.hold.amount_fen - self.settled_fen - self.released_fen

    @property
    def state(self) -> str:
        return rules.hold_state(self.hold.amount_fen, self.settled_fen, self.released_fen)

    @property
    def state_name(self) -> Text:
        return rules.HOLD.states[self.state]


def holds(*, purpose: str = "", account: str = "", key: str = "") -> list[HoldShown]:
    """Holds for a purpose, in an account or under a key, with what became of them; two statements."""
    rows = Hold.objects.select_related("account").prefetch_related("steps")
    wanted = {"purpose": purpose, "account__code": account, "key": key}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return [
        HoldShown(
            row,
            sum(step.amount_fen for step in row.steps.all() if step.verb == "settle"),
            sum(step.amount_fen for step in row.steps.all() if step.verb == "release"),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement; ``change_fen`` and ``balance_fen`` are told where one account is asked about."""

    number: int
    at: datetime
    by: str
    kind: Text
    subject: str
    memo: str
    source: Account
    target: Account
    amount_fen: int
    change_fen: int | None = None
    balance_fen: int | None = None


def statement(*, subject: str = "", account: str = "", subjects: Iterable[str] = ()) -> list[Line]:
    """Every movement of an account (with the balance after each), or for one or more subjects; one statement."""
    rows = Movement.objects.select_related("entry_set", "source__organisation", "target__organisation")
    rows = rows.order_by("entry_set__number", "id")
    told = [*subjects, *([subject] if subject else [])]
    if told:
        rows = rows.filter(entry_set__subject__in=told)
    if account:
        rows = rows.filter(Q(source__code=account) | Q(target__code=account))
    if not told and not account:
        raise ValueError("a statement is of an account or of a subject")
    lines, balance = [], 0
    whole = not told  # a balance after each line is told only where every line of the account is there
    for row in rows:
        change = row.amount_fen if row.target.code == account else -row.amount_fen
        balance += change
        one = row.entry_set
        facts = (one.number, one.at, one.by, one.kind_name, one.subject, one.memo, row.source, row.target)
        after = (change, balance if whole else None) if account else (None, None)
        lines.append(Line(*facts, row.amount_fen, *after))
    return lines


def moved_under(key: str) -> list[Movement]:
    """What a caller moved under a key, or under keys that begin so; one statement."""
    rows = Movement.objects.filter(entry_set__key__startswith=key).order_by("id")
    return list(rows.select_related("source", "target", "entry_set"))


def sets(subject: str) -> QuerySet[EntrySet]:
    """What was posted for one thing, oldest first; two statements."""
    return EntrySet.objects.filter(subject=subject).prefetch_related("movements__source", "movements__target")


def accounts(actor: Actor, *, chain: str = "", kind: str = "") -> QuerySet[Account]:
    """Accounts this reader may see: of chains whose books they may read, and of their own organisations; one statement."""
    seen = Q(organisation__code__in=actor.organisations)
    for reach in {grant.chain for grant in actor.grants}:
        if actor.may("ledger.see", reach):
            seen |= Q(chain=reach) if reach else Q(pk__isnull=False)
    wanted = {name: value for name, value in (("chain", chain), ("kind", kind)) if value}
    return Account.objects.select_related("organisation").filter(seen, **wanted)


@dataclass(frozen=True, slots=True)
class Row:
    """An account with what is in it, what of it is held and what is free."""

    account: Account
    balance_fen: int
    held_fen: int

    @property
    def free_fen(self) -> int:
        return self.balance_fen - self.held_fen


def listing(actor: Actor, *, chain: str = "", kind: str = "") -> list[Row]:
    """The accounts a reader may see, with their sums; five statements."""
    rows = list(accounts(actor, chain=chain, kind=kind))
    codes = [row.code for row in rows]
    sums, promised = balances(codes), held(codes)
    return [Row(row, sums[row.code], promised[row.code]) for row in rows]


def of_subject(actor: Actor, subject: str) -> list[Line]:
    """What was moved for one thing, as far as it touched accounts this reader may see; two statements."""
    codes = set(accounts(actor).values_list("code", flat=True))
    return [line for line in statement(subject=subject) if {line.source.code, line.target.code} & codes]


def first_broken() -> int | None:
    """Number of the first entry set that is not what the journal sealed when it was posted; None when all is well.

    Three statements, streamed. Numbers count from one without a gap; every fingerprint is made anew from the movements.
    """
    sealed = {e.subject: e.facts.get("digest") for e in journal.of_verb("ledger.posted").iterator()}
    parts: dict[int, list[rules.Transfer]] = {}
    rows = Movement.objects.order_by().values_list("entry_set_id", "source__code", "target__code", "amount_fen")
    for pk, source, target, amount in rows.iterator():
        parts.setdefault(pk, []).append(rules.Transfer(source, target, amount))
    number = 0
    for one in EntrySet.objects.order_by("number").iterator():
        number += 1
        made = rules.set_digest(one.kind, one.subject, parts.get(one.pk, []))
        if one.number != number or one.digest != made or sealed.get(one.reference) != made:
            return number
    return number + 1 if number != len(sealed) else None
