"""Kernels of the sparse walk (稀疏传播): only firms that lose something are visited, only changes are passed on.

Equal to the plain statement up to the order of sums; docs/models/cascade.md, "How it is fast", says why each short cut holds.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lianban.engine.cascade.layout import Layout
from lianban.engine.cascade.simd import aligned, prefetch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.uint32]
RecordArray = NDArray[np.void]

SETTLED, CAPPED, TOO_WIDE = 0, 1, 2  # how a walk ends
AHEAD = 8  # how far ahead memory is asked for
EXACT_BELOW = 0.5  # a market with a smaller part left is summed again: differences of nearly equal sums lose digits


BUYING = np.dtype(
    [
        ("lost", np.float64),  # 1 − hd
        ("passed", np.float64),  # what was passed on to buyers: replaceability times loss
        ("worst", np.float64),  # largest slot so far
        ("shock", np.float64),
        ("sales", np.float64),
        ("first", np.int64),  # links to push along
        ("last", np.int64),
        ("market", np.uint32),
        ("marked", np.uint32),
    ],
    align=True,
)
SELLING = np.dtype(
    [
        ("arriving", np.float64),  # of this step; zero between steps
        ("summed", np.float64),  # Σ Lu (1 − hu): loss before capacity
        ("shock", np.float64),
        ("first", np.uint32),
        ("last", np.uint32),
    ],
    align=True,
)


class Walk(NamedTuple):
    """Workspace (工作区) of one thread; no loss between cases. Lists are filled from 0, their lengths stand in ``n``."""

    buying: RecordArray  # one record for each firm: the downstream channel, one line of the cache
    selling: RecordArray  # the upstream channel, half a line
    slot_loss: FloatArray
    market_lost: FloatArray
    market_left: FloatArray
    market_marked: NDArray[np.uint8]
    all_down: IndexArray  # firms with a loss, each once
    all_up: IndexArray
    all_slots: IndexArray
    front_down: IndexArray  # firms whose loss rose in the last step, and by how much
    rise_down: FloatArray
    front_up: IndexArray
    rise_up: FloatArray
    next_up: IndexArray
    changed: IndexArray
    n: NDArray[np.int64]  # lengths, in the order of the constants below


DOWN, UP, SLOTS, FRONT_DOWN, FRONT_UP, VISITS, SHOCKED_UP = range(7)


def new_walk(layout: Layout) -> Walk:
    """Make the workspace of one thread."""
    n, n_slots, n_markets = len(layout.sales), len(layout.slot_start) - 1, len(layout.market_sales)
    buying, selling = aligned(n, BUYING), aligned(n, SELLING)
    buying["sales"], buying["market"] = layout.sales, layout.market
    buying["first"], buying["last"] = layout.down_start[:-1], layout.down_start[1:]
    selling["first"], selling["last"] = layout.up_start[:-1], layout.up_start[1:]

    def index(size: int) -> IndexArray:
        return np.zeros(size, np.uint32)

    return Walk(
        buying, selling, slot_loss=np.zeros(n_slots),
        market_lost=np.zeros(n_markets), market_left=np.zeros(n_markets), market_marked=np.zeros(n_markets, np.uint8),
        all_down=index(n), all_up=index(n), all_slots=index(n_slots + 1),
        front_down=index(n), rise_down=np.zeros(n), front_up=index(n), rise_up=np.zeros(n), next_up=index(n + 1),
        changed=index(n + 1), n=np.zeros(7, np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True, inline="always")
def begin(walk: Walk, firms_down: IntArray, shares_down: FloatArray, firms_up: IntArray, shares_up: FloatArray) -> None:
    """Put a shock in: firms and the share of their capacity that each loses."""
    n = walk.n
    for a in range(len(firms_down)):
        i, share = firms_down[a], shares_down[a]
        if share > 0.0:
            walk.buying[i].shock = share
            walk.buying[i].lost = share
            walk.all_down[n[DOWN]] = i
            walk.front_down[n[DOWN]] = i
            walk.rise_down[n[DOWN]] = share
            n[DOWN] += 1
    n[FRONT_DOWN] = n[DOWN]
    for a in range(len(firms_up)):
        i, share = firms_up[a], shares_up[a]
        if share > 0.0:
            walk.selling[i].shock = share
            walk.all_up[n[UP]] = i
            walk.front_up[n[UP]] = i
            walk.rise_up[n[UP]] = share
            n[UP] += 1
    n[FRONT_UP] = n[UP]
    n[SHOCKED_UP] = n[UP]


@njit(cache=True, nogil=True, inline="always")
def clear(layout: Layout, walk: Walk) -> None:
    """Leave the workspace as it was found."""
    n = walk.n
    for a in range(n[DOWN]):
        i = walk.all_down[a]
        walk.buying[i].lost = 0.0
        walk.buying[i].passed = 0.0
        walk.buying[i].worst = 0.0
        walk.buying[i].shock = 0.0
        walk.market_lost[walk.buying[i].market] = 0.0
    for a in range(n[SLOTS]):
        walk.slot_loss[walk.all_slots[a]] = 0.0
    for a in range(n[UP]):
        i = walk.all_up[a]
        walk.selling[i].summed = 0.0
        walk.selling[i].shock = 0.0
    n[:] = 0


@njit(cache=True, nogil=True, inline="always")
def lost_up(walk: Walk, i: int) -> float:
    """1 − hu of a firm: what arrives from its customers, within its capacity."""
    return min(1.0, max(walk.selling[i].shock, walk.selling[i].summed))


@njit(cache=True, nogil=True, inline="always")
def fall(before: float, now: float) -> float:
    """How far a level falls when its loss rises: by the levels, for 1 − 0.99 is more than 0.01 and the rule is strict."""
    return (1.0 - before) - (1.0 - now)


@njit(cache=True, nogil=True, inline="always")
def _settle_markets(layout: Layout, walk: Walk) -> int:
    """Bring the markets of the last step's losers up to date; returns how many, listed in ``changed``."""
    found, n = 0, walk.n
    for a in range(n[FRONT_DOWN]):
        i = walk.front_down[a]
        g = walk.buying[i].market
        if walk.market_marked[g] == 0:
            walk.market_marked[g] = 1
            walk.changed[found] = g
            found += 1
        walk.market_lost[g] += walk.buying[i].sales * walk.rise_down[a]
    for a in range(found):
        g = walk.changed[a]
        left = layout.market_sales[g] - walk.market_lost[g]
        if left < EXACT_BELOW * layout.market_sales[g]:
            left = 0.0
            for e in range(layout.member_start[g], layout.member_start[g + 1]):
                i = layout.member[e]
                left += walk.buying[i].sales * (1.0 - walk.buying[i].lost)
            n[VISITS] += layout.member_start[g + 1] - layout.member_start[g]
        walk.market_left[g] = left
    return found


