"""CascadeResult (级联结果): levels, losses, and how they came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianban.engine.errors import NotConverged

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CascadeResult:
    """Cascade result (级联结果) of one shock, or of several at once.

    With one shock of shape (n_firms,) levels have that shape, ``iterations`` and ``converged`` are plain values. With
    shocks of shape (n_firms, n_cases) levels have that shape, the others one entry for each case. Losses are fractions
    of the output: a plain number with one column of output weights, else one entry for each column (last axis).
    """

    level_down: FloatArray
    level_up: FloatArray
    loss: Any
    loss_down: Any
    loss_up: Any
    iterations: Any
    converged: Any
    reason: str
    network_fingerprint: str
    engine_version: str
    parameters: Mapping[str, Any]

    @property
    def level(self) -> FloatArray:
        """Level of production: the smaller of both channels; 1 is usual, 0 is nothing."""
        return np.minimum(self.level_down, self.level_up)

    def require_converged(self) -> "CascadeResult":
        """Give this result back, or raise NotConverged with the reason."""
        if not np.all(self.converged):
            raise NotConverged(self.reason)
        return self


@dataclass(frozen=True, eq=False)
class LossTable:
    """Losses of many shocks (损失表), without the levels: one row for each case, in the order given."""

    loss: FloatArray
    loss_down: FloatArray
    loss_up: FloatArray
    iterations: NDArray[np.int64]
    converged: NDArray[np.bool_]
    network_fingerprint: str
    engine_version: str
    parameters: Mapping[str, Any]

    def require_converged(self) -> "LossTable":
        """Give this table back, or raise NotConverged naming the cases."""
        if not self.converged.all():
            late = np.flatnonzero(~self.converged)
            raise NotConverged(f"{late.size} of {self.converged.size} cases did not settle, first case {late[0]}")
        return self
