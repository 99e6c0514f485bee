"""Random networks and shocks for Hypothesis."""

import numpy as np
from hypothesis import strategies as st

from lianban.engine import SupplyNetwork


@st.composite
def networks(draw, n_min=1, n_max=9, spreads=(0.5, 3.0)):
    """A random network: any groups, markets, classes by pair of groups, self-loops, free or silent nodes."""
    n = draw(st.integers(n_min, n_max))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pairs = np.argwhere(rng.random((n, n)) < draw(st.sampled_from([0.1, 0.3, 0.6])))
    group, market = rng.integers(0, 4, n), rng.integers(0, 3, n)
    classes = rng.integers(0, 3, (4, 4))
    value = np.round(np.exp(rng.normal(0, draw(st.sampled_from(spreads)), len(pairs))), 3)
    return SupplyNetwork(
        pairs[:, 0],
        pairs[:, 1],
        value,
        group,
        market=draw(st.sampled_from([group, market])),
        input_class=classes[group[pairs[:, 0]], group[pairs[:, 1]]],
        output_weight=rng.random(n) + 0.01,
        labels=[f"n{i}" for i in range(n)],
    )


@st.composite
def shocks(draw, n):
    """Shares of capacity lost: nothing, something or everything."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.random(n) ** draw(st.sampled_from([0, 1, 4])) * (rng.random(n) < draw(st.sampled_from([0.2, 0.5])))
