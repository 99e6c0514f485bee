"""``lianban stock``: what it says, and how it ends."""

import json

import pytest

from lianban.chain.dynamics.tests.conftest import build
from lianban.cli import main


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return str(build().write(tmp_path_factory.mktemp("stock") / "package"))


def test_products_what_would_help_and_what_is_missing_are_printed_in_both_languages(package, capsys):
    assert main(["stock", package, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "4 products, 2 exposed, 1 unknown" in told and "13 more days of stock last until recovery" in told
    assert "Missing: days to recover (parameters: recovery_days): 整车" in told and "> 365" in told
    assert (
        main(["stock", package, "--product", "film", "--assume", "stock_days=3", "--extra", "5", "--lang", "zh"]) == 0
    )
    told = capsys.readouterr().out
    assert "增加 13 天库存即可撑到恢复" in told and "+5 → 8" in told and "假设：" in told and "均假设为 3 天" in told


def test_json_holds_what_the_site_shows(package, capsys):
    assert main(["stock", package, "--scenario", "cut", "--days", "100", "--channel", "both", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "lianban/dynamics/1" and told["scenario"]["code"] == "cut"
    assert told["parameters"]["days"] == 100 and told["parameters"]["channel"] == "both"


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--product", "fil"], 4, "did you mean film"),
        (["--assume", "stock_days"], 2, "should read stock_days=30, got stock_days"),
        (["--assume", "stock=1", "--scenario", "flood"], 2, "cannot assume stock"),
        (["--days", "0"], 2, "days=0"),
        (["--rules", "nobody"], 2, "nobody"),
        (["--as-of", "soon"], 2, "must be a date"),
    ],
)
def test_what_cannot_be_computed_ends_with_a_sentence_and_its_code(package, capsys, options, code, told):
    assert main(["stock", package, *options, "--lang", "en"]) == code
    assert told in capsys.readouterr().err
