"""When money may move: values in, answer out."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lianban.kit import money
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

# What an account is for. "source" is the outside world: where money comes from, and the only kind allowed below zero.
ACCOUNT_KINDS: dict[str, Text] = {
    "pot": Text("资金池", "pot"),
    "member": Text("成员账户", "member"),
    "public": Text("财政资金", "public money"),
    "poster": Text("发榜方资金", "poster's money"),
    "payee": Text("收款方", "payee"),
    "income": Text("收益", "income"),
    "compensation": Text("补偿", "compensation"),
    "in_kind": Text("实物投入", "contribution in kind"),
    "reserve": Text("风险准备", "reserve"),
    "source": Text("外部来源", "outside source"),
}
# What a set of movements was for; a caller may use a word of its own, which is then shown as it is.
SET_KINDS: dict[str, Text] = {
    "contribution": Text("出资", "contribution"),
    "in_kind": Text("实物投入", "contribution in kind"),
    "public_money": Text("财政资金到位", "public money received"),
    "poster_money": Text("榜金到位", "poster's money received"),
    "milestone": Text("里程碑付款", "milestone payment"),
    "settlement": Text("结算", "settlement"),
    "compensation": Text("补偿", "compensation"),
    "income": Text("收益入账", "income"),
    "distribution": Text("收益分配", "benefit split"),
    "return": Text("退回", "return"),
    "correction": Text("更正", "correction"),
}
AMOUNT_MAX_FEN = 10**15  # ten trillion yuan: no sum of such amounts leaves the database's whole numbers

HOLD = Transitions(
    {
        "held": Text("已冻结", "held"),
        "settled": Text("已结算", "settled"),
        "released": Text("已解冻", "released"),
    },
    [
        Move("settle_part", ("held",), "held", Text("部分结算", "settle a part")),
        Move("settle", ("held",), "settled", Text("结算", "settle")),
        Move("release", ("held",), "released", Text("解冻", "release")),
    ],
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One movement asked for: from one account to another, in whole fen."""

    source: str
    target: str
    amount_fen: int


def digest(*told: Any) -> str:
    """Fingerprint of what was asked, so that the same key can be told from another request under it."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def set_digest(kind: str, subject: str, transfers: Sequence[Transfer]) -> str:
    """Fingerprint of an entry set; the order of its movements does not matter."""
    return digest(kind, subject, sorted([t.source, t.target, t.amount_fen] for t in transfers))


def changes(transfers: Iterable[Transfer]) -> dict[str, int]:
    """What a set changes, by account: the changes of every set add up to zero."""
    found: dict[str, int] = {}
    for one in transfers:
        found[one.source] = found.get(one.source, 0) - one.amount_fen
        found[one.target] = found.get(one.target, 0) + one.amount_fen
    return found


def amount_refusals(amount_fen: int) -> list[Refusal]:
    """An amount is a whole number of fen above zero."""
    if isinstance(amount_fen, int) and not isinstance(amount_fen, bool) and 0 < amount_fen <= AMOUNT_MAX_FEN:
        return []
    return [
        refuse("ledger.amount_not_possible", "金额须为大于零的整数分", "an amount is a whole number of fen above zero")
    ]


def transfer_refusals(transfers: Sequence[Transfer], in_kind: Mapping[str, bool]) -> list[Refusal]:
    """What is wrong with the movements themselves; ``in_kind`` tells of each known account whether it holds things."""
    if not transfers:
        return [refuse("ledger.nothing_to_move", "没有要记的款项", "there is nothing to move")]
    found = []
    for code in sorted({code for t in transfers for code in (t.source, t.target)} - set(in_kind)):
        found.append(
            refuse("ledger.no_account", "没有账户“{account}”", "there is no account '{account}'", account=code)
        )
    for one in transfers:
        found += amount_refusals(one.amount_fen)
        if one.source == one.target:
            text = "转出与转入是同一账户“{account}”", "the money would go from '{account}' to itself"
            found.append(refuse("ledger.same_account", *text, account=one.source))
        elif one.source in in_kind and one.target in in_kind and in_kind[one.source] != in_kind[one.target]:
            text = (
                "实物与现金不能互转（{source} → {target}）",
                "things and money cannot be exchanged for each other ({source} → {target})",
            )
            found.append(refuse("ledger.things_are_not_money", *text, source=one.source, target=one.target))
    return found


def money_refusals(asked: Mapping[str, int], free_fen: Mapping[str, int]) -> list[Refusal]:
    """Accounts that have less free than is asked of them; ``free_fen`` leaves out those that may be below zero."""
    return [
        refuse(
            "ledger.not_enough",
            "账户“{account}”可用 {free}，需要 {asked}，差 {short}",
            "account '{account}' has {free} free, {asked} are needed, {short} short",
            account=code,
            free=money.shown(free_fen[code]),
            asked=money.shown(amount),
            short=money.shown(amount - free_fen[code]),
        )
        for code, amount in sorted(asked.items())
        if code in free_fen and amount > free_fen[code]
    ]


def replay_refusals(key: str, *, same: bool) -> list[Refusal]:
    """The same key again stands for the same deed; with other content it is a mistake."""
    if same:
        return []
    return [
        refuse(
            "ledger.key_reused",
            "编号“{key}”已用于另一笔，不能再记成别的内容",
            "key '{key}' stands for another deed already",
            key=key,
        )
    ]


def account_refusals(kind: str, *, may_be_negative: bool, in_kind: bool) -> list[Refusal]:
    """Only the outside world may be below zero; an account in kind holds things."""
    found = []
    if kind not in ACCOUNT_KINDS:
        found.append(
            refuse("ledger.no_such_kind", "没有“{kind}”这种账户", "there are no accounts of kind '{kind}'", kind=kind)
        )
    if may_be_negative and kind != "source":
        found.append(
            refuse(
                "ledger.only_sources_below_zero",
                "只有外部来源账户可以为负",
                "only accounts of outside sources may be below zero",
            )
        )
    if kind == "in_kind" and not in_kind:
        found.append(refuse("ledger.in_kind_holds_things", "实物账户须按实物记账", "an account in kind holds things"))
    return found


def settle_refusals(amount_fen: int, left_fen: int) -> list[Refusal]:
    """A hold gives no more than what is left in it."""
    if left_fen == 0:
        return [refuse("ledger.hold_ended", "这笔冻结已经了结", "nothing is held here any more")]
    if amount_fen > left_fen:
        return [
            refuse(
                "ledger.more_than_held",
                "冻结余额 {left}，不能结算 {asked}",
                "{left} are still held, {asked} cannot be settled",
                left=money.shown(left_fen),
                asked=money.shown(amount_fen),
            )
        ]
    return amount_refusals(amount_fen)


def hold_state(amount_fen: int, settled_fen: int, released_fen: int) -> str:
    """How a hold stands: what was released ends it, and so does the last settlement."""
    if released_fen:
        return "released"
    return "settled" if settled_fen == amount_fen else "held"
