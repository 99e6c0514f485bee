"""Whether a printed percentage can come from whole numbers (数字核对)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import permutations, product
from math import ceil, floor
from typing import Literal

from lianban.chain.figures.claims import Claim
from lianban.rulebook.text import Text

State = Literal["consistent", "inconsistent", "unknown"]
MOST_WHOLES = 10_000  # more possible wholes than anyone lists: the percentage says next to nothing of the whole

SLIPS: tuple[tuple[Text, Fraction], ...] = (
    (Text("小数点错位", "the decimal point slipped"), Fraction(1, 10)),
    (Text("小数点错位", "the decimal point slipped"), Fraction(10)),
    (Text("小数当成了百分数", "a fraction printed as a percentage"), Fraction(1, 100)),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict (核对结论) on one claim.

    ``computed`` is the percentage of the counts, None where the whole is not said; ``wholes`` are the first and the
    last whole number that would print so, None where there is none.
    """

    claim: Claim
    state: State
    computed: float | None = None
    wholes: tuple[int, int] | None = None
    slip: Text | None = None

    def line(self, language: str = "zh") -> str:
        """Say it in one line for people."""
        part, whole, printed = self.claim.part, self.claim.whole, self.claim.printed
        if whole is None or self.state == "unknown":
            told = self._of_unsaid(part, printed)
        else:
            digits = max(self.claim.digits, 1)
            told = Text(
                f"{whole} 中的 {part} 是 {self.computed:.{digits}f}%，所写为 {printed}%",
                f"{part} of {whole} is {self.computed:.{digits}f}%, printed as {printed}%",
            )
        if self.slip is not None:
            told = Text(f"{told.zh}：{self.slip.zh}", f"{told.en}: {self.slip.en}")
        return told.in_(language)

    def as_dict(self) -> dict[str, object]:
        """Return plain values for JSON; the sentence in both languages."""
        return {
            "quote": self.claim.quote, "part": self.claim.part, "whole": self.claim.whole, "printed": self.claim.printed,
            "state": self.state, "computed": self.computed, "wholes": self.wholes,
            "told": {"zh": self.line("zh"), "en": self.line("en")},
        }  # fmt: skip

    def _of_unsaid(self, part: int, printed: str) -> Text:
        if self.wholes is None:
            return Text(
                f"没有哪个整数使 {part} 占它的 {printed}%", f"there is no whole number of which {part} is {printed}%"
            )
        first, last = self.wholes
        span = str(first) if first == last else f"{first}–{last}"
        return Text(f"{part} 占 {printed}%：总数应为 {span}", f"{part} is {printed}%: the whole would be {span}")


def wholes(part: int, printed: str, *, about: bool = False) -> range:
    """Return the whole numbers of which ``part`` prints as this percentage, to the digits printed.

    >>> list(wholes(15, "21.7")), list(wholes(34, "25.56")), list(wholes(19, "30"))
    ([69], [133], [63, 64])
    """
    share, slack = Fraction(Decimal(printed)) / 100, _slack(printed, about) / 100
    if part <= 0 or share + slack <= 0:
        return range(0)
    last = floor(part / (share - slack)) if share > slack else part * MOST_WHOLES
    return range(max(ceil(part / (share + slack)), part), last + 1)


def judge(claim: Claim) -> Verdict:
    """Compute a claim again; a whole that is not said is worked out, and a slip that explains the figure is named."""
    possible = wholes(claim.part, claim.printed, about=claim.about)
    span = (possible[0], possible[-1]) if len(possible) else None
    if claim.whole is None:
        return Verdict(claim, "unknown" if span or claim.loose else "inconsistent", wholes=span)
    if claim.whole <= 0:
        return Verdict(claim, "inconsistent", wholes=span)
    computed, printed = Fraction(100 * claim.part, claim.whole), Fraction(Decimal(claim.printed))
    slack = _slack(claim.printed, claim.about)
    if abs(computed - printed) <= slack:
        return Verdict(claim, "consistent", float(computed), span)
    state: State = "unknown" if claim.loose else "inconsistent"
    return Verdict(claim, state, float(computed), span, _slip(claim, computed, printed, slack))


def _slack(printed: str, about: bool) -> Fraction:
    """Half a unit of the last digit; a whole one where the text itself says about."""
    digits = len(printed.partition(".")[2])
    return Fraction(1, 10**digits) / (1 if about else 2)


def _slip(claim: Claim, computed: Fraction, printed: Fraction, slack: Fraction) -> Text | None:
    for name, factor in SLIPS:
        if abs(computed * factor - printed) <= slack:
            return name
    if abs(100 - computed - printed) <= slack:
        return Text("写的是其余部分的占比", "it is the share of the rest")
    if claim.part and abs(Fraction(100 * claim.whole, claim.part) - printed) <= slack:  # type: ignore[operator]
        return Text("分子与分母颠倒", "part and whole are exchanged")
    return None


def together(claims: Sequence[Claim]) -> dict[int, int] | None:
    """Find wholes for three claims of which one is the sum of the other two; None where there are none.

    A second batch and a first batch make all: parts add up, so wholes must. Keys are places in ``claims``.

    >>> together([Claim(15, None, "21.7"), Claim(34, None, "25.56"), Claim(19, None, "30")])
    {0: 69, 2: 64, 1: 133}
    """
    for one, other, both in permutations(range(len(claims)), 3):
        if one > other or claims[one].part + claims[other].part != claims[both].part:
            continue
        ranges = [_possible(claims[at]) for at in (one, other)]
        of_both = set(_possible(claims[both]))
        for first, second in product(*ranges):
            if first + second in of_both:
                return {one: first, other: second, both: first + second}
    return None


def _possible(claim: Claim) -> Sequence[int]:
    if claim.whole is not None:
        return [claim.whole]
    return wholes(claim.part, claim.printed, about=claim.about)[:MOST_WHOLES]
