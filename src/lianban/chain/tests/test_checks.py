"""Each check finds its fault, names the place, and finds nothing in a package without fault."""

import string

import pytest

import lianban as lb
from lianban.chain.checks.values import _DIGITS, _WEIGHTS, is_credit_code
from lianban.chain.findings import Findings, rules
from lianban.chain.tests.conftest import FACT, write_csv_folder

GOOD_CODE = "91350100M000100Y43"  # the worked example of GB 32100-2015

# code, table, row to change (None: append), changes, column and value that must be named
FAULTS = [
    ("missing_value", "products", 0, {"segment": ""}, "segment", ""),
    ("missing_source", "inputs", 1, {"source": None}, "source", ""),
    ("missing_date", "products", 2, {"observed_on": ""}, "observed_on", ""),
    ("duplicate_key", "products", 1, {"code": "bag"}, "code", "bag"),
    ("share_out_of_range", "production", 1, {"share": 20}, "share", "20"),
    ("share_out_of_range", "indicators", 0, {"value": 1.5}, "value", "1.5"),
    ("share_out_of_range", "inputs", 0, {"cost_share": -0.1}, "cost_share", "-0.1"),
    ("negative_value", "supplies", 0, {"value": -1}, "value", "-1"),
    ("negative_value", "parameters", 0, {"value": -3}, "value", "-3"),
    ("stage_below_one", "segments", 0, {"stage": 0}, "stage", "0"),
    ("future_date", "products", 0, {"observed_on": "2024-07-01"}, "observed_on", "2024-07-01"),
    ("bad_since", "production", 0, {"since": "去年"}, "since", "去年"),
    ("ends_before_begin", "assessments", 0, {"valid_until": "2023-01-01"}, "valid_until", "2023-01-01"),
    ("judgement_expired", "assessments", 0, {"valid_until": "2024-05-01"}, "valid_until", "2024-05-01"),
    ("bad_place", "production", 2, {"origin": "日本"}, "origin", "日本"),
    ("bad_place", "organisations", 0, {"place": "苏州"}, "place", "苏州"),
    ("bad_credit_code", "organisations", 0, {"credit_code": GOOD_CODE[:-1] + "4"}, "credit_code", GOOD_CODE[:-1] + "4"),
    ("odd_code", "organisations", None, {"code": "o 9", "name": "丁", "kind": "firm", **FACT}, "code", "o 9"),
    ("bad_currency", "products", 2, {"currency": "人民币"}, "currency", "人民币"),
    ("bad_judgement", "assessments", 0, {"value": "L9"}, "value", "L9"),
    ("bad_judgement", "assessments", 0, {"item": "chokepoint_gap", "value": "5"}, "value", "5"),
    ("bad_judgement", "assessments", 0, {"item": "triple", "value": "很差"}, "value", "很差"),
    ("dangling_reference", "inputs", 0, {"input": "bagg"}, "input", "bagg"),
    ("dangling_reference", "supplies", 0, {"buyer": "甲生物"}, "buyer", "甲生物"),
    ("no_maker_no_origin", "production", 0, {"organisation": None}, "organisation", ""),
    ("no_supplier_no_origin", "supplies", 0, {"supplier": None}, "supplier", ""),
    ("about_nothing", "parameters", 0, {"product": None}, "product", ""),
    ("self_input", "inputs", 0, {"input": "mab"}, "input", "mab"),
    ("self_supply", "supplies", 0, {"supplier": "o1"}, "supplier", "o1"),
    ("parent_cycle", "products", 0, {"parent": "bag"}, "parent", "bag"),
    ("duplicate_product", "products", 1, {"name": "一次性储液袋"}, "name", "一次性储液袋"),
    ("duplicate_name", "organisations", 1, {"name": "甲生物"}, "name", "甲生物"),
    ("share_sum", "production", 1, {"share": 0.3}, "share", "0.3"),
    ("cost_share_sum", "inputs", None, {"product": "mab", "input": "film", "cost_share": 0.99, **FACT}, "cost_share", "0.05"),
    ("input_cycle", "inputs", None, {"product": "film", "input": "mab", **FACT}, "input", "bag → film → mab"),
    ("nobody_makes", "products", None, {"code": "new", "name": "新品", "segment": "up", **FACT}, "code", "new"),
    ("said_twice", "indicators", None, {"code": "again", "product": "bag", "item": "domestic_rate", "value": 0.2, "unit": "fraction", "definition": "按金额", **FACT}, "product", "bag"),
    ("said_twice", "supplies", None, {"code": "again", "supplier": "o2", "buyer": "o1", "product": "bag", "value": 20, "unit": "万元", **FACT}, "supplier", "o2"),
    ("contradiction", "assessments", None, {"product": "film", "item": "level", "value": "L2", **FACT}, "value", "L2"),
    ("money_without_unit", "supplies", 0, {"unit": None}, "value", "20"),
    ("bad_enum", "products", 0, {"base_kind": "材科"}, "base_kind", "材科"),
    ("bad_integer", "segments", 0, {"stage": "一"}, "stage", "一"),
    ("bad_boolean", "organisations", 0, {"anchor": "大概"}, "anchor", "大概"),
    ("bad_number", "supplies", 0, {"value": "约20"}, "value", "约20"),
    ("bad_date", "sources", 0, {"published_on": "2024"}, "published_on", "2024"),
    ("one_row", "chain", None, {"code": "b", "name": "另一条", "data_date": "2024-06-30"}, "code", "b"),
]  # fmt: skip


