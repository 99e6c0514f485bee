"""Draw the stored network and write the plain equations' answers: ``python -m lianban.engine.cascade.tests.make_reference``.

Twelve firms in five sectors, with a self-loop, firms without suppliers and without customers, and all three input classes. The
answers come from ``judge.py`` alone; numbers have 17 significant digits.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from lianban.engine import SupplyNetwork
from lianban.engine.cascade.tests.judge import plain_index
from lianban.engine.cascade.tests.questions import Question

FOLDER = Path(__file__).with_name("reference")
SEED, N, SECTORS = 20221, 12, 5
DEFAULT = {"eps": 0.01, "market": True, "compatible": False, "stop": "level", "max_iterations": 1000}


@cache
def essential() -> np.ndarray:
    return np.random.default_rng(SEED).choice(3, (SECTORS, SECTORS), p=[0.2, 0.3, 0.5])


def network(unit: float = 1.0, market: object = None, weight: object = None) -> SupplyNetwork:
    rng = np.random.default_rng(SEED + 1)
    allowed = rng.random((N, N)) < 0.22
    allowed[:, 0] = allowed[11, :] = False  # firm 1 buys nothing, firm 12 sells nothing
    allowed[4, 4] = allowed[0, 3] = allowed[0, 7] = allowed[2, 11] = True
    pairs = np.argwhere(allowed)
    sector = np.r_[np.arange(SECTORS), rng.integers(0, SECTORS, N - SECTORS)]
    value = np.round(np.exp(rng.normal(3, 1.4, len(pairs))), 2)
    return SupplyNetwork(
        pairs[:, 0], pairs[:, 1], value * unit, sector, market=market,
        input_class=essential()[sector[pairs[:, 0]], sector[pairs[:, 1]]], output_weight=weight,
    )  # fmt: skip


def _failures(net: SupplyNetwork | None = None, **options: object) -> Callable[[], Question]:
    def ask() -> Question:
        every = np.eye(N)
        return Question(network() if net is None else net, every, every, DEFAULT | options)

    return ask


def _shocks(*, two: bool) -> Callable[[], Question]:
    def ask() -> Question:
        rng = np.random.default_rng(SEED + 2)
        down, up = (np.round(rng.random((N, 6)), 3) * (rng.random((N, 6)) < 0.4) for _ in range(2))
        return Question(network(), down, up if two else down, dict(DEFAULT))

    return ask


def amounts(name: str) -> np.ndarray:
    """Revenue or costs near sales or purchases; some are 0."""
    base = {"revenue": network().sales, "costs": network().purchases}[name]
    return np.round(base * np.random.default_rng(SEED + 3).uniform(0.6, 1.8, N), 2)


def weights() -> np.ndarray:
    return np.random.default_rng(SEED + 4).integers(1, 400, (N, 2)).astype(float)


CASES: dict[str, Callable[[], Question]] = {
    "market_eps1e-2": _failures(),
    "market_eps1e-6": _failures(eps=1e-6),
    "nomarket_eps1e-2": _failures(market=False),
    "market_compatible": _failures(compatible=True),
    "small_units": _failures(network(unit=1e-3)),
    "other_market": _failures(network(market=(7 * np.arange(1, N + 1)) % 4)),
    "two_weights": _failures(network(weight=weights())),
    "revenue": _failures(revenue=amounts("revenue")),
    "costs": _failures(costs=amounts("costs")),
    "stop_loss": _failures(stop="loss"),
    "psi": _shocks(two=False),
    "psi_psi_up": _shocks(two=True),
}


def _rows(asked: Question) -> tuple[list[str], list[list[str]]]:
    options = {name: value for name, value in asked.options.items() if name != "max_iterations"}
    rows = []
    for k in range(asked.down.shape[1]):
        losses, steps = plain_index(asked.network, asked.down[:, k], asked.up[:, k], **options)
        rows.append([str(k + 1), *(f"{number:.16e}" for number in losses.T.ravel()), str(steps)])
    n_weights = losses.shape[1]
    columns = ["esri", "esri_down", "esri_up"]
    if n_weights > 1:
        columns = [f"{name}_{k + 1}" for k in range(n_weights) for name in columns]
    return ["scenario", *columns, "iterations"], rows


def _write(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        if header:
            out.writerow(header)
        out.writerows(rows)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    net = network()
    links = zip((net.seller + 1).tolist(), (net.buyer + 1).tolist(), net.value.tolist(), strict=True)
    _write("edges.csv", ["supplier", "customer", "weight"], links)
    _write("sectors.csv", ["firm", "sector"], ((k + 1, sector + 1) for k, sector in enumerate(net.group.tolist())))
    _write("essential.csv", [], essential().tolist())
    for name, ask in CASES.items():
        _write(f"{name}.csv", *_rows(ask()))


if __name__ == "__main__":
    main()
