"""Worth of a fact (信息价值): how much of the ensemble's spread it explains, by the law of total variance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

BINS = 8  # of a fact that is a number: eight answers of the same chance


@dataclass(frozen=True, eq=False)
class Worth:
    """Worth (信息价值) of candidate facts, one entry for each: the part of the variance that knowing it would remove.

    ``overall`` weighs every target by its variance; ``by_target`` has shape (n_facts, n_targets). Estimates from n draws:
    chance alone makes differences of some ``noise`` (two standard deviations) for the best of all facts.
    """

    overall: FloatArray
    by_target: FloatArray
    noise: float


def worth_of(answers: FloatArray, values: FloatArray) -> Worth:
    """Estimate the worth of facts from the draws alone.

    Parameters
    ----------
    answers : shape (n_draws, n_facts); what each fact is in each draw: codes of answers (few different whole numbers), or
        numbers, which are cut into eight classes of the same size
    values : shape (n_draws, n_targets)

    Notes
    -----
    Var E[Y | fact] / Var Y, the first-order index of Sobol (1993), from the partition of the draws by the answer; with the
    correction for the number of classes (Kelley's epsilon squared), so that a fact that says nothing is worth 0 on average.
    """
    n_draws, n_facts = answers.shape
    centred = values - values.mean(axis=0)
    total = (centred**2).sum(axis=0)
    gram = centred @ centred.T
    overall = np.zeros(n_facts)
    by_target = np.zeros((n_facts, values.shape[1]))
    for fact in range(n_facts):
        classes = classes_of(answers[:, fact])
        n_classes = int(classes.max(initial=0)) + 1
        if n_classes < 2 or n_classes >= n_draws or total.sum() <= 0:
            continue
        counts = np.bincount(classes)
        order = np.argsort(classes, kind="stable")
        starts = np.r_[0, np.cumsum(counts)[:-1]]
        sums = np.add.reduceat(centred[order], starts, axis=0)
        between = (sums**2 / counts[:, None]).sum(axis=0)
        by_target[fact] = _adjusted(between, total, n_classes, n_draws)
        of_all = np.add.reduceat(np.add.reduceat(gram[np.ix_(order, order)], starts, axis=0), starts, axis=1)
        overall[fact] = _adjusted(
            np.array([(np.diag(of_all) / counts).sum()]), np.array([total.sum()]), n_classes, n_draws
        )[0]
    return Worth(overall, by_target, 2.0 * float(np.sqrt(2.0 * BINS)) / n_draws)


def classes_of(answers: FloatArray) -> IntArray:
    """Classes of a fact's answers: as they are where few, else eight of the same size."""
    different, classes = np.unique(answers, return_inverse=True)
    if len(different) <= max(BINS, len(answers) // 10) and np.array_equal(different, np.round(different)):
        return classes.astype(np.int64)
    if len(different) <= BINS:
        return classes.astype(np.int64)
    edges = np.quantile(answers, np.arange(1, BINS) / BINS)
    return np.unique(np.searchsorted(edges, answers, side="right"), return_inverse=True)[1].astype(np.int64)


def _adjusted(between: FloatArray, total: FloatArray, n_classes: int, n_draws: int) -> FloatArray:
    within = np.maximum(total - between, 0.0) / (n_draws - n_classes)
    explained = between - (n_classes - 1) * within
    return np.clip(np.divide(explained, total, out=np.zeros_like(total), where=total > 0), 0.0, 1.0)
