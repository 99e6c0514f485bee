"""Money rules (资金规则) of challenges: how much public money, what the poster has to pay, with the working shown.

Amounts are whole fen; a share of an amount is rounded down to the fen, so that no cap is passed by rounding. Everything is
read from the rules given (a ``RuleSet`` or what a case froze); docs/models/funding.md works an example for each pack.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from lianban.rulebook.text import Text

FEN = 100  # in one yuan: rules count in yuan


class Rules(Protocol):
    """Anything that answers with the value of a rule key."""

    def value(self, key: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working (计算步骤): what was asked, of which rule, what it allows; ``decides`` marks the one that binds."""

    code: str
    text: Text
    amount_fen: int
    key: str = ""
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason why the money as stated does not do; the same shape as a refusal of the platform."""

    code: str
    message: Text
    facts: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Working:
    """Working of an amount (测算): every step, the amount, and what stands against it."""

    steps: tuple[Step, ...]
    amount_fen: int
    refusals: tuple[Objection, ...] = ()


def public_support(
    rules: Rules,
    *,
    total_fen: int,
    payable_fen: int,
    poster_cash_fen: int,
    self_fen: int | None = None,
    in_kind_fen: int = 0,
    solver_kind: str = "firm",
    kind: str = "tackling",
    scale: str = "major",
) -> Working:
    """Work out the most public money a challenge may get, and say what the parties' own money lacks.

    Parameters
    ----------
    total_fen : all money of the challenge.
    payable_fen : what the poster has to pay the solver in cash.
    poster_cash_fen : what the poster brings in cash, ``in_kind_fen`` in kind.
    self_fen : own money held against public money; None counts all that is not public.
    solver_kind : kind of the leading solver; a university or institute has its own ratio.
    kind, scale : "tackling" or "transfer"; "major" or "key" (which cap).
    """
    share_max = _share(rules, "challenge.public_share_max")
    steps = list(_brackets(rules, total_fen))
    limits = [Step("brackets", Text("分段合计", "sum of the brackets"), sum(s.amount_fen for s in steps), "challenge.brackets")] if steps else []  # fmt: skip
    limits.append(
        Step(
            "share",
            _said("总投入 {total} 的 {share}", "{share} of the total {total}", total=total_fen, share=share_max),
            _part(total_fen, share_max),
            "challenge.public_share_max",
        )
    )
    limits += _cap(rules, kind, scale)
    limits += _own_money(rules, total_fen, self_fen, solver_kind)
    if rules.value("challenge.not_above_payable"):
        limits.append(Step("payable", Text("不超过发榜方应付揭榜方的金额", "not above what the poster has to pay the solver"), payable_fen, "challenge.not_above_payable"))  # fmt: skip
    amount_fen = max(0, min(limit.amount_fen for limit in limits))
    binding = next(i for i, limit in enumerate(limits) if max(0, limit.amount_fen) == amount_fen)
    steps += [
        Step(limit.code, limit.text, limit.amount_fen, limit.key, decides=i == binding)
        for i, limit in enumerate(limits)
    ]
    counted_fen = in_kind_fen if rules.value("challenge.in_kind_counts") else 0
    refusals = _objections(rules, total_fen, payable_fen, poster_cash_fen + counted_fen, payable_fen + counted_fen, amount_fen)  # fmt: skip
    return Working(tuple(steps), amount_fen, tuple(refusals))


def compensation(rules: Rules, *, proven_cost_fen: int) -> Working:
    """Work out what an eliminated team of a race gets back for one stage: a share of its proven cost, capped."""
    share = _share(rules, "challenge.racing.compensation_share")
    cap_fen = int(rules.value("challenge.racing.compensation_cap")) * FEN
    part_fen = _part(proven_cost_fen, share)
    capped = 0 < cap_fen < part_fen
    text = _said("已核实成本 {cost} 的 {share}", "{share} of the proven cost {cost}", cost=proven_cost_fen, share=share)
    steps = [Step("share", text, part_fen, "challenge.racing.compensation_share", decides=not capped)]
    if cap_fen:
        steps.append(Step("cap", Text("每阶段补偿上限", "cap of one stage"), cap_fen, "challenge.racing.compensation_cap", decides=capped))  # fmt: skip
    return Working(tuple(steps), cap_fen if capped else part_fen)


def first_payment(rules: Rules, *, public_fen: int) -> Working:
    """Work out how much of the public money is paid at the signing."""
    share = _share(rules, "challenge.first_payment_public")
    text = _said("财政资金 {public} 的 {share}", "{share} of the public money {public}", public=public_fen, share=share)
    amount_fen = _part(public_fen, share)
    return Working((Step("share", text, amount_fen, "challenge.first_payment_public", decides=True),), amount_fen)


def shown(amount_fen: int) -> Text:
    """Write an amount as the working says it: in 万元 where that is exact to two places, else in 元."""
    yuan = Decimal(amount_fen) / FEN
    wan = yuan / 10_000
    figure = f"{yuan:,.2f}".removesuffix(".00")
    exact = amount_fen >= 10_000 * FEN and wan == round(wan, 2)
    return Text(f"{wan:,.2f}".rstrip("0").rstrip(".") + " 万元" if exact else f"{figure} 元", f"{figure} yuan")


def _brackets(rules: Rules, total_fen: int) -> Iterator[Step]:
    """Marginal brackets: each part of the total at its own share; the last bracket has no end (0)."""
    start_fen = 0
    for upto, written in rules.value("challenge.brackets"):
        end_fen = int(upto) * FEN if upto else None
        part_fen = max(0, (total_fen if end_fen is None else min(total_fen, end_fen)) - start_fen)
        share = Fraction(str(written))
        if part_fen:
            text = (
                _said("{start} 以上部分 {part} × {share}", "above {start}: {part} × {share}", start=start_fen, part=part_fen, share=share)
                if end_fen is None
                else _said("{start} 至 {end} 部分 {part} × {share}", "from {start} to {end}: {part} × {share}", start=start_fen, end=end_fen, part=part_fen, share=share)
            )  # fmt: skip
            yield Step("bracket", text, _part(part_fen, share), "challenge.brackets")
        start_fen = end_fen or start_fen


def _cap(rules: Rules, kind: str, scale: str) -> list[Step]:
    ending = "_transfer" if kind == "transfer" else "_key" if scale == "key" else ""
    key = f"challenge.public_cap{ending}"
    cap_fen = int(rules.value(key)) * FEN
    return [Step("cap", Text("财政资金上限", "cap on public money"), cap_fen, key)] if cap_fen else []


def _own_money(rules: Rules, total_fen: int, self_fen: int | None, solver_kind: str) -> list[Step]:
    """Own money to public money at least r : 1, so public money at most own / r, or total / (1 + r)."""
    of_university = solver_kind in ("university", "institute")
    key = "challenge.self_to_public_min" + ("_university" if of_university else "")
    ratio = _share(rules, key)
    if not ratio:
        return []
    most_fen = _part(total_fen, 1 / (1 + ratio)) if self_fen is None else _part(self_fen, 1 / ratio)
    text = Text(f"自筹与财政之比不低于 {_plain(ratio)} : 1", f"own money to public money at least {_plain(ratio)} : 1")
    return [Step("own_money", text, most_fen, key)]


def _objections(
    rules: Rules, total_fen: int, payable_fen: int, poster_fen: int, to_solver_fen: int, public_fen: int
) -> Iterator[Objection]:
    """Say, all at once, what is stated wrongly and what falls short, with the amount that is missing."""
    least_fen = int(rules.value("challenge.total_min")) * FEN
    if total_fen <= 0 or min(payable_fen, poster_fen) < 0:
        yield Objection("funding.not_positive", Text("总投入须大于零，各项金额不得为负", "the total must be above zero and no amount below"))  # fmt: skip
    if payable_fen > total_fen:
        yield _lack("funding.payable_above_total", "应付揭榜方 {has} 高于总投入 {least}", "payable to the solver {has} is above the total {least}", payable_fen, total_fen, "")  # fmt: skip
    if total_fen < least_fen:
        yield _lack("funding.total_too_small", "总投入 {has} 低于下限 {least}", "the total {has} is below the least {least}", total_fen, least_fen, "challenge.total_min")  # fmt: skip
    for code, key, has_fen, of_fen, zh, en in (
        ("funding.poster_share", "challenge.poster_share_min", poster_fen, total_fen,
         "发榜方出资 {has} 低于总投入的 {share}（{least}）", "the poster's {has} is below {share} of the total ({least})"),
        ("funding.solver_pay", "challenge.solver_pay_min", payable_fen, total_fen,
         "应付揭榜方 {has} 低于总投入的 {share}（{least}）", "payable to the solver {has} is below {share} of the total ({least})"),
        ("funding.cash_to_solver", "challenge.cash_to_solver_min", to_solver_fen, public_fen,
         "付给揭榜方的现金 {has} 低于财政资金的 {share}（{least}）", "cash to the solver {has} is below {share} of public money ({least})"),
    ):  # fmt: skip
        share = _share(rules, key)
        asked_fen = -int(-of_fen * share // 1)  # a least amount is rounded up
        if has_fen < asked_fen:
            yield _lack(code, zh, en, has_fen, asked_fen, key, share)


def _lack(code: str, zh: str, en: str, has_fen: int, least_fen: int, key: str, share: Fraction = Fraction(0)) -> Objection:  # fmt: skip
    facts = {"has_fen": has_fen, "least_fen": least_fen}
    return Objection(code, _said(zh, en, has=has_fen, least=least_fen, share=share), facts, key)


def _share(rules: Rules, key: str) -> Fraction:
    return Fraction(str(rules.value(key)))


def _part(amount_fen: int, share: Fraction) -> int:
    return int(amount_fen * share // 1)


def _plain(number: Fraction) -> str:
    return f"{float(number):g}"


def _said(zh: str, en: str, **facts: int | Fraction) -> Text:
    """Fill a sentence: amounts in money's words, shares as per cent."""
    words = {
        name: Text(f"{_plain(value * 100)}%", f"{_plain(value * 100)} %")
        if isinstance(value, Fraction)
        else shown(value)
        for name, value in facts.items()
    }
    return Text(zh, en).format(**words)
