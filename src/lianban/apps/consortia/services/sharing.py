"""Benefits split: three ways computed beside each other, one chosen by the council, paid to the fen."""

from datetime import datetime

from django.db import transaction

from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Consortium, Split
from lianban.apps.consortia.services.books import account
from lianban.apps.consortia.services.moving import as_lead, record, step
from lianban.apps.ledger import services as ledger
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal, refuse, refuse_if_any


@transaction.atomic
def compute_split(*, consortium_id: int, amount_fen: int, what: str, by: Actor, at: datetime) -> Split:
    """测算收益分配: every way the rules offer, from what the records say today, with its working."""
    consortium = as_lead(consortium_id, by)
    members = [m for m in queries.members(consortium) if m.active]
    free = queries.income_to_split(consortium)
    refuse_if_any(
        [
            *rules.spending_refusals(consortium.state),
            *rules.amount_refusals(amount_fen=amount_fen, available_fen=free, members=len(members)),
            *_unnamed(what),
        ]
    )
    ways = queries.ways(consortium, members, amount_fen)
    last = consortium.splits.order_by("-number").values_list("number", flat=True).first() or 0
    split = Split.objects.create(
        consortium=consortium, number=last + 1, amount_fen=amount_fen, what=what.strip(),
        ways=[way.as_dict() for way in ways], computed_by=by.reference, computed_at=at,
    )  # fmt: skip
    record(consortium, "split_computed", by, at, split=split.number, amount_fen=amount_fen)
    return split


def _unnamed(what: str) -> list[Refusal]:
    if what.strip():
        return []
    return [refuse("consortia.benefit_unnamed", "请写明分配的是哪笔收益", "say which benefit is split")]


@transaction.atomic
def pay_split(*, split_id: int, by: Actor, at: datetime) -> Split:
    """兑付: each member's part, as the council chose, in one set of movements."""
    consortium, split = _locked(split_id, by)
    refuse_if_any(rules.SPLIT.refusals(split.state, "pay"))
    way = split.way(split.method)
    assert way is not None and sum(part.amount_fen for part in way.parts) == split.amount_fen
    names = {m.pk: m.organisation for m in queries.members(consortium)}
    movements = [
        (
            consortium.account("income"),
            account(consortium, f"payee:{names[p.member].code}", "payee", by, at, names[p.member]),
            p.amount_fen,
        )
        for p in way.parts
        if p.amount_fen
    ]
    ledger.post(
        key=f"{split.reference}:pay", kind="distribution", movements=movements, subject=consortium.reference, by=by,
        at=at, memo=split.what,
    )  # fmt: skip
    step(rules.SPLIT, split, "pay").paid_at = at
    split.save()
    record(consortium, "split_paid", by, at, split=split.number, amount_fen=split.amount_fen)
    return split


@transaction.atomic
def discard_split(*, split_id: int, reason: str, by: Actor, at: datetime) -> Split:
    """作废: the figures changed, or the council chose none; another is computed."""
    consortium, split = _locked(split_id, by)
    open_motion = split.motions.filter(state="open").exists()
    refuse_if_any([*rules.SPLIT.refusals(split.state, "discard"), *rules.discard_refusals(reason, voting=open_motion)])
    step(rules.SPLIT, split, "discard").save()
    record(consortium, "split_discarded", by, at, split=split.number, reason=reason.strip())
    return split


def _locked(split_id: int, by: Actor) -> tuple[Consortium, Split]:
    owner = Split.objects.values_list("consortium_id", flat=True).get(pk=split_id)
    consortium = as_lead(owner, by)
    return consortium, Split.objects.get(pk=split_id)
