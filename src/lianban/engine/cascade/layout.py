"""Layout (内存布局): a network's shares as flat arrays, in the orders in which the kernels walk them."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.uint32]
StartArray = NDArray[np.int64]
RecordArray = NDArray[np.void]

# What a walk reads together stands together in memory: waiting for memory is most of its time.
DOWN_LINK = np.dtype([("share", np.float64), ("slot", np.uint32), ("buyer", np.uint32)], align=True)
UP_LINK = np.dtype([("share", np.float64), ("supplier", np.uint32)], align=True)


class Layout(NamedTuple):
    """Layout (内存布局) of a network: each relation once in the direction of pushing and once of pulling.

    ``slot`` numbers rows of the downstream shares, ascending by buyer; ``buyer_start`` says which slots are a buyer's.
    """

    down_start: StartArray  # seller → its slots: pushing
    down_links: RecordArray
    buyer_start: StartArray  # buyer → its slots → their sellers: pulling
    slot_start: StartArray
    slot_seller: IndexArray
    slot_share: FloatArray
    up_start: StartArray  # customer → its suppliers: pushing
    up_links: RecordArray
    customer_start: StartArray  # supplier → its customers: pulling
    customer: IndexArray
    customer_share: FloatArray
    sales: FloatArray
    market: IndexArray
    market_sales: FloatArray
    member_start: StartArray  # market → its members
    member: IndexArray
    weight: FloatArray  # (n_weights, n_firms)
    onward: FloatArray  # (n_weights, n_firms): output that a step passes up from each customer, Luᵀ w
    replaceable: bool  # markets take over what they can
    linear: bool  # no row of the upstream shares exceeds 1: the last step may be summed without being walked


def layout_of(
    down: sparse.csr_array,
    slot_buyer: NDArray[np.int64],
    up: sparse.csr_array,
    *,
    sales: FloatArray,
    market: NDArray[np.int64],
    weight: FloatArray,
    replaceable: bool,
) -> tuple[Layout, NDArray[np.int64]]:
    """Lay the shares of a cascade out for the kernels; ``weight`` has shape (n_weights, n_firms).

    Firms stand by their number of links, most first, so that those visited most share lines of the cache; the second
    array says where each firm stands.
    """
    order = _busiest_first(down, up)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    slots = np.argsort(place[slot_buyer], kind="stable")
    down, slot_buyer = sparse.csr_array(down[slots][:, order]), place[slot_buyer][slots]
    up = sparse.csr_array(up[order][:, order])
    down.sort_indices()
    up.sort_indices()
    return _in_place(down, slot_buyer, up, sales[order], market[order], weight[:, order], replaceable), place


def _busiest_first(down: sparse.csr_array, up: sparse.csr_array) -> NDArray[np.int64]:
    links = np.bincount(up.indices, minlength=up.shape[0]) + np.diff(up.indptr)
    return np.argsort(-(links + np.bincount(down.indices, minlength=down.shape[1])), kind="stable")


def _in_place(
    down: sparse.csr_array,
    slot_buyer: NDArray[np.int64],
    up: sparse.csr_array,
    sales: FloatArray,
    market: NDArray[np.int64],
    weight: FloatArray,
    replaceable: bool,
) -> Layout:
    n_firms = len(sales)
    pushed_down, pushed_up = sparse.csc_array(down), sparse.csc_array(up)
    n_markets = int(market.max(initial=-1)) + 1
    row_sums = np.asarray(up.sum(axis=1)).ravel()
    return Layout(
        down_start=_start(pushed_down.indptr),
        down_links=_records(
            DOWN_LINK, share=pushed_down.data, slot=pushed_down.indices, buyer=slot_buyer[pushed_down.indices]
        ),
        buyer_start=_start(np.searchsorted(slot_buyer, np.arange(n_firms + 1))),
        slot_start=_start(down.indptr),
        slot_seller=_index(down.indices),
        slot_share=down.data,
        up_start=_start(pushed_up.indptr),
        up_links=_records(UP_LINK, share=pushed_up.data, supplier=pushed_up.indices),
        customer_start=_start(up.indptr),
        customer=_index(up.indices),
        customer_share=up.data,
        sales=np.ascontiguousarray(sales),
        market=_index(market),
        market_sales=np.bincount(market, sales, n_markets).astype(np.float64),
        member_start=_start(np.r_[0, np.cumsum(np.bincount(market, minlength=n_markets))]),
        member=_index(np.argsort(market, kind="stable")),
        weight=np.ascontiguousarray(weight),
        onward=np.ascontiguousarray((up.T @ weight.T).T),
        replaceable=replaceable,
        linear=bool((row_sums <= 1 + 1e-9).all()),
    )


def _start(numbers: NDArray[np.integer]) -> StartArray:
    return np.ascontiguousarray(numbers, np.int64)


def _index(numbers: NDArray[np.integer]) -> IndexArray:
    return np.ascontiguousarray(numbers, np.uint32)  # unsigned: no firm stands before the first


def _records(kind: np.dtype[np.void], **columns: NDArray[Any]) -> RecordArray:
    records = np.zeros(len(columns["share"]), kind)
    for name, column in columns.items():
        records[name] = column
    return records