def broken(small, table, row, changes):
    if row is None:
        small[table].append(changes)
        return len(small[table])
    small[table][row].update(changes)
    return row + 1


def test_a_package_without_fault_has_no_finding(small_chain):
    assert [f.line() for f in small_chain.check()] == []


@pytest.mark.parametrize(("code", "table", "row", "changes", "column", "value"), FAULTS)
def test_each_fault_is_found_and_its_place_named(small, code, table, row, changes, column, value):
    place = broken(small, table, row, changes)
    found = [f for f in lb.Chain.from_tables(small).check() if f.code == code]
    assert found, f"{code} was not found"
    if code not in ("parent_cycle", "input_cycle", "cost_share_sum", "share_sum", "contradiction"):
        assert [(f.table, f.row) for f in found] == [(table, place)]
    assert (found[-1].column, found[-1].value) == (column, value)
    for language in ("zh", "en"):
        assert "{" not in found[-1].line(language)
    assert found[-1].remedy.zh
    assert found[-1].remedy.en


def test_credit_codes_follow_the_standard():
    assert is_credit_code(GOOD_CODE)
    for i, sign in enumerate(GOOD_CODE):
        for other in _DIGITS:
            if other != sign:
                assert not is_credit_code(GOOD_CODE[:i] + other + GOOD_CODE[i + 1 :])
    assert len(_DIGITS) == 31
    assert not set("IOSVZ") & set(_DIGITS)
    assert [3**i % 31 for i in range(17)] == list(_WEIGHTS)
    assert not is_credit_code(string.ascii_uppercase[:18])


def test_the_same_credit_code_twice_is_told(small):
    for row in small["organisations"][:2]:
        row["credit_code"] = GOOD_CODE
    assert "same_credit_code" in lb.Chain.from_tables(small).check().codes


@pytest.mark.parametrize("table", ["chain", "segments", "products", "sources"])
def test_missing_tables_are_named(small, table):
    del small[table]
    found = [f for f in lb.Chain.from_tables(small).check() if f.code == "missing_table"]
    assert [f.value for f in found] == [table]


def test_a_missing_required_column_is_told_once(tmp_path, small):
    for row in small["products"]:
        del row["segment"]
    for row in small["organisations"]:
        del row["kind"]
    findings = lb.read_chain(write_csv_folder(tmp_path / "p", small)).check()
    assert [(f.table, f.column) for f in findings if f.code == "missing_column"] == [("products", "segment")]
    assert [(f.table, f.column) for f in findings if f.code == "default_used"] == [("organisations", "kind")]
    assert "missing_value" not in findings.codes


