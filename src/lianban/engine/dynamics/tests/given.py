"""Random stocks, delays and choices for Hypothesis."""

import numpy as np
from hypothesis import strategies as st


@st.composite
def delays(draw, network):
    """Days on the way and in the order book, link by link."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    most = draw(st.sampled_from([0, 1, 4]))
    return {
        "lead_days": rng.integers(0, most + 1, network.n_links),
        "order_days": rng.integers(0, draw(st.sampled_from([0, 2])) + 1, network.n_links),
    }


@st.composite
def stocks(draw, n_slots):
    """Days of stock of each slot: none, some, or far more than needed."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return np.round(rng.random(n_slots) * draw(st.sampled_from([0, 3, 20])) * (rng.random(n_slots) < 0.7), 2)


CHANNELS = st.sampled_from(["both", "supply", "demand"])
RATIONING = st.sampled_from(["proportional", "firms_first", "final_first"])


@st.composite
def choices(draw):
    """Options of a run."""
    return {
        "channel": draw(CHANNELS),
        "rationing": draw(RATIONING),
        "market": draw(st.booleans()),
        "overtime": draw(st.sampled_from([0.0, 0.25])),
        "restock_days": draw(st.sampled_from([1.0, 10.0])),
    }


@st.composite
def recoveries(draw, n):
    """Days to recover of each firm, some for ever, and the way."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    back = np.where(rng.random(n) < 0.3, np.inf, rng.integers(0, 15, n))
    return {"recovery_days": back, "recovery": draw(st.sampled_from(["step", "linear"]))}
