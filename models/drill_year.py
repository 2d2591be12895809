"""The year of drills at the door 年度演练: who owes is read from the registers, what counts is a drill that there is.

The rows beside the chain are those of `models.drill_lines`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from models.drill_counting import counting_for
from models.drill_lines import DrillLineRow, DrillYearRow
from models.drill_places import place_of_subject
from models.drill_subjects import registered_subjects
from models.statements import Statement, insert_row, parameter, table
from rules.drill_year import YearAct
from rules.drill_year.subjects import write_subject
from rules.errors import ContentInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.drill_year import Facts
    from rules.drill_year.facts import Entry
    from rules.form import Filled
    from rules.rulebook import Rulebook

_years, _lines = table(DrillYearRow), table(DrillLineRow)
_ADD_YEAR, _ADD_LINE = insert_row(DrillYearRow), insert_row(DrillLineRow)
_OF_YEAR = Statement(
    select(_years.c.case_id).where(_years.c.county_id == bindparam("county"), _years.c.year == bindparam("in_year"))
)
_APPROVE = Statement(
    update(_years).where(_years.c.case_id == bindparam("in_case")).values(approved=bindparam("is_approved"))
)
_DROP = Statement(delete(_lines).where(_lines.c.case_id == bindparam("in_case")))
_STATES = ("day", "hall", "state", "number", "held_on", "into_no")
_MOVE = Statement(
    update(_lines)
    .where(_lines.c.case_id == bindparam("in_case"), _lines.c.no == bindparam("of_no"))
    .values({name: parameter(f"new_{name}") for name in _STATES})
)
_FIXED = ("subject", "subject_kind", "clause_id", "reach", "first", "last")
_ROWS = Statement(
    select(_lines.c.no, *(_lines.c[name] for name in (*_FIXED, *_STATES))).where(
        _lines.c.case_id == bindparam("in_case")
    )
)
_YEAR = Statement(select(_years.c.year, _years.c.approved).where(_years.c.case_id == bindparam("in_case")))
_COMPILING = frozenset({YearAct.COMPILE, YearAct.RECOMPILE})


def completed(
    reading: Reading, header: CaseHeader, filled: Filled, act_kind: str, at: int, rulebook: Rulebook
) -> Filled:
    """Return what was filled in with who owes drills as the registers name them: everybody, or whose line is added."""
    del at, rulebook
    added = filled.content.get("added", "") if act_kind == YearAct.CHANGE else ""
    if act_kind not in _COMPILING and not added:
        return filled
    whose = added.split("|")[1].strip() if added.count("|") else ""
    subjects = [
        write_subject(subject)
        for subject in registered_subjects(reading, header.place.county_id)
        if not added or subject.code == whose
    ]
    return replace(filled, content={**filled.content, "subjects": subjects} if subjects else filled.content)


def judge(reading: Reading, header: CaseHeader, facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the county has no plan for the year yet, or the drill that is recorded is one that counts.

    Raises `ContentInvalid` with the clause. Law: drill-year-plan 年度演练计划; drill-command-year （七）5.
    """
    county = header.place.county_id
    if act.kind == YearAct.COMPILE:
        if reading.one(_OF_YEAR, county=county, in_year=int(act.word("year"))) is not None:
            raise ContentInvalid(
                f"{act.word('year')}年的演练计划已经编制。请打开已有的计划，需要变更的申请变更。",
                clause="drill-year-plan",
            )
    elif act.kind == YearAct.RECORD:
        entry = facts.entries[act.word("about")]
        held_on = counting_for(
            reading, county, facts.subjects[entry.line.subject], entry.line, act.word("number"), rulebook
        )
        if held_on != act.day("day"):
            raise ContentInvalid(
                f"演练 {act.word('number')} 是 {held_on} 举行的，不是 {act.day('day')}。请核对演练日期。",
                clause=entry.line.clause_id,
            )


# --- beside the chain ----------------------------------------------------------------------------


def project(writing: Writing, header: CaseHeader, before: Facts, after: Facts) -> None:
    """Write the year, and the lines that an act made or moved on."""
    if not before.year:
        writing.run(
            _ADD_YEAR, case_id=header.id, county_id=header.place.county_id, year=after.year, approved=after.approved
        )
    elif before.approved != after.approved:
        writing.run(_APPROVE, in_case=header.id, is_approved=after.approved)
    if before.entries is after.entries:
        return
    known = before.entries
    if before.subjects is not after.subjects:
        writing.run(_DROP, in_case=header.id)
        known = {}
    for no, entry in after.entries.items():
        if no not in known:
            writing.run(_ADD_LINE, **_row(writing, header, after, entry))
        elif known[no] is not entry:
            state = {f"new_{name}": value for name, value in _state(entry).items()}
            writing.run(_MOVE, in_case=header.id, of_no=no, **state)


def differs(reading: Reading, case_id: int, facts: Facts) -> bool:
    """Tell whether the rows of a year are not what its acts make of them."""
    year = reading.one(_YEAR, in_case=case_id)
    if year is None or (year[0], bool(year[1])) != (facts.year, facts.approved):
        return True
    found = {row[0]: tuple(row[1:]) for row in reading.all(_ROWS, in_case=case_id)}
    return found != dict(_wanted(facts))


def _wanted(facts: Facts) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for no, entry in facts.entries.items():
        yield no, tuple({**_fixed(facts, entry), **_state(entry)}.values())


def _row(reading: Reading, header: CaseHeader, facts: Facts, entry: Entry) -> dict[str, Any]:
    county, subject = header.place.county_id, facts.subjects[entry.line.subject]
    place = place_of_subject(reading, county, subject)
    return {
        "case_id": header.id,
        "no": entry.line.no,
        "county_id": county,
        "year": facts.year,
        **_fixed(facts, entry),
        **_state(entry),
        "path": place.place.path,
        "department_id": place.place.department_id,
        "unit_id": place.place.unit_id,
        "town_id": place.town_id,
        "sector": place.sector,
    }


def _fixed(facts: Facts, entry: Entry) -> dict[str, str]:
    line = entry.line
    return {
        "subject": line.subject,
        "subject_kind": facts.subjects[line.subject].kind.value,
        "clause_id": line.clause_id,
        "reach": line.reach.value,
        "first": line.first.isoformat(),
        "last": line.last.isoformat(),
    }


def _state(entry: Entry) -> dict[str, str | None]:
    return {
        "day": entry.line.day.isoformat(),
        "hall": entry.line.hall,
        "state": entry.state.value,
        "number": entry.number,
        "held_on": entry.held_on.isoformat() if entry.held_on else None,
        "into_no": entry.into,
    }
