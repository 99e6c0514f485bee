"""What named scenarios lose with some actions taken (措施下的情景损失), and which actions can matter to which."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianban.chain.interventions.actions import Action
from lianban.chain.interventions.named import NamedScenario
from lianban.chain.interventions.setting import Setting
from lianban.chain.network import ChainNetwork
from lianban.engine.interventions import Capacity, Phase, Relief, Spared, Stock, phases

SUM_OF_SHARES = 1e-12  # shares that add up to 1 this far leave every buyer's purchases as they were


class ChainLosses:
    """Losses of scenarios on the networks of a chain; meets ``lianban.engine.interventions.Losses``."""

    matters: NDArray[np.bool_]
    at_least: NDArray[np.float64]

    def __init__(
        self, setting: Setting, actions: Sequence[Action], scenarios: Sequence[NamedScenario], shock_days: float
    ) -> None:
        self.setting, self.actions, self.scenarios, self.shock_days = (
            setting,
            list(actions),
            list(scenarios),
            shock_days,
        )
        self.n_unsettled = 0
        self.matters = _matters(setting, self.actions, self.scenarios)
        self.at_least = np.zeros(len(self.scenarios))

    def losses(self, asked: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
        """Loss of each (scenario, taken): the mean over the length of the shock."""
        found = np.zeros(len(asked))
        by_network: dict[tuple[Action, ...], list[int]] = {}
        for place, (_, taken) in enumerate(asked):
            moving = tuple(one for one in self.chosen(taken) if self.setting.moves(one))
            by_network.setdefault(moving, []).append(place)
        for moving, places in by_network.items():
            network = self.setting.network(moving)
            columns = [
                (place, phase)
                for place in places
                for phase in self.phases(network, asked[place][0], self.chosen(asked[place][1]))
            ]
            down, up = (
                sparse.csc_array(np.stack([getattr(phase, name) for _, phase in columns], axis=1))
                for name in ("down", "up")
            )
            table = network.cascade.losses(down, up, eps=network.eps, max_iterations=network.max_iterations)
            self.n_unsettled += int((~table.converged).sum())
            parts = np.array([phase.part for _, phase in columns])
            np.add.at(found, [place for place, _ in columns], parts * table.loss)
        return found

    def chosen(self, taken: int) -> list[Action]:
        """Actions of a set."""
        return [one for at, one in enumerate(self.actions) if taken >> at & 1]

    def phases(self, network: ChainNetwork, scenario: int, actions: Sequence[Action]) -> list[Phase]:
        """The shock of a scenario with the relief of some actions."""
        shock = self.scenarios[scenario].shock(network)
        reliefs = [relief for one in actions for relief in reliefs_of(self.setting, network, one)]
        share = network.nodes["share"].to_numpy(float)
        return phases(shock, shock, reliefs, supply=share, shock_days=self.shock_days)


def reliefs_of(setting: Setting, network: ChainNetwork, action: Action) -> list[Relief]:
    """What an action takes off a shock."""
    if action.kind == "retain":
        return [Spared(network.nodes_of_organisation(str(action.who)), 1.0)]
    product = str(action.product)
    nodes = network.nodes_of(product)
    if action.kind == "stock":
        return [Stock(nodes, float(action.amount or 0.0))]
    if action.kind == "capacity":
        makers = np.intersect1d(nodes, network.nodes_of_organisation(str(action.who)))
        return [Capacity(nodes, float(action.amount or 0.0), int(makers[0]) if len(makers) else None)]
    if action.kind == "level":
        before, after = setting.levels.get(product), str(action.level)
        if before is None:
            return []
        abroad = nodes[(network.nodes["home"].iloc[nodes] == False).fillna(False).to_numpy(bool)]  # noqa: E712 - not unknown
        return [Spared(abroad, step_in(setting, before, after))]
    return []


def step_in(setting: Setting, before: str, after: str) -> float:
    """Part of a loss abroad that a raised level can stand in for: from 1 − readiness before to 1 − readiness after."""
    missing = 1.0 - setting.readiness(before)
    return 0.0 if missing <= 0 else max(0.0, 1.0 - (1.0 - setting.readiness(after)) / missing)


def _matters(setting: Setting, actions: Sequence[Action], scenarios: Sequence[NamedScenario]) -> NDArray[np.bool_]:
    """Which actions can change which scenarios: docs/models/interventions.md, the proof for portfolios.

    An action that moves shares of a product matters if the product is struck, or lies downstream or upstream of what is
    struck, or if a supplier of it lies upstream. Relief matters where what it relieves is struck.
    """
    networks = [setting.base, setting.network(actions)]
    supplies = _product_graph(networks)
    found = np.zeros((len(scenarios), len(actions)), bool)
    for row, scenario in enumerate(scenarios):
        struck: set[str] = set()
        firms: set[str] = set()
        for network in networks:
            nodes = network.nodes.iloc[np.flatnonzero(scenario.shock(network) > 0)]
            struck |= set(nodes["product"])
            firms |= set(nodes["organisation"].dropna())
        below, above = (_reached(struck, graph) for graph in supplies)
        for column, action in enumerate(actions):
            product = str(action.product)
            relieves = action.who in firms if action.kind == "retain" else product in struck
            found[row, column] = relieves
            if setting.moves(action):
                near = product in below or product in above or bool(supplies[1].get(product, set()) & above)
                if not _whole(networks, product):
                    near |= bool(supplies[0].get(product, set()) & below)
                found[row, column] |= near
    return found


def _product_graph(networks: Sequence[ChainNetwork]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Products that each product goes into, and products that go into it, in any of the networks."""
    into: dict[str, set[str]] = {}
    needs: dict[str, set[str]] = {}
    for one in networks:
        made = one.nodes["product"].to_numpy(object)
        for seller, buyer in set(zip(made[one.network.seller], made[one.network.buyer], strict=True)):
            into.setdefault(seller, set()).add(buyer)
            needs.setdefault(buyer, set()).add(seller)
    return into, needs


def _reached(start: set[str], graph: dict[str, set[str]]) -> set[str]:
    """What can be reached in any number of steps, the start included."""
    found, new = set(start), set(start)
    while new:
        new = set().union(*(graph.get(one, set()) for one in new)) - found
        found |= new
    return found


def _whole(networks: Sequence[ChainNetwork], product: str) -> bool:
    """Whether the shares of a product's sources add up to 1 in all networks: then moving them moves nobody's purchases."""
    sums = [float(one.nodes["share"].iloc[one.nodes_of(product)].sum()) for one in networks]
    return all(abs(total - 1.0) <= SUM_OF_SHARES for total in sums)
