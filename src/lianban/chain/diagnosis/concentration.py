"""Concentration (集中度) of supply: HHI and CR1 by organisation and by origin, as intervals where shares are missing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lianban.chain.diagnosis.sources import Source
from lianban.rulebook import RuleSet


@dataclass(frozen=True)
class Interval:
    """A number known between two bounds; ``low == high`` where it is known exactly."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Concentration:
    """Concentration of one product by ``"organisation"`` or ``"origin"``, unit fraction (0 to 1).

    ``hhi`` and ``cr1`` are None where no share is known. ``share_of`` names the denominator; ``judged`` is severe,
    watch, low or undetermined by the rule set's thresholds for HHI; ``largest`` the holder of the largest known share.
    """

    by: str
    share_of: str
    hhi: Interval | None
    cr1: Interval | None
    judged: str
    largest: str | None
    missing: float


def concentrate(
    sources: Sequence[Source], by: str, rules: RuleSet, *, complete: bool, share_of: str | None = None
) -> Concentration:
    """Measure the concentration of a product's sources.

    Home supply is the denominator where any source has a share of it, else world supply, unless ``share_of`` names one. An origin nobody is named for
    may hide many firms, so by organisation its share lies between spread thin and one single firm; by origin
    ``XX`` (abroad, unspecified) counts as one origin.
    """
    supplying = [source for source in sources if source.supplies]
    if share_of is None:
        share_of = "home_supply" if any(s.share_home is not None for s in supplying) else "world_supply"
    tolerance = float(rules.value("diagnosis.shares.tolerance"))
    shares = {s.key: s.share_home if share_of == "home_supply" else s.share_world for s in supplying}
    if len(supplying) == 1 and complete:
        shares = dict.fromkeys(shares, 1.0)  # The one and only source supplies everything.
    without = [s for s in supplying if shares[s.key] is None]
    known = {key: share for key, share in shares.items() if share is not None}
    total = sum(known.values())
    if not known or total > 1 + tolerance:
        return Concentration(by, share_of, None, None, "undetermined", None, 1.0 if not known else 0.0)
    missing = 1 - total if total < 1 - tolerance else 0.0
    if missing and complete and len(without) == 1:
        known[without[0].key], missing, without = missing, 0.0, []
    fixed, splittable = _holders(supplying, known, by)
    hhi, cr1 = _bounds(list(fixed.values()), splittable, missing, len(without) if complete else 0, by)
    largest = max(sorted(fixed), key=lambda key: fixed[key], default=None)
    return Concentration(by, share_of, hhi, cr1, judge(hhi, rules), largest, missing)


def of_shares(shares: Mapping[str, float | None], rules: RuleSet) -> Concentration:
    """Measure the concentration of world supply from plain shares by country, as of exporters; None is unknown."""
    sources = [
        Source(country, None, country, country, None, "stable_volume", True, False, None, share, ())
        for country, share in shares.items()
    ]
    return concentrate(sources, "origin", rules, complete=False, share_of="world_supply")


def _holders(supplying: list[Source], known: dict[str, float], by: str) -> tuple[dict[str, float], list[float]]:
    """Split known shares into those of one holder each, and those that may belong to several."""
    fixed: dict[str, float] = defaultdict(float)
    splittable = []
    for source in supplying:
        if source.key not in known:
            continue
        holder = source.organisation if by == "organisation" else source.origin
        if holder is None:
            splittable.append(known[source.key])
        else:
            fixed[holder] += known[source.key]
    return dict(fixed), splittable


def _bounds(
    fixed: list[float], splittable: list[float], missing: float, n_without: int, by: str
) -> tuple[Interval, Interval]:
    """Return the bounds of HHI and CR1.

    Lower bound: what is not told apart is spread thin (evenly among the named, where the list is complete and they are
    organisations). Upper bound: it is all in one hand; by origin, even in the hand that is largest already.
    """
    squares = sum(share * share for share in fixed)
    top = max(fixed, default=0.0)
    even = missing / n_without if n_without and by == "organisation" else 0.0
    low = squares + even * even * n_without
    together = sorted(splittable)
    if by == "origin" and fixed:
        lump = missing + sum(together)
        high = squares - top * top + (top + lump) ** 2
        return _interval(low, high), _interval(top, top + lump)
    if together:
        together[-1] += missing
    elif missing:
        together = [missing]
    high = squares + sum(share * share for share in together)
    return _interval(low, high), _interval(max(top, even), max([top, *together]))


def _interval(low: float, high: float) -> Interval:
    low, high = min(low, 1.0), min(high, 1.0)
    return Interval(low, low) if abs(high - low) < 1e-12 else Interval(low, high)


def judge(hhi: Interval, rules: RuleSet) -> str:
    """Compare an HHI with the thresholds: severe above the one, watch from the other on, low below both."""
    watch, severe = rules.value("diagnosis.hhi.watch"), rules.value("diagnosis.hhi.severe")

    def word(value: float) -> str:
        return "severe" if value > severe else "watch" if value >= watch else "low"

    return word(hhi.low) if word(hhi.low) == word(hhi.high) else "undetermined"


def sole_source(sources: Sequence[Source], *, complete: bool) -> tuple[str, str | None]:
    """Say whether all supply comes from one source (独家供应): yes, no or unknown; and which one."""
    supplying = [source for source in sources if source.supplies]
    for source in supplying:
        share = source.share_home if source.share_home is not None else source.share_world
        if source.organisation and share is not None and share >= 1 - 1e-9:
            return "yes", source.organisation
    if len(supplying) > 1:
        return "no", None
    if len(supplying) == 1 and supplying[0].organisation and complete:
        return "yes", supplying[0].organisation
    return "unknown", None
