"""Rosters as spreadsheets 值班表的导入导出: rows become shifts and shifts rows; every fault is said in its row.

A roster is taken whole or not at all: one that leaves out a shift would leave an hour unwatched.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from documents.duty_roster import DUTY_ROSTER, EXAMPLES, rows_of
from documents.table_import import CellNote
from documents.templates import SheetContent, write_template, write_workbook
from models.receipt import Deed
from models.staff import Staff, bodies
from rules.duty_watch import DUTY_WATCH, WatchAct
from rules.duty_watch.reading import minute
from rules.errors import ActRefused, ContentInvalid, ImportRefused, UnknownRecord
from tasks.table_job import Report, in_one, may_write, read, undone, with_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from documents.table_import import RowResult, TableResult
    from models.staff import Body
    from rules.watch import Shift
    from tasks.resources import Resources
    from tasks.table_job import Job

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)(?::00)?")
_BETWEEN_NAMES = re.compile(r"[、,，;；/\s]+")
_CODE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_ONE_DAY = timedelta(days=1)


def write_roster_template(path: Path) -> None:
    """Write an empty roster to fill in."""
    write_template(DUTY_ROSTER, path, EXAMPLES[DUTY_ROSTER.name])


def write_roster(path: Path, body: str, shifts: Iterable[Shift], staff: Staff, *, exercise: bool) -> None:
    """Write shifts as the table that can be read again; people by name, one of an exercise 演练 marked in its title."""
    rows = rows_of(shifts, staff.name)
    mark = "【演练】" if exercise else ""
    content = SheetContent(name=DUTY_ROSTER.title, title=f"{mark}{body}值班表", columns=DUTY_ROSTER.columns, rows=rows)
    write_workbook(path, [content])


def organisation_of(tools: Resources, code: str) -> Body:
    """Return an organisation by its code. Raises `UnknownRecord` naming those there are."""
    with tools.store.read() as reading:
        found = bodies(reading, tools.installation.county_id)
    for body in found:
        if body.code == code:
            return body
    known = "、".join(body.code for body in found)
    raise UnknownRecord(f"没有编码为「{code}」的机构，现有：{known}。请核对机构编码。")


def bring_in(tools: Resources, job: Job) -> Report:
    """Publish the roster in a file as a case of an organisation, whole or not at all.

    A refusal of the whole stands in the row of the shift that it names. Raises `ImportRefused` for a file that is no
    roster, `ActRefused` for whoever may not publish it.
    """
    body = organisation_of(tools, job.about)
    table = read(tools, job, DUTY_ROSTER)
    with tools.store.read() as reading:
        staff = Staff.read(reading, tools.installation.county_id)
    table, lines = _lines(table, staff, body.id)
    if not table.rows:
        raise ImportRefused("表中没有班次。请按模板填写后重新上传。")
    if table.bad_rows:
        return Report(table, len(lines), 0, job.mode)
    deed = Deed(WatchAct.PUBLISH, job.actor, f"roster:{job.key}", {"shifts": lines})
    is_kept = may_write(job.mode, table)
    try:
        receipt = in_one(
            tools.store,
            lambda writing: tools.ledger.open_case_in(writing, DUTY_WATCH.name, body.code, deed, tools.now()),
            keeps=lambda _: is_kept,
        )
    except ContentInvalid as trouble:
        return Report(_blamed(table, trouble), len(lines) - 1, 0, undone(job.mode))
    said = f"已发布为 {receipt.number}" if is_kept else "可以发布"
    rows = [replace(row, outcome=said) for row in table.rows]
    return Report(with_rows(table, rows), len(lines), 0, job.mode, {"number": receipt.number if is_kept else ""})


# --- rows ----------------------------------------------------------------------------------------


def _lines(table: TableResult, staff: Staff, organisation_id: str) -> tuple[TableResult, list[str]]:
    rows, lines = list(table.rows), list[tuple[str, str]]()
    for index, row in enumerate(rows):
        rows[index], line = _line(table, row, staff, organisation_id)
        if line:
            lines.append(line)
    ordered = [line for _, line in sorted(lines)]
    return replace(table, rows=tuple(rows)), ordered


def _line(
    table: TableResult, row: RowResult, staff: Staff, organisation_id: str
) -> tuple[RowResult, tuple[str, str] | None]:
    values = row.values
    for key in ("starts", "ends"):
        if key in values and _CLOCK.fullmatch(str(values[key])) is None:
            row = table.faulty(row, key, f"「{values[key]}」不是时刻，请写作 08:00")
    people: dict[str, list[str]] = {}
    for key in ("leader", "keepers"):
        people[key] = []
        for name in (part for part in _BETWEEN_NAMES.split(str(values.get(key, ""))) if part):
            try:
                people[key].append(staff.meant(name, organisation_id).id)
            except ContentInvalid as unknown:
                row = table.faulty(row, key, unknown.message)
    if len(people["leader"]) > 1:
        row = table.faulty(row, "leader", "带班领导只填一人")
    if not row.is_good:
        return row, None
    starts, ends = _span(values)
    line = f"{starts}/{ends}|{values['rank']}|{people['leader'][0]}|{','.join(people['keepers'])}"
    return row, (starts, line)


def _span(values: Mapping[str, Any]) -> tuple[str, str]:
    """Return the first and last minute; an end that is not after the beginning lies on the next day."""
    starts, ends = (
        datetime.combine(values["day"], datetime.strptime(_tidy(values[key]), "%H:%M").time())  # noqa: DTZ007
        for key in ("starts", "ends")
    )
    return minute(starts), minute(ends if ends > starts else ends + _ONE_DAY)


def _tidy(written: str) -> str:
    found = _CLOCK.fullmatch(written)
    assert found is not None, "rows that are no times were left out"
    return f"{found[1]}:{found[2]}"


def _blamed(table: TableResult, refused: ActRefused) -> TableResult:
    """Return the table with a refusal of the whole roster at the row of the shift it names, else at the first."""
    named = _CODE.search(refused.message)
    wanted = named[0] if named else ""
    position = next((at for at, row in enumerate(table.rows) if _span(row.values)[0] == wanted), 0)
    rows = list(table.rows)
    rows[position] = replace(rows[position], errors=(CellNote(0, "", "值班表", refused.message),))
    return replace(table, rows=tuple(rows))
