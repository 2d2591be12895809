"""Counting days for the deadline engine: walks a calendar and keeps the reason for every day; knows no clause.

The day of the event is not counted. A pause moves the end by as many days as lie between its two dates.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pendulum import DateTime

_ONE_DAY = timedelta(days=1)
_MONTHS_IN_A_YEAR = 12
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stood still 中止; `ended_at` is None while it still does.

    Clocks in days stand still for the days between the two dates; clocks in minutes to the instant.
    """

    started_at: DateTime
    ended_at: DateTime | None
    reason: str

    def covers(self, day: date) -> bool:
        """Tell whether a clock in days does not count that day; the pausing day has already run, the last is lost."""
        return self.started_at.date() < day and (self.ended_at is None or day <= self.ended_at.date())

    def spans_midnight_after(self, day: date) -> bool:
        """Tell whether the clock stands still as that day ends, so that a term cannot end with it."""
        return self.started_at.date() <= day and (self.ended_at is None or day < self.ended_at.date())


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the derivation: a day, or a run of days beginning `on`, counted or not, and why."""

    on: date | None
    counted: bool
    text: str


@dataclass(frozen=True, slots=True)
class DayCount:
    """Where counting ended: `last_day`, or None while a pause is open; and the steps that led there."""

    last_day: date | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class DayKind:
    """How one walked day is judged: counted or not, and in which words."""

    counted: bool
    why: str


def named(day: date) -> str:
    """Return a day with its weekday, as every derivation prints it: 2021-10-04（周一）."""
    return f"{day.isoformat()}（周{_WEEKDAYS[day.weekday()]}）"


def every_day(_day: date) -> DayKind:
    """Count each calendar day."""
    return DayKind(counted=True, why="自然日")


def walk(start_day: date, amount: int, judge: Callable[[date], DayKind], pauses: Sequence[Pause] = ()) -> DayCount:
    """Walk from the day after `start_day` until `amount` days have counted and the clock runs as the last one ends."""
    runs: list[tuple[DayKind, date, date]] = []
    day, counted = start_day, 0
    while counted < amount or any(pause.spans_midnight_after(day) for pause in pauses):
        day += _ONE_DAY
        pause = next((pause for pause in pauses if pause.covers(day)), None)
        if pause is not None and pause.ended_at is None:
            return DayCount(None, (*_steps(start_day, runs), _standing_still(pause)))
        kind = judge(day) if pause is None else DayKind(counted=False, why=f"中止：{pause.reason}")
        counted += kind.counted
        _lengthen(runs, kind, day)
    return DayCount(day, _steps(start_day, runs))


def _lengthen(runs: list[tuple[DayKind, date, date]], kind: DayKind, day: date) -> None:
    if runs and runs[-1][0] == kind:
        runs[-1] = (kind, runs[-1][1], day)
    else:
        runs.append((kind, day, day))


def _steps(start_day: date, runs: Sequence[tuple[DayKind, date, date]]) -> tuple[Step, ...]:
    first = Step(start_day, counted=False, text=f"{named(start_day)} 为起算当日，不计入")
    return (first, *(Step(begin, kind.counted, _run_text(kind, begin, end)) for kind, begin, end in runs))


def _run_text(kind: DayKind, begin: date, end: date) -> str:
    days = (end - begin).days + 1
    span = named(begin) if days == 1 else f"{named(begin)} 至 {named(end)}"
    return f"{span} 计{days}日（{kind.why}）" if kind.counted else f"{span} 共{days}日不计（{kind.why}）"


def _standing_still(pause: Pause) -> Step:
    day = pause.started_at.date()
    return Step(day, counted=False, text=f"自 {named(day)} 起中止（{pause.reason}），尚未恢复，恢复后重新计算")


def add_months(day: date, months: int) -> date:
    """Return the corresponding day so many months later, or that month's last day where it has none."""
    years, month_index = divmod(day.month - 1 + months, _MONTHS_IN_A_YEAR)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def day_of_next_month(day: date, day_of_month: int) -> date:
    """Return the given day of the following month, or that month's last day where it has none."""
    following = add_months(day, 1)
    return following.replace(day=min(day_of_month, calendar.monthrange(following.year, following.month)[1]))
