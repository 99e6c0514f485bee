"""What the papers of a chosen solver already say (签约文本预填): clauses that the challenge and its lane settle, no others.

Nothing is guessed: what nobody stated stays open, and the agreement's own check asks for it. The words are Chinese, as the signed
text is; figures are those of the lane, so that in a race each team's papers name its own money.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lianban.apps.challenges.rules.words import COMPARISONS
from lianban.kit import money

Settled = tuple[str, dict[str, Any]]  # an option, with its answers


@dataclass(frozen=True, slots=True)
class Stage:
    """One planned milestone and what it pays in this lane; ``months`` after the signing, None for the acceptance."""

    name: str
    months: int | None
    deliverable: str
    payment_fen: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the challenge and one lane say. Organisations are numbers; ``first_user`` is None if it signs nothing."""

    title: str
    problem: str
    scenario: str
    facilities: str
    months: int
    ownership: str
    poster: int
    solver: int
    first_user: int | None
    payable_fen: int
    public_fen: int
    indicators: Sequence[Mapping[str, Any]]
    stages: Sequence[Stage]


def prefilled(told: Told) -> dict[str, Settled]:
    """Clauses to settle, by code; an answer that was not stated is not there."""
    found: dict[str, Settled] = {
        "purpose": ("set", {"goal": _goal(told)}),
        "tasks": ("each", {"parts": _parts(told)}),
        "milestones": ("third_party", _milestones(told)),
        "pledge": ("vow", {"solver": told.solver, "goal": _lines(map(indicator, told.indicators))}),
    }
    if told.payable_fen:
        found["payment"] = ("instalments", _payment(told))
    if told.public_fen:
        found["public_money"] = ("earmarked", {})
    if told.first_user:
        found["first_use"] = ("at_user", {"user": told.first_user, "scenario": told.scenario})
    if settled := _ownership(told):
        found["ownership"] = settled
    return {code: (option, {k: v for k, v in answers.items() if v}) for code, (option, answers) in found.items()}


def indicator(one: Mapping[str, Any]) -> str:
    """An indicator as a line: what, how much, how it is tested; a limit nobody set is told as missing."""
    limit = f"{COMPARISONS[one['comparison']].zh} {one['threshold']} {one['unit']}".rstrip()
    method = f"（检测方法：{one['test_method']}）" if one["test_method"] else ""
    return f"{one['name']} {limit}{method}" if one["threshold"] else f"{one['name']}（限值待定）{method}"


def _lines(parts: Any) -> str:
    return "\n".join(part for part in parts if part)


def _goal(told: Told) -> str:
    paid = [
        f"{who} {money.shown(amount).zh}"
        for who, amount in (("发榜方支付", told.payable_fen), ("财政资金", told.public_fen))
        if amount
    ]
    return _lines(
        [
            told.title,
            told.problem and f"要解决的问题：{told.problem}",
            told.scenario and f"应用场景：{told.scenario}",
            f"期限：签约后 {told.months} 个月",
            f"资金：{'，'.join(paid)}" if paid else "",
        ]
    )


def _parts(told: Told) -> dict[str, str]:
    """The solver's part is what its milestones hand over; the poster's what it opens and where it is used."""
    handed = "、".join(stage.deliverable for stage in told.stages if stage.deliverable)
    opened = [told.facilities and f"开放{told.facilities}", told.scenario and f"提供应用场景：{told.scenario}"]
    parts = {
        str(told.solver): handed and f"承担攻关并交付：{handed}",
        str(told.poster): "；".join(p for p in opened if p),
    }
    return {party: words for party, words in parts.items() if words}


def _milestones(told: Told) -> dict[str, str]:
    bodies = dict.fromkeys(one["test_body"] for one in told.indicators if one["test_body"])
    return {
        "steps": _lines(map(_stage, told.stages)),
        "indicators": _lines(map(indicator, told.indicators)),
        "body": "、".join(bodies),
    }


def _stage(stage: Stage) -> str:
    when = {None: "", 0: "（签约时）"}.get(stage.months, f"（签约后 {stage.months} 个月）")
    handed = f"：{stage.deliverable}" if stage.deliverable else ""
    pays = f"，付 {money.shown(stage.payment_fen).zh}" if stage.payment_fen else ""
    return f"{stage.name}{when}{handed}{pays}" if stage.months is not None or pays else ""


def _payment(told: Told) -> dict[str, Any]:
    """Who pays whom how much; the first part only where it is exact and no public money is mixed in."""
    answers: dict[str, Any] = {"total": told.payable_fen, "payer": told.poster, "payee": told.solver}
    first = sum(stage.payment_fen for stage in told.stages if stage.months == 0)
    share = Decimal(first * 100) / Decimal(told.payable_fen)
    if first and not told.public_fen and share == round(share, 2):
        answers["first"] = f"{share.normalize():f}"
    return answers


def _ownership(told: Told) -> Settled | None:
    """The challenge's word on ownership; what licence the others get, and which parts, it does not say."""
    return {
        "solver": ("lead_with_licence", {"owner": told.solver}),
        "poster": ("lead_with_licence", {"owner": told.poster}),
        "shared": ("joint_by_share", {}),
        "own_work": ("own_work", {}),
    }.get(told.ownership)
