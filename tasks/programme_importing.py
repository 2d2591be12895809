"""Importing a list 导入清单: rows that are not on it yet become one act; a row at fault stops no other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from documents.programme_table import OWN, table_of
from models import programme
from models.case_state import find_by_number
from models.receipt import Deed
from models.staff import Staff
from models.storybook import open_tale
from rules.act import Act
from rules.errors import ActRefused, ContentInvalid, OutsideScope, UnknownRecord
from rules.programme import PROGRAMME, ProgrammeAct
from rules.programme.facts import State
from rules.programme.reading import Entry, line_of, roster_of, write_entry
from tasks.table_job import Report, in_one, may_write, read, refused, with_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.actor import Actor
    from rules.programme import Facts
    from tasks.resources import Resources
    from tasks.table_job import Job

_STROKE = "|"


def bring_in(tools: Resources, job: Job) -> Report:
    """Enter the good rows as one act, or all or none of them, and return what became of each.

    Raises `ImportRefused` for the whole file, and what the ledger raises for the act; then nothing was written.
    """
    with tools.store.read() as reading:
        header, facts = _opened(tools, reading, job.about, job.actor)
        spec = table_of(roster_of(line_of(facts, tools.rulebook)))
    table = read(tools, job, spec)
    rows, wanted, same = list(table.rows), dict[int, str](), 0
    with tools.store.read() as reading:
        staff = Staff.read(reading, tools.installation.county_id)
        listed = {item.object for item in facts.items.values() if item.state is not State.DROPPED}
        for index, row in enumerate(rows):
            if not row.is_good:
                continue
            if row.values["object"] in listed:
                same += 1
                rows[index] = replace(row, outcome="已在清单中")
                continue
            try:
                line = _line(row.values, staff, header)
                _judge(tools, reading, header, facts, job.actor, line)
            except ActRefused as trouble:
                rows[index] = refused(row, "列入", trouble.message)
                continue
            listed.add(row.values["object"])
            wanted[index] = line
    is_kept = may_write(job.mode, with_rows(table, rows))
    if wanted:
        deed = Deed(ProgrammeAct.ENTER_LIST, job.actor, f"list:{job.key}", {"list": list(wanted.values())})
        in_one(
            tools.store,
            lambda writing: tools.ledger.record_in(writing, job.about, deed, tools.now()),
            keeps=lambda _: is_kept,
        )
    for index in wanted:
        rows[index] = replace(rows[index], outcome="已列入" if is_kept else "可列入")
    return Report(with_rows(table, rows), len(wanted), same, job.mode)


def _opened(tools: Resources, reading: Reading, number: str, actor: Actor) -> tuple[CaseHeader, Facts]:
    county = tools.installation.county_id
    header = find_by_number(reading, county, number)
    if header is None or header.process is not PROGRAMME:
        raise UnknownRecord(f"没有编号为「{number}」的专项。请核对编号，如 ZX-2026-0001。")
    if not actor.scope.covers(header.place):
        raise OutsideScope
    return header, open_tale(reading, county, number, tools.rulebook).facts


def _line(values: Mapping[str, Any], staff: Staff, header: CaseHeader) -> str:
    """Return a row as a line of the list, with the identifier of whom it names."""
    cells = [str(values.get(key, "")) for key in ("object", "measure", *_own(values))]
    if any(_STROKE in cell for cell in cells):
        raise ContentInvalid("格内不能有竖线「|」。请改为其他符号。", clause="prog-record")
    person = values.get("person")
    entry = Entry(
        object=values["object"],
        person=staff.meant(person, header.place.department_id).id if person else "",
        measure=values.get("measure", ""),
        due=values.get("due"),
        columns=tuple(str(values[key]) for key in _own(values)),
    )
    return write_entry(entry)


def _own(values: Mapping[str, Any]) -> list[str]:
    keys = [key for key in values if key.startswith(OWN)]
    return sorted(keys, key=lambda key: int(key.removeprefix(OWN)))


def _judge(tools: Resources, reading: Reading, header: CaseHeader, facts: Facts, actor: Actor, line: str) -> None:
    """Let rules and registers judge one line as if it were entered alone; nothing is written."""
    now = tools.now()
    act = Act(header.version + 1, ProgrammeAct.ENTER_LIST, actor, now, now, {"list": [line]})
    PROGRAMME.permit(facts, act, tools.rulebook)
    programme.judge(reading, header, facts, act, tools.rulebook)
