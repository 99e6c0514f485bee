"""One place of the search (搜索节点): who is in or out, what rows force, and the bound that prices of rows prove.

A bound is Σ_r u_r b_r + Σ_j min(0, c_j − u·a_j) for some prices u >= 0. It is true whatever u is, and what rounding may have added
is taken off it: no proof rests on a solver having converged. docs/models/matching.md has the claims.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lianban.engine.network import FloatArray, IntArray

FREE, IN, OUT = 0, 1, -1
ROUNDOFF = 2.0**-51

inner = njit(
    cache=True,
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,  # type: ignore[call-overload]
)  # called by compiled code alone: quicker to compile


class Place(NamedTuple):
    """Where the search stands (搜索节点): who is in or out, room left in each row, prices of rows."""

    state: NDArray[np.int8]
    room: FloatArray
    price: FloatArray


class Common(NamedTuple):
    """What all places share (公共数据): the cost of candidates, facts about rows, scratch."""

    cost: FloatArray
    entry: FloatArray  # the largest entry of a row, by size
    priced: NDArray[np.bool_]
    start: NDArray[
        np.uint32
    ]  # entries of candidates in priced rows, in small whole numbers without sign: twice as fast
    at: NDArray[np.uint32]
    value: FloatArray
    size: FloatArray  # what prices of a row are multiplied with in a bound, all signs taken off
    reduced: FloatArray
    free: IntArray
    slope: FloatArray
    trial: FloatArray
    act: FloatArray
    queue: IntArray  # rows to look at; [-1] is how many
    queued: NDArray[np.bool_]


@inner
def helper(g, act, h):  # type: ignore[no-untyped-def]
    """The value of a helper, given what a team does in its rows."""
    value = g.highest[h]
    for p in range(g.defined_start[h], g.defined_start[h + 1]):
        value = min(value, act[g.defined_at[p]])
    return value


@inner
def total(g, act, r):  # type: ignore[no-untyped-def]
    """What a team does in a row with the helpers that count in it."""
    value = act[r]
    for p in range(g.inside_start[r], g.inside_start[r + 1]):
        value += g.inside_value[p] * helper(g, act, g.inside_at[p])
    return value


@inner
def ask(c, r):  # type: ignore[no-untyped-def]
    if not c.queued[r]:
        c.queued[r] = True
        c.queue[c.queue[-1]] = r
        c.queue[-1] += 1


@inner
def forget(c):  # type: ignore[no-untyped-def]
    c.queue[-1] = 0
    for r in range(len(c.queued)):
        c.queued[r] = False


@inner
def put(g, c, here, j, where):  # type: ignore[no-untyped-def]
    """Put a free candidate in or out; rows that lose room are to be looked at."""
    at, value, room, n_rows = g.column_at, g.column_value, here.room, len(c.entry)
    here.state[j] = where
    for p in range(g.column_start[j], g.column_start[j + 1]):
        r = at[p]
        if r < n_rows and (value[p] > 0.0) == (where == OUT):
            room[r] -= abs(value[p])
            ask(c, r)


@inner
def spread(g, c, here):  # type: ignore[no-untyped-def]
    """Who must be in or out because a row has too little room; False where a row cannot be kept."""
    at, value, state, room = g.row_at, g.row_value, here.state, here.room
    while c.queue[-1]:
        c.queue[-1] -= 1
        r = c.queue[c.queue[-1]]
        c.queued[r] = False
        if here.room[r] < -1e-9:
            forget(c)
            return False
        if here.room[r] >= c.entry[r]:
            continue
        for p in range(g.row_start[r], g.row_start[r + 1]):
            j = at[p]
            if state[j] == FREE and abs(value[p]) > room[r] + 1e-9:
                put(g, c, here, j, IN if value[p] > 0.0 else OUT)
    return True


@inner
def sum_up(g, c, here, below, floor, limit):  # type: ignore[no-untyped-def]
    """Out goes who makes it impossible to end between the floor and the limit: no sum of the others' costs fits."""
    spent = spent_by(c.cost, here.state)
    cost, state = c.cost, here.state
    for j in range(len(cost)):
        rest = limit - spent - cost[j]
        if (
            state[j] == FREE
            and rest + 1.0 < len(below)
            and (rest < 0.0 or spent + cost[j] + below[int(rest) + 1] < floor)
        ):
            put(g, c, here, j, OUT)


@inner
def spent_by(cost, state):  # type: ignore[no-untyped-def]
    spent = 0.0
    for j in range(len(cost)):
        if state[j] == IN:
            spent += cost[j]
    return spent


