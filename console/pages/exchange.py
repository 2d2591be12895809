"""Import and export 导入导出: what goes out and what comes in, each with its template, and the last imports."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from console.errors import NotThere
from console.pages.table_out import READERS
from console.pages.tables import spec_for
from documents.case_table import CASES
from documents.incoming import EXAMPLES, FIXED
from documents.templates import SheetContent, write_template, write_workbook
from models import listing, runs
from rules.incoming import INCOMING, About
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.visit import Visit
    from rules.process import Process

PATH = "/exchange"
_FLOWS = frozenset({"import", "import-units", "import-table"})
_MOST_RUNS, _SHOWN_RUNS = 40, 8
_IN_A_WORKBOOK = 20_000
_TOGETHER = 2_000
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What is sealed against others goes out by its own pages alone.
_SHOWN = tuple(process for name, process in PROCESSES.items() if name != "journal" and process.readers is None)


def show(visit: Visit) -> Response:
    """Show what can go out and in within the scope, and the last imports of one's own."""
    with visit.desk.store.read() as reading:
        latest = [run for run in runs.runs_under(reading, visit.actor.account_id, _MOST_RUNS) if run.flow in _FLOWS]
    return visit.page(
        "exchange.html",
        processes=_SHOWN,
        tables=INCOMING.values(),
        fixed=FIXED,
        outgoing=[
            table
            for table in INCOMING.values()
            if table.about is About.NOTHING and visit.actor.role in READERS.get(table.name, ())
        ],
        latest=latest[:_SHOWN_RUNS],
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
    table = INCOMING.get(name.removesuffix(".xlsx"))
    if table is None or not name.endswith(".xlsx"):
        raise NotThere
    about = visit.asked("about") if table.about is About.CASE else ""
    spec = FIXED[table.name] if table.name in FIXED else spec_for(visit, table, about)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_template(spec, path, EXAMPLES.get(spec.name, ()))
        return _file(path.read_bytes(), name)


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
