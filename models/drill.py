"""Drills in the store 演练: what only the ledger knows of a scheme, and whom and what it may name.

A hall that is taken, a command without commander, a plan, a drill or an accident that is not on the books, a name that
nobody bears: all of it is found here, in the transaction of the act, and never left to whoever fills the form in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from models.case_state import find_by_number
from models.clock import micros
from models.drill_lines import DrillLineRow
from models.drill_rows import CLASHES, DrillRow, hall_key
from models.duty import DutyRow
from models.history import read_history
from models.organisation import Person
from models.staff import Staff
from models.statements import Statement, table
from rules.command import CommandAct
from rules.drill import HOSTS, DrillAct
from rules.drill.acts import Change
from rules.drill.hosts import Host, Shape
from rules.drill.scheme import instant as written_instant
from rules.drill_year.facts import RECORDABLE
from rules.errors import ContentInvalid
from rules.plan import PlanAct
from rules.standing import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendulum import DateTime

    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.form import Filled
    from rules.rulebook import Rulebook

_persons, _duties, _drills, _lines = (table(model) for model in (Person, DutyRow, DrillRow, DrillLineRow))
_KNOWN = Statement(
    select(_persons.c.id).where(
        _persons.c.id == bindparam("person"),
        _persons.c.county_id == bindparam("county"),
        _persons.c.erased_at.is_(None),
    )
)
# A post of a command that nobody holds is owed by name until somebody does.
_VACANT = Statement(
    select(_duties.c.about)
    .where(
        _duties.c.case_id == bindparam("case_id"),
        _duties.c.status == "open",
        _duties.c.act == CommandAct.APPOINT.value,
    )
    .order_by(_duties.c.about)
)
_LINE = Statement(
    select(_lines.c.state).where(
        _lines.c.county_id == bindparam("county"), _lines.c.year == bindparam("in_year"), _lines.c.no == bindparam("no")
    )
)
_HALL = Statement(select(_drills.c.hall).where(_drills.c.case_id == bindparam("case_id")))
_PEOPLE = (("evaluators", "评估人员"), ("participants", "参演人员"))


def completed(
    reading: Reading, header: CaseHeader, filled: Filled, act_kind: str, at: int, rulebook: Rulebook
) -> Filled:
    """Return what was filled in with what only the ledger knows, people by their identifiers.

    Raises `ContentInvalid` naming field and line for whoever or whatever is not on the books.
    """
    del at, rulebook
    complete = _COMPLETE.get(DrillAct(act_kind))
    return filled if complete is None else complete(reading, header, filled)


# --- the scheme ----------------------------------------------------------------------------------


def _scheme(reading: Reading, header: CaseHeader, filled: Filled) -> Filled:
    content = dict(filled.content)
    county = header.place.county_id
    _check_whose(header, content)
    _check_plan(reading, county, content["plan"], "drill-scheme")
    _check_line(reading, county, content.get("line", ""), written_instant(content["starts_at"]).year)
    staff = Staff.read(reading, county)
    content["commander"] = _person(staff, header, content["commander"], "总指挥")
    for key, label in _PEOPLE:
        content[key] = [
            _person(staff, header, name, label, line=line) for line, name in enumerate(content[key], start=1)
        ]
    if content["shape"] != Shape.PAPER:
        span = written_instant(content["starts_at"]), written_instant(content["ends_at"])
        content |= _clashes(reading, header, hall_key(content.get("hall", "")), *span)
    if content.get("command"):
        content |= _vacancies(reading, county, content["command"])
    return replace(filled, content=content)


def _check_whose(header: CaseHeader, content: Mapping[str, Any]) -> None:
    """Refuse a unit's drill that does not stand under the unit, any other that does: their posts are those asked."""
    is_of_a_unit = content["host"] == Host.UNIT
    if is_of_a_unit is not bool(header.place.unit_id):
        whose = "该单位名下" if is_of_a_unit else "组织演练的机构名下"
        raise ContentInvalid(
            f"「组织单位」为{HOSTS[content['host']]}的演练登记在{whose}。请重新选择组织单位，或者在{whose}制定方案。",
            clause="drill-scheme",
        )


def _check_plan(reading: Reading, county: str, number: str, clause: str) -> None:
    found = find_by_number(reading, county, number)
    if found is None or found.process.name != "plan" or found.status != Status.OPEN:
        raise ContentInvalid(
            f"没有编号为「{number}」的有效预案。请在「预案」列表中核对编号；预案尚未登记的，先启动编制。", clause=clause
        )


def _check_line(reading: Reading, county: str, no: str, year: int) -> None:
    """Refuse a line that the plan of the year does not have, or that waits for no drill; a missed one may be named."""
    row = reading.one(_LINE, county=county, in_year=year, no=no) if no else None
    if no and (row is None or row[0] not in RECORDABLE):
        raise ContentInvalid(
            f"{year}年的年度演练计划里没有待演练的第「{no}」项。请在「年度演练」中核对序号；没有列入计划的不填。",
            clause="drill-year-plan",
        )


