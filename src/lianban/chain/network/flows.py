"""Flows (供应流): who delivers how much of what to whom, from supplies where known, else by shares."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lianban.chain.network.needs import Inputs
from lianban.chain.network.notes import NetworkNote, note
from lianban.chain.network.reading import Floats, Ints, best_rows, column, differing, distinct, value_in_yuan
from lianban.chain.network.shares import SharedNodes
from lianban.chain.network.sources import Reader

if TYPE_CHECKING:
    from lianban.chain.chain import Chain


@dataclass(frozen=True)
class Supplies:
    """Rows of the supplies table as numbers; -1 and NaN where unknown."""

    supplier: Ints
    supplier_place: Ints
    buyer: Ints
    product: Ints
    buyer_product: Ints
    value: Floats


@dataclass(frozen=True)
class Flows:
    """Flows (供应流), one for each pair of nodes; ``known`` where a supply gives its value, ``named`` where one names it."""

    seller: Ints
    buyer: Ints
    value: Floats
    input_class: NDArray[np.int8]
    named: NDArray[np.bool_]
    known: NDArray[np.bool_]


def supplies_of(chain: "Chain", reader: Reader) -> tuple[Supplies, list[NetworkNote]]:
    """Read the supplies table; contradicting rows become one."""
    frame = chain.tables["supplies"]
    value, n_other = value_in_yuan(frame)
    notes = [note("supplies_other_currency", n=n_other)] if n_other else []
    supplier, buyer = (reader.organisations.find(column(frame, name)) for name in ("supplier", "buyer"))
    product, used_for = (reader.products.find(column(frame, name)) for name in ("product", "buyer_product"))
    place = np.where(supplier >= 0, -1, reader.places.codes.find(column(frame, "origin")))
    rows = np.flatnonzero((buyer >= 0) & (product >= 0) & ((supplier >= 0) | (place >= 0)))
    ends = reader.who(product, supplier, place)[rows] * (len(reader.organisations) + 1) + buyer[rows]
    key = pd.factorize(ends)[0].astype(np.int64) * (len(reader.products) + 1) + used_for[rows] + 1
    _, chosen = best_rows(key, rows, frame)
    n_differing = len(differing(key, value[rows])) if len(chosen) < len(rows) else 0
    notes += [note("contradicting_supplies", n=n_differing)] if n_differing else []
    chosen = np.sort(chosen)
    return Supplies(
        supplier[chosen], place[chosen], buyer[chosen], product[chosen], used_for[chosen], value[chosen]
    ), notes


def buyer_products(supplies: Supplies, made: tuple[Ints, Ints], inputs: Inputs, n_products: int) -> tuple[Ints, Ints]:
    """For each supply, the products of the buyer it goes into.

    Parameters
    ----------
    made : products and organisations of all sources

    Returns
    -------
    Positions of supplies (one may stand several times) and the products; supplies that fit nothing are left out.
    A supply that names its ``buyer_product`` goes there; else to the buyer's products that need it; else to the
    buyer's only product.
    """
    named = np.flatnonzero(supplies.buyer_product >= 0)
    open_ended = np.flatnonzero(supplies.buyer_product < 0)
    order = np.lexsort((made[0], made[1]))
    products, organisations = made[0][order], made[1][order]
    begin = np.searchsorted(organisations, supplies.buyer[open_ended], "left")
    n = np.searchsorted(organisations, supplies.buyer[open_ended], "right") - begin
    row = np.repeat(open_ended, n)
    product = products[_ragged(begin, n)]
    needs = inputs.find(product, supplies.product[row], n_products) >= 0
    only_one = np.repeat(n == 1, n) & (product != supplies.product[row])  # a trader does not need what it sells
    keep = needs | only_one
    return np.r_[named, row[keep]], np.r_[supplies.buyer_product[named], product[keep]]


def known_flows(
    supplies: Supplies, placed: tuple[Ints, Ints], nodes: SharedNodes, reader: Reader, pooled: Ints
) -> tuple[Ints, Ints, Floats, Ints]:
    """Place supplies between nodes: seller, buyer, value, and the row of the supply. ``pooled``: see :func:`node_of`."""
    row, product = placed
    seller = node_of(supplies.product[row], supplies.supplier[row], supplies.supplier_place[row], nodes, reader, pooled)
    buyer = node_of(product, supplies.buyer[row], np.full(len(row), -1), nodes, reader, pooled)
    fits = (seller >= 0) & (buyer >= 0)
    return seller[fits], buyer[fits], supplies.value[row][fits], row[fits]


def node_of(product: Ints, organisation: Ints, place: Ints, nodes: SharedNodes, reader: Reader, pooled: Ints) -> Ints:
    """Node of an organisation or origin for a product; an origin that was pooled is found in its pool (``XX``)."""
    own = np.append(reader.organisation_place, -1)[organisation]
    place = np.where(own >= 0, own, place)
    abroad = reader.side(place) == 0
    alone = np.where(organisation >= 0, organisation, reader.at_place(place))
    at = nodes.find(product, np.where(abroad, reader.of_origin(place), alone), reader.width)
    return np.where((at < 0) & abroad, np.append(pooled, -1)[product], at)


def all_flows(
    nodes: SharedNodes,
    inputs: Inputs,
    need: Floats,
    known: tuple[Ints, Ints, Floats],
    *,
    in_money: bool,
    n_products: int,
) -> Flows:
    """Flows from supplies, and by shares for every buyer and input that no supply names."""
    seller, buyer, value, worth_known = _from_supplies(nodes, inputs, need, known, in_money, n_products)
    served = distinct(buyer * n_products + nodes.product[seller])
    other_seller, other_buyer, other_value = _by_shares(nodes, inputs, need, served, n_products)
    sellers, buyers = np.r_[seller, other_seller], np.r_[buyer, other_buyer]
    at = inputs.find(nodes.product[buyers], nodes.product[sellers], n_products)
    by_shares = np.zeros(len(other_seller), bool)
    flows = Flows(
        sellers,
        buyers,
        np.r_[value, other_value],
        inputs.input_class[at],
        np.r_[np.ones(len(seller), bool), by_shares],
        np.r_[worth_known, by_shares],
    )
    keep = flows.value > 0
    return Flows(*(getattr(flows, name)[keep] for name in Flows.__dataclass_fields__))


def count_links(nodes: SharedNodes, inputs: Inputs, n_products: int, served: Ints) -> int:
    """How many flows the shares alone would make: every maker of an input to every maker that no supply serves."""
    n_makers = np.bincount(nodes.product[nodes.share > 0], minlength=n_products)
    links = np.where(inputs.implied, 0, n_makers[inputs.product] * n_makers[inputs.input])
    taken = inputs.find(nodes.product[served // n_products], served % n_products, n_products)
    return int(links.sum() - n_makers[inputs.input[taken[taken >= 0]]].sum())


def _from_supplies(
    nodes: SharedNodes, inputs: Inputs, need: Floats, known: tuple[Ints, Ints, Floats], in_money: bool, n_products: int
) -> tuple[Ints, Ints, Floats, NDArray[np.bool_]]:
    """One flow for each pair of nodes that supplies name.

    In money a known value stands as it is and suppliers of unknown value share what it leaves of the need. Without money
    only proportions count: the buyer's need is split by the known values, and a supplier of unknown value counts as
    the mean of the known ones.
    """
    seller, buyer, value = known
    pair, at = np.unique(buyer * len(nodes.product) + seller, return_inverse=True)
    has_value = ~np.isnan(value)
    total = np.bincount(at[has_value], value[has_value], len(pair))
    worth_known = total > 0
    buyer, seller = pair // max(len(nodes.product), 1), pair % max(len(nodes.product), 1)

    row = inputs.find(nodes.product[buyer], nodes.product[seller], n_products)
    needed = need[nodes.product[buyer]] * nodes.share[buyer] * inputs.cost[row]
    slots, slot = np.unique(buyer * n_products + nodes.product[seller], return_inverse=True)
    sum_known = np.bincount(slot, total, len(slots))
    n_known, n_slot = np.bincount(slot, worth_known, len(slots)), np.bincount(slot, minlength=len(slots))
    mean = np.divide(sum_known, n_known, out=np.ones(len(slots)), where=n_known > 0)
    if not in_money:
        weight = np.where(worth_known, total, mean[slot])
        return seller, buyer, needed * weight / np.bincount(slot, weight, len(slots))[slot], worth_known
    rest = np.zeros(len(slots))
    rest[slot] = needed
    rest = (rest - sum_known) / np.maximum(n_slot - n_known, 1)
    smallest = np.full(len(slots), np.inf)
    np.minimum.at(smallest, slot[worth_known], total[worth_known])
    guess = np.where((rest <= 0) & (n_known > 0), smallest, rest)
    return seller, buyer, np.where(worth_known, total, guess[slot]), worth_known


def _by_shares(
    nodes: SharedNodes, inputs: Inputs, need: Floats, served: Ints, n_products: int
) -> tuple[Ints, Ints, Floats]:
    """Flow = need of the product made × share of the buyer × share of cost × share of the seller."""
    active = np.flatnonzero(nodes.share > 0)
    begin = np.searchsorted(nodes.product[active], np.arange(n_products + 1))
    n_makers = np.diff(begin)
    stated = np.flatnonzero(~inputs.implied)
    row = np.repeat(stated, n_makers[inputs.product[stated]])
    buyer = active[_ragged(begin[inputs.product[stated]], n_makers[inputs.product[stated]])]
    keep = ~np.isin(buyer * n_products + inputs.input[row], served)
    row, buyer = row[keep], buyer[keep]
    needed = need[inputs.product[row]] * nodes.share[buyer] * inputs.cost[row]
    n_sellers = n_makers[inputs.input[row]]
    seller = active[_ragged(begin[inputs.input[row]], n_sellers)]
    return seller, np.repeat(buyer, n_sellers), np.repeat(needed, n_sellers) * nodes.share[seller]


def _ragged(begin: Ints, length: Ints) -> Ints:
    """Positions begin[0] … begin[0] + length[0] - 1, then those of begin[1], and so on."""
    total = int(length.sum())
    return np.repeat(begin - np.cumsum(length) + length, length) + np.arange(total)
