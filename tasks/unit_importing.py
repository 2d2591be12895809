"""Importing the one form 导入一张表: what a row says otherwise than the files becomes acts; an unchanged row none.

Each row is one transaction: all its acts or none, so that nothing is half entered. A blank cell changes nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from documents.annotate import annotate
from documents.table_import import CellNote, read_table
from documents.unit_table import UNIT_TABLE
from models.directory import unit_id_of
from models.receipt import Deed
from models.staff import Staff, bodies
from models.unit_file import file_of
from models.unit_table import lines_within
from rules.errors import ActRefused, ContentInvalid, ImportRefused
from rules.unit_file import UNIT_FILE, UnitAct
from rules.unit_file.acts import INSURANCE, LEADS, LICENCE, PARTIES, STANDARD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from documents.table_import import TableResult
    from models.staff import Body
    from models.store import Reading, Writing
    from models.unit_table import PaperCell, TableLine
    from rules.actor import Actor
    from tasks.resources import Resources

_SAID = "一张表导入"
_NO_UNIT = "管辖范围内没有编码为「{code}」的单位。请核对编码，或者先登记该单位"
_ENTERED_BY = {LICENCE: UnitAct.LICENSE, INSURANCE: UnitAct.INSURE, STANDARD: UnitAct.STANDARDISE}
_MORE = {
    LICENCE: {"licence_sort": "sort"},
    INSURANCE: {"insurance_sum": "sum", "insurance_insured": "insured"},
    STANDARD: {"standard_level": "level"},
}
_PAPER = {"number": "number", "authority": "authority", "from": "from", "until": "until"}


@dataclass(frozen=True, slots=True)
class UnitReport:
    """What became of the rows: `changed` led to acts, `same` said nothing new, `bad` could not be entered."""

    table: TableResult
    changed: int
    same: int
    bad: int
    acts: int
    written: bool

    @property
    def words(self) -> str:
        """Return the report as one sentence."""
        done = "登记" if self.written else "将登记"
        return f"{done} {self.changed} 家、{self.acts} 个行为，没有改动 {self.same} 家，有问题 {self.bad} 行"


class Reported(Protocol):
    """What any import hands back: the table with the outcome of each row."""

    @property
    def table(self) -> TableResult:
        """The rows as they were read, with what became of each."""
        ...


class _FaultError(Exception):
    """What is wrong with one cell of a row."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key, self.text = key, text


def bring_in(tools: Resources, path: Path, actor: Actor, *, writes: bool = True) -> UnitReport:
    """Enter the good rows and return what became of each; without `writes` only say so.

    Raises `ImportRefused` for the whole file; then nothing was written.
    """
    table = read_table(path, UNIT_TABLE, tools.now().date())
    with tools.store.read() as reading:
        register = _Register.read(reading, tools.installation.county_id, actor)
    rows, seen = list(table.rows), dict[str, int]()
    changed = same = acts = 0
    for index, row in enumerate(rows):
        if not row.is_good:
            continue
        try:
            wanted = _wanted(row.values, register, seen, row.row_no)
            done = _enter(tools, actor, row.values["code"], wanted) if writes else len(wanted)
        except _FaultError as fault:
            rows[index] = table.faulty(row, fault.key, fault.text)
            continue
        except ActRefused as refused:
            rows[index] = replace(row, errors=(*row.errors, CellNote(0, "", "登记", refused.message)))
            continue
        changed, same, acts = changed + bool(done), same + (not done), acts + done
        rows[index] = replace(row, outcome=f"{'已登记' if writes else '将登记'} {done} 个行为" if done else "没有改动")
    table = replace(table, rows=tuple(rows))
    return UnitReport(table, changed, same, len(table.bad_rows), acts, writes)


def write_report(path: Path, report: Reported, target: Path) -> bool:
    """Write the uploader's own workbook back with the outcome of each row; tell whether it could be."""
    try:
        annotate(path, report.table, target)
    except ImportRefused:
        return False
    return True


# --- what a row says otherwise -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Register:
    """What is on the books: a line for each unit within the scope, all bodies and people."""

    lines: Mapping[str, TableLine]
    bodies: tuple[Body, ...]
    staff: Staff

    @classmethod
    def read(cls, reading: Reading, county_id: str, actor: Actor) -> _Register:
        lines = {line.code: line for line in lines_within(reading, actor.scope)}
        return cls(lines, bodies(reading, county_id), Staff.read(reading, county_id))

    def body(self, key: str, written: str) -> str:
        """Return the code of the body that a name or a code means."""
        found = [body.code for body in self.bodies if written == body.code] or [
            body.code for body in self.bodies if written == body.name
        ]
        if len(found) != 1:
            raise _FaultError(key, f"没有名称或者编码为「{written}」的机构，或者有同名的。请核对，同名的填编码")
        return found[0]

    def person(self, key: str, written: str) -> tuple[str, str]:
        """Return whom a name or login means, and the code of the body where they hold a post."""
        try:
            member = self.staff.meant(written, "")
        except ContentInvalid as error:
            raise _FaultError(key, error.message) from error
        seats = sorted(body.code for body in self.bodies if body.id in member.organisations)
        if not seats:
            raise _FaultError(key, f"「{written}」没有在机构任职，不能登记为包保责任人。请核对人员")
        return member.id, seats[0]


