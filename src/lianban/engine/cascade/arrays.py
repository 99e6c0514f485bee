"""Plain arrays (数组) to a network: a matrix or three columns as the literature has them, checked as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from lianban.engine.errors import InvalidNetwork
from lianban.engine.network import SupplyNetwork

MOST_TOLD = 10  # rows named for each kind of mistake; the others are counted


def network_of(
    given: Any,
    sector: ArrayLike | None,
    essential: ArrayLike | None,
    sector_labels: Sequence[Any] | None,
    labels: Sequence[str] | None,
) -> SupplyNetwork:
    """Build a network from a matrix, or from three arrays (supplier, customer, value).

    Raises
    ------
    InvalidNetwork
        Every row that breaks a rule, all at once.
    """
    if sector is None:
        raise InvalidNetwork("a matrix or arrays need sector: the sector of each firm, in order")
    sectors = np.asarray(sector)
    if sectors.ndim != 1:
        raise InvalidNetwork(f"sector has shape {sectors.shape}, expected one label for each firm")
    if essential is not None and sector_labels is None:
        raise InvalidNetwork(
            "essential needs sector_labels: the sector that each of its rows and columns stands for "
            "(classes are found by label, so that another order cannot give wrong numbers)"
        )
    names = None if labels is None else [str(label) for label in labels]
    ends_and_value = _links(given, len(sectors), names)
    if essential is None:
        kinds = list(dict.fromkeys(sectors.tolist()))
        essential, sector_labels = np.full((len(kinds), len(kinds)), 2), kinds
    assert sector_labels is not None
    _refuse_all(ends_and_value, sectors, list(sector_labels), np.asarray(essential))
    seller, buyer, value = ends_and_value
    return SupplyNetwork.from_essential(seller, buyer, value, sectors, essential, sector_labels, labels=names)


def with_columns(
    network: SupplyNetwork, market: bool | ArrayLike, weights: ArrayLike | Mapping[str, ArrayLike] | None
) -> tuple[SupplyNetwork, tuple[str, ...]]:
    """The network with other market groups or output weights, and the names of its weights."""
    columns: Any = network.output_weight
    names: tuple[str, ...] | None = None
    if isinstance(weights, Mapping):
        names = tuple(str(name) for name in weights)
        if not names:
            raise InvalidNetwork("weights is empty: name at least one kind of output")
        columns = np.stack([_per_firm(f"weights {name}", one, network) for name, one in weights.items()], axis=1)
        columns = columns[:, 0] if len(names) == 1 else columns
    elif weights is not None:
        columns = np.asarray(weights)
    groups: Any = network.market
    if not isinstance(market, bool):
        groups = _per_firm("market", market, network)
        groups = np.unique(groups, return_inverse=True)[1]
    if columns is not network.output_weight or groups is not network.market:
        network = SupplyNetwork(
            network.seller,
            network.buyer,
            network.value,
            network.group,
            market=groups,
            input_class=network.input_class,
            output_weight=columns,
            labels=network.labels,
        )
    if names is None:
        n_weights = 1 if network.output_weight.ndim == 1 else network.output_weight.shape[1]
        names = ("output",) if n_weights == 1 else tuple(str(k + 1) for k in range(n_weights))
    return network, names


def _per_firm(name: str, given: ArrayLike, network: SupplyNetwork) -> NDArray[Any]:
    array = np.asarray(given)
    if array.shape != (network.n_firms,):
        raise InvalidNetwork(f"{name} has shape {array.shape}, expected one entry for each of {network.n_firms} firms")
    return array


def _links(given: Any, n_firms: int, labels: list[str] | None) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Supplier, customer and value of each link."""
    if not isinstance(given, tuple):
        matrix = given if sparse.issparse(given) else np.asarray(given)
        if matrix.shape != (n_firms, n_firms):
            raise InvalidNetwork(
                f"the matrix has shape {matrix.shape}, but sector names {n_firms} firms: one row and column each "
                "(three arrays are given as a tuple)"
            )
        entries = sparse.coo_array(matrix)
        entries.sum_duplicates()
        return entries.coords[0].astype(np.int64), entries.coords[1].astype(np.int64), entries.data
    if len(given) != 3:
        raise InvalidNetwork(f"a tuple of {len(given)} arrays, expected (supplier, customer, value)")
    seller, buyer, value = (np.asarray(one) for one in given)
    if not len(seller) == len(buyer) == len(value):
        raise InvalidNetwork(
            f"{len(seller)} suppliers, {len(buyer)} customers and {len(value)} values: one of each a row"
        )
    if labels is not None:
        number = {label: k for k, label in enumerate(labels)}
        seller, buyer = (np.array([number.get(str(one), -1) for one in ends], np.int64) for ends in (seller, buyer))
    return seller, buyer, value


def _refuse_all(
    links: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    sectors: NDArray[Any],
    sector_labels: list[Any],
    essential: NDArray[Any],
) -> None:
    """Name every row that breaks a rule; what has a wrong type is left to the network itself."""
    seller, buyer, value = links
    wrong: list[str] = []
    for name, ends in (("supplier", seller), ("customer", buyer)):
        if ends.dtype.kind in "iu":
            bad = np.flatnonzero((ends < 0) | (ends >= len(sectors)))
            _tell(wrong, f"{name} is no firm (there are {len(sectors)}, counted from 0, or named by labels)", bad)
    if value.dtype.kind in "iuf":
        _tell(wrong, "value is negative, missing or infinite", np.flatnonzero(~(np.isfinite(value) & (value >= 0))))
    if seller.dtype.kind in "iu" and buyer.dtype.kind in "iu":
        inside = np.flatnonzero((seller >= 0) & (buyer >= 0) & (seller < len(sectors)) & (buyer < len(sectors)))
        pair = seller[inside].astype(np.int64) * len(sectors) + buyer[inside]
        _, first, again = np.unique(pair, return_index=True, return_inverse=True)
        repeated = inside[first[again] != np.arange(len(pair))]
        _tell(wrong, "the pair of supplier and customer stands in an earlier row: add them up first", repeated)
    known = set(sector_labels)
    lost = np.array([k for k, label in enumerate(sectors.tolist()) if label not in known], np.int64)
    _tell(wrong, "sector stands in no row of essential", lost, of="firm")
    if essential.ndim == 2:
        odd = np.argwhere(~np.isin(essential, (0, 1, 2)))
        _tell(wrong, "essential holds something else than 0, 1, 2", np.unique(odd[:, 0]), of="row of the matrix")
    if wrong:
        raise InvalidNetwork("; ".join(wrong))


def _tell(wrong: list[str], what: str, rows: NDArray[Any], of: str = "row") -> None:
    if len(rows):
        more = f" and {len(rows) - MOST_TOLD} more" if len(rows) > MOST_TOLD else ""
        wrong.append(f"{what}: {of} {', '.join(str(int(row)) for row in rows[:MOST_TOLD])}{more}")
