"""ChainNetwork (产业链网络): the network of a chain with its tables, and what it answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from lianban.chain.cells import TEXT
from lianban.chain.network.flows import Flows
from lianban.chain.network.needs import Demand, Inputs
from lianban.chain.network.notes import NetworkNote
from lianban.chain.network.reading import ABROAD, HOME, Floats, Ints, or_none
from lianban.chain.network.shares import BASES, UNKNOWN, SharedNodes
from lianban.chain.network.sources import Reader
from lianban.engine import SupplyNetwork
from lianban.engine.cascade import Cascade, CascadeResult
from lianban.rulebook.text import Text

INFERRED = ("world_shares", "level")
NOT_LEFT = Text("没有其他来源备用产能的数据", "The spare capacity of the other sources is not known")


@dataclass(frozen=True)
class DataLevel:
    """Level of data (数据层级) a network stands on.

    ``bases`` counts products by how their shares are known; ``weights`` says how final products are weighted: value,
    equal or none; ``needs`` is money or unit; ``n_flows_named`` flows follow a supply, ``n_flows_known`` of them with
    its value, the other flows follow from shares.
    """

    bases: dict[str, int]
    weights: str
    needs: str
    n_flows: int
    n_flows_named: int
    n_flows_known: int


@dataclass(frozen=True, eq=False)
class ChainNetwork:
    """Network of a chain (产业链网络).

    ``nodes`` has one row for each node, in the order of ``network``: label, product, organisation, origin, place, home,
    share. ``products`` is indexed by product code: basis, inferred, guess (what else was assumed), foreign_share, home_share, unknown_share, level,
    need, weight, n_sources, largest_origin, largest_origin_share; shares are NaN where unknown. ``lost`` marks nodes that a
    scenario has taken out already: they are part of every cut of their product.
    """

    network: SupplyNetwork
    nodes: pd.DataFrame
    products: pd.DataFrame
    inputs: Inputs
    flows_named: NDArray[np.bool_]
    flows_known: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    spare: pd.DataFrame
    data_level: DataLevel
    notes: tuple[NetworkNote, ...]
    eps: float
    max_iterations: int

    @property
    def weights(self) -> str:
        """How final products are weighted: value, equal, or none (no product is final)."""
        return self.data_level.weights

    @cached_property
    def cascade(self) -> Cascade:
        """The network made ready for shocks; refuses where no product is final."""
        return Cascade(self.network)

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Flows as a table: seller, buyer, product, buyer_product, value, input_class, basis."""
        label, product = self.nodes["label"].to_numpy(object), self.nodes["product"].to_numpy(object)
        basis = np.select([self.flows_known, self.flows_named], ["supply", "supply without value"], "shares")
        net = self.network
        return pd.DataFrame(
            {
                "seller": label[net.seller],
                "buyer": label[net.buyer],
                "product": product[net.seller],
                "buyer_product": product[net.buyer],
                "value": net.value,
                "input_class": net.input_class,
                "basis": basis,
            }
        )

    def nodes_of(self, product: str) -> Ints:
        """Nodes of a product."""
        return self._of_product.get(product, np.zeros(0, np.int64))

    def nodes_of_origin(self, origin: str, product: str | None = None) -> Ints:
        """Nodes whose supply comes from an origin (来源地), of one product or of all."""
        found = self._of_origin.get(origin, np.zeros(0, np.int64))
        return found if product is None else np.intersect1d(found, self.nodes_of(product))

    def nodes_of_organisation(self, organisation: str) -> Ints:
        """Nodes of an organisation; none for a maker abroad, who is part of an origin."""
        return self._of_organisation.get(organisation, np.zeros(0, np.int64))

    def largest_foreign_origin(self, product: str) -> tuple[str, float] | None:
        """The foreign origin, not lost already, with the largest share; None where there is none or it is unknown."""
        origin, share = self._largest[product]
        return None if origin is None else (origin, share)

    def shock(self, nodes: ArrayLike, lost: ArrayLike = 1.0) -> Floats:
        """Shock that takes a share of the capacity of some nodes; shape (n_nodes,)."""
        shock = np.zeros(self.network.n_firms)
        shock[np.asarray(nodes, np.int64)] = lost
        return shock

    def shock_stop(self, product: str) -> Floats:
        """All supply of a product stops."""
        return self.shock(self.nodes_of(product))

    def shock_cut(self, product: str) -> Floats | None:
        """The largest foreign origin of a product stops, beside what is lost already; None where it is unknown."""
        if np.isnan(self._foreign[product]):
            return None
        largest = self.largest_foreign_origin(product)
        own = self.nodes_of(product)
        cut = self.nodes_of_origin(largest[0], product) if largest else own[:0]
        return self.shock(np.union1d(own[self.lost[own]], cut))

    def shock_left(self, product: str) -> tuple[Floats | None, Text | None]:
        """What is left of the cut after the other sources' spare capacity; or None and why."""
        cut, largest = self.shock_cut(product), self.largest_foreign_origin(product)
        if cut is None or largest is None:
            return cut, None
        spare = self.spare_capacity(product, largest[0])
        if spare is None:
            return None, NOT_LEFT
        left = max(0.0, 1.0 - spare / largest[1])
        return np.where(self.lost, cut, cut * left), None

    def spare_capacity(self, product: str, without_origin: str) -> float | None:
        """Spare capacity of the sources outside an origin, as a fraction of home supply; None where unknown.

        A figure for the product as a whole goes before the sum of figures for organisations.
        """
        known = self._spare.get(product, {})
        if None in known:
            return known[None]
        outside = [node for node in self.nodes_of(product) if self._origins[node] != without_origin]
        found = [known[self._makers[node]] for node in outside if self._makers[node] in known]
        return float(sum(found)) if found else None

    def run(self, shock: ArrayLike) -> CascadeResult:
        """Run a shock (shape (n_nodes,) or (n_nodes, n_cases)) until it has settled."""
        return self.cascade.run(shock, eps=self.eps, max_iterations=self.max_iterations).require_converged()

    def loss(self, shock: ArrayLike) -> float | None:
        """Share of the chain's output lost under a shock; None where no product is final.

        ``shock`` is an array of shape (n_nodes,).
        """
        return None if self.weights == "none" else float(self.run(shock).loss)

    def losses(self, shocks: Sequence[Floats | None]) -> list[float | None]:
        """Losses of many shocks at once, in their order; None stays None."""
        asked = [at for at, shock in enumerate(shocks) if shock is not None]
        found: list[float | None] = [None] * len(shocks)
        if self.weights == "none" or not asked:
            return found
        columns = [sparse.csc_array(np.asarray(shocks[at]).reshape(-1, 1)) for at in asked]
        different: dict[tuple[bytes, bytes], int] = {}
        of_case = [
            different.setdefault((c.indices.tobytes(), c.data.tobytes()), len(different)) for c in columns
        ]  # the cut and the stop of a product with one source are the same case
        firsts = [of_case.index(case) for case in range(len(different))]
        table = self.cascade.losses(
            sparse.hstack([columns[first] for first in firsts], format="csc"),
            eps=self.eps,
            max_iterations=self.max_iterations,
        ).require_converged()
        for at, case in zip(asked, of_case, strict=True):
            found[at] = float(table.loss[case])
        return found

    @cached_property
    def _of_product(self) -> dict[str, Ints]:
        return self._positions("product")

    @cached_property
    def _of_origin(self) -> dict[str, Ints]:
        return self._positions("origin")

    @cached_property
    def _of_organisation(self) -> dict[str, Ints]:
        return self._positions("organisation")

    @cached_property
    def _largest(self) -> dict[str, tuple[str | None, float]]:
        """Plain values: asked for every product, a table would be slow."""
        names, shares = (self.products[name].tolist() for name in ("largest_origin", "largest_origin_share"))
        return dict(zip(self.products.index.tolist(), zip(names, shares, strict=True), strict=True))

    @cached_property
    def _foreign(self) -> dict[str, float]:
        return dict(zip(self.products.index.tolist(), self.products["foreign_share"].tolist(), strict=True))

    @cached_property
    def _spare(self) -> dict[str, dict[str | None, float]]:
        found: dict[str, dict[str | None, float]] = {}
        for product, organisation, value in self.spare[["product", "organisation", "value"]].itertuples(index=False):
            found.setdefault(product, {})[None if pd.isna(organisation) else organisation] = float(value)
        return found

    @cached_property
    def _origins(self) -> list[str | None]:
        return _or_nones(self.nodes["origin"])

    @cached_property
    def _makers(self) -> list[str | None]:
        return _or_nones(self.nodes["organisation"])

    def _positions(self, column: str) -> dict[str, Ints]:
        return {str(code): np.sort(at).astype(np.int64) for code, at in self.nodes.groupby(column).indices.items()}

    def __repr__(self) -> str:
        return f"<ChainNetwork: {len(self.nodes)} nodes, {self.network.n_links} flows, weights by {self.weights}>"


