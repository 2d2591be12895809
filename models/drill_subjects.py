"""Who owes drills 演练对象, read from the registers: commands, governments, townships, villages, units, their plans.

Nobody types the list: what is not on a register owes nothing, what is on one cannot be left out. A unit is of the kind
that its file says, one without a file of the kind it was registered as; where nobody has said it, its sector suggests
one, which lists show as presumed. A unit whose file is closed owes nothing any more.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, false, func, select

from models.act import ActRow, Words
from models.case import Case
from models.drill_lines import DrillLineRow
from models.organisation import UNREGISTERED, Organisation, OrganisationKind, Unit
from models.statements import Statement, one_of, table
from models.unit_rows import UnitFileRow
from rules.command import COMMAND
from rules.drill_year.lines import first_day, generate, write_line
from rules.drill_year.subjects import Subject, SubjectKind
from rules.plan import PLAN, PlanAct
from rules.plan.levels import Level, Scope, UnitKind, presumed_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.store import Reading
    from rules.rulebook import Rulebook

_cases, _acts, _words, _units, _bodies, _lines, _files = (
    table(model) for model in (Case, ActRow, Words, Unit, Organisation, DrillLineRow, UnitFileRow)
)
_published = (
    select(_acts.c.id)
    .where(_acts.c.case_id == _cases.c.id, _acts.c.kind == PlanAct.PUBLISH.value)
    .correlate(_cases)
    .exists()
)
_COMMANDS = Statement(
    select(_cases.c.number)
    .where(_cases.c.county_id == bindparam("county"), _cases.c.kind == COMMAND.name, _cases.c.status == "open")
    .order_by(_cases.c.id)
)
_PLANS = Statement(
    select(_cases.c.number, _cases.c.unit_id, _acts.c.body)
    .select_from(_cases.join(_acts, and_(_acts.c.case_id == _cases.c.id, _acts.c.seq == 1)))
    .where(_cases.c.county_id == bindparam("county"), _cases.c.kind == PLAN.name, _cases.c.status == "open", _published)
    .order_by(_cases.c.id)
)
_BODIES = Statement(
    select(_bodies.c.code, _bodies.c.kind)
    .where(_bodies.c.county_id == bindparam("county"))
    .order_by(_bodies.c.path, _bodies.c.id)
)
# What a unit is stands in its file; one whose file is closed is no more.
_UNITS = Statement(
    select(_units.c.id, _units.c.code, func.coalesce(func.nullif(_files.c.kind, ""), _units.c.kind), _units.c.sector)
    .select_from(
        _units.outerjoin(_files, and_(_files.c.unit_id == _units.c.id, _files.c.county_id == bindparam("county")))
    )
    .where(
        _units.c.county_id == bindparam("county"),
        _units.c.sector != UNREGISTERED,
        func.coalesce(_files.c.closed, false()).is_(False),
    )
    .order_by(_units.c.id)
)
_LAST_HELD = Statement(
    select(_lines.c.subject, func.max(_lines.c.held_on))
    .where(_lines.c.county_id == bindparam("county"), _lines.c.held_on.is_not(None))
    .group_by(_lines.c.subject)
)
_UNIT_NAMES = Statement(
    select(_units.c.code, _units.c.name, _units.c.kind).where(_units.c.county_id == bindparam("county"))
)
_BODY_NAMES = Statement(select(_bodies.c.code, _bodies.c.name).where(_bodies.c.county_id == bindparam("county")))
_CASE_NAMES = Statement(
    select(_cases.c.number, _words.c.texts)
    .select_from(_cases.join(_words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1)))
    .where(_cases.c.county_id == bindparam("county"), one_of(_cases.c.kind, COMMAND.name, PLAN.name))
)
_KINDS = {
    OrganisationKind.COUNTY: SubjectKind.GOVERNMENT,
    OrganisationKind.BUREAU: SubjectKind.GOVERNMENT,
    OrganisationKind.DEPARTMENT: SubjectKind.GOVERNMENT,
    OrganisationKind.TOWN: SubjectKind.TOWNSHIP,
    OrganisationKind.VILLAGE: SubjectKind.VILLAGE,
}
_DRILLED = frozenset({Level.SPECIAL, Level.DEPARTMENT})


@dataclass(frozen=True, slots=True)
class Names:
    """What subjects are called, by code; `presumed` are the units whose kind nobody has registered."""

    by_code: dict[str, str]
    presumed: frozenset[str]

    def of(self, code: str) -> str:
        """Return the name of a subject, its code where its words were erased or it is gone."""
        return self.by_code.get(code, code)


def registered_subjects(reading: Reading, county_id: str) -> tuple[Subject, ...]:
    """Return everybody who can owe a drill, as the registers stand now, with the day of the last one on record."""
    last = {code: date.fromisoformat(day) for code, day in reading.all(_LAST_HELD, county=county_id)}
    plans = list(_plans(reading, county_id))
    on_site = Counter(unit for _, unit, level, scope in plans if (level, scope) == (Level.UNIT, Scope.ON_SITE))
    found = [Subject(number, SubjectKind.COMMAND) for (number,) in reading.all(_COMMANDS, county=county_id)]
    for code, kind in reading.all(_BODIES, county=county_id):
        if kind in _KINDS:
            found.append(Subject(code, _KINDS[OrganisationKind(kind)]))
    found += [Subject(number, SubjectKind.PLAN) for number, _, level, _ in plans if level in _DRILLED]
    for unit_id, code, kind, sector in reading.all(_UNITS, county=county_id):
        found.append(Subject(code, SubjectKind.UNIT, unit_kind(kind, sector), on_site[unit_id]))
    return tuple(_with_last(subject, last.get(subject.code)) for subject in found)


def proposed_lines(
    reading: Reading, county_id: str, year: int, today: date, rulebook: Rulebook, *, begun_on: date | None = None
) -> list[str]:
    """Return the lines of the plan that registers and clauses make of a year; `begun_on`: one that was returned.

    Raises `TimeInvalid` for a year that cannot be planned on that Shanghai day.
    """
    since = first_day(str(year), begun_on or today, today, rulebook)
    planned = generate(registered_subjects(reading, county_id), since, rulebook, not_before=today)
    return [write_line(line) for line in planned]


def unit_kind(registered: str | None, sector: str) -> UnitKind:
    """Return what kind of unit it is: as it was registered, else as its sector suggests."""
    return UnitKind(registered) if registered else presumed_kind(sector)


def subject_names(reading: Reading, county_id: str) -> Names:
    """Return what everybody who owes drills is called."""
    units = reading.all(_UNIT_NAMES, county=county_id)
    names: dict[str, str] = dict(row[:2] for row in reading.all(_BODY_NAMES, county=county_id))
    names |= {code: name for code, name, _ in units}
    for number, texts in reading.all(_CASE_NAMES, county=county_id):
        said: dict[str, str] = json.loads(texts) if texts else {}
        names[number] = said.get("name") or said.get("title") or number
    return Names(names, frozenset(code for code, _, kind in units if not kind))


def _plans(reading: Reading, county_id: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield number, unit, level and scope of every plan that is in force."""
    for number, unit_id, body in reading.all(_PLANS, county=county_id):
        said = json.loads(body)["content"]
        yield number, unit_id, said["level"], said.get("scope", "")


def _with_last(subject: Subject, last: date | None) -> Subject:
    return Subject(subject.code, subject.kind, subject.unit_kind, subject.site_plans, last)
