"""Placards 隐患上报牌: the codes put up at a unit and at its points of risk, and what the address in one means.

Codes of units are no secret: who may see and report what is judged after signing in, as on every other page. An address
names the place by a fingerprint, so that it stays short, says nothing, and lasts while the point keeps its name.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.pages.cases import facts_of
from models.case_state import find_by_number
from models.unit_file import file_of
from models.unit_record import basics_within
from rules.unit_file import UNIT_FILE

if TYPE_CHECKING:
    from console.visit import Visit
    from models.unit_record import UnitBasics
    from rules.unit_file import Facts
    from rules.unit_file.facts import Risk

PATH = "/p"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)
_POINT_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Placard:
    """One sheet to put up; `point` and `place` are empty where it stands for the whole unit."""

    unit: str
    town: str
    department: str
    point: str
    place: str
    address: str


@dataclass(frozen=True, slots=True)
class Place:
    """What an address means: a unit, and where the file of it still names the point, which one."""

    unit: UnitBasics
    risk: Risk | None

    @property
    def words(self) -> str:
        """Return the place as a report names it, empty for the whole unit."""
        return _words(self.risk) if self.risk else ""


def token_of(code: str) -> str:
    """Return how an address names a unit: by its code, or where that has other signs by the code in Latin letters."""
    if _PLAIN.fullmatch(code):
        return code
    return f"~{base64.urlsafe_b64encode(code.encode()).decode().rstrip('=')}"


def code_in(token: str) -> str:
    """Return the code that an address names, empty where it names none."""
    if not token.startswith("~"):
        return token
    try:
        return base64.urlsafe_b64decode(token[1:] + "=" * (-len(token[1:]) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def point_of(name: str) -> str:
    """Return how an address names a point of risk."""
    return hashlib.sha256(name.encode()).hexdigest()[:_POINT_LENGTH]


def place_at(visit: Visit, token: str, point: str) -> Place | None:
    """Return what an address means within the scope, None where its unit is not there."""
    with visit.desk.store.read() as reading:
        unit = basics_within(reading, visit.actor.scope, code_in(token))
    if unit is None:
        return None
    risks = _risks(visit, unit.id) if point else ()
    return Place(unit, next((risk for risk in risks if point_of(risk.name) == point), None))


def points_within(visit: Visit, code: str) -> list[str]:
    """Return the points of risk that the file of a unit within the scope names, as a report names a place."""
    with visit.desk.store.read() as reading:
        unit = basics_within(reading, visit.actor.scope, code)
    return [_words(risk) for risk in _risks(visit, unit.id)] if unit else []


def placards_of(visit: Visit, code: str, *, with_points: bool) -> list[Placard]:
    """Return the placards of a unit within the scope: its own, and one for each point of risk that its file names."""
    with visit.desk.store.read() as reading:
        unit = basics_within(reading, visit.actor.scope, code)
    if unit is None:
        return []
    start = f"{visit.desk.settings.address}{PATH}/{token_of(unit.code)}"
    whole = Placard(unit.name, unit.town, unit.department, "", "", start)
    points = [
        Placard(unit.name, unit.town, unit.department, risk.name, risk.place, f"{start}/{point_of(risk.name)}")
        for risk in (_risks(visit, unit.id) if with_points else ())
    ]
    return [whole, *points]


def _words(risk: Risk) -> str:
    return risk.name if risk.place in {"", risk.name} else f"{risk.name}（{risk.place}）"


def _risks(visit: Visit, unit_id: str) -> tuple[Risk, ...]:
    county = visit.desk.installation.county_id
    with visit.desk.store.read() as reading:
        number = file_of(reading, county, unit_id)
        header = find_by_number(reading, county, number) if number else None
    facts: Facts = facts_of(visit, header) if header else UNIT_FILE.nothing
    return tuple(facts.risks.values())
