"""Which way a loss came: the strongest step back from a node, again and again."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lianban.engine.cascade.model import Cascade
from lianban.engine.cascade.result import CascadeResult


@dataclass(frozen=True, slots=True)
class Step:
    """Step (传导一步): ``node`` lost ``loss`` of its level because ``cause`` failed to deliver or to buy."""

    node: int
    cause: int
    channel: Literal["supply", "demand"]
    share: float
    """Part of this node's worst slot (supply) or of its sales (demand) that the cause took away."""


def path_to(cascade: Cascade, result: CascadeResult, shock: NDArray[np.float64], node: int) -> list[Step]:
    """Walk back from a node to where its loss began, always along the strongest cause of the channel that binds.

    Ends at a node that lost no more than its own shock, or where a circle closes. ``result`` holds one case, with
    the same ``shock`` of shape (n_firms,) in both channels.
    """
    passed_on = cascade.passed_on(result.level_down[:, None])[:, 0]
    channel: Literal["supply", "demand"] = "supply"
    if result.level_up[node] < result.level_down[node]:
        channel = "demand"
    steps: list[Step] = []
    seen = {node}
    while True:
        level = result.level_down if channel == "supply" else result.level_up
        step = None if level[node] >= 1.0 - shock[node] else _cause(cascade, result, passed_on, node, channel)
        if step is None:
            return steps
        steps.append(step)
        if step.cause in seen:
            return steps
        seen.add(step.cause)
        node = step.cause


def _cause(
    cascade: Cascade,
    result: CascadeResult,
    passed_on: NDArray[np.float64],
    node: int,
    channel: Literal["supply", "demand"],
) -> Step | None:
    if channel == "demand":
        rows, matrix, missing = np.array([node]), cascade.up, 1.0 - result.level_up
    else:
        first, last = np.searchsorted(cascade.slot_buyer, [node, node + 1])
        rows, matrix, missing = np.arange(first, last), cascade.down, passed_on
    best: Step | None = None
    worst_row = 0.0
    for row in rows:
        links = slice(matrix.indptr[row], matrix.indptr[row + 1])
        shares = matrix.data[links] * missing[matrix.indices[links]]
        total = float(shares.sum())
        if total > worst_row:
            worst_row = total
            strongest = int(np.argmax(shares))
            best = Step(node, int(matrix.indices[links][strongest]), channel, float(shares[strongest]))
    return best
