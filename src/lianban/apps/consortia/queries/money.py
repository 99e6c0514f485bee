"""What the books say of a consortium. Balances are the ledger's sums, never kept here."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Sum

from lianban.apps.consortia import compute, rules
from lianban.apps.consortia.models import Consortium, Contribution, Member, Task
from lianban.apps.consortia.queries.records import fraction
from lianban.apps.ledger import queries as ledger

FUNDS = ("pot", "public", "stock", "income")
UNPAID = ("computed", "chosen")


def balances(consortium: Consortium) -> dict[str, int]:
    """Balance of each of its accounts; two statements."""
    found = ledger.balances([consortium.account(fund) for fund in FUNDS])
    return {fund: found[consortium.account(fund)] for fund in FUNDS}


def held(consortium: Consortium) -> dict[str, int]:
    """What of each account is promised; two statements."""
    found = ledger.held([consortium.account(fund) for fund in FUNDS])
    return {fund: found[consortium.account(fund)] for fund in FUNDS}


def free(consortium: Consortium, fund: str) -> int:
    """What of an account may still be promised; four statements."""
    return ledger.free_fen(consortium.account(fund))


def income_to_split(consortium: Consortium) -> int:
    """Income that no other split has taken hold of; three statements."""
    taken = consortium.splits.filter(state__in=UNPAID).aggregate(n=Sum("amount_fen"))["n"] or 0
    return balances(consortium)["income"] - taken


def confirmed(consortium: Consortium) -> tuple[dict[Member, int], dict[Member, int]]:
    """Confirmed cash and things of every member that ever gave, in the members' order; two statements."""
    given = Contribution.objects.filter(member__consortium=consortium, state="confirmed")
    rows = consortium.members.select_related("organisation").order_by("pk")
    cash, things = dict.fromkeys(rows, 0), dict.fromkeys(rows, 0)
    by_pk = {member.pk: member for member in cash}
    for member, kind, amount in given.values_list("member_id", "kind", "amount_fen"):
        (cash if kind == "cash" else things)[by_pk[member]] += amount
    return cash, things


def ways(consortium: Consortium, members: Sequence[Member], amount_fen: int) -> list[rules.Way]:
    """The benefit split in every way the frozen rules offer, beside each other; four statements."""
    cash, things = confirmed(consortium)
    active = {member.pk for member in members}
    tasks = list(
        Task.objects.filter(topic__consortium=consortium, worth_fen__gt=0)
        .exclude(state="dropped")
        .exclude(topic__state__in=("proposed", "dropped"))
        .select_related("topic")
    )
    tasks = [task for task in tasks if task.needs]
    made = {
        "agreed": lambda: rules.agreed(amount_fen, {m.pk: fraction(m.agreed_share) for m in members}),
        "contribution": lambda: rules.by_contribution(
            amount_fen,
            cash={m.pk: amount for m, amount in cash.items() if m.pk in active},
            in_kind={m.pk: amount for m, amount in things.items() if m.pk in active},
        ),
        "shapley": lambda: rules.by_shapley(
            amount_fen,
            [m.pk for m in members],
            compute.shapley(members, tasks),
            [task.title for task in tasks],
        ),
    }
    return [made[method]() for method in consortium.frozen.value("consortium.benefit_methods") if method in made]


def open_business(consortium: Consortium) -> dict[str, Any]:
    """What stands in the way of an end; six statements."""
    return {
        "running": consortium.topics.filter(state="running").count(),
        "splits": consortium.splits.filter(state__in=UNPAID).count(),
        "income_fen": balances(consortium)["income"],
        "held_fen": sum(held(consortium).values()),
    }
