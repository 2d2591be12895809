"""Escalation ladders 催办阶梯 as shares of a term; knows who is told when, not how they are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rules.errors import TimeInvalid

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

_WHOLE_TERM = 100


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: at `share` percent of the term the posts in `roles` are reminded, told of lateness, or must decide.

    `kind` is `remind`, `overdue` or `decide`; a `decide` rung is no message but opens a duty to decide.
    """

    no: int
    share: int
    kind: str
    roles: tuple[str, ...]
    clause_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one ladder in rising order; set by the county, see `county_basis`."""

    name: str
    rungs: tuple[Rung, ...]
    title: str
    in_force_from: date
    in_force_until: date | None
    county_basis: str

    def instants(self, opened_at: DateTime, due_at: DateTime) -> tuple[tuple[Rung, DateTime], ...]:
        """Pair each rung with its instant, in the zone of `due_at`; 100 percent is exactly `due_at`.

        Raises `TimeInvalid` when the term ends before it begins.
        """
        if due_at < opened_at:
            message = "应办期限早于开始时间，无法安排催办。请核对开始时间与期限。"
            raise TimeInvalid(message)
        term_us = (due_at - opened_at).as_timedelta() // timedelta(microseconds=1)
        return tuple((rung, _at_share(due_at, term_us, rung.share)) for rung in self.rungs)


def _at_share(due_at: DateTime, term_us: int, share: int) -> DateTime:
    return due_at.add(microseconds=term_us * (share - _WHOLE_TERM) // _WHOLE_TERM)
