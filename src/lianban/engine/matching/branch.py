"""The cheapest team, proved (分支定界): who fills the scarcest row, one after the other, with prices of rows as the bound.

docs/models/matching.md has the claims.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lianban.engine.matching.fillers import fillers, scarcest, sort, worth_trying
from lianban.engine.matching.places import (
    FREE,
    IN,
    OUT,
    Common,
    Place,
    act_of,
    ask,
    ask_tight,
    bounded,
    copy,
    forget,
    put,
    spent_by,
    spread,
    sum_up,
    under,
)
from lianban.engine.matching.shape import Shape
from lianban.engine.network import FloatArray, IntArray

DEEPEST = 128
ROUNDS = 50  # steps of prices at each place, four times as many at the first


class Stack(NamedTuple):
    """The way down to where the search stands (搜索栈): a place and those who could fill its row, by depth."""

    states: NDArray[np.int8]
    rooms: FloatArray
    prices: FloatArray
    kids: IntArray
    many: IntArray
    at: IntArray


def search(
    g: Shape,
    cost: FloatArray,
    prices: FloatArray,
    below: FloatArray,
    floor: float,
    value: float,
    nodes: int,
    late: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_] | None, float, int, bool]:
    """Every team cheaper than ``value``, or all that ``nodes`` allow: the best one, its value, places tried, whether all were.

    ``below[v]`` is the largest sum of costs under v; without it, v − 1. No team is cheaper than ``floor``. Prices are where
    bounds start from; any will do. ``late[0]`` ends the search from outside.
    """
    n, n_rows = len(cost), len(g.least) - 1
    stack = Stack(
        np.zeros((DEEPEST, n), np.int8), np.zeros((DEEPEST, n_rows)), np.zeros((DEEPEST, n_rows)),
        np.zeros((DEEPEST, n), np.int64), np.zeros(DEEPEST, np.int64), np.zeros(DEEPEST, np.int64),
    )  # fmt: skip
    c = _common(g, cost)
    stack.rooms[0] = _room(g)
    stack.prices[0] = np.where(c.priced, np.maximum(prices, 0.0), 0.0)
    best = np.zeros(n, bool)
    found, used, done = _search(g, c, stack, below, best, float(floor), float(value), nodes, late)
    return (best if found < value else None), float(found), int(used), bool(done)


def _room(g: Shape) -> FloatArray:
    """How far each row is over its need with everybody who helps it; definitions of helpers have all the room there is."""
    n_rows = len(g.least)
    most = np.bincount(np.repeat(np.arange(n_rows), np.diff(g.row_start)), np.maximum(g.row_value, 0.0), n_rows)
    own = np.repeat(np.arange(n_rows), np.diff(g.inside_start))
    most = most + np.bincount(own, g.inside_value * g.highest[g.inside_at], n_rows)
    return np.where(g.helper_of >= 0, np.inf, most - g.least)[:-1]


def _common(g: Shape, cost: FloatArray) -> Common:
    n, n_rows, sizes = len(cost), len(g.least) - 1, np.diff(g.row_start)
    entry = np.zeros(n_rows + 1)
    np.maximum.at(entry, np.repeat(np.arange(n_rows + 1), sizes), np.abs(g.row_value))
    priced = ((g.helper_of >= 0) | (sizes > 2) | (np.diff(g.inside_start) > 0))[:-1]
    keep = np.append(priced, False)[g.column_at]
    own = np.repeat(np.arange(n), np.diff(g.column_start))[keep]
    start = np.concatenate([[0], np.cumsum(np.bincount(own, minlength=n))]).astype(np.uint32)
    return Common(
        cost, entry[:-1], priced, start, g.column_at[keep].astype(np.uint32), g.column_value[keep], _sizes(g), np.zeros(n),
        np.zeros(n, np.int64), np.zeros(n_rows), np.zeros(n_rows), np.zeros(n_rows), np.zeros(n_rows + 1, np.int64),
        np.zeros(n_rows, np.bool_),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _search(g, c, stack, below, best, floor, value, nodes, late):  # type: ignore[no-untyped-def]
    states, rooms, prices_at, kids, many, at = stack
    cost, act = c.cost, c.act
    for r in range(len(c.entry)):
        ask(c, r)
    limit, depth, used, fresh = under(below, value), 0, 0, True
    while depth >= 0:
        here = Place(states[depth], rooms[depth], prices_at[depth])
        if fresh:
            used += 1
            if used > nodes or late[0] or depth + 2 >= DEEPEST:
                return value, used, False
            many[depth], at[depth] = 0, 0
            sum_up(g, c, here, below, floor, limit)
            if spread(g, c, here) and bounded(g, c, here, limit, ROUNDS if depth else 4 * ROUNDS):
                act_of(g, here.state, act)
                row = scarcest(g, here, act)
                if row < 0:
                    spent = spent_by(cost, here.state)
                    if spent <= limit:
                        value, limit = spent, under(below, spent)
                        for j in range(len(best)):
                            best[j] = here.state[j] == IN
                else:
                    found = fillers(g, here, act, row, kids[depth])
                    sort(kids[depth], found, c.reduced)
                    many[depth] = worth_trying(g, c, here, act, kids[depth], found)
        elif at[depth] and here.state[kids[depth, at[depth] - 1]] == FREE:
            put(g, c, here, kids[depth, at[depth] - 1], OUT)  # whoever was tried stays out
            forget(c)
        while at[depth] < many[depth] and here.state[kids[depth, at[depth]]] != FREE:
            at[depth] += 1
        fresh = at[depth] < many[depth]
        if not fresh:
            depth -= 1
            continue
        depth += 1
        at[depth - 1] += 1
        there = Place(states[depth], rooms[depth], prices_at[depth])
        copy(here, there)
        put(g, c, there, kids[depth - 1, at[depth - 1] - 1], IN)
        ask_tight(c, there.room)
    return value, used, True


def _sizes(g: Shape) -> FloatArray:
    """Σ |entries| of each row, helpers at their highest, and its need."""
    n_rows = len(g.least)
    size = np.bincount(np.repeat(np.arange(n_rows), np.diff(g.row_start)), np.abs(g.row_value), n_rows).astype(float)
    own = np.repeat(np.arange(n_rows), np.diff(g.inside_start))
    size += np.bincount(own, np.abs(g.inside_value) * g.highest[g.inside_at], n_rows)
    size += np.where(g.helper_of >= 0, g.highest[g.helper_of] if len(g.highest) else 0.0, 0.0)
    return np.asarray((size + np.abs(g.least))[:-1], np.float64)
