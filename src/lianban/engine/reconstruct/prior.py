"""Prior (先验): what is assumed where nothing is known; every number is stated and drawn anew for each draw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianban.engine.reconstruct.known import Known
from lianban.engine.reconstruct.layout import KNOWN, OPEN, Layout

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEAST_SURVEYED = (
    10  # closed slots with a choice from which a law of degrees is estimated; known firms that others are like
)
NEAREST = 10  # known firms of like purchases, one of which a firm of unknown sales is like
# From nearly one source for all to even over all divisions: docs/models/reconstruct.md, calibration on provider shares.
CONCENTRATION = (0.1, 1.0)


@dataclass(frozen=True)
class Prior:
    """Prior (先验) of what is unknown.

    ``exponent``: a buyer has N ** exponent suppliers of a group of N makers on average, from one (0) to all (1); a pair is
    a range, drawn evenly for each draw. With ten or more closed slots the exponent is estimated from them instead
    (``learn``), each draw with other weights of the buyers (the Bayesian bootstrap of Rubin 1981).
    ``shares``: unknown sales of a group divide what is left like a Dirichlet draw with this number for each firm: 1 is
    even over all divisions, below it a few firms have most; a pair is a range, drawn evenly in its logarithm for each group
    and draw. With ten or more firms of known sales the parts are those of known firms of like purchases
    instead (``learn``; a random hot deck), since sizes of firms are anything but even.
    ``recipes``: where it is not known how much a buyer buys of a group, its cost in the buyer's group is the mean of a gamma
    number of this shape; 1 is the exponential law, which assumes nothing beyond the mean, infinite the mean itself.
    """

    exponent: float | tuple[float, float] = (0.0, 1.0)
    learn: bool = True
    shares: float | tuple[float, float] = CONCENTRATION
    recipes: float = 1.0


@dataclass(frozen=True, eq=False)
class Survey:
    """Survey (摸底数据): how many suppliers the closed slots have, out of how many makers."""

    suppliers: FloatArray
    makers: FloatArray
    buyer: IntArray

    @classmethod
    def of(cls, layout: Layout, makers_of_group: IntArray) -> "Survey":
        """Read the closed slots that had a choice."""
        n_open = np.bincount(layout.slot[layout.status == OPEN], minlength=layout.n_slots)
        n_known = np.bincount(layout.slot[layout.status == KNOWN], minlength=layout.n_slots)
        makers = makers_of_group[layout.slot_group]
        used = (n_open == 0) & (n_known > 0) & (makers > 1)
        _, buyer = np.unique(layout.slot_buyer[used], return_inverse=True)
        return cls(n_known[used].astype(float), makers[used].astype(float), buyer.astype(np.int64))

    def exponent(self, rng: np.random.Generator) -> float:
        """The exponent that gives as many links as were found, with random weights of the buyers."""
        weight = rng.standard_exponential(int(self.buyer.max()) + 1)[self.buyer]
        wanted = float(weight @ self.suppliers)
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if float(weight @ self.makers**middle) < wanted else (low, middle)
        return (low + high) / 2


def draw_exponent(prior: Prior, survey: Survey, rng: np.random.Generator) -> float:
    """The exponent of one draw."""
    low, high = prior.exponent if isinstance(prior.exponent, tuple) else (prior.exponent, prior.exponent)
    told = low + (high - low) * float(rng.random())
    if prior.learn and len(survey.suppliers) >= LEAST_SURVEYED:
        return survey.exponent(rng)
    return told


def draw_between(told: float | tuple[float, float], uniform: FloatArray) -> FloatArray:
    """Numbers that are told, or drawn from a range, evenly in their logarithm."""
    low, high = told if isinstance(told, tuple) else (told, told)
    return np.asarray(low * (high / low) ** uniform, np.float64)


def dirichlet_parts(shape: FloatArray, cell: IntArray, rng: np.random.Generator) -> FloatArray:
    """Gamma numbers whose shares of their cell are a Dirichlet draw; scaled to a largest of 1 in each cell.

    By logarithms (gamma(a) is gamma(a + 1) times U ** (1 / a)), because numbers of a small shape vanish altogether. Shape 0 and
    cell -1 give 0.
    """
    uniform = 1.0 - rng.random(len(shape))
    taking = (shape > 0) & (cell >= 0)
    safe = np.where(taking, shape, 1.0)
    log = np.where(taking, np.log(rng.standard_gamma(safe + 1.0)) + np.log(uniform) / safe, -np.inf)
    largest = np.full(int(cell.max(initial=-1)) + 2, -np.inf)
    np.maximum.at(largest, cell, log)  # cell -1 is the last entry
    return np.where(taking, np.exp(log - np.where(np.isfinite(largest), largest, 0.0)[cell]), 0.0)


def draw_sales(known: Known, prior: Prior, rng: np.random.Generator) -> FloatArray:
    """Sales of every firm: known ones stand, the others divide what is left of their group."""
    n_groups = len(known.labels)
    unknown = np.isnan(known.sales)
    alike = draw_between(prior.shares, rng.random(n_groups))
    parts = np.where(unknown, dirichlet_parts(alike[known.group], known.group, rng), 0.0)
    lot = rng.random(known.n_firms)
    if not unknown.any():
        return known.sales
    learnt = prior.learn and int((~unknown).sum()) >= LEAST_SURVEYED
    if learnt:
        parts = np.where(unknown, _like_known_firms(known, ~unknown, lot), 0.0)
    told = np.bincount(known.group[~unknown], known.sales[~unknown], n_groups)
    n_told = np.bincount(known.group[~unknown], minlength=n_groups)
    total_parts = np.bincount(known.group, parts, n_groups)
    n_unknown = np.bincount(known.group[unknown], minlength=n_groups)
    even = 1.0 / np.maximum(n_unknown, 1)[known.group]  # where every part is 0
    share = np.divide(parts, total_parts[known.group], out=even, where=total_parts[known.group] > 0)
    left = np.maximum(known.group_output - told, 0.0)
    drawn = share * left[known.group]
    # A group of unknown output: each unknown firm like known ones; like their mean; with none known, 1 in all.
    mean = np.divide(told, n_told, out=np.zeros(n_groups), where=n_told > 0)
    alone = (
        parts
        if learnt
        else np.where(n_told[known.group] > 0, mean[known.group] * n_unknown[known.group] * share, share)
    )
    drawn = np.where(np.isnan(known.group_output[known.group]), alone, drawn)
    return np.where(unknown, drawn, known.sales)


def _like_known_firms(known: Known, donors: NDArray[np.bool_], lot: FloatArray) -> FloatArray:
    """Sales of every firm as those of a known one of like purchases (hot deck): the same ratio of sales to purchases.

    A firm of unknown purchases gets the sales of any known one.
    """
    buys = np.nan_to_num(known.purchases)
    sized = np.flatnonzero(donors & (buys > 0))
    anyone = np.flatnonzero(donors)
    found: FloatArray = known.sales[anyone[(lot * len(anyone)).astype(np.int64)]]
    if len(sized) < LEAST_SURVEYED:
        return found
    sized = sized[np.argsort(buys[sized], kind="stable")]
    at = np.searchsorted(buys[sized], buys) - NEAREST // 2 + (lot * NEAREST).astype(np.int64)
    donor = sized[np.clip(at, 0, len(sized) - 1)]
    return np.where(buys > 0, known.sales[donor] / buys[donor] * buys, found)


def slot_amounts(known: Known, prior: Prior, sales: FloatArray, rng: np.random.Generator) -> FloatArray:
    """What every slot buys: as known, else the buyer's purchases by the costs of its needs, which differ between buyers."""
    layout = known.layout
    parts = np.ones(layout.n_slots)
    if np.isfinite(prior.recipes):
        parts = rng.standard_gamma(prior.recipes, layout.n_slots) / prior.recipes
    n_groups = len(known.labels)
    positive = sales > 0
    mean = np.bincount(known.group[positive], sales[positive], n_groups) / np.maximum(
        np.bincount(known.group[positive], minlength=n_groups), 1
    )
    size = np.where(positive, sales, np.where(mean > 0, mean, 1.0)[known.group])  # a shop sells to nobody, and buys
    base = np.where(np.isnan(known.purchases), size, known.purchases)
    cost = _costs(known)[known.slot_need] * parts
    unknown = np.isnan(known.slot_amount)
    told = np.bincount(layout.slot_buyer[~unknown], known.slot_amount[~unknown], known.n_firms)
    left = np.where(np.isnan(known.purchases), base, np.maximum(base - told, 0.0))
    of_buyer = np.bincount(layout.slot_buyer[unknown], cost[unknown], known.n_firms)
    part = np.divide(cost, of_buyer[layout.slot_buyer], out=np.zeros_like(cost), where=unknown & (cost > 0))
    return np.where(unknown, left[layout.slot_buyer] * part, known.slot_amount)


def _costs(known: Known) -> FloatArray:
    """Cost of each need; unknown ones count as the mean of the known ones of the same buyers, or all alike."""
    unknown = np.isnan(known.cost)
    n_groups = len(known.labels)
    told = np.bincount(known.need_buyer[~unknown], known.cost[~unknown], n_groups)
    n_told = np.bincount(known.need_buyer[~unknown], minlength=n_groups)
    mean = np.divide(told, n_told, out=np.ones(n_groups), where=n_told > 0)
    return np.where(unknown, mean[known.need_buyer], known.cost)
