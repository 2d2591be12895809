"""Rights 权限 by place: what a post sees of cases near and far, asked of the same functions that every query asks.

The places are seen from one unit of one town that one department supervises: `HERE`. Every post sits there: at
the unit, the town, the department, the bureau or the county.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from models.directory import scope_of
from rules.actor import TOWN_ROLES, UNIT_ROLES, Actor, Place, Role
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Mapping

_COUNTY, _TOWN, _DEPARTMENT, _UNIT, _BUREAU = "county", "/county/town/", "department", "unit", "bureau"


class Where(StrEnum):
    """Where a case lies, seen from a unit, its town and its department; what is sealed lies at an office."""

    HERE = "here"
    OTHER_UNIT = "other-unit"
    OTHER_TOWN = "other-town"
    OTHER_DEPARTMENT = "other-department"
    OTHER_COUNTY = "other-county"
    SEALED_HERE = "sealed-here"
    SEALED_BUREAU = "sealed-bureau"

    @property
    def label(self) -> str:
        """Return in words where it lies."""
        return _LABELS[self]

    @property
    def is_sealed(self) -> bool:
        """Tell whether what lies there is open to its own office alone."""
        return self in {Where.SEALED_HERE, Where.SEALED_BUREAU}


_LABELS = {
    Where.HERE: "本单位、本乡镇、本部门",
    Where.OTHER_UNIT: "本乡镇、本部门的另一单位",
    Where.OTHER_TOWN: "另一乡镇、本部门",
    Where.OTHER_DEPARTMENT: "本乡镇、另一部门",
    Where.OTHER_COUNTY: "另一县",
    Where.SEALED_HERE: "本部门受理的举报",
    Where.SEALED_BUREAU: "应急局受理的举报",
}
PLACES: Mapping[Where, Place] = {
    Where.HERE: Place(_COUNTY, _TOWN, _DEPARTMENT, _UNIT),
    Where.OTHER_UNIT: Place(_COUNTY, _TOWN, _DEPARTMENT, "unit-2"),
    Where.OTHER_TOWN: Place(_COUNTY, "/county/town-2/", _DEPARTMENT, "unit-3"),
    Where.OTHER_DEPARTMENT: Place(_COUNTY, _TOWN, "department-2", "unit-4"),
    Where.OTHER_COUNTY: Place("elsewhere", "/elsewhere/town/", "department-3", "unit-5"),
    Where.SEALED_HERE: Place(_COUNTY, "/county/department/", _DEPARTMENT, ""),
    Where.SEALED_BUREAU: Place(_COUNTY, "/county/bureau/", _BUREAU, ""),
}
_SEALED = tuple(process for process in PROCESSES.values() if process.readers is not None)


def sees(role: Role, where: Where) -> bool:
    """Tell whether a post sees the cases that lie somewhere, by its scope and by what is sealed."""
    actor, place = _at_home(role), PLACES[where]
    is_open = not where.is_sealed or any(process.is_open_to(actor, place) for process in _SEALED)
    return actor.scope.covers(place) and is_open


def _at_home(role: Role) -> Actor:
    """Return whoever holds a post in the places of this module."""
    if role in UNIT_ROLES:
        organisation, path = "", None
    elif role in TOWN_ROLES:
        organisation, path = "town", _TOWN
    elif role in {Role.DEPT_OFFICER, Role.DEPT_HEAD}:
        organisation, path = _DEPARTMENT, None
    else:
        is_bureau = role in {Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.IT_ADMIN}
        organisation, path = (_BUREAU if is_bureau else _COUNTY), None
    unit = _UNIT if role in UNIT_ROLES else None
    scope = scope_of(role, county_id=_COUNTY, organisation_id=organisation or None, path=path, unit_id=unit)
    return Actor(role, role, role, role, scope, home=unit or organisation)
