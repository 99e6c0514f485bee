"""One draw (一次抽样) of a chain: shares, inputs, flows and losses, on arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianban.chain.intervals.priors import ESSENTIAL_CHANCE, EXPONENT
from lianban.chain.intervals.unknowns import FOREIGN_PART, HOME_PART, Unknowns
from lianban.chain.network.needs import needs_of
from lianban.chain.network.reading import Floats, Ints
from lianban.engine import SupplyNetwork
from lianban.engine.cascade import Cascade
from lianban.engine.network import ESSENTIAL, NON_ESSENTIAL
from lianban.engine.reconstruct import (
    CONCENTRATION,
    Layout,
    dirichlet_parts,
    draw_between,
    draw_links,
    main_suppliers,
    stream,
    wanted_links,
)

KINDS = ("shares", "supplies", "essential", "costs")
SHARES, SUPPLIES, ESSENTIALS, COSTS = range(len(KINDS))  # streams of random numbers
Key = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Drawn facts and flows; ``links``: seller, slot and amount; ``main`` the main supplier of each slot, or -1."""

    exponent: float
    foreign: Mapping[int, float]
    share: Floats
    essential: NDArray[np.bool_]
    cost: Floats
    links: tuple[Ints, Ints, Floats]
    main: Ints
    misfit: float
    network: SupplyNetwork


