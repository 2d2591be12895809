"""Drills that count 有效演练: whether a drill was held, reported, and is one that a line of the plan asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.case_state import find_by_number
from models.drill_places import place_of_subject
from models.history import read_history
from rules.drill import DRILL
from rules.drill_year.subjects import SubjectKind
from rules.errors import ContentInvalid

if TYPE_CHECKING:
    from datetime import date

    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.drill.facts import Facts
    from rules.drill_year.lines import Line
    from rules.drill_year.subjects import Subject
    from rules.rulebook import Rulebook


def counting_for(
    reading: Reading, county_id: str, subject: Subject, line: Line, number: str, rulebook: Rulebook
) -> date:
    """Return the Shanghai day on which a drill was held that fulfils a line.

    Raises `ContentInvalid` with the line's clause for a number that is no drill, a drill of somebody else, one that was
    not held and reported, on paper only, or of another reach. Law: drill-command-year （七）5.
    """
    header = find_by_number(reading, county_id, number)
    if header is None or header.process.name != DRILL.name:
        raise ContentInvalid(
            f"没有编号为「{number}」的演练。演练先制定方案、举行、总结，再登记到年度计划。请核对编号。",
            clause=line.clause_id,
        )
    facts: Facts = header.process.read(read_history(reading, header.id, header.process), rulebook)
    if not is_held_by(reading, header, facts, subject):
        raise ContentInvalid(
            f"演练 {number} 不是「{subject.code}」组织的演练。请核对编号和计划序号。", clause=line.clause_id
        )
    if not facts.fulfils(line.reach):
        raise ContentInvalid(
            f"演练 {number} 还不能算作这一项：应已举行、已作总结，书面推演和类型不符的不算。请核对。",
            clause=line.clause_id,
        )
    return _held_on(facts)


def is_held_by(reading: Reading, header: CaseHeader, facts: Facts, subject: Subject) -> bool:
    """Tell whether a drill is one of the subject's: of its command, of its plan, or at its own place."""
    if facts.scheme is None:
        return False
    match subject.kind:
        case SubjectKind.COMMAND:
            return facts.scheme.command == subject.code
        case SubjectKind.PLAN:
            return facts.scheme.plan == subject.code
        case SubjectKind.UNIT:
            return header.place.unit_id == place_of_subject(reading, header.place.county_id, subject).place.unit_id
        case _:
            place = place_of_subject(reading, header.place.county_id, subject).place
            return (header.place.unit_id, header.place.department_id) == ("", place.department_id)


def _held_on(facts: Any) -> date:
    begun_at = facts.begun_at
    assert begun_at is not None, "a drill that was held has begun"
    found: date = begun_at.date()
    return found
