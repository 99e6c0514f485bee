"""The steps of one day (一天的步骤) on arrays: docs/models/dynamics.md has the equations they are numbered after."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from lianban.engine.dynamics.layout import Firms, FloatArray, IntArray, Links, Slots
from lianban.engine.network import ESSENTIAL, NO_EFFECT

BOTH, SUPPLY, DEMAND = 0, 1, 2
PROPORTIONAL, FIRMS_FIRST, FINAL_FIRST = 0, 1, 2

COMPILED: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
INNER: dict[str, Any] = {**COMPILED, "no_cpython_wrapper": True}  # called by kernels only: compiles faster
inner = njit(**INNER)


class Shock(NamedTuple):
    """Share of capacity lost, days until it is back (inf: never), and whether it comes back day by day."""

    lost: FloatArray
    recovery: FloatArray
    gradual: bool


class Rules(NamedTuple):
    """Choices of a run as numbers."""

    channel: int
    rationing: int
    market: bool
    restock_days: float
    days: int
    tolerance: float
    stop_at_loss: bool


class State(NamedTuple):
    """What changes from day to day. Per slot: stock, position; per market: unserved, idle; the last ones per firm."""

    stock: FloatArray
    arriving: FloatArray
    ordered: FloatArray
    position: FloatArray
    unserved: FloatArray
    idle: FloatArray
    wanted: FloatArray
    demand: FloatArray
    plan: FloatArray
    level: FloatArray
    possible: FloatArray
    to_firms: FloatArray
    to_final: FloatArray


class Totals(NamedTuple):
    """Sums over the days in money (per firm, per slot), lost days, first day of loss (0: none)."""

    created: FloatArray
    delivered: FloatArray
    sold_final: FloatArray
    pooled: FloatArray
    arrived: FloatArray
    used: FloatArray
    surplus: FloatArray
    outside: FloatArray
    lost_days: FloatArray
    first_loss: IntArray


class Paths(NamedTuple):
    """What is kept of every day: lost share for each weight column, lost share of each group, levels of chosen firms."""

    weight: FloatArray
    lost: FloatArray
    group: IntArray
    group_weight: FloatArray
    group_lost: FloatArray
    chosen: IntArray
    level: FloatArray


@inner
def _receive_orders(day: int, links: Links, slots: Slots, firms: Firms, state: State) -> None:  # equation 1
    for firm in range(len(firms.usual)):
        state.wanted[firm] = 0.0
    for slot in range(len(slots.usual)):
        usual = slots.usual[slot]
        if usual <= 0.0:
            continue
        at, length = slots.orders_at[slot], slots.orders_at[slot + 1] - slots.orders_at[slot]
        yesterday = (day - 1) % length
        for link in range(slots.first[slot], slots.first[slot + 1]):
            then = yesterday - links.book[link]  # a division for each link would cost more than all the rest
            placed = state.ordered[at + (then if then >= 0 else then + length)]
            state.wanted[links.seller[link]] += links.value[link] * (placed / usual)
    for firm in range(len(firms.usual)):
        usual = firms.usual[firm]
        state.demand[firm] = (state.wanted[firm] + firms.final[firm]) / usual if usual > 0.0 else 1.0


@inner
def _produce(day: int, slots: Slots, firms: Firms, shock: Shock, rules: Rules, state: State) -> None:  # equations 2, 3
    for firm in range(len(firms.usual)):
        lost, back = shock.lost[firm], shock.recovery[firm]
        if day > back:
            lost = 0.0
        elif shock.gradual:
            lost *= 1.0 - (day - 1) / back
        capacity = (1.0 - lost) * firms.top[firm]
        scarcest, missing = np.inf, 0.0
        if rules.channel != DEMAND:
            for slot in range(firms.first[firm], firms.first[firm + 1]):
                if slots.input_class[slot] == NO_EFFECT or slots.usual[slot] <= 0.0:
                    continue
                at, length = slots.arrivals_at[slot], slots.arrivals_at[slot + 1] - slots.arrivals_at[slot]
                there = (state.stock[slot] + state.arriving[at + day % length]) / slots.usual[slot]
                if slots.input_class[slot] == ESSENTIAL:
                    scarcest = min(scarcest, there)
                elif there < 1.0:
                    missing += slots.part[slot] * (1.0 - there)
        if missing > 0.0:
            scarcest = min(scarcest, max(0.0, 1.0 - missing))
        state.plan[firm] = min(capacity, state.demand[firm])
        state.possible[firm] = min(capacity, scarcest)
        state.level[firm] = min(state.plan[firm], scarcest)


@inner
def _ration(firms: Firms, rules: Rules, state: State) -> None:  # equation 4
    for firm in range(len(firms.usual)):
        level, demand = state.level[firm], state.demand[firm]
        if level >= demand:
            state.to_firms[firm] = state.to_final[firm] = 1.0
            continue
        made, wanted, final = level * firms.usual[firm], state.wanted[firm], firms.final[firm]
        if rules.rationing == PROPORTIONAL:
            state.to_firms[firm] = state.to_final[firm] = level / demand
        elif rules.rationing == FIRMS_FIRST:
            state.to_firms[firm] = min(1.0, made / wanted) if wanted > 0.0 else 1.0
            state.to_final[firm] = min(1.0, max(0.0, made - wanted) / final) if final > 0.0 else 1.0
        else:
            state.to_final[firm] = min(1.0, made / final) if final > 0.0 else 1.0
            state.to_firms[firm] = min(1.0, max(0.0, made - final) / wanted) if wanted > 0.0 else 1.0


@inner
def _share_market(firms: Firms, state: State, totals: Totals) -> None:  # equation 5
    unserved, idle = state.unserved, state.idle
    for market in range(len(idle)):
        unserved[market] = idle[market] = 0.0
    for firm in range(len(firms.usual)):
        level, usual = state.level[firm], firms.usual[firm]
        unserved[firms.market[firm]] += max(0.0, state.demand[firm] - level) * usual
        idle[firms.market[firm]] += max(0.0, state.possible[firm] - level) * usual
    for firm in range(len(firms.usual)):
        market, usual = firms.market[firm], firms.usual[firm]
        if unserved[market] <= 0.0 or idle[market] <= 0.0:
            continue
        helped = min(1.0, idle[market] / unserved[market])
        lent = max(0.0, state.possible[firm] - state.level[firm]) * min(1.0, unserved[market] / idle[market])
        short = max(0.0, state.demand[firm] - state.level[firm]) * usual
        totals.pooled[firm] += short * helped - lent * usual
        state.level[firm] += lent
        state.to_firms[firm] += (1.0 - state.to_firms[firm]) * helped
        state.to_final[firm] += (1.0 - state.to_final[firm]) * helped


@inner
def _use_ship_order(
    day: int, links: Links, slots: Slots, rules: Rules, state: State, totals: Totals
) -> None:  # equations 6 to 8
    for slot in range(len(slots.usual)):
        usual = slots.usual[slot]
        if usual <= 0.0:
            continue
        ways, way_days = slots.arrivals_at[slot], slots.arrivals_at[slot + 1] - slots.arrivals_at[slot]
        tomorrow = (day + 1) % way_days
        today = ways + (tomorrow if tomorrow > 0 else way_days) - 1
        arrived, needed = state.arriving[today], state.level[slots.buyer[slot]] * usual
        state.arriving[today] = 0.0
        used = min(needed, state.stock[slot] + arrived)
        if rules.channel == DEMAND:
            totals.outside[slot] += needed - used
            used = needed
        left = max(0.0, state.stock[slot] + (arrived - used))  # in this order: steady to the last bit
        state.stock[slot] = min(left, slots.store[slot])
        if left > slots.store[slot]:
            totals.surplus[slot] += left - slots.store[slot]
        totals.arrived[slot] += arrived
        totals.used[slot] += used

        books, book_days = slots.orders_at[slot], slots.orders_at[slot + 1] - slots.orders_at[slot]
        shipped, served, yesterday = 0.0, 0.0, (day - 1) % book_days
        for link in range(slots.first[slot], slots.first[slot + 1]):
            then, there = yesterday - links.book[link], tomorrow + links.lead[link]
            placed = state.ordered[books + (then if then >= 0 else then + book_days)]
            order = links.value[link] * (placed / usual)
            goods = order * state.to_firms[links.seller[link]]
            state.arriving[ways + (there if there < way_days else there - way_days)] += goods
            totals.delivered[links.seller[link]] += goods
            shipped += goods
            served += order
        state.position[slot] += (shipped - used) + (state.ordered[books + yesterday] - served)
        order = usual
        if rules.channel != SUPPLY:
            order = state.plan[slots.buyer[slot]] * usual
        if rules.channel == BOTH and slots.stock[slot] < np.inf:
            order = max(0.0, order - state.position[slot] / rules.restock_days)
        state.ordered[books + day % book_days] = order


@inner
def _keep(day: int, firms: Firms, rules: Rules, state: State, totals: Totals, paths: Paths) -> float:  # equation 9
    n_weights = paths.weight.shape[1]
    for firm in range(len(firms.usual)):
        level = state.level[firm]
        lost = 1.0 - level
        totals.created[firm] += level * firms.usual[firm]
        totals.sold_final[firm] += firms.final[firm] * state.to_final[firm]
        if lost == 0.0:
            continue
        totals.lost_days[firm] += lost
        if lost > rules.tolerance and totals.first_loss[firm] == 0:
            totals.first_loss[firm] = day
        for column in range(n_weights):
            paths.lost[day - 1, column] += paths.weight[firm, column] * lost
        if len(paths.group):
            paths.group_lost[day - 1, paths.group[firm]] += paths.group_weight[firm] * lost
    for at in range(len(paths.chosen)):
        paths.level[day - 1, at] = state.level[paths.chosen[at]]
    return paths.lost[day - 1, 0]


@njit(**COMPILED)
def run_days(
    links: Links, slots: Slots, firms: Firms, shock: Shock, rules: Rules, state: State, totals: Totals, paths: Paths
) -> Any:
    """Run day after day; return the days done. With ``stop_at_loss`` the day on which output falls is the last."""
    for day in range(1, rules.days + 1):
        _receive_orders(day, links, slots, firms, state)
        _produce(day, slots, firms, shock, rules, state)
        _ration(firms, rules, state)
        if rules.market:
            _share_market(firms, state, totals)
        _use_ship_order(day, links, slots, rules, state, totals)
        lost = _keep(day, firms, rules, state, totals, paths)
        if rules.stop_at_loss and lost > rules.tolerance:
            return day
    return rules.days
