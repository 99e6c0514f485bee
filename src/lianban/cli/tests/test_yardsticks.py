"""``lianban yardsticks``: what it says, and how it ends."""

import json

import pytest

from lianban.cli import main


def test_readings_correlations_and_reasons_are_printed_in_both_languages(capsys):
    assert main(["yardsticks", "sample:antibody", "--top", "3", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "… 35 more (--top)" in told and "Rank correlation with severity:" in told
    assert "unknown" in told and "only 1 tie, yet indispensable" in told
    assert main(["yardsticks", "sample:antibody", "--against", "loss_cut", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "与“断供损失（最大境外来源）”的等级相关" in told and "分歧最大之处" in told and "未知" in told


def test_json_holds_every_reading_with_its_reason(capsys):
    assert main(["yardsticks", "sample:materials130", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    only = told["products"][0]["readings"]
    assert only["severity"] == {
        "value": None,
        "low": None,
        "high": None,
        "why": only["severity"]["why"],
        "inferred": False,
    }
    assert only["severity"]["why"]["zh"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["sample:antibody", "--against", "degree"], 2, "one of"),
        (["nowhere"], 4, "nowhere"),
        (["sample:antibody", "--scope", "moon"], 2, "moon"),
        (["sample:antibody", "--rules", "none"], 2, "none"),
        (["sample:antibody", "--as-of", "soon"], 2, "soon"),
    ],
)
def test_what_is_wrong_is_told_with_its_exit_code(arguments, code, words, capsys):
    assert main(["yardsticks", *arguments, "--lang", "en"]) == code
    assert words in capsys.readouterr().err
