"""Importing the one form 导入一张表: what a row says otherwise than the files becomes acts; an unchanged row none.

Each row is one transaction: all its acts or none, so that nothing is half entered. A blank cell changes nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from documents.unit_table import UNIT_TABLE
from models.directory import unit_id_of
from models.receipt import Deed
from models.staff import Staff, bodies
from models.unit_file import file_of
from models.unit_table import lines_within
from rules.errors import ActRefused, ContentInvalid
from rules.incoming import Mode
from rules.unit_file import UNIT_FILE, UnitAct
from rules.unit_file.acts import INSURANCE, LEADS, LICENCE, PARTIES, STANDARD
from tasks.table_job import Report, in_one, may_write, read, refused, with_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from documents.table_import import RowResult, TableResult
    from models.staff import Body
    from models.store import Reading, Writing
    from models.unit_table import PaperCell, TableLine
    from rules.actor import Actor
    from tasks.resources import Resources
    from tasks.table_job import Job

_Acts = list[tuple[UnitAct, dict[str, Any]]]
_SAID = "一张表导入"
_NO_UNIT = "管辖范围内没有编码为「{code}」的单位。请核对编码，或者先登记该单位"
_ENTERED_BY = {LICENCE: UnitAct.LICENSE, INSURANCE: UnitAct.INSURE, STANDARD: UnitAct.STANDARDISE}
_MORE = {
    LICENCE: {"licence_sort": "sort"},
    INSURANCE: {"insurance_sum": "sum", "insurance_insured": "insured"},
    STANDARD: {"standard_level": "level"},
}
_PAPER = {"number": "number", "authority": "authority", "from": "from", "until": "until"}


class _FaultError(Exception):
    """What is wrong with one cell of a row."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key, self.text = key, text


def bring_in(tools: Resources, job: Job) -> Report:
    """Enter the good rows, or all or none of them, and return what became of each.

    Raises `ImportRefused` for the whole file; then nothing was written.
    """
    table = read(tools, job, UNIT_TABLE)
    with tools.store.read() as reading:
        register = _Register.read(reading, tools.installation.county_id, job.actor)
    rows, wanted = _judged(table, register)
    done = _entered(tools, job, with_rows(table, rows), wanted)
    is_kept = may_write(job.mode, with_rows(table, rows), is_refused=_says_no(done.values()))
    same = acts = 0
    for index, outcome in done.items():
        if isinstance(outcome, str):
            rows[index] = refused(rows[index], "登记", outcome)
            continue
        acts, same = acts + outcome, same + (not outcome)
        verb = "已登记" if is_kept else "将登记"
        rows[index] = replace(rows[index], outcome=f"{verb} {outcome} 个行为" if outcome else "没有改动")
    new = sum(1 for outcome in done.values() if not isinstance(outcome, str) and outcome)
    return Report(with_rows(table, rows), new, same, job.mode, {"acts": acts})


def _judged(table: TableResult, register: _Register) -> tuple[list[RowResult], dict[int, _Acts]]:
    """Return the rows with their faults, and what each good one says otherwise than the files."""
    rows, seen, wanted = list(table.rows), dict[str, int](), dict[int, _Acts]()
    for index, row in enumerate(rows):
        if not row.is_good:
            continue
        try:
            wanted[index] = _wanted(row.values, register, seen, row.row_no)
        except _FaultError as fault:
            rows[index] = table.faulty(row, fault.key, fault.text)
    return rows, wanted


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


def _wanted(values: Mapping[str, Any], register: _Register, seen: dict[str, int], row_no: int) -> _Acts:
    code = values["code"]
    line = register.lines.get(code)
    if line is None:
        raise _FaultError("code", _NO_UNIT.format(code=code))
    if code in seen:
        raise _FaultError("code", f"与第 {seen[code]} 行是同一家单位")
    seen[code] = row_no
    found: _Acts = [] if line.gaps is not None else [(UnitAct.OPEN, {"note": _SAID})]
    found += _class(values, line)
    found += _seats(values, line, register)
    for kind in _ENTERED_BY:
        found += _papers(values, line, kind)
    says_nothing = found[:1] == [(UnitAct.OPEN, {"note": _SAID})] and len(found) == 1
    return [] if says_nothing else found


def _class(values: Mapping[str, Any], line: TableLine) -> _Acts:
    kind, colour = values.get("kind") or line.kind, values.get("colour") or line.colour
    if (kind, colour) == (line.kind, line.colour):
        return []
    if not (kind and colour):
        raise _FaultError("colour" if kind else "kind", "单位类别和风险等级应一并填写")
    said = {"kind": kind, "colour": colour, "reason": _SAID, "source": _SAID}
    return [(UnitAct.CLASSIFY, said | ({"underground": "yes"} if line.underground else {}))]


def _seats(values: Mapping[str, Any], line: TableLine, register: _Register) -> _Acts:
    found: _Acts = []
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


def _papers(values: Mapping[str, Any], line: TableLine, kind: str) -> _Acts:
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


def _entered(tools: Resources, job: Job, table: TableResult, wanted: Mapping[int, _Acts]) -> dict[int, int | str]:
    """Return for each row how many acts it made, or why the door refused it: one transaction for each, or for all."""
    codes = {index: str(table.rows[index].values["code"]) for index in wanted}
    if job.mode is not Mode.GOOD:
        return in_one(
            tools.store,
            lambda writing: {index: _enter(tools, writing, job, codes[index], acts) for index, acts in wanted.items()},
            keeps=lambda found: may_write(job.mode, table, is_refused=_says_no(found.values())),
        )
    found: dict[int, int | str] = {}
    for index, acts in wanted.items():
        found[index] = (
            in_one(
                tools.store,
                lambda writing, index=index, acts=acts: _enter(tools, writing, job, codes[index], acts),
                keeps=lambda outcome: not isinstance(outcome, str),
            )
            if acts
            else 0
        )
    return found


def _enter(tools: Resources, writing: Writing, job: Job, code: str, wanted: _Acts) -> int | str:
    """Record all acts of a row and return how many there are, or why it is refused; then it must be undone."""
    batch = f"units:{secrets.token_hex(6)}"
    county = tools.installation.county_id
    number = file_of(writing, county, unit_id_of(writing, county, code))
    try:
        for index, (kind, values) in enumerate(wanted):
            deed = Deed(kind, job.actor, f"{batch}:{index}", values=values)
            if kind is UnitAct.OPEN:
                opened = tools.ledger.open_case_in(writing, UNIT_FILE.name, code, deed, tools.now(), batch=batch)
                number = opened.number
            else:
                assert number is not None, "a unit without a file opens it first"
                tools.ledger.record_in(writing, number, deed, tools.now(), batch=batch)
    except ActRefused as trouble:
        return trouble.message
    return len(wanted)


def _says_no(outcomes: Iterable[int | str]) -> bool:
    return any(isinstance(outcome, str) for outcome in outcomes)
