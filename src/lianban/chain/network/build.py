"""Build the network of a chain: the steps of docs/models/network.md, one after the other."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lianban.chain.network.edits import (
    AddedSource,
    GoneSource,
    Moved,
    gone_nodes,
    with_added,
    with_seller,
)
from lianban.chain.network.flows import (
    Flows,
    Supplies,
    all_flows,
    buyer_products,
    count_links,
    known_flows,
    node_of,
    supplies_of,
)
from lianban.chain.network.model import ChainNetwork, data_level_of, nodes_table, products_table
from lianban.chain.network.needs import Inputs, add_implied, demand_of, inputs_of, needs_of, with_costs
from lianban.chain.network.notes import NetworkNote, note
from lianban.chain.network.reading import UNSPECIFIED_ABROAD, Floats, Ints, column, distinct
from lianban.chain.network.shares import SharedNodes, node_shares
from lianban.chain.network.sources import Reader, Sources, add_named, sources_of
from lianban.chain.network.spare import spare_capacities
from lianban.engine import LianbanError, SupplyNetwork
from lianban.rulebook import RuleSet, load_rules

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

MAX_LINKS = 5_000_000


class TooManyLinks(LianbanError):
    """The makers of a chain would be tied by more flows than can be computed with; the message says how many."""


def build_network(
    chain: "Chain",
    *,
    rules: str | RuleSet | Mapping[str, Any] | None = None,
    levels: Mapping[str, str] | None = None,
    as_of: Any = None,
    added: Sequence[AddedSource] = (),
    gone: Sequence[GoneSource] = (),
    max_links: int = MAX_LINKS,
) -> ChainNetwork:
    """Build the network of a chain: nodes are pairs of organisation and product, flows are yearly deliveries.

    Parameters
    ----------
    rules : rule set, its name, or values that override the default one
    levels : level at home (国内水平) by product, where it is not the stated one
    as_of : day on which judgements have to hold; default the package's data date
    added, gone : sources that take over a share, or are lost already, for a scenario
    max_links : most flows

    Raises
    ------
    TooManyLinks
        More flows than ``max_links``: state supplies, or fewer makers per product.
    """
    rule_set = _loaded(rules)
    reader = Reader.of(chain, [source.origin for source in added if source.origin])
    n_products = len(reader.products)
    sources, silent, notes = sources_of(chain, reader)
    supplies, more = supplies_of(chain, reader)
    sources = _named_by_supplies(sources, silent, supplies, reader)
    inputs, notes_of_inputs = inputs_of(chain, reader)
    groupings = _groupings(chain, reader, sources, inputs)
    nodes, notes_of_shares = node_shares(
        chain, reader, sources, _Values(rule_set), groupings=groupings, levels=levels, as_of=as_of
    )
    nodes, moved = _with_all_added(nodes, reader, added)
    lost = gone_nodes(nodes, reader, tuple(gone))
    notes += more + notes_of_inputs + notes_of_shares + _unknown_places(nodes, reader)

    known, inputs, more = _placed(supplies, sources, nodes, inputs, reader)
    inputs, notes_of_costs = with_costs(inputs, reader, float(rule_set.value("diagnosis.input_cost_total")))
    demand, notes_of_demand = demand_of(chain, reader)
    notes += more + notes_of_costs + notes_of_demand
    need = needs_of(demand, inputs)
    served = distinct(known[1] * n_products + nodes.product[known[0]])
    _refuse_too_many(count_links(nodes, inputs, n_products, served) + len(known[0]), max_links)
    flows = all_flows(nodes, inputs, need, known, in_money=demand.in_money, n_products=n_products)
    for one in moved:
        flows = with_seller(flows, nodes, one, reader)

    table = nodes_table(nodes, reader)
    products = products_table(nodes, reader, need, demand.weight, groupings, lost)
    return ChainNetwork(
        network=_engine_network(nodes, flows, demand.weight, table["label"].tolist()),
        nodes=table,
        products=products,
        inputs=inputs,
        flows_named=flows.named,
        flows_known=flows.known,
        lost=lost,
        spare=spare_capacities(chain, reader),
        data_level=data_level_of(products, demand, flows),
        notes=tuple(sorted(set(notes), key=lambda one: (one.code, one.product or ""))),
        eps=float(rule_set.value("diagnosis.engine.eps")),
        max_iterations=int(rule_set.value("diagnosis.engine.max_iterations")),
    )


def _with_all_added(
    nodes: SharedNodes, reader: Reader, added: Sequence[AddedSource]
) -> tuple[SharedNodes, list[Moved]]:
    """Nodes with the added sources, and what was moved to each."""
    moved = []
    for source in added:
        nodes, one = with_added(nodes, reader, source)
        moved.append(one)
    return nodes, moved


def _placed(
    supplies: Supplies, sources: Sources, nodes: SharedNodes, inputs: Inputs, reader: Reader
) -> tuple[tuple[Ints, Ints, Floats], Inputs, list[NetworkNote]]:
    """Supplies between nodes (seller, buyer, value), and the inputs with those that only supplies tell of."""
    n_products = len(reader.products)
    placed = buyer_products(supplies, _made(sources), inputs, n_products)
    seller, buyer, value, row = known_flows(supplies, placed, nodes, reader, _pools(nodes, reader))
    n_lost = len(supplies.product) - len(distinct(row))
    notes = [note("supplies_unplaced", n=n_lost)] if n_lost else []
    all_inputs = add_implied(inputs, nodes.product[buyer], nodes.product[seller], n_products)
    n_implied = len(all_inputs.key) - len(inputs.key)
    notes += [note("inputs_implied", n=n_implied)] if n_implied else []
    return (seller, buyer, value), all_inputs, notes


def _engine_network(nodes: SharedNodes, flows: Flows, weight: Floats, labels: list[str]) -> SupplyNetwork:
    """Group and market are the product; the output of a product is weighted by the share of each source."""
    return SupplyNetwork(
        flows.seller,
        flows.buyer,
        flows.value,
        nodes.product,
        input_class=flows.input_class,
        output_weight=weight[nodes.product] * nodes.share,
        labels=labels,
    )


class _Values:
    """Values of a rule set by key."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules

    def __getitem__(self, key: str) -> Any:
        return self._rules.value(key)


