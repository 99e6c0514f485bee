"""The money of a challenge: how much public money it may get and what is lacking, with the working."""

from dataclasses import dataclass
from typing import Any

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text
from lianban.rulebook import funding


@dataclass(frozen=True, slots=True)
class Money:
    """What a challenge costs and who brings it; whole fen."""

    total_fen: int = 0
    public_fen: int = 0
    poster_cash_fen: int = 0
    payable_fen: int = 0
    self_fen: int = 0
    in_kind_fen: int = 0


def working(frozen: Any, money: Money, *, kind: str, scale: str, solver_kind: str = "firm") -> funding.Working:
    """The most public money, step by step."""
    return funding.public_support(
        frozen, total_fen=money.total_fen, payable_fen=money.payable_fen, poster_cash_fen=money.poster_cash_fen,
        self_fen=None, in_kind_fen=money.in_kind_fen, kind=kind, scale=scale, solver_kind=solver_kind,
    )  # fmt: skip


def money_refusals(
    frozen: Any, money: Money, *, kind: str, scale: str, solver_kind: str = "firm"
) -> tuple[funding.Working, list[Refusal]]:
    """The working, and every reason why the money does not do as it is stated."""
    worked = working(frozen, money, kind=kind, scale=scale, solver_kind=solver_kind)
    found = [Refusal(one.code, one.message, dict(one.facts)) for one in worked.refusals]
    if money.public_fen < 0 or money.public_fen > worked.amount_fen:
        found.append(
            refuse(
                "challenges.public_above_rule",
                "财政资金 {asked} 高于按规则可得的 {most}",
                "public money of {asked} is above the {most} that the rules allow",
                asked=funding.shown(money.public_fen),
                most=funding.shown(worked.amount_fen),
            )
        )
    if money.public_fen + money.poster_cash_fen + money.self_fen + money.in_kind_fen != money.total_fen:
        found.append(
            refuse(
                "challenges.sources_do_not_add_up",
                "各来源合计不等于总投入：财政 + 发榜方现金 + 揭榜方自筹 + 实物 = {sum}，总投入 {total}",
                "the sources do not add up: public, poster's cash, solver's own and in kind make {sum}, the total is {total}",
                sum=funding.shown(money.public_fen + money.poster_cash_fen + money.self_fen + money.in_kind_fen),
                total=funding.shown(money.total_fen),
            )
        )
    return worked, found


def first_payment(frozen: Any, public_fen: int) -> funding.Working:
    return funding.first_payment(frozen, public_fen=public_fen)


def compensation(frozen: Any, proven_cost_fen: int, gate_cap_fen: int = 0) -> funding.Working:
    """What an eliminated team gets back for one stage: by the rules, and never above what the gate itself promised."""
    worked = funding.compensation(frozen, proven_cost_fen=proven_cost_fen)
    if gate_cap_fen and gate_cap_fen < worked.amount_fen:
        text = Text("本阶段约定的补偿上限", "cap agreed for this gate")
        steps = (*worked.steps, funding.Step("gate_cap", text, gate_cap_fen, "", True))
        return funding.Working(steps, gate_cap_fen, worked.refusals)
    return worked


def payee_of_public(frozen: Any, kind: str) -> str:
    """Who receives the public money: "poster" or "solver"."""
    return str(frozen.value(f"challenge.public_to_{kind}"))


def to_solver_fen(frozen: Any, money: Money, kind: str) -> int:
    """What the solver is paid in all: by the poster, and out of public money where the rules give it to the solver."""
    return money.payable_fen + (money.public_fen if payee_of_public(frozen, kind) == "solver" else 0)


def payment_refusals(frozen: Any, money: Money, kind: str, planned_fen: int) -> list[Refusal]:
    """The payments planned are exactly what the solver is to get."""
    least = to_solver_fen(frozen, money, kind)
    if planned_fen == least:
        return []
    return [
        refuse(
            "challenges.payments_do_not_add_up",
            "各付款节点合计 {planned}，应等于付给揭榜方的 {due}",
            "the payments planned make {planned}; they should make the {due} that the solver gets",
            planned=funding.shown(planned_fen),
            due=funding.shown(least),
        )
    ]
