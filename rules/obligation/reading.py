"""Days and periods as acts of a quota name them 周期的写法; knows no facts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pendulum

from rules.deadlines import SHANGHAI
from rules.quotas import Counts

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

    from rules.act import Act
    from rules.periods import Period
    from rules.quotas import Quota
    from rules.rulebook import Rulebook


def midnight(day: date) -> DateTime:
    """Return the instant at which a Shanghai day begins."""
    return pendulum.datetime(day.year, day.month, day.day, tz=SHANGHAI)


def opened_line(act: Act, rulebook: Rulebook) -> Quota:
    """Return the line that an opening act names. Raises `ClauseUnknown` for a quota that there was not that day."""
    return rulebook.quota(act.word("quota"), _first(act))


def opened_period(act: Act, rulebook: Rulebook) -> Period:
    """Return the term that an opening act names. Raises `ClauseUnknown` for a quota that there was not that day."""
    return opened_line(act, rulebook).term(_first(act))


def days_of(act: Act, line: Quota, rulebook: Rulebook) -> int:
    """Return how much an entry counts under a line: its days, calendar or working, where those count, else one."""
    first, last = act.day("day"), act.day("last")
    if first is None or last is None or line.counts not in {Counts.DAYS, Counts.WORKDAYS}:
        return 1
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return sum(line.counts is Counts.DAYS or rulebook.workdays.is_workday(day) for day in days)


def _first(act: Act) -> date:
    first = act.day("first")
    assert first is not None, "the form requires the day"
    return first
