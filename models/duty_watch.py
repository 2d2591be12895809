"""The duty watch in the store 值班: what its acts leave beside the chain, what only the ledger can fill in or check."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from models import watch
from models.case import Case
from models.clock import micros
from models.duty import DutyRow
from models.organisation import Person
from models.policy import Scoped
from models.roster_changes import WATCH, touch
from models.statements import Statement, insert_row, one_of, table
from models.watch import AbsenceRow, ShiftRow
from rules.actor import WATCH_ROLES
from rules.duty_watch import FORMS, Facts, WatchAct
from rules.duty_watch.reading import read_shift
from rules.errors import ContentInvalid
from rules.form import FieldKind

if TYPE_CHECKING:
    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.actor import Scope
    from rules.form import Filled
    from rules.rulebook import Rulebook
    from rules.watch import Absence, Shift

_shifts, _absences, _persons = table(ShiftRow), table(AbsenceRow), table(Person)
_cases, _duties = table(Case), table(DutyRow)
_ADD_SHIFT, _ADD_ABSENCE = insert_row(ShiftRow), insert_row(AbsenceRow)
_DROP_SHIFT = Statement(
    delete(_shifts).where(_shifts.c.case_id == bindparam("in_case"), _shifts.c.code == bindparam("of_code"))
)
_DROP_ABSENCE = Statement(
    delete(_absences).where(_absences.c.case_id == bindparam("in_case"), _absences.c.seq == bindparam("of_seq"))
)
_KNOWN = Statement(
    select(_persons.c.id).where(
        _persons.c.id == bindparam("person"),
        _persons.c.county_id == bindparam("county"),
        _persons.c.erased_at.is_(None),
    )
)
_OPEN_ITEMS = Statement(
    select(_cases.c.number, _duties.c.act, _cases.c.kind, _duties.c.about)
    .select_from(_cases.join(_duties, _duties.c.case_id == _cases.c.id))
    .where(
        _cases.c.county_id == bindparam("county"),
        _duties.c.status == "open",
        one_of(_duties.c.holder, *sorted(role.value for role in WATCH_ROLES)),
        _duties.c.started_at <= bindparam("at"),
    )
    .order_by(_duties.c.due_alert, _duties.c.id)
    .limit(bindparam("most"))
)
_ROSTERS = Scoped(
    lambda condition: (
        select(_cases.c.id, _cases.c.number, _cases.c.department_id)
        .where(condition, _cases.c.kind == "duty_watch", _cases.c.status == "open")
        .order_by(_cases.c.id)
    )
)
_REPORTS = Statement(
    select(_duties.c.about)
    .where(
        _duties.c.case_id == bindparam("case_id"),
        _duties.c.act == WatchAct.ZERO_REPORT.value,
        _duties.c.status == "open",
    )
    .order_by(_duties.c.about)
)
_MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class OpenRoster:
    """A roster that goes on: its case, its organisation, and the days whose report is still owed."""

    number: str
    organisation_id: str
    reports: tuple[str, ...]


def open_rosters(reading: Reading, scope: Scope) -> list[OpenRoster]:
    """Return the rosters within a scope that go on, the oldest first."""
    rows = _ROSTERS.all(reading, scope)
    return [
        OpenRoster(number, organisation_id, tuple(str(about) for (about,) in reading.all(_REPORTS, case_id=case_id)))
        for case_id, number, organisation_id in rows
    ]


def project(writing: Writing, header: CaseHeader, before: Facts, after: Facts) -> None:
    """Write the rows of what an act changed in shifts and absences, and make every process read the roster again."""
    if before.shifts is after.shifts and before.absences is after.absences:
        return
    for shift in (shift for shift in before.shifts if shift not in after.shifts):
        writing.run(_DROP_SHIFT, in_case=header.id, of_code=shift.code)
    for shift in (shift for shift in after.shifts if shift not in before.shifts):
        writing.run(_ADD_SHIFT, **_shift_row(header, shift))
    dropped = [absence for absence in before.absences if absence not in after.absences]
    added = [absence for absence in after.absences if absence not in before.absences]
    for absence in dropped:
        writing.run(_DROP_ABSENCE, in_case=header.id, of_seq=absence.seq)
    for absence in added:
        writing.run(_ADD_ABSENCE, **_absence_row(header, absence))
    away = {absence.person for absence in (*dropped, *added)}
    touch(writing, *away, *(() if before.shifts is after.shifts else (WATCH,)))


def differs(reading: Reading, case_id: int, facts: Facts) -> bool:
    """Tell whether the rows of a roster are not what its acts make of them."""
    return watch.stored(reading, case_id) != (frozenset(facts.shifts), frozenset(facts.absences))


def completed(
    reading: Reading, header: CaseHeader, filled: Filled, act_kind: str, at: int, rulebook: Rulebook
) -> Filled:
    """Return what was filled in, with what only the ledger knows: the open items of a hand-over 未办事项."""
    del rulebook
    if act_kind != WatchAct.HAND_OVER:
        return filled
    items = open_items(reading, header.place.county_id, at, besides=header.number)
    content = {key: value for key, value in filled.content.items() if key != "items"}
    return replace(filled, content={**content, "items": items} if items else content)


def open_items(reading: Reading, county_id: str, at: int, *, besides: str = "") -> list[str]:
    """Return what the watch still owes in other cases and what older shifts left behind, as number and act."""
    rows = reading.all(_OPEN_ITEMS, county=county_id, at=at, most=_MOST_ITEMS)
    return [
        f"{number} {act}" if about is None else f"{number} {act} {about}"
        for number, act, _, about in rows
        if number != besides or act == WatchAct.EXPLAIN
    ]


def refuse_strangers(reading: Reading, county_id: str, act: Act) -> None:
    """Return when everybody whom an act names is a registered person. Raises `ContentInvalid` naming who is not."""
    for person in sorted(named_in(act)):
        if reading.one(_KNOWN, person=person, county=county_id) is None:
            raise ContentInvalid(
                f"没有登记编号为「{person}」的人员。请先登记该人员，或者核对后重新提交。", clause="duty-24h"
            )


def named_in(act: Act) -> frozenset[str]:
    """Return the identifiers of all people whom an act names, those in the lines of a roster included."""
    form = FORMS[WatchAct(act.kind)]
    named = {act.word(entry.key) for entry in form.fields if entry.kind is FieldKind.PERSON} - {""}
    if act.kind in {WatchAct.PUBLISH, WatchAct.AMEND}:
        named |= {person for line in act.content["shifts"] for person in read_shift(line).people}
    return frozenset(named)


def _shift_row(header: CaseHeader, shift: Shift) -> dict[str, object]:
    return {
        "case_id": header.id,
        "code": shift.code,
        "organisation_id": header.place.department_id,
        "starts_at": micros(shift.starts_at),
        "ends_at": micros(shift.ends_at),
        "leader": shift.leader,
        "keepers": json.dumps(shift.keepers),
        "by_head": shift.by_head,
    }


def _absence_row(header: CaseHeader, absence: Absence) -> dict[str, object]:
    return {
        "case_id": header.id,
        "seq": absence.seq,
        "person_id": absence.person,
        "starts_at": micros(absence.starts_at),
        "ends_at": micros(absence.ends_at),
        "substitute_id": absence.substitute,
    }
