"""The generalised Leontief cascade, both channels, after Diem et al. (2022): docs/models/cascade.md has the equations."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from lianban.engine.cascade.layout import layout_of
from lianban.engine.cascade.result import CascadeResult, LossTable
from lianban.engine.cascade.shares import downstream_shares, upstream_shares
from lianban.engine.cascade.slots import MergedSlots
from lianban.engine.errors import Cancelled, InvalidNetwork, InvalidShock
from lianban.engine.network import SupplyNetwork
from lianban.engine.network_checks import nodes

if TYPE_CHECKING:
    from lianban.engine.cascade.fast import FastCascade

FloatArray = NDArray[np.float64]
StopRule = Literal["level", "loss"]
Progress = Callable[[int, int], None]  # cases done, cases in all
Cancel = Callable[[], bool]

ENGINE_VERSION = "cascade 3"  # raised whenever a number can change
DEAD_MARKET = 1e-10  # the published rule: a market with less left than this counts as 1
KERNELS_FROM_LINKS = 3_000  # smaller networks do not earn back the first compilation, which takes up to a minute
BLOCK_NUMBERS = 4_000_000  # entries of one array while many cases run: bounds the memory at some 200 MB


def simulate(
    network: SupplyNetwork,
    shock_down: ArrayLike,
    shock_up: ArrayLike | None = None,
    *,
    eps: float = 0.01,
    max_iterations: int = 10_000,
    compatible: bool = False,
    market: bool = True,
    stop: StopRule = "level",
    revenue: ArrayLike | None = None,
    costs: ArrayLike | None = None,
) -> CascadeResult:
    """Run one shock, or several at once, through the network.

    Parameters
    ----------
    shock_down, shock_up : array of shape (n_firms,) or (n_firms, n_cases), dimensionless, in [0, 1]
        Share of each node's capacity that is lost, as a maker and as a buyer; ``shock_up`` defaults to ``shock_down``.
    eps : stop after the step in which no level falls by more than this. 0.01 belongs to the published index;
        1e-12 is convergence.
    max_iterations : stop there in any case and report it (``converged`` is then False).
    compatible : True uses the published rule for dead markets, which depends on the unit of money and may never settle.
    market : False lets a buyer lose the full share of a failing seller, whatever the others of its market can do.
    stop : "level" as above; "loss" ends when the loss grows by no more than the factor 1 + eps.
    revenue, costs : array of shape (n_firms,), instead of sales in the upstream and purchases in the downstream shares.

    Raises
    ------
    InvalidShock
        Wrong shape, or a share outside [0, 1].
    InvalidNetwork
        The output weights add up to 0.
    """
    cascade = Cascade(network, compatible=compatible, market=market, revenue=revenue, costs=costs)
    return cascade.run(shock_down, shock_up, eps=eps, max_iterations=max_iterations, stop=stop)


class Cascade:
    """Cascade (级联模型): a network made ready for many shocks.

    ``slots`` are rows of ``down``: one for each buyer and essential group of sellers, one more for all its non-essential
    inputs. A buyer loses what its worst slot loses. ``kernels`` says whether losses go through compiled kernels, which take
    up to a minute of compilation once on each machine; by default networks of 3,000 links or more do.
    """

    def __init__(
        self,
        network: SupplyNetwork,
        *,
        compatible: bool = False,
        market: bool = True,
        revenue: ArrayLike | None = None,
        costs: ArrayLike | None = None,
        kernels: bool | None = None,
    ) -> None:
        self.network = network
        self.kernels = network.n_links >= KERNELS_FROM_LINKS if kernels is None else kernels
        self._options: dict[str, Any] = {"compatible": compatible, "market": market}
        self._options |= {"revenue": revenue is not None, "costs": costs is not None}
        self._weight_total = np.atleast_1d(network.output_weight.sum(axis=0))
        if not (self._weight_total > 0).all():
            raise InvalidNetwork("the output weights add up to 0: there is no output to lose")

        # A sparse product adds up in the order of the nodes, so that a case alone and in a batch give the same digits.
        self._weights = sparse.csr_array(network.output_weight.reshape(network.n_firms, -1).T)

        self.down, self.slot_buyer = downstream_shares(network, costs)
        self.up = upstream_shares(network, revenue)

        self._market_of = np.unique(network.market, return_inverse=True)[1]
        n_markets = int(self._market_of.max(initial=-1)) + 1
        members = (network.sales, (self._market_of, np.arange(network.n_firms)))
        self._market_sales = sparse.csr_array(members, shape=(n_markets, network.n_firms))

    def run(
        self,
        shock_down: ArrayLike,
        shock_up: ArrayLike | None = None,
        *,
        eps: float = 0.01,
        max_iterations: int = 10_000,
        stop: StopRule = "level",
    ) -> CascadeResult:
        """Run one shock, or several at once; see :func:`simulate`."""
        down = self._checked_shock("shock_down", shock_down)
        up = down if shock_up is None else self._checked_shock("shock_up", shock_up)
        if up.shape != down.shape:
            raise InvalidShock(f"shock_up has shape {up.shape}, shock_down {down.shape}")
        one = down.ndim == 1
        shape = (self.network.n_firms, 1 if one else down.shape[1])
        level_down, level_up, iterations, last_change = self._settle(
            1.0 - down.reshape(shape), 1.0 - up.reshape(shape), eps, max_iterations, stop
        )
        converged = last_change <= eps
        return CascadeResult(
            level_down=level_down[:, 0] if one else level_down,
            level_up=level_up[:, 0] if one else level_up,
            loss=self._reported_loss(np.minimum(level_down, level_up), one),
            loss_down=self._reported_loss(level_down, one),
            loss_up=self._reported_loss(level_up, one),
            iterations=int(iterations[0]) if one else iterations,
            converged=bool(converged[0]) if one else converged,
            reason=_reason(converged, iterations, last_change, eps, stop),
            **self._provenance(eps, max_iterations, stop),
        )

    def losses(
        self,
        shocks: sparse.spmatrix | sparse.sparray | ArrayLike,
        shocks_up: sparse.spmatrix | sparse.sparray | ArrayLike | None = None,
        *,
        eps: float = 0.01,
        max_iterations: int = 10_000,
        stop: StopRule = "level",
        threads: int | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> LossTable:
        """Losses of many shocks, one column each (best a sparse matrix); keeps no levels.

        ``shocks_up`` defaults to ``shocks``. Memory stays bounded however many cases there are, and each gives the same
        bytes whatever the ``threads`` (default: all cores) and its neighbours. Small networks, ``stop="loss"``,
        and dead markets by the published rule go the plain way.

        Raises
        ------
        InvalidShock
            Wrong shape, or a share outside [0, 1].
        Cancelled
            ``cancel()`` said so.
        """
        down = sparse.csc_array(shocks)
        up = down if shocks_up is None else sparse.csc_array(shocks_up)
        for name, columns in (("shocks", down), ("shocks_up", up)):
            if columns.shape[0] != self.network.n_firms:
                raise InvalidShock(f"{name} have {columns.shape[0]} rows, the network {self.network.n_firms} nodes")
        if down.shape != up.shape:
            raise InvalidShock(f"shocks_up has shape {up.shape}, shocks {down.shape}")
        watched: dict[str, Any] = {"progress": progress, "cancel": cancel}
        if stop == "level" and self.kernels and not self._dead_markets_matter:
            table = self._fast_losses(down, up, eps=eps, max_iterations=max_iterations, threads=threads, **watched)
        else:
            table = self._plain_losses(down, up, eps=eps, max_iterations=max_iterations, stop=stop, **watched)
        return LossTable(**table, **self._provenance(eps, max_iterations, stop))

    def _fast_losses(self, down: sparse.csc_array, up: sparse.csc_array, **options: Any) -> dict[str, Any]:
        """Losses by the kernels: docs/models/cascade.md, "How it is fast"."""
        from lianban.engine.cascade.fast import as_shocks

        for name, columns in (("shocks", down), ("shocks_up", up)):
            _refuse_bad_shares(name, columns)
        found = self.fast.run(as_shocks(down, up, self.fast.place), **options)
        losses = {
            "loss": found.both / self._weight_total,
            "loss_down": found.down / self._weight_total,
            "loss_up": found.up / self._weight_total,
        }
        if self.network.output_weight.ndim == 1:
            losses = {name: table[:, 0] for name, table in losses.items()}
        return {**losses, "iterations": found.steps, "converged": found.fall <= options["eps"]}

    def _plain_losses(
        self,
        down: sparse.csc_array,
        up: sparse.csc_array,
        *,
        progress: Progress | None,
        cancel: Cancel | None,
        **options: Any,
    ) -> dict[str, Any]:
        """Losses by sparse products, block by block."""
        results, n_cases = [], down.shape[1]
        for block in _blocks(n_cases, self.network.n_firms):
            if cancel is not None and cancel():
                raise Cancelled(f"cancelled after {block.start} of {n_cases} cases")
            results.append(self.run(down[:, block].toarray(), up[:, block].toarray(), **options))
            if progress is not None:
                progress(block.stop, n_cases)
        return {
            name: np.concatenate([getattr(result, name) for result in results])
            for name in ("loss", "loss_down", "loss_up", "iterations", "converged")
        }

    @cached_property
    def fast(self) -> "FastCascade":
        """The network laid out for the kernels; they are imported when first needed, for that takes half a second."""
        from lianban.engine.cascade.fast import FastCascade

        layout, place = layout_of(
            self.down,
            self.slot_buyer,
            self.up,
            sales=self.network.sales,
            market=self._market_of,
            weight=self.network.output_weight.reshape(self.network.n_firms, -1).T,
            replaceable=self._options["market"],
        )
        return FastCascade(layout, place)

    @cached_property
    def _slots(self) -> MergedSlots:
        return MergedSlots.of(self.down, self.slot_buyer)

    @property
    def _dead_markets_matter(self) -> bool:
        """Whether the published rule for dead markets can give another answer: only where some sell less than 1."""
        sales = self.network.sales
        return self._options["compatible"] and bool(((sales > 0) & (sales < 1)).any())

    def failures(self, firms: ArrayLike | None = None, **options: Any) -> LossTable:
        """Losses when one firm fails completely, for each of ``firms`` (default all); options as :meth:`losses`."""
        n_firms = self.network.n_firms
        failing = np.arange(n_firms) if firms is None else nodes("firms", firms, n_firms)
        shape = (n_firms, len(failing))
        return self.losses(
            sparse.csc_array((np.ones(len(failing)), (failing, np.arange(len(failing)))), shape=shape), **options
        )

    def passed_on(self, level_down: FloatArray) -> FloatArray:
        """What each node's shortfall takes from its buyers: the replaceability of its market times the shortfall.

        Shape as given, (n_firms, n_cases).
        """
        shortfall = 1.0 - level_down
        if not self._options["market"]:
            return shortfall
        sales = self.network.sales[:, None]
        left = (self._market_sales @ level_down)[self._market_of]
        if self._options["compatible"]:
            left = np.where(left <= DEAD_MARKET, 1.0, left)
            return np.minimum(1.0, sales / left) * shortfall
        smaller = sales < left
        return np.divide(sales, left, out=np.ones_like(left), where=smaller) * shortfall

    def _step(
        self, level_down: FloatArray, level_up: FloatArray, capacity_down: FloatArray, capacity_up: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """One step of both channels, each from the old state (Jacobi)."""
        new_down = capacity_down.copy()
        buyers = self._slots.buyers
        if len(buyers):
            loss = self._slots.worst(self.passed_on(level_down))
            new_down[buyers] = np.clip(1.0 - loss, 0.0, capacity_down[buyers])
        new_up = np.clip(1.0 - self.up @ (1.0 - level_up), 0.0, capacity_up)
        return new_down, new_up

    def _settle(
        self, capacity_down: FloatArray, capacity_up: FloatArray, eps: float, max_iterations: int, stop: StopRule
    ) -> tuple[FloatArray, FloatArray, NDArray[np.int64], FloatArray]:
        """Step every case until its own stop rule is met; a case that has stopped is not touched again."""
        n_cases = capacity_down.shape[1]
        level_down, level_up = capacity_down.copy(), capacity_up.copy()
        iterations, last_change = np.zeros(n_cases, np.int64), np.full(n_cases, np.inf)
        running = np.arange(n_cases)
        old_down, old_up = level_down, level_up
        for step in range(1, max_iterations + 1):
            if not running.size:
                break
            new_down, new_up = self._step(old_down, old_up, capacity_down, capacity_up)
            change = self._change(old_down, old_up, new_down, new_up, stop)
            iterations[running], last_change[running] = step, change
            going = change > eps
            if not going.all():
                level_down[:, running[~going]], level_up[:, running[~going]] = new_down[:, ~going], new_up[:, ~going]
                running = running[going]
                new_down, new_up = new_down[:, going], new_up[:, going]
                capacity_down, capacity_up = capacity_down[:, going], capacity_up[:, going]
            old_down, old_up = new_down, new_up
        level_down[:, running], level_up[:, running] = old_down, old_up
        return level_down, level_up, iterations, last_change

    def _change(
        self, old_down: FloatArray, old_up: FloatArray, new_down: FloatArray, new_up: FloatArray, stop: StopRule
    ) -> FloatArray:
        """What the stop rule looks at, for each case: the largest fall of a level, or the growth of the loss."""
        if stop == "level":
            falls = np.maximum(old_down - new_down, old_up - new_up)
            return falls.max(axis=0, initial=0.0)
        before = self._loss(np.minimum(old_down, old_up))[:, 0]
        after = self._loss(np.minimum(new_down, new_up))[:, 0]
        growth = np.divide(after, before, out=np.full_like(after, np.inf), where=before > 0) - 1.0
        return np.where(after > 0, growth, 0.0)

    def _loss(self, level: FloatArray) -> FloatArray:
        """Lost share of the output, shape (n_cases, n_weights)."""
        return (self._weights @ (1.0 - level)).T / self._weight_total

    def _reported_loss(self, level: FloatArray, one_case: bool) -> Any:
        """Loss in the shape that :class:`CascadeResult` promises."""
        loss: Any = self._loss(level)
        if self.network.output_weight.ndim == 1:
            loss = loss[:, 0]
        if not one_case:
            return loss
        return loss[0] if self.network.output_weight.ndim == 2 else float(loss[0])

    def _checked_shock(self, name: str, given: ArrayLike) -> FloatArray:
        shock = np.array(given, np.float64)
        if shock.ndim not in (1, 2) or shock.shape[0] != self.network.n_firms:
            n_firms = self.network.n_firms
            raise InvalidShock(f"{name} has shape {shock.shape}, expected ({n_firms},) or ({n_firms}, n_cases)")
        bad = ~((shock >= 0) & (shock <= 1))
        if bad.any():
            at = tuple(int(i) for i in np.argwhere(bad)[0])
            case = f", case {at[1]}" if shock.ndim == 2 else ""
            raise InvalidShock(f"row {at[0]}{case}: {name} is {shock[at]}, expected a share between 0 and 1")
        return shock

    def _provenance(self, eps: float, max_iterations: int, stop: StopRule) -> dict[str, Any]:
        parameters = {"eps": eps, "max_iterations": max_iterations, "stop": stop, **self._options}
        frozen: Mapping[str, Any] = MappingProxyType(parameters)
        return {
            "network_fingerprint": self.network.fingerprint,
            "engine_version": ENGINE_VERSION,
            "parameters": frozen,
        }


def _refuse_bad_shares(name: str, columns: sparse.csc_array) -> None:
    bad = ~((columns.data >= 0) & (columns.data <= 1))
    if bad.any():
        at = int(np.argmax(bad))
        case = int(np.searchsorted(columns.indptr, at, "right")) - 1
        row, share = columns.indices[at], columns.data[at]
        raise InvalidShock(f"row {row}, case {case}: {name} is {share}, expected a share between 0 and 1")


def _blocks(n_cases: int, n_firms: int) -> Iterator[slice]:
    size = max(1, BLOCK_NUMBERS // max(n_firms, 1))
    for start in range(0, max(n_cases, 1), size):
        yield slice(start, min(start + size, n_cases))


def _reason(
    converged: NDArray[np.bool_], iterations: NDArray[np.int64], last_change: FloatArray, eps: float, stop: StopRule
) -> str:
    if converged.all():
        most = int(iterations.max(initial=0))
        if stop == "loss":
            return f"settled: the loss grew by no more than the factor 1 + {eps:g} in the last of {most} steps"
        return f"settled: no level fell by more than {eps:g} in the last of {most} steps"
    late = ~converged
    return (
        f"{int(late.sum())} of {late.size} cases reached the cap of {int(iterations[late].max())} steps; "
        f"in the last one the largest change was {last_change[late].max():g}"
    )
