"""Where a worse shock *raises* a level: the two examples of docs/models/cascade.md, recomputed."""

from pathlib import Path

import numpy as np
import pytest

from lianban.engine import SupplyNetwork
from lianban.engine.cascade import simulate

PAGE = Path(__file__).parents[5] / "docs" / "models" / "cascade.md"


def on_the_page(*numbers):
    page = PAGE.read_text(encoding="utf-8")
    return all(number in page for number in numbers)


def test_with_the_published_stop_rule_a_worse_shock_can_raise_levels():
    network = SupplyNetwork([0, 0, 2], [1, 2, 0], [6.0, 17.0, 16.0], group=[0, 1, 2])
    mild, worse = np.array([0.0, 0.7, 0.0]), np.array([0.1, 0.7, 0.0])

    before, after = simulate(network, mild, eps=0.01), simulate(network, worse, eps=0.01)

    shown = [f"{level:.4f}" for level in (*before.level, *after.level)]
    assert shown == ["0.3252", "0.3000", "0.3341", "0.3534", "0.3000", "0.3624"]
    assert (before.iterations, after.iterations) == (21, 16)
    assert on_the_page(*shown, "21", "16")
    settled = [simulate(network, shock, eps=0).level for shock in (mild, worse)]
    assert (settled[1] <= settled[0]).all()


def test_on_a_knife_edge_even_1e_12_stops_too_early():
    # i and B share a market; B needs i. With i dead, B's level h solves h = 1 - 0.1 / h: the lower root repels.
    i, b, z, end, loop_a, loop_b, leak = range(7)
    network = SupplyNetwork(
        [i, i, b, loop_a, loop_a, loop_b],
        [b, z, end, loop_b, leak, loop_a],
        [1.0, 1.0, 20.0, 1.0, 1.0, 1.0],
        group=range(7),
        market=[0, 0, 1, 2, 3, 4, 5],
    )
    repelling = (1 - np.sqrt(0.6)) / 2
    mild = np.zeros(7)
    mild[[i, b, leak]] = 1.0, 1 - repelling + 5e-15, 0.5
    worse = mild.copy()
    worse[[loop_a, loop_b]] = 1.0

    before, after = simulate(network, mild, eps=1e-12), simulate(network, worse, eps=1e-12)

    assert before.converged and after.converged
    assert (before.level[z], before.iterations > 20) == (0, True)
    assert (after.level[z], after.iterations) == (pytest.approx(0.1127, abs=5e-5), 2)
    assert on_the_page("0.1127")
    assert simulate(network, worse, eps=0).level[z] == 0
