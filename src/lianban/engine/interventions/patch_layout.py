"""The layout for the kernels, patched (局部更新内存布局): firms keep their places, only the links of an edit's firms are laid anew."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianban.engine.cascade.fast import FastCascade
from lianban.engine.cascade.layout import DOWN_LINK, UP_LINK, FloatArray, RecordArray, StartArray
from lianban.engine.interventions.splice import spliced
from lianban.engine.network import IntArray


def patched_fast(
    fast: FastCascade,
    sales: FloatArray,
    into: sparse.csr_array,
    into_buyer: IntArray,
    buyers: IntArray,
    sold: sparse.csr_array,
    sellers: IntArray,
) -> FastCascade:
    """Lay out an edited network.

    Parameters
    ----------
    sales : of the edited network
    into, into_buyer : all slots of ``buyers`` (one row each) and their buyer, ascending
    sold : upstream shares; only the rows of ``sellers`` are read
    """
    place, order = fast.place, np.argsort(fast.place)
    changes = _downstream(fast, into, into_buyer, buyers) | _upstream(fast, sold, sellers)
    market_sales = np.bincount(fast.layout.market, sales[order], len(fast.layout.market_sales)).astype(np.float64)
    return FastCascade(fast.layout._replace(**changes, sales=sales[order], market_sales=market_sales), place)


def _downstream(fast: FastCascade, into: sparse.csr_array, into_buyer: IntArray, buyers: IntArray) -> dict[str, Any]:
    """Slots of the buyers, pulled and pushed; slots behind them move up or down."""
    old, place = fast.layout, fast.place
    n_firms = len(place)
    by_place = np.argsort(place[into_buyer], kind="stable")
    rows, row_buyer = _moved(sparse.csr_array(into[by_place]), place), place[into_buyer][by_place]
    at = np.sort(place[buyers])
    first, last = (np.searchsorted(row_buyer, at, side) for side in ("left", "right"))
    before = _matrix(old.slot_start, old.slot_seller, old.slot_share, n_firms)
    down = spliced(before, rows, old.buyer_start[at], old.buyer_start[at + 1], first, last)

    n_slots = np.diff(old.buyer_start)
    n_slots[at] = last - first
    buyer_start = _starts(n_slots)
    kept = ~_marked(at, n_firms)[old.down_links["buyer"]]
    links = old.down_links[kept]
    shift = buyer_start - old.buyer_start
    links["slot"] += shift[links["buyer"]].astype(np.uint32)  # wraps, as it should, where they move up
    row_slot = buyer_start[row_buyer] + np.arange(len(row_buyer)) - np.searchsorted(row_buyer, row_buyer)
    each = _rows(rows.indptr)
    fresh = np.zeros(len(each), DOWN_LINK)
    fresh["share"], fresh["slot"], fresh["buyer"] = rows.data, row_slot[each], row_buyer[each]
    sellers = rows.indices.astype(np.int64)
    start, merged = _merged(_rows(old.down_start)[kept], links, sellers, fresh, "slot", n_firms)
    return {
        "down_start": start,
        "down_links": merged,
        "buyer_start": buyer_start,
        "slot_start": down.indptr.astype(np.int64),
        "slot_seller": down.indices.astype(np.uint32),
        "slot_share": down.data,
    }


def _upstream(fast: FastCascade, sold: sparse.csr_array, sellers: IntArray) -> dict[str, Any]:
    """Customers of the sellers, pulled and pushed; what a step passes up from each customer."""
    old, place = fast.layout, fast.place
    n_firms = len(place)
    where = np.argsort(place[sellers])
    theirs, at = _moved(sparse.csr_array(sold[sellers[where]]), place), place[sellers][where]
    numbers = np.arange(len(at))
    before = _matrix(old.customer_start, old.customer, old.customer_share, n_firms)
    up = spliced(before, theirs, at, at + 1, numbers, numbers + 1)

    kept = ~_marked(at, n_firms)[old.up_links["supplier"]]
    fresh = np.zeros(theirs.nnz, UP_LINK)
    fresh["share"], fresh["supplier"] = theirs.data, at[_rows(theirs.indptr)]
    customers = theirs.indices.astype(np.int64)
    start, merged = _merged(_rows(old.up_start)[kept], old.up_links[kept], customers, fresh, "supplier", n_firms)
    supplier = _rows(up.indptr)
    onward = np.stack([np.bincount(up.indices, up.data * one[supplier], n_firms) for one in old.weight])
    return {
        "up_start": start,
        "up_links": merged,
        "customer_start": up.indptr.astype(np.int64),
        "customer": up.indices.astype(np.uint32),
        "customer_share": up.data,
        "onward": np.ascontiguousarray(onward),
        "linear": bool((np.bincount(supplier, up.data, n_firms) <= 1 + 1e-9).all()),
    }


def _moved(matrix: sparse.csr_array, place: IntArray) -> sparse.csr_array:
    """The same rows with columns by place, in order."""
    moved = sparse.csr_array((matrix.data, place[matrix.indices], matrix.indptr), shape=matrix.shape)
    moved.sort_indices()
    return moved


def _matrix(start: StartArray, column: NDArray[np.uint32], share: FloatArray, n_firms: int) -> sparse.csr_array:
    return sparse.csr_array((share, column.astype(np.int64), start), shape=(len(start) - 1, n_firms))


def _starts(lengths: IntArray) -> StartArray:
    start = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=start[1:])
    return start


def _rows(start: StartArray) -> IntArray:
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def _marked(firms: IntArray, n_firms: int) -> NDArray[np.bool_]:
    mark = np.zeros(n_firms, bool)
    mark[firms] = True
    return mark


def _merged(
    row: IntArray, links: RecordArray, new_row: IntArray, new_links: RecordArray, by: str, n_firms: int
) -> tuple[StartArray, RecordArray]:
    """Links in order of their row, then of one field, with new ones put where they belong."""
    width = np.int64(2**32)
    keys, new_keys = row * width + links[by], new_row * width + new_links[by]
    order = np.argsort(new_keys)
    merged = np.insert(links, np.searchsorted(keys, new_keys[order]), new_links[order])
    return _starts(np.bincount(row, minlength=n_firms) + np.bincount(new_row, minlength=n_firms)), merged
