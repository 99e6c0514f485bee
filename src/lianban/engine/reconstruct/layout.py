"""Layout (候选配对): every pair of a buyer's need and a possible supplier, in one fixed order."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

KNOWN, OPEN, RULED_OUT = 1, 0, -1


@dataclass(frozen=True, eq=False)
class Layout:
    """Slots (需求槽), one for each buyer and group it needs, and their possible suppliers.

    Slots of a block (one group of suppliers, one of buyers) stand together; so do the pairs of a slot, by supplier. What
    is known changes ``status`` and ``value``, never the order: a draw uses the same random numbers for the same pair.

    ``slot_buyer``, ``slot_group``, ``required``: one entry for each slot; ``start``: first pair of each slot, one more at the
    end; ``block_start`` likewise for blocks; ``seller``, ``status``, ``value`` (NaN unknown): one entry for each pair.
    """

    n_firms: int
    slot_buyer: IntArray
    slot_group: IntArray
    required: BoolArray
    block_start: IntArray
    start: IntArray
    seller: IntArray
    status: NDArray[np.int8]
    value: FloatArray

    @classmethod
    def of(
        cls,
        suppliers: Sequence[IntArray],
        n_firms: int,
        slot_buyer: ArrayLike,
        slot_group: ArrayLike,
        slot_block: ArrayLike,
        required: ArrayLike,
    ) -> "Layout":
        """Lay out the pairs: ``suppliers`` lists the firms of each group, ascending; a firm never supplies itself."""
        buyer, group, block = (np.asarray(given, np.int64) for given in (slot_buyer, slot_group, slot_block))
        order = np.lexsort((buyer, block))
        buyer, group, block = buyer[order], group[order], block[order]
        members = [suppliers[one] for one in group.tolist()]
        lengths = np.array([len(one) for one in members], np.int64)
        seller = np.concatenate(members) if members else np.zeros(0, np.int64)
        slot = np.repeat(np.arange(len(buyer)), lengths)
        keep = seller != buyer[slot]
        seller, slot = seller[keep], slot[keep]
        return cls(
            n_firms=n_firms,
            slot_buyer=buyer,
            slot_group=group,
            required=np.asarray(required, bool)[order],
            block_start=np.append(np.flatnonzero(np.r_[True, np.diff(block) != 0][: len(block)]), len(block)),
            start=np.searchsorted(slot, np.arange(len(buyer) + 1)).astype(np.int64),
            seller=seller,
            status=np.zeros(len(seller), np.int8),
            value=np.full(len(seller), np.nan),
        )

    @property
    def n_slots(self) -> int:
        """Number of slots (需求槽数)."""
        return len(self.slot_buyer)

    @property
    def n_pairs(self) -> int:
        """Number of pairs (候选配对数)."""
        return len(self.seller)

    @cached_property
    def slot(self) -> IntArray:
        """Slot of each pair."""
        return np.repeat(np.arange(self.n_slots), np.diff(self.start))

    @cached_property
    def block_of_slot(self) -> IntArray:
        """Block of each slot."""
        return np.repeat(np.arange(len(self.block_start) - 1), np.diff(self.block_start))

    @cached_property
    def by_seller(self) -> tuple[IntArray, IntArray]:
        """Pairs in the order of their sellers, and where each seller's begin."""
        order = np.argsort(self.seller, kind="stable")
        return order, np.searchsorted(self.seller[order], np.arange(self.n_firms + 1)).astype(np.int64)

    @cached_property
    def _keys(self) -> tuple[IntArray, IntArray]:
        """Keys of the pairs (slot's buyer and group are given by the seller), ascending, and their positions."""
        key = self.slot_buyer[self.slot] * np.int64(self.n_firms) + self.seller
        order = np.argsort(key, kind="stable")
        return key[order], order

    def find(self, seller: IntArray, buyer: IntArray) -> IntArray:
        """Positions of pairs, -1 where the buyer has no need of what the seller makes."""
        keys, order = self._keys
        wanted = buyer * np.int64(self.n_firms) + seller
        if not len(keys):
            return np.full(len(wanted), -1)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[at] == wanted, order[at], -1)

    def knowing(
        self,
        links: tuple[IntArray, IntArray, FloatArray] | None = None,
        absent: tuple[IntArray, IntArray] | None = None,
        closed: BoolArray | None = None,
    ) -> "Layout":
        """The same pairs with known links (seller, buyer, amount or NaN), certain absences, and closed slots.

        All known links of a ``closed`` slot (one entry for each slot) are known: its other pairs are ruled out.
        """
        status, value = self.status.copy(), self.value.copy()
        if absent is not None:
            at = self.find(*absent)
            status[at[at >= 0]] = RULED_OUT
        if links is not None:
            at = self.find(links[0], links[1])
            status[at[at >= 0]], value[at[at >= 0]] = KNOWN, links[2][at >= 0]
        if closed is not None:
            status[closed[self.slot] & (status == OPEN)] = RULED_OUT
        return Layout(
            self.n_firms,
            self.slot_buyer,
            self.slot_group,
            self.required,
            self.block_start,
            self.start,
            self.seller,
            status,
            value,
        )

    def without_supplier(self) -> IntArray:
        """Slots that need a supplier and can have none."""
        possible = np.zeros(self.n_slots, np.int64)
        np.add.at(possible, self.slot, self.status >= OPEN)
        return np.flatnonzero(self.required & (possible == 0))