def _person(staff: Staff, header: CaseHeader, written: str, label: str, *, line: int | None = None) -> str:
    """Return whom a name, a login or an identifier means. Raises `ContentInvalid` naming the field and its line."""
    try:
        return staff.meant(written, header.place.department_id).id
    except ContentInvalid as error:
        if line is None:
            raise ContentInvalid(f"「{label}」一项：{error.message}", clause="drill-scheme") from error
        raise ContentInvalid(f"「{label}」第 {line} 行：{error.message}", clause="drill-scheme") from error


def _clashes(
    reading: Reading, header: CaseHeader, hall: str, starts_at: DateTime, ends_at: DateTime
) -> dict[str, list[str]]:
    """Return the other drills that hold the hall at that time, nothing where it is free or none is named."""
    if not hall:
        return {}
    rows = reading.all(
        CLASHES,
        county=header.place.county_id,
        hall=hall,
        since=micros(starts_at),
        until=micros(ends_at),
        besides=header.id,
    )
    return {"clashes": [number for (number,) in rows]} if rows else {}


def _vacancies(reading: Reading, county: str, number: str) -> dict[str, list[str]]:
    """Return the posts of a command that nobody holds, nothing where all are filled."""
    found = find_by_number(reading, county, number)
    if found is None or found.process.name != "command" or found.status != Status.OPEN:
        raise ContentInvalid(
            f"没有编号为「{number}」的指挥部，或者已经撤销。请在「指挥部」列表中核对编号。", clause="cmd-role"
        )
    rows = reading.all(_VACANT, case_id=found.id)
    return {"vacant": [about for (about,) in rows]} if rows else {}


# --- changes -------------------------------------------------------------------------------------


def _change(reading: Reading, header: CaseHeader, filled: Filled) -> Filled:
    content = filled.content
    if content["kind"] == Change.MERGE and content.get("number"):
        _check_other(reading, header, content["number"])
    if content["kind"] != Change.POSTPONE or not (content.get("starts_at") and content.get("ends_at")):
        return filled
    row = reading.one(_HALL, case_id=header.id)
    span = written_instant(content["starts_at"]), written_instant(content["ends_at"])
    return replace(filled, content={**content, **_clashes(reading, header, row[0] if row else "", *span)})


def _check_other(reading: Reading, header: CaseHeader, number: str) -> None:
    found = find_by_number(reading, header.place.county_id, number)
    if found is None or found.process is not header.process or found.status != Status.OPEN:
        raise ContentInvalid(
            f"没有编号为「{number}」、还在办理的演练，不能并入。请在「演练」列表中核对编号。", clause="drill-change"
        )
    if found.id == header.id:
        raise ContentInvalid(f"「{number}」就是本演练，不能并入自己。请填写另一演练的编号。", clause="drill-change")


# --- people and numbers in other acts ------------------------------------------------------------


def _one_person(reading: Reading, header: CaseHeader, filled: Filled) -> Filled:
    written = filled.content["person"]
    county = header.place.county_id
    if reading.one(_KNOWN, person=written, county=county) is not None:
        return filled
    person = _person(Staff.read(reading, county), header, written, "人员")
    return replace(filled, content={**filled.content, "person": person})


def _turned_real(reading: Reading, header: CaseHeader, filled: Filled) -> Filled:
    number = filled.content["number"]
    found = find_by_number(reading, header.place.county_id, number)
    if found is None or found.process.name != "incident" or found.status != Status.OPEN:
        raise ContentInvalid(
            f"没有编号为「{number}」、还在办理的事故。尚未开立的，用「转为实战」页一次办理：同时开立事故、终止演练。",
            clause="drill-real",
        )
    return filled


def _revised(reading: Reading, header: CaseHeader, filled: Filled) -> Filled:
    """Ask that the plan's own case knows of it, where somebody decides; one in the making takes it up as it is.

    Law: plan-revise 第六条第二款.
    """
    number = filled.content["number"]
    _check_plan(reading, header.place.county_id, number, "plan-revise")
    plan = find_by_number(reading, header.place.county_id, number)
    assert plan is not None, "it is on the books"
    acts = read_history(reading, plan.id, plan.process)
    is_in_force = any(act.kind == PlanAct.PUBLISH for act in acts)
    if is_in_force and not any(act.kind == PlanAct.TRIGGER and act.word("source") == header.number for act in acts):
        raise ContentInvalid(
            f"预案「{number}」还没有报来本演练发现的问题。请先在该预案登记「报来修订情形」，"
            f"来源事项编号填写 {header.number}，再提请修订。",
            clause="plan-revise",
        )
    return filled


_COMPLETE: Mapping[DrillAct, Callable[[Reading, CaseHeader, Filled], Filled]] = {
    DrillAct.PREPARE: _scheme,
    DrillAct.AMEND: _scheme,
    DrillAct.CHANGE: _change,
    DrillAct.SIGN_IN: _one_person,
    DrillAct.ABSENT: _one_person,
    DrillAct.TURN_REAL: _turned_real,
    DrillAct.REVISE: _revised,
}
