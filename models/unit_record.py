"""The record of one unit 一企一档: what the ledger already knows about it, read and never asked twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, select

from models.act import Words
from models.case import Case
from models.clock import instant, instant_or_none
from models.duty import DutyRow
from models.listing import described
from models.organisation import Holding, Organisation, Person, Post, Unit
from models.policy import OVER_CASES, OVER_UNITS, Scoped
from models.statements import Statement, table, unindexed
from rules.actor import Role
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading, Row
    from rules.actor import Scope
    from rules.process import Process

_units, _cases, _words, _duties, _persons, _posts, _holdings = (
    table(model) for model in (Unit, Case, Words, DutyRow, Person, Post, Holding)
)
_towns = table(Organisation).alias("towns")
_departments = table(Organisation).alias("departments")
_UNIT = Scoped(
    lambda condition: (
        select(
            _units.c.id, _units.c.code, _units.c.name, _units.c.credit_code, _units.c.sector, _units.c.address,
            _units.c.headcount, _towns.c.code, _towns.c.name, _departments.c.code, _departments.c.name,
        )
        .select_from(
            _units.join(_towns, _towns.c.id == _units.c.town_id).join(
                _departments, _departments.c.id == _units.c.department_id
            )
        )
        .where(condition, _units.c.code == bindparam("code"))
    ),
    over=OVER_UNITS,
)  # fmt: skip
_PEOPLE = Statement(
    select(_posts.c.name, _posts.c.role, _persons.c.name)
    .select_from(
        _posts.outerjoin(_holdings, and_(_holdings.c.post_id == _posts.c.id, _holdings.c.ended_at.is_(None))).outerjoin(
            _persons, _persons.c.id == _holdings.c.person_id
        )
    )
    .where(_posts.c.unit_id == bindparam("unit_id"))
    .order_by(_posts.c.id, _holdings.c.id)
)
_SUMS = Scoped(
    lambda condition: (
        select(_cases.c.kind, _cases.c.status, func.count())
        .where(condition, _cases.c.unit_id == bindparam("unit_id"))
        .group_by(_cases.c.kind, _cases.c.status)
    ),
    over=OVER_CASES,
)
_CASES = Scoped(
    lambda condition: (
        select(
            _cases.c.number, _cases.c.kind, _words.c.texts, _cases.c.grade, _cases.c.status, _cases.c.waits_for,
            _cases.c.overdue, _cases.c.opened_at,
        )
        .select_from(_cases.outerjoin(_words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1)))
        .where(condition, _cases.c.unit_id == bindparam("unit_id"), unindexed(_cases.c.kind) == bindparam("kind"))
        .order_by(_cases.c.id.desc())
        .limit(bindparam("most"))
    ),
    over=OVER_CASES,
)  # fmt: skip
_OWED = Scoped(
    lambda condition: (
        select(
            _cases.c.number, _duties.c.act, _duties.c.holder, _duties.c.clause_id, _duties.c.due_alert,
            _duties.c.due_legal, _duties.c.late_from,
        )
        .select_from(_cases.join(_duties, _duties.c.case_id == _cases.c.id))
        .where(
            condition,
            _cases.c.unit_id == bindparam("unit_id"),
            _cases.c.status == "open",
            _duties.c.status == "open",
            _duties.c.act != "acknowledge",
        )
        .order_by(_duties.c.due_alert.is_(None), _duties.c.due_alert, _duties.c.id)
        .limit(bindparam("most"))
    ),
    over=OVER_CASES,
)  # fmt: skip
_SHOWN, _OWED_SHOWN = 5, 12


@dataclass(frozen=True, slots=True)
class UnitBasics:
    """What the directory says of a unit, with the names of its town and its department as they are today."""

    id: str
    code: str
    name: str
    credit_code: str | None
    sector: str
    address: str
    headcount: int | None
    town_code: str
    town: str
    department_code: str
    department: str


@dataclass(frozen=True, slots=True)
class KeyPerson:
    """Who holds a post of the unit; `name` is empty where nobody does."""

    post: str
    role: Role
    name: str


@dataclass(frozen=True, slots=True)
class UnitCase:
    """One case about the unit."""

    number: str
    description: str
    grade: str | None
    status: str
    waits_for: str
    overdue: bool
    opened_at: DateTime


@dataclass(frozen=True, slots=True)
class CasesOfKind:
    """The cases of one process about the unit: how many run, how many there ever were, and the newest."""

    process: Process
    running: int
    total: int
    newest: tuple[UnitCase, ...]


@dataclass(frozen=True, slots=True)
class UnitDuty:
    """What somebody owes in a case about the unit."""

    number: str
    act_label: str
    holder: Role
    clause_id: str
    due_alert: DateTime | None
    due_legal: DateTime | None
    late_from: DateTime | None


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """Everything that the ledger knows about a unit, as far as a scope reaches."""

    basics: UnitBasics
    people: tuple[KeyPerson, ...]
    cases: tuple[CasesOfKind, ...]
    owed: tuple[UnitDuty, ...]


def basics_within(reading: Reading, scope: Scope, code: str) -> UnitBasics | None:
    """Return what the directory says of a unit, None when there is none of that code within the scope."""
    row = _UNIT.one(reading, scope, code=code)
    return UnitBasics(*row) if row else None


def open_record(reading: Reading, scope: Scope, code: str) -> UnitRecord | None:
    """Return the record of a unit by its code, None when there is none within the scope."""
    basics = basics_within(reading, scope, code)
    if basics is None:
        return None
    return UnitRecord(
        basics=basics,
        people=tuple(
            KeyPerson(post, Role(role), name or "") for post, role, name in reading.all(_PEOPLE, unit_id=basics.id)
        ),
        cases=tuple(_cases_of_kind(reading, scope, basics.id)),
        owed=tuple(_duty(row) for row in _OWED.all(reading, scope, unit_id=basics.id, most=_OWED_SHOWN)),
    )


def _cases_of_kind(reading: Reading, scope: Scope, unit_id: str) -> list[CasesOfKind]:
    sums: dict[str, dict[str, int]] = {}
    for kind, status, number in _SUMS.all(reading, scope, unit_id=unit_id):
        sums.setdefault(kind, {})[status] = number
    return [
        CasesOfKind(
            process=process,
            running=sums[name].get("open", 0),
            total=sum(sums[name].values()),
            newest=tuple(_case(row) for row in _CASES.all(reading, scope, unit_id=unit_id, kind=name, most=_SHOWN)),
        )
        for name, process in PROCESSES.items()
        if name in sums
    ]


def _case(row: Row) -> UnitCase:
    number, kind, texts, grade, status, waits_for, overdue, opened_at = row
    says = described(texts, number) if texts is not None or PROCESSES[kind].subject_label else ""
    return UnitCase(number, says, grade, status, waits_for, bool(overdue), instant(opened_at))


def _duty(row: Row) -> UnitDuty:
    number, act, holder, clause_id, due_alert, due_legal, late_from = row
    prefix = number.partition("-")[0]
    process = next(process for process in PROCESSES.values() if process.prefix == prefix)
    return UnitDuty(
        number, process.label_of(act), Role(holder), clause_id, instant_or_none(due_alert),
        instant_or_none(due_legal), instant_or_none(late_from),
    )  # fmt: skip
