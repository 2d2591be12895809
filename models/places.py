"""Places 归属: where a case belongs, by the code of the unit or of the organisation that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.organisation import Organisation, Unit
from models.statements import Statement, table
from rules.actor import OWN, Place, own_path
from rules.errors import UnknownRecord

if TYPE_CHECKING:
    from models.store import Reading
    from rules.process import Process

_units, _organisations = table(Unit), table(Organisation)
_UNIT = Statement(
    select(_units.c.id, _units.c.county_id, _units.c.path, _units.c.department_id).where(
        _units.c.county_id == bindparam("county_id"), _units.c.code == bindparam("code")
    )
)
_ORGANISATION = Statement(
    select(_organisations.c.id, _organisations.c.county_id, _organisations.c.path).where(
        _organisations.c.county_id == bindparam("county_id"), _organisations.c.code == bindparam("code")
    )
)
_NAME = Statement(
    select(_organisations.c.name).where(
        _organisations.c.county_id == bindparam("county_id"), _organisations.c.code == bindparam("code")
    )
)


def unit_place(reading: Reading, county_id: str, code: str) -> Place:
    """Return the place of cases about a unit. Raises `UnknownRecord`."""
    row = reading.one(_UNIT, county_id=county_id, code=code)
    if row is None:
        raise UnknownRecord(f"没有编码为「{code}」的生产经营单位。请核对单位编码，或者先登记该单位。")
    unit_id, of_county, path, department_id = row
    return Place(of_county, path, department_id, unit_id)


def place_of(reading: Reading, county_id: str, process: Process, code: str) -> Place:
    """Return the place of a case of the process about whoever has that code. Raises `UnknownRecord`."""
    is_unit = OWN not in code and reading.one(_UNIT, county_id=county_id, code=code) is not None
    if process.about_organisation or (process.about_either and not is_unit):
        return organisation_place(reading, county_id, code)
    return unit_place(reading, county_id, code)


def name_of(reading: Reading, county_id: str, code: str) -> str:
    """Return the name of the organisation of that code, the code itself where there is none."""
    row = reading.one(_NAME, county_id=county_id, code=code)
    return row[0] if row else code


def organisation_place(reading: Reading, county_id: str, code: str) -> Place:
    """Return the place of cases about an organisation, which stands for its own department. Raises `UnknownRecord`.

    `code~person` is the place of a person's own cases: at their organisation, under a path of theirs alone. `code~` is
    the organisation of that code even where a unit has the same.
    """
    code, _, owner = code.partition(OWN)
    row = reading.one(_ORGANISATION, county_id=county_id, code=code)
    if row is None:
        raise UnknownRecord(f"没有编码为「{code}」的机构。请核对机构编码，或者先登记该机构。")
    organisation_id, of_county, path = row
    return Place(of_county, own_path(of_county, owner) if owner else path, organisation_id, "")
