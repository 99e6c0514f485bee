"""Kernels of the dense step (稠密步): cases that reach too far are carried side by side, sixteen at a time."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lianban.engine.cascade.frontier import DOWN, UP, Walk, lost_up
from lianban.engine.cascade.layout import Layout
from lianban.engine.cascade.simd import LANES, add, fill, larger, mul, rows, smaller, store, sub
from lianban.engine.cascade.simd import load as row_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Shocks(NamedTuple):
    """Shocks (冲击) as columns of two sparse matrices: which firms, in order, lose which share of their capacity."""

    down_start: IntArray
    down_firm: IntArray
    down_share: FloatArray
    up_start: IntArray
    up_firm: IntArray
    up_share: FloatArray


class Lanes(NamedTuple):
    """Lanes (并行情景): the state of sixteen cases, arrays of shape (n_firms, 16); a free lane has ``case`` −1.

    Two arrays take turns: one holds the loss from customers, the other what is passed on to buyers, then the new loss.
    """

    lost_down: FloatArray
    even: FloatArray
    odd: FloatArray
    shocked: NDArray[np.uint8]  # firms with a shock in some lane, so that the others skip looking
    per_left: FloatArray  # (n_markets, 16): 1 / what is left of each market
    sums: FloatArray  # (3 n_weights, 16): lost output by weight column: both channels, down, up
    row: FloatArray  # (2, 16): largest fall of a level in the last step; scratch
    case: IntArray
    steps: IntArray
    turn: IntArray  # (1,) whose turn it is


def new_lanes(layout: Layout) -> Lanes:
    """Make sixteen free lanes."""
    n = len(layout.sales)
    return Lanes(
        rows(n), rows(n), rows(n), np.zeros(n, np.uint8), rows(len(layout.market_sales)),
        rows(3 * layout.weight.shape[0]), rows(2), np.full(LANES, -1, np.int64), np.zeros(LANES, np.int64),
        np.zeros(1, np.int64),
    )  # fmt: skip


def bytes_of_lanes(layout: Layout) -> int:
    """Memory that the lanes of one thread take; about."""
    return 3 * 8 * LANES * len(layout.sales)


@njit(cache=True, nogil=True)
def enter(lanes: Lanes, walk: Walk, lane: int, case: int, steps: int) -> None:
    """Go on with a walk in a free lane, from the step that it has reached."""
    loss = lanes.even if lanes.turn[0] == 0 else lanes.odd
    for a in range(walk.n[DOWN]):
        i = walk.all_down[a]
        lanes.lost_down[i, lane] = walk.buying[i].lost
        if walk.buying[i].shock > 0.0:
            lanes.shocked[i] = 1
    for a in range(walk.n[UP]):
        i = walk.all_up[a]
        loss[i, lane] = lost_up(walk, i)
        if walk.selling[i].shock > 0.0:
            lanes.shocked[i] = 1
    lanes.case[lane] = case
    lanes.steps[lane] = steps


@njit(cache=True, nogil=True)
def leave(lanes: Lanes, lane: int) -> None:
    """Free a lane: a case that is not there loses nothing."""
    loss = lanes.even if lanes.turn[0] == 0 else lanes.odd
    for i in range(len(lanes.shocked)):
        lanes.lost_down[i, lane] = 0.0
        loss[i, lane] = 0.0
    lanes.case[lane] = -1
    if lanes.case.max() < 0:
        lanes.shocked[:] = 0


@njit(cache=True, nogil=True)
def _keep_shock(start: IntArray, firm: IntArray, share: FloatArray, case: IntArray, i: int, loss: FloatArray) -> None:
    """Let a firm lose no less than its shock, in the lanes where it has one; firms stand in order."""
    for q in range(LANES):
        if case[q] < 0:
            continue
        low, high = start[case[q]], start[case[q] + 1]
        while low < high:
            middle = (low + high) // 2
            if firm[middle] < i:
                low = middle + 1
            else:
                high = middle
        if low < start[case[q] + 1] and firm[low] == i:
            loss[1, q] = max(loss[1, q], share[low])


@njit(cache=True, nogil=True)
def _pass_on(layout: Layout, lanes: Lanes, passed: FloatArray) -> None:
    """What each firm takes from its buyers: replaceability times loss."""
    left, one = lanes.per_left, fill(1.0)
    left[:] = 0.0
    for i in range(len(layout.sales)):
        g = layout.market[i]
        kept = mul(fill(layout.sales[i]), sub(one, row_of(lanes.lost_down, i)))
        store(left, g, add(row_of(left, g), kept))
    for g in range(len(left)):
        for q in range(LANES):
            left[g, q] = 1.0 / left[g, q] if left[g, q] > 0.0 else np.inf
    for i in range(len(layout.sales)):
        if layout.sales[i] > 0.0:  # who sells nothing has no buyers
            part = smaller(mul(fill(layout.sales[i]), row_of(left, layout.market[i])), one)
            store(passed, i, mul(part, row_of(lanes.lost_down, i)))


@njit(cache=True, nogil=True)
def _step_down(layout: Layout, lanes: Lanes, shocks: Shocks, passed: FloatArray) -> None:
    """Each buyer takes the loss of its worst slot."""
    nothing, one, fall = fill(0.0), fill(1.0), fill(0.0)
    for j in range(len(layout.sales)):
        first, last = layout.buyer_start[j], layout.buyer_start[j + 1]
        if first == last:
            continue
        worst = nothing
        for slot in range(first, last):
            total = nothing
            for e in range(np.uint64(layout.slot_start[slot]), np.uint64(layout.slot_start[slot + 1])):
                total = add(total, mul(fill(layout.slot_share[e]), row_of(passed, layout.slot_seller[e])))
            worst = larger(total, worst)
        if lanes.shocked[j] != 0:
            store(lanes.row, 1, worst)
            _keep_shock(shocks.down_start, shocks.down_firm, shocks.down_share, lanes.case, j, lanes.row)
            worst = row_of(lanes.row, 1)
        now = smaller(worst, one)
        fall = larger(sub(sub(one, row_of(lanes.lost_down, j)), sub(one, now)), fall)
        store(lanes.lost_down, j, now)
    store(lanes.row, 0, fall)


@njit(cache=True, nogil=True)
def _step_up(layout: Layout, lanes: Lanes, shocks: Shocks, loss: FloatArray, new_loss: FloatArray) -> None:
    """Each supplier takes its mean customer's loss."""
    nothing, one, fall = fill(0.0), fill(1.0), row_of(lanes.row, 0)
    for i in range(len(layout.sales)):
        total = nothing
        for e in range(np.uint64(layout.customer_start[i]), np.uint64(layout.customer_start[i + 1])):
            total = add(total, mul(fill(layout.customer_share[e]), row_of(loss, layout.customer[e])))
        if lanes.shocked[i] != 0:
            store(lanes.row, 1, total)
            _keep_shock(shocks.up_start, shocks.up_firm, shocks.up_share, lanes.case, i, lanes.row)
            total = row_of(lanes.row, 1)
        now = smaller(total, one)
        fall = larger(sub(sub(one, row_of(loss, i)), sub(one, now)), fall)
        store(new_loss, i, now)
    store(lanes.row, 0, fall)