def _or_nones(values: "pd.Series[str]") -> list[str | None]:
    return [None if pd.isna(value) else value for value in values.tolist()]


def nodes_table(nodes: SharedNodes, reader: Reader) -> pd.DataFrame:
    """Table of the nodes, in order."""
    n_organisations = len(reader.organisations)
    product = reader.products[nodes.product]
    organisation = reader.organisations.get(np.where(nodes.source < n_organisations, nodes.source, -1))
    place = reader.places.codes.get(nodes.place)
    origin = or_none(reader.places.origin, nodes.place)
    abroad = nodes.side == ABROAD
    place = np.where(abroad, origin, place)
    names = [
        one if one is not None else f"origin:{where}" if far else f"place:{here}" if here is not None else "unspecified"
        for one, where, here, far in zip(organisation, origin, place, abroad, strict=True)
    ]
    home = pd.array(nodes.side == HOME, dtype="boolean")
    home[(nodes.side != HOME) & ~abroad] = pd.NA
    label = [f"{made}@{who}" for made, who in zip(product, names, strict=True)]
    texts = {"label": label, "product": product, "organisation": organisation, "origin": origin, "place": place}
    columns = {name: pd.Series(values, dtype=TEXT) for name, values in texts.items()}
    return pd.DataFrame({**columns, "home": home, "share": nodes.share})


