"""Shares (份额): how much of a buyer's inputs a seller is, and how much of a seller's output a buyer is."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from lianban.engine.errors import InvalidNetwork
from lianban.engine.network import ESSENTIAL, NO_EFFECT, SupplyNetwork

FloatArray = NDArray[np.float64]


def downstream_shares(network: SupplyNetwork, costs: ArrayLike | None) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """Share of each link in its slot: matrix of shape (n_slots, n_firms), and the buyer of each slot, ascending."""
    names, group = np.unique(network.group, return_inverse=True)
    keep = network.input_class != NO_EFFECT
    seller, buyer, value = network.seller[keep], network.buyer[keep], network.value[keep]
    essential = network.input_class[keep] == ESSENTIAL

    # A buyer's essential inputs have a slot for each group of sellers; all its non-essential ones share slot 0.
    key = buyer * np.int64(len(names) + 1) + np.where(essential, group[seller] + 1, 0)
    slots, slot = np.unique(key, return_inverse=True)
    bought_in_slot = np.bincount(slot, value, len(slots))[slot]
    bought = np.where(essential, bought_in_slot, network.purchases[buyer])
    share = np.divide(value, bought, out=np.zeros_like(value), where=bought > 0)
    if costs is not None:
        share = share * (network.purchases / _zeros_as_one("costs", costs, network.n_firms))[buyer]
    matrix = sparse.csr_array((share, (slot, seller)), shape=(len(slots), network.n_firms))
    matrix.sort_indices()
    return matrix, slots // (len(names) + 1)


def upstream_shares(network: SupplyNetwork, revenue: ArrayLike | None) -> sparse.csr_array:
    """Share of each customer in a node's sales: matrix of shape (n_firms, n_firms)."""
    sold = network.sales if revenue is None else _zeros_as_one("revenue", revenue, network.n_firms)
    total = sold[network.seller]
    share = np.divide(network.value, total, out=np.zeros_like(network.value), where=total > 0)
    return sparse.csr_array((share, (network.seller, network.buyer)), shape=(network.n_firms, network.n_firms))


def _zeros_as_one(name: str, given: ArrayLike, n_firms: int) -> FloatArray:
    """The published treatment of firms without revenue or costs."""
    amounts = np.asarray(given, np.float64)
    if amounts.shape != (n_firms,) or not (np.isfinite(amounts) & (amounts >= 0)).all():
        raise InvalidNetwork(f"{name} must be {n_firms} finite numbers of at least 0")
    return np.where(amounts == 0, 1.0, amounts)
