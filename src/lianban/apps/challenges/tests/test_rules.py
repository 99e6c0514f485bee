"""Decisions, without a database."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.apps.agreements import rules as agreements
from lianban.apps.challenges import rules
from lianban.apps.challenges.services.proposing import digest_of
from lianban.kit.text import Text
from lianban.rulebook import load_rules

CORE = load_rules("cn-core-2025")
WAN = 1_000_000
GOOD = {"name": "载量", "comparison": ">=", "threshold": 80, "test_method": "柱层析", "test_body": "第三方"}


def codes(refusals):
    return [refusal.code for refusal in refusals]


def test_an_indicator_that_nobody_can_test_is_none():
    assert not rules.posting.indicator_refusals(GOOD, 1)
    for field in ("test_method", "test_body", "name"):
        assert rules.posting.indicator_refusals({**GOOD, field: ""}, 1)
    assert rules.posting.indicator_refusals({**GOOD, "threshold": None}, 1)
    assert not rules.posting.indicator_refusals({**GOOD, "comparison": "yes", "threshold": None}, 1)


def test_a_proposal_is_told_all_its_gaps_at_once():
    written = {"klass": "tackling", "mode": "firm", "title": "题目"}
    found = rules.posting.submit_refusals(
        written=written, indicators=[], n_milestones=0, frozen=CORE, months=0, medicine=False, total_fen=0
    )

    assert {"challenges.field_missing", "challenges.no_indicator", "challenges.no_milestone", "challenges.duration",
            "challenges.no_money"} <= set(codes(found))  # fmt: skip


def test_medicine_may_last_longer_where_the_rules_say_so():
    assert codes(rules.posting.duration_refusals(48, False, CORE)) == ["challenges.duration"]
    assert not rules.posting.duration_refusals(48, True, CORE)


@pytest.mark.parametrize(
    ("basis", "decision", "expected"),
    [("", "", ["challenges.no_legal_basis", "challenges.legal_undecided"]), ("条例第八条", "", ["challenges.legal_undecided"]),
     ("条例第八条", "keep", []), ("", "remove", [])],
)  # fmt: skip
def test_a_flag_needs_a_basis_and_the_legal_unit(basis, decision, expected):
    row = rules.posting.Condition(1, True, basis, decision)

    assert codes(rules.posting.fairness_refusals([row])) == expected


def test_nobody_is_their_own_second_person():
    what = Text("提交", "submit")

    assert codes(rules.posting.second_person_refusals("user:1", {"user:1"}, what)) == ["challenges.second_person"]
    assert not rules.posting.second_person_refusals("user:2", {"user:1"}, what)


def party(**changed):
    told = {
        "poster": 1, "solver": 2, "partners": [], "related": {}, "klass": "tackling", "frozen": CORE, "barred": {},
        "filed_consortium": False,
    }  # fmt: skip
    return codes(rules.answers.party_refusals(**{**told, **changed}))


def test_who_may_not_answer():
    assert party() == []
    assert party(solver=1) == ["challenges.self_answer"]
    assert party(partners=[1]) == ["challenges.poster_as_partner"]
    assert party(related={2: "甲"}) == ["challenges.related_party"]
    assert party(partners=[2]) == ["challenges.partner_twice"]
    assert party(partners=[3, 4, 5, 6, 7, 8]) == ["challenges.too_many_partners"]
    assert party(barred={2: "甲"}) == ["challenges.bad_record"]
    assert party(frozen=load_rules("nmg-2022")) == ["challenges.not_a_filed_consortium"]
    assert party(frozen=load_rules("nmg-2022"), filed_consortium=True) == []


def test_ties_are_followed_over_any_number_of_steps():
    assert rules.answers.tied([(1, 5), (5, 9), (3, 4)], 1, {9, 4}) == {9}


def test_a_plan_that_names_its_author_is_not_anonymous():
    content = dict.fromkeys(rules.answers.WRITTEN, "文字") | {"asked_fen": 1, "months": 12}

    assert not rules.answers.answer_refusals(content, ["纳微"])
    assert codes(rules.answers.answer_refusals(content | {"plan": "纳微的方案"}, ["纳微"])) == [
        "challenges.plan_names_author"
    ]
    assert not rules.answers.answer_refusals(content | {"team": "纳微的团队"}, ["纳微"])  # the team is read with names


def test_the_formal_check_agrees_with_its_points():
    all_good = dict.fromkeys(rules.answers.FORMAL, True)

    assert not rules.answers.check_refusals(True, all_good, "")
    assert "challenges.check_contradicts" in codes(rules.answers.check_refusals(True, all_good | {"honest": False}, ""))
    assert "challenges.no_reason" in codes(rules.answers.check_refusals(False, all_good | {"honest": False}, ""))


def choice(**changed):
    told = {"chosen": [1], "eligible": [1, 2, 3], "consenting": [1, 2, 3], "race": False, "frozen": CORE, "reason": "评审第一",
            "best": 1, "n_gates": 0}  # fmt: skip
    return codes(rules.choosing.choice_refusals(**{**told, **changed}))


def test_choosing_one_or_racing_several():
    assert choice() == []
    assert choice(chosen=[1, 2]) == ["challenges.choose_one"]
    assert choice(chosen=[1, 2], race=True, n_gates=1) == []
    assert choice(chosen=[1, 2], race=True, n_gates=0) == ["challenges.no_gates"]
    assert choice(chosen=[1, 2], race=True, n_gates=1, consenting=[1]) == ["challenges.no_consent"]
    assert choice(chosen=[1, 2, 3, 4], eligible=[1, 2, 3, 4], consenting=[1, 2, 3, 4], race=True, n_gates=1) == ["challenges.lanes"]  # fmt: skip
    assert "challenges.not_eligible" in choice(chosen=[4])
    assert choice(chosen=[2], reason="更合适") == ["challenges.why_not_first"]


def test_the_notice_counts_working_days():
    # 2026-09-30 is a Wednesday before the October holidays.
    assert rules.choosing.notice_until(date(2026, 9, 30), CORE) == date(2026, 10, 13)
    until = rules.choosing.notice_until(date(2026, 11, 23), CORE)
    assert until == date(2026, 11, 30)
    assert codes(rules.choosing.end_notice_refusals(until, until, 0, 0)) == ["challenges.notice_running"]
    assert not rules.choosing.end_notice_refusals(date(2026, 12, 1), until, 0, 0)
    assert codes(rules.choosing.end_notice_refusals(date(2026, 12, 1), until, 1, 1)) == [
        "challenges.objections_open", "challenges.objection_upheld",
    ]  # fmt: skip


def test_gates_are_passed_in_order():
    def gate(**changed):
        told = {"order": [10, 11], "gate": 10, "decided": [], "running": True, "reason": "达标", "cost_fen": 0}
        return codes(rules.choosing.gate_refusals(**{**told, **changed}))

    assert gate() == []
    assert gate(gate=11) == ["challenges.gate_order"]
    assert gate(gate=11, decided=[10]) == []
    assert gate(decided=[10]) == ["challenges.gate_decided"]
    assert gate(running=False) == ["challenges.lane_out"]


@given(st.integers(0, 10**11), st.integers(0, 10**9))
def test_compensation_is_never_above_cost_nor_caps(cost, cap):
    worked = rules.money.compensation(CORE, cost, cap)

    assert 0 <= worked.amount_fen <= cost
    assert worked.amount_fen <= CORE.value("challenge.racing.compensation_cap") * 100
    assert not cap or worked.amount_fen <= cap


@given(st.integers(1, 10**12), st.integers(0, 10**12), st.integers(0, 10**12))
def test_what_is_let_through_is_within_every_rule(total, payable, public):
    money = rules.money.Money(total, public, max(0, total - public), min(payable, total))
    worked, found = rules.money.money_refusals(CORE, money, kind="tackling", scale="major")

    if not found:
        assert public <= worked.amount_fen <= Fraction(str(CORE.value("challenge.public_share_max"))) * total
        assert public <= payable
        assert public + money.poster_cash_fen == total


def test_the_example_of_jilin_is_capped():
    jilin = load_rules("jilin-2023")
    money = rules.money.Money(1200 * WAN, 300 * WAN, 900 * WAN, 800 * WAN)
    worked, found = rules.money.money_refusals(jilin, money, kind="tackling", scale="major")

    assert worked.amount_fen == 300 * WAN
    assert next(step.amount_fen for step in worked.steps if step.code == "brackets") == 315 * WAN
    assert not found
    more = rules.money.Money(1200 * WAN, 301 * WAN, 899 * WAN, 800 * WAN)
    assert codes(rules.money.money_refusals(jilin, more, kind="tackling", scale="major")[1]) == ["challenges.public_above_rule"]  # fmt: skip


def test_the_window_counts_working_days_where_the_rules_ask():
    buyer = load_rules("procurement-2024")
    at, closes = datetime(2026, 11, 23, 2, tzinfo=UTC), datetime(2026, 12, 1, 9, tzinfo=UTC)

    assert codes(rules.posting.window_refusals(closes, at.date(), closes.date(), at, buyer)) == [
        "challenges.window_short"
    ]
    assert not rules.posting.window_refusals(closes, at.date(), closes.date(), at, CORE)
    assert codes(rules.posting.window_refusals(at, at.date(), at.date(), at, CORE)) == ["challenges.deadline_past"]


def test_a_version_hashes_the_same_in_any_order():
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1})


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30)
FENS = st.integers(0, 10**13)


@given(
    st.builds(
        rules.papers.Told,
        title=WORDS.filter(str.strip), problem=WORDS, scenario=WORDS, facilities=WORDS, months=st.integers(1, 60), ownership=st.sampled_from([*rules.words.OWNERSHIP, ""]),
        poster=st.just(1), solver=st.just(2), first_user=st.sampled_from([None, 1, 2]), payable_fen=FENS, public_fen=FENS,
        indicators=st.lists(st.fixed_dictionaries({"name": WORDS, "unit": WORDS, "comparison": st.sampled_from(list(rules.words.COMPARISONS)), "threshold": st.sampled_from([None, "80"]), "test_method": WORDS, "test_body": WORDS}), max_size=3),
        stages=st.lists(st.builds(rules.papers.Stage, WORDS, st.sampled_from([None, 0, 8]), WORDS, FENS), max_size=3),
    ),
    st.sampled_from(rules.words.AGREEMENTS),
)  # fmt: skip
def test_what_papers_open_with_is_in_the_form_an_agreement_keeps(told, kind):
    sides = agreements.sides([{"id": 1, "name": "甲", "name_en": ""}, {"id": 2, "name": "乙", "name_en": ""}])
    draft = agreements.Facts(kind, sides, {})
    settled = rules.papers.prefilled(told)

    for clause in draft.book.of_kind(kind):
        option, given_ = settled.get(clause.code, ("", {}))
        if option:
            kept, faults = agreements.normal(clause.options[option], given_, draft)
            assert not faults
            assert set(kept) == {name for name, value in given_.items() if str(value).strip()}
    assert ("payment" in settled) == bool(told.payable_fen)
    assert set(settled) <= set(draft.book.clauses)
