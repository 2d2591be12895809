"""The one form 一张表 and the board of named persons 包保责任公示牌: a line for each unit of the scope, to print.

A hundred units stand on a page; the workbook has them all.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import Response

from console.paging import last_page, page_asked
from documents.templates import SheetContent, write_workbook
from documents.unit_table import UNIT_TABLE
from models.unit_register import towns_within
from models.unit_table import lines_within
from rules.unit_file import COLOURS, KINDS, SEATS
from rules.unit_file.acts import LEADS, PARTIES

if TYPE_CHECKING:
    from console.visit import Visit
    from models.unit_table import TableLine

FORM, BOARD = "/one-form", "/board"
_LONGEST = 60
_ON_A_PAGE = 100
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(visit: Visit) -> Response:
    """Show the one form: the five parties of each unit as columns, blanks marked."""
    return _page(visit, "one-form.html", seats=[(seat.value, SEATS[seat]) for seat in PARTIES])


def show_board(visit: Visit) -> Response:
    """Show who is named for each unit, to be printed and put up."""
    return _page(visit, "board.html", seats=[(seat.value, SEATS[seat]) for seat in LEADS])


def workbook(visit: Visit, name: str) -> Response:
    """Return the one form as a workbook that can be imported again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        rows = [line.row for line in _lines(visit)]
        content = SheetContent(name=UNIT_TABLE.title, title=UNIT_TABLE.title, columns=UNIT_TABLE.columns, rows=rows)
        write_workbook(path, [content])
        data = path.read_bytes()
    del name
    headers = {"content-disposition": 'attachment; filename="one-form.xlsx"', "cache-control": "no-store"}
    return Response(data, media_type=_WORKBOOK, headers=headers)


def _lines(visit: Visit) -> list[TableLine]:
    asked = {key: visit.asked(key)[:_LONGEST] for key in ("town", "unit")}
    with visit.desk.store.read() as reading:
        return lines_within(reading, visit.actor.scope, **asked)


def _page(visit: Visit, template: str, *, seats: list[tuple[str, str]]) -> Response:
    lines = _lines(visit)
    with visit.desk.store.read() as reading:
        towns = towns_within(reading, visit.actor.scope)
    last = last_page(len(lines), _ON_A_PAGE)
    page = page_asked(visit.asked("page"), last)
    return visit.page(
        template,
        total=len(lines),
        lines=lines[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE],
        page=page,
        last=last,
        page_address=partial(_address, FORM if template == "one-form.html" else BOARD, visit.asked("town")[:_LONGEST]),
        seats=seats,
        towns=towns,
        town=visit.asked("town")[:_LONGEST],
        unit=visit.asked("unit")[:_LONGEST],
        colours=COLOURS,
        kinds=KINDS,
        with_blanks=sum(1 for line in lines if line.blanks is None or line.blanks),
    )


def _address(path: str, town: str, page: int) -> str:
    return f"{path}?{urlencode({'town': town, 'page': page} if town else {'page': page})}"
