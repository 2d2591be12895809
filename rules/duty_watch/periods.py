"""Special periods 重要时段: on which days the watch is staffed more strictly, and why; law and county set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from rules.rulebook import Rulebook
    from rules.watch import Shift

_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Why a day is special, and under which clause; `by_head`: the head or the office's head must lead the watch."""

    label: str
    clause_id: str
    by_head: bool


def special(day: date, rulebook: Rulebook) -> Period | None:
    """Return the special period that a Shanghai day lies in, a holiday before the fire season; None on other days.

    Law: duty-holiday 节假日带班; duty-fire-season 防火期.
    """
    holiday = rulebook.workdays.holiday(day)
    if holiday is not None:
        return Period(f"{holiday}假期", "duty-holiday", by_head=True)
    if _in_fire_season(day, rulebook):
        return Period("防火期", "duty-fire-season", by_head=False)
    return None


def special_shift(shift: Shift, rulebook: Rulebook) -> Period | None:
    """Return the special period that any hour of a shift lies in, the stricter one where there are two."""
    days = (shift.starts_at.date(), (shift.ends_at - _A_MOMENT).date())
    found = [period for day in dict.fromkeys(days) if (period := special(day, rulebook)) is not None]
    return max(found, key=lambda period: period.by_head, default=None)


def _in_fire_season(day: date, rulebook: Rulebook) -> bool:
    """The season's first and last day are written as month and day, 1001 for 1 October; it may span New Year."""
    first, last = (rulebook.number(key, day) for key in ("fire_season_first", "fire_season_last"))
    today = int(f"{day:%m%d}")
    if first <= last:
        return first <= today <= last
    return today >= first or today <= last