def _wanted(
    values: Mapping[str, Any], register: _Register, seen: dict[str, int], row_no: int
) -> list[tuple[UnitAct, dict[str, Any]]]:
    code = values["code"]
    line = register.lines.get(code)
    if line is None:
        raise _FaultError("code", _NO_UNIT.format(code=code))
    if code in seen:
        raise _FaultError("code", f"与第 {seen[code]} 行是同一家单位")
    seen[code] = row_no
    found: list[tuple[UnitAct, dict[str, Any]]] = [] if line.gaps is not None else [(UnitAct.OPEN, {"note": _SAID})]
    found += _class(values, line)
    found += _seats(values, line, register)
    for kind in _ENTERED_BY:
        found += _papers(values, line, kind)
    says_nothing = found[:1] == [(UnitAct.OPEN, {"note": _SAID})] and len(found) == 1
    return [] if says_nothing else found


def _class(values: Mapping[str, Any], line: TableLine) -> list[tuple[UnitAct, dict[str, Any]]]:
    kind, colour = values.get("kind") or line.kind, values.get("colour") or line.colour
    if (kind, colour) == (line.kind, line.colour):
        return []
    if not (kind and colour):
        raise _FaultError("colour" if kind else "kind", "单位类别和风险等级应一并填写")
    said = {"kind": kind, "colour": colour, "reason": _SAID, "source": _SAID}
    return [(UnitAct.CLASSIFY, said | ({"underground": "yes"} if line.underground else {}))]


def _seats(values: Mapping[str, Any], line: TableLine, register: _Register) -> list[tuple[UnitAct, dict[str, Any]]]:
    found: list[tuple[UnitAct, dict[str, Any]]] = []
    for seat in (seat for seat in PARTIES if values.get(seat.value)):
        body, held = register.body(seat.value, values[seat.value]), line.seats.get(seat.value)
        if held is None or held.code != body:
            found.append((UnitAct.SEAT, {"about": seat.value, "organisation": body, "source": _SAID}))
    for seat in (seat for seat in LEADS if values.get(seat.value)):
        held = line.seats.get(seat.value)
        if held is not None and held.person == values[seat.value]:
            continue
        person, body = register.person(seat.value, values[seat.value])
        if held is None or held.person_id != person:
            said = {"about": seat.value, "organisation": body, "person": person, "source": _SAID}
            found.append((UnitAct.SEAT, said))
    return found


def _papers(values: Mapping[str, Any], line: TableLine, kind: str) -> list[tuple[UnitAct, dict[str, Any]]]:
    keys = {**{f"{kind}_{key}": name for key, name in _PAPER.items()}, **_MORE[kind]}
    said = {name: values[key] for key, name in keys.items() if values.get(key) not in {None, ""}}
    if not said:
        return []
    number = said.get("number", "")
    known = next((paper for paper in line.papers if (paper.kind, paper.number) == (kind, number)), None)
    if known is not None and _says_the_same(said, known):
        return []
    missing = next((key for key, name in keys.items() if name not in said), None)
    if missing is not None:
        raise _FaultError(missing, f"「{UNIT_TABLE.column(missing).title}」没有填写，这一份不能登记")
    said = {name: str(value) if isinstance(value, int) else value for name, value in said.items()}
    return [(_ENTERED_BY[kind], said | {"source": _SAID})]


def _says_the_same(said: Mapping[str, Any], known: PaperCell) -> bool:
    on_file = {
        "number": known.number, "authority": known.authority, "from": known.first, "until": known.last,
        "sort": known.sort, "level": known.level,
    }  # fmt: skip
    return all(str(value) == on_file[name] for name, value in said.items() if name in on_file)


# --- to the door ---------------------------------------------------------------------------------


def _enter(tools: Resources, actor: Actor, code: str, wanted: list[tuple[UnitAct, dict[str, Any]]]) -> int:
    """Record all acts of a row in one transaction and return how many there are."""
    batch = f"units:{secrets.token_hex(6)}"

    def work(writing: Writing) -> int:
        county = tools.installation.county_id
        number = file_of(writing, county, unit_id_of(writing, county, code))
        for index, (kind, values) in enumerate(wanted):
            deed = Deed(kind, actor, f"{batch}:{index}", values=values)
            if kind is UnitAct.OPEN:
                opened = tools.ledger.open_case_in(writing, UNIT_FILE.name, code, deed, tools.now(), batch=batch)
                number = opened.number
            else:
                assert number is not None, "a unit without a file opens it first"
                tools.ledger.record_in(writing, number, deed, tools.now(), batch=batch)
        return len(wanted)

    return tools.store.write(work) if wanted else 0
