"""Candidates nobody needs (被占优候选): those for whom enough others do at least as well in every row, and cost no more."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianban.engine.network import FloatArray, IntArray

MOST_CANDIDATES = 6_000  # pairs are compared in one table of this size squared


def needless(
    matrix: sparse.csr_array, least: FloatArray, highest: FloatArray, objective: FloatArray, n: int
) -> IntArray:
    """Candidates without whom a best team still exists (docs/models/matching.md, claim 1); columns 0 … n − 1 are candidates.

    j stands before i where a_rj >= a_ri in every row and the objective of j is no larger (equal ones by number). i is needless
    where at least m_i stand before it: were i and all of them in a best team, some row would need i, but m_i others already do.
    """
    candidates = matrix[:, :n]
    if not 1 < n <= MOST_CANDIDATES:
        return np.zeros(0, np.int64)
    before = _as_good(candidates.tocsr(), n)
    price = objective[:n]
    before &= price[None, :] <= price[:, None]
    same = before & before.T
    number = np.arange(n)
    before &= ~same | (number[None, :] < number[:, None])
    before &= (highest[:n] > 0)[None, :]
    np.fill_diagonal(before, False)
    enough = _enough(matrix, least, highest, n)
    gone = (before.sum(axis=1) >= enough) | (highest[:n] <= 0)
    return np.flatnonzero(gone)


def _as_good(candidates: sparse.csr_array, n: int) -> NDArray[np.bool_]:
    """[i, j]: whether j does at least as well as i in every row."""
    found = np.ones((n, n), bool)
    sizes = np.diff(candidates.indptr)
    low = np.array([_part(candidates, r).min(initial=0.0) for r in range(candidates.shape[0])])
    high = np.array([_part(candidates, r).max(initial=0.0) for r in range(candidates.shape[0])])
    plain = np.array([_two_values(_part(candidates, r)) for r in range(candidates.shape[0])]) if len(low) else low > 0
    gains = (candidates[(low >= 0) & plain & (sizes > 0)] > 0).astype(np.float32)
    if gains.shape[0]:
        both = np.asarray((gains.T @ gains).todense())
        found &= both >= np.asarray(gains.sum(axis=0)).reshape(-1)[:, None] - 0.5
    costs = (candidates[(high <= 0) & plain & (low < 0)] < 0).astype(np.float32)
    if costs.shape[0]:
        both = np.asarray((costs.T @ costs).todense())
        found &= both >= np.asarray(costs.sum(axis=0)).reshape(-1)[None, :] - 0.5
    for r in np.flatnonzero(~plain | ((low < 0) & (high > 0))).tolist():
        row = np.zeros(n)
        row[candidates.indices[candidates.indptr[r] : candidates.indptr[r + 1]]] = _part(candidates, r)
        found &= row[None, :] >= row[:, None]
    return found


def _part(matrix: sparse.csr_array, row: int) -> FloatArray:
    return np.asarray(matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]])


def _two_values(values: FloatArray) -> bool:
    return len(values) == 0 or bool((values == values[0]).all())


def _enough(matrix: sparse.csr_array, least: FloatArray, highest: FloatArray, n: int) -> FloatArray:
    """m_i: how many others, each as good as i in every row, make i dispensable."""
    need = least.astype(float).copy()
    for r in range(matrix.shape[0]):
        span = slice(matrix.indptr[r], matrix.indptr[r + 1])
        at, values = matrix.indices[span], matrix.data[span]
        helper = at >= n
        taken = values < 0
        taken_candidates = taken & ~helper
        need[r] -= float((values[taken & helper] * highest[at[taken & helper]]).sum())
        if taken_candidates.any() and (values > 0).any():
            need[r] -= float(values[taken_candidates].sum())  # all of those who count against it could be there
    found = np.ones(n)
    coo = matrix[:, :n].tocoo()
    gains = coo.data > 0
    np.maximum.at(found, coo.col[gains], np.ceil(need[coo.row[gains]] / coo.data[gains] - 1e-9))
    return found
