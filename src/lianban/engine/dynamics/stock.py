"""Time to survive (可支撑天数), and how much stock buys how much safety."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.dynamics.model import TOLERANCE, Dynamics
from lianban.engine.dynamics.result import StockCurve, StockNeed, Survival
from lianban.engine.errors import InvalidShock


def time_to_survive(
    dynamics: Dynamics,
    shocks: Sequence[ArrayLike],
    *,
    days: int = 365,
    tolerance: float = TOLERANCE,
    threads: int | None = None,
) -> Survival:
    """Find how long each shock can last without any loss of output (可支撑天数, TTS).

    Parameters
    ----------
    shocks : one array of shape (n_firms,) for each case, in [0, 1]
    days : how long is looked ahead
    """

    def one(shock: ArrayLike) -> tuple[float, float]:
        return _survived(dynamics, shock, days, tolerance)

    if threads == 1 or len(shocks) < 2:
        found = [one(shock) for shock in shocks]
    else:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(one, shocks))
    borne, noticed = np.array(found, np.float64).reshape(-1, 2).T
    told = {"days": days, "tolerance": tolerance}
    return Survival(borne, noticed, days, tolerance, **dynamics.provenance(told))


def stock_curve(
    dynamics: Dynamics,
    slots: ArrayLike,
    extra_days: Iterable[float],
    shock: ArrayLike,
    *,
    recovery_days: ArrayLike,
    recovery: Literal["step", "linear"] = "step",
    days: int = 365,
    threads: int | None = None,
) -> StockCurve:
    """Loss of output for each number of days of stock added in some slots; the first entry is always 0 days added.

    Parameters
    ----------
    slots : numbers of the slots that get the stock, such as ``dynamics.slots.find(group=3)``
    """
    grid = np.unique(np.r_[0.0, np.array(list(extra_days), np.float64)])
    at = _checked_slots(dynamics, slots)

    def one(extra: float) -> float:
        stocked = with_extra(dynamics, at, extra)
        return _lost(stocked.run(shock, recovery_days=recovery_days, recovery=recovery, days=days).lost_days)

    if threads == 1:
        found = [one(extra) for extra in grid]
    else:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(one, grid))
    told: dict[str, Any] = {"recovery": recovery, "days": days, "slots": at}
    return StockCurve(grid, np.array(found), **dynamics.provenance(told))


def stock_needed(
    dynamics: Dynamics,
    slots: ArrayLike,
    shock: ArrayLike,
    *,
    recovery_days: float,
    most: int | None = None,
    days: int | None = None,
    tolerance: float = TOLERANCE,
) -> StockNeed:
    """Smallest whole number of days of stock in some slots with which a shock of ``recovery_days`` costs nothing.

    That is the stock which brings the time to survive up to the time to recover (TTS ≥ TTR).

    Parameters
    ----------
    most : days of stock to try at most; default the days to recover
    days : how long is looked ahead; default a year beyond twice the days to recover
    """
    at = _checked_slots(dynamics, slots)
    if not (np.isfinite(recovery_days) and recovery_days >= 0):
        raise InvalidShock(f"recovery_days is {recovery_days}, expected a finite number of at least 0")
    horizon = 2 * int(np.ceil(recovery_days)) + 365 if days is None else days
    high = int(np.ceil(recovery_days)) if most is None else int(most)

    def lost(extra: int) -> float:
        run = with_extra(dynamics, at, extra).run(shock, recovery_days=recovery_days, days=horizon, tolerance=tolerance)
        return _lost(run.lost_days) if run.first_output_loss_day else 0.0

    first = lost(0)
    if first == 0:
        return StockNeed(0, "none needed: what is there suffices", first, np.nan, first, 0)
    last = lost(high)
    if last > 0:
        why = f"with {high} days of it {last:.6g} days of output are still lost: something else runs short"
        return StockNeed(None, why, first, np.nan, last, high)
    tried, least, before = high, 0, first
    while high - least > 1:
        middle = (least + high) // 2
        if (loss := lost(middle)) == 0:
            high = middle
        else:
            least, before = middle, loss
    return StockNeed(
        high, "smallest found by bisection; one day less was run and costs output", first, before, last, tried
    )


def with_extra(dynamics: Dynamics, slots: NDArray[np.int64], extra: float) -> Dynamics:
    """The same model with days of stock added in some slots."""
    stock = dynamics.stock_days
    stock[slots] += extra
    return dynamics.with_stock(stock)


def _survived(dynamics: Dynamics, shock: ArrayLike, days: int, tolerance: float) -> tuple[float, float]:
    """Longest shock without loss, and days before a lasting shock is noticed."""

    def falls(recovery: float, ahead: int) -> int:
        options: dict[str, Any] = {"days": ahead, "tolerance": tolerance, "stop_at_loss": True}
        return dynamics.run(shock, recovery_days=recovery, **options).first_output_loss_day

    noticed = falls(np.inf, days) - 1
    if noticed < 0:
        return np.inf, np.inf
    # A shock that ends before it is noticed can still leave a gap behind it on the ways; look for the gap back from there.
    ahead = max(days, 2 * noticed + 2)
    too_long, step = noticed + 1, 1
    borne = noticed
    while borne > 0 and falls(borne, ahead):
        too_long, borne, step = borne, max(0, borne - step), 2 * step
    while too_long - borne > 1:
        middle = (too_long + borne) // 2
        too_long, borne = (middle, borne) if falls(middle, ahead) else (too_long, middle)
    return float(borne), float(noticed)


def _lost(lost_days: Any) -> float:
    return float(np.atleast_1d(lost_days)[0])


def _checked_slots(dynamics: Dynamics, slots: ArrayLike) -> NDArray[np.int64]:
    at = np.unique(np.asarray(slots, np.int64))
    n_slots = len(dynamics.slots.buyer)
    if at.size == 0 or at[0] < 0 or at[-1] >= n_slots:
        raise InvalidShock(f"slots must name at least one of 0 to {n_slots - 1}")
    return at
