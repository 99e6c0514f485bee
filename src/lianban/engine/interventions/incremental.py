"""Incremental what-if (增量推演): after an edit, scenarios that cannot have changed keep their result, the others run again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from lianban.engine.cascade import Cascade, LossTable
from lianban.engine.errors import InvalidShock
from lianban.engine.interventions.edits import Edit, edited
from lianban.engine.interventions.patch import keep_totals, patched
from lianban.engine.interventions.reach import Graph, Touched, touched
from lianban.engine.network import NO_EFFECT, FloatArray, IntArray, SupplyNetwork
from lianban.engine.network_checks import nodes

Columns = tuple[sparse.csc_array, sparse.csc_array]  # downstream and upstream shocks, one case each
LOSSES = ("loss", "loss_down", "loss_up")


@dataclass(frozen=True, eq=False)
class EditedLosses:
    """Losses after an edit (改动后的损失): those of a full run, and which of them were run again (``rerun``).

    The table names the network by the baseline's fingerprint and the edit's; ``network.fingerprint`` is its own.
    """

    table: LossTable
    rerun: NDArray[np.bool_]
    network: SupplyNetwork

    @property
    def share_rerun(self) -> float:
        """Part of the scenarios that were run again."""
        return float(self.rerun.mean()) if self.rerun.size else 0.0


class Baseline:
    """Baseline (基准): scenarios run once on a network, so that an edit costs only what it can change.

    Parameters
    ----------
    shocks, shocks_up : sparse matrix or array of shape (n_firms, n_cases), as in ``Cascade.losses``
    firms : instead of shocks: one complete failure in each case; without either, of every firm
    compatible, market, revenue, costs : as in ``Cascade``; they stay what they are after an edit
    eps, max_iterations, stop : as in ``Cascade.losses``

    Notes
    -----
    Keeps what ``Cascade.losses`` gives, and nothing else for each scenario: docs/models/interventions.md, the proof.
    """

    def __init__(
        self,
        network: SupplyNetwork,
        shocks: sparse.sparray | ArrayLike | None = None,
        shocks_up: sparse.sparray | ArrayLike | None = None,
        *,
        firms: ArrayLike | None = None,
        compatible: bool = False,
        market: bool = True,
        revenue: ArrayLike | None = None,
        costs: ArrayLike | None = None,
        eps: float = 0.01,
        max_iterations: int = 10_000,
        stop: Literal["level", "loss"] = "level",
        threads: int | None = None,
        progress: Callable[[int, int], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> None:
        if shocks is not None and firms is not None:
            raise InvalidShock("give shocks or failing firms, not both")
        self.network = network
        self._options: dict[str, Any] = {"compatible": compatible, "market": market, "revenue": revenue, "costs": costs}
        self._run: dict[str, Any] = {"eps": eps, "max_iterations": max_iterations, "stop": stop, "threads": threads}
        self._firms: IntArray | None = None
        self._columns: Columns | None = None
        if shocks is None:
            every = np.arange(network.n_firms)
            self._firms = every if firms is None else nodes("firms", firms, network.n_firms)
        else:
            down = sparse.csc_array(shocks)
            self._columns = (down, down if shocks_up is None else sparse.csc_array(shocks_up))
        self.cascade = Cascade(network, **self._options)
        self.table = self._losses(self.cascade, slice(None), progress=progress, cancel=cancel)

    def after(self, edit: Edit) -> EditedLosses:
        """Losses of all scenarios on the edited network.

        Output weights, and with them every denominator, stay those of the baseline unless the edit sets others.
        """
        network = edited(self.network, edit)
        keep_totals(self.network, network, edit)
        changes = self.touched(network, edit)
        rerun = self.can_change(changes)
        if edit.output_weight is not None and self._run["stop"] == "loss":
            rerun[:] = True  # the stop rule itself looks at the weights
        table = self._with_other_weights(network) if edit.output_weight is not None else self.table
        if rerun.any():
            cascade = patched(self.cascade, network, edit, *self._amounts)
            network.__dict__["fingerprint"] = ""  # the table does not say it: it costs more than most edits
            again = self._losses(cascade, np.flatnonzero(rerun))
            del network.__dict__["fingerprint"]
            table = _merged(table, rerun, again)
        told = f"{self.network.fingerprint} edited {edit.fingerprint}"
        return EditedLosses(replace(table, network_fingerprint=told), rerun, network)

    def touched(self, network: SupplyNetwork, edit: Edit) -> Touched:
        """What an edit changes, given the network it leads to."""
        revenue, costs = self._amounts
        market = self._market_of if self._options["market"] else None
        return touched(self.network, network, edit, market=market, revenue=revenue, costs=costs)

    def can_change(self, changes: Touched) -> NDArray[np.bool_]:
        """Scenarios that reach, within the steps they take, a node whose shortfall meets another number than before."""
        iterations = self.table.iterations
        deepest = int(iterations.max(initial=0))
        # A state counts before its last step only, a weight after it: nodes of changed weight are one step nearer.
        down = self._down_graph.steps_to(changes.weight, changes.down, deepest)
        up = self._up_graph.steps_to(changes.weight, changes.up, deepest)
        if self._firms is not None:
            steps = np.minimum(down[self._firms], up[self._firms])
        else:
            assert self._columns is not None
            nearest = [_nearest(columns, to) for columns, to in zip(self._columns, (down, up), strict=True)]
            steps = np.minimum(*nearest)
        result: NDArray[np.bool_] = steps <= iterations
        return result

    @cached_property
    def _amounts(self) -> tuple[FloatArray | None, FloatArray | None]:
        """Revenue and costs, where given."""
        given = (self._options["revenue"], self._options["costs"])
        first, second = (None if one is None else np.asarray(one, np.float64) for one in given)
        return first, second

    @cached_property
    def _market_of(self) -> IntArray:
        """Markets numbered from 0."""
        return np.unique(self.network.market, return_inverse=True)[1]

    def _losses(self, cascade: Cascade, cases: Any, **watch: Any) -> LossTable:
        if self._firms is not None:
            return cascade.failures(self._firms[cases], **self._run, **watch)
        assert self._columns is not None
        down, up = (columns[:, cases] for columns in self._columns)
        return cascade.losses(down, up, **self._run, **watch)

    def _with_other_weights(self, network: SupplyNetwork) -> LossTable:
        """Other denominators; right for the scenarios that reach no firm of changed weight."""
        factor = self.network.output_weight.sum(axis=0) / network.output_weight.sum(axis=0)
        return replace(self.table, **{name: getattr(self.table, name) * factor for name in LOSSES})

    @cached_property
    def _down_graph(self) -> Graph:
        """Sellers, by buyer: the buyer's loss may come from them."""
        links = (self.network.input_class != NO_EFFECT) & (self.network.value > 0)
        return Graph.of(self.network.buyer[links], self.network.seller[links], self.network.n_firms)

    @cached_property
    def _up_graph(self) -> Graph:
        """Customers, by seller: the seller's loss may come from them."""
        links = self.network.value > 0
        return Graph.of(self.network.seller[links], self.network.buyer[links], self.network.n_firms)


def _nearest(columns: sparse.csc_array, steps: NDArray[np.int32]) -> NDArray[np.int32]:
    """Fewest steps of any shocked node, for each case."""
    n_cases = columns.shape[1]
    found = np.full(n_cases, 2**31 - 1, np.int64)
    case = np.repeat(np.arange(n_cases), np.diff(columns.indptr))
    struck = columns.data > 0
    np.minimum.at(found, case[struck], steps[columns.indices[struck]])
    return found.astype(np.int32)


def _merged(table: LossTable, rerun: NDArray[np.bool_], again: LossTable) -> LossTable:
    """The kept rows of one table with the new rows of another."""
    fields: dict[str, Any] = {}
    for name in (*LOSSES, "iterations", "converged"):
        fields[name] = getattr(table, name).copy()
        fields[name][rerun] = getattr(again, name)
    return replace(again, **fields)
