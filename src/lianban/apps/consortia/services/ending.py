"""How a consortium ends: what is left in its accounts goes back to where it came from."""

from datetime import datetime
from fractions import Fraction

from django.db import transaction

from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Consortium
from lianban.apps.consortia.services.books import account, outside
from lianban.apps.consortia.services.moving import as_lead, move
from lianban.apps.ledger import services as ledger
from lianban.apps.parties.rules import Actor
from lianban.kit import money
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def give_up(*, consortium_id: int, reason: str, by: Actor, at: datetime) -> Consortium:
    """放弃筹建: before the agreement is signed there is no council, and the lead may end it alone."""
    consortium = as_lead(consortium_id, by)
    refuse_if_any(
        [*rules.STATES.refusals(consortium.state, "dissolve"), *rules.give_up_refusals(consortium.state, reason)]
    )
    consortium.ended_at, consortium.end_note = at, reason.strip()
    return move(consortium, "dissolve", by, at)


def liquidate(consortium: Consortium, by: Actor, at: datetime) -> None:
    """清算: cash left in the pot goes back by cash contributed, public money goes back where it came from."""
    balances = queries.balances(consortium)
    movements: list[tuple[str, str, int]] = []
    if left := balances["pot"]:
        cash = {m: c for m, c in queries.confirmed(consortium)[0].items() if c}
        parts = money.split(left, [Fraction(c) for c in cash.values()])
        for member, part in zip(cash, parts, strict=True):
            if part:
                payee = account(consortium, f"payee:{member.organisation.code}", "payee", by, at, member.organisation)
                movements.append((consortium.account("pot"), payee, part))
    if left := balances["public"]:
        movements.append((consortium.account("public"), outside(consortium, "public", by, at), left))
    if movements:
        ledger.post(
            key=f"{consortium.reference}:liquidation", kind="return", movements=movements, by=by, at=at,
            subject=consortium.reference, memo="清算退回",
        )  # fmt: skip
