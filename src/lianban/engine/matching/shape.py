"""Rows as arrays for compiled loops (数组形式): candidates by row and by column, helpers apart.

A helper is as large as the team lets it be: its highest value, or the least activity of the rows that define it. A search over
candidates alone therefore sees all of a question.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianban.engine.network import FloatArray, IntArray


class Shape(NamedTuple):
    """One question (矩阵问题) ``matrix @ x >= least``; the last row is the objective: −objective · x.

    Row r has candidates ``row_at[row_start[r]:row_start[r + 1]]``; it defines helper ``helper_of[r]`` (-1: none) and counts
    helpers ``inside_at[…]``. Helper h has the rows ``defined_at[…]`` that define it and ``used_at[…]`` where it counts.
    """

    row_start: IntArray
    row_at: IntArray
    row_value: FloatArray
    column_start: IntArray
    column_at: IntArray
    column_value: FloatArray
    least: FloatArray
    helper_of: IntArray
    highest: FloatArray
    defined_start: IntArray
    defined_at: IntArray
    used_start: IntArray
    used_at: IntArray
    used_value: FloatArray
    inside_start: IntArray
    inside_at: IntArray
    inside_value: FloatArray


def shape_of(matrix: sparse.csr_array, least: FloatArray, highest: FloatArray, objective: FloatArray, n: int) -> Shape:
    """Take helpers apart: an entry below zero of a helper is where it is defined, one above zero where it counts."""
    whole = sparse.vstack([matrix, sparse.csr_array(-objective[None, :])], format="csr")
    rows, columns, helpers = whole[:, :n].tocsr(), whole[:, :n].tocsc(), whole[:, n:].tocoo()
    down = helpers.data < 0
    size = helpers.shape
    defines = sparse.csc_array((helpers.data[down], (helpers.row[down], helpers.col[down])), shape=size)
    counts = sparse.csc_array((helpers.data[~down], (helpers.row[~down], helpers.col[~down])), shape=size)
    inside = counts.tocsr()
    helper_of = np.full(size[0], -1, np.int64)
    helper_of[helpers.row[down]] = helpers.col[down]
    return Shape(
        _whole(rows.indptr), _whole(rows.indices), rows.data.astype(float), _whole(columns.indptr),
        _whole(columns.indices), columns.data.astype(float), np.append(least, -np.inf).astype(float), helper_of,
        highest[n:].astype(float), _whole(defines.indptr), _whole(defines.indices), _whole(counts.indptr),
        _whole(counts.indices), counts.data.astype(float), _whole(inside.indptr), _whole(inside.indices),
        inside.data.astype(float),
    )  # fmt: skip


def activities(g: Shape, team: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """What a team does in each row, helpers left aside; and its helpers, each as large as the team lets it be."""
    n_rows = len(g.least)
    row = np.repeat(np.arange(n_rows), np.diff(g.row_start))
    act = np.bincount(row, g.row_value * team[g.row_at], n_rows)
    helpers = g.highest.copy()
    np.minimum.at(helpers, np.repeat(np.arange(len(helpers)), np.diff(g.defined_start)), act[g.defined_at])
    return act.astype(float), np.maximum(helpers, 0.0)


def _whole(values: object) -> IntArray:
    return np.asarray(values, np.int64)
