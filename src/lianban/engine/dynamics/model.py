"""Days, stocks and orders, after ARIO and the firm-level models that follow it: docs/models/dynamics.md has the equations."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.dynamics import kernels
from lianban.engine.dynamics.checks import Checked, checked_shock
from lianban.engine.dynamics.kernels import Paths, Rules, Shock, State, Totals
from lianban.engine.dynamics.layout import (
    FloatArray,
    Slots,
    SlotTable,
    first_arrivals,
    first_orders,
    lay_out,
    slots_of,
)
from lianban.engine.dynamics.result import Balance, DynamicsResult
from lianban.engine.errors import InvalidNetwork
from lianban.engine.network import SupplyNetwork

ENGINE_VERSION = "dynamics 1"  # raised whenever a number can change
TOLERANCE = 1e-9  # a smaller fall is rounding, not a loss
Channel = Literal["both", "supply", "demand"]
Rationing = Literal["proportional", "firms_first", "final_first"]
CHANNELS: Mapping[str, int] = {"both": kernels.BOTH, "supply": kernels.SUPPLY, "demand": kernels.DEMAND}
RATIONING: Mapping[str, int] = {
    "proportional": kernels.PROPORTIONAL,
    "firms_first": kernels.FIRMS_FIRST,
    "final_first": kernels.FINAL_FIRST,
}


@dataclass(frozen=True)
class Case:
    """One shock (情景): what is lost, for how long, and how it comes back; see :meth:`Dynamics.run`."""

    shock: ArrayLike
    recovery_days: ArrayLike = np.inf
    recovery: Literal["step", "linear"] = "step"


class Dynamics:
    """A network made ready to be run day by day.

    Parameters
    ----------
    stock_days : days of usual use in store, one number or one for each slot (``slots_of(network)``); inf never runs out
    lead_days : whole days that goods are on the way, one number or one for each link; 0 means used on the next day
    order_days : whole days that an order waits before the seller serves it, one number or one for each link
    store_days : what a store holds at most, as ``stock_days``; more is surplus. Default: no limit, but the stock itself
        in the supply channel
    overtime : share by which a firm can exceed its usual output, one number or one for each firm
    final_demand : money a year that each firm sells outside the network; default none for firms with customers, for the
        others what they buy (1 if nothing)
    restock_days : days over which a gap in the stock is ordered back, at least 1
    rationing : who is served when output is short: all in "proportional" parts of their orders, "firms_first", "final_first"
    channel : "both"; "supply" keeps all orders as usual; "demand" lets missing inputs come from outside
    market : True lets firms of a market with idle capacity serve each other's customers on the same day

    Raises
    ------
    InvalidNetwork
        All that is wrong with these numbers, at once.
    """

    def __init__(
        self,
        network: SupplyNetwork,
        *,
        stock_days: ArrayLike = 0.0,
        lead_days: ArrayLike = 0,
        order_days: ArrayLike = 0,
        store_days: ArrayLike | None = None,
        overtime: ArrayLike = 0.0,
        final_demand: ArrayLike | None = None,
        restock_days: float = 10.0,
        rationing: Rationing = "proportional",
        channel: Channel = "both",
        market: bool = False,
        days_per_year: float = 365.0,
    ) -> None:
        self.network = network
        self.slots: SlotTable = slots_of(network)
        given = Checked(network, len(self.slots.buyer))
        given.choice("rationing", rationing, RATIONING)
        given.choice("channel", channel, CHANNELS)
        given.at_least("restock_days", restock_days, 1.0)
        given.at_least("days_per_year", days_per_year, 1.0)
        stock = given.per_slot("stock_days", stock_days)
        store = None if store_days is None else given.per_slot("store_days", store_days)
        lead, book = given.per_link("lead_days", lead_days), given.per_link("order_days", order_days)
        top = 1.0 + given.per_firm("overtime", overtime)
        final = self._usual_final() if final_demand is None else given.per_firm("final_demand", final_demand)
        given.refuse()

        self._links, slots, self._firms = lay_out(network, lead, book, final, top, float(days_per_year))
        self._stored = _Stored(stock, store, supply_only=channel == "supply")
        self._slots = self._stored.into(slots)
        self._choices = (CHANNELS[channel], RATIONING[rationing], bool(market), float(restock_days))
        self.days_per_year = float(days_per_year)
        self._options = {
            "restock_days": restock_days,
            "rationing": rationing,
            "channel": channel,
            "market": market,
            "days_per_year": days_per_year,
            "lead_days": _told(lead_days),
            "order_days": _told(order_days),
            "store_days": None if store_days is None else _told(store_days),
            "overtime": _told(overtime),
            "final_demand": None if final_demand is None else _told(final_demand),
        }

    def _usual_final(self) -> FloatArray:
        """Firms without customers sell to final use: as much as they buy."""
        bought = self.network.purchases
        return np.where(self.network.sales > 0, 0.0, np.where(bought > 0, bought, 1.0))

    @property
    def stock_days(self) -> FloatArray:
        """Days of usual use in store, for each slot."""
        return self._stored.stock.copy()

    def with_stock(self, stock_days: ArrayLike) -> "Dynamics":
        """The same network with other stocks, one number or one for each slot; nothing else is laid out again."""
        given = Checked(self.network, len(self.slots.buyer))
        stock = given.per_slot("stock_days", stock_days)
        given.refuse()
        other = object.__new__(Dynamics)
        other.__dict__.update(self.__dict__)
        other._stored = replace(self._stored, stock=stock)
        other._slots = other._stored.into(self._slots)
        return other

    def run(
        self,
        shock: ArrayLike,
        *,
        recovery_days: ArrayLike = np.inf,
        recovery: Literal["step", "linear"] = "step",
        days: int = 365,
        groups: bool = False,
        chosen: Sequence[int] = (),
        tolerance: float = TOLERANCE,
        stop_at_loss: bool = False,
    ) -> DynamicsResult:
        """Run one shock.

        Parameters
        ----------
        shock : array of shape (n_firms,), in [0, 1]: share of capacity lost on the first day
        recovery_days : days until it is back, one number or one for each firm; inf never
        recovery : "step" comes back at once after these days, "linear" by an equal part each day
        groups, chosen : keep the daily output of every group, the daily level of these firms
        tolerance : smaller falls are no loss
        stop_at_loss : end on the first day on which output (first column of weights) falls

        Raises
        ------
        InvalidShock
            All that is wrong with shock and recovery, at once.
        """
        lost, back = checked_shock(self.network, shock, recovery_days, recovery, days, chosen)
        rules = Rules(*self._choices, int(days), float(tolerance), bool(stop_at_loss))
        state, totals, paths = self._state(), self._totals(), self._paths(int(days), groups, chosen)
        start = state.stock.copy()
        gradual = Shock(lost, back, recovery == "linear")
        done = int(kernels.run_days(self._links, self._slots, self._firms, gradual, rules, state, totals, paths))
        told = {"recovery": recovery, "days": days, "tolerance": tolerance, "stop_at_loss": stop_at_loss}
        return self._result(done, start, state, totals, paths, told | {"recovery_days": _told(recovery_days)})

    def runs(self, cases: Sequence[Case], *, threads: int | None = None, **options: Any) -> list[DynamicsResult]:
        """Run many shocks at once through threads; results in the order of the cases, options as in :meth:`run`."""

        def one(case: Case) -> DynamicsResult:
            return self.run(case.shock, recovery_days=case.recovery_days, recovery=case.recovery, **options)

        if threads == 1 or len(cases) < 2:
            return [one(case) for case in cases]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, cases))

    def provenance(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Engine version, fingerprint and parameters, as results carry them."""
        parameters = {**self._options, "stock_days": _told(self._stored.stock), **told}
        return {
            "network_fingerprint": self.network.fingerprint,
            "engine_version": ENGINE_VERSION,
            "parameters": MappingProxyType(parameters),
        }

    def _state(self) -> State:
        n_slots, n_firms = len(self._slots.usual), self.network.n_firms
        n_markets = int(self._firms.market.max()) + 1
        position, unserved, idle = np.zeros(n_slots), np.zeros(n_markets), np.zeros(n_markets)
        wanted, demand, plan, level, possible, to_firms, to_final = (np.zeros(n_firms) for _ in range(7))
        return State(
            self._slots.stock.copy(), self._first_arrivals.copy(), first_orders(self._slots), position, unserved, idle,
            wanted, demand, plan, level, possible, to_firms, to_final,
        )  # fmt: skip

    @cached_property
    def _first_arrivals(self) -> FloatArray:
        return first_arrivals(self._links, self._slots)

    def _totals(self) -> Totals:
        n_slots, n_firms = len(self._slots.usual), self.network.n_firms
        created, delivered, sold_final, pooled, lost_days = (np.zeros(n_firms) for _ in range(5))
        arrived, used, surplus, outside = (np.zeros(n_slots) for _ in range(4))
        first_loss = np.zeros(n_firms, np.int64)
        return Totals(created, delivered, sold_final, pooled, arrived, used, surplus, outside, lost_days, first_loss)

    def _paths(self, days: int, groups: bool, chosen: Sequence[int]) -> Paths:
        weight = self.network.output_weight.reshape(self.network.n_firms, -1)
        total = weight.sum(axis=0)
        if not (total > 0).all():
            raise InvalidNetwork(f"output weights of column {int(np.argmin(total))} add up to 0: no output to lose")
        names, group = np.unique(self.network.group, return_inverse=True)
        n_groups = len(names) if groups else 0
        of_group = np.bincount(group, weight[:, 0], len(names))
        share = np.divide(weight[:, 0], of_group[group], out=np.zeros(len(group)), where=of_group[group] > 0)
        return Paths(
            weight / total,
            np.zeros((days, weight.shape[1])),
            group.astype(np.int64) if groups else np.zeros(0, np.int64),
            share,
            np.where(of_group[:n_groups] > 0, 0.0, np.nan) + np.zeros((days, n_groups)),
            np.asarray(chosen, np.int64).reshape(-1),
            np.zeros((days, len(chosen))),
        )

    def _result(
        self, done: int, start: FloatArray, state: State, totals: Totals, paths: Paths, told: Mapping[str, Any]
    ) -> DynamicsResult:
        lost = paths.lost[:done]
        plain = self.network.output_weight.ndim == 1
        a_day = self.network.output_weight.reshape(self.network.n_firms, -1).sum(axis=0) / self.days_per_year
        summed = lost.sum(axis=0)
        fallen = np.flatnonzero(lost[:, 0] > told["tolerance"])
        back = int(fallen[-1]) + 2 if fallen.size else None
        return DynamicsResult(
            output=1.0 - (lost[:, 0] if plain else lost),
            lost_days=float(summed[0]) if plain else summed,
            lost_output=float(summed[0] * a_day[0]) if plain else summed * a_day,
            level=state.level,
            lost_days_of_firm=totals.lost_days,
            first_loss_day=totals.first_loss,
            first_output_loss_day=int(fallen[0]) + 1 if fallen.size else 0,
            back_day=back if back is not None and back <= done else None,
            group_output=1.0 - paths.group_lost[:done] if len(paths.group) else None,
            chosen_level=paths.level[:done] if len(paths.chosen) else None,
            balance=Balance(
                totals.arrived, totals.used, totals.surplus, totals.outside, start, state.stock,
                totals.created, totals.delivered, totals.sold_final, totals.pooled,
            ),
            days=done,
            **self.provenance(told),
        )  # fmt: skip


@dataclass(frozen=True)
class _Stored:
    """Days in store and days a store can hold (None: by the channel)."""

    stock: FloatArray
    store: FloatArray | None
    supply_only: bool

    def into(self, slots: Slots) -> Slots:
        """Put both into the slots, in money; refuses stocks that the store cannot hold."""
        store = self.store if self.store is not None else self.stock if self.supply_only else np.inf
        if (self.stock > store).any():
            slot = int(np.argmax(self.stock > store))
            raise InvalidNetwork(f"slot {slot}: {self.stock[slot]:g} days of stock do not fit into store_days")
        some = slots.usual > 0  # nothing is used of the others, and inf times 0 is no number
        full = np.broadcast_to(np.asarray(store, np.float64), slots.usual.shape)
        return slots._replace(
            stock=np.multiply(self.stock, slots.usual, out=np.zeros_like(slots.usual), where=some),
            store=np.multiply(full, slots.usual, out=np.full_like(slots.usual, np.inf), where=some),
        )


def _told(given: Any) -> Any:
    """A parameter as results tell it: one number where all are equal, else a read-only array."""
    array: NDArray[Any] = np.array(given)
    if array.size and (array == array.flat[0]).all():
        return array.flat[0].item()
    array.setflags(write=False)
    return array