def _loaded(rules: str | RuleSet | Mapping[str, Any] | None) -> RuleSet:
    if isinstance(rules, RuleSet):
        return rules
    if isinstance(rules, Mapping):
        return load_rules("cn-core-2025", rules)
    return load_rules(rules or "cn-core-2025")


def _named_by_supplies(sources: Sources, silent: Ints, supplies: Supplies, reader: Reader) -> Sources:
    """Add suppliers and buyers that the production table does not name; those it knows not to supply stay out."""
    nowhere = np.full(len(supplies.buyer), -1)
    used = supplies.buyer_product >= 0
    product = np.r_[supplies.product, supplies.buyer_product[used]]
    organisation = np.r_[supplies.supplier, supplies.buyer[used]]
    place = np.r_[supplies.supplier_place, nowhere[used]]
    named = ~np.isin(reader.who(product, organisation, place), silent)
    return add_named(sources, reader, product[named], organisation[named], place[named])


def _groupings(chain: "Chain", reader: Reader, sources: Sources, inputs: Inputs) -> NDArray[np.bool_]:
    """Products that only group others: a parent that nobody makes or needs, and that is not final."""
    frame = chain.tables["products"]
    code, parent = reader.products.find(column(frame, "code")), reader.products.find(column(frame, "parent"))
    grouping = np.zeros(len(reader.products), bool)
    grouping[parent[(parent >= 0) & (parent != code)]] = True
    grouping[code[frame["final"].fillna(False).to_numpy(bool)]] = False
    for used in (sources.product, inputs.product, inputs.input):
        grouping[used] = False
    return grouping


def _made(sources: Sources) -> tuple[Ints, Ints]:
    named = sources.organisation >= 0
    return sources.product[named], sources.organisation[named]


def _pools(nodes: SharedNodes, reader: Reader) -> Ints:
    """Node of 'abroad, unspecified' of each product, -1 where there is none."""
    abroad = reader.places.codes.find([UNSPECIFIED_ABROAD])
    products = np.arange(len(reader.products))
    nobody = np.full(len(products), -1)
    return node_of(products, nobody, np.full(len(products), abroad[0]), nodes, reader, nobody)


def _unknown_places(nodes: SharedNodes, reader: Reader) -> list[NetworkNote]:
    named = nodes.source != reader.nobody
    n = int((named & (nodes.side < 0) & (nodes.place < 0) & (nodes.share > 0)).sum())
    return [note("place_unknown", n=n)] if n else []


def _refuse_too_many(n_links: int, max_links: int) -> None:
    if n_links > max_links:
        raise TooManyLinks(
            f"the makers of this chain would be tied by {n_links:,} flows, more than {max_links:,}: "
            "state who supplies whom in the supplies table, or raise max_links"
        )
