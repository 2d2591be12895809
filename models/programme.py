"""Programmes in the store 专项: who may be on a list, which accident costs a name, rows beside the chain.

The rows are what the acts of the case add up to, written in the act's own transaction; one holder has one programme of
a term once, which the database itself enforces.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from models.case import Case
from models.case_state import find_by_number
from models.organisation import Organisation, Person, Unit
from models.programme_members import accident_of, is_of_member, refuse_unregistered
from models.programme_rows import ProgrammeItemRow, ProgrammeRow
from models.staff import Staff
from models.statements import Statement, insert_row, parameter, table
from rules.errors import ContentInvalid
from rules.hazard import HAZARD
from rules.incident import INCIDENT
from rules.programme import ProgrammeAct
from rules.programme.acts import INCIDENT as FOR_AN_ACCIDENT
from rules.programme.facts import State
from rules.programme.reading import entries_in, line_of
from rules.programmes import Members

if TYPE_CHECKING:
    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.form import Filled
    from rules.programme import Facts
    from rules.programme.facts import Item
    from rules.rulebook import Rulebook

_rows, _items, _cases, _persons, _organisations, _units = (
    table(model) for model in (ProgrammeRow, ProgrammeItemRow, Case, Person, Organisation, Unit)
)
_ADD, _ADD_ITEM = insert_row(ProgrammeRow), insert_row(ProgrammeItemRow)
_STATES = ("outcome", "reached", "open", "closed", "lost", "late", "stuck", "reported")
_MOVE = Statement(
    update(_rows)
    .where(_rows.c.case_id == bindparam("in_case"))
    .values({name: parameter(f"new_{name}") for name in _STATES})
)
_DROP_ITEM = Statement(
    delete(_items).where(_items.c.case_id == bindparam("in_case"), _items.c.no == bindparam("of_no"))
)
_STATE = Statement(select(*(_rows.c[name] for name in _STATES)).where(_rows.c.case_id == bindparam("case_id")))
_CELLS = ("no", "object", "person", "measure", "due", "cells", "state", "closed_on", "incident")
_ITEMS = Statement(select(*(_items.c[name] for name in _CELLS)).where(_items.c.case_id == bindparam("case_id")))
_LISTED_ELSEWHERE = Statement(
    select(_cases.c.number)
    .select_from(
        _items.join(_rows, _rows.c.case_id == _items.c.case_id).join(_cases, _cases.c.id == _items.c.case_id)
    )
    .where(
        _items.c.object == bindparam("object"), _items.c.state != State.DROPPED.value,
        _rows.c.county_id == bindparam("county"), _rows.c.programme == bindparam("programme"),
        _rows.c.last == bindparam("last"), _rows.c.case_id != bindparam("case_id"),
    )
)  # fmt: skip
_NAMES = Statement(
    select(_items.c.no).where(_items.c.case_id == bindparam("case_id"), _items.c.person == bindparam("person"))
)
_KNOWN = Statement(
    select(_persons.c.id).where(
        _persons.c.id == bindparam("person"),
        _persons.c.county_id == bindparam("county"),
        _persons.c.erased_at.is_(None),
    )
)
_HOLDS = Statement(
    select(_organisations.c.id).where(
        _organisations.c.county_id == bindparam("county"), _organisations.c.code == bindparam("code")
    )
)
_HOLDS_UNIT = Statement(
    select(_units.c.id).where(_units.c.county_id == bindparam("county"), _units.c.code == bindparam("code"))
)
_OPENED = Statement(
    select(_cases.c.number)
    .select_from(_rows.join(_cases, _cases.c.id == _rows.c.case_id))
    .where(
        _rows.c.county_id == bindparam("county"), _rows.c.programme == bindparam("programme"),
        _rows.c.holder == bindparam("holder"), _rows.c.last == bindparam("last"),
    )
)  # fmt: skip


def is_named(reading: Reading, case_id: int, person_id: str) -> bool:
    """Tell whether an entry of a programme's list names a person."""
    return reading.one(_NAMES, case_id=case_id, person=person_id) is not None


def opened_as(reading: Reading, county_id: str, programme: str, holder: str, last: str) -> str | None:
    """Return the number of a holder's programme of the term that ends on a day, None where there is none."""
    row = reading.one(_OPENED, county=county_id, programme=programme, holder=holder, last=last)
    return row[0] if row else None


