"""Random networks with every option of the index, from a seed: what the judge and the engine both answer."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lianban.engine import SupplyNetwork


@dataclass
class Question:
    """A network, the shocks (one column for each scenario), and the options under the names of ``systemic_risk``."""

    network: SupplyNetwork
    down: np.ndarray
    up: np.ndarray
    options: dict[str, Any] = field(default_factory=dict)


def question(seed: int, n_firms: int | None = None) -> Question:
    """Draw one: markets on, off or other than groups; both stop rules; revenue, costs; several weights; any shocks."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 13)) if n_firms is None else n_firms
    network = _network(rng, n)
    kind = rng.integers(3)
    if kind == 0:  # every firm fails in turn
        down = up = np.eye(n)
    else:  # partial losses of several firms, with one vector or two
        down, up = (_partial(rng, n, 4) for _ in range(2))
        up = down if kind == 1 else up
    options: dict[str, Any] = {
        "eps": float(rng.choice([0.01, 0.01, 1e-4, 1e-6])),
        "market": bool(rng.random() < 0.7),
        "compatible": bool(rng.random() < 0.4),
        "stop": str(rng.choice(["level", "level", "loss"])),
        "max_iterations": 60,  # a swing of the published rule ends here, in the same state for both
    }
    for name in ("revenue", "costs"):
        if rng.random() < 0.3:
            base = network.sales if name == "revenue" else network.purchases
            options[name] = np.round(base * rng.uniform(0.5, 2.0, n), 2) * (rng.random(n) < 0.9)
    return Question(network, down, up, options)


def _network(rng: np.random.Generator, n: int) -> SupplyNetwork:
    """Self-loops, firms without suppliers or customers, small and large units, classes by pair of groups."""
    pairs = np.argwhere(rng.random((n, n)) < rng.choice([0.15, 0.3, 0.6]))
    if not len(pairs):
        pairs = np.array([[0, n - 1]])
    m = int(rng.integers(1, 6))
    group = rng.integers(0, m, n)
    classes = rng.choice(3, (m, m), p=[0.2, 0.3, 0.5])
    unit = float(rng.choice([1.0, 1e-3, 1e3]))
    value = np.round(np.exp(rng.normal(3, float(rng.choice([0.5, 1.6])), len(pairs))), 2) * unit
    weight = [None, rng.random(n) + 0.01, rng.random((n, 3)) + 0.01][rng.integers(3)]
    other = rng.random() < 0.4
    return SupplyNetwork(
        pairs[:, 0], pairs[:, 1], value, group, market=rng.integers(0, 4, n) if other else None,
        input_class=classes[group[pairs[:, 0]], group[pairs[:, 1]]], output_weight=weight,
    )  # fmt: skip


def _partial(rng: np.random.Generator, n: int, cases: int) -> np.ndarray:
    return np.round(rng.random((n, cases)) ** 2, 3) * (rng.random((n, cases)) < 0.4)
