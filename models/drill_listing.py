"""The year's drills as lists show them 演练清单: within a scope, and counted by command, sector and township.

A count names what stands behind it: the numbers of the drills that were held, the lines that were not. Nothing is
ranked: who holds more drills is no better for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, literal, or_, select, union_all

from models.case import Case
from models.drill_lines import DrillLineRow, DrillYearRow
from models.organisation import Organisation
from models.policy import OVER_DRILLS, Scoped
from models.statements import Statement, one_of, table
from rules.drill_year.facts import STATES, State
from rules.drill_year.lines import CLAUSES
from rules.drill_year.subjects import SubjectKind

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.elements import ClauseElement

    from models.store import Reading, Row
    from rules.actor import Scope

_lines, _years, _cases, _towns = (table(model) for model in (DrillLineRow, DrillYearRow, Case, Organisation))
_YEARS = Statement(
    select(_years.c.year, _cases.c.number, _years.c.approved)
    .select_from(_years.join(_cases, _cases.c.id == _years.c.case_id))
    .where(_years.c.county_id == bindparam("county"))
    .order_by(_years.c.year.desc())
)
_LINES = Scoped(
    lambda condition: (
        select(
            _lines.c.no, _lines.c.subject, _lines.c.subject_kind, _lines.c.clause_id, _lines.c.first, _lines.c.last,
            _lines.c.day, _lines.c.hall, _lines.c.state, _lines.c.number, _lines.c.held_on, _lines.c.into_no,
        )
        .where(condition, _lines.c.county_id == bindparam("county"), _lines.c.year == bindparam("in_year"))
        .order_by(_lines.c.day, _lines.c.no)
    ),
    over=OVER_DRILLS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedYear:
    """A year for which there is a plan, and the number of its case."""

    year: int
    number: str
    approved: bool


@dataclass(frozen=True, slots=True)
class PlannedDrill:
    """A line of the plan as lists show it; days are Shanghai days in ISO 8601."""

    no: str
    subject: str
    subject_kind: str
    clause_id: str
    first: str
    last: str
    day: str
    hall: str
    state: str
    number: str
    held_on: str | None
    into_no: str

    @property
    def what(self) -> str:
        """Return which drill is asked for, in words."""
        return CLAUSES[self.clause_id]

    @property
    def state_label(self) -> str:
        """Return how it stands, in words."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Count:
    """How one command, sector or township stands on a day; `owed` is the denominator of the whole year.

    `due` are those whose last day is over or that were held, `late` those of `done` that were held too late. Lines that
    were released are owed no more and counted as `released` alone. `drills` are the cases behind `done`, `missing` the
    lines behind `missed`.
    """

    dimension: str
    key: str
    owed: int
    due: int
    done: int
    late: int
    missed: int
    merged: int
    released: int
    drills: tuple[str, ...]
    missing: tuple[str, ...]


def planned_years(reading: Reading, county_id: str) -> list[PlannedYear]:
    """Return the years for which there is a plan, the latest first."""
    return [
        PlannedYear(year, number, bool(approved)) for year, number, approved in reading.all(_YEARS, county=county_id)
    ]


def planned_drills(reading: Reading, scope: Scope, county_id: str, year: int) -> list[PlannedDrill]:
    """Return the lines of a year's plan within a scope, by the day that is planned."""
    return [PlannedDrill(*row) for row in _LINES.all(reading, scope, county=county_id, in_year=year)]


# --- counted -------------------------------------------------------------------------------------

_is_held = one_of(_lines.c.state, State.DONE.value, State.LATE.value)
_is_released = _lines.c.state == State.RELEASED.value
_is_due = or_(_is_held, _lines.c.last < bindparam("on_day"))


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _by(dimension: str, key: Any, condition: ColumnElement[bool], those: Any) -> Any:
    """Count the lines of a year by one key; what is released is left out of all but its own count."""
    return (
        select(
            literal(dimension).label("dimension"),
            key.label("counted"),
            _sum(~_is_released).label("owed"),
            _sum(_is_due & ~_is_released).label("due"),
            _sum(_is_held).label("done"),
            _sum(_lines.c.state == State.LATE.value).label("late"),
            _sum(_lines.c.state == State.MISSED.value).label("missed"),
            _sum(_lines.c.into_no != "").label("merged"),
            _sum(_is_released).label("released"),
            func.aggregate_strings(case((_is_held, _lines.c.number)), " ").label("drills"),
            func.aggregate_strings(case((_lines.c.state == State.MISSED.value, _lines.c.no)), " ").label("missing"),
        )
        .where(condition, those, _lines.c.county_id == bindparam("county"), _lines.c.year == bindparam("in_year"))
        .group_by(key)
    )


def _counted(condition: ColumnElement[bool]) -> ClauseElement:
    """Count done and due by command, by sector and by township, in one query over the rows of the plan.

    A command counts its own drills; a sector those of its units; a township its own, those of its villages and those of
    the units in it.
    """
    counts = union_all(
        _by("command", _lines.c.subject, condition, _lines.c.subject_kind == SubjectKind.COMMAND.value),
        _by("sector", _lines.c.sector, condition, _lines.c.subject_kind == SubjectKind.UNIT.value),
        _by("township", _lines.c.town_id, condition, _lines.c.town_id != ""),
    ).subquery()
    return (
        select(counts.c.dimension, func.coalesce(_towns.c.name, counts.c.counted), *list(counts.c)[2:])
        .select_from(counts.outerjoin(_towns, _towns.c.id == counts.c.counted))
        .order_by(counts.c.dimension, func.coalesce(_towns.c.name, counts.c.counted))
    )


_COUNTED = Scoped(_counted, over=OVER_DRILLS)


def counted(reading: Reading, scope: Scope, county_id: str, year: int, on: date) -> list[Count]:
    """Return how commands, sectors and townships within a scope stand on a Shanghai day; by name, without a ranking."""
    rows = _COUNTED.all(reading, scope, county=county_id, in_year=year, on_day=on.isoformat())
    return [_count(row) for row in rows]


def _count(row: Row) -> Count:
    *counts, drills, missing = row
    return Count(*counts, drills=_numbers(drills), missing=_numbers(missing))


def _numbers(written: str | None) -> tuple[str, ...]:
    return tuple(sorted(set((written or "").split()), key=lambda no: (len(no), no)))
