"""Held against published tables; the data stand outside the repository."""

import numpy as np
import pandas as pd
import pytest

from lianban.engine.inputoutput import (
    InputOutputTable,
    complete_coefficients,
    direct_coefficients,
    import_content,
    linkages,
    upstreamness,
)


@pytest.fixture(scope="module")
def china2007(shared_data):
    frame = pd.read_csv(shared_data("cn_io") / "io2007_135.csv.gz", dtype={"code": str}).set_index("code")
    sectors = [column for column in frame.columns if column.isdigit()]
    table = InputOutputTable(
        frame.loc[sectors, sectors].to_numpy(float),
        frame.loc["TI", sectors].to_numpy(float),
        exports=frame.loc[sectors, "EX"].to_numpy(float),
        imports=frame.loc[sectors, "IM"].to_numpy(float),
        labels=sectors,
    )
    return table, frame


def test_direct_coefficients_of_china_2007_give_the_published_totals(china2007):
    table, frame = china2007
    found, sectors = direct_coefficients(table), list(table.labels)

    assert np.abs(found * table.output - table.flows).max() <= 1e-12 * table.flows.max()
    inputs = (frame.loc["TII", sectors] / frame.loc["TI", sectors]).to_numpy(float)
    # The table's own totals are rounded to 0.1 (10,000 yuan).
    assert (np.abs(found.sum(axis=0) - inputs) * table.output).max() < 10


def test_complete_coefficients_of_china_2007_are_the_published_ones(china2007, shared_data):
    table, _ = china2007
    published = pd.read_csv(shared_data("cn_io") / "complete_coeff2007_135.csv.gz", dtype={"code": str})
    published = published.set_index("code").loc[list(table.labels), list(table.labels)].to_numpy(float)

    assert np.abs(complete_coefficients(table) - published).max() < 1e-5
    # And backwards: direct coefficients from the published complete ones.
    back = np.eye(len(published)) - np.linalg.inv(published + np.eye(len(published)))
    assert np.abs(direct_coefficients(table) - back).max() < 1e-5


def test_import_content_under_equal_shares_against_the_table_that_tells_imports(shared_data):
    folder = shared_data("cn_io")
    whole = pd.read_csv(folder / "io2020_42.csv", dtype={"code": str}).set_index("code")
    home = pd.read_csv(folder / "io2020_42_domestic.csv", dtype={"code": str}).set_index("code")
    sectors = [str(number) for number in range(1, 43)]
    flows, output = whole.loc[sectors, sectors].to_numpy(float), whole.loc["TI", sectors].to_numpy(float)
    told = import_content(
        InputOutputTable(
            flows, output, imported_flows=np.maximum(flows - home.loc[sectors, sectors].to_numpy(float), 0)
        )
    )
    trade = {
        name: whole.loc[sectors, column].to_numpy(float) for name, column in (("exports", "EX"), ("imports", "IM"))
    }
    spread = import_content(InputOutputTable(flows, output, **trade))

    assert np.corrcoef(told.total, spread.total)[0, 1] > 0.95


def world(folder, year):
    content = np.load(folder / f"wiot_{year}.npz")
    n = len(content["x"])
    final = content["F"].astype(float).reshape(n, -1, 5)
    names = {"ROM": "ROU", "RoW": "ROW"}
    countries = [names.get(str(one), str(one)) for one in content["countries"]]
    return InputOutputTable(content["Z"], content["x"], final=final[:, :, :4].sum(axis=(1, 2))), countries


@pytest.mark.parametrize("year", [2000, 2011])
def test_upstreamness_of_the_world_correlates_with_the_published_one(shared_data, year):
    table, countries = world(shared_data("wiod2013"), year)
    published = pd.read_csv(shared_data("wiod2013") / "published_upstreamness.csv.gz")
    published = published[published["year"] == year]
    at = [countries.index(c) * 35 + int(i) - 1 for c, i in zip(published.iso3c, published.wiot2013_n, strict=True)]
    found = upstreamness(table)[at]
    lives = np.isfinite(found)

    # Unknown where there is no output, and in 2000 for one sector whose only million went into stock.
    assert lives.sum() == (table.uses > 0).sum() >= 1413
    assert np.corrcoef(found[lives], published.gvc_ui.to_numpy()[lives])[0, 1] >= 0.99
    assert np.median(np.abs(found - published.gvc_ui.to_numpy())[lives]) < 0.01


def test_a_large_table_is_solved_whole(shared_data):
    table, _ = world(shared_data("wiod2013"), 2011)
    found = linkages(table)

    assert np.nanmin(found.backward) >= 1 - 1e-9
    assert np.nanmax(found.extraction_loss) < 1 and np.isnan(found.power).sum() == (table.output == 0).sum()
