"""Which scenarios an edit can reach (影响范围): docs/models/interventions.md has the proof."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lianban.engine.interventions.edits import Edit
from lianban.engine.network import ESSENTIAL, NO_EFFECT, FloatArray, IntArray, SupplyNetwork

FAR = np.int32(2**30)


@dataclass(frozen=True)
class Touched:
    """What an edit changes (改动触及的节点): nodes whose shortfall meets another number than before.

    ``down``: sellers whose share in some slot changed, and members of markets whose sales changed. ``up``: customers whose
    share in some seller's sales changed. ``weight``: nodes whose output weight changed.
    """

    down: IntArray
    up: IntArray
    weight: IntArray


@dataclass(frozen=True)
class Graph:
    """Who passes a shortfall on to whom, backwards: the neighbours from which one step leads to a node."""

    start: IntArray
    neighbour: IntArray

    @classmethod
    def of(cls, to: IntArray, source: IntArray, n_firms: int) -> "Graph":
        """From pairs (source → to)."""
        order = np.argsort(to, kind="stable")
        start = np.zeros(n_firms + 1, np.int64)
        np.cumsum(np.bincount(to, minlength=n_firms), out=start[1:])
        return cls(start, source[order])

    def steps_to(self, goals: IntArray, late_goals: IntArray, deepest: int) -> NDArray[np.int32]:
        """Steps from each node to the nearest goal, ``FAR`` beyond ``deepest``; a late goal counts one step more."""
        return _steps_to(self.start, self.neighbour, goals, late_goals, deepest)


@njit(cache=True, nogil=True)
def _steps_to(start, neighbour, goals, late_goals, deepest):  # type: ignore[no-untyped-def]
    """Breadth-first search backwards."""
    n = len(start) - 1
    steps = np.full(n, FAR, np.int32)
    queue = np.empty(n, np.int64)
    end = 0
    for node in goals:
        if steps[node] == FAR:
            steps[node] = 0
            queue[end] = node
            end += 1
    head, late = 0, False
    while True:
        if not late and (head == end or steps[queue[head]] > 0):
            late = True
            for node in late_goals:
                if steps[node] == FAR and deepest >= 1:
                    steps[node] = 1
                    queue[end] = node
                    end += 1
        if head == end:
            return steps
        node = queue[head]
        head += 1
        if steps[node] >= deepest:
            continue
        for link in range(start[node], start[node + 1]):
            before = neighbour[link]
            if steps[before] == FAR:
                steps[before] = steps[node] + 1
                queue[end] = before
                end += 1


def touched(
    old: SupplyNetwork,
    new: SupplyNetwork,
    edit: Edit,
    *,
    market: IntArray | None,
    revenue: FloatArray | None,
    costs: FloatArray | None,
) -> Touched:
    """Compare the shares around the links of an edit before and after; ``market`` is numbered from 0, None without markets."""
    ours = np.zeros(old.n_firms, bool)
    ours[edit.buyer] = True
    down = _differing(_down_shares(old, ours, costs), _down_shares(new, ours, costs)) // old.n_firms
    ours[:] = False
    ours[edit.seller] = True
    up = _differing(_up_shares(old, ours, revenue), _up_shares(new, ours, revenue)) % old.n_firms
    if market is not None:
        down = np.concatenate([down, _members(old, new, market)])
    weight = np.zeros(0, np.int64)
    if edit.output_weight is not None:
        differs = old.output_weight != new.output_weight
        weight = np.flatnonzero(differs if differs.ndim == 1 else differs.any(axis=1))
    return Touched(np.unique(down), np.unique(up), weight)


def _members(old: SupplyNetwork, new: SupplyNetwork, market: IntArray) -> IntArray:
    """Members, of the markets whose sales changed, that can pass a shortfall on to some buyer."""
    changed = old.sales != new.sales
    if not changed.any():
        return np.zeros(0, np.int64)
    moved = np.zeros(int(market.max()) + 1, bool)
    moved[market[changed]] = True
    member = moved[market]
    sells = np.zeros(old.n_firms, bool)
    for one in (old, new):
        theirs = np.flatnonzero(member[one.seller])
        sells[one.seller[theirs[(one.input_class[theirs] != NO_EFFECT) & (one.value[theirs] > 0)]]] = True
    return np.flatnonzero(member & sells)


Shares = tuple[IntArray, FloatArray]  # key of each pair, and its share


def _down_shares(network: SupplyNetwork, buyers: NDArray[np.bool_], costs: FloatArray | None) -> Shares:
    """Share of each link in its slot, for some buyers."""
    n_firms = np.int64(network.n_firms)
    links = np.flatnonzero(buyers[network.buyer])
    seller, buyer, value = network.seller[links], network.buyer[links], network.value[links]
    classes = network.input_class[links]
    names, group = np.unique(network.group[seller], return_inverse=True)
    slots, slot = np.unique(buyer * np.int64(len(names) + 1) + group, return_inverse=True)
    in_slot = np.bincount(slot, value, len(slots))[slot]
    who, at = np.unique(buyer, return_inverse=True)
    bought = np.bincount(at, value, len(who))[at]
    total = np.where(classes == ESSENTIAL, in_slot, bought)
    share = np.divide(value, total, out=np.zeros_like(value), where=(total > 0) & (classes != NO_EFFECT))
    if costs is not None:
        share = share * (bought / np.where(costs == 0, 1.0, costs)[buyer])
    return seller * n_firms + buyer, share


def _up_shares(network: SupplyNetwork, sellers: NDArray[np.bool_], revenue: FloatArray | None) -> Shares:
    """Share of each customer in a seller's sales, for some sellers."""
    links = np.flatnonzero(sellers[network.seller])
    seller, value = network.seller[links], network.value[links]
    sold = network.sales if revenue is None else np.where(revenue == 0, 1.0, revenue)
    total = sold[seller]
    share = np.divide(value, total, out=np.zeros_like(value), where=total > 0)
    return seller * np.int64(network.n_firms) + network.buyer[links], share


def _differing(old: Shares, new: Shares) -> IntArray:
    """Keys of the pairs whose share is not the same; a pair that is missing has share 0."""
    keys = np.union1d(old[0], new[0])
    before, after = np.zeros(len(keys)), np.zeros(len(keys))
    before[np.searchsorted(keys, old[0])] = old[1]
    after[np.searchsorted(keys, new[0])] = new[1]
    return keys[before != after]
