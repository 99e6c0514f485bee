"""Share of each source in the supply of its product: the first kind of fact that applies (docs/models/network.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lianban.chain.diagnosis.sources import basis_of
from lianban.chain.network.notes import NetworkNote, notes_by_product
from lianban.chain.network.reading import (
    ABROAD,
    HOME,
    UNSPECIFIED_ABROAD,
    Floats,
    Ints,
    best_rows,
    column,
    day_of,
    number,
)
from lianban.chain.network.sources import Reader, Sources

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

BASES = ("shares", "domestic_rate", "world_shares", "level", "unknown")
SHARES, RATE, WORLD, LEVEL, UNKNOWN = range(5)
LEVELS = ("L0", "L1", "L2", "L3", "L4", "L5")


@dataclass(frozen=True)
class SharedNodes:
    """Nodes with their shares; ascending by product, then by source (a number of :class:`Reader`).

    ``place`` is that of the organisation or origin, -1 where unknown; ``basis`` (one entry for each product) counts
    BASES; ``level`` holds the level used or None.
    """

    product: Ints
    source: Ints
    place: Ints
    side: Ints
    share: Floats
    basis: Ints
    level: np.ndarray

    def find(self, product: Ints, source: Ints, width: int) -> Ints:
        """Positions of nodes by product and source, -1 where there is none."""
        keys, wanted = self.product * width + self.source, product * width + source
        if not len(keys):
            return np.full(len(wanted), -1)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where((keys[at] == wanted) & (product >= 0), at, -1)


def node_shares(
    chain: "Chain",
    reader: Reader,
    sources: Sources,
    rules: Any,
    *,
    groupings: np.ndarray,
    levels: Mapping[str, str] | None,
    as_of: Any,
) -> tuple[SharedNodes, list[NetworkNote]]:
    """Make the nodes and give every one its share. ``groupings`` marks products that only group others."""
    tolerance = float(rules["diagnosis.shares.tolerance"])
    side = reader.side(sources.place)
    who = np.where(side == ABROAD, reader.of_origin(sources.place), sources.key - sources.product * reader.width)
    table = _Table(reader, sources.product, who, sources.place, side)
    home, world = table.summed(sources.share_home), table.summed(sources.share_world)

    rate = np.where(groupings, np.nan, domestic_rates(chain, reader))
    level = levels_used(chain, reader, levels, as_of)
    level[groupings] = None
    assumed = np.array([np.nan if one is None else float(rules[f"diagnosis.foreign_share.{one}"]) for one in level])
    told = [table.by_product(shares) for shares in (home, world)]
    usable = [(n > 0) & (total <= 1 + tolerance) for total, n in told]
    basis = np.select([usable[0], ~np.isnan(rate), usable[1], ~np.isnan(assumed)], range(4), UNKNOWN)
    over = (told[0][1] > 0) & ~usable[0]
    notes = notes_by_product("shares_over_one", reader.products[over], total=told[0][0][over].tolist())

    stated = np.select([basis[table.product] == SHARES, basis[table.product] == WORLD], [home, world], np.nan)
    notes += table.pool_untold_origins(np.isnan(stated) & (basis[table.product] != UNKNOWN))
    stated = table.regrouped(stated)
    share, notes_of_rest = _split_rest(table, stated, basis, tolerance)
    foreign = np.select([basis == RATE, basis == LEVEL], [1 - rate, assumed], np.nan)
    share = _split_by_side(table, share, foreign)
    share = _split_equally(table, share, basis == UNKNOWN, ~groupings)
    return table.nodes(share, basis, level), notes + notes_of_rest


class _Table:
    """Rows (product, source) while they are being merged and completed."""

    def __init__(self, reader: Reader, product: Ints, who: Ints, place: Ints, side: Ints) -> None:
        self.reader, self.n_products = reader, len(reader.products)
        self._group(product, who, place, side)

    def _group(self, product: Ints, who: Ints, place: Ints, side: Ints) -> None:
        key, first, self._group_of = np.unique(
            product * self.reader.width + who, return_index=True, return_inverse=True
        )
        self.product, self.who, self.place, self.side = product[first], who[first], place[first], side[first]
        self.key = key

    def summed(self, values: Floats) -> Floats:
        """Sum over the rows of a node; NaN where no row has a value."""
        known = ~np.isnan(values)
        total = np.bincount(self._group_of[known], values[known], len(self.key))
        return np.where(np.bincount(self._group_of[known], minlength=len(self.key)) > 0, total, np.nan)

    regrouped = summed

    def by_product(self, values: Floats) -> tuple[Floats, Ints]:
        """Sum over the nodes of each product, and how many have a value."""
        known = ~np.isnan(values)
        product = self.product[known]
        total = np.bincount(product, weights=values[known], minlength=self.n_products).astype(np.float64)
        return total, np.bincount(product, minlength=self.n_products)

    def count(self, mask: np.ndarray) -> Ints:
        """Number of nodes of each product under a mask."""
        return np.bincount(self.product[mask], minlength=self.n_products)

    def pool_untold_origins(self, untold: np.ndarray) -> list[NetworkNote]:
        """Merge origins abroad that nothing tells apart; one alone keeps its name."""
        pooled = untold & (self.side == ABROAD)
        n = self.count(pooled)
        pooled &= n[self.product] >= 2
        abroad = self.reader.places.codes.find([UNSPECIFIED_ABROAD])
        who = np.where(pooled, self.reader.of_origin(abroad)[0], self.who)
        place = np.where(pooled, abroad[0], self.place)
        self._group(self.product, who, place, self.side)
        several = np.flatnonzero(n >= 2)
        return notes_by_product("origins_pooled", self.reader.products[several], n=n[several].tolist())

    def add(self, products: Ints, who: int, place: int, side: int) -> None:
        """Add one node to each of some products; the order of the others stays."""
        fill = np.ones(len(products), np.int64)
        self.product, self.who = np.r_[self.product, products], np.r_[self.who, who * fill]
        self.place, self.side = np.r_[self.place, place * fill], np.r_[self.side, side * fill]

    def nodes(self, share: Floats, basis: Ints, level: np.ndarray) -> SharedNodes:
        """Return the finished nodes in order; a node added twice is one."""
        key, at = np.unique(self.product * self.reader.width + self.who, return_inverse=True)
        first = np.full(len(key), len(at))
        np.minimum.at(first, at, np.arange(len(at)))
        total = np.bincount(at, weights=share, minlength=len(key)).astype(np.float64)
        return SharedNodes(
            self.product[first], self.who[first], self.place[first], self.side[first], total, basis, level
        )


def _split_rest(table: _Table, stated: Floats, basis: Ints, tolerance: float) -> tuple[Floats, list[NetworkNote]]:
    """Where shares are stated: give what is left to the named sources without one, else to an unspecified source."""
    products = table.reader.products
    by_shares = (basis == SHARES) | (basis == WORLD)
    total, _ = table.by_product(stated)
    complete = by_shares & (total >= 1 - tolerance)
    rest = np.where(by_shares & ~complete, 1 - total, 0.0)
    untold = np.isnan(stated) & by_shares[table.product]
    n_untold = table.count(untold)
    each = np.divide(rest, n_untold, out=np.zeros_like(rest), where=n_untold > 0)
    share = np.where(untold, each[table.product], stated)
    scale = np.where(complete, total, 1.0)[table.product]
    share = share / scale

    split = np.flatnonzero((rest > 0) & (n_untold > 0))
    nobody = np.flatnonzero((rest > 0) & (n_untold == 0))
    notes = notes_by_product(
        "remainder_split", products[split], total=total[split].tolist(), n=n_untold[split].tolist()
    )
    notes += notes_by_product("remainder_unknown", products[nobody], total=total[nobody].tolist())
    table.add(nobody, table.reader.nobody, -1, -1)
    return np.r_[share, rest[nobody]], notes


def _split_by_side(table: _Table, share: Floats, foreign: Floats) -> Floats:
    """Where only a foreign share is known: equal parts at home and abroad, to an unspecified source where nobody is named."""
    reader = table.reader
    known = ~np.isnan(foreign)
    at_home, abroad = (table.side == HOME), (table.side == ABROAD)
    somewhere = ~at_home & ~abroad
    # Sources without a place stand in for home only where no source at home is named.
    lonely = known & (table.count(at_home) == 0)
    inside = at_home | (somewhere & lonely[table.product])
    n_inside, n_abroad = table.count(inside), table.count(abroad)
    part_home = np.divide(1 - foreign, n_inside, out=np.zeros_like(foreign), where=n_inside > 0)
    part_abroad = np.divide(foreign, n_abroad, out=np.zeros_like(foreign), where=n_abroad > 0)
    part = np.select([inside, abroad], [part_home[table.product], part_abroad[table.product]], 0.0)
    share = np.where(known[table.product], part, share)

    homeless = np.flatnonzero(known & (n_inside == 0) & (foreign < 1))
    table.add(homeless, *_unspecified(reader, home=True))
    foreignless = np.flatnonzero(known & (n_abroad == 0) & (foreign > 0))
    table.add(foreignless, *_unspecified(reader, home=False))
    return np.r_[share, 1 - foreign[homeless], foreign[foreignless]]


def _split_equally(table: _Table, share: Floats, unknown: np.ndarray, wanted: np.ndarray) -> Floats:
    """Where nothing is known: equal parts, and one representative node where nobody is named."""
    n = table.count(np.ones(len(table.product), bool))
    equal = np.divide(1.0, n, out=np.zeros(len(n)), where=n > 0)
    share = np.where(unknown[table.product], equal[table.product], share)
    alone = np.flatnonzero((n == 0) & wanted)
    table.add(alone, table.reader.nobody, -1, -1)
    return np.r_[share, np.ones(len(alone))]


def _unspecified(reader: Reader, *, home: bool) -> tuple[int, int, int]:
    """Source, place and side of a supply nobody is named for."""
    if not home:
        place = reader.places.codes.find([UNSPECIFIED_ABROAD])
        return int(reader.of_origin(place)[0]), int(place[0]), ABROAD
    place = reader.places.codes.find([reader.home])
    return int(reader.at_place(place)[0]), int(place[0]), HOME


def domestic_rates(chain: "Chain", reader: Reader) -> Floats:
    """Newest domestic rate by value or quantity of each product, NaN where there is none."""
    frame = chain.tables["indicators"]
    product = reader.products.find(column(frame, "product"))
    unit = column(frame, "unit")
    value = number(frame, "value") * np.where(unit == "%", 0.01, 1.0)
    wanted = (column(frame, "item") == "domestic_rate") & (product >= 0) & (value >= 0) & (value <= 1)
    wanted &= np.isin(np.where(frame["unit"].isna(), "", unit).astype(str), ("fraction", "%"))
    rows = np.flatnonzero(wanted)
    counts = {text: basis_of(str(text)) for text in set(column(frame, "definition")[rows].tolist())}
    rows = np.array([r for r in rows if counts[frame["definition"].iloc[r]] in ("value", "quantity")], np.int64)
    rates = np.full(len(reader.products), np.nan)
    keys, chosen = best_rows(product[rows], rows, frame)
    rates[keys] = value[chosen]
    return rates


def levels_used(chain: "Chain", reader: Reader, levels: Mapping[str, str] | None, as_of: Any) -> np.ndarray:
    """Level of each product: as given, else the newest stated one that holds on the day, else None."""
    frame = chain.tables["assessments"]
    day = day_of(chain, as_of)
    product = reader.products.find(column(frame, "product"))
    made, until = (frame[name].to_numpy("datetime64[D]") for name in ("observed_on", "valid_until"))
    scope = frame["scope"].fillna(reader.home).to_numpy(dtype=object)
    holds = (np.isnat(made) | (made <= day)) & (np.isnat(until) | (until >= day))
    wanted = holds & (product >= 0) & (scope == reader.home) & (column(frame, "item") == "level")
    rows = np.flatnonzero(wanted & frame["value"].isin(LEVELS).to_numpy(bool))
    used = np.full(len(reader.products), None, dtype=object)
    keys, chosen = best_rows(product[rows], rows, frame)
    used[keys] = column(frame, "value")[chosen]
    for code, level in (levels or {}).items():
        at = reader.products.find([code])[0]
        if at >= 0 and level in LEVELS:
            used[at] = level
    return used
