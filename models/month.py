"""The month 月历 in figures: what falls due and what was done on each Shanghai day, and the drills that are planned.

A term that ends at midnight belongs to the day before it. What is somebody's own is counted for them, and for others
once it is breached. Counting is by the day in the database; the things themselves are read for one day alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pendulum
from sqlalchemy import and_, bindparam, func, or_, select

from models.act import Words
from models.case import Case
from models.clock import instant, micros
from models.drill_lines import DrillLineRow
from models.drill_rows import DrillRow
from models.duty import DutyRow
from models.listing import described
from models.organisation import Organisation, Unit
from models.policy import OVER_DRILLS, Scoped
from models.statements import one_of, parameter, table
from models.supervision import due_between, hidden_from, is_none_of
from rules.actor import OWN, Role
from rules.agenda import ACKNOWLEDGE
from rules.deadlines import SHANGHAI
from rules.processes import process_of

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime
    from sqlalchemy import ColumnElement

    from models.store import Reading
    from rules.actor import Actor, Scope
    from rules.process import Process

_cases, _duties, _units, _bodies = (table(model) for model in (Case, DutyRow, Unit, Organisation))
_drills, _lines, _words = (table(model) for model in (DrillRow, DrillLineRow, Words))
_DAY = 86_400_000_000
# Shanghai has been eight hours ahead of UTC, without summer time, for as long as there are cases.
_AHEAD = 8 * 3_600_000_000
_since, _until = parameter("since"), parameter("until")
_DONE = one_of(_duties.c.status, "done", "late_done")
_named = (
    _duties.join(_cases, _cases.c.id == _duties.c.case_id)
    .outerjoin(_units, _units.c.id == _cases.c.unit_id)
    .outerjoin(_bodies, _bodies.c.id == _cases.c.department_id)
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A duty on a day: when it falls due or was done, and whether late; `key` names it within its case."""

    number: str
    unit: str
    act: str
    key: str
    holder: Role
    at: DateTime
    is_late: bool

    @property
    def process(self) -> Process:
        """Return the process of its case."""
        return process_of(self.number)


@dataclass(frozen=True, slots=True)
class Drilled:
    """A drill on a day, planned or held; `number` is its case, or that of the year's plan where it has none yet."""

    day: str
    title: str
    number: str


def due_by_day(reading: Reading, actor: Actor, first: date, last: date) -> dict[str, int]:
    """Return how many open duties fall due on each day of a span, both days included, by the day in ISO 8601."""
    rows = _queries(hidden_from(actor.role)).due_by_day.all(reading, actor.scope, **_span(actor, first, last))
    return {_day(number): int(count) for number, count in rows}


def done_by_day(reading: Reading, actor: Actor, first: date, last: date) -> dict[str, int]:
    """Return how many duties were done on each day of a span."""
    rows = _queries(hidden_from(actor.role)).done_by_day.all(reading, actor.scope, **_span(actor, first, last))
    return {_day(number): int(count) for number, count in rows}


def due_on(reading: Reading, actor: Actor, day: date, *, most: int) -> list[Dated]:
    """Return the open duties that fall due on a day, the first first."""
    rows = _queries(hidden_from(actor.role)).due.all(reading, actor.scope, **_span(actor, day, day), most=most)
    return [_dated(*row) for row in rows]


def done_on(reading: Reading, actor: Actor, day: date, *, most: int) -> list[Dated]:
    """Return the duties that were done on a day, the first first."""
    rows = _queries(hidden_from(actor.role)).done.all(reading, actor.scope, **_span(actor, day, day), most=most)
    return [_dated(*row) for row in rows]


def drills_between(reading: Reading, scope: Scope, first: date, last: date) -> list[Drilled]:
    """Return the drills of a span within a scope: those with a scheme of their own, and lines of the year's plan."""
    bounds = {"since": micros(_midnight(first)), "until": micros(_midnight(last).add(days=1))}
    schemes = [
        Drilled(instant(starts_at).in_timezone(SHANGHAI).to_date_string(), described(texts, number), number)
        for number, texts, starts_at in _SCHEMES.all(reading, scope, **bounds)
    ]
    days = {"first": first.isoformat(), "last": last.isoformat()}
    lines = [Drilled(day, name, number) for day, name, number in _PLANNED.all(reading, scope, **days)]
    return sorted([*schemes, *lines], key=lambda one: (one.day, one.number))


