"""Relief (减缓): what part of a shock stocks, capacity and firms that stay take away; docs/models/interventions.md, equations 5 to 7."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lianban.engine.network import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Spared:
    """Spared (免受冲击): some nodes lose only 1 − ``part`` of what a shock would take, in both channels."""

    nodes: IntArray
    part: float


@dataclass(frozen=True, eq=False)
class Capacity:
    """Added capacity (新增产能): ``amount`` of supply that node ``own`` can add when others of ``nodes`` fail.

    It covers what is lost among ``nodes``, in both channels: the one who steps in buys what the others bought. What hits
    ``own`` hits its added capacity; None is hit by nothing.
    """

    nodes: IntArray
    amount: float
    own: int | None = None


@dataclass(frozen=True, eq=False)
class Stock:
    """Stock (储备): what ``nodes`` deliver is bridged whole for some days and not at all after; they buy no more for that."""

    nodes: IntArray
    days: float


Relief = Spared | Capacity | Stock


@dataclass(frozen=True, eq=False)
class Phase:
    """Phase (时段) of a shock: its part of the whole length, and what is lost in it."""

    part: float
    down: FloatArray
    up: FloatArray


def phases(
    down: FloatArray, up: FloatArray, reliefs: Sequence[Relief], *, supply: FloatArray, shock_days: float
) -> list[Phase]:
    """A shock with relief, in phases between the ends of stocks.

    Parameters
    ----------
    down, up : shares of capacity lost, shape (n_firms,)
    supply : what each node supplies, in the unit of ``Capacity.amount``
    shock_days : length of the shock
    """
    down, up = down.copy(), up.copy()
    for one in reliefs:
        if isinstance(one, Spared):
            down[one.nodes] *= 1.0 - one.part
            up[one.nodes] *= 1.0 - one.part
    _cover(down, up, [one for one in reliefs if isinstance(one, Capacity)], supply)
    stocks = [one for one in reliefs if isinstance(one, Stock)]
    ends = sorted({min(one.days, shock_days) for one in stocks if one.days > 0} | {shock_days})
    found, begin = [], 0.0
    for end in ends:
        bridged = down.copy()
        for one in stocks:
            if one.days >= end:
                bridged[one.nodes] = 0.0
        found.append(Phase((end - begin) / shock_days, bridged, up))
        begin = end
    return found


def _cover(down: FloatArray, up: FloatArray, capacities: Sequence[Capacity], supply: FloatArray) -> None:
    """Take off what added capacity covers; capacities for the same nodes add up."""
    covers: dict[bytes, list[Capacity]] = {}
    for one in capacities:
        covers.setdefault(np.sort(one.nodes).tobytes(), []).append(one)
    left = {}
    for key, group in covers.items():
        nodes = group[0].nodes
        lost = float(supply[nodes] @ down[nodes])
        added = sum(one.amount * (1.0 if one.own is None else 1.0 - down[one.own]) for one in group)
        left[key] = max(0.0, 1.0 - added / lost) if lost > 0 else 1.0
    for key, group in covers.items():
        down[group[0].nodes] *= left[key]
        up[group[0].nodes] *= left[key]
