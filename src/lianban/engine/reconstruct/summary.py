"""Summary (区间汇总): medians, intervals and ranks of many targets over an ensemble, with their Monte-Carlo errors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEVELS = (0.5, 0.8, 0.9)
DIGITS = 12  # values that agree in so many digits after the point have the same rank


@dataclass(frozen=True, eq=False)
class Summary:
    """Summary (区间汇总) of values of shape (n_draws, n_targets).

    ``median``, ``median_error`` have one entry for each target; ``low``, ``high``, ``low_error``, ``high_error`` and the
    ranks ``rank_low``, ``rank_high`` one row for each of ``levels``. Rank 1 is the largest value; equal values share the
    best rank. A target that is undefined (NaN) in some draw is undefined.
    """

    levels: tuple[float, ...]
    n_draws: int
    median: FloatArray
    median_error: FloatArray
    low: FloatArray
    high: FloatArray
    low_error: FloatArray
    high_error: FloatArray
    rank: FloatArray
    rank_low: FloatArray
    rank_high: FloatArray

    def width(self, level: float = 0.9) -> FloatArray:
        """Width of each target's interval at one of the levels."""
        row = self.levels.index(level)
        return self.high[row] - self.low[row]


def summarise(values: FloatArray, levels: Sequence[float] = LEVELS) -> Summary:
    """Summarise an ensemble, one row a draw.

    The quantile of probability p is the (n + 1) p-th smallest value, with interpolation: one more draw lies below it with
    just that probability, so intervals of few draws are not too narrow. Its Monte-Carlo error is half the distance of the
    quantiles one binomial standard deviation to either side, which assumes nothing of the distribution.
    """
    ordered = np.sort(values, axis=0)
    ranks = np.sort(ranks_of(values), axis=0)
    tails = [((1 - level) / 2, (1 + level) / 2) for level in levels]
    return Summary(
        levels=tuple(levels),
        n_draws=len(values),
        median=_quantile(ordered, 0.5),
        median_error=_error(ordered, 0.5),
        low=np.array([_quantile(ordered, low) for low, _ in tails]),
        high=np.array([_quantile(ordered, high) for _, high in tails]),
        low_error=np.array([_error(ordered, low) for low, _ in tails]),
        high_error=np.array([_error(ordered, high) for _, high in tails]),
        rank=_quantile(ranks, 0.5),
        rank_low=np.array([np.floor(_quantile(ranks, low)) for low, _ in tails]),
        rank_high=np.array([np.ceil(_quantile(ranks, high)) for _, high in tails]),
    )


def ranks_of(values: FloatArray) -> FloatArray:
    """Rank of each target within each draw: 1 is the largest; equal ones share the best; undefined ones have none."""
    defined = ~np.isnan(values).any(axis=0)
    ranks = np.full(values.shape, np.nan)
    rounded = np.round(values[:, defined], DIGITS)
    if rounded.size:
        ranks[:, defined] = [_ranks_of_draw(row) for row in rounded]
    return ranks


def _ranks_of_draw(row: FloatArray) -> FloatArray:
    ordered = np.sort(-row)
    return np.searchsorted(ordered, -row, side="left").astype(np.float64) + 1.0


def _quantile(ordered: FloatArray, probability: float) -> FloatArray:
    n = len(ordered)
    at = float(np.clip((n + 1) * probability - 1, 0, n - 1))
    below = int(at)
    above = min(below + 1, n - 1)
    # Not a weighted sum: two equal values must give back just that value.
    return np.asarray(ordered[below] + (at - below) * (ordered[above] - ordered[below]), np.float64)


def _error(ordered: FloatArray, probability: float) -> FloatArray:
    step = np.sqrt(probability * (1 - probability) / len(ordered))
    upper, lower = (_quantile(ordered, float(np.clip(probability + side, 0, 1))) for side in (step, -step))
    return (upper - lower) / 2
