"""Ages and clocks without a database."""

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some

from lianban.apps.upkeep import rules

days = some.dates(date(2015, 1, 1), date(2035, 12, 31))


@given(days, days, some.integers(1, 48), some.integers(0, 90))
def test_the_borders_for_the_database_say_what_the_age_says(seen, today, months, warn):
    limits = rules.Limits(months, warn)
    stale, due = limits.borders(today)
    state = "stale" if seen < stale else "due" if seen < due else "fresh"
    assert limits.age(seen, today).state == state


@given(days, some.integers(-60, 60), some.integers(-60, 60))
def test_months_are_added_in_order_and_never_pass_the_month(day, one, more):
    moved = rules.add_months(day, one)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == one
    assert moved.day <= day.day
    assert rules.add_months(day + timedelta(1), more) >= rules.add_months(day, more)


@given(days)
def test_a_day_lies_in_its_quarter(day):
    first, after = rules.quarter_days(rules.quarter(day))
    assert first <= day < after
    assert rules.quarters(day, 4)[0] == rules.quarter(day)
    assert rules.asked_quarter("2026Q9", day) == rules.quarter(day)


def test_a_refusal_needs_its_reason_and_a_correction_says_what_and_why():
    assert [r.code for r in rules.decision_refusals(" ", accepted=False)] == ["upkeep.no_decision_reason"]
    told = rules.correction_refusals(changed=0, gone=False, reason="", pending=True)
    assert [r.code for r in told] == ["upkeep.nothing_changed", "upkeep.no_reason", "upkeep.already_raised"]
    assert rules.correction_refusals(changed=0, gone=True, reason="已停产", pending=False) == []


def test_nobody_is_asked_for_more_than_the_quarter_allows():
    assert rules.burden_refusals(asked=28, more=12, most=40) == []
    assert [r.code for r in rules.burden_refusals(asked=29, more=12, most=40)] == ["upkeep.asked_enough"]


def test_the_worked_table_of_the_flow_page_is_what_comes_out():
    page = (Path(__file__).parents[5] / "docs/flows/upkeep.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| 20")]
    assert len(rows) == 4
    for seen, months, today, expires, state in rows:
        found = rules.Limits(int(months), 30).age(date.fromisoformat(seen), date.fromisoformat(today))
        assert (found.expires_on.isoformat(), found.state) == (expires, state)
