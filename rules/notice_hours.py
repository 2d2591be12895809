"""Hours and lanes 通知时段与缓急: when a county's notices go out, as its own rules set it; pure, time is an argument.

急 goes at once, at any hour. 要 waits for the next set hour, 常 for the day's digest; neither goes out in quiet hours.
Which is which follows from what a notice is about, unless the county names it: whatever stands under a clock of minutes
is 急, what asks somebody for something is 要, what only informs is 常. All of it is policy of the county, not law.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import pendulum

from rules.deadlines import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendulum import DateTime

    from rules.strict_toml import Table

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class Lane(StrEnum):
    """How pressing a notice is."""

    URGENT = "urgent"
    TIMELY = "timely"
    ROUTINE = "routine"

    @property
    def label(self) -> str:
        """Return the word that people use."""
        return _LABELS[self]


_LABELS = {Lane.URGENT: "急", Lane.TIMELY: "要", Lane.ROUTINE: "常"}


@dataclass(frozen=True, slots=True)
class NoticeHours:
    """The county's `[notices]`; times of day in Asia/Shanghai.

    `timely_at`: when 要 goes out. `digest_at`: when 常 goes out together. Quiet begins with `quiet_from` and ends with
    `quiet_until`, most often on the next day; where both are the same there is none. `most_a_day`: how many messages
    that are no emergency one person may get on a Shanghai day. `urgent` and `routine`: notices that the county puts
    into those lanes by name. `basis` is where the county says so.
    """

    timely_at: tuple[time, ...]
    digest_at: time
    quiet_from: time
    quiet_until: time
    most_a_day: int
    urgent: frozenset[str] = frozenset()
    routine: frozenset[str] = frozenset()
    basis: str = ""

    def is_quiet(self, now: DateTime) -> bool:
        """Tell whether only an emergency may go out at that instant."""
        return self.is_quiet_at(now.astimezone(SHANGHAI).time())

    def is_quiet_at(self, at: time) -> bool:
        """Tell the same of a time of day."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def lane(self, name: str, *, by_the_minute: bool, asks: bool) -> Lane:
        """Return the lane of a notice. `by_the_minute`: it, or what it asks for, stands under a clock of minutes."""
        if name in self.urgent:
            return Lane.URGENT
        if name in self.routine:
            return Lane.ROUTINE
        if by_the_minute:
            return Lane.URGENT
        return Lane.TIMELY if asks else Lane.ROUTINE

    def when(self, lane: Lane, now: DateTime, *, due_at: DateTime | None = None) -> DateTime:
        """Return the first instant, now or later, at which a notice of that lane may go out, in Asia/Shanghai.

        What asks for something that will fall due at `due_at`, before its lane's next hour, goes out at once but for
        quiet hours: told afterwards it would be of no use. What is overdue by then waits for the hour.
        """
        local = now.astimezone(SHANGHAI)
        if lane is Lane.URGENT:
            return local
        at = _next(local, self.timely_at if lane is Lane.TIMELY else (self.digest_at,))
        early = self.after_quiet(local)
        return early if due_at is not None and early < due_at <= at else at

    def after_quiet(self, now: DateTime) -> DateTime:
        """Return now, or the end of the quiet hours that now lies in, in Asia/Shanghai."""
        local = now.astimezone(SHANGHAI)
        return _next(local, (self.quiet_until,)) if self.is_quiet(local) else local

    def on_another_day(self, lane: Lane, now: DateTime) -> DateTime:
        """Return the first instant of the lane on the next Shanghai day: today's messages are used up."""
        tomorrow = now.astimezone(SHANGHAI).add(days=1).replace(hour=0, minute=0, second=0, microsecond=0)
        return self.when(lane, tomorrow)


def read_notice_hours(table: Table, basis: str) -> NoticeHours:
    """Read the section of a county's file. Raises `RulebookError` naming what cannot be meant."""
    timely = tuple(_time(table, "timely_at", text) for text in table.texts("timely_at"))
    hours = NoticeHours(
        timely_at=timely,
        digest_at=_time(table, "digest_at", table.text("digest_at")),
        quiet_from=_time(table, "quiet_from", table.text("quiet_from")),
        quiet_until=_time(table, "quiet_until", table.text("quiet_until")),
        most_a_day=table.whole("most_a_day"),
        urgent=frozenset(table.texts("urgent")),
        routine=frozenset(table.texts("routine")),
        basis=table.text_or_none("basis") or basis,
    )
    if not timely or timely != tuple(sorted(set(timely))):
        raise table.wrong("的 timely_at 应至少有一个时刻，按先后排列且不重复")
    if any(hours.is_quiet_at(at) for at in (*timely, hours.digest_at)):
        raise table.wrong("的 timely_at、digest_at 不能在免打扰时段内")
    if len({*timely, hours.digest_at}) > hours.most_a_day:
        raise table.wrong("的 most_a_day 少于每日发送次数")
    both = hours.urgent & hours.routine
    if both:
        raise table.wrong(f"的 {'、'.join(sorted(both))} 不能既是 urgent 又是 routine")
    return hours


def _time(table: Table, key: str, text: str) -> time:
    found = _TIME.fullmatch(text)
    if found is None:
        raise table.wrong(f"的 {key} 应为时刻，如 08:30")
    return time(int(found[1]), int(found[2]))


def _next(local: DateTime, times: Sequence[time]) -> DateTime:
    """Return the first of the times, which stand in order, that is now or later: today's or tomorrow's."""
    clock, day = local.time(), local.toordinal()
    today = next((at for at in times if at >= clock), None)
    return _instant(day + 1, times[0]) if today is None else _instant(day, today)


@cache
def _instant(day: int, at: time) -> DateTime:
    on = date.fromordinal(day)
    return pendulum.datetime(on.year, on.month, on.day, at.hour, at.minute, tz=SHANGHAI)
