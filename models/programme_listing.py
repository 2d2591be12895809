"""Programmes as lists show them 专项一览: each holder's with its counts, within somebody's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.case import Case
from models.organisation import Organisation, OrganisationKind, Unit
from models.policy import Scoped
from models.programme_rows import ProgrammeRow
from models.statements import Statement, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from models.store import Reading
    from rules.actor import Scope

_rows, _cases, _organisations, _units = (table(model) for model in (ProgrammeRow, Case, Organisation, Unit))
_COLUMNS = (
    "programme", "holder", "role", "first", "last", "outcome", "milestones", "reached", "open", "closed", "lost",
    "late", "stuck", "reported",
)  # fmt: skip
_WITHIN = Scoped(
    lambda condition: (
        select(_cases.c.number, _cases.c.status, *(_rows.c[name] for name in _COLUMNS))
        .select_from(_rows.join(_cases, _cases.c.id == _rows.c.case_id))
        .where(condition, _rows.c.first <= bindparam("until"), _rows.c.last >= bindparam("since"))
        .order_by(_rows.c.programme, _rows.c.holder)
    )
)
_YEARS = Statement(select(_rows.c.first, _rows.c.last).where(_rows.c.county_id == bindparam("county")).distinct())
_BODIES = Statement(
    select(_organisations.c.code, _organisations.c.name).where(_organisations.c.county_id == bindparam("county"))
)
_UNIT_NAMES = Statement(select(_units.c.code, _units.c.name).where(_units.c.county_id == bindparam("county")))

_towns = _organisations.alias("towns")
_VILLAGES = Statement(
    select(_organisations.c.code, _organisations.c.name)
    .select_from(
        _organisations.join(
            _towns,
            _organisations.c.path == _towns.c.path.concat(_organisations.c.code).concat("/"),
        )
    )
    .where(
        _towns.c.county_id == bindparam("county"), _towns.c.code == bindparam("holder"),
        _organisations.c.county_id == bindparam("county"),
        _organisations.c.kind == OrganisationKind.VILLAGE.value, _organisations.c.ended_at.is_(None),
    )
    .order_by(_organisations.c.code)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One programme at one holder, as the row of `models.programme_rows` has it."""

    number: str
    status: str
    programme: str
    holder: str
    role: str
    first: str
    last: str
    outcome: str
    milestones: int
    reached: int
    open: int
    closed: int
    lost: int
    late: int
    stuck: int
    reported: str

    @property
    def listed(self) -> int:
        """Return how many entries its list has, those lost included."""
        return self.open + self.closed + self.lost


def programmes_within(reading: Reading, scope: Scope, since: date, until: date) -> list[Line]:
    """Return the programmes within a scope whose term touches the time between two Shanghai days."""
    return [Line(*row) for row in _WITHIN.all(reading, scope, since=since.isoformat(), until=until.isoformat())]


def years_of(reading: Reading, county_id: str) -> tuple[int, ...]:
    """Return the calendar years in which the county has any programme, the latest first."""
    found = {year for first, last in reading.all(_YEARS, county=county_id) for year in _span(first, last)}
    return tuple(sorted(found, reverse=True))


def names_by_code(reading: Reading, county_id: str) -> Mapping[str, str]:
    """Return the names of all organisations and units by code, an organisation's before a unit's."""
    units = {code: name for code, name in reading.all(_UNIT_NAMES, county=county_id)}  # noqa: C416 - rows are no pairs
    return {**units, **{code: name for code, name in reading.all(_BODIES, county=county_id)}}  # noqa: C416 - as above


def villages_of(reading: Reading, county_id: str, holder: str) -> list[tuple[str, str]]:
    """Return code and name of the villages of a township, by its code."""
    return [(code, name) for code, name in reading.all(_VILLAGES, county=county_id, holder=holder)]


def _span(first: str, last: str) -> range:
    return range(int(first[:4]), int(last[:4]) + 1)
