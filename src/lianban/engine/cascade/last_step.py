"""Kernels of the last upstream step (上游末步): the widest step of a walk is summed without being walked.

Every level after it is needed only inside one sum over all firms, and that sum is known from the front alone. Holds where
no firm can lose more than all through its customers, and where every shocked firm has lost all it sells.
"""

import numpy as np
from numba import njit

from lianban.engine.cascade.frontier import DOWN, FRONT_UP, SHOCKED_UP, UP, VISITS, FloatArray, Walk, fall, lost_up
from lianban.engine.cascade.layout import Layout


@njit(cache=True, nogil=True, inline="always")
def is_last(layout: Layout, walk: Walk, eps: float) -> bool:
    """Say whether no firm's upstream level would fall by more than eps in the next step.

    A firm's fall is a mean of its customers' last falls, so only suppliers of a customer that fell by more than eps can.
    Gives up (False: walk the step) where looking would cost more than walking.
    """
    n, pushing, largest = walk.n, 0, 0.0
    surely, hardly = eps * (1 + 1e-9), eps * (1 - 1e-9)  # in between the levels decide, to the last digit
    for a in range(n[FRONT_UP]):
        j, rise = walk.front_up[a], walk.rise_up[a]
        pushing += walk.selling[j].last - walk.selling[j].first
        largest = max(largest, rise)
        if rise > hardly:
            for e in range(np.uint64(walk.selling[j].first), np.uint64(walk.selling[j].last)):
                i = layout.up_links[e].supplier
                if layout.up_links[e].share * rise > surely and walk.selling[i].shock == 0.0:
                    return False
    if largest <= hardly:
        return True
    _spread_front(walk)
    last, looked = True, 0
    for a in range(n[FRONT_UP]):
        if walk.rise_up[a] <= hardly or not last:
            continue
        j = walk.front_up[a]
        for e in range(np.uint64(walk.selling[j].first), np.uint64(walk.selling[j].last)):
            i = layout.up_links[e].supplier
            looked += layout.customer_start[i + 1] - layout.customer_start[i] + 1
            before = lost_up(walk, i)
            after = min(1.0, max(walk.selling[i].shock, walk.selling[i].summed + _arriving(layout, walk, i)))
            if fall(before, after) > eps or looked > pushing:
                last = False
                break
    n[VISITS] += min(looked, pushing)
    _gather_front(walk)
    return last


@njit(cache=True, nogil=True, inline="always")
def _arriving(layout: Layout, walk: Walk, i: int) -> float:
    """What a firm would lose through the falls spread out in ``arriving``."""
    total = 0.0
    for e in range(np.uint64(layout.customer_start[i]), np.uint64(layout.customer_start[i + 1])):
        total += layout.customer_share[e] * walk.selling[layout.customer[e]].arriving
    return total


@njit(cache=True, nogil=True, inline="always")
def _spread_front(walk: Walk) -> None:
    for a in range(walk.n[FRONT_UP]):
        walk.selling[walk.front_up[a]].arriving = walk.rise_up[a]


@njit(cache=True, nogil=True, inline="always")
def _gather_front(walk: Walk) -> None:
    for a in range(walk.n[FRONT_UP]):
        walk.selling[walk.front_up[a]].arriving = 0.0


@njit(cache=True, nogil=True, inline="always")
def sum_losses(layout: Layout, walk: Walk, summed: bool, both: FloatArray, down: FloatArray, up: FloatArray) -> None:
    """Lost output by weight column, before division; with ``summed`` the last upstream step is added unwalked."""
    n = walk.n
    if summed:
        _spread_front(walk)
    for w in range(layout.weight.shape[0]):
        weight, total_up, total_down, more = layout.weight[w], 0.0, 0.0, 0.0
        for a in range(n[UP]):
            i = walk.all_up[a]
            total_up += weight[i] * lost_up(walk, i)
        if summed:
            for a in range(n[FRONT_UP]):
                total_up += layout.onward[w, walk.front_up[a]] * walk.rise_up[a]
            for a in range(n[SHOCKED_UP]):  # they stand first, and can lose no more than all
                i = walk.all_up[a]
                total_up -= weight[i] * _arriving(layout, walk, i)
        for a in range(n[DOWN]):
            i = walk.all_down[a]
            lost, loss = walk.buying[i].lost, lost_up(walk, i)
            total_down += weight[i] * lost
            if lost > loss and weight[i] > 0.0:
                if summed and walk.selling[i].shock == 0.0:
                    loss += _arriving(layout, walk, i)
                more += weight[i] * max(0.0, lost - loss)
        both[w], down[w], up[w] = total_up + more, total_down, total_up
    if summed:
        _gather_front(walk)
