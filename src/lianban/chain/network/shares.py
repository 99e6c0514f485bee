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
# Why a share that stands on told figures is inferred all the same: an equal split of the remainder may decide which origin
# is largest; the rate does not say what it counts.
GUESSES = ("split", "rate_without_basis")


@dataclass(frozen=True)
class SharedNodes:
    """Nodes with their shares; ascending by product, then by source (a number of :class:`Reader`).

    ``place`` is that of the organisation or origin, -1 where unknown; ``basis`` (one entry for each product) counts
    BASES; ``level`` holds the level used or None; ``guess`` one of GUESSES, or None where no assumption decides.
    """

    product: Ints
    source: Ints
    place: Ints
    side: Ints
    share: Floats
    basis: Ints
    level: np.ndarray
    guess: np.ndarray

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

    rate, rate_without_basis = domestic_rates(chain, reader)
    rate[groupings] = np.nan
    level = levels_used(chain, reader, levels, as_of)
    level[groupings] = None
    assumed = np.array([np.nan if one is None else float(rules[f"diagnosis.foreign_share.{one}"]) for one in level])
    told = [table.by_product(shares) for shares in (home, world)]
    usable = [(n > 0) & (total <= 1 + tolerance) for total, n in told]
    basis = np.select([usable[0], ~np.isnan(rate), usable[1], ~np.isnan(assumed)], range(4), UNKNOWN)
    over = (told[0][1] > 0) & ~usable[0]
    notes = notes_by_product("shares_over_one", reader.products[over], total=told[0][0][over].tolist())

    told_of_row = np.select(
        [basis[sources.product] == SHARES, basis[sources.product] == WORLD],
        [sources.share_home, sources.share_world],
        np.nan,
    )
    split, notes_of_rest = _split_rest(reader, sources.product, told_of_row, basis, tolerance)
    untold = np.isnan(table.summed(told_of_row)) & (basis[table.product] != UNKNOWN)
    share, part = table.summed(split.share), table.summed(split.part)
    notes += table.pool_untold_origins(untold)
    share, part = table.regrouped(share), table.regrouped(part)
    guessed = _decided_by_split(table, share, part, split.rest)
    table.add(split.nobody, reader.nobody, -1, -1)
    share = np.r_[share, split.rest[split.nobody]]
    foreign = np.select([basis == RATE, basis == LEVEL], [1 - rate, assumed], np.nan)
    share = _split_by_side(table, share, foreign)
    share = _split_equally(table, share, basis == UNKNOWN, ~groupings)
    guess = np.full(len(basis), None, dtype=object)
    guess[guessed] = "split"
    guess[(basis == RATE) & rate_without_basis] = "rate_without_basis"
    return table.nodes(share, basis, level, guess), notes + notes_of_rest


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

    def nodes(self, share: Floats, basis: Ints, level: np.ndarray, guess: np.ndarray) -> SharedNodes:
        """Return the finished nodes in order; a node added twice is one."""
        key, at = np.unique(self.product * self.reader.width + self.who, return_inverse=True)
        first = np.full(len(key), len(at))
        np.minimum.at(first, at, np.arange(len(at)))
        total = np.bincount(at, weights=share, minlength=len(key)).astype(np.float64)
        return SharedNodes(
            self.product[first], self.who[first], self.place[first], self.side[first], total, basis, level, guess
        )


@dataclass(frozen=True)
class _Split:
    """Shares of the rows after the remainder was split: ``part`` is what a row got of it, ``rest`` all there was.

    ``share`` and ``part`` have one entry for each row, NaN where shares are not the basis; ``rest`` one for each product;
    ``nobody`` lists the products with a remainder and no row to take it.
    """

    share: Floats
    part: Floats
    rest: Floats
    nobody: Ints


def _split_rest(
    reader: Reader, product: Ints, stated: Floats, basis: Ints, tolerance: float
) -> tuple[_Split, list[NetworkNote]]:
    """Where shares are stated: give what is left to the rows without one in equal parts, else to an unspecified source.

    Row by row, before makers abroad become one origin: a maker without a share counts beside a neighbour that has one.
    """
    products, n_products = reader.products, len(reader.products)
    by_shares = (basis == SHARES) | (basis == WORLD)
    told = ~np.isnan(stated)
    total = np.bincount(product[told], stated[told], n_products)
    complete = by_shares & (total >= 1 - tolerance)
    rest = np.where(by_shares & ~complete, 1 - total, 0.0)
    untold = ~told & by_shares[product]
    n_untold = np.bincount(product[untold], minlength=n_products)
    each = np.divide(rest, n_untold, out=np.zeros_like(rest), where=n_untold > 0)
    part = np.where(untold, each[product], np.where(told, 0.0, np.nan))
    share = np.where(untold, part, stated / np.where(complete, total, 1.0)[product])

    divided = np.flatnonzero((rest > 0) & (n_untold > 0))
    nobody = np.flatnonzero((rest > 0) & (n_untold == 0))
    notes = notes_by_product(
        "remainder_split", products[divided], total=total[divided].tolist(), n=n_untold[divided].tolist()
    )
    notes += notes_by_product("remainder_unknown", products[nobody], total=total[nobody].tolist())
    return _Split(share, part, rest, nobody), notes


def _decided_by_split(table: _Table, share: Floats, part: Floats, rest: Floats) -> np.ndarray:
    """Products whose largest foreign origin might be another, or have another share, were the remainder split otherwise."""
    abroad = (table.side == ABROAD) & ~np.isnan(share)
    largest = np.zeros(table.n_products)
    np.maximum.at(largest, table.product[abroad], share[abroad])
    most = share - part + rest[table.product]
    decided = np.zeros(table.n_products, bool)
    decided[table.product[abroad & (part > 0) & (most >= largest[table.product])]] = True
    return decided


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


def domestic_rates(chain: "Chain", reader: Reader) -> tuple[Floats, np.ndarray]:
    """Newest domestic rate of each product, NaN where there is none, and whether it leaves open what it counts.

    A rate by value or quantity goes before one that does not say; one by number of firms or types is never used.
    """
    frame = chain.tables["indicators"]
    product = reader.products.find(column(frame, "product"))
    unit = column(frame, "unit")
    value = number(frame, "value") * np.where(unit == "%", 0.01, 1.0)
    wanted = (column(frame, "item") == "domestic_rate") & (product >= 0) & (value >= 0) & (value <= 1)
    wanted &= np.isin(np.where(frame["unit"].isna(), "", unit).astype(str), ("fraction", "%"))
    definition = np.where(frame["definition"].isna(), "", column(frame, "definition"))
    counts = {text: basis_of(str(text)) for text in set(definition[wanted].tolist())}
    basis = np.array([counts.get(text, "") for text in definition.tolist()], dtype=object)
    rates = np.full(len(reader.products), np.nan)
    without_basis = np.zeros(len(reader.products), bool)
    for bases, open_ended in ((("unspecified",), True), (("value", "quantity"), False)):
        rows = np.flatnonzero(wanted & np.isin(basis.astype(str), bases))
        keys, chosen = best_rows(product[rows], rows, frame)
        rates[keys], without_basis[keys] = value[chosen], open_ended
    return rates, without_basis


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
