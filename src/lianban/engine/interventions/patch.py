"""A cascade patched where an edit changed its network (局部更新): the same arrays as built from nothing, for less work."""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianban.engine.cascade import Cascade
from lianban.engine.cascade.shares import downstream_shares, upstream_shares
from lianban.engine.interventions.edits import Edit
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
    own["down"] = _spliced(cascade.down, rows, first, last, new_first, new_last)
    pieces: list[IntArray] = []
    for piece in _pieces(len(cascade.slot_buyer), first, last, new_first, new_last):
        pieces.append((row_buyer if piece[0] else cascade.slot_buyer)[piece[1] : piece[2]])
    own["slot_buyer"] = np.concatenate(pieces)
    sold = upstream_shares(_part(network, sellers, network.seller, "sales"), revenue)
    sold.sort_indices()
    own["up"] = _spliced(cascade.up, sold, sellers, sellers + 1, sellers, sellers + 1)
    members = cascade._market_sales.copy()
    members.data = network.sales[members.indices]
    own["_market_sales"], own["network"] = members, network
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


Piece = tuple[bool, int, int]  # from the new rows?, first, last


def _pieces(n_rows: int, first: IntArray, last: IntArray, new_first: IntArray, new_last: IntArray) -> list[Piece]:
    """Rows in order, with some runs replaced by new ones; the runs are ascending and do not overlap."""
    pieces: list[Piece] = []
    done = 0
    for a, b, new_a, new_b in zip(*(one.tolist() for one in (first, last, new_first, new_last)), strict=True):
        pieces += [(False, done, a), (True, new_a, new_b)]
        done = b
    return [*pieces, (False, done, n_rows)]


def _spliced(
    old: sparse.csr_array,
    new: sparse.csr_array,
    first: IntArray,
    last: IntArray,
    new_first: IntArray,
    new_last: IntArray,
) -> sparse.csr_array:
    """A matrix with some runs of rows replaced by rows of another one."""
    data: list[NDArray[Any]] = []
    indices: list[NDArray[Any]] = []
    lengths: list[NDArray[Any]] = []
    sizes = [np.diff(old.indptr), np.diff(new.indptr)]
    for is_new, a, b in _pieces(old.shape[0], first, last, new_first, new_last):
        matrix = new if is_new else old
        links = slice(matrix.indptr[a], matrix.indptr[b])
        data.append(matrix.data[links])
        indices.append(matrix.indices[links])
        lengths.append(sizes[is_new][a:b])
    n_rows = np.concatenate(lengths)
    start = np.zeros(len(n_rows) + 1, old.indptr.dtype)
    np.cumsum(n_rows, out=start[1:])
    content = (np.concatenate(data), np.concatenate(indices), start)
    return cast(sparse.csr_array, sparse.csr_array(content, shape=(len(n_rows), old.shape[1])))
