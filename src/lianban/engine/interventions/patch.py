"""A cascade patched where an edit changed its network (局部更新): the same arrays as built from nothing, for less work."""

from typing import Any

import numpy as np

from lianban.engine.cascade import Cascade
from lianban.engine.cascade.shares import downstream_shares, upstream_shares
from lianban.engine.interventions.edits import Edit
from lianban.engine.interventions.splice import pieces_of, spliced
from lianban.engine.network import FloatArray, IntArray, SupplyNetwork


def keep_totals(old: SupplyNetwork, new: SupplyNetwork, edit: Edit) -> None:
    """Give the new network its sales and purchases: summed again for the firms of the edit, in the order of the links."""
    for name, ends, firms in (("sales", new.seller, edit.seller), ("purchases", new.buyer, edit.buyer)):
        totals: FloatArray = getattr(old, name).copy()
        ours = np.zeros(old.n_firms, bool)
        ours[firms] = True
        links = np.flatnonzero(ours[ends])
        sums = np.bincount(ends[links], new.value[links], old.n_firms)
        totals[ours] = sums[ours]
        new.__dict__[name] = totals  # where the cached property keeps it


def patched(
    cascade: Cascade, network: SupplyNetwork, edit: Edit, revenue: FloatArray | None, costs: FloatArray | None
) -> Cascade:
    """The cascade of an edited network, with ``keep_totals`` done."""
    if edit.output_weight is not None:
        options = {name: cascade._options[name] for name in ("compatible", "market")}
        return Cascade(network, **options, revenue=revenue, costs=costs)
    own: dict[str, Any] = {name: value for name, value in cascade.__dict__.items() if name not in ("_slots", "fast")}
    buyers, sellers = np.unique(edit.buyer), np.unique(edit.seller)
    into = _part(network, buyers, network.buyer, "purchases")
    rows, row_buyer = downstream_shares(into, costs)
    first, last = (np.searchsorted(cascade.slot_buyer, buyers, side) for side in ("left", "right"))
    new_first, new_last = (np.searchsorted(row_buyer, buyers, side) for side in ("left", "right"))
    own["down"] = spliced(cascade.down, rows, first, last, new_first, new_last)
    pieces: list[IntArray] = []
    for piece in pieces_of(len(cascade.slot_buyer), first, last, new_first, new_last):
        pieces.append((row_buyer if piece[0] else cascade.slot_buyer)[piece[1] : piece[2]])
    own["slot_buyer"] = np.concatenate(pieces)
    sold = upstream_shares(_part(network, sellers, network.seller, "sales"), revenue)
    sold.sort_indices()
    own["up"] = spliced(cascade.up, sold, sellers, sellers + 1, sellers, sellers + 1)
    members = cascade._market_sales.copy()
    members.data = network.sales[members.indices]
    own["_market_sales"], own["network"] = members, network
    if "fast" in cascade.__dict__:
        from lianban.engine.interventions.patch_layout import patched_fast  # the kernels come with it

        own["fast"] = patched_fast(cascade.fast, network.sales, rows, row_buyer, buyers, sold, sellers)
    result = object.__new__(Cascade)
    result.__dict__.update(own)
    return result


def _part(network: SupplyNetwork, firms: IntArray, ends: IntArray, total: str) -> SupplyNetwork:
    """The links of some firms alone, in order, with the totals of the whole."""
    ours = np.zeros(network.n_firms, bool)
    ours[firms] = True
    links = np.flatnonzero(ours[ends])
    part = object.__new__(SupplyNetwork)
    for name in ("seller", "buyer", "value", "input_class"):
        object.__setattr__(part, name, getattr(network, name)[links])
    for name in ("group", "market", "output_weight", "labels"):
        object.__setattr__(part, name, getattr(network, name))
    part.__dict__[total] = getattr(network, total)
    return part
