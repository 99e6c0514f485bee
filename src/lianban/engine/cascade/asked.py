"""Which scenarios a run of the systemic risk index asks: single failures, a sample of them, or given shocks."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from lianban.engine.errors import InvalidShock
from lianban.engine.network import SupplyNetwork

IntArray = NDArray[np.int64]
MOST_TOLD = 20  # bad entries named in one refusal; the others are counted


@dataclass(frozen=True, eq=False)
class Scenarios:
    """Scenarios (情景) of one run, in order.

    ``firms`` holds the failing firm of each scenario where every scenario is one complete failure; else it is None and
    ``down`` and ``up`` hold the shocks, one column each. ``names`` are labels, or numbers counted from 0.
    """

    names: NDArray[Any]
    firms: IntArray | None
    down: sparse.csc_array | None
    up: sparse.csc_array | None

    def __len__(self) -> int:
        return len(self.names)

    @property
    def fingerprint(self) -> str:
        """Fingerprint (指纹) of what is asked, names left out."""
        digest = hashlib.sha256(b"Scenarios 1")
        for array in (self.firms, *_parts(self.down), *_parts(self.up)):
            digest.update(b"none" if array is None else repr(array.shape).encode() + array.tobytes())
        return digest.hexdigest()

    def columns(self, block: slice | IntArray, n_firms: int) -> tuple[sparse.csc_array, sparse.csc_array]:
        """Shocks of some scenarios, downstream and upstream; shape (n_firms, n_cases) each."""
        if self.firms is not None:
            failing = self.firms[block]
            shape = (n_firms, len(failing))
            one = sparse.csc_array((np.ones(len(failing)), (failing, np.arange(len(failing)))), shape=shape)
            return one, one
        assert self.down is not None
        down = self.down[:, block]
        return down, down if self.up is None else self.up[:, block]


def scenarios_of(
    network: SupplyNetwork,
    *,
    shocks: ArrayLike | sparse.sparray | None,
    shocks_up: ArrayLike | sparse.sparray | None,
    firms: ArrayLike | Sequence[str] | None,
    sample: int | None,
    seed: int | None,
    names: Sequence[Any] | None,
) -> Scenarios:
    """Read what is asked; refuse two questions at once.

    Raises
    ------
    InvalidShock
        Contradicting arguments, a firm that is not in the network, a shock of wrong shape or outside [0, 1].
    """
    if shocks is None:
        if shocks_up is not None:
            raise InvalidShock("shocks_up stands without shocks: give both, or shocks alone for both directions")
        failing = _failing(network, firms, sample, seed)
        return Scenarios(_names(names, len(failing), _labels(network, failing)), failing, None, None)
    given = {"firms": firms, "sample": sample}
    if double := [name for name, value in given.items() if value is not None]:
        raise InvalidShock(f"shocks say what happens already: leave {' and '.join(double)} out")
    down = _shares("shocks", shocks, network)
    up = None if shocks_up is None else _shares("shocks_up", shocks_up, network)
    if up is not None and up.shape != down.shape:
        raise InvalidShock(f"shocks_up has shape {up.shape}, shocks {down.shape}: one column for each scenario in both")
    return Scenarios(_names(names, down.shape[1], np.arange(down.shape[1])), None, down, up)


def _failing(
    network: SupplyNetwork, firms: ArrayLike | Sequence[str] | None, sample: int | None, seed: int | None
) -> IntArray:
    """Firms that fail, one in each scenario: those named, all, or a random sample of either."""
    pool = np.arange(network.n_firms) if firms is None else _numbers(network, firms)
    if sample is None:
        return pool
    if not 1 <= sample <= len(pool):
        raise InvalidShock(f"sample is {sample}, but there are {len(pool)} firms to draw from")
    drawn = np.random.default_rng(0 if seed is None else seed).choice(len(pool), size=sample, replace=False)
    return pool[np.sort(drawn)]


def _numbers(network: SupplyNetwork, firms: ArrayLike | Sequence[str]) -> IntArray:
    asked = np.atleast_1d(np.asarray(firms))
    if asked.ndim != 1:
        raise InvalidShock(f"firms has shape {asked.shape}, expected a list of firms")
    if asked.dtype.kind in "iu" or asked.size == 0:
        wrong = [f"entry {i}: {k}" for i, k in enumerate(asked.tolist()) if not 0 <= k < network.n_firms]
        if wrong:
            raise InvalidShock(f"no such firm (there are {network.n_firms}, counted from 0): {_told(wrong)}")
        return asked.astype(np.int64)
    if network.labels is None:
        raise InvalidShock(f"firms holds {asked.dtype}, but this network has no labels: give numbers, counted from 0")
    number = {label: k for k, label in enumerate(network.labels)}
    wrong = [f"entry {i}: {label!r}" for i, label in enumerate(asked.tolist()) if str(label) not in number]
    if wrong:
        raise InvalidShock(f"no firm with this label: {_told(wrong)}")
    return np.array([number[str(label)] for label in asked.tolist()], np.int64)


def _shares(name: str, given: Any, network: SupplyNetwork) -> sparse.csc_array:
    """Shocks as sparse columns, checked."""
    shape = np.shape(given) if not sparse.issparse(given) else given.shape
    if len(shape) == 1:
        given = np.asarray(given).reshape(-1, 1)
    elif len(shape) != 2:
        raise InvalidShock(f"{name} has shape {shape}, expected ({network.n_firms}, n_scenarios)")
    columns = sparse.csc_array(given, dtype=np.float64)
    if columns.shape[0] != network.n_firms:
        raise InvalidShock(f"{name} has {columns.shape[0]} rows, but there are {network.n_firms} firms: one row each")
    columns.sum_duplicates()
    bad = np.flatnonzero(~((columns.data >= 0) & (columns.data <= 1)))
    if bad.size:
        case = np.searchsorted(columns.indptr, bad, side="right") - 1
        wrong = [
            f"row {columns.indices[at]}, scenario {k}: {columns.data[at]}" for at, k in zip(bad, case, strict=True)
        ]
        raise InvalidShock(f"{name} must be shares of capacity between 0 and 1: {_told(wrong)}")
    columns.eliminate_zeros()
    return columns


def _names(names: Sequence[Any] | None, length: int, otherwise: NDArray[Any]) -> NDArray[Any]:
    if names is None:
        return otherwise
    if len(names) != length:
        raise InvalidShock(f"{len(names)} names for {length} scenarios")
    return np.asarray(list(names))


def _labels(network: SupplyNetwork, firms: IntArray) -> NDArray[Any]:
    if network.labels is None:
        return firms
    return np.array([network.labels[k] for k in firms.tolist()], dtype=np.str_)


def _parts(columns: sparse.csc_array | None) -> tuple[Any, ...]:
    if columns is None:
        return (None,)
    return (columns.indptr.astype(np.int64), columns.indices.astype(np.int64), columns.data, np.array(columns.shape))


def _told(wrong: list[str]) -> str:
    more = f" and {len(wrong) - MOST_TOLD} more" if len(wrong) > MOST_TOLD else ""
    return "; ".join(wrong[:MOST_TOLD]) + more