class Drawing:
    """Draws chains that agree with what is told; ``draw(number)`` depends on the seed and the number alone."""

    def __init__(self, unknowns: Unknowns, seed: int, uncertain: frozenset[str] = frozenset(KINDS)) -> None:
        self.unknowns, self.seed, self.uncertain = unknowns, seed, uncertain
        self.concentration = CONCENTRATION
        inputs, nodes = unknowns.inputs, unknowns.nodes
        n_products = len(unknowns.codes)
        self._only_named = inputs.implied
        slots = [
            (node, int(inputs.input[row]), 2 * row + (nodes.organisation[node] is None))
            for row in range(len(inputs.key))
            for node in self._buyers(row)
        ]
        table = np.array(slots, np.int64).reshape(-1, 3)
        suppliers = unknowns.of_product
        layout = Layout.of(
            suppliers, len(nodes.label), table[:, 0], table[:, 1], table[:, 2], np.ones(len(table), bool)
        )
        seller, buyer, value = unknowns.named
        named = np.isin(
            layout.slot_buyer * n_products + layout.slot_group, buyer * np.int64(n_products) + nodes.product[seller]
        )
        self.layout = layout.knowing((seller, buyer, np.full(len(seller), np.nan)), None, named)
        order = np.lexsort((table[:, 0], table[:, 2]))
        self.slot_row = table[order, 2] // 2
        # Makers without a name stand for many firms: all sources together serve them.
        self.many = table[order, 2] % 2 == 1
        at = self.layout.find(seller, buyer)
        self._named_pair, self._named_value = at[at >= 0], value[at >= 0]

    def _buyers(self, row: int) -> list[int]:
        """Makers that buy an input; one known from supplies only is bought by those buyers alone."""
        inputs, nodes = self.unknowns.inputs, self.unknowns.nodes
        makers = self.unknowns.of_product[int(inputs.product[row])]
        if inputs.implied[row]:
            seller, buyer, _ = self.unknowns.named
            makers = np.intersect1d(makers, buyer[nodes.product[seller] == inputs.input[row]])
        return [int(node) for node in makers]

    @cached_property
    def open_slots(self) -> Ints:
        """Slots of named buyers with more than one possible supplier."""
        n_open = np.bincount(self.layout.slot[self.layout.status == 0], minlength=self.layout.n_slots)
        return np.flatnonzero((n_open > 1) & ~self.many)

    def draw(self, number: int, fixed: Mapping[Key, Any] | None = None) -> Drawn:
        """Draw chain ``number``; ``fixed`` sets some facts, all else is drawn with the same random numbers."""
        told = fixed or {}
        unknowns, inputs = self.unknowns, self.unknowns.inputs
        exponent, foreign, share = self._shares(number, told)
        essential = self._essential(number, told)
        cost = self._costs(number, told)
        drawn_inputs = replace(inputs, cost=cost)
        need = needs_of(unknowns.demand, drawn_inputs)
        demand = need[unknowns.nodes.product[self.layout.slot_buyer]] * share[self.layout.slot_buyer]
        demand = demand * cost[self.slot_row]
        seller, slot, value, misfit = self._links(number, told, exponent, share, demand)
        keep = value > 0
        seller, slot, value = seller[keep], slot[keep], value[keep]
        weight = unknowns.demand.weight
        network = SupplyNetwork(
            seller,
            self.layout.slot_buyer[slot],
            value,
            unknowns.nodes.product,
            input_class=np.where(essential, ESSENTIAL, NON_ESSENTIAL)[self.slot_row[slot]],
            output_weight=weight[unknowns.nodes.product] * share,
        )
        main = main_suppliers(self.layout.n_slots, slot, seller, value)
        return Drawn(exponent, foreign, share, essential, cost, (seller, slot, value), main, misfit, network)

    def _shares(self, number: int, told: Mapping[Key, Any]) -> tuple[float, dict[int, float], Floats]:
        rng = stream(self.seed, number, SHARES)
        nodes, cells = self.unknowns.nodes, self.unknowns.cells
        exponent = EXPONENT[0] + (EXPONENT[1] - EXPONENT[0]) * float(rng.random())
        exponent = told.get(("links",), exponent if "supplies" in self.uncertain else 1.0)
        drawn = {product: foreign.draw(rng) for product, foreign in self.unknowns.foreign.items()}
        # Shares that nothing is known of may be even or concentrated; those with a figure as mean have their own spread.
        alike = np.where(cells.told, 1.0, draw_between(self.concentration, rng.random(len(cells.told))))
        shape = nodes.shape * np.append(alike, 1.0)[nodes.cell]
        parts = dirichlet_parts(shape, nodes.cell, rng)
        if "shares" not in self.uncertain:
            return exponent, {}, nodes.share
        drawn = {product: told.get(("foreign_share", product), value) for product, value in drawn.items()}
        of_product = np.zeros(len(self.unknowns.codes))
        of_product[list(drawn)] = list(drawn.values())
        foreign = of_product[cells.product]
        rest = np.select([cells.kind == FOREIGN_PART, cells.kind == HOME_PART], [foreign, 1 - foreign], cells.rest)
        total = np.bincount(nodes.cell + 1, parts, len(cells.product) + 1)[1:]
        total, rest = np.append(total, 0.0), np.append(rest, 0.0)  # cell -1 is the last entry: nothing to divide
        taking = total[nodes.cell] > 0
        share = nodes.fixed.copy()
        share[taking] += rest[nodes.cell[taking]] * parts[taking] / total[nodes.cell[taking]]
        for key, value in told.items():
            if key[0] == "share":
                share = self._with_share(share, key[1], value)
        return exponent, drawn, share

    def _with_share(self, share: Floats, node: int, value: float) -> Floats:
        """Set one share; those it is divided with give way in proportion, which is exact for a Dirichlet draw."""
        nodes, cells = self.unknowns.nodes, self.unknowns.cells
        product = int(nodes.product[node])
        free = product in self.unknowns.foreign and self.unknowns.foreign[product].uncertain
        same = (nodes.product == product) if free else (nodes.cell == nodes.cell[node])
        same &= nodes.cell >= 0
        rest = float((share - nodes.fixed)[same].sum())
        own, wanted = share[node] - nodes.fixed[node], min(max(value - nodes.fixed[node], 0.0), rest)
        others = same.copy()
        others[node] = False
        found = share.copy()
        scale = (rest - wanted) / (rest - own) if rest > own else 0.0
        found[others] = nodes.fixed[others] + (share - nodes.fixed)[others] * scale
        found[node] = nodes.fixed[node] + wanted
        assert len(cells.product)  # a share that is uncertain stands in a cell
        return found

    def _essential(self, number: int, told: Mapping[Key, Any]) -> NDArray[np.bool_]:
        unknown = self.unknowns.essential_unknown
        coin = stream(self.seed, number, ESSENTIALS).random(len(unknown)) < ESSENTIAL_CHANCE
        essential = self.unknowns.inputs.input_class == ESSENTIAL
        if "essential" in self.uncertain:
            essential = np.where(unknown, coin, essential)
        for key, value in told.items():
            if key[0] == "essential":
                essential[key[1]] = bool(value)
        return essential

    @cached_property
    def cost_groups(self) -> NDArray[np.bool_]:
        """Inputs whose unknown cost is divided with another's."""
        unknown, made = self.unknowns.cost_unknown, self.unknowns.inputs.product
        n = np.bincount(made[unknown], minlength=len(self.unknowns.codes))
        return unknown & (n[made] > 1)

    def _costs(self, number: int, told: Mapping[Key, Any]) -> Floats:
        inputs, some = self.unknowns.inputs, self.cost_groups
        parts = stream(self.seed, number, COSTS).standard_exponential(len(inputs.key))
        if "costs" not in self.uncertain or not some.any():
            return inputs.cost
        n_products, made = len(self.unknowns.codes), inputs.product
        total = np.bincount(made[some], inputs.cost[some], n_products)
        cost = np.where(some, total[made] * parts / np.bincount(made[some], parts[some], n_products)[made].clip(1e-300), inputs.cost)  # fmt: skip
        for key, value in told.items():
            if key[0] == "cost":
                row = key[1]
                others = some & (made == made[row])
                others[row] = False
                left = max(total[made[row]] - value, 0.0)
                cost[others] *= left / cost[others].sum()
                cost[row] = value
        return cost

    def _links(
        self, number: int, told: Mapping[Key, Any], exponent: float, share: Floats, demand: Floats
    ) -> tuple[Ints, Ints, Floats, float]:
        """Seller, slot and amount of every flow, and how far they miss the shares."""
        rng = stream(self.seed, number, SUPPLIES)
        noise = rng.standard_exponential(len(self._named_pair))
        layout = replace(self.layout, value=self._named_amounts(demand, noise))
        for key, answer in told.items():
            if key[0] == "supplier":
                seller, parts = answer
                closed = np.arange(layout.n_slots) == key[1]
                buyer = np.full(len(seller), layout.slot_buyer[key[1]])
                layout = layout.knowing((seller, buyer, parts * demand[key[1]]), None, closed)
        if "supplies" not in self.uncertain:
            return *self._proportional(layout, share, demand), 0.0
        exponents = np.where(self.many, 1.0, exponent)
        drawn = draw_links(layout, share, demand, wanted_links(layout, share, demand, exponents), rng)
        return layout.seller[drawn.pair], layout.slot[drawn.pair], drawn.value, drawn.misfit

    def _named_amounts(self, demand: Floats, noise: Floats) -> Floats:
        """Amounts of flows that supplies name: in money as told; else by the told proportions, untold ones like their mean."""
        pair, told = self._named_pair, self._named_value
        amounts = np.full(self.layout.n_pairs, np.nan)
        if self.unknowns.in_money:
            amounts[pair] = told
            return amounts
        slot = self.layout.slot[pair]
        known = ~np.isnan(told)
        n, total = np.bincount(slot[known], minlength=len(demand)), np.bincount(slot[known], told[known], len(demand))
        mean = np.divide(total, n, out=np.ones(len(demand)), where=n > 0)
        weight = np.where(known, told, mean[slot] * noise)
        amounts[pair] = demand[slot] * weight / np.bincount(slot, weight, len(demand))[slot]
        return amounts

    def _proportional(self, layout: Layout, share: Floats, demand: Floats) -> tuple[Ints, Ints, Floats]:
        """Every source serves every buyer by its share, as the diagnosis assumes."""
        possible = layout.status >= 0
        size = np.where(possible, share[layout.seller], 0.0)
        total = np.bincount(layout.slot, size, layout.n_slots)[layout.slot]
        value = np.divide(size * demand[layout.slot], total, out=np.zeros_like(size), where=total > 0)
        value = np.where(np.isnan(layout.value), value, layout.value)
        return layout.seller, layout.slot, value


def losses(drawn: Drawn, cases: list[Ints], *, eps: float, max_iterations: int) -> Floats:
    """Loss of the chain's output when some nodes stop, for each case."""
    sizes = np.array([len(nodes) for nodes in cases])
    rows = np.concatenate([np.zeros(0, np.int64), *cases])
    columns = np.repeat(np.arange(len(cases)), sizes)
    shape = (drawn.network.n_firms, len(cases))
    shocks = sparse.csc_array((np.ones(len(rows)), (rows, columns)), shape=shape)
    return Cascade(drawn.network).losses(shocks, eps=eps, max_iterations=max_iterations).loss
