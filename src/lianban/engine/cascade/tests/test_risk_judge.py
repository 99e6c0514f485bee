"""The index against a plain NumPy statement of the equations: random networks over all options, and a stored subset."""

import csv
from collections import Counter

import numpy as np
import pytest

from lianban.engine.cascade import model, systemic_risk
from lianban.engine.cascade.tests import make_reference
from lianban.engine.cascade.tests.judge import plain_index, plain_twin
from lianban.engine.cascade.tests.questions import question

TOLERANCE = 1e-12
N_NETWORKS = 240


def judged(asked):
    """The judge's answer: losses (n_cases, 3, n_weights) and steps."""
    options = {name: value for name, value in asked.options.items() if name != "max_iterations"}
    answers = [
        plain_index(asked.network, asked.down[:, k], asked.up[:, k], steps=asked.options["max_iterations"], **options)
        for k in range(asked.down.shape[1])
    ]
    return np.array([losses for losses, _ in answers]), np.array([steps for _, steps in answers])


def computed(asked, **more):
    single = np.array_equal(asked.down, np.eye(asked.network.n_firms)) and asked.up is asked.down
    shocks = {} if single else {"shocks": asked.down, "shocks_up": asked.up}
    result = systemic_risk(asked.network, **shocks, **asked.options, **more)
    losses = [getattr(result, name).reshape(len(result), -1) for name in ("esri", "esri_down", "esri_up")]
    return np.stack(losses, axis=1), result


@pytest.fixture(params=["plain", "kernels"])
def way(request, monkeypatch):
    """Small networks go the plain way by themselves; here the kernels have to answer them too."""
    monkeypatch.setattr(model, "KERNELS_FROM_LINKS", 0 if request.param == "kernels" else 10**9)


# Twenty networks always, the others where there is time.
@pytest.mark.parametrize("part", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, 12))])
def test_the_index_equals_the_plain_equations_on_random_networks_over_all_options(part, way):
    for seed in range(part, N_NETWORKS, 12):
        asked = question(seed)
        expected, steps = judged(asked)
        got, result = computed(asked)
        assert np.abs(got - expected).max() <= TOLERANCE, f"seed {seed}"
        assert result.iterations.tolist() == steps.tolist(), f"seed {seed}"
        assert (result.converged | (steps == asked.options["max_iterations"])).all(), f"seed {seed}"


def test_the_levels_equal_those_of_the_plain_equations():
    for seed in range(0, N_NETWORKS, 20):
        asked = question(seed)
        options = {name: value for name, value in asked.options.items() if name != "max_iterations"}
        levels = computed(asked, levels=True)[1].levels
        for k in range(asked.down.shape[1]):
            down, up, _ = plain_twin(asked.network, asked.down[:, k], asked.up[:, k], steps=60, **options)
            assert max(np.abs(levels.down[:, k] - down).max(), np.abs(levels.up[:, k] - up).max()) <= TOLERANCE


def test_the_random_networks_reach_every_option():
    seen = Counter()
    for seed in range(N_NETWORKS):
        asked = question(seed)
        net, options = asked.network, asked.options
        seen.update(name for name in ("revenue", "costs") if name in options)
        seen.update([f"market {options['market']}", f"compatible {options['compatible']}", f"stop {options['stop']}"])
        seen["other market groups"] += not np.array_equal(net.market, net.group)
        seen["several weights"] += net.output_weight.ndim == 2
        seen["self-loop"] += bool((net.seller == net.buyer).any())
        seen["no inputs"] += bool((net.purchases == 0).any())
        seen["no customers"] += bool((net.sales == 0).any())
        seen["two vectors"] += asked.up is not asked.down
        seen["partial"] += not np.isin(asked.down, (0, 1)).all()
        seen["small units"] += bool((net.sales[net.sales > 0] < 1).any())
        for k in range(3):
            seen[f"class {k}"] += bool((net.input_class == k).any())
    assert len(seen) == 19 and min(seen.values()) >= 20, seen


@pytest.mark.parametrize("case", make_reference.CASES)
def test_the_stored_answers_are_those_of_the_equations_and_ours(case, way):
    asked = make_reference.CASES[case]()
    with (make_reference.FOLDER / f"{case}.csv").open(encoding="utf-8") as file:
        stored = list(csv.DictReader(file))
    names = [name for name in stored[0] if name not in ("scenario", "iterations")]
    numbers = np.array([[float(row[name]) for name in names] for row in stored])
    steps = [int(row["iterations"]) for row in stored]
    for losses in (judged(asked)[0], computed(asked)[0]):
        columns = losses.transpose(0, 2, 1).reshape(len(stored), -1)  # a weight's three losses stand together
        assert np.abs(columns - numbers).max() <= TOLERANCE
    assert computed(asked)[1].iterations.tolist() == judged(asked)[1].tolist() == steps


def test_the_stored_network_is_the_one_that_is_drawn():
    network = make_reference.network()
    table = np.loadtxt(make_reference.FOLDER / "edges.csv", delimiter=",", skiprows=1)
    assert (table[:, :2] - 1 == np.stack([network.seller, network.buyer], axis=1)).all()
    assert (table[:, 2] == network.value).all()
    sectors = np.loadtxt(make_reference.FOLDER / "sectors.csv", delimiter=",", skiprows=1, dtype=int)
    assert (sectors[:, 1] - 1 == network.group).all()
