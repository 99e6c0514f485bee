"""Yardsticks of the graph of products: stages, import content and centrality, each computed by the engine."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lianban.chain.network.reading import Floats
from lianban.chain.yardsticks.measures import Reading, between, known, unknown
from lianban.engine.centrality import by_group, centrality
from lianban.engine.inputoutput import InputOutputTable, import_content, refuse_too_many, upstreamness
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.network import ChainNetwork

MOST_STEPS = 20_000_000  # searches × links: betweenness within some twenty seconds, else from a sample of starts
NO_WAY = Text("没有记录它通向哪个最终产品", "no way to a final product is recorded")
NO_INPUTS = Text("没有记录它的投入", "no inputs of it are recorded")
NO_NODE = Text("只是下级产品的总称", "it only groups other products")
UNKNOWN_BELOW = Text("其投入链上有境外份额未知的产品", "foreign shares along its inputs are unknown")


@dataclass(frozen=True)
class Products:
    """The graph of products as an input-output table: a unit of a product takes ``cost`` of each of its inputs."""

    table: InputOutputTable
    codes: tuple[str, ...]
    foreign_low: Floats
    foreign_high: Floats
    inferred: Floats

    def content(self, shares: Floats) -> Floats:
        """Total import content of every product if these shares of it are imported."""
        return import_content(self.table, shares).total


def products_of(network: "ChainNetwork") -> Products:
    """Read the table of a chain: output = need of each product, flows = cost share × need of the buyer.

    Home and abroad make with the same inputs. A product that no final product needs has no output here. Supply of unknown
    place may come from abroad or not.
    """
    n = len(network.products)
    refuse_too_many(n)
    need = network.products["need"].to_numpy(float)
    flows = np.zeros((n, n))
    np.add.at(flows, (network.inputs.input, network.inputs.product), network.inputs.cost * need[network.inputs.product])
    foreign = network.products["foreign_share"].to_numpy(float)
    placeless = network.products["unknown_share"].to_numpy(float)
    codes = tuple(map(str, network.products.index))
    return Products(
        InputOutputTable(flows, need, final=np.maximum(need - flows.sum(axis=1), 0.0), labels=codes),
        codes,
        np.clip(np.nan_to_num(foreign, nan=0.0), 0, 1),
        np.clip(np.nan_to_num(foreign + placeless, nan=1.0), 0, 1),
        network.products["inferred"].to_numpy(float),
    )


def measured(network: "ChainNetwork") -> tuple[dict[str, dict[str, Reading]], int | None]:
    """Readings by product code: upstreamness, import content (bounds where foreign shares are unknown), centrality.

    Also returned: from how many products betweenness was estimated, None where it is exact.
    """
    products = products_of(network)
    stages = upstreamness(products.table)
    # Content grows with every share, so the ends of the shares give the ends of the content.
    low, high = products.content(products.foreign_low), products.content(products.foreign_high)
    guessed = products.content(products.inferred) > 0  # an inferred share lies somewhere along the inputs
    buys = products.table.flows.sum(axis=0) > 0
    merged, labels = by_group(network.network)
    starts = max(1, MOST_STEPS // max(merged.n_links, 1))
    graph = centrality(merged, sample=None if starts >= merged.n_firms else starts)
    at = {int(label): position for position, label in enumerate(labels)}
    found = {}
    for i, code in enumerate(products.codes):
        place = at.get(i)
        found[code] = {
            "upstreamness": unknown(NO_WAY) if np.isnan(stages[i]) else known(stages[i]),
            "import_content": unknown(NO_WAY)
            if np.isnan(low[i])
            else between(low[i], high[i], UNKNOWN_BELOW, inferred=bool(guessed[i]))
            if buys[i]
            else unknown(NO_INPUTS),
            "degree": unknown(NO_NODE) if place is None else known(graph.degree[place]),
            "betweenness": unknown(NO_NODE) if place is None else known(graph.betweenness[place]),
            "pagerank": unknown(NO_NODE) if place is None else known(graph.pagerank[place]),
        }
    return found, graph.sampled
