"""Escalation ladders 催办阶梯 as shares of a term, or days of its last month; knows who is told when, not how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rules.errors import TimeInvalid

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

_WHOLE_TERM = 100
LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: at `share` percent of the term the posts in `roles` are reminded, told of lateness, or must decide.

    The role `holder` stands for whoever owes the duty.
    `kind` is `remind`, `overdue` or `decide`; a `decide` rung is no message but opens a duty to decide.
    `answer` is the clause under which whoever is told must acknowledge, None where telling is enough.
    `day`: the rung stands at 00:00 of that day of the month in which the term ends, of its last day in shorter months;
    its share is then nought.
    """

    no: int
    share: int
    kind: str
    roles: tuple[str, ...]
    clause_id: str
    label: str
    answer: str | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one ladder in rising order; set by the county, see `county_basis`."""

    name: str
    rungs: tuple[Rung, ...]
    title: str
    in_force_from: date
    in_force_until: date | None
    county_basis: str

    def reached(self, opened_at: DateTime, due_at: DateTime, at: DateTime) -> int:
        """Return how many rungs have their instant at or before `at`."""
        term, gone = _between(opened_at, due_at), _between(opened_at, at)
        return sum(
            rung.share * term <= _WHOLE_TERM * gone if rung.day is None else self.instant(rung, opened_at, due_at) <= at
            for rung in self.rungs
        )

    def instant(self, rung: Rung, opened_at: DateTime, due_at: DateTime) -> DateTime:
        """Return the instant of one rung, in the zone of `due_at`."""
        if rung.day is None:
            return _at_share(due_at, _between(opened_at, due_at), rung.share)
        return max(opened_at, _on_day(due_at, rung.day))

    def instants(self, opened_at: DateTime, due_at: DateTime) -> tuple[tuple[Rung, DateTime], ...]:
        """Pair each rung with its instant, in the zone of `due_at`; 100 percent is exactly `due_at`.

        Raises `TimeInvalid` when the term ends before it begins.
        """
        if due_at < opened_at:
            message = "应办期限早于开始时间，无法安排催办。请核对开始时间与期限。"
            raise TimeInvalid(message)
        return tuple((rung, self.instant(rung, opened_at, due_at)) for rung in self.rungs)


# Both go by the standard library: pendulum's own arithmetic costs twenty times as much, and a rung is computed with
# every act. They agree because Asia/Shanghai has had one offset since 1991.
def _between(begin: DateTime, end: DateTime) -> timedelta:
    return datetime.__sub__(end, begin)


def _at_share(due_at: DateTime, term: timedelta, share: int) -> DateTime:
    return datetime.__add__(due_at, term * (share - _WHOLE_TERM) // _WHOLE_TERM)  # type: ignore[return-value]


def _on_day(due_at: DateTime, day: int) -> DateTime:
    last = due_at.subtract(microseconds=1)
    return last.replace(day=min(day, last.days_in_month), hour=0, minute=0, second=0, microsecond=0)
