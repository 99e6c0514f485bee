"""Seeded networks of firms with the sizes, degrees and sector mix of published national networks: docs/models/synthetic.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.errors import EngineError
from lianban.engine.network import SupplyNetwork
from lianban.engine.network_checks import square_classes
from lianban.engine.synthetic.firms import Firms, draw_firms, nested_sectors, sector_of_firms
from lianban.engine.synthetic.links import ByFitness, SectorMix, draw_links

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SIZE_SPREAD = 1.9  # log-size per unit of latent size: the largest 1 % of firms then have some 70 % of sales
SURVEY = (0.71, 0.12, 0.17)  # shares of classes 0, 1, 2 among the pairs of sectors in the published survey


@dataclass(frozen=True)
class Family:
    """Family (网络族): what sets one kind of network apart.

    ``sectors`` is their number, ``coarse`` says that firms are grouped by the upper level, ``classes`` are the shares
    of input classes 0, 1 and 2 among pairs of sectors, ``nested`` that pairs of the upper level share one class.
    """

    meaning: str
    links_per_firm: float
    sectors: int
    coarse: bool = False
    classes: tuple[float, float, float] = SURVEY
    nested: bool = True
    power_law: bool = False


COARSE_SECTORS = 80
SMALL, FIRMS_PER_SECTOR = 1_000, 5  # below so many firms there are fewer sectors, or each would have one maker
FAMILIES: dict[str, Family] = {
    "h4": Family("sparse like the Hungarian network, 600 sectors of four digits", 2.7, 600),
    "h2": Family("the same grouped by 80 sectors of two digits", 2.7, 600, coarse=True),
    "d4": Family("dense, 600 sectors", 10.0, 600),
    "j4": Family("out-degrees by a power law of 2.3 up to 128, buyers all alike, 616 sectors", 8.0, 616, power_law=True),
    "x4": Family("dense and strongly systemic: 70 % of the inputs matter", 10.0, 600, classes=(0.3, 0.3, 0.4), nested=False),
}  # fmt: skip


def firm_network(
    n_firms: int,
    *,
    links_per_firm: float | None = None,
    family: str = "h4",
    seed: int,
    class_matrix: ArrayLike | None = None,
    sector_labels: Sequence[Any] | None = None,
) -> SupplyNetwork:
    """Draw a network of firms.

    Parameters
    ----------
    n_firms : at least 10
    links_per_firm : on average; default as usual in the family. Firms left without a link get one on top.
    family : a name in ``FAMILIES``
    seed : the same seed gives the same network, to the last bit
    class_matrix : 0, 1, 2 of shape (n_sectors, n_sectors), row = sector of the seller, instead of a random one
    sector_labels : names of its sectors; they become the labels of the firms, ``"sector/number"``

    Returns
    -------
    SupplyNetwork
        Without loops. Values are at least 1 and have two decimals; the output weights are the sales.

    Raises
    ------
    EngineError
        Unknown family, too few firms, or fewer firms than sectors of ``class_matrix``.
    """
    kind = _family(family)
    given = None if class_matrix is None else square_classes(class_matrix, len(np.asarray(class_matrix)))
    usual = kind.sectors if n_firms >= SMALL else min(kind.sectors, n_firms // FIRMS_PER_SECTOR)
    n_sectors = usual if given is None else len(given)
    if n_firms < max(10, n_sectors):
        raise EngineError(f"{n_firms} firms asked for, at least {max(10, n_sectors)} are needed: no sector stays empty")
    rng = np.random.default_rng(seed)

    parent, share = nested_sectors(rng, n_sectors, min(COARSE_SECTORS, n_sectors))
    firms = draw_firms(rng, sector_of_firms(rng, n_firms, share))
    wanted = round((kind.links_per_firm if links_per_firm is None else links_per_firm) * n_firms)
    if kind.power_law:
        seller, buyer = _power_law_links(rng, n_firms, wanted)
    else:
        suppliers = ByFitness(firms.supply, firms.sector, n_sectors)
        seller, buyer = draw_links(rng, firms, SectorMix.drawn(rng, suppliers.total), suppliers, wanted)

    fine_classes = random_classes(rng, parent, kind.classes, nested=kind.nested) if given is None else given
    group, classes = firms.sector, fine_classes
    if kind.coarse and given is None:
        first = np.searchsorted(parent, np.arange(parent[-1] + 1))  # pairs of one upper sector share their class
        group, classes = parent[firms.sector], fine_classes[np.ix_(first, first)]
    return SupplyNetwork(
        seller,
        buyer,
        link_values(rng, firms, seller, buyer),
        group=group,
        input_class=classes[group[seller], group[buyer]],
        labels=None if sector_labels is None else _labels(sector_labels, firms.sector, n_sectors),
    )


def random_classes(
    rng: np.random.Generator, parent: ArrayLike, shares: Sequence[float] = SURVEY, *, nested: bool = True
) -> NDArray[np.int8]:
    """Draw a class matrix for sectors with these parents.

    Nested: one class for each pair of parents, and a sector's own goods are essential, as in the survey. The published
    one has 56 different columns among 616, so its sectors repeat each other too.
    """
    upper = np.asarray(parent, np.int64)
    if not nested:
        return rng.choice(3, (len(upper), len(upper)), p=shares).astype(np.int8)
    coarse = rng.choice(3, (upper.max() + 1, upper.max() + 1), p=shares).astype(np.int8)
    np.fill_diagonal(coarse, 2)
    return coarse[np.ix_(upper, upper)]


def link_values(rng: np.random.Generator, firms: Firms, seller: IntArray, buyer: IntArray) -> FloatArray:
    """Money of each link: log-normal noise times what seller and buyer can do; at least 1, two decimals."""
    reach = np.maximum(firms.supply[seller], 1.0) * np.maximum(firms.demand[buyer], 1.0)
    size = np.exp(0.3 * SIZE_SPREAD * (firms.size[seller] + firms.size[buyer]))
    noise = np.exp(3.0 + 1.6 * rng.standard_normal(len(seller)))
    return np.maximum(np.round(noise * reach**0.35 * size, 2), 1.0)


def _family(name: str) -> Family:
    try:
        return FAMILIES[name]
    except KeyError:
        raise EngineError(f"no family is called {name!r}; there are {', '.join(sorted(FAMILIES))}") from None


def _power_law_links(rng: np.random.Generator, n_firms: int, n_links: int) -> tuple[IntArray, IntArray]:
    """Out-degrees by a power law (exponent 2.3, at most 128, scaled to the mean), each buyer equally likely."""
    most = min(128.0, n_firms - 1.0)
    rank = (np.arange(n_firms) + 0.5) / n_firms
    low, high = 1e-3, most
    for _ in range(60):  # the smallest degree that gives the mean: the mean rises with it
        smallest = 0.5 * (low + high)
        degree = _truncated_pareto(rank, smallest, most)
        low, high = (smallest, high) if degree.sum() < n_links else (low, smallest)
    degree = rng.permutation(_truncated_pareto(rank, low, most))
    out_degree = np.minimum(np.floor(degree + rng.random(n_firms)), most).astype(np.int64)
    seller = np.repeat(np.arange(n_firms), out_degree)
    buyer = (seller + rng.integers(1, n_firms, len(seller))) % n_firms  # never itself
    pairs = np.unique(buyer * n_firms + seller)
    return pairs % n_firms, pairs // n_firms


def _truncated_pareto(rank: FloatArray, smallest: float, most: float) -> FloatArray:
    """Quantiles of the density x**-2.3 between smallest and most."""
    tail = (smallest / most) ** 1.3
    return np.minimum(smallest * (1.0 - rank * (1.0 - tail)) ** (-1.0 / 1.3), most)


def _labels(sector_labels: Sequence[Any], sector: IntArray, n_sectors: int) -> list[str]:
    if len(sector_labels) != n_sectors:
        raise EngineError(f"{len(sector_labels)} sector labels for {n_sectors} sectors")
    return [f"{sector_labels[s]}/{firm}" for firm, s in enumerate(sector.tolist())]
