"""Importing a hazard ledger 导入台账: rows become cases through the one door, each at most once, under whoever uploads.

The file is read and judged whole before anything is written. A row that was imported before is recognised by the unit
and its own number, or by what it says; one that was written out here by the number of its case. A run that was cut off
goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pendulum

from documents.ledgers import HAZARD_LEDGER
from models import directory
from models.case_state import find_by_number
from models.receipt import Deed
from rules.actor import UNIT_ROLES
from rules.deadlines import SHANGHAI
from rules.errors import ActRefused, ImportRefused
from rules.hazard import CATEGORIES, HAZARD
from rules.incoming import Mode
from tasks.table_job import Report, in_one, may_write, read, refused, with_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pendulum import DateTime

    from documents.table_import import RowResult, TableResult
    from models.store import Reading, Writing
    from rules.actor import Actor
    from tasks.resources import Resources
    from tasks.table_job import Job

_TOGETHER = 200
# Nobody else can write while one transaction lasts.
_MOST_WHOLE = 5_000
_NO_UNIT = "单位名录中没有这个单位，或者有同名单位。请核对名称或者填信用代码"
_NO_PLACE = "原台账未注明"
_NO_MEASURE = "见原台账"
_DONE = frozenset({"rectified", "signed_off"})
_CATEGORY_BY_LABEL = {label: slug for slug, label in CATEGORIES.items()}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A row on its way to the door."""

    index: int
    key: str
    number: str
    unit_code: str
    values: Mapping[str, Any]
    happened_at: DateTime


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the door said: why not, else the case and whether it is new."""

    fault: str
    number: str
    is_new: bool


def bring_in(tools: Resources, job: Job) -> Report:
    """Import the good rows, or all or none of them, and return what became of each.

    Raises `ImportRefused` for the whole file; then nothing was written.
    """
    table = read(tools, job, HAZARD_LEDGER)
    rows, wanted = _prepare(tools, table, job.actor, tools.now().date())
    outcomes = list(_outcomes(tools, job, with_rows(table, rows), wanted))
    is_kept = may_write(job.mode, with_rows(table, rows), is_refused=_says_no(outcomes))
    new = same = 0
    for entry, outcome in zip(wanted, outcomes, strict=True):
        row = rows[entry.index]
        if outcome.fault:
            rows[entry.index] = refused(row, "登记", outcome.fault)
            continue
        new, same = new + int(outcome.is_new), same + int(not outcome.is_new)
        rows[entry.index] = replace(row, outcome=_words(outcome, is_kept=is_kept))
    return Report(with_rows(table, rows), new, same, job.mode)


def _outcomes(tools: Resources, job: Job, table: TableResult, wanted: Sequence[_Wanted]) -> Iterator[_Outcome]:
    """Yield what the door says of each row; only good rows enter alone, otherwise all of them or none."""
    step = _TOGETHER if job.mode is Mode.GOOD else max(len(wanted), 1)
    if step > _MOST_WHOLE and job.mode is Mode.WHOLE:
        raise ImportRefused(
            f"整表导入一次最多 {_MOST_WHOLE:,} 行，现有 {step:,} 行。请分成几个文件，或者选择只导入无误的行。"
        )
    if step > _MOST_WHOLE:
        yield from (_foreseen(tools, entry) for entry in wanted)
        return
    for begin in range(0, len(wanted), step):
        some = wanted[begin : begin + step]
        yield from in_one(
            tools.store,
            lambda writing, some=some: _record(tools, writing, some, job),
            keeps=lambda found: may_write(job.mode, table, is_refused=_says_no(found)),
        )
        job.progress(min(begin + step, len(wanted)), len(wanted))


def _says_no(outcomes: Iterable[_Outcome]) -> bool:
    return any(outcome.fault for outcome in outcomes)


def _foreseen(tools: Resources, entry: _Wanted) -> _Outcome:
    with tools.store.read() as reading:
        known = _known_as(tools, reading, entry)
    return _Outcome("", known, is_new=not known)


def _known_as(tools: Resources, reading: Reading, entry: _Wanted) -> str:
    """Return the case that a row is about already: one of this ledger, or one that it was imported as; else empty."""
    # Most ledgers bring numbers of their own, which need not be looked for.
    is_like_ours = entry.number.startswith(f"{HAZARD.prefix}-")
    ours = find_by_number(reading, tools.installation.county_id, entry.number) if is_like_ours else None
    if ours is not None:
        return ours.number
    answered = tools.ledger.answer_in(reading, entry.key)
    return answered.number if answered else ""


def _words(outcome: _Outcome, *, is_kept: bool) -> str:
    if not outcome.is_new:
        return f"此前已登记为 {outcome.number}"
    return f"已登记为 {outcome.number}" if is_kept else "可登记"


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
            wanted.append(
                _Wanted(
                    index,
                    key,
                    row.values.get("number") or "",
                    unit_code,
                    _report(row.values, actor, today),
                    happened_at,
                )
            )
    return rows, wanted


def _record(tools: Resources, writing: Writing, some: Sequence[_Wanted], job: Job) -> list[_Outcome]:
    outcomes: list[_Outcome] = []
    for entry in some:
        known = _known_as(tools, writing, entry)
        if known:
            outcomes.append(_Outcome("", known, is_new=False))
            continue
        deed = Deed("report", job.actor, entry.key, values=entry.values, happened_at=entry.happened_at)
        batch = f"import:{job.key}"
        try:
            receipt = tools.ledger.open_case_in(writing, "hazard", entry.unit_code, deed, tools.now(), batch=batch)
        except ActRefused as trouble:
            outcomes.append(_Outcome(trouble.message, "", is_new=False))
        else:
            outcomes.append(_Outcome("", receipt.number, is_new=True))
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
    return _CATEGORY_BY_LABEL.get((written or "").strip(), "other")


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