# --- at the door ---------------------------------------------------------------------------------


def completed(
    reading: Reading, header: CaseHeader, filled: Filled, act_kind: str, at: int, rulebook: Rulebook
) -> Filled:
    """Return what was filled in, with identifiers in the place of whom a list names by name or login.

    Raises `ContentInvalid` for a person who is not registered, or may be several. Law: prog-record 专项登记.
    """
    del at, rulebook
    if act_kind != ProgrammeAct.ENTER_LIST:
        return filled
    staff = Staff.read(reading, header.place.county_id)
    found = [_with_person(line, staff, header.place.department_id) for line in filled.content["list"]]
    return replace(filled, content={**filled.content, "list": found})


def _with_person(line: str, staff: Staff, home: str) -> str:
    line = line.replace("\t", "|")  # cells that were copied from a spreadsheet
    thing, stroke, rest = line.partition("|")
    person, more, left = rest.partition("|")
    if not person.strip():
        return line
    return f"{thing}{stroke}{staff.meant(person.strip(), home).id}{more}{left}"


def check(reading: Reading, county_id: str, act: Act) -> None:
    """Return when the people and hazards named are there. Raises `ContentInvalid`. Law: prog-record; prog-refer."""
    person = act.word("person")
    if person and reading.one(_KNOWN, person=person, county=county_id) is None:
        raise ContentInvalid("「责任人」没有登记。请从名单中选择，或者先登记该人员。", clause="prog-record")
    for number in act.content.get("hazards", ()):
        found = find_by_number(reading, county_id, number)
        if found is None or found.process is not HAZARD:
            raise ContentInvalid(
                f"没有编号为「{number}」的隐患。请先登记隐患，或者核对编号后重新提交。", clause="prog-refer"
            )


