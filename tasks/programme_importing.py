"""Importing a list 导入清单: rows that are not on it yet become one act; a row at fault stops no other."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from documents.programme_table import OWN, table_of
from documents.table_import import CellNote, read_table
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

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from documents.columns import TableSpec
    from documents.table_import import TableResult
    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.actor import Actor
    from rules.programme import Facts
    from tasks.resources import Resources

_STROKE = "|"


@dataclass(frozen=True, slots=True)
class ListReport:
    """What became of the rows: `entered` are on the list now, `same` were before, `bad` could not be entered."""

    table: TableResult
    entered: int
    same: int
    bad: int
    written: bool

    @property
    def words(self) -> str:
        """Return the report as one sentence."""
        done = "列入" if self.written else "可列入"
        return f"{done} {self.entered} 项，已在清单中 {self.same} 项，有问题 {self.bad} 行"


def table_for(tools: Resources, number: str, actor: Actor) -> TableSpec:
    """Return the table of a programme's list. Raises `UnknownRecord`, `OutsideScope`, `ContentInvalid`."""
    with tools.store.read() as reading:
        _, facts = _opened(tools, reading, number, actor)
    return table_of(roster_of(line_of(facts, tools.rulebook)))


def bring_in(tools: Resources, number: str, path: Path, actor: Actor, *, writes: bool = True) -> ListReport:
    """Enter the good rows as one act and return what became of each; without `writes` only say so.

    Raises `ImportRefused` for the whole file, and what the ledger raises for the act; then nothing was written.
    """
    table = read_table(path, table_for(tools, number, actor), tools.now().date())
    rows, wanted, same = list(table.rows), list[str](), 0
    with tools.store.read() as reading:
        header, facts = _opened(tools, reading, number, actor)
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
                _judge(tools, reading, header, facts, actor, line)
            except ActRefused as refused:
                rows[index] = replace(row, errors=(*row.errors, CellNote(0, "", "列入", refused.message)))
                continue
            listed.add(row.values["object"])
            wanted.append(line)
            rows[index] = replace(row, outcome="已列入" if writes else "可列入")
    if wanted and writes:
        deed = Deed(ProgrammeAct.ENTER_LIST, actor, f"list:{secrets.token_hex(8)}", {"list": wanted})
        tools.ledger.record(number, deed, tools.now())
    table = replace(table, rows=tuple(rows))
    return ListReport(table, len(wanted), same, len(table.bad_rows), writes)


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
