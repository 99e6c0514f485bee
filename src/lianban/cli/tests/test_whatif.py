"""``lianban whatif``: what it says, and how it ends."""

import json

import pytest

from lianban.chain.chain import Chain
from lianban.cli import main

FACT = {"source": "s", "observed_on": "2025-01-01"}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    made = FACT | {"product": "cell", "stage": "stable_volume", "share_of": "home_supply"}
    chain = Chain.from_tables(
        {
            "chain": [{"code": "c", "name": "车", "home": "CN", "data_date": "2025-06-30"}],
            "segments": [{"code": "one", "name": "一", "stage": 1}],
            "sources": [{"code": "s", "title": "t", "kind": "own"}],
            "products": [
                FACT | {"code": "car", "name": "整车", "segment": "one", "final": True},
                FACT | {"code": "cell", "name": "电芯", "segment": "one"},
            ],
            "organisations": [FACT | {"code": "dianxin", "name": "电芯公司", "kind": "firm", "place": "350900"}],
            "inputs": [FACT | {"product": "car", "input": "cell", "essential": "yes"}],
            "production": [made | {"organisation": "dianxin", "share": 0.4}, made | {"origin": "KR", "share": 0.6}],
            "assessments": [FACT | {"product": "cell", "item": "level", "value": "L3", "voice": "expert"}],
        }
    )
    return str(chain.write(tmp_path_factory.mktemp("whatif") / "package"))


def test_the_loss_and_both_sides_are_printed_in_both_languages(package, capsys):
    assert main(["whatif", package, "--cut-origin", "KR:cell", "--lang", "en"]) == 0
    assert "Output lost at once: 60%" in capsys.readouterr().out
    assert main(["whatif", package, "--add-source", "cell=441200:50%", "--improve", "cell=L4", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "新增来源分担了份额" in told and "L3 → L4" in told and "假设：" in told


def test_json_holds_scenarios_outcome_and_changes(package, capsys):
    options = ["--stop", "dianxin", "--cut-product", "cell=0.9", "--add-source", "cell=dianxin:0.2", "--json"]
    assert main(["whatif", package, *options]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "lianban/whatif/1"
    assert [one["kind"] for one in told["scenarios"]] == ["StopOrganisations", "CutProduct", "AddSource"]
    assert 0 < told["outcome"]["loss"] <= 1


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--stop", "dianxn"], 4, "did you mean dianxin"),
        (["--stop", "cel"], 4, "did you mean cell"),
        (["--improve", "cell=L9"], 2, "no level"),
        (["--improve", "cell"], 2, "should read PRODUCT=L3"),
        (["--cut-product", "cell=much"], 2, "should read PRODUCT=0.5"),
        (["--add-source", "cell="], 2, "should read PRODUCT=ORG[:0.3]"),
        ([], 2, "at least one scenario"),
        (["--stop", "cell", "--scope", "moon"], 2, "moon"),
        (["--stop", "cell", "--rules", "nobody"], 2, "nobody"),
    ],
)
def test_what_cannot_be_computed_ends_with_a_sentence_and_its_code(package, capsys, options, code, told):
    assert main(["whatif", package, *options, "--lang", "en"]) == code
    assert told in capsys.readouterr().err
