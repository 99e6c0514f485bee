"""Where the cards of a map stand: columns are given by stage, the order inside a column is found by barycentre sweeps.

Numbers in, numbers out; knows neither Django nor drawing. Cycles are normal: an edge may run to the right, to the left
or inside a column.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TALLEST = 40  # a stage with more cards is set in several columns side by side
SWEEPS = 24  # the order settles in fewer on every chain tried, up to 5,000 nodes


@dataclass(frozen=True)
class Layout:
    """Column (0 = left) and row (in rows, 0 = top, may be half) of each node."""

    column: Ints
    row: Floats
    n_columns: int
    n_rows: float


def arrange(stage: Ints, source: Ints, target: Ints, *, sweeps: int = SWEEPS) -> Layout:
    """Place nodes so that edges are short and cross little.

    Parameters
    ----------
    stage : int64[n_nodes]
        Stage of each node; distinct stages become columns from left to right.
    source, target : int64[n_edges]
        Node indices of each edge.
    """
    n = len(stage)
    _, column = np.unique(stage, return_inverse=True)
    column = column.astype(np.int64)
    n_columns = int(column.max()) + 1 if n else 0
    members = [np.flatnonzero(column == c) for c in range(n_columns)]
    height = max((len(m) for m in members), default=0)
    links = _links(n, column, source, target)
    row = np.zeros(n)
    for inside in members:
        row[inside] = _spread(len(inside), height)
    best, least = row.copy(), _length(links, row)
    for sweep in range(sweeps):
        order = range(n_columns) if sweep % 2 == 0 else range(n_columns - 1, -1, -1)
        for c in order:
            inside = members[c]
            wanted = _barycentre(links, row, inside)
            by_wish = inside[np.lexsort((row[inside], wanted))]
            row[by_wish] = _spread(len(inside), height)
        length = _length(links, row)
        if length < least - 1e-9:
            best, least = row.copy(), length
    column, row, members = _fold(best, members)
    height = max((len(m) for m in members), default=0)
    return Layout(column, _align(row, members, links, height), len(members), float(height))


def _fold(row: Floats, members: list[Ints]) -> tuple[Ints, Floats, list[Ints]]:
    """Deal the cards of a tall stage to several columns, in turn, so that each keeps about its height."""
    folded: list[Ints] = []
    for inside in members:
        in_order = inside[np.argsort(row[inside], kind="stable")]
        parts = -(-len(inside) // TALLEST)
        folded += [in_order[part::parts] for part in range(parts)]
    height = max((len(m) for m in folded), default=0)
    column, new_row = np.zeros(len(row), dtype=np.int64), row.copy()
    for c, inside in enumerate(folded):
        column[inside] = c
        new_row[inside] = _spread(len(inside), height)
    return column, new_row, folded


def _links(n: int, column: Ints, source: Ints, target: Ints) -> Any:
    """Both directions of every edge; a long edge pulls less, an edge inside a column does not pull."""
    span = np.abs(column[target] - column[source])
    keep = span > 0
    weight = 1.0 / span[keep]
    ends = (np.concatenate([source[keep], target[keep]]), np.concatenate([target[keep], source[keep]]))
    return csr_array((np.concatenate([weight, weight]), ends), shape=(n, n))


def _spread(count: int, height: int) -> Floats:
    """Rows of a column of ``count`` cards, in the middle of the height."""
    return np.arange(count, dtype=np.float64) + (height - count) / 2


def _barycentre(links: Any, row: Floats, nodes: Ints) -> Floats:
    """Mean row of each node's neighbours; its own row where it has none."""
    mine = links[nodes]
    weight = np.asarray(mine.sum(axis=1)).ravel()
    pulled = mine @ row
    return np.where(weight > 0, pulled / np.where(weight > 0, weight, 1.0), row[nodes])


def _length(links: Any, row: Floats) -> float:
    edges = links.tocoo()
    return float((edges.data * np.abs(row[edges.coords[0]] - row[edges.coords[1]])).sum())


def _align(row: Floats, members: list[Ints], links: Any, height: int) -> Floats:
    """Move cards towards their neighbours without changing the order or coming closer than one row.

    In ``z = row - rank`` that is a monotone fit, solved exactly by pooling adjacent violators; rounding to half rows
    keeps it monotone, so cards stand on a quiet grid.
    """
    row = row.copy()
    for _ in range(4):
        for inside in members:
            in_order = inside[np.argsort(row[inside], kind="stable")]
            ranks = np.arange(len(in_order))
            z = _monotone(_barycentre(links, row, in_order) - ranks)
            z = np.clip(np.round(z * 2) / 2, 0, max(height - len(in_order), 0))
            row[in_order] = z + ranks
    return row


def _monotone(values: Floats) -> Floats:
    """Least-squares non-decreasing fit (pool adjacent violators)."""
    means: list[float] = []
    sizes: list[int] = []
    for value in values:
        means.append(float(value))
        sizes.append(1)
        while len(means) > 1 and means[-2] > means[-1]:
            size = sizes[-2] + sizes[-1]
            means[-2:] = [(means[-2] * sizes[-2] + means[-1] * sizes[-1]) / size]
            sizes[-2:] = [size]
    return np.repeat(np.array(means), sizes) if means else np.zeros(0)


def steps(n: int, source: Ints, target: Ints, node: int) -> tuple[Floats, Floats]:
    """How many steps each node is upstream of a node and downstream of it; inf where there is no way."""
    forward = csr_array((np.ones(len(source)), (source, target)), shape=(n, n))
    up, down = (
        shortest_path(graph, directed=True, unweighted=True, indices=node) for graph in (forward.T.tocsr(), forward)
    )
    return up, down


def between(n: int, source: Ints, target: Ints, start: int, end: int) -> tuple[list[int], Bools]:
    """One shortest way from a node to another (empty where there is none), and all nodes of any way between them."""
    _, down = steps(n, source, target, start)
    up, _ = steps(n, source, target, end)
    if not np.isfinite(down[end]):
        return [], np.zeros(n, dtype=bool)
    forward = csr_array((np.ones(len(source)), (source, target)), shape=(n, n))
    way = [start]
    while way[-1] != end:
        after = forward.indices[forward.indptr[way[-1]] : forward.indptr[way[-1] + 1]]
        way.append(int(min(after[up[after] == up[way[-1]] - 1])))
    return way, np.isfinite(down) & np.isfinite(up)
