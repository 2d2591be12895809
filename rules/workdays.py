"""Working days 工作日 as the State Council's yearly notice sets them (放假、调休); knows no deadline.

A year without a published notice is computed as weekends only, and says so through `is_published`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rules.errors import RulebookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_LONGEST_BREAK_DAYS = 60


@dataclass(frozen=True, slots=True)
class YearNotice:
    """One year's notice: days off by name, and the weekend days that are worked in exchange."""

    year: int
    published: bool
    title: str
    number: str
    source: str
    days_off: Mapping[date, str]
    days_worked: Mapping[date, str]


class Workdays:
    """The working days of all published years; immutable after construction."""

    __slots__ = ("_days_off", "_days_worked", "_published", "notices")

    def __init__(self, notices: Iterable[YearNotice]) -> None:
        self.notices = tuple(sorted(notices, key=lambda notice: notice.year))
        self._published = frozenset(notice.year for notice in self.notices if notice.published)
        self._days_off = {day: name for notice in self.notices for day, name in notice.days_off.items()}
        self._days_worked = {day: name for notice in self.notices for day, name in notice.days_worked.items()}

    def is_published(self, year: int) -> bool:
        """Tell whether the State Council's notice for that year has been loaded."""
        return year in self._published

    def is_workday(self, day: date) -> bool:
        """Tell whether offices work that day; in an unpublished year, whether it is no weekend."""
        if day in self._days_off:
            return False
        return day in self._days_worked or day.weekday() < _SATURDAY

    def holiday(self, day: date) -> str | None:
        """Return the holiday that a day off belongs to, None on working days and plain weekends."""
        return self._days_off.get(day)

    def why(self, day: date) -> str:
        """Return the reason in words: 春节放假, 春节调休上班, 周末, 工作日; an unpublished year says so."""
        if day in self._days_off:
            return f"{self._days_off[day]}放假"
        if day in self._days_worked:
            return f"{self._days_worked[day]}调休上班"
        plain = "周末" if day.weekday() >= _SATURDAY else "工作日"
        return plain if self.is_published(day.year) else f"{plain}（{day.year}年放假安排未公布，暂按周末推算）"

    def roll(self, day: date) -> date:
        """Return the day itself when it is worked, else the first working day after it."""
        return day if self.is_workday(day) else self.next_workday(day)

    def next_workday(self, day: date) -> date:
        """Return the first working day strictly after the day."""
        return self._step(day, _ONE_DAY)

    def add_workdays(self, day: date, count: int) -> date:
        """Return the count-th working day after the day (before it when negative); the day itself is not counted."""
        direction = _ONE_DAY if count >= 0 else -_ONE_DAY
        for _ in range(abs(count)):
            day = self._step(day, direction)
        return day

    def _step(self, day: date, direction: timedelta) -> date:
        for _ in range(_LONGEST_BREAK_DAYS):
            day += direction
            if self.is_workday(day):
                return day
        message = f"{day:%Y}年放假安排有误：连续{_LONGEST_BREAK_DAYS}天没有工作日。请核对 rules/workdays 中的文件。"
        raise RulebookError(message)
