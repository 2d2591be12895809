"""Staged matters in the store 分步事项: people are registered and cases that are named are in the ledger.

Nothing is kept beside the chain.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models.case_state import find_by_number
from models.staff import Staff
from rules.errors import ContentInvalid
from rules.matter import MATTERS
from rules.matter.schema import Kind
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.form import Filled
    from rules.matter.schema import ActLine, FieldLine
    from rules.rulebook import Rulebook


def completed(
    reading: Reading, header: CaseHeader, filled: Filled, act_kind: str, at: int, rulebook: Rulebook
) -> Filled:
    """Return what was filled in with people by their identifiers.

    Raises `ContentInvalid` naming field and line for whoever is not registered, and for a case that is not there.
    """
    del at, rulebook
    line = MATTERS[header.process.name].acts.get(act_kind)
    if line is None:
        return filled
    content = dict(filled.content)
    for entry in line.fields:
        if entry.key not in content:
            continue
        if entry.kind in {Kind.PERSON, Kind.PEOPLE}:
            content[entry.key] = _people(Staff.read(reading, header.place.county_id), header, line, entry, content)
        elif entry.kind is Kind.CASE:
            _refuse_unknown_case(reading, header, line, entry, content[entry.key])
    return replace(filled, content=content)


def _people(staff: Staff, header: CaseHeader, line: ActLine, entry: FieldLine, content: dict[str, Any]) -> Any:
    said: str | Sequence[str] = content[entry.key]
    if isinstance(said, str):
        return _person(staff, header, line, entry.label, said)
    found = [_person(staff, header, line, entry.label, who, at=n) for n, who in enumerate(said, start=1)]
    if len(set(found)) != len(found):
        raise ContentInvalid(f"「{entry.label}」中有同一人写了两次。请核对后重填。", clause=line.clause)
    return found


def _person(staff: Staff, header: CaseHeader, line: ActLine, label: str, written: str, *, at: int | None = None) -> str:
    """Return whom a name, a login or an identifier means. Raises `ContentInvalid` naming the field and its line."""
    try:
        return staff.meant(written, header.place.department_id).id
    except ContentInvalid as error:
        if at is None:
            raise ContentInvalid(f"「{label}」一项：{error.message}", clause=line.clause) from error
        raise ContentInvalid(f"「{label}」第 {at} 行：{error.message}", clause=line.clause) from error


def _refuse_unknown_case(reading: Reading, header: CaseHeader, line: ActLine, entry: FieldLine, number: str) -> None:
    found = find_by_number(reading, header.place.county_id, number)
    if found is None or found.process.name != entry.of:
        label = PROCESSES[entry.of].label
        raise ContentInvalid(
            f"「{entry.label}」{number} 不是台账中「{label}」的编号。请先登记{label}，或者核对编号。",
            clause=line.clause,
        )
