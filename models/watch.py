"""Who is on duty 在班: the shifts of all rosters and who is away, as rows beside the chains that say so.

The rows are what the acts of the roster cases add up to, written in the act's own transaction. They are read for a
window around an instant, so that years of rosters cost nobody anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Index, and_, bindparam, or_, select
from sqlmodel import Field, SQLModel

from models.base import instant as instant_column
from models.base import named, owner
from models.clock import instant, micros
from models.statements import Statement, table
from rules.watch import Absence, Absences, Shift, Watch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from models.store import Reading, Row


class ShiftRow(SQLModel, table=True):
    """One shift of a roster as it stands; `keepers` is a list in JSON."""

    __tablename__ = named("watch_shifts")
    __table_args__ = (Index("ix_watch_shifts_ends_at", "ends_at"),)

    case_id: int = owner("cases.id", part_of_key=True)
    code: str = Field(primary_key=True)
    organisation_id: str
    starts_at: int = instant_column()
    ends_at: int = instant_column()
    leader: str
    keepers: str
    by_head: bool


class AbsenceRow(SQLModel, table=True):
    """One absence as it stands; `seq` is the act that recorded it."""

    __tablename__ = named("watch_absences")
    __table_args__ = (Index("ix_watch_absences_ends_at", "ends_at"),)

    case_id: int = owner("cases.id", part_of_key=True)
    seq: int = Field(primary_key=True)
    person_id: str
    starts_at: int = instant_column()
    ends_at: int = instant_column()
    substitute_id: str | None = None


_shifts, _absences = table(ShiftRow), table(AbsenceRow)
_SHIFTS = Statement(
    select(
        _shifts.c.organisation_id, _shifts.c.code, _shifts.c.starts_at, _shifts.c.ends_at, _shifts.c.leader,
        _shifts.c.keepers, _shifts.c.by_head,
    )
    .where(_shifts.c.ends_at > bindparam("since"), _shifts.c.starts_at < bindparam("until"))
    .order_by(_shifts.c.starts_at, _shifts.c.case_id)
)  # fmt: skip
# Put in order by whoever reads: an order by the key would have SQLite read all absences there ever were.
_AWAY = Statement(
    select(
        _absences.c.case_id, _absences.c.seq,
        _absences.c.person_id, _absences.c.starts_at, _absences.c.ends_at, _absences.c.substitute_id, _absences.c.seq,
    ).where(_absences.c.ends_at > bindparam("since"), _absences.c.starts_at < bindparam("until"))
)  # fmt: skip
_OF_CASE = Statement(
    select(_shifts.c.code, _shifts.c.starts_at, _shifts.c.ends_at, _shifts.c.leader, _shifts.c.keepers,
           _shifts.c.by_head).where(_shifts.c.case_id == bindparam("case_id"))
)  # fmt: skip
_AWAY_OF_CASE = Statement(
    select(
        _absences.c.person_id, _absences.c.starts_at, _absences.c.ends_at, _absences.c.substitute_id, _absences.c.seq
    ).where(_absences.c.case_id == bindparam("case_id"))
)
_CASES_OF = Statement(
    select(_shifts.c.case_id)
    .where(
        _shifts.c.organisation_id == bindparam("organisation"),
        or_(
            and_(_shifts.c.starts_at <= bindparam("at"), _shifts.c.ends_at > bindparam("at")),
            _shifts.c.starts_at > bindparam("at"),
        ),
    )
    .order_by(_shifts.c.starts_at)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The watches of all organisations and the absences of all people within a window, by organisation's id."""

    watches: Mapping[str, Watch] = field(default_factory=dict[str, Watch])
    away: Absences = field(default_factory=Absences)


def standing(reading: Reading, since: DateTime, until: DateTime) -> Standing:
    """Return what stands between two instants: shifts and absences that touch the window."""
    window = {"since": micros(since), "until": micros(until)}
    by_organisation: dict[str, list[Shift]] = {}
    for organisation_id, *row in reading.all(_SHIFTS, **window):
        by_organisation.setdefault(organisation_id, []).append(_shift(tuple(row)))
    absences = [_absence(row[2:]) for row in sorted(reading.all(_AWAY, **window))]
    return Standing({key: Watch(shifts) for key, shifts in by_organisation.items()}, Absences(absences))


def stored(reading: Reading, case_id: int) -> tuple[frozenset[Shift], frozenset[Absence]]:
    """Return the rows of one roster, as whoever checks them against its acts needs them."""
    shifts = frozenset(_shift(row) for row in reading.all(_OF_CASE, case_id=case_id))
    return shifts, frozenset(_absence(row) for row in reading.all(_AWAY_OF_CASE, case_id=case_id))


def case_on_duty(reading: Reading, organisation_id: str, at: DateTime) -> int | None:
    """Return the roster case whose shift is on at an instant, or the next one to come; None when there is none."""
    row = reading.one(_CASES_OF, organisation=organisation_id, at=micros(at))
    return row[0] if row else None


def _shift(row: Row) -> Shift:
    code, starts_at, ends_at, leader, keepers, by_head = row
    return Shift(code, instant(starts_at), instant(ends_at), leader, tuple(json.loads(keepers)), bool(by_head))


def _absence(row: Row) -> Absence:
    person, starts_at, ends_at, substitute, seq = row
    return Absence(person, instant(starts_at), instant(ends_at), substitute, seq)
