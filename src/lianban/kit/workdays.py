"""Working days (工作日): the state's published calendar of holidays and made-up days; beyond it, weekends only."""

from datetime import date, timedelta

import chinese_calendar


def is_workday(day: date) -> bool:
    """Whether people work on this day; a year whose holidays are not published yet counts Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def published(day: date) -> bool:
    """Whether the holidays of this day's year are known; a page says so where they are not."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def after(day: date, working_days: int) -> date:
    """The day that many working days later; the starting day does not count (民法典 art. 201)."""
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= is_workday(day)
    return day


def between(start: date, end: date) -> int:
    """Working days after ``start`` up to and with ``end``."""
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
