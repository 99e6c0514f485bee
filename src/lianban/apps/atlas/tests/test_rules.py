"""Decisions without a database."""

from types import SimpleNamespace

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


def row(table, pk, **said):
    """A row of a table that leaves open what is not said."""
    subject, columns = rules.SAID[table]
    return SimpleNamespace(TABLE=table, pk=pk, **dict.fromkeys(("stage", *subject, *columns)) | said)


@pytest.mark.parametrize("table", rules.SAID)
def test_rows_that_say_different_things_of_one_subject_are_marked_all(table):
    (about, *_), columns = rules.SAID[table]
    for column in columns:
        rows = [
            row(table, pk, **{about: of, column: value})
            for pk, of, value in (
                (1, "a", 0.3), (2, "a", 0.2), (3, "b", 0.3), (4, "b", 0.3), (5, "b", None), (6, "b", "unknown"),
            )
        ]  # fmt: skip
        assert rules.disagreeing(rows) == {(table, 1), (table, 2)}


def test_a_firm_may_make_a_product_at_two_stages_and_two_columns_are_two_questions():
    made = [row("production", n, organisation_id=1, stage=s, share=n / 9) for n, s in ((1, "pilot"), (2, "lab"))]
    assert not rules.disagreeing(made)
    pair = [row("inputs", 1, essential="yes", cost_share=0.4), row("inputs", 2, essential="yes", cost_share=None)]
    assert not rules.disagreeing(pair)
    assert rules.disagreeing([*pair, row("inputs", 3, essential="no")]) == {("inputs", n) for n in (1, 2, 3)}


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