def test_no_final_product_is_told(small):
    small["products"][2]["final"] = False
    assert "no_final_product" in lb.Chain.from_tables(small).check().codes


def test_a_bad_cell_is_told_once_and_not_also_as_missing(small):
    small["products"][0]["observed_on"] = "去年"
    findings = lb.Chain.from_tables(small).check()
    assert [f.code for f in findings] == ["bad_date"]


def test_older_contradicting_shares_are_not_added_up(small):
    small["production"].append(
        {"product": "bag", "origin": "US", "share": 0.6, "share_of": "home_supply", **FACT, "observed_on": "2020-01-01"}
    )
    codes = lb.Chain.from_tables(small).check().codes
    assert "contradiction" in codes
    assert "share_sum" not in codes


@pytest.mark.parametrize(("other", "found"), [({}, True), ({"period": "2020"}, False), ({"source": "s1"}, False)])
def test_rates_of_one_product_that_differ_between_sources_are_named(small, other, found):
    small["sources"] = [*small["sources"], {**small["sources"][0], "code": "s-other"}]
    rate = {"product": "bag", "item": "domestic_rate", "unit": "fraction", "period": "2024", **FACT, "source": "s1"}
    one = rate | {"value": 0.1, "definition": "按金额"}
    two = rate | {"value": 30, "unit": "%", "definition": "按数量", "source": "s-other"} | other
    findings = lb.Chain.from_tables(small | {"indicators": [one, two]}).check()
    named = [f.row for f in findings if f.code == "contradiction" and f.table == "indicators"]
    assert named == ([1, 2] if found else [])


def test_two_assessors_who_agree_do_not_repeat_each_other(small):
    score = {"product": "bag", "item": "chokepoint_gap", "value": "3", **FACT}
    small["assessments"] = [*small.get("assessments", []), score | {"assessor": "甲"}, score | {"assessor": "乙"}]
    codes = lb.Chain.from_tables(small).check().codes
    assert not {"said_twice", "contradiction"} & codes


def test_all_findings_come_at_once_worst_first(small):
    for code, table, row, changes, *_ in FAULTS[:12]:
        assert code
        broken(small, table, row, dict(changes))
    findings = lb.Chain.from_tables(small).check()
    order = [("error", "warning", "note").index(f.severity) for f in findings]
    assert order == sorted(order)
    assert len(findings) == len(list(findings)) == len(findings.table()) >= 12
    assert {"missing_value", "missing_source", "duplicate_key", "negative_value"} <= findings.codes


def test_strict_raises_with_what_was_asked(small):
    small["supplies"][0]["unit"] = None
    chain = lb.Chain.from_tables(small)
    assert not len(chain.check().errors)
    chain.check(strict=["bad_number"])
    for strict in (["money_without_unit"], ["*"]):
        with pytest.raises(lb.DataError) as told:
            chain.check(strict=strict)
        assert [f.code for f in told.value.findings] == ["money_without_unit"]
    assert "金额" in str(told.value)
    assert "unit" in told.value.in_("en")


def test_rows_are_those_of_the_file(tmp_path, small):
    small["products"][1]["segment"] = "nowhere"
    chain = lb.read_chain(write_csv_folder(tmp_path / "p", small))
    finding = next(iter(chain.check().errors))
    assert (finding.file, finding.row, finding.column, finding.value) == ("products.csv", 3, "segment", "nowhere")


def test_every_kind_of_finding_speaks_both_languages_and_its_severity_is_known():
    for rule in rules().values():
        assert rule.severity in ("error", "warning", "note")
        assert all((rule.message.zh, rule.message.en, rule.remedy.zh, rule.remedy.en)), rule.code


def test_a_million_findings_cost_positions_not_sentences(small):
    import pandas as pd

    many = pd.DataFrame({"product": ["nowhere"] * 100_000, "input": ["bag"] * 100_000, "source": "s1"})
    many["observed_on"] = "2024-01-01"
    findings = lb.Chain.from_tables({**small, "inputs": many}).check()
    assert len(findings) >= 100_000
    assert len(findings.batches) < 10
    assert isinstance(findings + Findings(), Findings)
