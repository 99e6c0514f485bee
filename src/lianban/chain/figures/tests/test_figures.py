"""Printed figures: what agrees is left alone, what cannot be is named."""

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lianban.chain.chain import Chain
from lianban.chain.figures import Claim, judge, read, recompute, together, wholes
from lianban.cli import main


def printed(part: int, whole: int, digits: int) -> str:
    return str((Decimal(100 * part) / whole).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


counted = some.integers(1, 5000).flatmap(lambda whole: some.tuples(some.integers(0, whole), some.just(whole)))


@given(counted, some.integers(0, 3))
def test_what_was_computed_right_is_consistent_and_its_whole_is_among_the_possible(pair, digits):
    part, whole = pair
    told = printed(part, whole, digits)
    assert judge(Claim(part, whole, told)).state == "consistent"
    if part and Decimal(told):
        assert whole in wholes(part, told)


@given(counted, some.integers(0, 3), some.decimals("0.1", "99.9", places=1))
def test_a_figure_off_by_more_than_half_a_unit_is_named(pair, digits, other):
    part, whole = pair
    told = str(other.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    off = abs(Decimal(100 * part) / whole - Decimal(told)) > Decimal(1).scaleb(-digits) / 2 + Decimal("1e-12")
    assert (judge(Claim(part, whole, told)).state == "inconsistent") == off


def test_two_of_twenty_six_is_not_less_than_one_percent():
    """Press of 2019 on the 26 classes of manufacturing: 2 classes printed as 0.77 %."""
    (found,) = recompute("26 个制造业门类中，2 类对外依赖度高，占 0.77%。")
    assert (found.state, round(found.computed, 1), found.slip.zh) == ("inconsistent", 7.7, "小数点错位")
    classes = recompute("26 classes: 6 autonomous (23%), 10 secure (38.5%), 2 high (0.77%), 8 very high (30.8%)")
    assert [one.state for one in classes] == ["consistent", "consistent", "inconsistent", "consistent"]


def test_the_three_percentages_of_a_second_batch_of_anchor_firms_fit_together():
    """Zhengzhou 2024: 15 = 21.7 %, 19 = 30 %, together 34 = 25.56 %: of 69, 64 and 133 firms."""
    claims = read("第二批新认定15家，占全市的21.7%；首批复评通过19家，占全市的30%；合计34家，占全市的25.56%。")
    assert [list(wholes(one.part, one.printed)) for one in claims] == [[69], [63, 64], [133]]
    assert together(claims) == {0: 69, 1: 64, 2: 133}
    assert together([Claim(15, None, "21.7"), Claim(19, None, "40"), Claim(34, None, "25.56")]) is None


@pytest.mark.parametrize("text", [
    "产值增长 21.7%", "15家企业产值占全市21.7%", "G5磷酸国内市占>80%", "利用率 2021 年 96%", "共69家，其中15家占全市的30%",
    "2 of 26 (7.7%)", "３／７（４２.９％）", "1,200家企业中有300家（25%）",
])  # fmt: skip
def test_what_is_right_or_speaks_of_something_else_is_left_alone(text):
    assert [one.line() for one in recompute(text) if one.state == "inconsistent"] == []


@given(some.text("０1259 家个中占共合计总of(（%％./,，。；;约\n", max_size=60))
def test_no_text_breaks_the_reading(text):
    for one in recompute(text):
        assert one.line("zh") and one.line("en")


def test_a_package_is_told_where_its_figures_do_not_agree():
    source = {"code": "s", "title": "报道", "kind": "news", "phrase": "26 类中 2 类，占 0.77%"}
    plain = {"product": "p", "item": "domestic_rate", "unit": "%", "source": "s", "observed_on": "2024-01-01"}
    figures = [
        {**plain, "value": 7.7, "base": "26", "definition": "按品种数"},
        {**plain, "value": 5.0, "base": "26", "definition": "按品种数"},
        {**plain, "value": 5.0, "base": "26", "definition": "按产值"},
    ]
    found = Chain.from_tables({"sources": [source], "indicators": figures}).check()
    told = [(one.code, one.table, one.row) for one in found if one.code.startswith("figure_")]
    assert [(code, table) for code, table, _ in told] == [("figure_misprinted", "sources"), ("figure_impossible", "indicators")]  # fmt: skip
    assert "7.69%" in next(one.message.zh for one in found if one.code == "figure_misprinted")


def test_the_worked_table_of_the_model_page_is_what_comes_out():
    page = (Path(__file__).parents[5] / "docs/models/figures.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 4
    for _, part, whole, told, computed, verdict in rows:
        found = judge(Claim(int(part), int(whole), told))
        assert (f"{found.computed:.2f}", found.state) == (computed, verdict)


def test_the_command_names_the_misprint_and_fails(capsys):
    assert main(["figures", "26 类中 2 类，占 0.77%", "--lang", "zh"]) == 3
    assert "小数点错位" in capsys.readouterr().out
    assert main(["figures", "26 类中 2 类，占 7.7%", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["figures"][0]["state"] == "consistent"
