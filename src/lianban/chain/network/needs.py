"""What a product needs (投入): class and cost share of every input, and how much of each product the chain needs."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianban.chain.network.notes import NetworkNote, note, notes_by_product
from lianban.chain.network.reading import Floats, Ints, best_rows, column, differing, number, value_in_yuan
from lianban.chain.network.sources import Reader
from lianban.engine.network import ESSENTIAL, NON_ESSENTIAL

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

COST_CAP = 0.999  # inputs as dear as the product itself, in a circle, would need without end


@dataclass(frozen=True)
class Inputs:
    """Inputs (投入关系), one for each pair of products; ascending by ``key`` = product × n_products + input.

    ``cost`` is the share of the input in the value of the product made, never 0 where it is essential; ``implied`` marks
    pairs known from supplies only.
    """

    key: Ints
    product: Ints
    input: Ints
    input_class: NDArray[np.int8]
    cost: Floats
    implied: NDArray[np.bool_]

    def find(self, product: Ints, needed: Ints, n_products: int) -> Ints:
        """Positions by product and input, -1 where there is none."""
        wanted = product * n_products + needed
        if not len(self.key):
            return np.full(len(wanted), -1)
        at = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        return np.where((self.key[at] == wanted) & (product >= 0) & (needed >= 0), at, -1)


@dataclass(frozen=True)
class Demand:
    """What is finally delivered: ``weight`` of each product in the output, ``basis`` value, equal or none."""

    weight: Floats
    basis: str

    @property
    def in_money(self) -> bool:
        return self.basis == "value"


def inputs_of(chain: "Chain", reader: Reader) -> tuple[Inputs, list[NetworkNote]]:
    """Read the inputs table; cost shares are NaN where unknown."""
    frame = chain.tables["inputs"]
    n_products = np.int64(len(reader.products))
    product, needed = (reader.products.find(column(frame, name)) for name in ("product", "input"))
    rows = np.flatnonzero((product >= 0) & (needed >= 0))
    key = product * n_products + needed
    keys, chosen = best_rows(key[rows], rows, frame)
    essential = column(frame, "essential")[chosen]
    classes = np.where(essential == "no", NON_ESSENTIAL, ESSENTIAL).astype(np.int8)
    cost = number(frame, "cost_share")

    unknown = int((~np.isin(essential.astype(str), ("yes", "no"))).sum())
    notes = [note("essential_unknown", n=unknown)] if unknown else []
    said = np.where(column(frame, "essential")[rows] == "no", 1.0, 2.0)
    n_differing = len(np.union1d(differing(key[rows], said), differing(key[rows], cost[rows])))
    notes += [note("contradicting_inputs", n=n_differing)] if n_differing else []
    found = Inputs(keys, keys // n_products, keys % n_products, classes, cost[chosen], np.zeros(len(keys), bool))
    return found, notes


def add_implied(inputs: Inputs, product: Ints, needed: Ints, n_products: int) -> Inputs:
    """Add pairs known from supplies only: essential, cost unknown."""
    new = np.setdiff1d(product * n_products + needed, inputs.key)
    fill = np.ones(len(new))
    joined = Inputs(
        np.r_[inputs.key, new],
        np.r_[inputs.product, new // n_products],
        np.r_[inputs.input, new % n_products],
        np.r_[inputs.input_class, np.full(len(new), ESSENTIAL, np.int8)],
        np.r_[inputs.cost, fill * np.nan],
        np.r_[inputs.implied, fill.astype(bool)],
    )
    order = np.argsort(joined.key)
    return Inputs(*(getattr(joined, name)[order] for name in Inputs.__dataclass_fields__))


def with_costs(inputs: Inputs, reader: Reader, cost_total: float) -> tuple[Inputs, list[NetworkNote]]:
    """Fill unknown cost shares: equal parts of what the known ones leave of the total."""
    n_products, made = len(reader.products), inputs.product
    given = inputs.cost
    # An essential input of stated share 0 (rounded away at its source) would not reach the buyer at all.
    unknown = np.isnan(given) | ((given <= 0) & (inputs.input_class == ESSENTIAL))
    known = np.bincount(made[~unknown], given[~unknown], n_products)
    n_unknown = np.bincount(made[unknown], minlength=n_products)
    each = np.divide(cost_total - known, n_unknown, out=np.zeros(n_products), where=n_unknown > 0)
    smallest = np.full(n_products, np.inf)
    positive = ~unknown & (given > 0)
    np.minimum.at(smallest, made[positive], given[positive])
    floored = (n_unknown > 0) & (each <= 0)
    each = np.where(floored, np.where(np.isfinite(smallest), smallest, cost_total), each)
    cost = np.where(unknown, each[made], given)

    total = np.bincount(made, cost, n_products)
    over = np.flatnonzero(total > COST_CAP)
    cost = cost * np.where(total > COST_CAP, COST_CAP / np.maximum(total, COST_CAP), 1.0)[made]
    notes = notes_by_product("cost_floor", reader.products[np.flatnonzero(floored)], n=n_unknown[floored].tolist())
    over = over[total[over] > 1]
    notes += notes_by_product(
        "cost_over_one", reader.products[over], total=total[over].tolist(), cap=[COST_CAP] * len(over)
    )
    return replace(inputs, cost=cost), notes


def demand_of(chain: "Chain", reader: Reader) -> tuple[Demand, list[NetworkNote]]:
    """Output of the chain: final products by value where every one has it in one currency, else equally."""
    frame = chain.tables["products"]
    frame = frame[~frame["code"].duplicated()]
    final = frame["final"].fillna(False).to_numpy(bool)
    if not final.any():
        return Demand(np.zeros(len(final)), "none"), [note("finals_missing")]
    value, _ = value_in_yuan(frame)
    if (value[final] > 0).all():
        return Demand(np.where(final, value, 0.0), "value"), []
    return Demand(final.astype(float), "equal"), []


def needs_of(demand: Demand, inputs: Inputs) -> Floats:
    """How much of each product the chain needs: final demand and what its makers use up (Leontief), same unit.

    Sums the series f + C f + C² f …, which ends because no product's inputs cost as much as itself.
    """
    n_products = len(demand.weight)
    use = sparse.csr_array((inputs.cost, (inputs.input, inputs.product)), shape=(n_products, n_products))
    need, last = demand.weight.copy(), demand.weight
    for _ in range(100_000):
        last = use @ last
        if last.max(initial=0.0) <= 1e-16 * need.max(initial=0.0):
            break
        need = need + last
    return need
