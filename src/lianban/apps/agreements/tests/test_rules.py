"""Consistency, wording and answers, without a database."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.apps.agreements import forms, rules
from lianban.apps.agreements.rules import steps
from lianban.apps.agreements.tests.conftest import WAN, answers
from lianban.rulebook.clauses import SILENT, load

PARTIES = rules.sides(
    {"id": n, "name": name, "name_en": en, "kind": kind}
    for n, (name, en, kind) in enumerate([("示例链主企业", "Example anchor", "firm"), ("示例材料企业", "Example maker", "firm"), ("示例大学", "Example university", "university")], start=1)
)  # fmt: skip
RULES = {"consortium.in_kind_share_max": 0.5, "agreement.needs_public_ip_terms": True, "consortium.council.pass": 0.667}
PAGE = Path(__file__).parents[5] / "docs" / "flows" / "agreement.md"
LINE = rules.BackgroundLine(2, "示例专利", "patent")


def whole(**changed) -> rules.Facts:
    """A sound consortium agreement, with some clauses settled otherwise."""
    empty = rules.Facts("consortium", PARTIES, {}, (LINE,), rules=RULES)
    chosen = {}
    for code, (option, values) in {**answers(1, 2, 3), **changed}.items():
        kept, faults = rules.normal(load().clauses[code].options[option], values, empty)
        assert not faults, faults
        chosen[code] = rules.Chosen(option, kept)
    return replace(empty, choices=chosen)


def codes(facts: rules.Facts, *, stops: bool = True) -> set[str]:
    return {one.code for one in rules.findings(facts) if one.stops == stops}


def test_a_whole_agreement_has_no_findings() -> None:
    assert rules.findings(whole()) == []
    assert not steps.stops([])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"benefit": ("agreed_shares", {"shares": {1: 40, 2: 40, 3: 15}})}, "agreements.shares_not_whole"),
        ({"benefit": ("agreed_shares", {"shares": {1: "33.33", 2: "33.33", 3: "33.33"}})}, "agreements.shares_not_whole"),
        ({"risk": ("by_stage", {"stages": {"research": {1: 100}, "prototype": {1: 100}}, "days": 5})}, "agreements.shares_not_whole"),
        ({"benefit": ("agreed_shares", {})}, "agreements.answer_missing"),
        ({"tasks": ("each", {"parts": {1: "牵头", 2: "研制"}, "way": "all"})}, "agreements.party_without_task"),
        ({"purpose": ("set", {"goal": "x", "from_on": "2027-01-01", "until_on": "2027-01-01"})}, "agreements.ends_before_start"),
        ({"publication": ("notice", {"notice_days": 10, "objection_days": 30, "delay_months": 6})}, "agreements.objection_after_publication"),
        ({"ownership": ("lead_with_licence", {"owner": 1, "licence": "fair"}), "access": ("all_free", {"months": 12})}, "agreements.licence_contradicts_access"),
        ({"risk": (SILENT, {}), "loss": ("as_risk", {})}, "agreements.loss_without_risk"),
        ({"dispute": ("arbitration", {"days": 30, "body": "示例仲裁委员会或人民法院"})}, "agreements.both_roads"),
        ({"dispute": ("court", {"days": 30, "court": "示例法院，也可申请仲裁"})}, "agreements.both_roads"),
        ({"purpose": ("set", {"goal": "争议交仲裁", "from_on": "2027-01-01", "until_on": "2028-01-01"})}, "agreements.dispute_elsewhere"),
        ({"tasks": ("each", {"parts": {1: "与成员统一定价", 2: "研制", 3: "研究"}, "way": "all"})}, "agreements.competition_guard"),
        ({"purpose": ("set", {"goal": "Divide markets", "from_on": "2027-01-01", "until_on": "2028-01-01"})}, "agreements.competition_guard"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_found(changed, code) -> None:
    assert codes(whole(**changed)) == {code}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"risk": (SILENT, {})}, "agreements.left_to_law"),
        ({"first_use": ("at_user", {"user": 2, "scenario": "x", "months": 6})}, "agreements.user_is_not_buyer"),
        ({"contributions": ("cash_only", {"cash": {1: WAN, 2: WAN}})}, "agreements.party_without_contribution"),
        ({"contributions": ("stated", {"cash": {1: WAN, 2: WAN}, "in_kind": {3: 9 * WAN}, "valuation": "fee"})}, "agreements.too_much_in_kind"),
    ],
)  # fmt: skip
def test_what_deserves_a_second_look_does_not_stop_it(changed, code) -> None:
    facts = whole(**changed)

    assert codes(facts) == set() and codes(facts, stops=False) == {code}


def test_a_party_that_was_struck_is_named_no_more() -> None:
    facts = replace(whole(), sides=PARTIES[:2])

    named = {one.clause for one in rules.findings(facts) if one.code == "agreements.names_who_left"}
    assert named == {"tasks", "contributions", "ownership", "benefit", "risk"}


def test_public_money_and_an_empty_annex() -> None:
    facts = whole(ownership=(SILENT, {}))

    assert codes(replace(facts, public_money=True)) == {"agreements.public_money_needs_ownership"}
    assert "agreements.background_list_empty" in codes(replace(facts, background=()), stops=False)


def test_a_task_book_pays_somebody_else_and_a_pledge_keeps_its_time() -> None:
    empty = rules.Facts("task_book", PARTIES, {}, rules=RULES)
    pay = rules.Chosen("at_once", {"total": WAN, "payer": 1, "payee": 1})
    assert "agreements.pays_itself" in codes(replace(empty, choices={"payment": pay}))
    term = rules.Chosen("set", {"goal": "x", "from_on": "2027-01-01", "until_on": "2028-01-01"})
    late = rules.Chosen("vow", {"solver": 1, "goal": "x", "due_on": "2029-01-01"})
    assert "agreements.pledge_after_end" in codes(replace(empty, kind="pledge", choices={"purpose": term, "pledge": late}))  # fmt: skip


def test_shares_say_what_is_missing() -> None:
    told = rules.findings(whole(benefit=("agreed_shares", {"shares": {1: "50", 2: "49.5"}})))[0]

    assert told.message.zh == "“收益分配”的“分配比例（%）”合计 99.5%，须为 100%（还差 0.5）"
    assert told.message.en == "Sharing of benefits: 'shares (%)' add up to 99.5 %, not 100 (0.5 are missing)"


def test_the_text_reads_in_both_languages() -> None:
    told = {article.code: article for article in rules.articles(whole())}

    assert told["benefit"].text.zh == "合作成果的收益按下列比例分配：甲方 40%，乙方 40%，丙方 20%，精确到分。"
    assert told["benefit"].text.en.startswith("Income from the results is shared as follows: Party A 40 %, Party B 40 %, Party C 20 %")  # fmt: skip
    assert (
        "现金投入：甲方 300\u2009万元，乙方 200\u2009万元。实物投入：丙方 100\u2009万元。"
        in told["contributions"].text.zh
    )
    assert "研究阶段甲方 20%，丙方 80%" in told["risk"].text.zh
    assert "细则由双方另行书面确认" in told["priority_purchase"].text.zh
    assert [a.number for a in rules.articles(whole())] == list(range(1, len(told) + 1))
    assert "待填" not in "".join(article.text.zh for article in told.values())


def test_every_clause_of_the_library_can_be_written_and_asks_known_things() -> None:
    library = load()
    for clause in library.clauses.values():
        assert set(clause.needed) <= set(clause.kinds) <= set(library.kinds) and clause.law.zh and clause.law.en
        for option in clause.options.values():
            empty = rules.Facts("consortium", PARTIES, {}, rules={"consortium.council.quorum": 0.5})
            facts = replace(empty, choices={clause.code: rules.Chosen(option.code, rules.proposed(option, empty))})
            article = rules.articles(replace(facts, kind=clause.kinds[0]))[0]
            assert article.text.zh and article.text.en and "{" not in article.text.zh + article.text.en
            assert {q.kind for q in option.questions} <= set(rules.answers._READERS)


def test_the_guard_s_own_clauses_do_not_trip_it() -> None:
    """The library's texts name what is forbidden; only what people write is searched."""
    assert "agreements.competition_guard" not in codes(whole(), stops=True)


