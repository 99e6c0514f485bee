"""Working days against published holidays."""

from datetime import date

from lianban.kit import workdays


def test_national_day_holidays_do_not_count():
    assert workdays.after(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_a_made_up_saturday_counts():
    assert workdays.is_workday(date(2026, 10, 10))  # 国办发明电 on holidays of 2026


def test_between_undoes_after():
    start = date(2026, 4, 28)
    assert all(workdays.between(start, workdays.after(start, n)) == n for n in range(40))


def test_a_year_without_published_holidays_counts_weekdays_and_says_so():
    assert workdays.is_workday(date(2039, 10, 3)) and not workdays.published(date(2039, 10, 3))
