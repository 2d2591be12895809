"""The board 看板 in figures: what stands open, due and late now, and what stood so a month ago; where, in fixed order.

Nobody is ranked: towns and sectors come in the order of their registration, each with what it is counted among.
Whatever stood open at an instant is open still, or has ended since; the second part is found by an index.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, or_, select

from models.case import Case
from models.clock import micros
from models.duty import DutyRow
from models.effect import EffectRow
from models.listing import is_unsealed
from models.organisation import UNREGISTERED, Organisation, OrganisationKind, Unit
from models.policy import OVER_UNITS, SEALED, Scoped
from models.statements import Statement, begins_with, one_of, parameter, table
from models.supervision import due_between, end_of_day, hidden_from, shown_to
from models.tally import Step
from rules.actor import Reach
from rules.deadlines import SHANGHAI
from rules.hazard import HAZARD

if TYPE_CHECKING:
    from pendulum import DateTime
    from sqlalchemy import ColumnElement

    from models.store import Reading
    from rules.actor import Actor, Scope

_cases, _duties, _units, _towns, _steps = (table(model) for model in (Case, DutyRow, Unit, Organisation, Step))
_effects = table(EffectRow)
_at, _until, _then = parameter("at"), parameter("until"), parameter("then")
_MONTHS = 12
#: The papers by which a case is put under supervision, in the order of their weight.
MEASURES = {"listing-notice": "挂牌督办", "circular": "通报", "talk-notice": "约谈"}

_OPEN_STILL, _ENDED_SINCE, _EITHER = ("open",), ("ended",), ("open", "ended")
_STILL = _duties.c.status == "open"
_SINCE = _duties.c.ended_at > _at


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _went_on(at: Any) -> ColumnElement[bool]:
    return and_(_cases.c.opened_at <= at, or_(_cases.c.closed_at.is_(None), _cases.c.closed_at > at))


_MAJOR = Scoped(
    lambda condition: (
        select(_how_many(_went_on(_at)), _how_many(_went_on(_then)))
        .select_from(_cases)
        .where(
            condition,
            _cases.c.kind == HAZARD.name,
            one_of(_cases.c.grade, "major"),
            _cases.c.opened_at <= _at,
            _cases.c.status != "void",
        )
    )
)
_OPEN = Scoped(
    lambda condition: (
        select(_cases.c.path, func.coalesce(_units.c.sector, ""), func.count())
        .select_from(_cases.outerjoin(_units, _units.c.id == _cases.c.unit_id))
        .where(condition, is_unsealed, _cases.c.status == "open", _cases.c.kind != "journal")
        .group_by(_cases.c.path, _units.c.sector)
    )
)
_REGISTERED = Scoped(
    lambda condition: (
        select(_units.c.path, _units.c.sector, func.count(), func.min(_units.c.id))
        .select_from(_units)
        .where(condition, _units.c.sector != UNREGISTERED)
        .group_by(_units.c.path, _units.c.sector)
    ),
    OVER_UNITS,
)
_TOWNS = Statement(
    select(_towns.c.path, _towns.c.name)
    .where(_towns.c.kind == OrganisationKind.TOWN.value, _towns.c.ended_at.is_(None))
    .order_by(_towns.c.id)
)
_TREND = Statement(
    select(_steps.c.month, func.sum(_steps.c.ended), func.sum(_steps.c.late))
    .where(
        begins_with(_steps.c.path, parameter("path")),
        _steps.c.month >= bindparam("first"),
        *(_steps.c.kind != name for name in SEALED),
    )
    .group_by(_steps.c.month)
)
_MEASURED = Scoped(
    lambda condition: (
        select(_effects.c.name, func.count(_cases.c.id.distinct()))
        .select_from(_effects.join(_cases, _cases.c.id == _effects.c.case_id))
        .where(
            condition,
            _effects.c.kind == "paper",
            one_of(_effects.c.name, *MEASURES),
            _effects.c.status != "cancelled",
            _cases.c.status == "open",
            is_unsealed,
        )
        .group_by(_effects.c.name)
    )
)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure now and at the same time a month ago."""

    now: int
    before: int

    @property
    def difference(self) -> int:
        """Return by how much it has grown."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Share:
    """One town or sector: open cases, those of them with something late, and the registered units."""

    name: str
    open: int
    late: int
    units: int


@dataclass(frozen=True, slots=True)
class Month:
    """What was finished in a month, and how much of it late."""

    code: str
    ended: int
    late: int


@dataclass(frozen=True, slots=True)
class Board:
    """The three figures, and where what is late lies."""

    major: Change
    today: Change
    late: Change
    towns: tuple[Share, ...]
    sectors: tuple[Share, ...]


def board(reading: Reading, actor: Actor, now: DateTime) -> Board:
    """Return the board within the scope of a post."""
    then = now.subtract(months=1)
    towns, sectors, late, were_late = _shares(reading, actor, now, then)
    return Board(
        major=Change(*_major(reading, actor.scope, now, then)),
        today=Change(_falling_due(reading, actor, now, now=now), _falling_due(reading, actor, then, now=now)),
        late=Change(late, were_late + _stood_late(reading, actor, then, _ENDED_SINCE)),
        towns=towns,
        sectors=sectors,
    )


def stood(reading: Reading, actor: Actor, at: DateTime) -> tuple[int, int]:
    """Return how many major hazards were not signed off at a past instant, and how many duties were late then."""
    return _major(reading, actor.scope, at, at)[0], _stood_late(reading, actor, at, _EITHER)


def trend(reading: Reading, scope: Scope, now: DateTime) -> tuple[Month, ...]:
    """Return what was finished in each of the last twelve months, the oldest first; none for a department.

    The roll-ups are kept by town, so that only who sees a whole subtree can be told.
    """
    if scope.reach is not Reach.SUBTREE:
        return ()
    first = now.in_timezone(SHANGHAI).start_of("month").subtract(months=_MONTHS - 1)
    rows = reading.all(_TREND, path=scope.at, first=first.format("YYYY-MM"))
    found = {month: (int(ended), int(late)) for month, ended, late in rows}
    months = [first.add(months=number).format("YYYY-MM") for number in range(_MONTHS)]
    return tuple(Month(code, *found.get(code, (0, 0))) for code in months)


def measured(reading: Reading, scope: Scope) -> dict[str, int]:
    """Return how many open cases are listed, circulated and talked about, by the paper."""
    found = dict.fromkeys(MEASURES, 0)
    return found | {name: int(number) for name, number in _MEASURED.all(reading, scope)}


def _major(reading: Reading, scope: Scope, at: DateTime, then: DateTime) -> tuple[int, int]:
    row = _MAJOR.one(reading, scope, at=micros(at), then=micros(then))
    return (int(row[0] or 0), int(row[1] or 0)) if row else (0, 0)


def _falling_due(reading: Reading, actor: Actor, at: DateTime, *, now: DateTime) -> int:
    until = micros(end_of_day(at))
    return _count(reading, actor, "today", _OPEN_STILL if at == now else _EITHER, at=micros(at), until=until)


def _stood_late(reading: Reading, actor: Actor, at: DateTime, parts: tuple[str, ...]) -> int:
    return _count(reading, actor, "late", parts, at=micros(at), until=micros(at))


def _count(reading: Reading, actor: Actor, what: str, parts: tuple[str, ...], *, at: int, until: int) -> int:
    """Return how many duties were open at an instant and due or late then: open still, or ended since, or both."""
    hidden = hidden_from(actor.role)
    rows = [_stood(hidden, what, part).one(reading, actor.scope, at=at, until=until) for part in parts]
    return sum(int(row[0]) for row in rows if row)


@lru_cache(maxsize=128)
def _stood(hidden: frozenset[tuple[str, str]], what: str, part: str) -> Scoped:
    due = due_between(_at, _until)
    past = _duties.c.late_from <= _until
    return Scoped(
        lambda condition: (
            select(func.count())
            .select_from(_duties.join(_cases, _cases.c.id == _duties.c.case_id))
            .where(
                condition,
                shown_to(hidden),
                _STILL if part == "open" else _SINCE,
                _duties.c.opened_at <= _at,
                due if what == "today" else past,
            )
        )
    )


def _shares(
    reading: Reading, actor: Actor, now: DateTime, then: DateTime
) -> tuple[tuple[Share, ...], tuple[Share, ...], int, int]:
    """Return the lines of towns and of sectors, how many duties are late in all, and how many of these were `then`."""
    scope, late, were_late = actor.scope, 0, 0
    counts: dict[str, Any] = {"open": {}, "late": {}, "units": {}}
    first: dict[str, str] = {}
    for path, sector, number in _OPEN.all(reading, scope):
        counts["open"][path, sector] = int(number)
    late_cases = _late_cases(hidden_from(actor.role))
    for path, sector, number, duties, were in late_cases.all(reading, scope, at=micros(now), then=micros(then)):
        counts["late"][path, sector] = int(number)
        late, were_late = late + int(duties), were_late + int(were)
    for path, sector, number, unit_id in _REGISTERED.all(reading, scope):
        counts["units"][path, sector] = int(number)
        first[sector] = min(first.get(sector, unit_id), unit_id)
    towns = dict(reading.all(_TOWNS))
    by_town = _grouped(counts, 0, [(path, towns[path]) for path in towns])
    by_sector = _grouped(counts, 1, [(sector, sector) for sector in sorted(first, key=first.__getitem__)])
    return by_town, by_sector, late, were_late


def _grouped(counts: dict[str, Any], part: int, order: list[tuple[str, str]]) -> tuple[Share, ...]:
    """Return a line for each group that has anything, in a fixed order; what belongs to none stands last."""
    sums: dict[str, dict[str, int]] = {name: defaultdict(int) for name in counts}
    known = dict(order)
    for name, found in counts.items():
        for key, number in found.items():
            sums[name][known.get(key[part], "")] += number
    lines = [Share(label, *(sums[name][label] for name in ("open", "late", "units"))) for _, label in order]
    others = Share("", *(sums[name][""] for name in ("open", "late", "units")))
    return tuple(line for line in (*lines, others) if line.open or line.units)


@lru_cache(maxsize=32)
def _late_cases(hidden: frozenset[tuple[str, str]]) -> Scoped:
    """Return the query that counts the late duties of each case first, so that each case is looked up once."""

    def build(condition: ColumnElement[bool]) -> Any:
        was_late = and_(_duties.c.late_from <= _then, _duties.c.opened_at <= _then)
        late = (
            select(_duties.c.case_id, func.count().label("duties"), _how_many(was_late).label("were"))
            .select_from(_duties.join(_cases, _cases.c.id == _duties.c.case_id))
            .where(condition, shown_to(hidden), _STILL, _duties.c.late_from <= _at)
            .group_by(_duties.c.case_id)
            .subquery("late")
        )
        return (
            select(
                _cases.c.path,
                func.coalesce(_units.c.sector, ""),
                func.count(),
                func.sum(late.c.duties),
                func.sum(late.c.were),
            )
            .select_from(
                late.join(_cases, _cases.c.id == late.c.case_id).outerjoin(_units, _units.c.id == _cases.c.unit_id)
            )
            .group_by(_cases.c.path, _units.c.sector)
        )

    return Scoped(build)
