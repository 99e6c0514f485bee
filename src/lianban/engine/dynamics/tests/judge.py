"""The judge: the equations of docs/models/dynamics.md on dense matrices, one day after the other. Slow and readable."""

import numpy as np


def plain_twin(network, shock, *, stock, lead, book, days, back, gradual=False, overtime=0.0, restock=10.0,
               rationing="proportional", channel="both", market=False, store=None):  # fmt: skip
    """Levels of every day, (days, n_firms), and the stocks at the end, (n_firms, n_groups)."""
    n, names = network.n_firms, np.unique(network.group)
    W, L, B = (np.zeros((n, n)) for _ in range(3))
    W[network.seller, network.buyer] = network.value / 365
    L[network.seller, network.buyer], B[network.seller, network.buyer] = lead, book
    makes = names[:, None] == network.group  # (n_groups, n_firms)
    E = np.zeros((n, len(names)))
    E[network.buyer, np.searchsorted(names, network.group[network.seller])] = network.input_class
    P, b = (makes @ W).T, W.sum(0)
    final = np.where(W.sum(1) > 0, 0, np.where(b > 0, b, 1 / 365))
    usual = W.sum(1) + final
    S, limit = stock * P, np.inf if channel != "supply" else (stock if store is None else store) * P
    orders, shipped, position = {}, {}, np.zeros_like(P)  # before the first day everything was as usual
    levels = []
    for day in range(1, days + 1):
        share = lambda t: orders.get(t, P) / np.where(P > 0, P, 1)  # noqa: E731
        served = np.zeros((n, n))
        for i, j in np.argwhere(W > 0):
            k = np.flatnonzero(makes[:, i])[0]
            served[i, j] = W[i, j] * share(day - 1 - B[i, j])[j, k]
        arrived = np.zeros((n, n))
        for i, j in np.argwhere(W > 0):
            arrived[i, j] = shipped.get(day - 1 - L[i, j], W)[i, j]
        arrived = (makes @ arrived).T
        wanted = served.sum(1)
        demand = (wanted + final) / usual
        left = np.where(day > back, 0, shock * (1 - (day - 1) / np.maximum(back, 1) if gradual else 1))
        capacity = (1 - left) * (1 + overtime)
        there = np.where(P > 0, (S + arrived) / np.where(P > 0, P, 1), np.inf)
        inputs = np.where((E == 2) & (P > 0), there, np.inf).min(1, initial=np.inf)
        missing = (np.where((E == 1) & (P > 0), P * (1 - np.minimum(1, there)), 0).sum(1)) / np.where(b > 0, b, 1)
        inputs = np.minimum(inputs, np.where(missing > 0, np.maximum(0, 1 - missing), np.inf))
        if channel == "demand":
            inputs = np.full(n, np.inf)
        plan, possible = np.minimum(capacity, demand), np.minimum(capacity, inputs)
        level = np.minimum(plan, inputs)
        made = level * usual
        with np.errstate(divide="ignore", invalid="ignore"):
            if rationing == "proportional":
                rf = rl = np.where(level >= demand, 1, level / demand)
            elif rationing == "firms_first":
                rf = np.where(wanted > 0, np.minimum(1, made / wanted), 1)
                rl = np.clip((made - wanted) / final, 0, 1)
            else:
                rl = np.minimum(1, made / final)
                rf = np.where(wanted > 0, np.clip((made - final) / wanted, 0, 1), 1)
            rf, rl = np.where(level >= demand, 1, rf), np.where(final > 0, rl, 1)
        if market:
            short, idle = np.maximum(0, demand - level) * usual, np.maximum(0, possible - level) * usual
            for g in np.unique(network.market):
                of = network.market == g
                if short[of].sum() > 0 and idle[of].sum() > 0:
                    rf[of] += (1 - rf[of]) * min(1, idle[of].sum() / short[of].sum())
                    level[of] += (idle / usual)[of] * min(1, short[of].sum() / idle[of].sum())
        used = level[:, None] * P
        if channel != "demand":
            used = np.minimum(used, S + arrived)
        position += -used
        S = np.minimum(np.maximum(0, S + arrived - used), limit)
        shipped[day] = served * rf[:, None]
        position += (makes @ shipped[day]).T + orders.get(day - 1, P) - (makes @ served).T
        gap = np.where(np.isfinite(stock * P), position, 0) / restock if channel == "both" else 0
        orders[day] = P if channel == "supply" else np.maximum(0, plan[:, None] * P - gap)
        levels.append(level.copy())
    return np.array(levels), S
