"""Where whoever owes a drill belongs 演练对象归属: the place that scopes a line, its township and its sector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.case import Case
from models.organisation import Organisation, OrganisationKind, Unit
from models.places import organisation_place, unit_place
from models.statements import Statement, begins_with, parameter, table
from rules.actor import Place
from rules.drill_year.subjects import SubjectKind
from rules.errors import UnknownRecord

if TYPE_CHECKING:
    from models.store import Reading
    from rules.drill_year.subjects import Subject

_units, _bodies, _cases = table(Unit), table(Organisation), table(Case)
_UNIT = Statement(select(_units.c.town_id, _units.c.sector).where(_units.c.id == bindparam("unit")))
_CASE = Statement(
    select(_cases.c.path, _cases.c.department_id, _cases.c.unit_id).where(
        _cases.c.county_id == bindparam("county"), _cases.c.number == bindparam("number")
    )
)
_TOWN = Statement(
    select(_bodies.c.id).where(
        _bodies.c.county_id == bindparam("county"),
        _bodies.c.kind == OrganisationKind.TOWN.value,
        begins_with(parameter("path"), _bodies.c.path),
    )
)


@dataclass(frozen=True, slots=True)
class SubjectPlace:
    """A place, with the township it lies in and the sector it works in; both empty for whoever has none."""

    place: Place
    town_id: str = ""
    sector: str = ""


def place_of_subject(reading: Reading, county_id: str, subject: Subject) -> SubjectPlace:
    """Return where a subject belongs. Raises `UnknownRecord` for one that is on no register."""
    match subject.kind:
        case SubjectKind.UNIT:
            place = unit_place(reading, county_id, subject.code)
            town_id, sector = reading.all(_UNIT, unit=place.unit_id)[0]
            return SubjectPlace(place, town_id, sector)
        case SubjectKind.COMMAND | SubjectKind.PLAN:
            row = reading.one(_CASE, county=county_id, number=subject.code)
            if row is None:
                raise UnknownRecord(f"没有编号为「{subject.code}」的指挥部或者预案。请核对编号。")
            return SubjectPlace(Place(county_id, *row))
        case SubjectKind.GOVERNMENT:
            return SubjectPlace(organisation_place(reading, county_id, subject.code))
        case SubjectKind.TOWNSHIP | SubjectKind.VILLAGE:
            place = organisation_place(reading, county_id, subject.code)
            town = reading.one(_TOWN, county=county_id, path=place.path)
            return SubjectPlace(place, town[0] if town else "")
