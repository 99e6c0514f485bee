"""Do two yardsticks put products in the same order (等级相关), and where do they differ most?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lianban.chain.yardsticks.measures import YARDSTICKS, Reading
from lianban.rulebook.text import Text

LEAST = 5  # fewer products say nothing about an order
GAP = 0.25  # a quarter of the list is a disagreement
SHOWN = 3

TOO_FEW = Text("两者都已知的产品不足 {least} 个（{n} 个）", "fewer than {least} products have both ({n})")
ALL_EQUAL = Text("{name}处处相同，没有次序", "{name} is the same everywhere, so there is no order")


@dataclass(frozen=True)
class Agreement:
    """Rank correlation (等级相关) of two yardsticks over the ``n`` products that have both; or None and why."""

    one: str
    other: str
    n: int
    spearman: float | None
    kendall: float | None
    why: Text | None = None


@dataclass(frozen=True)
class Disagreement:
    """A product that a yardstick puts far from where the reference puts it.

    Ranks count from 1 among the ``n`` products that have both, ties sharing their mean; ``gap`` is the difference as a
    part of the list, positive where the yardstick makes more of the product. ``reasons`` say why, from the data.
    """

    product: str
    name: Text
    yardstick: str
    rank: float
    rank_reference: float
    n: int
    gap: float
    reasons: tuple[Text, ...] = ()


Readings = Mapping[str, Mapping[str, Reading]]


def _both(readings: Readings, one: str, other: str) -> tuple[list[str], list[float], list[float]]:
    codes, first, second = [], [], []
    for code, by_yardstick in readings.items():
        a, b = by_yardstick[one].value, by_yardstick[other].value
        if a is not None and b is not None:
            codes.append(code)
            # Rounding in the last digits is no order.
            first.append(round(a, 10))
            second.append(round(b, 10))
    return codes, first, second


def agreement(readings: Readings, one: str, other: str) -> Agreement:
    """Spearman's rho and Kendall's tau-b of two yardsticks; unknown values are left out, never taken as 0."""
    from scipy import stats

    codes, first, second = _both(readings, one, other)
    if len(codes) < LEAST:
        return Agreement(one, other, len(codes), None, None, TOO_FEW.format(least=LEAST, n=len(codes)))
    for code, values in ((one, first), (other, second)):
        if len(set(values)) == 1:
            return Agreement(one, other, len(codes), None, None, ALL_EQUAL.format(name=YARDSTICKS[code].name))
    return Agreement(
        one,
        other,
        len(codes),
        float(stats.spearmanr(first, second).statistic),
        float(stats.kendalltau(first, second).statistic),
    )


def disagreements(readings: Readings, names: Mapping[str, Text], one: str, reference: str) -> list[Disagreement]:
    """List the products whose place differs most between a yardstick and the reference, the largest gap first."""
    from scipy import stats

    codes, first, second = _both(readings, one, reference)
    if len(codes) < LEAST:
        return []
    places = [stats.rankdata([-value for value in values]) for values in (first, second)]
    found = [
        Disagreement(
            code,
            names[code],
            one,
            float(rank),
            float(rank_reference),
            len(codes),
            float(rank_reference - rank) / len(codes),
        )
        for code, rank, rank_reference in zip(codes, *places, strict=True)
    ]
    wide = [one for one in found if abs(one.gap) >= GAP]
    return sorted(wide, key=lambda one: (-abs(one.gap), one.product))[:SHOWN]


def pairs(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Every pair of yardsticks once."""
    return [(one, other) for i, one in enumerate(codes) for other in codes[i + 1 :]]
