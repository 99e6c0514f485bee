"""Links of a synthetic network: a buyer by fitness, a sector from its mix, a supplier of that sector by fitness."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianban.engine.errors import EngineError
from lianban.engine.synthetic.firms import Firms

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

OWN_SECTOR = 0.12  # share of purchases inside the own sector
PARTNERS = 10  # further sectors that a sector buys from
DIRICHLET = 0.7  # how unequal its purchases from them are
ROUNDS = 40  # a small or dense network may have no more room: give up then
CHUNK = 4_000_000  # links drawn at once, bounds the memory


@dataclass(frozen=True, eq=False)
class SectorMix:
    """Purchases of each sector: ``partners`` and cumulated ``shares`` have shape (n_sectors, n_partners)."""

    partners: IntArray
    cumulated: FloatArray

    @classmethod
    def drawn(cls, rng: np.random.Generator, supply: FloatArray) -> "SectorMix":
        """Draw a mix: the own sector, and others in proportion to what they supply."""
        n_sectors = len(supply)
        with np.errstate(divide="ignore"):
            score = np.log(supply) + rng.gumbel(size=(n_sectors, n_sectors))  # the largest are a draw without return
        np.fill_diagonal(score, -np.inf)
        partners = np.argsort(-score, axis=1, kind="stable")[:, : min(PARTNERS, n_sectors)]
        others = rng.gamma(DIRICHLET, size=partners.shape) + 1e-12  # gammas over their sum are a Dirichlet draw
        others[np.take_along_axis(score, partners, axis=1) == -np.inf] = 0.0
        total = others.sum(axis=1, keepdims=True)
        others = np.divide(others, total, out=np.zeros_like(others), where=total > 0)
        own = np.where(supply > 0, np.where(total[:, 0] > 0, OWN_SECTOR, 1.0), 0.0)[:, None]
        return cls.of(np.hstack([np.arange(n_sectors)[:, None], partners]), np.hstack([own, (1.0 - own) * others]))

    @classmethod
    def of(cls, partners: IntArray, share: FloatArray) -> "SectorMix":
        """Keep shares that add up to 1 in each row, or to 0 for a sector that buys nothing."""
        cumulated = np.cumsum(share, axis=1)
        total = cumulated[:, -1:]
        return cls(partners, np.divide(cumulated, total, out=np.ones_like(cumulated), where=total > 0))

    def draw(self, rng: np.random.Generator, buying: IntArray) -> IntArray:
        """Draw the sector of the supplier for each of the buying sectors."""
        n_partners = self.partners.shape[1]
        ladder = (self.cumulated + np.arange(len(self.cumulated))[:, None]).ravel()
        position = np.searchsorted(ladder, buying + rng.random(len(buying)), side="right")
        return self.partners[buying, np.minimum(position - buying * n_partners, n_partners - 1)]


class ByFitness:
    """Draws a firm of a given sector in proportion to a fitness."""

    def __init__(self, fitness: FloatArray, sector: IntArray, n_sectors: int) -> None:
        self._order = np.argsort(sector, kind="stable")
        self._cumulated = np.r_[0.0, np.cumsum(fitness[self._order])]
        start = np.searchsorted(sector[self._order], np.arange(n_sectors + 1))
        self._low, self._high = self._cumulated[start[:-1]], self._cumulated[start[1:]]
        self.total = np.bincount(sector, fitness, n_sectors).astype(np.float64)

    def draw(self, rng: np.random.Generator, sector: IntArray) -> IntArray:
        """Draw one firm of each of these sectors, which all have somebody fit."""
        low, high = self._low[sector], self._high[sector]
        at = low + rng.random(len(sector)) * (high - low)
        at = np.minimum(at, np.nextafter(high, low))  # rounding must not fall on a firm of the next sector
        return self._order[np.searchsorted(self._cumulated, at, side="right") - 1]


def draw_buyers(rng: np.random.Generator, demand: FloatArray, n_links: int) -> IntArray:
    """Draw buyers by fitness."""
    cumulated = np.cumsum(demand)
    at = np.minimum(rng.random(n_links) * cumulated[-1], np.nextafter(cumulated[-1], 0.0))
    return np.searchsorted(cumulated, at, side="right").astype(np.int64)


def draw_links(
    rng: np.random.Generator, firms: Firms, mix: SectorMix, suppliers: ByFitness, n_links: int
) -> tuple[IntArray, IntArray]:
    """Draw (seller, buyer) pairs, none twice, none with itself, sorted by buyer and seller.

    A little fewer than asked where there is no room for more; then one link for each firm that has none.
    """
    pairs = more_pairs(rng, firms, mix, suppliers, n_links, known=np.zeros(0, np.int64))
    pairs = np.union1d(pairs, _links_of_the_lonely(rng, firms, mix, suppliers, pairs))
    return pairs % firms.n_firms, pairs // firms.n_firms


def more_pairs(
    rng: np.random.Generator, firms: Firms, mix: SectorMix, suppliers: ByFitness, n_links: int, known: IntArray
) -> IntArray:
    """Add pairs to the known ones until there are n_links or no room; a pair is buyer * n_firms + seller, ascending."""
    pairs = known
    for _ in range(ROUNDS + n_links // CHUNK):
        missing = n_links - len(pairs)
        if missing <= 0:
            break
        buyer = draw_buyers(rng, firms.demand, min(missing + missing // 20 + 10, CHUNK))
        seller = suppliers.draw(rng, mix.draw(rng, firms.sector[buyer]))
        fresh = _new_pairs(buyer * firms.n_firms + seller, pairs, firms.n_firms)
        if len(fresh) > missing:
            fresh = rng.choice(fresh, missing, replace=False, shuffle=False)
        pairs = np.sort(np.concatenate([pairs, fresh]), kind="stable")
    return pairs


def _new_pairs(drawn: IntArray, known: IntArray, n_firms: int) -> IntArray:
    """Drop loops and what is known already; ascending."""
    drawn = np.unique(drawn)
    drawn = drawn[drawn // n_firms != drawn % n_firms]
    if not len(known):
        return drawn
    at = np.minimum(np.searchsorted(known, drawn), len(known) - 1)
    return drawn[known[at] != drawn]


def _links_of_the_lonely(
    rng: np.random.Generator, firms: Firms, mix: SectorMix, suppliers: ByFitness, pairs: IntArray
) -> IntArray:
    """Give each firm without a link one: it buys if it can, else it sells."""
    n_firms = firms.n_firms
    linked = np.zeros(n_firms, bool)
    linked[pairs % n_firms] = linked[pairs // n_firms] = True
    lonely = np.flatnonzero(~linked)
    buyer = np.where(firms.demand[lonely] > 0, lonely, -1)
    seller = np.where(buyer < 0, lonely, -1)
    for _ in range(ROUNDS):
        no_seller = (seller < 0) | (buyer == seller) & (buyer == lonely) & (firms.demand[lonely] > 0)
        no_buyer = ~no_seller & ((buyer < 0) | (buyer == seller))
        if not (no_seller.any() or no_buyer.any()):
            return np.unique(buyer * n_firms + seller)
        seller[no_seller] = suppliers.draw(rng, mix.draw(rng, firms.sector[buyer[no_seller]]))
        buyer[no_buyer] = draw_buyers(rng, firms.demand, int(no_buyer.sum()))
    raise EngineError(f"{n_firms} firms are too few to give each of them a partner: ask for more firms")