def products_table(
    nodes: SharedNodes,
    reader: Reader,
    need: Floats,
    weight: Floats,
    groupings: NDArray[np.bool_],
    lost: NDArray[np.bool_],
) -> pd.DataFrame:
    """Table of the products: how their supply is known, and how much depends on abroad."""
    n_products = len(reader.products)
    abroad, home = nodes.side == ABROAD, nodes.side == HOME
    unknown = nodes.basis == UNKNOWN
    sums = [np.bincount(nodes.product[m], nodes.share[m], n_products) for m in (abroad, home, ~abroad & ~home)]
    foreign, domestic, elsewhere = (np.where(unknown, np.nan, one) for one in sums)
    largest = np.full(n_products, None, dtype=object)
    largest_share = np.full(n_products, np.nan)
    rows = np.flatnonzero(abroad & ~lost & (nodes.share > 0) & ~unknown[nodes.product])
    origin = reader.places.origin[nodes.place[rows]]
    order = np.lexsort((pd.factorize(origin, sort=True)[0], -nodes.share[rows], nodes.product[rows]))
    rows, origin = rows[order], origin[order]
    firsts = np.flatnonzero(np.r_[True, np.diff(nodes.product[rows]) != 0][: len(rows)])
    largest[nodes.product[rows[firsts]]] = origin[firsts]
    largest_share[nodes.product[rows[firsts]]] = nodes.share[rows[firsts]]
    basis = np.where(groupings, "grouping", np.array(BASES, dtype=object)[nodes.basis])
    return pd.DataFrame(
        {
            "basis": basis,
            "inferred": np.isin(basis.astype(str), INFERRED) | np.array([one is not None for one in nodes.guess], bool),
            "guess": nodes.guess,
            "foreign_share": foreign,
            "home_share": domestic,
            "unknown_share": elsewhere,
            "level": nodes.level,
            "need": need,
            "weight": weight / weight.sum() if weight.sum() > 0 else weight,
            "n_sources": np.bincount(nodes.product, minlength=n_products),
            "largest_origin": largest,
            "largest_origin_share": largest_share,
        },
        index=pd.Index(reader.products.index, name="product"),
    )


def data_level_of(products: pd.DataFrame, demand: Demand, flows: Flows) -> DataLevel:
    """Sum up what the network stands on."""
    counts: Iterable[tuple[str, int]] = ((basis, int((products["basis"] == basis).sum())) for basis in BASES)
    return DataLevel(
        bases={basis: n for basis, n in counts if n},
        weights=demand.basis,
        needs="money" if demand.in_money else "unit",
        n_flows=len(flows.seller),
        n_flows_named=int(flows.named.sum()),
        n_flows_known=int(flows.known.sum()),
    )
