"""What a network looks like in figures that are published for real ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from lianban.engine.network import SupplyNetwork

IntArray = NDArray[np.int64]

TAIL_FROM = 10  # degrees from here on count for the exponent


@dataclass(frozen=True)
class NetworkStatistics:
    """Network statistics (网络统计): shares are fractions of firms, of sales or of links.

    ``out_exponent`` and ``in_exponent`` are maximum-likelihood exponents of the degrees from 10 on, NaN where there are
    none; ``class_share`` are the shares of links of classes 0, 1 and 2.
    """

    n_firms: int
    n_links: int
    giant_strong_share: float
    giant_weak_share: float
    out_exponent: float
    in_exponent: float
    out_degree_max: int
    in_degree_max: int
    top_percent_sales_share: float
    without_customers_share: float
    class_share: tuple[float, float, float]


def statistics(network: SupplyNetwork) -> NetworkStatistics:
    """Count and estimate; a few seconds for a million firms."""
    n_firms, n_links = network.n_firms, network.n_links
    ones = np.ones(n_links, np.int8)
    graph = sparse.csr_array((ones, (network.seller, network.buyer)), shape=(n_firms, n_firms))
    giant = {}
    for connection in ("strong", "weak"):
        _, part = connected_components(graph, directed=True, connection=connection)
        giant[connection] = np.bincount(part).max(initial=0) / n_firms
    out_degree = np.bincount(network.seller, minlength=n_firms)
    in_degree = np.bincount(network.buyer, minlength=n_firms)
    sales = np.sort(network.sales)[::-1]
    class_share = np.bincount(network.input_class, minlength=3) / max(n_links, 1)
    return NetworkStatistics(
        n_firms=n_firms,
        n_links=n_links,
        giant_strong_share=float(giant["strong"]),
        giant_weak_share=float(giant["weak"]),
        out_exponent=_exponent(out_degree),
        in_exponent=_exponent(in_degree),
        out_degree_max=int(out_degree.max(initial=0)),
        in_degree_max=int(in_degree.max(initial=0)),
        top_percent_sales_share=float(sales[: max(n_firms // 100, 1)].sum() / max(sales.sum(), 1e-300)),
        without_customers_share=float((out_degree == 0).mean()),
        class_share=(float(class_share[0]), float(class_share[1]), float(class_share[2])),
    )


def _exponent(degree: IntArray) -> float:
    """Exponent of a discrete power law (Clauset, Shalizi, Newman 2009, equation 3.7)."""
    tail = degree[degree >= TAIL_FROM]
    return 1.0 + len(tail) / float(np.log(tail / (TAIL_FROM - 0.5)).sum()) if len(tail) else float("nan")
