"""Known (已知事实): what is known of a network whose links are not; all that contradicts is told at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.network import SupplyNetwork
from lianban.engine.reconstruct.layout import Layout
from lianban.engine.reconstruct.reading import InvalidFacts, Reading

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MAX_PAIRS = 100_000_000


@dataclass(frozen=True, eq=False)
class Known:
    """Known facts (已知事实) of a network. Unknown numbers are NaN.

    Parameters
    ----------
    group : labels of shape (n_firms,): what each firm makes
    needs : rows (supplier group, buyer group, input class 0, 1 or 2): what makers of the second need of the first
    cost : share of each need in its buyers' purchases; what is NaN is an equal part of what the others leave
    n_links : known number of links of each need, else the law of degrees (:class:`Prior`) gives it
    sales : shape (n_firms,): what each firm sells, one unit of money
    group_output : what each group sells in all, by label, for groups with firms of unknown sales
    purchases : shape (n_firms,): what each firm buys in all; unknown: in proportion to its sales
    slots : rows (buyer, supplier group, amount): which firm buys which group. Unless given, each firm buys all its group
        needs; where given, a buyer buys these and what ``links`` tell
    links : rows (seller, buyer, amount): links that are there
    absent : rows (seller, buyer): links that are not there
    closed : rows (buyer, supplier group): all suppliers are among ``links``
    output_weight : shape (n_firms,), what counts as output; unless given, sales

    Raises
    ------
    InvalidFacts
        Every row that contradicts another or names what is not there.
    """

    group: IntArray
    labels: tuple[Any, ...]
    need_supplier: IntArray
    need_buyer: IntArray
    need_class: NDArray[np.int8]
    cost: FloatArray
    n_links: FloatArray
    sales: FloatArray
    group_output: FloatArray
    purchases: FloatArray
    slot_amount: FloatArray
    output_weight: FloatArray | None
    layout: Layout
    slot_need: IntArray

    def __init__(
        self,
        group: ArrayLike,
        needs: Sequence[tuple[Any, Any, int]],
        *,
        cost: ArrayLike | None = None,
        n_links: ArrayLike | None = None,
        sales: ArrayLike | None = None,
        group_output: dict[Any, float] | None = None,
        purchases: ArrayLike | None = None,
        slots: Sequence[tuple[int, Any, float]] | None = None,
        links: Sequence[tuple[int, int, float]] = (),
        absent: Sequence[tuple[int, int]] = (),
        closed: Sequence[tuple[int, Any]] = (),
        output_weight: ArrayLike | None = None,
        max_pairs: int = MAX_PAIRS,
    ) -> None:
        names, position = np.unique(np.asarray(group), return_inverse=True)
        labels = names.tolist()
        reading = Reading({label: at for at, label in enumerate(labels)}, len(position))
        set_ = object.__setattr__
        set_(self, "group", position.astype(np.int64))
        set_(self, "labels", tuple(labels))
        needed = reading.needs(needs)
        for name, column in zip(("need_supplier", "need_buyer", "need_class"), needed, strict=True):
            set_(self, name, column)
        set_(self, "cost", reading.amounts("cost", cost, len(needed[0])))
        set_(self, "n_links", reading.amounts("n_links", n_links, len(needed[0])))
        set_(self, "sales", reading.amounts("sales", sales, len(position)))
        set_(self, "purchases", reading.amounts("purchases", purchases, len(position)))
        set_(self, "group_output", reading.by_group("group_output", group_output or {}))
        weight = None if output_weight is None else np.asarray(output_weight, np.float64)
        set_(self, "output_weight", weight)
        reading.check_output(self.sales, self.group_output, self.group, labels)
        wanted = reading.slots(slots, self.group, needed)
        linked = reading.links(links, self.group, needed, labels)
        buyers, groups, amounts = _with_links(wanted, linked, self.group)
        reading.stop()
        need = _need_of(groups, self.group[buyers], needed)
        members = [np.flatnonzero(self.group == one) for one in range(len(labels))]
        sizes = np.array([len(one) for one in members])
        n_pairs = int(sizes[groups].sum())
        if n_pairs > max_pairs:
            raise InvalidFacts(
                [
                    f"{n_pairs:,} pairs of a buyer and a possible supplier, more than {max_pairs:,} "
                    f"(some {n_pairs * 60 / 2**30:.1f} GiB): name which firm buys which group (slots), or raise max_pairs"
                ]
            )
        layout = Layout.of(members, len(position), buyers, groups, need, np.ones(len(buyers), bool))
        order = np.lexsort((buyers, need))
        set_(self, "slot_amount", amounts[order])
        set_(self, "slot_need", need[order])
        layout = layout.knowing(linked, reading.absent(absent, linked), reading.closed(closed, layout))
        for slot in layout.without_supplier().tolist():
            who, what = int(layout.slot_buyer[slot]), labels[layout.slot_group[slot]]
            reading.findings.append(f"firm {who} needs group {what!r}, but every possible supplier is ruled out")
        reading.stop()
        set_(self, "layout", layout)

    @property
    def n_firms(self) -> int:
        """Number of firms (节点数)."""
        return len(self.group)


def known_of(
    network: SupplyNetwork,
    *,
    surveyed: ArrayLike = (),
    amounts: bool = True,
    hide_sales: ArrayLike = (),
) -> Known:
    """What an office would know of a network: products, needs and strengths, not who supplies whom.

    Parameters
    ----------
    surveyed : buyers whose suppliers, with amounts, are known
    amounts : whether it is known how much each firm buys of each group, or only how much in all
    hide_sales : firms whose sales are unknown; those of their group together are known
    """
    others = network.seller != network.buyer
    seller, buyer, value = network.seller[others], network.buyer[others], network.value[others]
    classes, group = network.input_class[others], network.group
    pairs, first, of_link = np.unique(
        np.c_[group[seller], group[buyer]], axis=0, return_index=True, return_inverse=True
    )
    bought = np.bincount(of_link.ravel(), value, len(pairs))
    asked = np.isin(buyer, np.asarray(surveyed, np.int64))
    slots, at = np.unique(np.c_[buyer, group[seller]], axis=0, return_inverse=True)
    slot_value = np.bincount(at.ravel(), value, len(slots))
    known_slots = np.unique(np.c_[buyer, group[seller]][asked], axis=0)
    sales = np.where(np.isin(np.arange(network.n_firms), np.asarray(hide_sales, np.int64)), np.nan, network.sales)
    labels = np.unique(group)
    weight = network.output_weight
    return Known(
        group,
        [(k, j, int(c)) for (k, j), c in zip(pairs.tolist(), classes[first].tolist(), strict=True)],
        cost=bought,
        sales=sales,
        group_output={one: float(network.sales[group == one].sum()) for one in labels.tolist()},
        purchases=network.purchases,
        slots=[(j, k, v if amounts else np.nan) for (j, k), v in zip(slots.tolist(), slot_value.tolist(), strict=True)],
        links=list(zip(seller[asked].tolist(), buyer[asked].tolist(), value[asked].tolist(), strict=True)),
        closed=[(j, k) for j, k in known_slots.tolist()],
        output_weight=weight if weight.ndim == 1 and not np.array_equal(weight, network.sales) else None,
    )


def _with_links(
    slots: tuple[IntArray, IntArray, FloatArray], links: tuple[IntArray, IntArray, FloatArray], group: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Slots with those that only a known link tells of."""
    there = set(zip(slots[0].tolist(), slots[1].tolist(), strict=True))
    told = {(buyer, int(group[seller])) for seller, buyer in zip(links[0].tolist(), links[1].tolist(), strict=True)}
    new = np.array(sorted(told - there), np.int64).reshape(-1, 2)
    return np.r_[slots[0], new[:, 0]], np.r_[slots[1], new[:, 1]], np.r_[slots[2], np.full(len(new), np.nan)]


def _need_of(supplier: IntArray, buyer: IntArray, needs: tuple[IntArray, IntArray, NDArray[np.int8]]) -> IntArray:
    """Row of ``needs`` of each slot."""
    width = (
        int(max(supplier.max(initial=0), buyer.max(initial=0), needs[0].max(initial=0), needs[1].max(initial=0))) + 1
    )
    keys = needs[0] * width + needs[1]
    order = np.argsort(keys)
    return order[np.searchsorted(keys[order], supplier * width + buyer)]
