"""Layout of a day (日内布局): the network as arrays that the kernels walk through, one slot for each buyer and input group.

Links are ordered by buyer, group of the seller, and the longest lead time first: goods that arrive on one day then add up
in the same order as the usual purchases, so that a steady state is steady to the last bit.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lianban.engine.network import SupplyNetwork

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Links(NamedTuple):
    """Links in the order of the slots: who sells, usual money a day, days on the way, days in the order book."""

    seller: IntArray
    value: FloatArray
    lead: IntArray
    book: IntArray


class Slots(NamedTuple):
    """Input slots (投入项): what one buyer needs of one group. Money a day, and money for stocks."""

    first: IntArray  # (n_slots + 1,) into the links
    buyer: IntArray
    usual: FloatArray
    input_class: NDArray[np.int8]
    part: FloatArray  # share of the buyer's purchases
    stock: FloatArray
    store: FloatArray
    arrivals_at: IntArray  # (n_slots + 1,) into the goods on the way
    orders_at: IntArray  # (n_slots + 1,) into the orders placed


class Firms(NamedTuple):
    """Firms: their slots, usual sales and final demand in money a day, highest level, market counted from 0."""

    first: IntArray  # (n_firms + 1,) into the slots
    usual: FloatArray
    final: FloatArray
    top: FloatArray
    market: IntArray


class SlotTable(NamedTuple):
    """Input slots of a network: buyer, group of its sellers, usual purchases in money a year, class; by buyer, then group."""

    buyer: IntArray
    group: IntArray
    value: FloatArray
    input_class: NDArray[np.int8]

    def find(self, *, buyer: int | None = None, group: int | None = None) -> IntArray:
        """Numbers of the slots of a buyer, of a group, or of both."""
        fits = np.ones(len(self.buyer), bool)
        if buyer is not None:
            fits &= self.buyer == buyer
        if group is not None:
            fits &= self.group == group
        return np.flatnonzero(fits)


def slots_of(network: SupplyNetwork) -> SlotTable:
    """Input slots of a network, in the order in which stocks are given."""
    order, first = _slot_order(network, np.zeros(network.n_links, np.int64))
    heads = order[first]
    value = np.add.reduceat(network.value[order], first) if len(first) else np.zeros(0)
    return SlotTable(
        network.buyer[heads], network.group[network.seller[heads]], value, network.input_class[heads].astype(np.int8)
    )


def _slot_order(network: SupplyNetwork, lead: IntArray) -> tuple[IntArray, IntArray]:
    """Links by slot, longest lead first; and where each slot begins."""
    group = np.unique(network.group, return_inverse=True)[1]
    of_seller = group[network.seller]
    order = np.lexsort((network.seller, -lead, of_seller, network.buyer))
    key = network.buyer[order] * np.int64(network.n_firms + 1) + of_seller[order]
    return order, np.flatnonzero(np.r_[True, key[1:] != key[:-1]][: len(key)])


def lay_out(
    network: SupplyNetwork, lead: IntArray, book: IntArray, final: FloatArray, top: FloatArray, days_per_year: float
) -> tuple[Links, Slots, Firms]:
    """Arrays of a network whose stocks are all 0."""
    order, first = _slot_order(network, lead)
    n_slots, n_firms = len(first), network.n_firms
    bounds = np.r_[first, network.n_links].astype(np.int64)
    links = Links(network.seller[order], network.value[order] / days_per_year, lead[order], book[order])
    slot_of_link = np.repeat(np.arange(n_slots), np.diff(bounds))
    buyer = network.buyer[order[first]]
    usual = np.bincount(slot_of_link, links.value, n_slots).astype(
        np.float64
    )  # sums from left to right, as the kernels do
    bought = network.purchases[buyer] / days_per_year
    longest = links.lead[first] if n_slots else np.zeros(0, np.int64)
    waits = np.maximum.reduceat(links.book, first) if n_slots else np.zeros(0, np.int64)
    slots = Slots(
        first=bounds,
        buyer=buyer,
        usual=usual,
        input_class=network.input_class[order[first]].astype(np.int8),
        part=np.divide(usual, bought, out=np.zeros(n_slots), where=bought > 0),
        stock=np.zeros(n_slots),
        store=np.zeros(n_slots),
        arrivals_at=np.r_[0, np.cumsum(longest + 1)].astype(np.int64),
        orders_at=np.r_[0, np.cumsum(waits + 1)].astype(np.int64),
    )
    final_a_day = final / days_per_year
    firms = Firms(
        first=np.searchsorted(buyer, np.arange(n_firms + 1)).astype(np.int64),
        usual=np.bincount(links.seller, links.value, n_firms) + final_a_day,
        final=final_a_day,
        top=top,
        market=np.unique(network.market, return_inverse=True)[1].astype(np.int64),
    )
    return links, slots, firms


def first_arrivals(links: Links, slots: Slots) -> FloatArray:
    """Goods on the way on the first morning: what each link shipped on the days before."""
    arriving = np.zeros(int(slots.arrivals_at[-1]))
    slot = np.repeat(np.arange(len(slots.usual)), np.diff(slots.first))
    start, length = slots.arrivals_at[:-1][slot], np.diff(slots.arrivals_at)[slot]
    for day in range(1, int(links.lead.max(initial=0)) + 2):
        on_way = np.flatnonzero(links.lead + 1 >= day)
        np.add.at(arriving, start[on_way] + day % length[on_way], links.value[on_way])
    return arriving


def first_orders(slots: Slots) -> FloatArray:
    """Orders placed before the first morning: the usual ones."""
    return np.repeat(slots.usual, np.diff(slots.orders_at))
