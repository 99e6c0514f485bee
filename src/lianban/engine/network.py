"""SupplyNetwork (供应网络): money flows between nodes, checked once, then only read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine import network_checks as checks
from lianban.engine.errors import InvalidNetwork

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

NO_EFFECT, NON_ESSENTIAL, ESSENTIAL = 0, 1, 2


@dataclass(frozen=True, eq=False)
class SupplyNetwork:
    """Supply network (供应网络): who sells how much to whom, and how much the buyer needs it.

    Parameters
    ----------
    seller, buyer : int array of shape (n_links,)
        Nodes are numbered from 0. A pair stands at most once; a node may sell to itself.
    value : float array of shape (n_links,), any unit of money, finite, at least 0
    group : int array of shape (n_firms,)
        What the node makes. Sellers of one group can replace each other for a buyer.
    market : int array of shape (n_firms,), default ``group``
        Nodes that can take over each other's customers.
    input_class : int array of shape (n_links,), 0 no effect, 1 non-essential, 2 essential (default: all 2)
        The same for all links between the same two groups.
    output_weight : float array of shape (n_firms,) or (n_firms, n_weights), default the sales of each node
        What counts as output; finite, at least 0.
    labels : n_firms different names, optional

    Raises
    ------
    InvalidNetwork
        Names the first row (counted from 0) that breaks a rule.

    Notes
    -----
    The arrays are copied and made read-only: a network never changes, so that its fingerprint means something.
    """

    seller: IntArray
    buyer: IntArray
    value: FloatArray
    group: IntArray
    market: IntArray
    input_class: NDArray[np.int8]
    output_weight: FloatArray
    labels: tuple[str, ...] | None

    def __init__(
        self,
        seller: ArrayLike,
        buyer: ArrayLike,
        value: ArrayLike,
        group: ArrayLike,
        market: ArrayLike | None = None,
        input_class: ArrayLike | None = None,
        output_weight: ArrayLike | None = None,
        labels: Sequence[str] | None = None,
    ) -> None:
        group_of = checks.whole_numbers("group", group)
        n_firms = len(group_of)
        seller_of = checks.nodes("seller", seller, n_firms)
        buyer_of = checks.nodes("buyer", buyer, n_firms, n_links=len(seller_of))
        values = checks.amounts("value", value, len(seller_of))
        classes = checks.classes(input_class, len(seller_of))
        checks.refuse_repeated_pairs(seller_of, buyer_of, n_firms)
        checks.refuse_mixed_classes(group_of, seller_of, buyer_of, classes)

        fields: dict[str, Any] = {
            "seller": seller_of,
            "buyer": buyer_of,
            "value": values,
            "group": group_of,
            "market": group_of if market is None else checks.whole_numbers("market", market, n_firms),
            "input_class": classes,
            "output_weight": np.bincount(seller_of, values, n_firms)
            if output_weight is None
            else checks.weights(output_weight, n_firms),
            "labels": None if labels is None else checks.names(labels, n_firms),
        }
        for name, content in fields.items():
            if isinstance(content, np.ndarray):
                content.setflags(write=False)
            object.__setattr__(self, name, content)

    @classmethod
    def from_essential(
        cls,
        seller: ArrayLike,
        buyer: ArrayLike,
        value: ArrayLike,
        sector: ArrayLike,
        essential: ArrayLike,
        sector_labels: Sequence[Any],
        *,
        market: ArrayLike | None = None,
        output_weight: ArrayLike | None = None,
        labels: Sequence[str] | None = None,
    ) -> "SupplyNetwork":
        """Build a network from the layout of the literature: a sector per node and a class matrix.

        Parameters
        ----------
        sector : labels (text or number) of shape (n_firms,)
        essential : matrix of 0, 1, 2; row = sector of the seller, column = sector of the buyer
        sector_labels : the sector that each row and column of ``essential`` stands for
            In any order; classes are found by label, never by position. Sectors without a node are allowed.
        """
        sectors = np.asarray(sector)
        rows = checks.row_of_label(sectors, sector_labels)
        matrix = checks.square_classes(essential, len(sector_labels))
        seller_of = checks.nodes("seller", seller, len(rows))
        buyer_of = checks.nodes("buyer", buyer, len(rows), n_links=len(seller_of))
        return cls(
            seller_of,
            buyer_of,
            value,
            group=rows,
            market=None if market is None else np.unique(np.asarray(market), return_inverse=True)[1],
            input_class=matrix[rows[seller_of], rows[buyer_of]],
            output_weight=output_weight,
            labels=labels,
        )

    @property
    def n_firms(self) -> int:
        """Number of nodes (节点数)."""
        return len(self.group)

    @property
    def n_links(self) -> int:
        """Number of links (供应关系数)."""
        return len(self.seller)

    @cached_property
    def sales(self) -> FloatArray:
        """What each node sells to the others and to itself; shape (n_firms,)."""
        return np.bincount(self.seller, weights=self.value, minlength=self.n_firms).astype(np.float64)

    @cached_property
    def purchases(self) -> FloatArray:
        """What each node buys, inputs of every class together; shape (n_firms,)."""
        return np.bincount(self.buyer, weights=self.value, minlength=self.n_firms).astype(np.float64)

    @cached_property
    def fingerprint(self) -> str:
        """Fingerprint (指纹) of the content; the order of the links does not matter."""
        order = np.lexsort((self.buyer, self.seller))
        digest = hashlib.sha256(b"SupplyNetwork 1")
        for name in ("seller", "buyer", "value", "input_class"):
            digest.update(np.ascontiguousarray(getattr(self, name)[order]).tobytes())
        for array in (self.group, self.market, self.output_weight):
            digest.update(repr(array.shape).encode() + np.ascontiguousarray(array).tobytes())
        digest.update("\x1f".join(self.labels or ()).encode())
        return "sha256:" + digest.hexdigest()

    def node(self, label: str) -> int:
        """Number of the node with this label."""
        if self.labels is None:
            raise InvalidNetwork("this network has no labels")
        try:
            return self._position[label]
        except KeyError:
            raise InvalidNetwork(f"no node is labelled {label!r}") from None

    @cached_property
    def _position(self) -> dict[str, int]:
        return {label: position for position, label in enumerate(self.labels or ())}

    def __repr__(self) -> str:
        return f"SupplyNetwork(n_firms={self.n_firms}, n_links={self.n_links}, {self.fingerprint[:15]}…)"
