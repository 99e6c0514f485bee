"""The judge: the equations of docs/models/cascade.md, one for one, on dense matrices. Slow and readable."""

import numpy as np


def shares(network, revenue=None, costs=None):
    """Ld and Lu (equations 1 and 2), and the class of each link, as dense matrices."""
    n, g = network.n_firms, network.group
    W, E = np.zeros((n, n)), np.zeros((n, n))
    W[network.seller, network.buyer], E[network.seller, network.buyer] = network.value, network.input_class
    sold = W.sum(1) if revenue is None else np.where(np.asarray(revenue) == 0, 1.0, revenue)
    with np.errstate(divide="ignore", invalid="ignore"):
        same_group = g[:, None] == g
        Ld = np.nan_to_num(np.where(E == 2, W / (same_group @ W), np.where(E == 1, W / W.sum(0), 0)))
        Lu = np.nan_to_num(W / sold[:, None])
    if costs is not None:
        Ld = Ld * (W.sum(0) / np.where(np.asarray(costs) == 0, 1.0, costs))
    return W, E, Ld, Lu


def plain_twin(
    network, shock_down, shock_up, eps=0.01, market=True, compatible=False, steps=10_000,
    stop="level", revenue=None, costs=None,
):  # fmt: skip
    """Final levels of both channels and the number of steps."""
    W, E, Ld, Lu = shares(network, revenue, costs)
    g, same_market = network.group, network.market[:, None] == network.market
    t, s, hd, hu = 0, W.sum(1), 1.0 - shock_down, 1.0 - shock_up
    for _ in range(steps):
        t, A = t + 1, same_market @ (s * hd)
        with np.errstate(divide="ignore", invalid="ignore"):
            sig = np.minimum(1, s / np.where(A <= 1e-10, 1, A)) if compatible else np.where(s >= A, 1, s / A)
        taken = Ld * ((sig if market else 1.0) * (1 - hd))[:, None]
        D = np.max(
            [(taken * (E == 2) * (g == k)[:, None]).sum(0) for k in set(g)] + [(taken * (E == 1)).sum(0)], axis=0
        )
        old, hd, hu = (hd, hu), np.clip(1 - D, 0, 1 - shock_down), np.clip(1 - Lu @ (1 - hu), 0, 1 - shock_up)
        if stop == "loss":
            before, after = plain_loss(network, *old)[0], plain_loss(network, hd, hu)[0]
            if after == 0 or (before > 0 and after / before - 1 <= eps):
                break
        elif max((old[0] - hd).max(), (old[1] - hu).max()) <= eps:
            break
    return hd, hu, t


def plain_loss(network, *levels):
    """Lost share of the output at the smaller of the levels, one entry for each column of output weights (equation 6)."""
    weight = network.output_weight.reshape(network.n_firms, -1)
    return weight.T @ (1 - np.min(levels, axis=0)) / weight.sum(0)


def plain_index(network, shock_down, shock_up, **options):
    """ESRI, its two channels (one row each, one column per output weight), and the number of steps."""
    hd, hu, steps = plain_twin(network, shock_down, shock_up, **options)
    return np.array([plain_loss(network, hd, hu), plain_loss(network, hd), plain_loss(network, hu)]), steps
