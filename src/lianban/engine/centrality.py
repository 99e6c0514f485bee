"""Centrality (中心性): degree, betweenness and PageRank of a supply network, the naive alternative to the cascade.

They look at who is tied to whom, and neither at what cannot be replaced nor at what is lost: docs/models/yardsticks.md.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lianban.engine.errors import EngineError
from lianban.engine.network import FloatArray, IntArray, SupplyNetwork

MOST_STEPS = 500_000_000  # searches × links that NetworkX walks in about ten minutes


class TooLarge(EngineError):
    """Exact betweenness would take too long; the message says how many steps, and the remedy."""


@dataclass(frozen=True)
class Centrality:
    """Centrality (中心性) of every node; arrays of shape (n_firms,).

    ``suppliers``, ``customers``: number of nodes it buys from and sells to, itself left out. ``betweenness``: share of
    the shortest paths between two other nodes that pass it, in [0, 1]; links have no length. ``pagerank``: adds up
    to 1; a node counts much if those who buy from it count much and buy much of their inputs from it.
    ``sampled`` is the number of start nodes of an estimate, None where betweenness is exact.
    """

    suppliers: IntArray
    customers: IntArray
    betweenness: FloatArray
    pagerank: FloatArray
    sampled: int | None
    seed: int
    engine_version: str
    fingerprint: str

    @property
    def degree(self) -> IntArray:
        """Number of ties, in and out; shape (n_firms,)."""
        return self.suppliers + self.customers


def centrality(network: SupplyNetwork, *, sample: int | None = None, seed: int = 0) -> Centrality:
    """Degree, betweenness (Freeman 1977, Brandes 2001) and PageRank (Page et al. 1999), by NetworkX.

    Parameters
    ----------
    sample : estimate betweenness from so many start nodes (Brandes and Pich 2007) instead of all
    seed : of the start nodes

    Raises
    ------
    TooLarge
        Exact betweenness of a large network without ``sample``.
    """
    import networkx

    n_firms = network.n_firms
    starts = n_firms if sample is None else min(sample, n_firms)
    if starts < 1 and n_firms:
        raise ValueError(f"sample is {sample}, expected at least 1")
    if starts * network.n_links > MOST_STEPS:
        raise TooLarge(
            f"betweenness from {starts:,} nodes over {network.n_links:,} links takes about "
            f"{starts * network.n_links:.1e} steps: give sample={max(1, MOST_STEPS // network.n_links):,} or fewer"
        )
    ties = network.seller != network.buyer
    seller, buyer = network.seller[ties], network.buyer[ties]
    graph: Any = networkx.DiGraph()
    graph.add_nodes_from(range(n_firms))
    graph.add_edges_from(zip(seller.tolist(), buyer.tolist(), strict=True))
    exact = starts == n_firms
    between = networkx.betweenness_centrality(graph, k=None if exact else starts, seed=seed)
    from importlib.metadata import version

    return Centrality(
        suppliers=np.bincount(buyer, minlength=n_firms).astype(np.int64),
        customers=np.bincount(seller, minlength=n_firms).astype(np.int64),
        betweenness=np.array([between[node] for node in range(n_firms)], np.float64),
        pagerank=_pagerank(network),
        sampled=None if exact else starts,
        seed=seed,
        engine_version=f"centrality 1, networkx {version('networkx')}",
        fingerprint=network.fingerprint,
    )


def _pagerank(network: SupplyNetwork) -> FloatArray:
    """PageRank from buyers to sellers, weighted by what is bought; damping 0.85, to 1e-12."""
    import networkx

    graph: Any = networkx.DiGraph()
    graph.add_nodes_from(range(network.n_firms))
    graph.add_weighted_edges_from(
        zip(network.buyer.tolist(), network.seller.tolist(), network.value.tolist(), strict=True)
    )
    found = networkx.pagerank(graph, alpha=0.85, tol=1e-12, max_iter=1000) if network.n_firms else {}
    return np.array([found[node] for node in range(network.n_firms)], np.float64)


def by_group(network: SupplyNetwork) -> tuple[SupplyNetwork, IntArray]:
    """Add the nodes of each group up into one (按产品合并): the network of products instead of makers.

    Returns
    -------
    The network of groups, in ascending order of their labels, and those labels. Classes stay as they are; a class 2 wins
    nothing, because all links between two groups are of one class. Output weights are added up.
    """
    labels, group_of = np.unique(network.group, return_inverse=True)
    n_groups = len(labels)
    pair = group_of[network.seller] * n_groups + group_of[network.buyer]
    pairs, first, at = np.unique(pair, return_index=True, return_inverse=True)
    weight = np.zeros((n_groups, *network.output_weight.shape[1:]))
    np.add.at(weight, group_of, network.output_weight)
    merged = SupplyNetwork(
        pairs // max(n_groups, 1),
        pairs % max(n_groups, 1),
        np.bincount(at, network.value, len(pairs)),
        np.arange(n_groups),
        input_class=network.input_class[first],
        output_weight=weight,
    )
    return merged, labels
