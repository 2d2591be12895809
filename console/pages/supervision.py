"""The supervision list 督办清单: what is late over all processes, what falls due today, what was listed and so on."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response

from console.history import counted
from console.paging import last_page, page_asked
from console.subjects import duty_by_key
from documents.supervision_table import SUPERVISION
from documents.templates import SheetContent, write_workbook
from models.board import MEASURES
from models.supervision import Wanted, count_late, late, measured_cases, seats_within
from models.urges import urged
from rules.processes import PROCESSES
from rules.urging import URGERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.visit import Visit
    from models.store import Reading
    from models.supervision import Late
    from models.urges import Urged
    from rules.clause import Clause
    from rules.deadlines import Deadline

PATH = "/supervision"
_ON_A_PAGE, _IN_A_WORKBOOK = 50, 5_000
_MOST_DAYS, _MOST_DIGITS = 10_000, 4
_LONGEST = 60
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_VIEWS = {"": "超期", "today": "今日到期", **MEASURES}


@dataclass(frozen=True, slots=True)
class Line:
    """A duty of the list with its words, its clause as of its own day, and how its last day was counted."""

    late: Late
    label: str
    clause: Clause | None
    deadline: Deadline | None
    urged: Urged | None


def show(visit: Visit) -> Response:
    """Show one view of the list, a page at a time."""
    view = _view(visit)
    if view in MEASURES:
        return _show_measured(visit, view)
    wanted = _wanted(visit, view)
    with visit.desk.store.read() as reading:
        total = count_late(reading, visit.actor, visit.now, wanted)
        last = last_page(total, _ON_A_PAGE)
        page = page_asked(visit.asked("page"), last)
        skip = (page - 1) * _ON_A_PAGE
        lines = list(_lines(visit, reading, wanted, most=_ON_A_PAGE, skip=skip))
        seats = seats_within(reading, visit.actor.scope)
    return visit.page(
        "supervision.html",
        views=_VIEWS,
        view=view,
        lines=lines,
        total=total,
        page=page,
        last=last,
        wanted=wanted,
        seats=seats,
        processes=_processes(),
        may_urge=visit.actor.role in URGERS,
        address=partial(_address, view, wanted),
        measured=None,
    )


def workbook(visit: Visit, name: str) -> Response:
    """Return the list that is shown as a workbook; text is written as text, whatever it looks like."""
    del name
    wanted = _wanted(visit, _view(visit))
    with tempfile.TemporaryDirectory() as folder, visit.desk.store.read() as reading:
        path = Path(folder) / "supervision.xlsx"
        lines = _lines(visit, reading, wanted, most=_IN_A_WORKBOOK, skip=0)
        county, at = visit.desk.installation.county_name, visit.language.moment(visit.now)
        notes = visit.language.say("{county}，截至 {at}", county=county, at=at)
        content = SheetContent(
            name=SUPERVISION.title,
            title=SUPERVISION.title,
            columns=SUPERVISION.columns,
            rows=(_row(visit, line) for line in lines),
            notes=notes,
        )
        write_workbook(path, [content])
        data = path.read_bytes()
    headers = {"content-disposition": 'attachment; filename="supervision.xlsx"', "cache-control": "no-store"}
    return Response(data, media_type=_WORKBOOK, headers=headers)


def _show_measured(visit: Visit, view: str) -> Response:
    with visit.desk.store.read() as reading:
        found = measured_cases(reading, visit.actor.scope, view, most=_IN_A_WORKBOOK)
    return visit.page("supervision.html", views=_VIEWS, view=view, measured=found, lines=[], total=len(found))


def _lines(visit: Visit, reading: Reading, wanted: Wanted, *, most: int, skip: int) -> Iterator[Line]:
    for one in late(reading, visit.actor, visit.now, wanted, most=most, skip=skip):
        clause, deadline = counted(
            visit.desk.rulebook, one.clause_id, one.started_at, ends_on=one.ends_on, pauses=one.pauses
        )
        before = [each for each in urged(reading, one.case_id) if each.duty == one.key]
        label = duty_by_key(visit, one.process, one.key) or visit.language.say(one.process.label_of(one.act))
        yield Line(one, label, clause, deadline, before[0] if before else None)


def _row(visit: Visit, line: Line) -> dict[str, Any]:
    one, say = line.late, visit.language.say
    grades = one.process.labels.get("grade", {})
    return {
        "number": one.number,
        "process": say(one.process.label),
        "unit": one.unit,
        "town": one.town,
        "department": one.department,
        "subject": one.description,
        "grade": say(grades.get(one.grade, one.grade)) if one.grade else None,
        "duty": line.label,
        "holder": say(one.holder.label),
        "since": visit.language.moment(one.started_at),
        "due": visit.language.until(one.due_legal) if one.due_legal else None,
        "days": one.days_late(visit.now),
        "clause": f"{line.clause.citation} {line.clause.title}" if line.clause else one.clause_id,
        "verification": say(line.clause.verification.label) if line.clause else None,
        "derivation": "\n".join(step.text for step in line.deadline.derivation) if line.deadline else None,
        "urged": visit.language.moment(line.urged.at) if line.urged else None,
    }


def _view(visit: Visit) -> str:
    return view if (view := visit.asked("view")) in _VIEWS else ""


def _wanted(visit: Visit, view: str) -> Wanted:
    kind = visit.asked("kind")
    return Wanted(
        kind=kind if kind in PROCESSES else "",
        seat=visit.asked("seat")[:_LONGEST],
        least_days=_days(visit.asked("days")),
        due_today=view == "today",
    )


def _days(asked: str) -> int:
    written = asked[:_MOST_DIGITS]
    return min(int(written), _MOST_DAYS) if written.isascii() and written.isdecimal() else 0


def _processes() -> list[tuple[str, str]]:
    return [(name, process.label) for name, process in PROCESSES.items() if name != "journal"]


def _address(view: str, wanted: Wanted, path: str, page: int) -> str:
    asked = {
        "view": view,
        "kind": wanted.kind,
        "seat": wanted.seat,
        "days": str(wanted.least_days or ""),
        "page": str(page) if page > 1 else "",
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{query}" if query else path
