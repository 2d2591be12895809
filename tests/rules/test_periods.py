"""Calendar periods: every day lies in exactly one of each kind, and none is left out after an outage of any length."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.periods import Period, PeriodKind, period_of, periods

_DAYS = st.dates(date(2018, 1, 1), date(2040, 12, 31))
_KINDS = st.sampled_from(PeriodKind)


@pytest.mark.parametrize(
    ("kind", "day", "code", "first", "last"),
    [
        (PeriodKind.MONTH, date(2024, 2, 29), "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (PeriodKind.MONTH, date(2023, 2, 1), "2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        (PeriodKind.MONTH, date(2021, 12, 31), "2021-12", date(2021, 12, 1), date(2021, 12, 31)),
        (PeriodKind.QUARTER, date(2021, 3, 31), "2021-Q1", date(2021, 1, 1), date(2021, 3, 31)),
        (PeriodKind.QUARTER, date(2021, 4, 1), "2021-Q2", date(2021, 4, 1), date(2021, 6, 30)),
        (PeriodKind.HALF_YEAR, date(2021, 7, 1), "2021-H2", date(2021, 7, 1), date(2021, 12, 31)),
        (PeriodKind.YEAR, date(2021, 5, 5), "2021", date(2021, 1, 1), date(2021, 12, 31)),
    ],
)
def test_a_day_lies_in_its_period(kind: PeriodKind, day: date, code: str, first: date, last: date) -> None:
    assert period_of(kind, day) == Period(kind, first, last)
    assert period_of(kind, day).code == code


@given(_KINDS, _DAYS)
def test_periods_meet_and_hold_their_days_alone(kind: PeriodKind, day: date) -> None:
    period = period_of(kind, day)
    assert period.holds(day)
    assert not period.holds(period.last + timedelta(days=1))
    assert not period.holds(period.first - timedelta(days=1))
    assert period_of(kind, period.first) == period_of(kind, period.last) == period
    assert kind.label


@given(_KINDS, _DAYS, st.integers(0, 1500))
def test_no_period_between_two_days_is_left_out_or_comes_twice(kind: PeriodKind, since: date, days: int) -> None:
    until = since + timedelta(days=days)
    found = list(periods(kind, since, until))
    assert all(period.first >= since and period.first <= until for period in found)
    assert all(after.first == before.last + timedelta(days=1) for before, after in pairwise(found))
    beginnings = [since + timedelta(days=n) for n in range(days + 1)]
    wanted = [day for day in beginnings if period_of(kind, day).first == day]
    assert [period.first for period in found] == wanted