@given(st.lists(st.decimals(0, 100, places=2), min_size=3, max_size=3))
def test_shares_are_whole_exactly_when_they_add_up_to_one_hundred(shares: list[Decimal]) -> None:
    facts = whole(benefit=("agreed_shares", {"shares": dict(enumerate(shares, start=1))}))

    assert ("agreements.shares_not_whole" in codes(facts)) == (sum(shares) != 100)
    if sum(shares) == 100:
        assert sum(rules.terms(facts)["shares"].values()) == 1


def test_the_flow_page_s_table_of_shares_is_true() -> None:
    rows = re.findall(r"^\| (\d) \| ([\d., ]+) \| (.+?) \|$", PAGE.read_text("utf-8"), re.M)

    assert len(rows) == 5
    for n, written, verdict in rows:
        shares = dict(enumerate(written.split(", "), start=1))
        parties = rules.sides({"id": i, "name": str(i), "name_en": ""} for i in shares)
        facts = rules.Facts("consortium", parties, {"benefit": rules.Chosen("agreed_shares", {"shares": {str(i): share for i, share in shares.items()}})})  # fmt: skip
        found = [one.message.en for one in rules.findings(facts) if one.code == "agreements.shares_not_whole"]
        assert bool(found) == (verdict != "whole")
        if found:
            assert f"({verdict.split()[0]} are missing)" in found[0]
        elif len(set(map(Decimal, shares.values()))) <= 2 and sum(map(Decimal, shares.values())) == 100:
            assert list(forms.equal_shares(list(shares)).values()) == [f"{Decimal(s):f}" for s in shares.values()]
        assert int(n) == len(shares)


@given(st.integers(1, 60))
def test_equal_shares_are_always_whole(n: int) -> None:
    parts = forms.equal_shares(list(range(n)))

    assert sum(Decimal(part) for part in parts.values()) == 100
    assert max(map(Decimal, parts.values())) - min(map(Decimal, parts.values())) <= Decimal("0.01")


def test_the_digest_is_of_the_content_and_nothing_else() -> None:
    assert rules.digest({"a": 1, "b": "二"}) == rules.digest({"b": "二", "a": 1}) != rules.digest({"a": 1, "b": "三"})
