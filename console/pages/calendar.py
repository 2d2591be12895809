"""The calendar 月历: a month of due days, drills and what was done, on working days as the State Council set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from console.subjects import duty_by_key
from models.month import done_by_day, done_on, drills_between, due_by_day, due_on
from rules.deadlines import SHANGHAI

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from models.month import Dated, Drilled

PATH = "/calendar"
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_WEEK = 7
_ON_A_DAY = 200


@dataclass(frozen=True, slots=True)
class Day:
    """One day: whether offices work, for which holiday not, whether that is known, and what falls on it.

    `is_outside`: it fills the first or last week and belongs to the month beside this one.
    """

    date: date
    is_workday: bool
    holiday: str
    is_provisional: bool
    is_today: bool
    is_outside: bool
    due: int
    done: int
    drills: tuple[Drilled, ...]

    @property
    def has_anything(self) -> bool:
        """Tell whether anything falls on the day."""
        return bool(self.due or self.done or self.drills)


def show(visit: Visit) -> Response:
    """Show a month within the scope, and everything that falls on one day of it."""
    today = visit.now.in_timezone(SHANGHAI).date()
    chosen = _day(visit.asked("day"))
    first = (_day(f"{visit.asked('month')}-01") or chosen or today).replace(day=1)
    chosen = chosen or (today if (today.year, today.month) == (first.year, first.month) else first)
    after = (first + timedelta(days=31)).replace(day=1)
    with visit.desk.store.read() as reading:
        weeks = _weeks(visit, first, after, today)
        due = due_on(reading, visit.actor, chosen, most=_ON_A_DAY)
        done = done_on(reading, visit.actor, chosen, most=_ON_A_DAY)
    return visit.page(
        "calendar.html",
        weeks=weeks,
        first=first,
        chosen=chosen,
        before=(first - timedelta(days=1)).replace(day=1),
        after=after,
        today=today,
        due=_worded(visit, due),
        done=_worded(visit, done),
        drills=next((day.drills for week in weeks for day in week if day.date == chosen), ()),
        on_a_day=_ON_A_DAY,
        is_published=visit.desk.rulebook.workdays.is_published(first.year),
    )


def _weeks(visit: Visit, first: date, after: date, today: date) -> list[list[Day]]:
    """Return the weeks of a month, each from Monday to Sunday."""
    begin = first - timedelta(days=first.weekday())
    end = after + timedelta(days=-after.weekday() % _WEEK) - timedelta(days=1)
    with visit.desk.store.read() as reading:
        due = due_by_day(reading, visit.actor, begin, end)
        done = done_by_day(reading, visit.actor, begin, end)
        drills = drills_between(reading, visit.actor.scope, begin, end)
    workdays = visit.desk.rulebook.workdays
    days = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    found = [
        Day(
            date=day,
            is_workday=workdays.is_workday(day),
            holiday=workdays.holiday(day) or "",
            is_provisional=not workdays.is_published(day.year),
            is_today=day == today,
            is_outside=day.month != first.month,
            due=due.get(day.isoformat(), 0),
            done=done.get(day.isoformat(), 0),
            drills=tuple(drill for drill in drills if drill.day == day.isoformat()),
        )
        for day in days
    ]
    return [found[number : number + _WEEK] for number in range(0, len(found), _WEEK)]


def _worded(visit: Visit, found: list[Dated]) -> list[tuple[Dated, str]]:
    say = visit.language.say
    return [(one, duty_by_key(visit, one.process, one.key) or say(one.process.label_of(one.act))) for one in found]


def _day(written: str) -> date | None:
    """Return a day of the address, None for nonsense."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None
