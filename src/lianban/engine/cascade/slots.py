"""Slots that say the same are computed once (合并相同的投入项): many makers of one product buy in the same proportions."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

DIGITS = 14  # shares that agree in so many digits after the point are the same share


@dataclass(frozen=True)
class MergedSlots:
    """Different slots, and the different lists of slots that buyers have.

    ``matrix`` has one row for each different slot. Kinds of buyers are sorted by how many slots they have, most first:
    ``columns[k]`` holds the slot number k of each kind that has more than k. ``kind_of`` gives the kind of each buyer.
    """

    matrix: sparse.csr_array
    columns: tuple[NDArray[np.int64], ...]
    buyers: NDArray[np.int64]
    kind_of: NDArray[np.int64]

    @classmethod
    def of(cls, shares: sparse.csr_array, slot_buyer: NDArray[np.int64]) -> "MergedSlots":
        """Merge the rows of a share matrix, whose buyers are ascending."""
        first, slot_of = _different_rows(shares)
        starts = np.flatnonzero(np.r_[True, np.diff(slot_buyer) != 0][: len(slot_buyer)])
        ends = np.r_[starts[1:], len(slot_buyer)][: len(starts)]
        kinds: dict[bytes, int] = {}
        lists: list[NDArray[np.int64]] = []
        kind_of = np.empty(len(starts), np.int64)
        for at, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            own = np.unique(slot_of[start:end])
            kind_of[at] = kinds.setdefault(own.tobytes(), len(kinds))
            if len(kinds) > len(lists):
                lists.append(own)
        order = sorted(range(len(lists)), key=lambda kind: -len(lists[kind]))
        place = np.empty(len(lists), np.int64)
        place[order] = np.arange(len(lists))
        most = len(lists[order[0]]) if lists else 0
        columns = tuple(
            np.array([lists[kind][k] for kind in order if len(lists[kind]) > k], np.int64) for k in range(most)
        )
        return cls(sparse.csr_array(shares[first]), columns, slot_buyer[starts], place[kind_of])

    def worst(self, passed_on: NDArray[np.float64]) -> NDArray[np.float64]:
        """Loss of each buyer's worst slot, shape (n_buyers, n_cases)."""
        loss_of_slot = self.matrix @ passed_on
        loss = loss_of_slot[self.columns[0]]
        for column in self.columns[1:]:
            np.maximum(loss[: len(column)], loss_of_slot[column], out=loss[: len(column)])
        return loss[self.kind_of]


def _different_rows(shares: sparse.csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First row of each kind, and the kind of each row."""
    rounded = np.round(shares.data, DIGITS)
    kinds: dict[tuple[bytes, bytes], int] = {}
    first: list[int] = []
    kind_of = np.empty(shares.shape[0], np.int64)
    bounds = shares.indptr.tolist()
    for row, (start, end) in enumerate(pairwise(bounds)):
        key = (shares.indices[start:end].tobytes(), rounded[start:end].tobytes())
        kind_of[row] = kinds.setdefault(key, len(kinds))
        if len(kinds) > len(first):
            first.append(row)
    return np.array(first, np.int64), kind_of
