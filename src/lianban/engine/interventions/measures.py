"""Measures (措施) on a plain network, and what scenarios lose with them: the twin of the chain's actions, on arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from lianban.engine.cascade import Cascade
from lianban.engine.errors import InvalidShock
from lianban.engine.interventions.edits import edited, move_purchases, positions
from lianban.engine.interventions.problem import bits
from lianban.engine.interventions.reach import FAR, Graph
from lianban.engine.interventions.relief import Capacity, Phase, Relief, Spared, phases
from lianban.engine.network import NO_EFFECT, FloatArray, IntArray, SupplyNetwork


@dataclass(frozen=True, eq=False)
class Measure:
    """Measure (措施): purchases it moves, as (seller, buyer, share), and the relief it gives."""

    moves: tuple[tuple[int, int, float], ...] = ()
    reliefs: tuple[Relief, ...] = ()


class NetworkLosses:
    """What scenarios lose on a network with some of its measures taken; meets ``interventions.Losses``.

    Parameters
    ----------
    shocks, shocks_up : shape (n_firms, n_scenarios), share of capacity lost
    shock_days : length of the shocks, for stocks
    options : as in ``Cascade`` and ``Cascade.losses``; eps is 1e-12 unless given

    Notes
    -----
    Purchases that several measures move are all parts of what the buyer bought before, so that their order does not
    matter. Losses are those of the first column of output weights.
    """

    matters: NDArray[np.bool_]
    at_least: FloatArray

    def __init__(
        self,
        network: SupplyNetwork,
        measures: Sequence[Measure],
        shocks: ArrayLike,
        shocks_up: ArrayLike | None = None,
        *,
        shock_days: float = 90.0,
        eps: float = 1e-12,
        max_iterations: int = 10_000,
        **options: Any,
    ) -> None:
        self.network, self.measures, self._days = network, list(measures), shock_days
        self._down = np.asarray(shocks, np.float64).reshape(network.n_firms, -1)
        self._up = self._down if shocks_up is None else np.asarray(shocks_up, np.float64).reshape(self._down.shape)
        if not (shock_days > 0 and np.isfinite(shock_days)):
            raise InvalidShock(f"shock_days is {shock_days}, expected a number above 0")
        self._run: dict[str, Any] = {"eps": eps, "max_iterations": max_iterations}
        self._options = options
        self._cascades: dict[int, Cascade] = {}
        self._moving = sum(1 << at for at, one in enumerate(self.measures) if one.moves)
        self.matters = self._matters()
        self.at_least = np.array([self._direct(at) for at in range(self._down.shape[1])])

    def losses(self, asked: Sequence[tuple[int, int]]) -> FloatArray:
        """Loss of each (scenario, measures taken), the mean over the length of the shock."""
        found = np.zeros(len(asked))
        by_network: dict[int, list[int]] = {}
        for place, (_, taken) in enumerate(asked):
            by_network.setdefault(taken & self._moving, []).append(place)
        for moving, places in by_network.items():
            columns = [(place, phase) for place in places for phase in self._phases(*asked[place])]
            down, up = (
                sparse.csc_array(np.stack([getattr(phase, name) for _, phase in columns], axis=1))
                for name in ("down", "up")
            )
            table = self._cascade(moving).losses(down, up, **self._run).require_converged()
            loss = table.loss if table.loss.ndim == 1 else table.loss[:, 0]
            np.add.at(
                found,
                [place for place, _ in columns],
                [phase.part * one for (_, phase), one in zip(columns, loss, strict=True)],
            )
        return found

    def _cascade(self, moving: int) -> Cascade:
        if moving not in self._cascades:
            if len(self._cascades) >= 64:  # enough for a search; bounds the memory
                self._cascades.clear()
            moves = [move for at in bits(moving) for move in self.measures[at].moves]
            network = edited(self.network, move_purchases(self.network, moves)) if moves else self.network
            self._cascades[moving] = Cascade(network, **self._options)
        return self._cascades[moving]

    def _phases(self, scenario: int, taken: int) -> list[Phase]:
        reliefs = [relief for at in bits(taken) for relief in self.measures[at].reliefs]
        down, up = self._down[:, scenario], self._up[:, scenario]
        return phases(down, up, reliefs, supply=self.network.sales, shock_days=self._days)

    def _direct(self, scenario: int) -> float:
        """Loss of the struck nodes alone, under all relief there is: levels never rise above what a shock leaves."""
        weight = self.network.output_weight.reshape(self.network.n_firms, -1)[:, 0]
        everything = (1 << len(self.measures)) - 1
        some = self._phases(scenario, everything)
        return float(sum(one.part * (weight @ np.maximum(one.down, one.up)) for one in some) / weight.sum())

    def _matters(self) -> NDArray[np.bool_]:
        """A measure matters to a scenario if it relieves a struck node, or if what it moves lies in reach."""
        struck_down, struck_up = self._down > 0, self._up > 0
        struck = struck_down | struck_up
        found = np.zeros((self._down.shape[1], len(self.measures)), bool)
        sellers = self._sellers_of_slots()
        graphs = self._graphs()
        for at, measure in enumerate(self.measures):
            for relief in measure.reliefs:
                if not (isinstance(relief, Spared) and relief.part == 0):
                    found[:, at] |= struck[_relieved(relief)].any(axis=0)
            if measure.moves:
                goals = self._goals(np.unique(np.concatenate([sellers[slot] for slot in self._slots(measure)])))
                for graph, goal, struck_here in zip(graphs, goals, (struck_down, struck_up), strict=True):
                    reached = graph.steps_to(goal, np.zeros(0, np.int64), self.network.n_firms) < FAR
                    found[:, at] |= struck_here[reached].any(axis=0)
        return found

    def _slots(self, measure: Measure) -> list[tuple[int, int]]:
        return [(buyer, int(self.network.group[seller])) for seller, buyer, _ in measure.moves]

    def _sellers_of_slots(self) -> dict[tuple[int, int], IntArray]:
        """Who sells in each slot that some measure moves, with or without measures."""
        found: dict[tuple[int, int], IntArray] = {}
        for measure in self.measures:
            for (buyer, group), (seller, _, _) in zip(self._slots(measure), measure.moves, strict=True):
                now = self.network.seller[self.network.buyer == buyer]
                there = found.get((buyer, group), now[self.network.group[now] == group])
                found[buyer, group] = np.append(there, seller)
        return found

    def _union(self) -> tuple[IntArray, IntArray, NDArray[np.bool_]]:
        """Every link there may be, and whether it can pass a shortfall on to its buyer."""
        moves = [move for one in self.measures for move in one.moves]
        seller, buyer = (np.array([move[k] for move in moves], np.int64) for k in (0, 1))
        new = positions(self.network, seller, buyer) < 0
        passes = (self.network.input_class != NO_EFFECT) & (self.network.value > 0)
        return (
            np.concatenate([self.network.seller, seller[new]]),
            np.concatenate([self.network.buyer, buyer[new]]),
            np.concatenate([passes, np.ones(int(new.sum()), bool)]),
        )

    def _graphs(self) -> tuple[Graph, Graph]:
        seller, buyer, passes = self._union()
        n_firms = self.network.n_firms
        return Graph.of(buyer[passes], seller[passes], n_firms), Graph.of(seller, buyer, n_firms)

    def _goals(self, sellers: IntArray) -> tuple[IntArray, IntArray]:
        """Nodes whose shortfall may meet other numbers: members of the sellers' markets; all their customers."""
        seller, buyer, _ = self._union()
        markets = np.isin(self.network.market, self.network.market[sellers])
        return np.flatnonzero(markets), np.unique(buyer[np.isin(seller, sellers)])


def _relieved(relief: Relief) -> IntArray:
    """Nodes whose shock a relief may change; the node that holds capacity counts, since its own loss lessens the relief."""
    if isinstance(relief, Capacity) and relief.own is not None:
        return np.append(relief.nodes, relief.own)
    return relief.nodes
