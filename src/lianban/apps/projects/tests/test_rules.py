"""Decisions about projects, from values alone."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.apps.projects import rules
from lianban.apps.projects.tests.walk import TERMS, Walk, begun

ROOT = Path(__file__).parents[5]
DAY = date(2026, 11, 23)


def codes(found):
    return [one.code for one in found]


def test_a_challenges_own_terms_go_before_those_of_every_project():
    told = {"challenge.extension.times": 2, "project.extension.times": 1, "project.first_payment": 0.4}
    rest = dict.fromkeys(
        ("project.extension.max_years", "project.stage_checks_max", "project.acceptance_apply_days", "project.followup_years",
         "project.appeal_days", "project.followup_months", "project.at_fault_years", "project.third_party_report",
         "project.warn_days"), 1,
    )  # fmt: skip
    terms = rules.Terms.of({**told, **rest})
    assert terms.extension_times == 2 and terms.first_payment == Fraction(2, 5)
    with pytest.raises(KeyError, match="first_payment"):
        rules.Terms.of(rest | {"project.extension.times": 1})


@pytest.mark.parametrize(
    ("comparison", "value", "said", "met"),
    [(">=", "1", None, True), (">", "1", None, False), ("<=", "1.000001", None, False), ("<", "0.9", None, True),
     ("=", "1.0", None, True), (">=", None, None, None), ("yes", None, True, True), ("yes", "5", False, False)],
)  # fmt: skip
def test_a_value_meets_its_threshold_or_not(comparison, value, said, met):
    assert rules.meets(comparison, Decimal(1), Decimal(value) if value else None, said) is met


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 240), st.integers(0, 240))
def test_months_add_up_and_never_leave_their_month(day, some, more):
    there = rules.months_later(day, some)
    assert (there.year - day.year) * 12 + there.month - day.month == some
    assert there.day == day.day or there.day >= 28
    assert rules.months_later(day, some + more) >= there


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_nothing_is_paid_above_what_was_released(released, asked):
    standing = replace(begun(), stages=(rules.Stage(1, "stage", "passed", 10**9, released),))
    found = rules.pay_refusals(standing, 1, asked, evidence="x", booked=False)
    assert bool(found) == (asked == 0 or asked > released)


@given(st.sampled_from(list(rules.OUTCOMES)), st.sampled_from(list(rules.OUTCOMES)))
def test_an_appeal_never_makes_an_outcome_harsher(before, after):
    order = ["met", "partly_met", "not_met_diligent", "not_met_at_fault"]
    standing = replace(begun(), state="appealed", outcome=before)
    told = {"same_person": False, "reason": "x", "evidence": "y"}
    refused = "projects.not_milder" in codes(rules.answer_refusals(standing, "change", after, **told))
    if before in order and after in order:
        assert refused == (order.index(after) >= order.index(before))
    else:
        assert refused == ((before, after) != ("revoked", "terminated"))


def test_credit_is_touched_by_fault_in_effect_alone():
    for outcome in rules.OUTCOMES:
        standing = replace(begun(), state="concluded", outcome=outcome)
        assert rules.credit_until(standing, DAY, in_effect=False) is None
        touched = rules.credit_until(standing, DAY, in_effect=True)
        assert touched == (date(2029, 11, 23) if outcome == rules.AT_FAULT else None)


def test_an_appeal_window_is_in_working_days_and_open_to_its_last_day():
    standing = replace(begun(), state="concluded", outcome="not_met_diligent", appeal_until=DAY)
    assert rules.appeal_refusals(standing, "x", DAY) == []
    assert codes(rules.appeal_refusals(standing, "x", date(2026, 11, 24))) == ["projects.appeal_too_late"]
    assert codes(rules.effect_refusals(standing, DAY)) == ["projects.appeal_open"]


def test_orders_count_past_the_gate_only():
    orders = [SimpleNamespace(quantity=Decimal(n), passed_gate=ok) for n, ok in ((60, True), (60, False), (50, True))]
    kept = rules.kept(Decimal(100), date(2027, 1, 1), DAY, orders)
    assert (kept.counted, kept.ordered, kept.left, kept.share, kept.state.en) == (
        110,
        170,
        0,
        1.0,
        "kept, 10 beyond what was agreed",
    )
    assert rules.kept(Decimal(110), date(2027, 1, 1), DAY, orders).state.en == "kept"
    short = rules.kept(Decimal(100), date(2026, 1, 1), DAY, orders[:2])
    assert (short.left, short.state.en) == (40, "short at the end")


def test_the_page_of_the_flow_tells_what_the_rules_do():
    """The worked table of docs/flows/project.md, recomputed: 1,000,000 yuan, sample passed in part, pilot failed."""
    wan = 100 * 10_000
    points = (
        rules.Stage(1, "sign", "passed", 40 * wan, 40 * wan),
        rules.Stage(2, "stage", "checked", 30 * wan),
        rules.Stage(3, "stage", "checked", 20 * wan),
        rules.Stage(4, "acceptance", "planned", 10 * wan),
    )
    walk = Walk(replace(begun(), stages=points))
    walk.decide(2, True, 25 * wan, "有据")
    walk.decide(3, False, 0, "有据")
    for number in (1, 2):
        walk.pay(number, walk.now.stage(number).owed_fen, "有据")
    for number in (1, 2, 3):
        walk.test(number, number == 1)
    walk.ask_acceptance("有据")
    walk.open_acceptance()
    for number in (1, 2, 3):
        walk.judge(number, number == 1, "有据")
    walk.conclude("not_met_diligent", 0, "有据", 1)
    walk.wait(40)
    walk.take_effect()

    page = (ROOT / "docs" / "flows" / "project.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (?:signing|sample|pilot|acceptance) \|(.*)\|$", page, re.M)
    told = [
        [int(cell.strip().replace(",", "")) for cell in line.split("|") if re.search(r"\d", cell)] for line in lines
    ]
    shown = [[s.payment_fen // 100, s.released_fen // 100, s.paid_fen // 100] for s in walk.now.stages]
    assert [row[:3] for row in told] == shown
    assert walk.now.state == "effective" and not walk.credit and not walk.faults()
    assert TERMS.first_payment * walk.now.total_fen == 40 * wan
    assert sum(row[2] for row in told) == 650_000 and "650,000 yuan were paid" in page
