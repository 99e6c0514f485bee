"""Rows of a sparse matrix replaced by others (换行)."""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianban.engine.network import IntArray

Piece = tuple[bool, int, int]  # from the new rows?, first, last


def pieces_of(n_rows: int, first: IntArray, last: IntArray, new_first: IntArray, new_last: IntArray) -> list[Piece]:
    """Rows in order, with some runs replaced by new ones; the runs are ascending and do not overlap."""
    pieces: list[Piece] = []
    done = 0
    for a, b, new_a, new_b in zip(*(one.tolist() for one in (first, last, new_first, new_last)), strict=True):
        pieces += [(False, done, a), (True, new_a, new_b)]
        done = b
    return [*pieces, (False, done, n_rows)]


def spliced(
    old: sparse.csr_array,
    new: sparse.csr_array,
    first: IntArray,
    last: IntArray,
    new_first: IntArray,
    new_last: IntArray,
) -> sparse.csr_array:
    """A matrix with some runs of rows replaced by rows of another one."""
    data: list[NDArray[Any]] = []
    indices: list[NDArray[Any]] = []
    lengths: list[NDArray[Any]] = []
    sizes = [np.diff(old.indptr), np.diff(new.indptr)]
    for is_new, a, b in pieces_of(old.shape[0], first, last, new_first, new_last):
        matrix = new if is_new else old
        links = slice(matrix.indptr[a], matrix.indptr[b])
        data.append(matrix.data[links])
        indices.append(matrix.indices[links])
        lengths.append(sizes[is_new][a:b])
    n_rows = np.concatenate(lengths)
    start = np.zeros(len(n_rows) + 1, old.indptr.dtype)
    np.cumsum(n_rows, out=start[1:])
    content = (np.concatenate(data), np.concatenate(indices), start)
    return cast(sparse.csr_array, sparse.csr_array(content, shape=(len(n_rows), old.shape[1])))