@dataclass(frozen=True, slots=True)
class _Queries:
    due_by_day: Scoped
    done_by_day: Scoped
    due: Scoped
    done: Scoped


def _seen(hidden: frozenset[tuple[str, str]]) -> ColumnElement[bool]:
    is_mine = _cases.c.path == "/" + _cases.c.county_id + f"/{OWN}" + parameter("me") + "/"
    return and_(
        _duties.c.act != ACKNOWLEDGE,
        or_(_duties.c.holder != Role.OWNER.value, _duties.c.breached.is_(True), is_mine),
        *is_none_of(hidden),
    )


@lru_cache(maxsize=32)
def _queries(hidden: frozenset[tuple[str, str]]) -> _Queries:
    due = and_(_seen(hidden), _duties.c.status == "open", due_between(_since, _until))
    done = and_(_seen(hidden), _DONE, _duties.c.ended_at >= _since, _duties.c.ended_at < _until)
    is_late = _duties.c.status == "late_done"
    return _Queries(
        _counted(due, _duties.c.due_legal - 1),
        _counted(done, _duties.c.ended_at),
        _listed(due, _duties.c.due_legal, _duties.c.breached),
        _listed(done, _duties.c.ended_at, is_late),
    )


def _counted(which: ColumnElement[bool], at: Any) -> Scoped:
    day = (at + _AHEAD) // _DAY
    return Scoped(
        lambda condition: (
            select(day, func.count())
            .select_from(_duties.join(_cases, _cases.c.id == _duties.c.case_id))
            .where(condition, which)
            .group_by(day)
        )
    )


def _listed(which: ColumnElement[bool], at: Any, is_late: Any) -> Scoped:
    name = func.coalesce(_units.c.name, _bodies.c.name, "")
    return Scoped(
        lambda condition: (
            select(_cases.c.number, name, _duties.c.act, _duties.c.key, _duties.c.holder, at, is_late)
            .select_from(_named)
            .where(condition, which)
            .order_by(at, _duties.c.id)
            .limit(bindparam("most"))
        )
    )


_SCHEMES = Scoped(
    lambda condition: (
        select(_cases.c.number, _words.c.texts, _drills.c.starts_at)
        .select_from(
            _drills.join(_cases, _cases.c.id == _drills.c.case_id).outerjoin(
                _words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1)
            )
        )
        .where(condition, _drills.c.starts_at >= _since, _drills.c.starts_at < _until, _cases.c.status != "void")
    )
)
_years = _cases.alias("years")
_PLANNED = Scoped(
    lambda condition: (
        select(_lines.c.day, func.coalesce(_units.c.name, _bodies.c.name, ""), _years.c.number)
        .select_from(
            _lines.join(_years, _years.c.id == _lines.c.case_id)
            .outerjoin(_units, _units.c.id == _lines.c.unit_id)
            .outerjoin(_bodies, _bodies.c.id == _lines.c.department_id)
        )
        .where(
            condition,
            _lines.c.number == "",
            _lines.c.state == "planned",
            _lines.c.day >= bindparam("first"),
            _lines.c.day <= bindparam("last"),
        )
    ),
    OVER_DRILLS,
)


def _span(actor: Actor, first: date, last: date) -> dict[str, Any]:
    since, until = _midnight(first), _midnight(last).add(days=1)
    return {"since": micros(since), "until": micros(until), "me": actor.acting_for or actor.person_id}


def _midnight(day: date) -> DateTime:
    return pendulum.datetime(day.year, day.month, day.day, tz=SHANGHAI)


def _day(number: int) -> str:
    return pendulum.datetime(1970, 1, 1).add(days=int(number)).to_date_string()


def _dated(number: str, unit: str, act: str, key: str, holder: str, at: int, is_late: Any) -> Dated:
    return Dated(number, unit, act, key, Role(holder), instant(at), bool(is_late))
