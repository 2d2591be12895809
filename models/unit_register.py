"""The register of units 企业名录: every unit within a scope with what runs there, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, case, func, or_, select

from models.case import Case
from models.initials import is_among, units_by_initials
from models.organisation import UNREGISTERED, Organisation, Unit
from models.policy import OVER_UNITS, Scoped
from models.statements import parameter, table
from models.unit_rows import UnitFileRow

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import ColumnElement

    from models.store import Reading
    from rules.actor import Scope

_units, _cases, _files = table(Unit), table(Case), table(UnitFileRow)
_towns = table(Organisation).alias("towns")
_departments = table(Organisation).alias("departments")
_named = (
    _units.join(_towns, _towns.c.id == _units.c.town_id)
    .join(_departments, _departments.c.id == _units.c.department_id)
    .outerjoin(_files, and_(_files.c.county_id == _units.c.county_id, _files.c.unit_id == _units.c.id))
)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit in the list; `open_cases` are those that run, `late_cases` those of them with an overdue duty.

    `colour` is empty and `gaps` None where it has no file.
    """

    code: str
    name: str
    sector: str
    town: str
    department: str
    colour: str
    gaps: int | None
    open_cases: int
    late_cases: int


@dataclass(frozen=True, slots=True)
class UnitSearch:
    """What the list is narrowed to; empty leaves it open. `words` are sought in name, code and credit code.

    Letters are sought as the initials of a name too.
    `gaps` asks for units whose file lacks something (`some`) or nothing (`none`), or that have none (`no-file`).
    """

    words: str = ""
    town: str = ""
    sector: str = ""
    colour: str = ""
    gaps: str = ""
    page: int = 1


def _matching(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    sought = parameter("sought")
    return and_(
        condition,
        _units.c.sector != UNREGISTERED,
        or_(bindparam("town") == "", _towns.c.code == bindparam("town")),
        or_(bindparam("sector") == "", _units.c.sector == bindparam("sector")),
        or_(bindparam("colour") == "", _files.c.colour == bindparam("colour")),
        or_(
            bindparam("gaps") == "",
            and_(bindparam("gaps") == "some", _files.c.gaps > 0),
            and_(bindparam("gaps") == "none", _files.c.gaps == 0),
            and_(bindparam("gaps") == "no-file", _files.c.case_id.is_(None)),
        ),
        or_(
            bindparam("words") == "",
            _units.c.name.like(sought, escape="!"),
            _units.c.code.like(sought, escape="!"),
            _units.c.credit_code == bindparam("words"),
            is_among(_units.c.id),
        ),
    )


def _running(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(func.count())
        .where(_cases.c.unit_id == _units.c.id, _cases.c.status == "open", *conditions)
        .correlate(_units)
        .scalar_subquery()
    )


_open_cases, _late_cases = _running(), _running(_cases.c.overdue.is_(True))
_LIST = Scoped(
    lambda condition: (
        select(
            _units.c.code,
            _units.c.name,
            _units.c.sector,
            _towns.c.name,
            _departments.c.name,
            func.coalesce(_files.c.colour, ""),
            _files.c.gaps,
            _open_cases,
            _late_cases,
        )
        .select_from(_named)
        .where(_matching(condition))
        .order_by(_towns.c.path, _units.c.name, _units.c.id)
        .limit(bindparam("most"))
        .offset(bindparam("skip"))
    ),
    over=OVER_UNITS,
)
_COUNT = Scoped(lambda condition: select(func.count()).select_from(_named).where(_matching(condition)), over=OVER_UNITS)
_SECTORS = Scoped(
    lambda condition: (
        select(_units.c.sector)
        .where(condition, _units.c.sector != UNREGISTERED)
        .group_by(_units.c.sector)
        .order_by(case((_units.c.sector == "", 1), else_=0), _units.c.sector)
    ),
    over=OVER_UNITS,
)
_TOWNS = Scoped(
    lambda condition: (
        select(_towns.c.code, _towns.c.name)
        .select_from(_named)
        .where(condition, _units.c.sector != UNREGISTERED)
        .group_by(_towns.c.code, _towns.c.name, _towns.c.path)
        .order_by(_towns.c.path)
    ),
    over=OVER_UNITS,
)


def units_within(reading: Reading, scope: Scope, search: UnitSearch, *, most: int) -> list[UnitLine]:
    """Return a page of the units within a scope, town by town."""
    skip = max(search.page - 1, 0) * most
    return [
        UnitLine(*row) for row in _LIST.all(reading, scope, **_sought(reading, scope, search), most=most, skip=skip)
    ]


def count_units(reading: Reading, scope: Scope, search: UnitSearch) -> int:
    """Return how many units match."""
    row = _COUNT.one(reading, scope, **_sought(reading, scope, search))
    return row[0] if row else 0


def sectors_within(reading: Reading, scope: Scope) -> list[str]:
    """Return the sectors of the units within a scope."""
    return [sector for (sector,) in _SECTORS.all(reading, scope)]


def towns_within(reading: Reading, scope: Scope) -> dict[str, str]:
    """Return the towns of the units within a scope: names by code."""
    return {code: name for code, name in _TOWNS.all(reading, scope)}  # noqa: C416 - rows are no pairs to a type checker


def _sought(reading: Reading, scope: Scope, search: UnitSearch) -> dict[str, str]:
    escaped = search.words.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return {
        "words": search.words,
        "sought": f"%{escaped}%",
        "by_initials": units_by_initials(reading, scope, search.words),
        "town": search.town,
        "sector": search.sector,
        "colour": search.colour,
        "gaps": search.gaps,
    }