@njit(cache=True, nogil=True, inline="always")
def _push_down(layout: Layout, walk: Walk, i: int, rise: float, n_changed: int) -> int:
    """Pass a rise on to the slots that buy from a firm; returns how many buyers have a worse slot now."""
    n = walk.n
    first, last = walk.buying[i].first, walk.buying[i].last
    n[VISITS] += last - first
    n_slots = n[SLOTS]
    for e in range(np.uint64(first), np.uint64(last)):
        more = layout.down_links[e].share * rise
        slot = layout.down_links[e].slot
        before = walk.slot_loss[slot]
        walk.all_slots[n_slots] = slot
        n_slots += (before == 0.0) & (more > 0.0)
        now = before + more
        walk.slot_loss[slot] = now
        j = layout.down_links[e].buyer
        if now > walk.buying[j].worst:
            walk.changed[n_changed] = j
            n_changed += walk.buying[j].marked == 0
            walk.buying[j].marked = 1
            walk.buying[j].worst = now
    n[SLOTS] = n_slots
    return n_changed


@njit(cache=True, nogil=True, inline="always")
def step_down(layout: Layout, walk: Walk) -> float:
    """One step to the buyers, from the old state; returns the largest fall of a level."""
    n, n_changed = walk.n, 0
    if layout.replaceable:
        found = _settle_markets(layout, walk)
        markets = walk.next_up  # free while the downstream step runs
        for a in range(found):
            markets[a] = walk.changed[a]
        n[VISITS] += n[DOWN]
        for a in range(n[DOWN]):
            i = walk.all_down[a]
            g = walk.buying[i].market
            if walk.market_marked[g] != 0:
                left, sold = walk.market_left[g], walk.buying[i].sales
                part = 1.0 if sold >= left else sold / left
                now = part * walk.buying[i].lost
                rise = now - walk.buying[i].passed
                if rise > 0.0:
                    walk.buying[i].passed = now
                    n_changed = _push_down(layout, walk, i, rise, n_changed)
        for a in range(found):
            walk.market_marked[markets[a]] = 0
    else:
        for a in range(n[FRONT_DOWN]):
            n_changed = _push_down(layout, walk, walk.front_down[a], walk.rise_down[a], n_changed)
    return _settle_buyers(walk, n_changed)


