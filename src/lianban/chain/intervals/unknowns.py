"""What is unknown of a chain (未知事实), as arrays: nodes, how their shares are drawn, slots, inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lianban.chain.diagnosis.facts import Facts
from lianban.chain.diagnosis.sources import Source, supply_sources
from lianban.chain.intervals.priors import (
    FIXED_FOREIGN,
    KAPPA_RATE,
    KAPPA_WORLD,
    Foreign,
    foreign_of_level,
)
from lianban.chain.network.needs import Demand, Inputs, demand_of, inputs_of
from lianban.chain.network.reading import Floats, Ints, best_rows, column
from lianban.chain.network.sources import Reader
from lianban.rulebook import RuleSet

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.network import ChainNetwork

AT_HOME, ABROAD, SOMEWHERE = 1, 0, -1
WHOLE, HOME_PART, FOREIGN_PART = 0, 1, 2  # what a cell's sources divide among themselves


@dataclass(frozen=True, eq=False)
class Nodes:
    """Nodes of the drawn networks: those of the base network, with pooled origins apart and possible sources added.

    ``base`` is the node of the base network, or -1; ``fixed`` the part of the share that is told; the rest of a product
    (or of its home or foreign part) is divided in ``cell`` by gamma numbers of shape ``shape``; cell -1 takes no part.
    """

    product: Ints
    label: tuple[str, ...]
    organisation: tuple[str | None, ...]
    origin: tuple[str | None, ...]
    side: Ints
    base: Ints
    share: Floats
    fixed: Floats
    cell: Ints
    shape: Floats


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells (分配单元): sources that divide a part of one product's supply; ``kind`` says which part, ``rest`` how much.

    ``told``: each source has a figure as its mean.
    """

    product: Ints
    kind: Ints
    rest: Floats
    told: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Unknowns:
    """Everything a draw needs to know of the chain."""

    network: "ChainNetwork"
    codes: tuple[str, ...]
    nodes: Nodes
    cells: Cells
    foreign: Mapping[int, Foreign]
    demand: Demand
    inputs: Inputs
    essential_unknown: NDArray[np.bool_]
    cost_unknown: NDArray[np.bool_]
    named: tuple[Ints, Ints, Floats]
    in_money: bool

    @cached_property
    def of_product(self) -> list[Ints]:
        """Nodes of each product."""
        return [np.flatnonzero(self.nodes.product == at) for at in range(len(self.codes))]


def unknowns_of(
    chain: "Chain",
    network: "ChainNetwork",
    facts: Facts,
    rules: RuleSet,
    complete: frozenset[str],
    at_least: frozenset[str],
) -> Unknowns:
    """Read what is unknown; ``complete`` names products all of whose sources are known, see :func:`_added`."""
    reader = Reader.of(chain)
    codes = tuple(str(code) for code in network.products.index)
    builder = _Builder(network, facts, rules, codes, complete, at_least)
    nodes, cells = builder.nodes()
    demand, _ = demand_of(chain, reader)
    essential_unknown, cost_unknown = _unknown_inputs(chain, reader, network.inputs)
    return Unknowns(
        network=network,
        codes=codes,
        nodes=nodes,
        cells=cells,
        foreign=builder.foreign,
        demand=demand,
        inputs=network.inputs,
        essential_unknown=essential_unknown,
        cost_unknown=cost_unknown,
        named=_named_flows(network, nodes),
        in_money=demand.in_money,
    )