@njit(cache=True, nogil=True)
def sum_lanes(layout: Layout, lanes: Lanes) -> None:
    """Lost output of all lanes into ``sums``."""
    loss = lanes.even if lanes.turn[0] == 0 else lanes.odd
    n_weights = layout.weight.shape[0]
    for w in range(n_weights):
        both, down, up = fill(0.0), fill(0.0), fill(0.0)
        for i in range(len(layout.sales)):
            weight, lost_buying, lost_selling = fill(layout.weight[w, i]), row_of(lanes.lost_down, i), row_of(loss, i)
            both = add(both, mul(weight, larger(lost_buying, lost_selling)))
            down = add(down, mul(weight, lost_buying))
            up = add(up, mul(weight, lost_selling))
        store(lanes.sums, w, both)
        store(lanes.sums, n_weights + w, down)
        store(lanes.sums, 2 * n_weights + w, up)


@njit(cache=True, nogil=True)
def step(layout: Layout, lanes: Lanes, shocks: Shocks) -> None:
    """One step of all lanes, both channels from the old state; leaves the largest falls in the first ``row``."""
    even = lanes.turn[0] == 0
    loss, other = (lanes.even, lanes.odd) if even else (lanes.odd, lanes.even)
    if layout.replaceable:
        _pass_on(layout, lanes, other)
    else:
        other[:] = lanes.lost_down
    _step_down(layout, lanes, shocks, other)
    _step_up(layout, lanes, shocks, loss, other)
    lanes.turn[0] = 1 if even else 0
    for q in range(LANES):
        lanes.steps[q] += 1