def judge(reading: Reading, header: CaseHeader, facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when registers and accidents bear out what an act says. Raises `ContentInvalid` with the clause.

    Law: prog-open 专项启动; prog-zero-villages, prog-zero-units （十一）; prog-lost 因事故退出.
    """
    match act.kind:
        case ProgrammeAct.OPEN:
            _judge_opening(reading, header, act)
        case ProgrammeAct.ENTER | ProgrammeAct.ENTER_LIST:
            _judge_entries(reading, header, facts, act)
        case ProgrammeAct.CHECK if facts.members is not Members.NONE and act.word("passed") == "yes":
            _judge_verified(reading, header, facts, facts.items[act.word("about")], rulebook)
        case ProgrammeAct.DROP if act.word("why") == FOR_AN_ACCIDENT:
            _judge_lost(reading, header, facts, act)
        case ProgrammeAct.RESTORE:
            _judge_restored(reading, header, facts, act)
        case _:
            return


def _judge_opening(reading: Reading, header: CaseHeader, act: Act) -> None:
    county, holder, last = header.place.county_id, act.word("holder"), act.day("last")
    of_unit = header.place.unit_id
    row = reading.one(_HOLDS_UNIT if of_unit else _HOLDS, county=county, code=holder)
    if row is None or row[0] != (of_unit or header.place.department_id):
        raise ContentInvalid(f"「承办单位」{holder} 与事项所属的单位不符。请核对编码。", clause="prog-open")
    number = opened_as(reading, county, act.word("programme"), holder, str(last))
    if number is not None:
        raise ContentInvalid(f"该承办单位的这一专项已经启动，编号 {number}。请打开该事项登记。", clause="prog-open")


def _judge_entries(reading: Reading, header: CaseHeader, facts: Facts, act: Act) -> None:
    if facts.members is Members.NONE:
        return
    for entry in entries_in(act):
        refuse_unregistered(reading, header.place, facts.members, entry.object)
        row = reading.one(
            _LISTED_ELSEWHERE, object=entry.object, county=header.place.county_id, programme=facts.programme,
            last=str(facts.last), case_id=header.id,
        )  # fmt: skip
        if row is not None:
            raise ContentInvalid(
                f"「{entry.object}」已列入 {row[0]} 的名册。请核对，不要重复申报。", clause="prog-record"
            )


def _judge_verified(reading: Reading, header: CaseHeader, facts: Facts, item: Item, rulebook: Rulebook) -> None:
    number = accident_of(reading, header.place.county_id, facts.members, item.object, facts.begins, facts.ends)
    if number is not None:
        roster = line_of(facts, rulebook).roster
        raise ContentInvalid(
            f"台账中「{item.object}」在本期限内有事故 {number}，不能核验为零事故。请按「发生事故」移出。",
            clause=roster.check_id if roster else "prog-lost",
        )


def _judge_lost(reading: Reading, header: CaseHeader, facts: Facts, act: Act) -> None:
    item, number = facts.items[act.word("about")], act.word("incident")
    found = find_by_number(reading, header.place.county_id, number)
    if found is None or found.process is not INCIDENT or found.status == "void":
        raise ContentInvalid(f"台账中没有编号为「{number}」的有效事故。请核对编号。", clause="prog-lost")
    if not is_of_member(reading, found, facts.members, item.object, facts.begins, facts.ends):
        raise ContentInvalid(
            f"事故 {number} 不属于「{item.object}」，或者不在 {facts.begins} 至 {facts.ends} 之间。请核对编号。",
            clause="prog-lost",
        )


def _judge_restored(reading: Reading, header: CaseHeader, facts: Facts, act: Act) -> None:
    item = facts.items[act.word("about")]
    found = find_by_number(reading, header.place.county_id, item.incident)
    if found is None or found.status == "void":
        return
    if not is_of_member(reading, found, facts.members, item.object, facts.begins, facts.ends):
        return
    if facts.members is Members.UNIT:
        raise ContentInvalid(
            f"事故 {item.incident} 仍在台账中。请先按事故流程作废或者更正，再恢复。", clause="prog-lost"
        )
    if "note" not in act.texts:
        raise ContentInvalid("恢复的应写明该事故为何不属于本村。请填写说明。", clause="prog-lost")


# --- beside the chain ----------------------------------------------------------------------------


def project(writing: Writing, header: CaseHeader, before: Facts, after: Facts) -> None:
    """Write the row of a programme, and the entries that an act made or moved on."""
    if not before.programme:
        writing.run(_ADD, case_id=header.id, county_id=header.place.county_id, **_fixed(after), **_state(after))
    elif _state(before) != _state(after):
        writing.run(_MOVE, in_case=header.id, **{f"new_{name}": value for name, value in _state(after).items()})
    if before.items is after.items:
        return
    for no, item in after.items.items():
        known = before.items.get(no)
        if known is item:
            continue
        if known is not None:
            writing.run(_DROP_ITEM, in_case=header.id, of_no=no)
        writing.run(_ADD_ITEM, case_id=header.id, **_item_row(item))


def differs(reading: Reading, case_id: int, facts: Facts) -> bool:
    """Tell whether the rows of a programme are not what its acts make of them."""
    row = reading.one(_STATE, case_id=case_id)
    items = {tuple(row) for row in reading.all(_ITEMS, case_id=case_id)}
    wanted = {tuple(_item_row(item).values()) for item in facts.items.values()}
    return row is None or tuple(row) != tuple(_state(facts).values()) or items != wanted


def _fixed(facts: Facts) -> dict[str, object]:
    return {
        "programme": facts.programme,
        "kind": facts.grade or "",
        "members": facts.members.value,
        "holder": facts.holder,
        "role": facts.role.value,
        "first": facts.begins.isoformat(),
        "last": facts.ends.isoformat(),
        "milestones": len(facts.awaited),
    }


def _state(facts: Facts) -> dict[str, object]:
    return {
        "outcome": facts.outcome.value,
        "reached": len(facts.reached),
        "open": len(facts.unclosed),
        "closed": facts.count(State.CLOSED, State.HONOURED),
        "lost": facts.count(State.LOST),
        "late": sum(duty.breached for duty in facts.live.values()),
        "stuck": sum(not report.is_referred for report in facts.reports),
        "reported": facts.reports[-1].period if facts.reports else "",
    }


def _item_row(item: Item) -> dict[str, str]:
    return {
        "no": item.no,
        "object": item.object,
        "person": item.person,
        "measure": item.measure,
        "due": item.due.isoformat(),
        "cells": "|".join(item.columns),
        "state": item.state.value,
        "closed_on": item.closed_on.isoformat() if item.closed_on else "",
        "incident": item.incident,
    }
