"""Firms of a synthetic network: sectors in two levels, latent sizes, who can sell and who can buy how much."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CANNOT_SELL = 0.26  # of all firms
CANNOT_BUY = 0.16  # of those that sell
SUPPLIER_TAIL, BUYER_TAIL = 1.35, 1.5  # exponents of the Pareto laws of fitness
SIZE_CORRELATION = 0.6  # of fitness with latent size
LARGEST_FITNESS = 0.75  # fitness is capped at n_firms to this power


@dataclass(frozen=True, eq=False)
class Firms:
    """What a draw of firms holds; all arrays of shape (n_firms,).

    ``sector`` is the fine sector, ``size`` a standard normal number, ``supply`` and ``demand`` are fitnesses: at least
    1, or 0 for a firm that cannot sell or buy.
    """

    sector: IntArray
    size: FloatArray
    supply: FloatArray
    demand: FloatArray

    @property
    def n_firms(self) -> int:
        """Number of firms (企业数)."""
        return len(self.sector)


def draw_firms(rng: np.random.Generator, sector: IntArray) -> Firms:
    """Draw sizes and fitnesses for firms whose sectors are known."""
    n_firms = len(sector)
    size = rng.standard_normal(n_firms)
    supply = _fitness(rng, size, SUPPLIER_TAIL)
    demand = _fitness(rng, size, BUYER_TAIL)

    # Exact counts, not coin tosses: even among a handful somebody sells and somebody buys.
    mixed = rng.permutation(n_firms)
    n_no_sale = min(max(round(CANNOT_SELL * n_firms), 1), n_firms - 1)
    sellers = mixed[n_no_sale:]
    supply[mixed[:n_no_sale]] = 0.0
    demand[sellers[: round(CANNOT_BUY * len(sellers))]] = 0.0
    return Firms(sector=sector, size=size, supply=supply, demand=demand)


def nested_sectors(rng: np.random.Generator, n_fine: int, n_coarse: int) -> tuple[IntArray, FloatArray]:
    """Draw the coarse sector of each fine one, ascending, and the expected share of firms in each fine sector."""
    weight = rng.lognormal(0.0, 1.0, n_coarse)
    spread = rng.choice(n_coarse, n_fine - n_coarse, p=weight / weight.sum())
    parent = np.sort(np.r_[np.arange(n_coarse), spread]).astype(np.int64)
    share = rng.lognormal(0.0, 1.0, n_fine)
    return parent, share / share.sum()


def sector_of_firms(rng: np.random.Generator, n_firms: int, share: FloatArray) -> IntArray:
    """Draw a sector for each firm; no sector stays empty."""
    drawn = rng.choice(len(share), n_firms - len(share), p=share)
    return rng.permutation(np.r_[np.arange(len(share)), drawn].astype(np.int64))


def _fitness(rng: np.random.Generator, size: FloatArray, tail: float) -> FloatArray:
    """Pareto numbers that go with size: the normal score becomes a rank, the rank a Pareto quantile."""
    noise = rng.standard_normal(len(size))
    score = SIZE_CORRELATION * size + np.sqrt(1.0 - SIZE_CORRELATION**2) * noise
    # ndtr(-x) = 1 - ndtr(x) without losing the digits of the upper tail.
    fitness = ndtr(-score) ** (-1.0 / tail)
    return np.minimum(fitness, float(len(size)) ** LARGEST_FITNESS)
