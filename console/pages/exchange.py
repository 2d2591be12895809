"""Import and export 导入导出: what goes out and in, each with its template; what one's own headings mean, told once."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from console.errors import NotThere
from console.session import fresh_token
from documents.case_table import CASES
from documents.columns import closest_headings
from documents.duty_roster import DUTY_ROSTER
from documents.examples import EXAMPLES
from documents.ledgers import HAZARD_LEDGER, STARTUP_TABLES
from documents.spreadsheet import read_grid
from documents.templates import SheetContent, write_template, write_workbook
from documents.unit_table import UNIT_TABLE
from models import listing, runs
from models.headings import Headings
from rules.errors import ContentInvalid, ImportRefused
from rules.processes import PROCESSES
from rules.runnable import RUNNABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from console.visit import Visit
    from documents.columns import TableSpec
    from rules.errors import SafetyError
    from rules.process import Process

PATH = "/exchange"
#: Who may import a ledger, and so tell what its headings mean.
IMPORTERS = RUNNABLE["import"].roles
_MOST_RUNS, _SHOWN_RUNS = 40, 8
_IN_A_WORKBOOK = 20_000
_TOGETHER = 2_000
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What is sealed against others goes out by its own pages alone.
_SHOWN = tuple(process for name, process in PROCESSES.items() if name != "journal" and process.readers is None)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A table that can come in, and how."""

    spec: TableSpec
    how: str
    path: str = ""


_INCOMING = (
    Incoming(HAZARD_LEDGER, "在下面选择文件，逐行登记为事项", "/flows"),
    Incoming(UNIT_TABLE, "由管理员用 anlan units import 导入", "/one-form"),
    Incoming(DUTY_ROSTER, "在值班页发布，或者用 anlan duty import 导入", "/duty"),
    *(Incoming(spec, "由管理员用 anlan init --from 导入") for spec in STARTUP_TABLES),
)
_TABLES: Mapping[str, TableSpec] = {each.spec.name: each.spec for each in _INCOMING}


def show(visit: Visit) -> Response:
    """Show what can go out and in within the scope, and the last imports of one's own."""
    with visit.desk.store.read() as reading:
        latest = [run for run in runs.runs_under(reading, visit.actor.account_id, _MOST_RUNS) if run.flow == "import"]
    return visit.page(
        "exchange.html",
        processes=_SHOWN,
        incoming=_INCOMING,
        may_import=visit.actor.role in IMPORTERS,
        latest=latest[:_SHOWN_RUNS],
        known=_known(visit),
        columns={column.key: column.title for column in HAZARD_LEDGER.columns},
        limit=visit.desk.settings.upload_limit_mib,
    )


def workbook(visit: Visit, name: str) -> Response:
    """Return the cases of a process within the scope as a workbook, the newest first."""
    process = next((process for process in _SHOWN if f"{process.name}.xlsx" == name), None)
    if process is None:
        raise NotThere
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        title = visit.language.say("{process}清单", process=visit.language.say(process.label))
        county, at = visit.desk.installation.county_name, visit.language.moment(visit.now)
        notes = visit.language.say("{county}，截至 {at}", county=county, at=at)
        content = SheetContent(
            name=CASES.title, title=title, columns=CASES.columns, rows=_rows(visit, process), notes=notes
        )
        write_workbook(path, [content])
        return _file(path.read_bytes(), name)


def template(visit: Visit, name: str) -> Response:
    """Return an empty table to fill in, with what each column wants."""
    del visit
    spec = _TABLES.get(name.removesuffix(".xlsx"))
    if spec is None or not name.endswith(".xlsx"):
        raise NotThere
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_template(spec, path, EXAMPLES.get(spec.name, ()))
        return _file(path.read_bytes(), name)


def show_columns(visit: Visit, trouble: SafetyError | None = None, headings: tuple[str, ...] = ()) -> Response:
    """Show which heading of one's own stands for which column; `headings` are those of a file just looked at."""
    known = {key: heading for heading, key in _known(visit).items()}
    return visit.page(
        "exchange-columns.html",
        status=200 if trouble is None else 422,
        spec=HAZARD_LEDGER,
        known=known | {key: value for key, value in visit.fields.items() if key in _keys()},
        headings=headings,
        trouble=trouble,
        done=visit.asked("done") == "1",
        key=fresh_token(),
        limit=visit.desk.settings.upload_limit_mib,
    )


def read_columns(visit: Visit) -> Response:
    """Look at a file's headings, keep nothing of it, and offer them beside our columns."""
    try:
        if len(visit.uploads) != 1:
            return show_columns(visit, ContentInvalid("请选择一个台账文件（xlsx、xls、csv 或 jsonl）后重新提交。"))
        upload = visit.uploads[0]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"ledger{Path(upload.filename or '').suffix[:8]}"
            path.write_bytes(upload.file.read())
            found = closest_headings(read_grid(path), HAZARD_LEDGER)
    except ImportRefused as trouble:
        return show_columns(visit, trouble)
    return show_columns(visit, headings=found)


def keep_columns(visit: Visit) -> Response:
    """Remember for one's organisation or unit what its headings mean."""
    told = {visit.sent(key).strip(): key for key in _keys() if visit.sent(key).strip()}
    given = [key for key in _keys() if visit.sent(key).strip()]
    try:
        if len(told) < len(given):
            return show_columns(visit, ContentInvalid("同一个列名不能对应两列。请核对后重新提交。"))
        _memory(visit).remember(visit.actor.home, HAZARD_LEDGER.name, told)
    except ContentInvalid as trouble:
        return show_columns(visit, trouble)
    return visit.go(f"{PATH}/columns", done=1)


def _rows(visit: Visit, process: Process) -> Iterator[dict[str, Any]]:
    """Yield the cases a part at a time, so that the whole list never stands in memory."""
    say, labels = visit.language.say, process.labels
    for page in range(1, _IN_A_WORKBOOK // _TOGETHER + 1):
        with visit.desk.store.read() as reading:
            search = listing.Search(page=page)
            found = listing.cases(reading, visit.actor.scope, process.name, search, most=_TOGETHER)
        for item in found:
            yield {
                "number": item.number,
                "unit": item.unit,
                "town": item.town,
                "subject": item.description,
                "grade": say(labels.get("grade", {}).get(item.grade, item.grade)) if item.grade else None,
                "status": say(labels["status"].get(item.status, item.status)),
                "duty": say(process.label_of(item.waits_for)) if item.waits_for else None,
                "opened_on": item.opened_at.date(),
                "due": visit.language.until(item.due_alert) if item.due_alert else None,
                "overdue": say("是") if item.overdue else None,
            }
        if len(found) < _TOGETHER:
            return


def _file(content: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=_WORKBOOK, headers=headers)


def _keys() -> tuple[str, ...]:
    return tuple(column.key for column in HAZARD_LEDGER.columns)


def _memory(visit: Visit) -> Headings:
    return Headings(visit.desk.settings.folder("headings"))


def _known(visit: Visit) -> dict[str, str]:
    return _memory(visit).of(visit.actor.home, HAZARD_LEDGER.name)
