"""The work calendar against two public data sets and against the days people argue about."""

from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import RulebookError
from rules.rulebook import Rulebook
from rules.workdays import Workdays, YearNotice

_PUBLISHED = range(2018, 2027)
_DAYS = st.dates(date(2018, 1, 1), date(2026, 12, 31))


@pytest.fixture(scope="module")
def workdays() -> Workdays:
    return Rulebook.load().workdays


@pytest.mark.parametrize("year", _PUBLISHED)
def test_every_day_agrees_with_two_public_data_sets(workdays: Workdays, year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    assert [d for d in days if workdays.is_workday(d) != chinese_calendar.is_workday(d)] == []
    assert [d for d in days if workdays.is_workday(d) != other.is_working_day(d)] == []


@pytest.mark.parametrize(
    ("day", "worked", "why"),
    [
        (date(2021, 9, 17), True, "工作日"),
        (date(2021, 9, 18), True, "中秋调休上班"),
        (date(2021, 9, 19), False, "中秋放假"),
        (date(2021, 9, 25), False, "周末"),
        (date(2021, 9, 26), True, "国庆节调休上班"),
        (date(2021, 10, 7), False, "国庆节放假"),
        (date(2026, 2, 14), True, "春节调休上班"),
        (date(2026, 2, 17), False, "春节放假"),
        (date(2027, 2, 6), False, "周末（2027年放假安排未公布，暂按周末推算）"),
        (date(2027, 2, 8), True, "工作日（2027年放假安排未公布，暂按周末推算）"),
        (date(2017, 5, 1), True, "工作日（2017年放假安排未公布，暂按周末推算）"),
    ],
)
def test_a_day_says_whether_it_is_worked_and_why(workdays: Workdays, day: date, worked: bool, why: str) -> None:
    assert workdays.is_workday(day) is worked
    assert workdays.why(day) == why


def test_published_years_are_known_and_the_next_is_not(workdays: Workdays) -> None:
    assert all(workdays.is_published(year) for year in _PUBLISHED)
    assert not workdays.is_published(2027)
    assert not workdays.is_published(2017)


def test_every_notice_says_where_it_comes_from(workdays: Workdays) -> None:
    assert all(notice.title and notice.number and notice.source for notice in workdays.notices)
    assert all(later.year == earlier.year + 1 for earlier, later in pairwise(workdays.notices))


def test_rolling_stays_on_a_working_day_and_leaves_a_holiday(workdays: Workdays) -> None:
    assert workdays.roll(date(2021, 9, 30)) == date(2021, 9, 30)
    assert workdays.roll(date(2021, 10, 1)) == date(2021, 10, 8)
    assert workdays.next_workday(date(2021, 9, 30)) == date(2021, 10, 8)


@given(_DAYS)
def test_rolling_never_moves_back_and_always_reaches_a_working_day(day: date) -> None:
    calendar = Rulebook.load().workdays
    assert calendar.roll(day) >= day
    assert calendar.is_workday(calendar.roll(day))
    assert calendar.roll(calendar.roll(day)) == calendar.roll(day)


@given(_DAYS, st.integers(0, 60))
def test_adding_working_days_is_undone_by_subtracting_them(day: date, count: int) -> None:
    calendar = Rulebook.load().workdays
    start = calendar.roll(day)
    assert calendar.add_workdays(calendar.add_workdays(start, count), -count) == start


@given(_DAYS, st.integers(1, 60))
def test_exactly_the_working_days_between_are_counted(day: date, count: int) -> None:
    calendar = Rulebook.load().workdays
    end = calendar.add_workdays(day, count)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(map(calendar.is_workday, between)) == count


def test_a_calendar_without_working_days_is_refused_not_searched_for_ever() -> None:
    first = date(2026, 1, 1)
    closed = {first + timedelta(days=n): "停业" for n in range(90)}
    calendar = Workdays([YearNotice(2026, True, "测试", "测试", "测试", closed, {})])
    with pytest.raises(RulebookError, match="没有工作日"):
        calendar.next_workday(first)
