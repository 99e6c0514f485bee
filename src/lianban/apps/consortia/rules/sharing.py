"""Benefit sharing (收益分配): three ways beside each other, each exact to the fen; the council chooses one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from lianban.kit import money
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

__all__ = [
    "METHODS",
    "Part",
    "Shares",
    "Way",
    "agreed",
    "amount_refusals",
    "by_contribution",
    "by_shapley",
    "choose_refusals",
    "of_kept",
    "offered",
    "shares_refusals",
]

METHODS = {
    "agreed": Text("按约定份额", "by agreed shares"),
    "contribution": Text("按投入", "by contribution"),
    "shapley": Text("按沙普利值（能力贡献）", "by the Shapley value (capabilities)"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What one member gets under one way, and the sentence that says how it came about."""

    member: int
    share: Fraction
    amount_fen: int
    working: Text
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to split a benefit (分配算法): parts that add up to the amount, or the reasons why it cannot be computed."""

    method: str
    amount_fen: int
    parts: tuple[Part, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    exact: bool = True
    notes: tuple[Text, ...] = field(default=())

    @property
    def name(self) -> Text:
        return METHODS[self.method]

    def as_dict(self) -> dict[str, Any]:
        """For the row: fractions as "numerator/denominator", so that nothing is rounded by being kept."""
        return {
            "method": self.method,
            "amount_fen": self.amount_fen,
            "exact": self.exact,
            "notes": [{"zh": note.zh, "en": note.en} for note in self.notes],
            "refusals": [refusal.as_dict() for refusal in self.refusals],
            "parts": [
                {
                    "member": part.member,
                    "share": str(part.share),
                    "amount_fen": part.amount_fen,
                    "working": {"zh": part.working.zh, "en": part.working.en},
                    **({"low": str(part.low), "high": str(part.high)} if part.low is not None else {}),
                }
                for part in self.parts
            ],
        }


def of_kept(kept: Mapping[str, Any]) -> Way:
    """Read a way back as it was kept."""
    return Way(
        kept["method"],
        kept["amount_fen"],
        tuple(
            Part(
                part["member"],
                Fraction(part["share"]),
                part["amount_fen"],
                Text(part["working"]["zh"], part["working"]["en"]),
                Fraction(part["low"]) if "low" in part else None,
                Fraction(part["high"]) if "high" in part else None,
            )
            for part in kept["parts"]
        ),
        tuple(
            Refusal(one["code"], Text(one["message"]["zh"], one["message"]["en"]), one["facts"])
            for one in kept["refusals"]
        ),
        kept["exact"],
        tuple(Text(note["zh"], note["en"]) for note in kept["notes"]),
    )


def amount_refusals(*, amount_fen: int, available_fen: int, members: int) -> list[Refusal]:
    """Why an amount cannot be split."""
    found = []
    if amount_fen <= 0:
        found.append(refuse("consortia.nothing_to_split", "请填写大于 0 的分配金额", "enter an amount above zero"))
    elif amount_fen > available_fen:
        found.append(
            refuse(
                "consortia.more_than_income",
                "收益账户可分配 {free} 元",
                "the income account has {free} yuan to split",
                free=f"{available_fen / 100:,.2f}",
            )
        )
    if not members:
        found.append(refuse("consortia.nobody_to_share", "没有参与分配的成员", "there is no member to share with"))
    return found


def shares_refusals(shares: Mapping[int, Fraction | None]) -> list[Refusal]:
    """Agreed shares are one for each member, none below zero, and add up to one exactly."""
    found = []
    missing = [member for member, share in shares.items() if share is None]
    known = [share for share in shares.values() if share is not None]
    if missing:
        found.append(
            refuse(
                "consortia.share_missing",
                "有 {n} 家成员没有约定份额",
                "{n} members have no agreed share",
                n=len(missing),
            )
        )
    if any(share < 0 for share in known):
        found.append(refuse("consortia.share_negative", "份额不能小于 0", "no share is below zero"))
    total = sum(known, Fraction(0))
    if not missing and total != 1:
        found.append(
            refuse(
                "consortia.shares_do_not_add_up",
                "约定份额合计 {total}\u2009%，应为 100\u2009%",
                "the agreed shares are {total}\u2009% together, not 100\u2009%",
                total=f"{float(total * 100):.6g}",
            )
        )
    return found


def agreed(amount_fen: int, shares: Mapping[int, Fraction | None]) -> Way:
    """By agreed shares (按约定): what the members wrote down before they knew the result."""
    wrong = shares_refusals(shares)
    if wrong:
        return Way("agreed", amount_fen, refusals=tuple(wrong))
    known = {member: share for member, share in shares.items() if share is not None}
    said = {member: Text("协议约定 {p}", "agreed: {p}").format(p=_percent(share)) for member, share in known.items()}
    return _way("agreed", amount_fen, known, said)


def by_contribution(amount_fen: int, *, cash: Mapping[int, int], in_kind: Mapping[int, int]) -> Way:
    """By contribution (按投入): cash and things at their confirmed value, fen for fen."""
    worth = {member: cash[member] + in_kind.get(member, 0) for member in cash}
    total = sum(worth.values())
    if total <= 0:
        why = refuse("consortia.no_contributions", "还没有确认到位的投入", "no contribution has been confirmed yet")
        return Way("contribution", amount_fen, refusals=(why,))
    told = Text("现金 {c} ＋实物 {k} ＝{w}，占全部 {t}", "cash {c} + in kind {k} = {w} of {t} in all")
    said = {
        member: told.format(
            c=money.shown(cash[member]), k=money.shown(in_kind.get(member, 0)), w=money.shown(worth[member]), t=money.shown(total)
        )
        for member in cash
    }  # fmt: skip
    return _way("contribution", amount_fen, {member: Fraction(value, total) for member, value in worth.items()}, said)


class Shares(Protocol):
    """What the engine answers: a value for each member, and how far it can be trusted."""

    @property
    def value(self) -> Sequence[Fraction]: ...
    @property
    def low(self) -> Sequence[Fraction]: ...
    @property
    def high(self) -> Sequence[Fraction]: ...
    @property
    def exact(self) -> bool: ...
    @property
    def n_orders(self) -> int: ...
    @property
    def confidence(self) -> float: ...
    @property
    def undone(self) -> Sequence[int]: ...


def by_shapley(amount_fen: int, members: Sequence[int], shares: Shares | Refusal, tasks: Sequence[str]) -> Way:
    """By the Shapley value (按沙普利值): what each brings, over all orders in which members may come.

    ``shares`` is the engine's answer, or a refusal in its place; ``tasks`` are the names of the tasks it was asked about.
    """
    if isinstance(shares, Refusal):
        return Way("shapley", amount_fen, refusals=(shares,))
    total = sum(shares.value, Fraction(0))
    if total <= 0:
        why = refuse(
            "consortia.no_task_done_together",
            "成员的能力还不足以完成任何一项任务，无法计算",
            "the members' capabilities complete no task, so there is nothing to compute",
        )
        return Way("shapley", amount_fen, refusals=(why,))
    told = Text("任务价值中归于其能力的部分 {v}，占 {t}", "{v} of the tasks' worth of {t} comes from its capabilities")
    said = {
        m: told.format(v=money.shown(round(v)), t=money.shown(round(total)))
        for m, v in zip(members, shares.value, strict=True)
    }
    way = _way("shapley", amount_fen, {m: v / total for m, v in zip(members, shares.value, strict=True)}, said)
    notes = []
    if not shares.exact:
        notes.append(
            Text(
                "按 {n} 种随机次序抽样估计；各家数值以 {c}\u2009% 的把握落在所示区间",
                "estimated from {n} random orders; with {c}\u2009% confidence every value lies in its interval",
            ).format(n=f"{shares.n_orders:,}", c=f"{shares.confidence * 100:g}")
        )
    for number in shares.undone:
        notes.append(
            Text("任务“{t}”缺少能力，不计入", "task '{t}' lacks a capability and does not count").format(
                t=tasks[number]
            )
        )
    ends = {} if shares.exact else {
        m: (low / total, high / total) for m, low, high in zip(members, shares.low, shares.high, strict=True)
    }  # fmt: skip
    parts = tuple(
        Part(p.member, p.share, p.amount_fen, p.working, *ends.get(p.member, (None, None))) for p in way.parts
    )
    return Way("shapley", amount_fen, parts, exact=shares.exact, notes=tuple(notes))


def offered(methods: Sequence[str], benefit: str) -> list[str]:
    """Ways the council may choose: those of the rules, or the one the agreement fixed."""
    fixed = {"agreed_shares": "agreed", "by_contribution": "contribution"}.get(benefit)
    return [method for method in methods if fixed in (None, method)]


def choose_refusals(*, method: str, offered: Sequence[str], way: Way | None) -> list[Refusal]:
    """Why the council cannot choose this way."""
    if method not in offered or way is None:
        return [
            refuse(
                "consortia.no_such_way",
                "规则或协议不允许这种算法",
                "the rules or the agreement do not allow this way",
            )
        ]
    return list(way.refusals)


def _way(method: str, amount_fen: int, shares: Mapping[int, Fraction], said: Mapping[int, Text]) -> Way:
    """Parts in the order of the members; what is left of rounding goes by largest remainder."""
    amounts = money.split(amount_fen, list(shares.values()))
    parts = [
        Part(member, share, amount, said[member])
        for (member, share), amount in zip(shares.items(), amounts, strict=True)
    ]
    return Way(method, amount_fen, tuple(parts))


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.6g}\u2009%"
