"""Escalation ladders 催办阶梯 as shares of a term; knows who is told when, not how they are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rules.errors import TimeInvalid

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

_WHOLE_TERM = 100


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: at `share` percent of the term the posts in `roles` are reminded, told of lateness, or must decide.

    The role `holder` stands for whoever owes the duty.
    `kind` is `remind`, `overdue` or `decide`; a `decide` rung is no message but opens a duty to decide.
    `answer` is the clause under which whoever is told must acknowledge, None where telling is enough.
    """

    no: int
    share: int
    kind: str
    roles: tuple[str, ...]
    clause_id: str
    label: str
    answer: str | None = None


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
        return sum(rung.share * term <= _WHOLE_TERM * gone for rung in self.rungs)

    def instant(self, rung: Rung, opened_at: DateTime, due_at: DateTime) -> DateTime:
        """Return the instant of one rung, in the zone of `due_at`."""
        return _at_share(due_at, _between(opened_at, due_at), rung.share)

    def instants(self, opened_at: DateTime, due_at: DateTime) -> tuple[tuple[Rung, DateTime], ...]:
        """Pair each rung with its instant, in the zone of `due_at`; 100 percent is exactly `due_at`.

        Raises `TimeInvalid` when the term ends before it begins.
        """
        if due_at < opened_at:
            message = "应办期限早于开始时间，无法安排催办。请核对开始时间与期限。"
            raise TimeInvalid(message)
        term = _between(opened_at, due_at)
        return tuple((rung, _at_share(due_at, term, rung.share)) for rung in self.rungs)


# Both go by the standard library: pendulum's own arithmetic costs twenty times as much, and a rung is computed with
# every act. They agree because Asia/Shanghai has had one offset since 1991.
def _between(begin: DateTime, end: DateTime) -> timedelta:
    return datetime.__sub__(end, begin)


def _at_share(due_at: DateTime, term: timedelta, share: int) -> DateTime:
    return datetime.__add__(due_at, term * (share - _WHOLE_TERM) // _WHOLE_TERM)  # type: ignore[return-value]
