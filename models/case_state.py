"""Where a case stands while one transaction works on it: its header row, and its facts, kept by the hash of its head.

Facts are a fold over the acts. They are remembered under the head hash they belong to, so that an act on a long case
costs no more than on a short one; a hash that was never committed is never asked for again.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from models.case import Case
from models.history import read_history
from models.statements import Statement, table
from rules.actor import Place
from rules.errors import ProcessOutdated, UnknownRecord
from rules.processes import process_named

if TYPE_CHECKING:
    from models.store import Reading, Row
    from rules.process import Process
    from rules.rulebook import Rulebook

_cases = table(Case)
_HEADER = select(
    _cases.c.id, _cases.c.county_id, _cases.c.number, _cases.c.kind, _cases.c.path, _cases.c.department_id,
    _cases.c.unit_id, _cases.c.status, _cases.c.grade, _cases.c.waits_for, _cases.c.overdue, _cases.c.version,
    _cases.c.head, _cases.c.recorded_at, _cases.c.process_version,
)  # fmt: skip
_BY_NUMBER = _HEADER.where(_cases.c.county_id == bindparam("county_id"), _cases.c.number == bindparam("number"))
_BY_ID = _HEADER.where(_cases.c.id == bindparam("case_id"))
HEADER_BY_NUMBER = Statement(_BY_NUMBER)
HEADER_BY_ID = Statement(_BY_ID)
_LOCK_BY_NUMBER = Statement(_BY_NUMBER.with_for_update())
_LOCK_BY_ID = Statement(_BY_ID.with_for_update())
_MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class CaseHeader:
    """The header row of a case."""

    id: int
    place: Place
    number: str
    process: Process
    status: str
    grade: str | None
    waits_for: str
    overdue: bool
    version: int
    head: bytes
    recorded_at: int


def lock_by_number(reading: Reading, county_id: str, number: str) -> CaseHeader:
    """Return the header and hold the row until the transaction ends. Raises `UnknownRecord`."""
    return header_from(reading.one(_LOCK_BY_NUMBER, county_id=county_id, number=number), number)


def lock_by_id(reading: Reading, case_id: int) -> CaseHeader:
    """Return the header and hold the row until the transaction ends. Raises `UnknownRecord`."""
    return header_from(reading.one(_LOCK_BY_ID, case_id=case_id), str(case_id))


def find_by_number(reading: Reading, county_id: str, number: str) -> CaseHeader | None:
    """Return the header of a case, None when there is none."""
    row = reading.one(HEADER_BY_NUMBER, county_id=county_id, number=number)
    return None if row is None else header_from(row, number)


def header_from(row: Row | None, sought: str) -> CaseHeader:
    """Return the header a row describes.

    Raises `UnknownRecord` when there is no row, `ProcessOutdated` for a case of a version that is told no more.
    """
    if row is None:
        raise UnknownRecord(f"没有编号为「{sought}」的事项。请核对编号，例如 YH-2026-0017。")
    case_id, county_id, number, kind, path, department_id, unit_id, *state = row
    status, grade, waits_for, overdue, version, head, recorded_at, process_version = state
    process = process_named(kind)
    if process_version != process.version:
        raise ProcessOutdated(
            f"事项 {number} 按「{process.label}」流程第 {process_version} 版办理，本程序只办理第 {process.version} 版。"
            "记录完好，可用 anlan ledger verify 核对；请用原版本的程序查阅，或者在本库重新登记。",
            number=number,
        )
    return CaseHeader(
        id=case_id,
        place=Place(county_id, path, department_id, unit_id),
        number=number,
        process=process,
        status=status,
        grade=grade,
        waits_for=waits_for,
        overdue=bool(overdue),
        version=version,
        head=bytes(head),
        recorded_at=recorded_at,
    )


class FactsMemory:
    """Facts by case and head hash, the least recently used forgotten first; safe between threads."""

    def __init__(self, rulebook: Rulebook, most: int = _MOST_REMEMBERED) -> None:
        self._rulebook = rulebook
        self._most = most
        self._known: OrderedDict[int, tuple[bytes, Any]] = OrderedDict()
        self._lock = Lock()

    def of(self, reading: Reading, header: CaseHeader) -> Any:
        """Return the facts at the header's head, read from the acts when they are not remembered."""
        with self._lock:
            known = self._known.get(header.id)
        if known is not None and known[0] == header.head:
            return known[1]
        facts = header.process.read(read_history(reading, header.id, header.process), self._rulebook)
        self.remember(header.id, header.head, facts)
        return facts

    def remember(self, case_id: int, head: bytes, facts: Any) -> None:
        """Keep the facts that belong to a head."""
        with self._lock:
            self._known[case_id] = (head, facts)
            self._known.move_to_end(case_id)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
