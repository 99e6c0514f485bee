"""The cascade as one would first write it with SciPy: two sparse products in each step, many scenarios as columns.

It is the yardstick of ``cascade.py`` and shares no code with the engine. Columns are worked in blocks and leave as soon as
they stop, because one column at a time is slower still; everything else is plain.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianban.engine import SupplyNetwork

Array = NDArray[np.float64]
BLOCK = 2_000_000  # numbers in one array


@dataclass
class Losses:
    """ESRI, its two channels, and steps."""

    both: Array
    down: Array
    up: Array
    steps: NDArray[np.int64]


class PlainCascade:
    """Single failures, markets = groups, the published stop rule."""

    def __init__(self, network: SupplyNetwork) -> None:
        n, seller, buyer, value = network.n_firms, network.seller, network.buyer, network.value
        self.n_firms = n
        self.sales = np.bincount(seller, value, n)
        bought = np.bincount(buyer, value, n)
        names, group = np.unique(network.group, return_inverse=True)
        self.market = np.unique(network.market, return_inverse=True)[1]
        self.weight = network.output_weight / network.output_weight.sum()

        matters = network.input_class > 0
        seller_in, buyer_in, value_in = seller[matters], buyer[matters], value[matters]
        essential = network.input_class[matters] == 2
        key = buyer_in * (len(names) + 1) + np.where(essential, group[seller_in] + 1, 0)
        slots, slot = np.unique(key, return_inverse=True)
        per_slot = np.bincount(slot, value_in, len(slots))
        share = value_in / np.where(essential, per_slot[slot], bought[buyer_in])
        self.down = sparse.csr_array((share, (slot, seller_in)), shape=(len(slots), n))
        slot_buyer = slots // (len(names) + 1)
        self.first_slot = np.flatnonzero(np.r_[True, np.diff(slot_buyer) > 0]) if len(slots) else np.zeros(0, int)
        self.buyers = slot_buyer[self.first_slot]
        self.up = sparse.csr_array((value / self.sales[seller], (seller, buyer)), shape=(n, n))
        n_markets = int(self.market.max()) + 1
        self.market_sales = sparse.csr_array((self.sales, (self.market, np.arange(n))), shape=(n_markets, n))

    def failures(self, firms: NDArray[np.int64], eps: float = 0.01) -> Losses:
        """Let each of the firms fail."""
        size = max(1, BLOCK // self.n_firms)
        blocks = [self._block(firms[i : i + size], eps) for i in range(0, len(firms), size)]
        return Losses(*(np.concatenate(column) for column in zip(*blocks, strict=True)))

    def _block(self, firms: NDArray[np.int64], eps: float) -> tuple[Array, Array, Array, NDArray[np.int64]]:
        cap = np.ones((self.n_firms, len(firms)))
        cap[firms, np.arange(len(firms))] = 0.0
        down, up, running = cap.copy(), cap.copy(), np.arange(len(firms))
        both, by_down, by_up = (np.zeros(len(firms)) for _ in range(3))
        steps = np.zeros(len(firms), np.int64)
        while running.size:
            left = (self.market_sales @ down)[self.market]
            sales = self.sales[:, None]
            takes = np.divide(sales, left, out=np.ones_like(left), where=sales < left) * (1.0 - down)
            new_down = cap.copy()
            if len(self.buyers):
                worst = np.maximum.reduceat(self.down @ takes, self.first_slot, axis=0)
                new_down[self.buyers] = np.clip(1.0 - worst, 0.0, cap[self.buyers])
            new_up = np.clip(1.0 - self.up @ (1.0 - up), 0.0, cap)
            steps[running] += 1
            going = np.maximum(down - new_down, up - new_up).max(axis=0) > eps
            down, up = new_down, new_up
            if not going.all():
                at, over = running[~going], ~going
                both[at] = self.weight @ (1.0 - np.minimum(down[:, over], up[:, over]))
                by_down[at], by_up[at] = self.weight @ (1.0 - down[:, over]), self.weight @ (1.0 - up[:, over])
                running, cap, down, up = running[going], cap[:, going], down[:, going], up[:, going]
        return both, by_down, by_up, steps


def strata(network: SupplyNetwork) -> list[NDArray[np.int64]]:
    """Cut the firms by sales: the largest 0.1 %, the next 0.9 %, the next 9 %, those with sales, those without."""
    order = np.argsort(-network.sales, kind="stable")
    selling = int((network.sales > 0).sum())
    cuts = sorted({max(network.n_firms // 1000, 1), max(network.n_firms // 100, 2), network.n_firms // 10, selling})
    return [part for part in np.split(order, cuts) if len(part)]


def estimate(
    network: SupplyNetwork, per_stratum: int, seed: int
) -> tuple[float, float, NDArray[np.int64], Losses, float]:
    """Estimate the CPU seconds for all firms from a sample of each stratum; also its spread, the sample, its losses."""
    rng = np.random.default_rng(seed)
    cascade, total, variance, firms, found = PlainCascade(network), 0.0, 0.0, [], []
    begun = time.process_time()
    for part in strata(network):
        chosen = rng.choice(part, min(per_stratum, len(part)), replace=False)
        halves = []
        for half in np.array_split(chosen, 2):
            if len(half):
                since = time.process_time()
                found.append(cascade.failures(half))
                halves.append((time.process_time() - since) / len(half))
                firms.append(half)
        total += len(part) * float(np.mean(halves))
        variance += (len(part) * float(np.std(halves)) / max(len(halves) - 1, 1) ** 0.5) ** 2
    joined = Losses(*(np.concatenate([getattr(f, name) for f in found]) for name in ("both", "down", "up", "steps")))
    return total, variance**0.5, np.concatenate(firms), joined, time.process_time() - begun
