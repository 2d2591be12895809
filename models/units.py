"""Units 生产经营单位 to choose from: sought by words within a scope, those reported on lately first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, or_, select

from models.act import ActRow
from models.case import Case
from models.initials import is_among, units_by_initials
from models.organisation import Organisation, Unit
from models.policy import OVER_UNITS, Scoped
from models.statements import Statement, parameter, table

if TYPE_CHECKING:
    from models.store import Reading, Row
    from rules.actor import Actor, Scope

_units, _towns, _cases, _acts = (table(model) for model in (Unit, Organisation, Case, ActRow))
_columns = (_units.c.code, _units.c.name, _units.c.sector, _units.c.address, _units.c.credit_code, _towns.c.name)
_named = _units.join(_towns, _towns.c.id == _units.c.town_id)
# What one person reported is found by an index, and far less than all that was reported on the units.
_reported = (
    select(_cases.c.unit_id, func.max(_acts.c.recorded_at).label("last"))
    .select_from(_acts.join(_cases, _cases.c.id == _acts.c.case_id))
    .where(_acts.c.seq == 1, _acts.c.person_id == parameter("person_id"))
    .group_by(_cases.c.unit_id)
    .subquery("reported")
)
_SOUGHT = Scoped(
    lambda condition: (
        select(*_columns)
        .select_from(_named.outerjoin(_reported, _reported.c.unit_id == _units.c.id))
        .where(
            condition,
            or_(
                bindparam("words") == "",
                _units.c.name.like(parameter("sought"), escape="!"),
                _units.c.code.like(parameter("sought"), escape="!"),
                _units.c.credit_code == bindparam("words"),
                is_among(_units.c.id),
            ),
        )
        .order_by(func.coalesce(_reported.c.last, 0).desc(), _units.c.name)
        .limit(bindparam("most"))
    ),
    over=OVER_UNITS,
)
_NAMES = Statement(select(_units.c.id, _units.c.name).where(_units.c.county_id == bindparam("county")))
_ONE = Scoped(
    lambda condition: select(*_columns).select_from(_named).where(condition, _units.c.code == bindparam("code")),
    over=OVER_UNITS,
)


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit as a person recognises it."""

    code: str
    name: str
    sector: str
    address: str
    credit_code: str | None
    town: str


def find_units(reading: Reading, actor: Actor, words: str, *, most: int = 20) -> list[UnitChoice]:
    """Return units within the actor's scope whose name, its initials, code or credit code fits.

    Recently reported ones come first.
    """
    escaped = words.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    by_initials = units_by_initials(reading, actor.scope, words)
    rows = _SOUGHT.all(
        reading,
        actor.scope,
        person_id=actor.person_id,
        words=words,
        sought=f"%{escaped}%",
        by_initials=by_initials,
        most=most,
    )
    return [_choice(row) for row in rows]


def unit_within(reading: Reading, scope: Scope, code: str) -> UnitChoice | None:
    """Return a unit by its code, None when there is none within the scope."""
    row = _ONE.one(reading, scope, code=code)
    return _choice(row) if row else None


def only_unit(reading: Reading, actor: Actor) -> UnitChoice | None:
    """Return the one unit that the actor reaches, None when there is none or more than one."""
    found = find_units(reading, actor, "", most=2)
    return found[0] if len(found) == 1 else None


def _choice(row: Row) -> UnitChoice:
    return UnitChoice(*row)


def unit_names(reading: Reading, county_id: str) -> dict[str, str]:
    """Return the names of all units of a county by id."""
    return {identifier: name for identifier, name in reading.all(_NAMES, county=county_id)}  # noqa: C416 - rows are no pairs to a type checker
