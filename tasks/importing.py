"""Importing a hazard ledger 导入台账: rows become cases through the one door, each at most once, under whoever uploads.

The file is read and judged whole before anything is written. A row that was imported before is recognised by the unit
and its own number, or by what it says; a run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pendulum

from documents.annotate import annotate
from documents.ledgers import HAZARD_LEDGER
from documents.table_import import CellNote, read_table
from models import directory
from models.headings import Headings
from models.receipt import Deed
from rules.actor import UNIT_ROLES
from rules.deadlines import SHANGHAI
from rules.errors import ActRefused, ImportRefused
from rules.hazard import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from pendulum import DateTime

    from documents.table_import import RowResult, TableResult
    from models.store import Reading, Writing
    from rules.actor import Actor
    from tasks.resources import Resources

_TOGETHER = 200
_NO_UNIT = "单位名录中没有这个单位，或者有同名单位。请核对名称或者填信用代码"
_NO_PLACE = "原台账未注明"
_NO_MEASURE = "见原台账"
_DONE = frozenset({"rectified", "signed_off"})


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the rows: `known` had been imported before, `bad` could not be; `table` says it row by row."""

    table: TableResult
    imported: int
    known: int
    bad: int
    written: bool = True

    @property
    def words(self) -> str:
        """Return the report as one sentence."""
        new, known, bad, skipped = self.imported, self.known, self.bad, len(self.table.skipped)
        if self.written:
            return f"登记 {new} 行，此前已登记 {known} 行，有问题 {bad} 行，略过 {skipped} 行"
        return f"可登记 {new} 行，此前已登记 {known} 行，有问题 {bad} 行，略过 {skipped} 行"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A row on its way to the door."""

    index: int
    key: str
    unit_code: str
    values: Mapping[str, Any]
    happened_at: DateTime


def judge(tools: Resources, path: Path, actor: Actor) -> ImportReport:
    """Read the file and say what importing it would do, writing nothing. Raises `ImportRefused` for the whole file."""
    today = tools.now().date()
    table = read_table(path, HAZARD_LEDGER, today, headings=_headings(tools, actor))
    rows, wanted = _prepare(tools, table, actor, today)
    known = [entry for entry in wanted if tools.ledger.answer_to(entry.key)]
    table = replace(table, rows=tuple(rows))
    return ImportReport(table, len(wanted) - len(known), len(known), len(table.bad_rows), written=False)


def bring_in(
    tools: Resources,
    path: Path,
    actor: Actor,
    *,
    batch: str,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportReport:
    """Import the good rows and return what became of each. Raises `ImportRefused`; then nothing was written."""
    today = tools.now().date()
    table = read_table(path, HAZARD_LEDGER, today, headings=_headings(tools, actor))
    rows, wanted = _prepare(tools, table, actor, today)
    imported = known = 0
    for begin in range(0, len(wanted), _TOGETHER):
        some = wanted[begin : begin + _TOGETHER]
        outcomes = tools.store.write(lambda writing, some=some: _record(tools, writing, some, actor, batch=batch))
        for entry, (fault, number, is_new) in zip(some, outcomes, strict=True):
            row = rows[entry.index]
            if fault:
                rows[entry.index] = replace(row, errors=(*row.errors, CellNote(0, "", "登记", fault)))
                continue
            imported, known = imported + int(is_new), known + int(not is_new)
            rows[entry.index] = replace(row, outcome=f"{'已登记' if is_new else '此前已登记'}为 {number}")
        progress(min(begin + _TOGETHER, len(wanted)), len(wanted))
    table = replace(table, rows=tuple(rows))
    return ImportReport(table, imported, known, len(table.bad_rows))


def write_report(path: Path, report: ImportReport, target: Path) -> bool:
    """Write the uploader's own workbook back with the outcome of each row; tell whether it could be."""
    try:
        annotate(path, report.table, target)
    except ImportRefused:
        return False
    return True


def _headings(tools: Resources, actor: Actor) -> dict[str, str]:
    """Return what the uploader's organisation or unit has said that its own headings mean."""
    return Headings(tools.settings.folder("headings")).of(actor.home, HAZARD_LEDGER.name)


