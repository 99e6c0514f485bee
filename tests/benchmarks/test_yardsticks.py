"""Yardsticks against published answers; each skips where its data are not beside the checkout."""

import math

import pytest

from benchmarks import raw_materials, yardsticks
from benchmarks.real_data import eu_materials
from lianban.chain.diagnosis.trends import lasting


@pytest.fixture(scope="module")
def chips(shared_data):
    return yardsticks.eto_chips(shared_data("eto_chips"))


def test_one_country_holds_above_sixty_per_cent_of_64_of_the_96_chip_inputs_with_figures(chips):
    assert (chips["with_figures"], chips["one_country_above_60"]) == (96, 64)
    # Two of them are "various countries", which the source counts as one.
    assert chips["one_named_country_above_60"] == 62


def test_chip_inputs_without_a_figure_are_listed_as_unknown_and_not_as_unconcentrated(chips):
    assert chips["unknown"] == 17 == len(chips["unknown_listed"])
    assert {"Photoresists", "FPGAs", "Substrates"} <= set(chips["unknown_listed"])
    assert chips["without_any_country"] == 16


def test_centrality_says_nothing_about_the_loss_of_a_cut_in_the_chip_chain(chips):
    told = chips["rank_correlation_with_loss_of_a_cut"]

    assert told["largest_origin"]["spearman"] > 0.8
    assert all(abs(told[name]["spearman"]) < 0.3 for name in ("degree", "betweenness", "pagerank", "upstreamness"))


def test_concentration_finds_most_of_the_official_critical_raw_materials(shared_data):
    found = raw_materials.eu_raw_materials(shared_data("eu_crm"))
    ours = found["world_hhi"]

    assert found["materials"] == 68 and found["without_shares_or_figures"] == ["Aggregates", "Bauxite", "Xenon"]
    assert ours["spearman"] > 0.7 and ours["precision_at_k"] > 1.5 * ours["precision_by_chance"]
    assert found["world_and_eu_hhi_by_import_reliance"]["spearman"] > ours["spearman"]
    missed = {**ours["ours_not_theirs"], **ours["theirs_not_ours"]}
    assert len(missed) == 2 * (ours["k"] - round(ours["k"] * ours["precision_at_k"])) and all(missed.values())
    assert sum(found["persistence"].values()) == 71


def test_groups_of_materials_are_the_mean_of_their_members(shared_data):
    materials, _ = eu_materials(shared_data("eu_crm"))
    platinum = next(one for one in materials if one.name == "PGMs")
    each = [max(sum(s * s for s in shares.values()) for shares in one.values()) for one in platinum.world]

    assert len(each) == 5
    assert math.isclose(raw_materials.world_measure(platinum), sum(each) / 5, rel_tol=1e-9)


def test_concentration_of_world_exports_equals_plain_sums(shared_data):
    found = yardsticks.world_trade(shared_data("world_trade_1998_2000"))

    assert found["products"] == 785 == sum(found["judged"].values())
    assert found["max_difference_from_plain_sums"] < 1e-12


def test_a_condition_lasts_if_it_holds_in_two_of_three_years_and_unknown_years_may_decide():
    assert lasting([True, None, True], 2) == "yes"
    assert lasting([True, False, False], 2) == "no"
    assert lasting([False, None, False], 2) == "no"
    assert lasting([True, None, False], 2) == "not_tested"


def test_what_is_not_here_is_named_and_left_out(monkeypatch, tmp_path):
    monkeypatch.setenv("LIANBAN_DATA", str(tmp_path))
    monkeypatch.setattr(yardsticks, "samples", dict)

    assert yardsticks.figures(quick=True)["eto_chips"] == {"skipped": "data set eto_chips is not here"}
