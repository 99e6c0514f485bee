"""Merged slots lose what the plain ones lose, and are fewer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine import SupplyNetwork
from lianban.engine.cascade import Cascade


def plain_losses(cascade, passed_on):
    """Loss of each buyer's worst slot, one slot after the other."""
    loss = {}
    for row, buyer in enumerate(cascade.slot_buyer.tolist()):
        own = sum(cascade.down[row, node] * passed_on[node] for node in range(len(passed_on)))
        loss[buyer] = max(loss.get(buyer, 0.0), own)
    return loss


@given(st.integers(0, 2**32 - 1))
def test_merged_slots_lose_what_the_plain_ones_lose(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 14))
    links = np.unique(rng.integers(0, n * n, int(rng.integers(1, 4 * n))))
    group = rng.integers(0, 4, n)
    classes = rng.integers(0, 3, (4, 4))
    seller, buyer = links // n, links % n
    value = rng.choice([1.0, 2.0, 1 / 3, 0.1], len(links))
    network = SupplyNetwork(
        seller, buyer, value, group, input_class=classes[group[seller], group[buyer]], output_weight=np.ones(n)
    )
    cascade = Cascade(network)
    passed_on = rng.random(n)
    expected = plain_losses(cascade, passed_on)
    if not expected:
        return
    merged = cascade._slots.worst(passed_on[:, None])[:, 0]
    assert cascade._slots.buyers.tolist() == sorted(expected)
    assert merged == pytest.approx([expected[buyer] for buyer in sorted(expected)], abs=1e-12)


def test_buyers_in_the_same_proportions_share_one_slot():
    seller = np.repeat([0, 1], 20)
    buyer = np.tile(np.arange(2, 22), 2)
    value = np.r_[np.arange(1, 21) * 0.3, np.arange(1, 21) * 0.7]
    network = SupplyNetwork(seller, buyer, value, [0, 0, *[1] * 20])
    cascade = Cascade(network)
    assert cascade.down.shape[0] == 20
    assert cascade._slots.matrix.shape[0] == 1
