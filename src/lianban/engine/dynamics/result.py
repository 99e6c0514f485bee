"""DynamicsResult (动态结果): output day by day, when each firm first lost, what went where, and how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Balance:
    """Mass balance (物料平衡) over all days, in money.

    Per slot: ``arrived + outside = used + surplus + stock_end - stock_start``. Per firm:
    ``created + pooled = delivered + sold_final``. ``outside`` and ``surplus`` are 0 with both channels;
    ``pooled`` is 0 without a market.
    """

    arrived: FloatArray
    used: FloatArray
    surplus: FloatArray
    outside: FloatArray
    stock_start: FloatArray
    stock_end: FloatArray
    created: FloatArray
    delivered: FloatArray
    sold_final: FloatArray
    pooled: FloatArray


@dataclass(frozen=True, eq=False)
class DynamicsResult:
    """Dynamics result (动态结果) of one shock.

    ``output`` is the share of usual output on each day, shape (days,), or (days, n_weights) with several columns of
    weights. ``lost_days`` is its sum below 1: days of usual output lost; ``lost_output`` the same in the unit of the weights
    (money, where they are money a year). Per firm: ``level`` on the last day, ``lost_days_of_firm``, ``first_loss_day``
    (counted from 1; 0 where nothing was lost). ``group_output`` (days, n_groups, NaN for groups of weight 0) and
    ``chosen_level`` (days, n_chosen) hold what was asked for.
    """

    output: FloatArray
    lost_days: Any
    lost_output: Any
    level: FloatArray
    lost_days_of_firm: FloatArray
    first_loss_day: IntArray
    first_output_loss_day: int
    back_day: int | None
    group_output: FloatArray | None
    chosen_level: FloatArray | None
    balance: Balance
    days: int
    network_fingerprint: str
    engine_version: str
    parameters: Mapping[str, Any]

    @property
    def survived_days(self) -> FloatArray:
        """Days each firm went on as usual; inf where it lost nothing in the days that were run."""
        return np.where(self.first_loss_day == 0, np.inf, self.first_loss_day - 1.0)


@dataclass(frozen=True, eq=False)
class Survival:
    """Time to survive (可支撑天数, TTS) of some shocks.

    ``days`` is the longest whole number of days each shock can last, all being back afterwards, without any loss of output,
    then or later. ``noticed_days`` is how long output stays as usual while the shock lasts: longer by what is on the way.
    inf: no loss in ``horizon`` days even if it lasts.
    """

    days: FloatArray
    noticed_days: FloatArray
    horizon: int
    tolerance: float
    network_fingerprint: str
    engine_version: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class StockCurve:
    """Stock curve (库存曲线): loss in days of usual output for each number of days of stock added."""

    extra_days: FloatArray
    lost_days: FloatArray
    network_fingerprint: str
    engine_version: str
    parameters: Mapping[str, Any]

    @property
    def avoided_days(self) -> FloatArray:
        """Loss avoided against no stock added, in days of usual output."""
        return self.lost_days[0] - self.lost_days


@dataclass(frozen=True)
class StockNeed:
    """Stock needed (需增库存): smallest whole number of days with which the shock costs nothing; None and why.

    ``lost_days`` is the loss without added stock, ``lost_days_before`` the loss with one day less than needed (NaN where
    none is needed), ``lost_days_left`` what is lost with ``most`` days, the most that was tried. Smaller numbers are not run one by one:
    bisection takes it that more of this stock does not raise the loss.
    """

    extra_days: int | None
    reason: str
    lost_days: float
    lost_days_before: float
    lost_days_left: float
    most: int
