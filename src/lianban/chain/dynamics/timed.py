"""The network of a chain with final use, stocks and delivery days (带时间的产业链网络), ready to be run day by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from lianban.chain.dynamics.facts import DayFacts, Days
from lianban.chain.network import ChainNetwork
from lianban.engine import SupplyNetwork
from lianban.engine.dynamics import Dynamics, SlotTable, slots_of
from lianban.engine.network import NO_EFFECT

FINAL_USE = "final"
Lead = Literal["orders", "way"]
Channel = Literal["supply", "both"]


@dataclass(frozen=True)
class TimedNetwork:
    """A chain's network with one node more for the final use of each final product.

    ``slots`` are its input slots, ``stock`` days of stock of each, NaN where unknown; ``makers`` the organisation of each node of the chain; ``used`` lists what was found in the
    parameters or assumed; ``lead_unknown`` products whose days of delivery are not known.
    """

    base: ChainNetwork
    network: SupplyNetwork
    slots: SlotTable
    stock: NDArray[np.float64]
    lead_days: NDArray[np.int64]
    makers: tuple[str | None, ...]
    used: tuple[Days, ...]
    lead_unknown: tuple[str, ...]

    @classmethod
    def of(cls, base: ChainNetwork, facts: DayFacts) -> "TimedNetwork":
        """Put days on the network of a chain."""
        network = with_final_use(base)
        slots = slots_of(network)
        product = base.products.index.to_numpy(object)
        maker = [None if pd.isna(one) else str(one) for one in base.nodes["organisation"]]
        users: list[str | None] = [*maker, *([None] * (network.n_firms - len(maker)))]
        needed = slots.group < len(product)  # every slot is about a product: final use makes nothing
        found = [
            facts.find("stock_days", str(product[group]), users[buyer]) if known else None
            for group, buyer, known in zip(slots.group.tolist(), slots.buyer.tolist(), needed.tolist(), strict=True)
        ]
        lead = [facts.find("lead_days", str(made), one) for made, one in zip(base.nodes["product"], maker, strict=True)]
        seller_lead = np.array([round(one.value) if one is not None else 0 for one in lead], np.int64)
        silent = sorted({str(made) for made, one in zip(base.nodes["product"], lead, strict=True) if one is None})
        return cls(
            base,
            network,
            slots,
            np.array([np.nan if one is None else one.value for one in found]),
            seller_lead[network.seller],
            tuple(maker),
            tuple(one for one in (*found, *lead) if one is not None),
            tuple(silent),
        )

    def dynamics(self, *, channel: Channel, lead: Lead, stock: bool = True) -> Dynamics:
        """Make the engine ready; unknown stocks count as none, stores hold whatever arrives."""
        nothing = np.zeros_like(self.lead_days)
        return Dynamics(
            self.network,
            stock_days=np.nan_to_num(self.stock, nan=0.0) if stock else 0.0,
            store_days=np.inf,
            channel=channel,
            lead_days=self.lead_days if lead == "way" else nothing,
            order_days=self.lead_days if lead == "orders" else nothing,
        )

    def position(self, product: str) -> int:
        """Number of a product, which is its group in the network."""
        return self.base.products.index.tolist().index(product)

    def slots_with(self, product: str, at: str | None = None) -> NDArray[np.int64]:
        """Slots in which a product is needed: everywhere, at one organisation, or at final use (``FINAL_USE``)."""
        slots = self.slots.find(group=self.position(product))
        slots = slots[(self.slots.input_class[slots] != NO_EFFECT) & (self.slots.value[slots] > 0)]
        if at is None:
            return slots
        buyers = self.slots.buyer[slots]
        if at == FINAL_USE:
            return slots[buyers >= len(self.makers)]
        makers = np.array([*self.makers, *([None] * (self.network.n_firms - len(self.makers)))], object)
        return slots[makers[buyers] == at]

    def unknown_stocks_from(self, product: str) -> list[str]:
        """Products on the way from a product to final use whose stock is unknown at some user."""
        on_the_way = self._below(self.position(product))
        hit = np.isnan(self.stock) & np.isin(self.slots.group, on_the_way) & self._counts
        return sorted(self.base.products.index[np.unique(self.slots.group[hit])].tolist())

    @cached_property
    def unknown_stocks(self) -> list[str]:
        """Products whose stock is unknown at some user who counts."""
        hit = np.isnan(self.stock) & self._counts
        return sorted(self.base.products.index[np.unique(self.slots.group[hit])].tolist())

    @cached_property
    def longest_way(self) -> int:
        """Days on the way, summed over the products: no gap arrives later than this after its cause."""
        most = np.zeros(len(self.base.products) + 1)
        np.maximum.at(most, np.minimum(self.network.group[self.network.seller], len(most) - 1), self.lead_days)
        return int(most.sum())

    def reaches_final(self, product: str) -> bool:
        """True where some final product depends on a product."""
        return bool(self._reaches_final[self.base.nodes_of(product)].any())

    @cached_property
    def _counts(self) -> NDArray[np.bool_]:
        """Slots that can cost final output something: needed, bought, and with a way to final use."""
        return (self.slots.input_class != NO_EFFECT) & (self.slots.value > 0) & self._reaches_final[self.slots.buyer]

    @cached_property
    def _reaches_final(self) -> NDArray[np.bool_]:
        net = self.network
        return _reached(net.buyer, net.seller, net.n_firms, np.flatnonzero(net.output_weight > 0))

    def _below(self, product: int) -> NDArray[np.int64]:
        net = self.network
        reached = _reached(net.seller, net.buyer, net.n_firms, np.flatnonzero(net.group == product))
        return np.unique(net.group[reached & (net.group < len(self.base.products))])


def with_final_use(base: ChainNetwork) -> SupplyNetwork:
    """Add one node for the final use of each final product; only these count as output."""
    net, products = base.network, base.products
    need = products["need"].to_numpy(float)
    inside = np.bincount(base.inputs.input, base.inputs.cost * need[base.inputs.product], len(need))
    weight = products["weight"].to_numpy(float)
    finals = np.flatnonzero(weight > 0)
    delivered = np.maximum(need - inside, 0.0)[finals]
    share = base.nodes["share"].to_numpy(float)
    sellers, buyers, values = [net.seller], [net.buyer], [net.value]
    for at, final in enumerate(finals):
        makers = np.flatnonzero(net.group == final)
        sellers.append(makers)
        buyers.append(np.full(len(makers), net.n_firms + at))
        values.append(delivered[at] * share[makers])
    names = [f"{code}@final" for code in products.index[finals]]
    return SupplyNetwork(
        np.concatenate(sellers),
        np.concatenate(buyers),
        np.concatenate(values),
        group=np.r_[net.group, len(need) + np.arange(len(finals))],
        input_class=np.r_[net.input_class, np.full(sum(map(len, sellers[1:])), 2, np.int8)],
        output_weight=np.r_[np.zeros(net.n_firms), delivered],
        labels=[*(net.labels or ()), *names],
    )


def _reached(
    source: NDArray[np.int64], target: NDArray[np.int64], n: int, start: Iterable[int] | NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Nodes that can be reached from some nodes, themselves among them."""
    step = sparse.csr_array((np.ones(len(source), bool), (target, source)), shape=(n, n))
    seen = np.zeros(n, bool)
    seen[np.asarray(start, np.int64)] = True
    fresh = seen
    while fresh.any():
        fresh = (step @ fresh.astype(np.int64) > 0) & ~seen
        seen = seen | fresh
    return seen
