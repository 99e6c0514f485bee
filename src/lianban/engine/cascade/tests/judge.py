"""The judge: the equations of docs/models/cascade.md, one for one, on dense matrices. Slow and readable."""

import numpy as np


def plain_twin(network, shock_down, shock_up, eps=0.01, market=True, compatible=False, steps=10_000):
    """Final levels of both channels and the number of steps."""
    n, g = network.n_firms, network.group
    W, E = np.zeros((n, n)), np.zeros((n, n))
    W[network.seller, network.buyer], E[network.seller, network.buyer] = network.value, network.input_class
    same_group, same_market = g[:, None] == g, network.market[:, None] == network.market
    with np.errstate(divide="ignore", invalid="ignore"):
        Ld = np.nan_to_num(np.where(E == 2, W / (same_group @ W), np.where(E == 1, W / W.sum(0), 0)))
        Lu = np.nan_to_num(W / W.sum(1)[:, None])
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
        if max((old[0] - hd).max(), (old[1] - hu).max()) <= eps:
            break
    return hd, hu, t
