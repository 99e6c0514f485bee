"""Our numbers against those of the published implementation (GLcascade/fastcascade 0.9.3.1): 1e-12, same steps."""

import numpy as np
import pytest
from scipy import sparse

from lianban.engine.cascade import Cascade, simulate
from lianban.engine.cascade.tests.judge import plain_twin

TOLERANCE = 1e-12


def answers(path):
    """Return the scenarios, their losses (both, down, up), and the number of steps."""
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, 0].astype(int), table[:, 1:4], table[:, 4].astype(int)


def hold(result, path):
    """Check losses and steps of the firms that the file names."""
    _, expected, steps = answers(path)
    got = np.stack([result.loss, result.loss_down, result.loss_up], axis=1)
    assert np.abs(got - expected).max() <= TOLERANCE
    assert (result.iterations == steps).all()
    assert result.converged.all()


@pytest.mark.parametrize("name", ["n10", "n200"])
@pytest.mark.parametrize("market", [True, False])
@pytest.mark.parametrize("eps", ["1e-2", "1e-6"])
def test_single_failures_equal_the_published_answers(reference, name, market, eps):
    network, folder = reference(name)
    result = simulate(network, np.eye(network.n_firms), eps=float(eps), market=market)
    case = f"{'market' if market else 'nomarket'}_eps{eps}"
    hold(result, folder / f"{case}.csv")
    if (folder / f"{case}_hd.csv").exists():
        levels = [np.loadtxt(folder / f"{case}_{h}.csv", delimiter=",") for h in ("hd", "hu")]
        assert np.abs(result.level_down - levels[0]).max() <= TOLERANCE
        assert np.abs(result.level_up - levels[1]).max() <= TOLERANCE


def test_small_units_equal_the_published_answers_with_its_rule_for_dead_markets(reference):
    network, folder = reference("n10_small_units")
    failures = np.eye(10)[:, 1:]
    hold(simulate(network, failures, compatible=True), folder / "market_eps1e-2_firms2to10.csv")
    hold(simulate(network, np.eye(10), market=False), folder / "nomarket_eps1e-2.csv")


def test_the_published_rule_for_dead_markets_never_settles_on_firm_1_and_ours_does(reference):
    network, _ = reference("n10_small_units")
    first = np.eye(10)[0]
    published = simulate(network, first, compatible=True, max_iterations=500)
    assert not published.converged and published.iterations == 500
    assert "cap of 500 steps" in published.reason
    ours, same_in_large_units = simulate(network, first), simulate(reference("n10")[0], first)
    assert ours.converged
    assert ours.loss == pytest.approx(same_in_large_units.loss, abs=TOLERANCE)


def test_partial_shocks_equal_the_published_answers(reference):
    network, folder = reference("n200")
    psi, psi_up = (np.loadtxt(folder / f"{name}.csv", delimiter=",") for name in ("psi", "psi_up"))
    hold(simulate(network, psi), folder / "market_psi.csv")
    hold(simulate(network, psi, psi_up), folder / "market_psi_psiup.csv")


def test_other_weights_revenue_costs_and_stop_rule_equal_the_published_answers(reference):
    network, folder = reference("n200")
    failures = np.eye(200)
    revenue, costs, employees = (
        np.loadtxt(folder / f"{n}.csv", delimiter=",") for n in ("revenue", "costs", "employees")
    )
    hold(simulate(network, failures, revenue=revenue), folder / "market_revenue.csv")
    hold(simulate(network, failures, costs=costs), folder / "market_costs.csv")
    hold(simulate(network, failures, stop="loss"), folder / "market_conv2.csv")
    hold(simulate(reference("n200", output_weight=employees)[0], failures), folder / "market_employees.csv")


def test_market_groups_other_than_sectors_equal_the_published_answers(reference):
    network, folder = reference("n200", market=(7 * np.arange(1, 201)) % 23)
    hold(simulate(network, np.eye(200)), folder / "othermarket_Rimpl.csv")


@pytest.mark.slow
@pytest.mark.parametrize("case", ["market_eps1e-2", "market_eps1e-4", "nomarket_eps1e-2"])
def test_a_sample_of_5000_firms_equals_the_published_answers(reference, case):
    network, folder = reference("n5000")
    scenario, expected, steps = answers(folder / f"{case}.csv")
    sample = np.r_[0:5000:25, np.argsort(-expected[:, 0])[:50]]
    failures = sparse.csc_array(
        (np.ones(len(sample)), (scenario[sample] - 1, np.arange(len(sample)))), (5000, len(sample))
    )
    table = Cascade(network, market=case.startswith("market")).losses(failures, eps=float(case.split("eps")[1]))
    got = np.stack([table.loss, table.loss_down, table.loss_up], axis=1)
    assert np.abs(got - expected[sample]).max() <= TOLERANCE
    assert (table.iterations == steps[sample]).all()


@pytest.mark.slow
def test_all_5000_firms_equal_the_published_answers(reference):
    network, folder = reference("n5000")
    hold(Cascade(network).losses(sparse.eye_array(5000, format="csc")), folder / "market_eps1e-2.csv")


def test_the_plain_twin_equals_the_published_answers_too(reference):
    network, folder = reference("n10")
    for k in range(10):
        down, up, steps = plain_twin(network, np.eye(10)[k], np.eye(10)[k])
        _, expected, published_steps = answers(folder / "market_eps1e-2.csv")
        weight = network.output_weight / network.output_weight.sum()
        assert weight @ (1 - np.minimum(down, up)) == pytest.approx(expected[k, 0], abs=TOLERANCE)
        assert steps == published_steps[k]
