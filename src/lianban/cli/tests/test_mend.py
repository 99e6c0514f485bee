"""``lianban mend``: template, costs, answer, refusals."""

import json

import pandas as pd
import pytest

from lianban.cli import main
from lianban.cli.output import NOT_FOUND, NOT_VALID, WRONG_USE

SAMPLE = "sample:antibody"


@pytest.fixture(scope="module")
def costs(tmp_path_factory):
    """The template with costs for the first six candidates."""
    path = tmp_path_factory.mktemp("mend") / "costs.csv"
    assert main(["mend", SAMPLE, "--template", str(path), "--top", "2", "--quiet"]) == 0
    filled = pd.read_csv(path, dtype=object)
    assert filled["cost"].isna().all()
    filled.loc[:5, "cost"] = ["300万", "200万", "8000000", "100万元", "200万", "300万"]
    filled.to_csv(path, index=False)
    return path


def test_costs_and_a_budget_give_a_portfolio(costs, capsys):
    code = main(["mend", SAMPLE, "--top", "2", "--costs", str(costs), "--budget", "500万", "--lang", "zh"])

    told = capsys.readouterr().out
    assert code == 0
    assert told.startswith("在所列假设下")
    for part in ("已证最优", "假设：", "⇒", "未录入费用", "万元"):
        assert part in told


def test_json_is_the_result(costs, capsys):
    ask = ["--scenario", "cut:XX:bag@0.2", "--scenario", "cut:JP:virus-filter+stop:innovent@0.1", "--days", "120"]

    code = main(["mend", SAMPLE, "--costs", str(costs), "--budget", "5e6", "--json", "--objective", "worst", *ask])

    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert found["schema"] == "lianban/portfolio/1"
    assert [one["probability"] for one in found["scenarios"]] == [0.2, 0.1]
    assert (found["objective"], found["shock_days"], found["cost"] <= 5e6) == ("worst", 120, True)


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ([], WRONG_USE, "--template"),
        (["--costs", "{costs}"], WRONG_USE, "--budget"),
        (["--costs", "{costs}", "--budget", "much"], WRONG_USE, "Budget much"),
        (["--costs", "{costs}", "--budget", "1", "--objective", "best"], WRONG_USE, "No objective best"),
        (["--costs", "{costs}", "--budget", "1", "--scenario", "cut"], WRONG_USE, "cut:JP:film"),
        (["--costs", "{costs}", "--budget", "1", "--scenario", "cut:JP:bag@x"], WRONG_USE, "no number"),
        (["--costs", "{costs}", "--budget", "1", "--scenario", "cut:JP:bagg"], NOT_FOUND, "bag"),
        (["--costs", "{empty}", "--budget", "1"], NOT_VALID, "No cost has been entered"),
        (["--costs", "{bad}", "--budget", "1"], NOT_VALID, "row 2"),
    ],
)
def test_refusals_are_sentences(options, code, told, costs, tmp_path, capsys):
    files = {"costs": costs, "empty": tmp_path / "empty.csv", "bad": tmp_path / "bad.csv"}
    files["empty"].write_text("code,cost\nstock:bag:30,\n", encoding="utf-8")
    files["bad"].write_text("code,cost\nstock:bag:30,-4\n", encoding="utf-8")

    found = main(["mend", SAMPLE, "--lang", "en", *(one.format(**files) for one in options)])

    assert found == code
    assert told in capsys.readouterr().err
