"""What a worker needs to know: the model, sent once, and pieces of the cases, sent shard by shard."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from lianban.engine.cascade import ENGINE_VERSION, Cascade, LossTable
from lianban.engine.cascade.model import StopRule
from lianban.engine.errors import EngineError, InvalidShock
from lianban.engine.network import SupplyNetwork
from lianban.engine.network_checks import nodes

Columns: TypeAlias = dict[str, NDArray[Any]]
Firms: TypeAlias = NDArray[np.int64]
Shocks: TypeAlias = tuple[sparse.csc_array, sparse.csc_array | None]
Piece: TypeAlias = Firms | Shocks
Solver: TypeAlias = Callable[[Piece], Columns]

COLUMNS = ("loss", "loss_down", "loss_up", "iterations", "converged")
SHARDS = 64  # at least so many, where the cases are enough: a worker that comes late finds work
LARGEST_SHARD = 4096  # what a killed worker loses
PROCESS_BYTES, BYTES_PER_FIRM, BYTES_PER_LINK = 200 << 20, 330, 150  # a tenth above what benchmarks scaling fits


@dataclass(frozen=True, eq=False)
class CascadeLosses:
    """Losses of many cascades (批量级联损失): the model of :func:`run` whose cases are run shard by shard.

    Cases are numbers of firms, each of which fails completely, or a sparse matrix of shocks, shape (n_firms, n_cases),
    or a pair of such matrices (downstream, upstream). Options as in ``Cascade`` and ``Cascade.losses``.
    """

    network: SupplyNetwork
    compatible: bool = False
    market: bool = True
    revenue: ArrayLike | None = None
    costs: ArrayLike | None = None
    eps: float = 0.01
    max_iterations: int = 10_000
    stop: StopRule = "level"

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What a reader of the results has to know."""
        given = {"revenue": self.revenue is not None, "costs": self.costs is not None}
        plain = {"eps": self.eps, "max_iterations": self.max_iterations, "stop": self.stop}
        return plain | {"compatible": self.compatible, "market": self.market} | given

    @cached_property
    def key(self) -> str:
        """Name of this model on a worker; equal for equal content."""
        digest = hashlib.sha256(f"{ENGINE_VERSION} {self.network.fingerprint} {self.parameters}".encode())
        for amounts in (self.revenue, self.costs):
            digest.update(b"-" if amounts is None else np.asarray(amounts, np.float64).tobytes())
        return "lianban-cascade-" + digest.hexdigest()[:24]

    @property
    def bytes_needed(self) -> int:
        """Memory of one process that computes with this network, from measured points (docs/howto/cluster.md)."""
        return PROCESS_BYTES + BYTES_PER_FIRM * self.network.n_firms + BYTES_PER_LINK * self.network.n_links

    def checked_cases(self, cases: Any) -> Piece:
        """Check the cases before anything is sent."""
        n_firms = self.network.n_firms
        if isinstance(cases, tuple) and len(cases) == 2:
            down, up = (_checked_shocks(name, c, n_firms) for name, c in zip(("first", "second"), cases, strict=True))
            if down.shape != up.shape:
                raise InvalidShock(f"the upstream shocks have shape {up.shape}, the downstream ones {down.shape}")
            return down, up
        if sparse.issparse(cases) or np.ndim(cases) == 2:
            return _checked_shocks("only", cases, n_firms), None
        return nodes("firms", np.asarray(cases, np.int64) if isinstance(cases, range) else cases, n_firms)

    def ready(self, threads: int = 1) -> Solver:
        """Make the network ready; the answer solves one piece."""
        cascade = Cascade(
            self.network, compatible=self.compatible, market=self.market, revenue=self.revenue, costs=self.costs
        )
        options: dict[str, Any] = {"eps": self.eps, "max_iterations": self.max_iterations, "stop": self.stop}

        def solve_piece(piece: Piece) -> Columns:
            if isinstance(piece, tuple):
                table = cascade.losses(piece[0], piece[1], threads=threads, **options)
            else:
                table = cascade.failures(piece, threads=threads, **options)
            return {name: np.asarray(getattr(table, name)) for name in COLUMNS}

        return solve_piece

    def table(self, parts: list[Columns]) -> LossTable:
        """Put the parts together, in the order given."""
        joined: dict[str, Any] = {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}
        return LossTable(
            **joined,
            network_fingerprint=self.network.fingerprint,
            engine_version=ENGINE_VERSION,
            parameters=self.parameters,
        )


def n_cases(cases: Piece) -> int:
    """How many cases there are."""
    return int(cases[0].shape[1]) if isinstance(cases, tuple) else len(cases)


def usual_shard_size(total: int) -> int:
    """Cases in one shard; depends on the number of cases alone, never on who runs them."""
    return max(1, min(LARGEST_SHARD, -(-total // SHARDS)))


def pieces(cases: Piece, shard_size: int, skip: frozenset[int] = frozenset()) -> Iterator[tuple[int, Piece]]:
    """Cut the cases into numbered pieces."""
    for number, start in enumerate(range(0, n_cases(cases), shard_size)):
        if number in skip:
            continue
        part = slice(start, start + shard_size)
        if isinstance(cases, tuple):
            down, up = cases
            yield number, (down[:, part], None if up is None else up[:, part])
        else:
            yield number, cases[part]


def fingerprint_of_cases(cases: Piece) -> str:
    """Fingerprint of the cases, so that a run is never continued with others."""
    digest = hashlib.sha256()
    for part in cases if isinstance(cases, tuple) else (cases,):
        if part is None:
            digest.update(b"none")
        elif isinstance(part, np.ndarray):
            digest.update(part.tobytes())
        else:
            for array in (part.indptr, part.indices, part.data):
                digest.update(array.astype(np.float64).tobytes())
    return "sha256:" + digest.hexdigest()


# What a worker process holds: models by their key, and the solvers made from them when the first piece comes.
_models: dict[str, CascadeLosses] = {}
_solvers: dict[str, Solver] = {}
_making = threading.Lock()


def install(model: CascadeLosses) -> None:
    """Keep a model in this process, so that pieces need not carry it."""
    _models[model.key] = model


def forget(key: str) -> None:
    """Free the memory of a model."""
    _models.pop(key, None)
    _solvers.pop(key, None)


def solve(key: str, engine_version: str, piece: Piece) -> Columns:
    """Solve a piece with the model that was installed here."""
    if engine_version != ENGINE_VERSION:
        raise EngineError(
            f"this worker computes with engine {ENGINE_VERSION!r}, the sender with {engine_version!r}: "
            "install the same lianban everywhere"
        )
    with _making:
        if key not in _solvers:
            if key not in _models:
                raise EngineError(f"the model {key} never reached this worker")
            _solvers[key] = _models[key].ready()
    return _solvers[key](piece)


def _checked_shocks(name: str, given: Any, n_firms: int) -> sparse.csc_array:
    shocks = sparse.csc_array(given, dtype=np.float64)
    shocks.sum_duplicates()
    if shocks.shape[0] != n_firms:
        raise InvalidShock(f"the {name} shocks have {shocks.shape[0]} rows, the network {n_firms} nodes")
    bad = ~((shocks.data >= 0) & (shocks.data <= 1))
    if bad.any():
        at = int(np.argmax(bad))
        case = int(np.searchsorted(shocks.indptr, at, side="right")) - 1
        raise InvalidShock(
            f"row {shocks.indices[at]}, case {case}: a shock of {shocks.data[at]}, expected a share between 0 and 1"
        )
    return shocks