class _Builder:
    """Makes nodes and cells, product by product."""

    def __init__(
        self,
        network: "ChainNetwork",
        facts: Facts,
        rules: RuleSet,
        codes: Sequence[str],
        complete: frozenset[str],
        at_least: frozenset[str],
    ) -> None:
        self.network, self.facts, self.rules, self.codes = network, facts, rules, codes
        self.complete, self.at_least = complete, at_least
        self.foreign: dict[int, Foreign] = {}
        self.rows: list[dict[str, Any]] = []
        self.cells: list[tuple[int, int, float, bool]] = []
        self.named = set(network.network.seller[network.flows_named].tolist())
        table = network.nodes
        sides = table["home"].map({True: AT_HOME, False: ABROAD}).fillna(SOMEWHERE).to_numpy(np.int64)
        self.base = [
            {"label": label, "organisation": _text(organisation), "origin": _text(origin), "side": int(side)}
            | {"base": at, "share": float(share)}
            for at, (label, organisation, origin, side, share) in enumerate(
                zip(table["label"], table["organisation"], table["origin"], sides, table["share"].tolist(), strict=True)
            )
        ]

    def nodes(self) -> tuple[Nodes, Cells]:
        for at, code in enumerate(self.codes):
            own = [dict(self.base[node]) for node in self.network.nodes_of(code).tolist()]
            if own:
                self._product(at, code, own)
        rows = self.rows

        def ints(name: str) -> Ints:
            return np.array([row[name] for row in rows], np.int64)

        def floats(name: str) -> Floats:
            return np.array([row[name] for row in rows], np.float64)

        cells = np.array(self.cells, np.float64).reshape(-1, 4)
        return (
            Nodes(
                product=ints("product"),
                label=tuple(row["label"] for row in rows),
                organisation=tuple(row["organisation"] for row in rows),
                origin=tuple(row["origin"] for row in rows),
                side=ints("side"),
                base=ints("base"),
                share=floats("share"),
                fixed=floats("fixed"),
                cell=ints("cell"),
                shape=floats("shape"),
            ),
            Cells(cells[:, 0].astype(np.int64), cells[:, 1].astype(np.int64), cells[:, 2], cells[:, 3] > 0),
        )

    def _product(self, at: int, code: str, own: list[dict[str, Any]]) -> None:
        """One product: which of its nodes share what."""
        basis = str(self.network.products.at[code, "basis"])
        sources = (
            [one for one in supply_sources(self.facts, code) if one.supplies] if code in self.facts.products else []
        )
        own = self._apart(code, own, sources, basis)
        if basis == "unknown":
            own = self._added(code, own)
        for row in own:
            row |= {"product": at, "fixed": row["share"], "cell": -1, "shape": 0.0}
        if basis in ("shares", "world_shares"):
            self._by_told_shares(at, own, sources, basis)
        elif basis == "unknown" and code in self.complete:
            self._divide(at, own, WHOLE, 1.0, sources)
        elif basis in ("domestic_rate", "level", "unknown"):
            self._by_sides(at, code, own, sources, basis)
        self.rows += own

    def _apart(
        self, code: str, own: list[dict[str, Any]], sources: Sequence[Source], basis: str
    ) -> list[dict[str, Any]]:
        """Origins that were pooled for want of shares stand apart again, unless supplies name the pool."""
        pool = next((row for row in own if row["label"] == f"{code}@origin:XX" and row["base"] not in self.named), None)
        if pool is None:
            return own
        field = "share_world" if basis == "world_shares" else "share_home"
        untold = [one for one in sources if one.home is False and (basis not in ("shares", "world_shares") or
                                                                   getattr(one, field) is None)]  # fmt: skip
        there = {row["label"] for row in own}
        origins = sorted({str(one.origin) for one in untold} - {label.rpartition(":")[2] for label in there})
        if len(origins) < 2:
            return own
        parts = [
            pool
            | {"label": f"{code}@origin:{origin}", "origin": origin, "base": -1, "share": pool["share"] / len(origins)}
            for origin in origins
        ]
        return [row for row in own if row is not pool] + parts

    def _added(self, code: str, own: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Where nothing tells the foreign share and the list of sources may have gaps: unnamed sources on both sides."""
        if code in self.complete:
            return own
        own = [row for row in own if row["label"] != f"{code}@unspecified" or row["base"] in self.named]
        here = self.facts.info.get("home") or "CN"
        if all(row["side"] == ABROAD for row in own):
            own.append(_unnamed(f"{code}@place:{here}", here, AT_HOME))
        if not any(row["side"] == ABROAD for row in own):
            own.append(_unnamed(f"{code}@origin:XX", "XX", ABROAD))
        return own

    def _by_told_shares(self, at: int, own: list[dict[str, Any]], sources: Sequence[Source], basis: str) -> None:
        """Told shares stand, what they leave is divided; shares of world supply are a stand-in and all uncertain."""
        if basis == "world_shares":
            for row in own:
                row |= {"fixed": 0.0, "shape": KAPPA_WORLD * row["share"]}
            self._cell(at, [row for row in own if row["share"] > 0], WHOLE, 1.0, told=True)
            return
        told = {row["label"]: 0.0 for row in own}
        untold = dict.fromkeys(told, 0)
        for one in sources:
            label = _label_of(self.codes[at], one)
            if label in told and one.share_home is not None:
                told[label] += one.share_home
            elif label in told:
                untold[label] += 1
        takers = [row for row in own if untold[row["label"]]]
        for row in takers:
            row |= {"fixed": told[row["label"]], "shape": float(untold[row["label"]])}
        rest = 1.0 - sum(row["fixed"] for row in own)
        if len(takers) > 1 and rest > 0:
            self._cell(at, takers, WHOLE, rest)
            return
        for row in takers:
            row |= {"fixed": row["share"], "shape": 0.0}

    def _by_sides(self, at: int, code: str, own: list[dict[str, Any]], sources: Sequence[Source], basis: str) -> None:
        """Only a foreign share is known, or not even that: each side divides its part."""
        row: Mapping[str, Any] = self.network.products.loc[code].to_dict()  # type: ignore[assignment]
        share, level, guess = float(row["foreign_share"]), row["level"], row["guess"]
        if basis == "level":
            self.foreign[at] = foreign_of_level(str(level), self.rules, at_least=code in self.at_least)
        elif basis == "unknown":
            self.foreign[at] = Foreign("uniform", 0.0, 1.0)
        elif guess == "rate_without_basis" and 0 < share < 1:
            self.foreign[at] = Foreign("beta", share, KAPPA_RATE)
        else:
            self.foreign[at] = Foreign(FIXED_FOREIGN, share, 0.0)
        taking = [one for one in own if one["share"] > 0 or basis == "unknown"]
        foreign = [one for one in taking if one["side"] == ABROAD]
        home = [one for one in taking if one["side"] != ABROAD]
        self._divide(at, home, HOME_PART, 0.0, sources)
        self._divide(at, foreign, FOREIGN_PART, 0.0, sources)

    def _divide(self, at: int, rows: list[dict[str, Any]], kind: int, rest: float, sources: Sequence[Source]) -> None:
        """Even over all divisions among makers; several makers of one origin count as several."""
        labels = [_label_of(self.codes[at], one) for one in sources]
        for row in rows:
            row |= {"fixed": 0.0, "shape": float(max(labels.count(row["label"]), 1))}
        self._cell(at, rows, kind, rest)

    def _cell(self, at: int, rows: list[dict[str, Any]], kind: int, rest: float, *, told: bool = False) -> None:
        for row in rows:
            row["cell"] = len(self.cells)
        if rows:
            self.cells.append((at, kind, rest, told))


def _label_of(code: str, source: Source) -> str:
    """Label of the node that stands for a source: a maker abroad is part of its origin."""
    if source.home is False:
        return f"{code}@origin:{source.origin}"
    if source.organisation:
        return f"{code}@{source.organisation}"
    return f"{code}@place:{source.place}" if source.place else f"{code}@unspecified"


def _unnamed(label: str, origin: str, side: int) -> dict[str, Any]:
    return {"label": label, "organisation": None, "origin": origin, "side": side, "base": -1, "share": 0.0}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _named_flows(network: "ChainNetwork", nodes: Nodes) -> tuple[Ints, Ints, Floats]:
    """Flows that supplies name, between the new nodes; value NaN where no supply gives it."""
    place = np.full(len(network.nodes), -1)
    place[nodes.base[nodes.base >= 0]] = np.flatnonzero(nodes.base >= 0)
    named = network.flows_named
    value = np.where(network.flows_known, network.network.value, np.nan)[named]
    return place[network.network.seller[named]], place[network.network.buyer[named]], value


def _unknown_inputs(chain: "Chain", reader: Reader, inputs: Inputs) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which inputs are not known to be essential or not, and which have no share of cost."""
    stated, _ = inputs_of(chain, reader)
    frame = chain.tables["inputs"]
    n_products = np.int64(len(reader.products))
    product, needed = (reader.products.find(column(frame, name)) for name in ("product", "input"))
    rows = np.flatnonzero((product >= 0) & (needed >= 0))
    keys, chosen = best_rows((product * n_products + needed)[rows], rows, frame)
    said = np.isin(column(frame, "essential")[chosen].astype(str), ("yes", "no"))
    essential_unknown, cost_unknown = np.ones(len(inputs.key), bool), np.ones(len(inputs.key), bool)
    at = np.searchsorted(inputs.key, keys)
    essential_unknown[at] = ~said
    cost_unknown[at] = ~(stated.cost > 0)  # 0 counts as unknown where it is essential; else it stays 0 all the same
    return essential_unknown, cost_unknown