@njit(cache=True, nogil=True, inline="always")
def _settle_buyers(walk: Walk, n_changed: int) -> float:
    """Give the buyers with a worse slot their new level; they are the next front."""
    n, largest, front = walk.n, 0.0, 0
    for a in range(n_changed):
        j = walk.changed[a]
        walk.buying[j].marked = 0
        before = walk.buying[j].lost
        now = min(1.0, max(walk.buying[j].shock, walk.buying[j].worst))
        rise = now - before
        if rise > 0.0:
            if before == 0.0:
                walk.all_down[n[DOWN]] = j
                n[DOWN] += 1
            walk.buying[j].lost = now
            walk.front_down[front] = j
            walk.rise_down[front] = rise
            front += 1
            largest = max(largest, fall(before, now))
    n[FRONT_DOWN] = front
    return largest


@njit(cache=True, nogil=True, inline="always")
def step_up(layout: Layout, walk: Walk) -> float:
    """One step to the suppliers, from the old state; returns the largest fall of a level."""
    n, found, n_front = walk.n, 0, walk.n[FRONT_UP]
    for a in range(n_front):
        if a + AHEAD < n_front:
            prefetch(layout.up_links, walk.selling[walk.front_up[a + AHEAD]].first)
        j, rise = walk.front_up[a], walk.rise_up[a]
        first, last = walk.selling[j].first, walk.selling[j].last
        n[VISITS] += last - first
        for e in range(
            np.uint64(first), np.uint64(last)
        ):  # unsigned, or each access asks whether it counts from the end
            more = layout.up_links[e].share * rise
            i = layout.up_links[e].supplier
            before = walk.selling[i].arriving
            walk.next_up[found] = i  # written before it is known to be new: cheaper than a branch nobody can foresee
            found += (before == 0.0) & (more > 0.0)
            walk.selling[i].arriving = before + more
    largest, front = 0.0, 0
    for a in range(found):
        if a + AHEAD < found:
            prefetch(walk.selling, walk.next_up[a + AHEAD])
        i = walk.next_up[a]
        before = lost_up(walk, i)
        if before == 0.0:
            walk.all_up[n[UP]] = i
            n[UP] += 1
        walk.selling[i].summed += walk.selling[i].arriving
        walk.selling[i].arriving = 0.0
        now = lost_up(walk, i)
        rise = now - before
        if rise > 0.0:
            walk.front_up[front] = i
            walk.rise_up[front] = rise
            front += 1
            largest = max(largest, fall(before, now))
    n[FRONT_UP] = front
    return largest
