"""Decisions without a database."""

from dataclasses import dataclass

import pytest

from lianban.apps.atlas import rules


@pytest.mark.parametrize(
    ("typed", "found"),
    [("培养", True), ("medium", True), ("peiyang", True), ("pyj", True), ("cho", True), ("ptj", False)],
)
def test_a_search_column_holds_names_pinyin_and_initials(typed, found):
    assert (typed in rules.search_text("CHO培养基", "CHO medium")) is found


def test_full_width_letters_are_found_by_plain_ones():
    assert "cho" in rules.search_text("ＣＨＯ细胞")


def test_an_empty_name_adds_nothing():
    assert rules.search_text("", "  ", "a", "A") == "a"


@dataclass
class Row:
    pk: int
    subject: str
    value: float


def test_rows_that_say_different_things_of_one_subject_are_marked_all():
    rows = [Row(1, "a", 0.3), Row(2, "a", 0.2), Row(3, "b", 0.3), Row(4, "b", 0.3)]
    assert rules.disagreeing(rows, lambda r: r.subject, lambda r: r.value) == {1, 2}


@pytest.mark.parametrize("code", ["bags", "nev-2026", "a.b_c"])
def test_a_plain_chain_code_is_accepted(code):
    assert not rules.chain_code_refusals(code)


@pytest.mark.parametrize("code", ["", "a/b", "链", "-a", "a b"])
def test_a_chain_code_that_breaks_an_address_is_refused(code):
    assert [r.code for r in rules.chain_code_refusals(code)] == ["atlas.chain_code_not_plain"]


def test_only_texts_over_the_limit_are_told():
    rows = [{"code": "x", "name": "长" * 5, "n": 1}, {"code": "y", "name": "短"}]
    found = rules.too_long("products", rows, {"name": 4})
    assert [(r.code, r.facts["row"], r.facts["n"]) for r in found] == [("atlas.text_too_long", "x", 5)]