# --- from a row to a deed ------------------------------------------------------------------------


def _prepare(tools: Resources, table: TableResult, actor: Actor, today: date) -> tuple[list[RowResult], list[_Wanted]]:
    rows, wanted = list(table.rows), list[_Wanted]()
    seen: dict[str, int] = {}
    units = _Units(tools)
    with tools.store.read() as reading:
        for index, row in enumerate(rows):
            if not row.is_good:
                continue
            unit_code = units.code_of(reading, row.values)
            if unit_code is None:
                rows[index] = table.faulty(row, "unit", _NO_UNIT)
                continue
            key = _key(unit_code, row.values)
            if key in seen:
                rows[index] = table.faulty(row, "description", f"与第 {rows[seen[key]].row_no} 行重复")
                continue
            seen[key] = index
            found_on: date = row.values["found_on"]
            happened_at = pendulum.datetime(found_on.year, found_on.month, found_on.day, tz=SHANGHAI)
            wanted.append(_Wanted(index, key, unit_code, _report(row.values, actor, today), happened_at))
    return rows, wanted


def _record(
    tools: Resources, writing: Writing, some: Sequence[_Wanted], actor: Actor, *, batch: str
) -> list[tuple[str, str, bool]]:
    outcomes: list[tuple[str, str, bool]] = []
    for entry in some:
        answered = tools.ledger.answer_in(writing, entry.key)
        if answered is not None:
            outcomes.append(("", answered.number, False))
            continue
        deed = Deed("report", actor, entry.key, values=entry.values, happened_at=entry.happened_at)
        try:
            receipt = tools.ledger.open_case_in(writing, "hazard", entry.unit_code, deed, tools.now(), batch=batch)
        except ActRefused as refused:
            outcomes.append((refused.message, "", False))
        else:
            outcomes.append(("", receipt.number, True))
    return outcomes


def _report(values: Mapping[str, Any], actor: Actor, today: date) -> dict[str, Any]:
    """Return what the row says as a form; what a ledger leaves out is said to be left out, nothing is made up."""
    found_by_unit = not values.get("found_by")
    major = values.get("grade") == "major"
    report: dict[str, Any] = {
        "description": values["description"],
        "place": values.get("place") or _NO_PLACE,
        "category": _category(values.get("category")),
        "found_by": "unit" if found_by_unit else "supervision",
        "origin": _origin(values),
    }
    if found_by_unit:
        report["own_grade"] = "unsure" if major else "general"
    if values.get("status") in _DONE:
        is_over = values["status"] == "signed_off" and actor.role not in UNIT_ROLES
        if is_over:
            report["closed_on"] = values.get("rectified_on") or today
        elif found_by_unit and not major:
            report |= {"fixed": True, "measure": values.get("measure") or _NO_MEASURE}
    return report


def _category(written: str | None) -> str:
    by_label = {label: slug for slug, label in CATEGORIES.items()}
    return by_label.get((written or "").strip(), "other")


def _origin(values: Mapping[str, Any]) -> str:
    parts = [str(values[key]) for key in ("source", "number") if values.get(key)]
    return " ".join(parts)[:200] or "台账导入"


def _key(unit_code: str, values: Mapping[str, Any]) -> str:
    own_number = values.get("number")
    said = (
        ["number", own_number, str(values["found_on"])]
        if own_number
        else ["words", str(values["found_on"]), values.get("place") or "", values["description"]]
    )
    return "import:" + hashlib.sha256("\n".join([unit_code, *map(str, said)]).encode()).hexdigest()


class _Units:
    """Finds units by what a row says; each name is looked up once."""

    def __init__(self, tools: Resources) -> None:
        self._tools = tools
        self._found: dict[tuple[str, str | None], str | None] = {}

    def code_of(self, reading: Reading, values: Mapping[str, Any]) -> str | None:
        asked = (values.get("unit", ""), values.get("credit_code"))
        if asked not in self._found:
            self._found[asked] = directory.find_unit(
                reading, self._tools.installation.county_id, name=asked[0], credit_code=asked[1]
            )
        return self._found[asked]
