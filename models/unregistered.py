"""Units nobody has registered 未登记单位: each town has one seat for what happens where no registered unit is.

An accident in an unlicensed workshop is reported under its town; the town and the emergency bureau act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.directory import NewUnit, add_unit
from models.organisation import UNREGISTERED, Organisation, OrganisationKind, Unit
from models.statements import Statement, table

if TYPE_CHECKING:
    from models.store import Reading, Writing

_organisations, _units = table(Organisation), table(Unit)
_ORGANISATIONS = Statement(
    select(_organisations.c.code, _organisations.c.name, _organisations.c.kind)
    .where(_organisations.c.county_id == bindparam("county"))
    .order_by(_organisations.c.path)
)
_CODES = Statement(select(_units.c.code).where(_units.c.county_id == bindparam("county")))


def seat_unregistered(writing: Writing, county_id: str, *, mark: str = "") -> int:
    """Register the seat of every town that has none yet, under the emergency bureau; return how many.

    `mark` is added to the names, such as that of a demonstration. A county without a bureau has no such seats.
    """
    bureau = next((code for code, _, kind in _named(writing, county_id) if kind == OrganisationKind.BUREAU), None)
    if bureau is None:
        return 0
    known = {code for (code,) in writing.all(_CODES, county=county_id)}
    missing = [
        NewUnit(
            code=f"{code}-unregistered",
            name=f"{name}{UNREGISTERED}和个人{mark}",
            town=code,
            department=bureau,
            sector=UNREGISTERED,
            address=name,
        )
        for code, name, kind in _named(writing, county_id)
        if kind == OrganisationKind.TOWN and f"{code}-unregistered" not in known
    ]
    for unit in missing:
        add_unit(writing, county_id, unit)
    return len(missing)


def _named(reading: Reading, county_id: str) -> list[tuple[str, str, str]]:
    return reading.all(_ORGANISATIONS, county=county_id)
