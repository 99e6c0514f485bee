"""The face of the index against the published implementation's answers (GLcascade/fastcascade 0.9.3.1): every case there is."""

import numpy as np
import pytest

from lianban.engine.cascade import systemic_risk

TOLERANCE = 1e-12


def read(path, delimiter=","):
    return np.loadtxt(path, delimiter=delimiter)


def hold(result, path):
    """Losses to 1e-12 and equal steps for every scenario of the file."""
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    got = np.stack([result.esri, result.esri_down, result.esri_up], axis=1)
    assert np.abs(got - table[:, 1:4]).max() <= TOLERANCE
    assert (result.iterations == table[:, 4]).all()
    assert result.converged.all() and not result.reasons


BOTH = pytest.mark.parametrize("compatible", [False, True])


@BOTH
@pytest.mark.parametrize("name", ["n10", "n200"])
@pytest.mark.parametrize("market", [True, False])
@pytest.mark.parametrize("eps", ["1e-2", "1e-6"])
def test_single_failures(reference, name, market, eps, compatible):
    network, folder = reference(name)
    case = f"{'market' if market else 'nomarket'}_eps{eps}"
    result = systemic_risk(network, eps=float(eps), market=market, compatible=compatible, levels=True)
    hold(result, folder / f"{case}.csv")
    if (folder / f"{case}_hd.csv").exists():
        assert np.abs(result.levels.down - read(folder / f"{case}_hd.csv")).max() <= TOLERANCE
        assert np.abs(result.levels.up - read(folder / f"{case}_hu.csv")).max() <= TOLERANCE


def test_small_units(reference):
    network, folder = reference("n10_small_units")
    hold(systemic_risk(network, firms=range(1, 10), compatible=True), folder / "market_eps1e-2_firms2to10.csv")
    for compatible in (False, True):
        result = systemic_risk(network, market=False, compatible=compatible, levels=True)
        hold(result, folder / "nomarket_eps1e-2.csv")
        assert np.abs(result.levels.down - read(folder / "nomarket_eps1e-2_hd.csv")).max() <= TOLERANCE
        assert np.abs(result.levels.up - read(folder / "nomarket_eps1e-2_hu.csv")).max() <= TOLERANCE


def test_where_the_published_implementation_never_ends_ours_says_why_and_the_mended_rule_settles(reference):
    small, large = reference("n10_small_units")[0], reference("n10")[0]
    result = systemic_risk(small, compatible=True, max_iterations=300)
    assert list(result.reasons) == [0] and result.reasons[0].code == "swings"
    assert result.reasons[0].swing > 0.1 and result.warning.n_firms == 9
    assert systemic_risk(small).converged.all()
    assert np.abs(systemic_risk(small).esri - systemic_risk(large).esri).max() <= TOLERANCE
    factor = result.warning.factor
    grown = type(small)(small.seller, small.buyer, small.value * factor, small.group, input_class=small.input_class)
    assert systemic_risk(grown, compatible=True).converged.all()


@BOTH
def test_partial_shocks(reference, compatible):
    network, folder = reference("n200")
    psi, psi_up = read(folder / "psi.csv"), read(folder / "psi_up.csv")
    hold(systemic_risk(network, shocks=psi, compatible=compatible), folder / "market_psi.csv")
    hold(systemic_risk(network, shocks=psi, shocks_up=psi_up, compatible=compatible), folder / "market_psi_psiup.csv")


@BOTH
def test_weights_revenue_costs_stop_rule_and_other_markets(reference, compatible):
    network, folder = reference("n200")
    revenue, costs, employees = (read(folder / f"{name}.csv") for name in ("revenue", "costs", "employees"))
    hold(systemic_risk(network, revenue=revenue, compatible=compatible), folder / "market_revenue.csv")
    hold(systemic_risk(network, costs=costs, compatible=compatible), folder / "market_costs.csv")
    hold(systemic_risk(network, stop="loss", compatible=compatible), folder / "market_conv2.csv")
    hold(systemic_risk(network, weights=employees, compatible=compatible), folder / "market_employees.csv")
    markets = (7 * np.arange(1, 201)) % 23
    hold(systemic_risk(network, market=markets, compatible=compatible), folder / "othermarket_Rimpl.csv")


def test_several_output_weights_at_once_give_each_its_own_answer(reference):
    network, folder = reference("n200")
    both = systemic_risk(network, weights={"sales": network.sales, "jobs": read(folder / "employees.csv")})
    table = both.table()
    for name, case in (("sales", "market_eps1e-2"), ("jobs", "market_employees")):
        expected = np.loadtxt(folder / f"{case}.csv", delimiter=",", skiprows=1)
        for k, loss in enumerate(("esri", "esri_down", "esri_up"), 1):
            assert np.abs(table[f"{loss}_{name}"] - expected[:, k]).max() <= TOLERANCE
        assert (table["iterations"] == expected[:, 4]).all()


@pytest.mark.slow
@pytest.mark.parametrize("case", ["market_eps1e-2", "market_eps1e-4", "nomarket_eps1e-2"])
def test_all_5000_firms(reference, case):
    network, folder = reference("n5000")
    result = systemic_risk(network, eps=float(case.split("eps")[1]), market=case.startswith("market"))
    hold(result, folder / f"{case}.csv")


@pytest.mark.slow
def test_all_5000_firms_with_the_published_rule_for_dead_markets(reference):
    network, folder = reference("n5000")
    hold(systemic_risk(network, compatible=True), folder / "market_eps1e-2.csv")