@inner
def act_of(g, state, act):  # type: ignore[no-untyped-def]
    """What those who are in do in each row, helpers left aside."""
    start, at, value = g.column_start, g.column_at, g.column_value
    for r in range(len(act)):
        act[r] = 0.0
    for j in range(len(state)):
        if state[j] == IN:
            for p in range(start[j], start[j + 1]):
                if at[p] < len(act):
                    act[at[p]] += value[p]


@inner
def bounded(g, c, here, limit, rounds):  # type: ignore[no-untyped-def]
    """Better prices, step by step; False where no team from here is within the limit. Who cannot be part of one goes out."""
    n_rows = len(c.entry)
    top, pace, stuck = -np.inf, 1.0, 0
    trial = c.trial
    for r in range(n_rows):
        trial[r] = here.price[r]
    free, reduced, state, slope, priced = c.free, c.reduced, here.state, c.slope, c.priced
    for _ in range(rounds):
        bound, n_free = _priced(g, c, here, trial)
        slack = limit + _rounding(c, trial)
        if bound > slack:
            return False
        if top > -np.inf and bound < top + 0.02 * (limit + 1.0 - top):
            stuck += 1
        if bound > top:
            top = bound
            for r in range(n_rows):
                here.price[r] = trial[r]
        if stuck == 3:
            pace, stuck = 0.6 * pace, 0
        for k in range(n_free):
            j = free[k]
            if bound + abs(reduced[j]) > slack and state[j] == FREE:
                put(g, c, here, j, OUT if reduced[j] > 0.0 else IN)
        if not spread(g, c, here):
            return False
        size = 0.0
        for r in range(n_rows):
            if not priced[r] or (slope[r] < 0.0 and trial[r] <= 0.0):
                slope[r] = 0.0
            size += slope[r] ** 2
        if size < 1e-12:
            break
        stride = pace * (1.02 * (limit + 1.0) - bound) / size
        for r in range(n_rows):
            trial[r] = max(0.0, trial[r] + stride * slope[r])
    return True


@inner
def _priced(g, c, here, price):  # type: ignore[no-untyped-def]
    """The bound of these prices, the reduced costs of all who are free, and where prices should go."""
    start, at, value, slope, state = c.start, c.at, c.value, c.slope, here.state
    cost, reduced, free, least = c.cost, c.reduced, c.free, g.least
    bound, n_free = 0.0, 0
    for r in range(len(slope)):
        bound += price[r] * least[r]
        slope[r] = least[r]
    for j in range(len(cost)):
        if state[j] == OUT:
            continue
        d = cost[j]
        for p in range(start[j], start[j + 1]):
            d -= price[at[p]] * value[p]
        if state[j] == FREE:
            reduced[j] = d
            free[n_free] = j
            n_free += 1
        if state[j] == IN or d < 0.0:
            bound += d
            for p in range(start[j], start[j + 1]):
                slope[at[p]] -= value[p]
    return bound + _helpers_priced(g, slope, price), n_free


@inner
def _rounding(c, price):  # type: ignore[no-untyped-def]
    """More than rounding can add to a bound: unit roundoff × terms of one sum × their sizes (claim 3)."""
    sizes = 0.0
    for j in range(len(c.cost)):
        sizes += c.cost[j]
    for r in range(len(price)):
        sizes += price[r] * c.size[r]
    return ROUNDOFF * (len(c.cost) + 2 * len(price) + 100) * sizes


@inner
def _helpers_priced(g, slope, price):  # type: ignore[no-untyped-def]
    """The part of the bound that comes from helpers."""
    bound = 0.0
    for h in range(len(g.highest)):
        d = 0.0
        for p in range(g.defined_start[h], g.defined_start[h + 1]):
            d += price[g.defined_at[p]]
        for p in range(g.used_start[h], g.used_start[h + 1]):
            d -= price[g.used_at[p]] * g.used_value[p]
        if d < 0.0:
            bound += d * g.highest[h]
            for p in range(g.defined_start[h], g.defined_start[h + 1]):
                slope[g.defined_at[p]] += g.highest[h]
            for p in range(g.used_start[h], g.used_start[h + 1]):
                slope[g.used_at[p]] -= g.used_value[p] * g.highest[h]
    return bound


@inner
def copy(here, there):  # type: ignore[no-untyped-def]
    for j in range(len(here.state)):
        there.state[j] = here.state[j]
    for r in range(len(here.room)):
        there.room[r], there.price[r] = here.room[r], here.price[r]


@inner
def ask_tight(c, room):  # type: ignore[no-untyped-def]
    entry = c.entry
    for r in range(len(room)):
        if room[r] < entry[r]:
            ask(c, r)


@inner
def under(below, value):  # type: ignore[no-untyped-def]
    return below[int(value)] if value < len(below) else value - 1.0
