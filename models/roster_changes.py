"""Roster changes 名册变动: whom a change of posts, absences, shifts or contacts concerns, until it is seen to.

A change is written with what it changes, by person; what begins or ends by the clock (absences, delegations, shifts) is
found by its instants. So hand-over asks only about those for whom something has changed since it last looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_into
from sqlmodel import Field, SQLModel

from models.base import fresh_id, instant, named
from models.clock import micros
from models.organisation import Delegation
from models.roster import next_version
from models.statements import Statement, parameter, table
from models.watch import AbsenceRow, ShiftRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendulum import DateTime

    from models.store import Reading, Writing

#: The subject of a change that concerns no person but who is on watch.
WATCH = "watch"


class RosterChange(SQLModel, table=True):
    """That something has changed for a person (or the watch); `seen_at` is when hand-over first looked, None before."""

    __tablename__ = named("roster_changes")

    subject: str = Field(primary_key=True)
    version: str
    seen_at: int | None = instant(optional=True)


_changes, _absences, _shifts, _delegations = (
    table(model) for model in (RosterChange, AbsenceRow, ShiftRow, Delegation)
)
_new = upsert_into(_changes).values(subject=bindparam("subject"), version=bindparam("version"), seen_at=None)
_NOTE = Statement(
    _new.on_conflict_do_update(index_elements=["subject"], set_={"version": _new.excluded.version, "seen_at": None})
)
_NOTED = Statement(select(_changes.c.subject, _changes.c.version, _changes.c.seen_at))
_this = (_changes.c.subject == bindparam("of_subject"), _changes.c.version == bindparam("of_version"))
_SEE = Statement(update(_changes).where(*_this).values(seen_at=parameter("at")))
_FORGET = Statement(delete(_changes).where(*_this))
_BY_THE_CLOCK = (
    Statement(
        select(_absences.c.person_id, _absences.c.starts_at, _absences.c.ends_at).where(
            _absences.c.ends_at > bindparam("since"), _absences.c.starts_at <= bindparam("until")
        )
    ),
    Statement(
        select(_delegations.c.from_person_id, _delegations.c.began_at, _delegations.c.ended_at).where(
            _delegations.c.ended_at > bindparam("since"), _delegations.c.began_at <= bindparam("until")
        )
    ),
)
_SHIFTS = Statement(
    select(_shifts.c.starts_at, _shifts.c.ends_at).where(
        _shifts.c.ends_at > bindparam("since"), _shifts.c.starts_at <= bindparam("until")
    )
)


@dataclass(frozen=True, slots=True)
class Noted:
    """A change as it was written down."""

    subject: str
    version: str
    seen_at: int | None


def touch(writing: Writing, *subjects: str) -> None:
    """Make every process read the roster again, because something has changed for these persons, or `WATCH`."""
    version = fresh_id()
    next_version(writing, version)
    for subject in sorted(subjects):
        writing.run(_NOTE, subject=subject, version=version)


def noted(reading: Reading) -> list[Noted]:
    """Return the changes that hand-over has not done with."""
    return [Noted(*row) for row in reading.all(_NOTED)]


def instants(reading: Reading, since: DateTime, until: DateTime) -> Iterator[tuple[str, int]]:
    """Yield subject and microseconds of whatever begins or ends by the clock after one instant, until another."""
    window = {"since": micros(since), "until": micros(until)}
    rows = [row for statement in _BY_THE_CLOCK for row in reading.all(statement, **window)]
    rows += [(WATCH, *row) for row in reading.all(_SHIFTS, **window)]
    for subject, *edges in rows:
        yield from ((subject, edge) for edge in edges if window["since"] < edge <= window["until"])


def see(writing: Writing, change: Noted, at: int) -> None:
    """Write down when a change was first seen to, unless it has changed again."""
    writing.run(_SEE, of_subject=change.subject, of_version=change.version, at=at)


def forget(writing: Writing, change: Noted) -> None:
    """Be done with a change, unless it has changed again."""
    writing.run(_FORGET, of_subject=change.subject, of_version=change.version)
