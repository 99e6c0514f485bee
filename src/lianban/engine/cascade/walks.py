"""Kernels that run many cases: each by the sparse walk, and by dense lanes where the walk grows too wide."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lianban.engine.cascade.frontier import VISITS, Walk, begin, clear, step_down, step_up
from lianban.engine.cascade.lanes import Lanes, Shocks, enter, leave, step, sum_lanes
from lianban.engine.cascade.last_step import is_last, sum_losses
from lianban.engine.cascade.layout import Layout
from lianban.engine.cascade.simd import LANES

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Outcome(NamedTuple):
    """Outcome (结果) of each case: lost output before division, steps done, and the last step's largest fall."""

    both: FloatArray  # (n_cases, n_weights)
    down: FloatArray
    up: FloatArray
    steps: IntArray
    fall: FloatArray
    visits: IntArray  # links and firms that the walk looked at
    walked: IntArray  # steps that were walked; the others were taken in a lane


@njit(cache=True, nogil=True, inline="always")
def _walk_on(layout: Layout, walk: Walk, eps: float, most_steps: int, budget: int, unwalked: bool) -> tuple:
    """Step until settled, capped or too wide; returns how it ended, the steps, the fall, and if the last was summed."""
    steps, fall, visited = 0, np.inf, 0
    while steps < most_steps:
        if walk.n[VISITS] - visited > budget:
            return False, steps, fall, False
        visited = walk.n[VISITS]
        steps += 1
        fall = step_down(layout, walk)
        if unwalked and fall <= eps and is_last(layout, walk, eps):
            return True, steps, fall, True
        fall = max(fall, step_up(layout, walk))
        if fall <= eps:
            break
    return True, steps, fall, False


@njit(cache=True, nogil=True)
def _in_use(lanes: Lanes) -> int:
    used = 0
    for q in range(LANES):
        used += lanes.case[q] >= 0
    return used


@njit(cache=True, nogil=True)
def _step_until_one_leaves(
    layout: Layout, lanes: Lanes, shocks: Shocks, eps: float, most_steps: int, outcome: Outcome
) -> None:
    """Step the lanes until at least one case is done, and write it down."""
    n_weights, summed = layout.weight.shape[0], False
    while not summed:
        step(layout, lanes, shocks)
        for q in range(LANES):
            case, fall = lanes.case[q], lanes.row[0, q]
            if case >= 0 and (fall <= eps or lanes.steps[q] >= most_steps):
                if not summed:
                    sum_lanes(layout, lanes)
                    summed = True
                for w in range(n_weights):
                    outcome.both[case, w] = lanes.sums[w, q]
                    outcome.down[case, w] = lanes.sums[n_weights + w, q]
                    outcome.up[case, w] = lanes.sums[2 * n_weights + w, q]
                outcome.steps[case], outcome.fall[case] = lanes.steps[q], fall
                leave(lanes, q)


@njit(cache=True, nogil=True)
def finish(layout: Layout, lanes: Lanes, shocks: Shocks, eps: float, most_steps: int, outcome: Outcome) -> None:
    """Bring the cases that are still in lanes to their end."""
    while _in_use(lanes) > 0:
        _step_until_one_leaves(layout, lanes, shocks, eps, most_steps, outcome)


@njit(cache=True, nogil=True)
def run_cases(
    layout: Layout,
    walk: Walk,
    lanes: Lanes,
    shocks: Shocks,
    cases: IntArray,
    eps: float,
    most_steps: int,
    budget: int,
    outcome: Outcome,
) -> None:
    """Run some cases; what happens to one never depends on the others. Some may stay in lanes: see :func:`finish`."""
    for case in cases:
        down, up = shocks.down_start, shocks.up_start
        firms_up, shares_up = shocks.up_firm[up[case] : up[case + 1]], shocks.up_share[up[case] : up[case + 1]]
        begin(
            walk,
            shocks.down_firm[down[case] : down[case + 1]],
            shocks.down_share[down[case] : down[case + 1]],
            firms_up,
            shares_up,
        )
        unwalked = layout.linear
        for a in range(len(shares_up)):
            unwalked = unwalked and (shares_up[a] == 1.0 or shares_up[a] == 0.0)
        done, steps, fall, summed = _walk_on(layout, walk, eps, most_steps, budget, unwalked)
        outcome.visits[case], outcome.walked[case] = walk.n[VISITS], steps
        if done:
            sum_losses(layout, walk, summed, outcome.both[case], outcome.down[case], outcome.up[case])
            outcome.steps[case], outcome.fall[case] = steps, fall
        else:
            lane = 0
            while lanes.case[lane] >= 0:
                lane += 1
            enter(lanes, walk, lane, case, steps)
        clear(layout, walk)
        if _in_use(lanes) == LANES:
            _step_until_one_leaves(layout, lanes, shocks, eps, most_steps, outcome)
