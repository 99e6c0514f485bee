"""Draw the links and amounts of one network: the fitness model block by block (docs/models/reconstruct.md, 1 to 6)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lianban.engine.reconstruct import kernels
from lianban.engine.reconstruct.layout import KNOWN, OPEN, Layout

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ROUNDS = 12  # of proportional fitting; what is left after them is reported as the misfit
Amounts = Literal["balanced", "expected"]


@dataclass(frozen=True, eq=False)
class DrawnLinks:
    """Drawn links (抽得的供应关系): pairs of the layout with their amounts.

    ``misfit`` is the part of all amounts that would have to move for every seller to sell what it should.
    """

    pair: IntArray
    value: FloatArray
    misfit: float


def link_chances(
    layout: Layout, size: FloatArray, demand: FloatArray, wanted: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Chance of each pair to be linked on its own, and given that its slot has at least one link.

    Parameters
    ----------
    size : shape (n_firms,), any unit; how much each firm sells
    demand : shape (n_slots,), any unit; how much each slot buys; a slot of 0 has no links
    wanted : shape (n_blocks,); expected number of links of each block beside the known ones
    """
    chance, marginal = np.zeros(layout.n_pairs), np.zeros(layout.n_pairs)
    size, demand = _scaled(size), _scaled(demand)
    for block, (first, last) in enumerate(zip(layout.block_start[:-1], layout.block_start[1:], strict=True)):
        fixed = (layout.start, layout.seller, layout.status, layout.required, size, demand)
        z = kernels.calibrate(float(wanted[block]), first, last, *fixed)
        kernels.probabilities(z, first, last, *fixed, chance, marginal)
    return chance, marginal


def draw_links(
    layout: Layout,
    size: FloatArray,
    demand: FloatArray,
    wanted: FloatArray,
    rng: np.random.Generator,
    *,
    amounts: Amounts = "balanced",
) -> DrawnLinks:
    """Draw one set of links with amounts; arguments as in :func:`link_chances`.

    ``amounts="balanced"`` fits them to purchases (exactly) and sales (as nearly as the links allow) and gives every
    seller a customer; "expected" leaves each at its conditional expectation times an exponential number, so that
    strengths are kept on average only.
    """
    chance, marginal = link_chances(layout, size, demand, wanted)
    uniform, noise = rng.random(layout.n_pairs), rng.standard_exponential(layout.n_pairs)
    seller_uniform = rng.random(layout.n_firms)
    linked, room = np.zeros(layout.n_pairs, bool), np.empty(layout.n_pairs)
    kernels.draw_slots(layout.start, layout.status, layout.required, demand, chance, marginal, uniform, room, linked)
    if amounts == "balanced":
        order, first = layout.by_seller
        kernels.give_customers(order, first, layout.slot, layout.status, demand, size, seller_uniform, linked)
    pair = np.flatnonzero(linked)
    return _with_amounts(layout, pair, size, demand, np.maximum(marginal, 1e-12), noise, amounts)


def _with_amounts(
    layout: Layout,
    pair: IntArray,
    size: FloatArray,
    demand: FloatArray,
    marginal: FloatArray,
    noise: FloatArray,
    amounts: Amounts,
) -> DrawnLinks:
    """Amounts of the drawn links: known ones stand; the rest by gravity over the marginal chance of a link."""
    seller, slot, known = layout.seller[pair], layout.slot[pair], layout.value[pair]
    total_size = _group_sums(layout, size)[slot]
    share = np.divide(size[seller], total_size, out=np.ones(len(pair)), where=total_size > 0)
    value = np.maximum(share, 1e-12) * demand[slot] / marginal[pair] * noise[pair]
    is_known = ~np.isnan(known)
    value[is_known] = known[is_known]
    target = _targets(layout, size, demand)
    if amounts == "balanced" and len(pair):
        left = _left_of_slots(layout, seller, slot, known, demand)
        sold = np.bincount(seller[is_known], known[is_known], layout.n_firms)
        some = np.flatnonzero(~is_known)
        part = value[some]
        kernels.balance(seller[some], slot[some], part, left, np.maximum(target - sold, 0.0), ROUNDS)
        value[some] = part
    sales = np.bincount(seller, value, layout.n_firms)
    wrong = 0.5 * float(np.abs(sales - target).sum()) / max(float(value.sum()), 1e-300)
    return DrawnLinks(pair, value, wrong)


def _left_of_slots(
    layout: Layout, seller: IntArray, slot: IntArray, known: FloatArray, demand: FloatArray
) -> FloatArray:
    """What known amounts leave of each slot's purchases; where they leave nothing, the smallest known amount a link."""
    is_known = ~np.isnan(known)
    taken = np.bincount(slot[is_known], known[is_known], layout.n_slots)
    n_open = np.bincount(slot[~is_known], minlength=layout.n_slots)
    smallest = np.full(layout.n_slots, np.inf)
    np.minimum.at(smallest, slot[is_known], known[is_known])
    left = demand - taken
    floor = np.where(np.isfinite(smallest), smallest, 0.0) * n_open
    return np.where(left > 0, left, floor)


def _targets(layout: Layout, size: FloatArray, demand: FloatArray) -> FloatArray:
    """What every firm should sell: its share of its group times what is bought of the group."""
    bought = np.bincount(layout.slot_group, demand, _n_groups(layout))
    total = _group_totals(layout, size)
    group = np.full(layout.n_firms, -1)
    group[layout.seller] = layout.slot_group[layout.slot]
    share = np.divide(size, total[group], out=np.zeros(layout.n_firms), where=(group >= 0) & (total[group] > 0))
    return share * np.where(group >= 0, bought[group], 0.0)


def _n_groups(layout: Layout) -> int:
    return int(layout.slot_group.max(initial=-1)) + 1


def _group_totals(layout: Layout, size: FloatArray) -> FloatArray:
    """Size of each group as a whole; a firm counts once."""
    firms, at = np.unique(layout.seller, return_index=True)
    total = np.bincount(layout.slot_group[layout.slot[at]], size[firms], max(_n_groups(layout), 1))
    return total.astype(np.float64)


def _group_sums(layout: Layout, size: FloatArray) -> FloatArray:
    """Size of the group that each slot buys from."""
    return _group_totals(layout, size)[layout.slot_group]


def _scaled(amounts: FloatArray) -> FloatArray:
    """Amounts in a unit in which their mean is 1, so that z needs no unit."""
    mean = float(amounts.mean()) if len(amounts) else 1.0
    return amounts / mean if mean > 0 else amounts


def wanted_links(layout: Layout, size: FloatArray, demand: FloatArray, exponent: float | FloatArray) -> FloatArray:
    """Expected links of each block beside the known ones, where a slot with N possible suppliers has N ** exponent.

    ``exponent``: one for all, or one for each slot.
    """
    possible = (layout.status == KNOWN) | ((layout.status == OPEN) & (size[layout.seller] > 0))
    n_possible = np.bincount(layout.slot[possible], minlength=layout.n_slots)
    n_known = np.bincount(layout.slot[layout.status == KNOWN], minlength=layout.n_slots)
    is_open = np.bincount(layout.slot[layout.status == OPEN], minlength=layout.n_slots) > 0
    more = np.maximum(np.maximum(n_possible, 1) ** exponent - n_known, 0.0)
    more[~is_open | (demand <= 0)] = 0.0
    return np.bincount(layout.block_of_slot, more, len(layout.block_start) - 1).astype(np.float64)
