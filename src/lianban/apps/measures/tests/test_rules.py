"""What a cost needs and when a portfolio may be asked for; no database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.apps.measures import rules
from lianban.apps.measures.forms import fen

GOOD = {
    "amount_fen": 100, "source": "报价单", "observed_on": date(2026, 11, 1), "today": date(2026, 11, 22), "known": True,
    "may_see_class": True,
}  # fmt: skip


def codes(refusals):
    return {one.code for one in refusals}


def test_a_whole_cost_is_taken():
    assert rules.cost_refusals(**GOOD) == []
    assert rules.cost_refusals(**GOOD | {"amount_fen": 0}) == [], "an action may cost nothing"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_fen": None}, "cost.no_amount"),
        ({"amount_fen": -1}, "cost.no_amount"),
        ({"amount_fen": rules.MOST_FEN + 1}, "cost.no_amount"),
        ({"source": "  "}, "cost.no_source"),
        ({"observed_on": None}, "cost.no_day"),
        ({"observed_on": date(2026, 11, 23)}, "cost.no_day"),
        ({"known": False}, "cost.no_action"),
        ({"may_see_class": False}, "cost.class_not_yours"),
    ],
)
def test_every_reason_against_a_cost(changes, code):
    assert codes(rules.cost_refusals(**GOOD | changes)) == {code}


def test_all_reasons_are_told_at_once():
    wrong = rules.cost_refusals(
        amount_fen=None, source="", observed_on=None, today=GOOD["today"], known=False, may_see_class=False
    )

    assert len(codes(wrong)) == 5


def test_nothing_is_recommended_before_a_person_has_entered_a_cost():
    asked = {"budget_fen": 100, "objective": "expected", "scenarios": True, "under_way": False, "may_see_class": True}

    assert codes(rules.portfolio_refusals(n_costs=0, **asked)) == {"portfolio.no_costs"}
    assert rules.portfolio_refusals(n_costs=1, **asked) == []
    assert codes(rules.portfolio_refusals(n_costs=1, **asked | {"budget_fen": 0})) == {"portfolio.no_budget"}
    assert codes(rules.portfolio_refusals(n_costs=1, **asked | {"objective": "all"})) == {"portfolio.no_objective"}
    assert codes(rules.portfolio_refusals(n_costs=1, **asked | {"under_way": True})) == {"study.under_way"}


def test_where_an_action_stands():
    assert rules.standing("b", ["a", "b"], ["a", "b", "c"], True).zh == "入选"
    assert rules.standing("c", ["a"], ["c"], True).zh == "未入选"
    assert rules.standing("d", ["a"], ["c"], False).zh == "成本未填"
    assert rules.standing("c", [], [], True).zh == "未参与最近一次组合"


@given(st.integers(0, 10**14))
def test_money_typed_in_wan_is_kept_to_the_fen(amount_fen):
    assert fen(Decimal(amount_fen) / rules.FEN_IN_WAN) == amount_fen
