"""Who may sit: size, odd number, shares of kinds; and what a panel needs before it is confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lianban.kit.money import FEN_PER_YUAN
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

KINDS = {
    "technical": Text("技术专家", "technical expert"),
    "finance": Text("财务专家", "financial expert"),
    "legal": Text("法律专家", "legal expert"),
    "representative": Text("发榜方代表", "representative of the poster"),
}
EXPERTS = ("technical", "finance", "legal")  # drawn; a representative is appointed


class Rules(Protocol):
    def value(self, key: str) -> Any: ...
    def get(self, key: str, default: Any = None) -> Any: ...


@dataclass(frozen=True, slots=True)
class Size:
    """What the rules ask of one panel (评审组组成要求)."""

    least: int
    odd: bool
    expert_share: float
    least_of: Mapping[str, int]
    major: bool


def size_of(rules: Rules, amount_fen: int, group: str = "challenge") -> Size:
    """Read what is asked of a panel that judges so much money; a major case asks for more."""
    major = amount_fen >= rules.value(f"{group}.panel_major.from_amount") * FEN_PER_YUAN
    of = f"{group}.panel_major" if major else f"{group}.panel"
    least_of = {kind: int(rules.value(f"{of}.{kind}")) for kind in ("finance", "legal")}
    return Size(
        int(rules.value(f"{of}.min")), bool(rules.value(f"{group}.panel.odd")),
        float(rules.value(f"{group}.panel.expert_share")), least_of, major,
    )  # fmt: skip


def wanted_of(size: Size, seated: Sequence[str]) -> dict[str, int]:
    """How many of each kind are still to be drawn, given the kinds already seated: the least panel that will do."""
    short = {kind: max(0, n - seated.count(kind)) for kind, n in size.least_of.items()}
    total = max(size.least, len(seated) + sum(short.values()))
    total += size.odd and total % 2 == 0
    return {kind: n for kind, n in (short | {"technical": total - len(seated) - sum(short.values())}).items() if n > 0}


def confirm_refusals(size: Size, kinds: Sequence[str], *, undeclared: int, open_hits: int, upheld: int,
                     chair: bool) -> list[Refusal]:  # fmt: skip
    """Every reason why a panel cannot be confirmed."""
    n = len(kinds)
    reasons = [*_size_refusals(size, kinds)]
    if undeclared:
        reasons.append(
            refuse(
                "review.undeclared", "还有 {n} 个席位没有作回避申报", "seats without a declaration: {n}", n=undeclared
            )
        )
    if open_hits:
        reasons.append(
            refuse(
                "review.open_hit",
                "还有 {n} 条关联线索未经第二人处理：逐条说明理由后解除，或回避换人",
                "hits that await a second person: {n}; cleared with a reason, or upheld and the seat replaced",
                n=open_hits,
            )
        )
    if upheld:
        reasons.append(
            refuse(
                "review.upheld_seated",
                "{n} 个席位已认定须回避，请换人",
                "seats that must step back: {n}; replace them",
                n=upheld,
            )
        )
    if n and not chair:
        reasons.append(refuse("review.no_chair", "请从专家中指定组长", "name one of the experts as chair"))
    return reasons


def _size_refusals(size: Size, kinds: Sequence[str]) -> Iterable[Refusal]:
    n = len(kinds)
    if n < size.least:
        yield refuse(
            "review.too_small",
            "评审组现有 {n} 人，至少须 {least} 人",
            "the panel has {n}, it needs {least}",
            n=n,
            least=size.least,
        )
    if size.odd and n % 2 == 0:
        yield refuse("review.even", "评审组人数须为单数，现有 {n} 人", "the panel must be odd, it has {n}", n=n)
    experts = sum(kind in EXPERTS for kind in kinds)
    if n and experts < size.expert_share * n:
        yield refuse(
            "review.too_few_experts",
            "专家 {experts} 人、共 {n} 人，专家比例须不低于 {share}",
            "{experts} experts of {n}: their share must be at least {share}",
            experts=experts, n=n, share=size.expert_share,
        )  # fmt: skip
    for kind, least in size.least_of.items():
        if (there := list(kinds).count(kind)) < least:
            yield refuse(
                f"review.too_few_{kind}", "{kind}现有 {there} 人，至少须 {least} 人", "{kind}: {there}, at least {least} needed",
                kind=KINDS[kind], there=there, least=least,
            )  # fmt: skip


def standing(rules: Rules, ratings: Sequence[int]) -> str:
    """What an expert's ratings come to: "senior", "low" (may be dismissed), or "" (ordinary)."""
    if not ratings:
        return ""
    average = sum(ratings) / len(ratings)
    if average < rules.value("review.dismiss_average_below"):
        return "low"
    enough = len(ratings) >= rules.value("review.senior_reviews_min")
    return "senior" if enough and average > rules.value("review.senior_average_above") else ""


def pool_refusals(short: Mapping[str, tuple[int, int]]) -> list[Refusal]:
    """Say which kinds of expert the pool cannot supply: wanted and there."""
    return [
        refuse(
            "review.pool_too_small", "专家库中可抽取的{kind}只有 {there} 人，要抽 {wanted} 人",
            "the pool offers {there} of kind '{kind}', {wanted} are to be drawn",
            kind=KINDS[kind], there=there, wanted=wanted,
        )
        for kind, (wanted, there) in short.items()
    ]  # fmt: skip


def appoint_refusals(rules: Rules, group: str) -> list[Refusal]:
    """Why no representative of the poster may sit at all."""
    if rules.get(f"{group}.poster_in_panel", False):
        return []
    told = "本规则集下发榜方不参加评审组", "under these rules the poster has no seat"
    return [refuse("review.no_representative", *told)]
