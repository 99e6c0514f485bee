"""Sources of supply (供应来源) of a product: who makes it, where, with what share; and the domestic rate."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lianban.chain.diagnosis.facts import Facts, Row, precedence
from lianban.chain.diagnosis.places import contains, origin_of

SUPPLYING_STAGES = ("small_batch", "stable_volume", "unknown")
LAB_STAGES = ("lab", "pilot")

# Words of a definition (口径) that tell what a rate counts. The number of firms is asked first: 企业数量 is not a quantity.
BASIS_WORDS = (
    ("firms", ("企业数", "企业数量", "家数", "供应商数", "供应商数量", "number of firms", "number of suppliers", "by firms")),
    ("parts", ("零部件数", "零件数", "品种数", "种类数", "part count", "number of parts", "number of types")),
    ("value", ("金额", "价值", "产值", "销售额", "市场规模", "采购额", "成本", "value", "revenue", "sales", "spending")),
    ("quantity", ("数量", "按量", "产量", "销量", "用量", "吨", "装机", "出货", "面积", "按片", "片数", "万片", "quantity", "volume", "shipment", "tonnage", "units")),
)  # fmt: skip


# Phrases that hold one of these words and tell nothing of what is counted.
NO_BASIS = re.compile(
    r"国家数据|高价值|高?附加价值|低成本|大面积|[百千万]?吨级|high[- ]value|large[- ](volume|area)|low[- ]volume",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"[，,。；;：:（）()\[\]【】\n]")
# A clause that leaves the basis open says nothing; what follows a "not" is what is not counted.
LEFT_OPEN = re.compile(
    r"未(注明|说明|标明|指明|明确|写明|披露|区分|给出)|没有(注明|说明)|不(明|详|清)|未知|还是|是否"
    r"|not (stated|specified|given|clear)|unspecified|unknown|unclear|whether",
    re.IGNORECASE,
)
NOT_COUNTED = re.compile(
    r"(而不是|而非|不是|并非|不按|非按|不以|rather than|\bnot by\b|\binstead of\b).*", re.IGNORECASE
)
NOT_STATED = "口径未注明"


@dataclass(frozen=True)
class Source:
    """One source of a product: an organisation, or an origin nobody is named for.

    ``share_home`` is of supply to the home market, ``share_world`` of world supply; None is unknown, never 0.
    ``rows`` holds every row about it, the one computed with first.
    """

    key: str
    organisation: str | None
    place: str | None
    origin: str | None
    home: bool | None
    stage: str
    operating: bool
    building: bool
    share_home: float | None
    share_world: float | None
    rows: tuple[Row, ...]

    @property
    def supplies(self) -> bool:
        """True for a source of supply; laboratory and pilot rows are none."""
        return self.operating and self.stage in SUPPLYING_STAGES

    @property
    def trying(self) -> bool:
        """True where it is made only in a laboratory or pilot line, or a plant is being built."""
        return not self.supplies and (self.building or (self.operating and self.stage in LAB_STAGES))


@dataclass(frozen=True)
class DomesticRate:
    """Domestic rate (国产化率) as one source gives it; ``basis`` is value, quantity, firms, parts or unspecified."""

    value: float
    basis: str
    definition: str
    base: str | None
    period: str | None
    estimated: bool
    row: Row


def supply_sources(facts: Facts, product: str) -> list[Source]:
    """List the sources of a product, home first, largest share first.

    Rows that contradict each other (same product, same source) are kept together: the newest is computed with, then the
    more confident, then the first by code.
    """
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in facts.production.get(product, []):
        groups[row["organisation"] or f"origin:{row['origin'] or ''}"].append(row)
    sources = [_merge(facts, key, sorted(rows, key=precedence)) for key, rows in groups.items()]
    return sorted(sources, key=lambda s: (not s.home, -(s.share_home or s.share_world or 0.0), s.key))


def _merge(facts: Facts, key: str, rows: list[Row]) -> Source:
    organisation = rows[0]["organisation"]
    known = facts.organisations.get(organisation or "")
    place = (known["place"] if known else None) or next((row["origin"] for row in rows if row["origin"]), None)
    running = [row for row in rows if row["status"] != "building"]
    used = running[0] if running else rows[0]
    return Source(
        key=key,
        organisation=organisation,
        place=place,
        origin=origin_of(place),
        home=facts.at_home(place),
        stage=used["stage"] or "unknown",
        operating=used["status"] == "operating",
        building=any(row["status"] == "building" for row in rows),
        share_home=_share(running, "home_supply"),
        share_world=_share(running, "world_supply"),
        rows=(used, *(row for row in rows if row is not used)),
    )


def _share(rows: list[Row], share_of: str) -> float | None:
    """Return the share of the row computed with: the newest that names one."""
    return next((row["share"] for row in rows if row["share_of"] == share_of and row["share"] is not None), None)


def contradictions(source: Source) -> list[Row]:
    """Return the rows about a source if they differ in share (same denominator) or in stage; else nothing."""
    for field in ("stage", "share"):
        for share_of in ("home_supply", "world_supply", "unknown"):
            rows = [row for row in source.rows if row["share_of"] == share_of and row["status"] == "operating"]
            if len({row[field] for row in rows if row[field] is not None}) > 1:
                return list(source.rows)
    return []


def is_complete(facts: Facts, product: str) -> list[Row]:
    """Return the current statements that the source list of a product is complete (来源齐全)."""
    return [row for row in facts.current(product, "sources_complete") if row["value"] == "yes"]


def domestic_rates(facts: Facts, product: str) -> list[DomesticRate]:
    """List every domestic rate (国产化率) with its basis, the one computed with first."""
    rows = sorted((r for r in facts.indicators.get(product, []) if r["item"] == "domestic_rate"), key=precedence)
    rates = [
        DomesticRate(r["value"], basis_of(r["definition"] or ""), r["definition"] or NOT_STATED, r["base"], r["period"], bool(r["estimated"]), r)
        for r in rows
        if r["value"] is not None and r["unit"] in ("fraction", "%")
    ]  # fmt: skip
    return [_as_fraction(rate) for rate in rates]


def _as_fraction(rate: DomesticRate) -> DomesticRate:
    if rate.row["unit"] != "%":
        return rate
    return DomesticRate(rate.value / 100, rate.basis, rate.definition, rate.base, rate.period, rate.estimated, rate.row)


def basis_of(definition: str) -> str:
    """Tell what a rate counts from its definition (口径); ``"unspecified"`` where no word says so."""
    clauses = CLAUSE.split(NO_BASIS.sub(" ", definition.lower()))
    words = "，".join(NOT_COUNTED.sub("", clause) for clause in clauses if not LEFT_OPEN.search(clause))
    return next((basis for basis, signs in BASIS_WORDS if any(_says(words, sign) for sign in signs)), "unspecified")


def _says(words: str, sign: str) -> bool:
    """Say whether a word stands there; an English one as a whole word."""
    return bool(re.search(rf"\b{sign}s?\b", words)) if sign.isascii() else sign in words


@dataclass(frozen=True)
class DomesticShare:
    """Domestic supply as a share of supply to home: an interval, with what it stands on."""

    low: float
    high: float
    basis: str
    rows: tuple[Row, ...]

    @property
    def known(self) -> bool:
        return self.low == self.high


def domestic_share(facts: Facts, sources: Sequence[Source], product: str, tolerance: float) -> DomesticShare | None:
    """Return the domestic share of supply, from shares of home supply or else a rate by value or quantity.

    A rate by number of firms or parts, a rate without basis, and shares of world supply are never used here: the triple
    (三分结论) is a verdict, and a verdict needs to know its denominator.
    """
    supplying = [source for source in sources if source.supplies]
    told = [source for source in supplying if source.share_home is not None]
    from_shares = _from_shares(supplying, told, tolerance) if told else None
    if from_shares and from_shares.known:
        return from_shares
    for rate in domestic_rates(facts, product):
        if rate.basis in ("value", "quantity"):
            return DomesticShare(rate.value, rate.value, f"domestic_rate:{rate.basis}", (rate.row,))
    return from_shares


def _from_shares(supplying: list[Source], told: list[Source], tolerance: float) -> DomesticShare | None:
    total = _sum(told)
    if total > 1 + tolerance:
        return None
    low = _sum([source for source in told if source.home])
    elsewhere = _sum([source for source in told if source.home is False])
    silent = [source for source in supplying if source.share_home is None]
    if total < 1 - tolerance and silent:
        # What is left belongs to the named sources without a share.
        if all(source.home for source in silent):
            low, total = low + 1 - total, 1.0
        elif all(source.home is False for source in silent):
            elsewhere, total = elsewhere + 1 - total, 1.0
    whole = total >= 1 - tolerance and all(source.home is not None for source in told)
    high = low if whole else max(low, 1 - elsewhere)
    return DomesticShare(low, high, "shares", tuple(source.rows[0] for source in told))


def _sum(sources: list[Source]) -> float:
    return float(sum(source.share_home or 0.0 for source in sources))


def local_share(sources: Sequence[Source], area: str, tolerance: float) -> float | None:
    """Return the share of home supply made in an area: information only; None unless every place and share is known."""
    told = [source for source in sources if source.supplies]
    if not told or any(source.share_home is None for source in told) or abs(_sum(told) - 1) > tolerance:
        return None
    inside: list[Any] = [contains(area, source.place) for source in told]
    if any(answer is None for answer in inside):
        return None
    return _sum([source for source, answer in zip(told, inside, strict=True) if answer])
