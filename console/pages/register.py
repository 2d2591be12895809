"""Registers 登记名册: what is kept under each line that asks for one, by whom, and the entries to take away."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from console.errors import NotThere
from documents.columns import Column, ColumnKind
from documents.templates import SheetContent, write_workbook
from models import registers
from models.staff import Staff, bodies
from models.units import unit_names
from rules import quotas
from rules.obligation.registers import total

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from console.visit import Visit
    from models.registers import Kept
    from rules.quotas import Quota

PATH = "/registers"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OF_A_YEAR = 4


@dataclass(frozen=True, slots=True)
class Shelved:
    """One register in the list: its line, how many periods began in the year, in how many something was entered."""

    line: Quota
    owed: int
    done: int


def show(visit: Visit) -> Response:
    """Show all registers of a year within the scope."""
    year = year_of(visit)
    with visit.desk.store.read() as reading:
        states = registers.states(reading, visit.actor.scope, year)
    lines = [Shelved(line, *states[line.id]) for line in _lines(visit) if line.id in states]
    return visit.page("registers.html", lines=lines, year=year)


def show_one(visit: Visit, line: str) -> Response:
    """Show the entries of one register within the scope. Raises `NotThere` for a line that keeps none."""
    found, year = _line(visit, line), year_of(visit)
    assert found.register is not None, "only lines with a register are found"
    kept, names = _kept(visit, found, year)
    entries = tuple(entry for one in kept for entry in one.entries)
    sums = [
        (column.label, f"{total(entries, at):g}")
        for at, column in enumerate(found.register.columns)
        if column.kind is quotas.ColumnKind.NUMBER
    ]
    return visit.page(
        "register.html", line=found, register=found.register, kept=kept, names=names, year=year, sums=sums,
        count=len(entries),
    )  # fmt: skip


def workbook(visit: Visit, line: str) -> Response:
    """Return the entries of one register within the scope as a workbook."""
    found, year = _line(visit, line), year_of(visit)
    assert found.register is not None, "only lines with a register are found"
    kept, names = _kept(visit, found, year)
    columns = (
        Column(key="number", title="事项编号", longest=40), Column(key="holder", title="登记单位", longest=100),
        Column(key="period", title="周期", longest=20),
        *(
            Column(key=str(at), title=column.label, kind=_KINDS.get(column.kind, ColumnKind.TEXT), longest=200)
            for at, column in enumerate(found.register.columns)
        ),
    )  # fmt: skip
    content = SheetContent(name="登记名册", title=f"{found.title} {year}", columns=columns, rows=_rows(kept, names))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        write_workbook(path, [content])
        data = path.read_bytes()
    headers = {"content-disposition": 'attachment; filename="register.xlsx"', "cache-control": "no-store"}
    return Response(data, media_type=_WORKBOOK, headers=headers)


_KINDS = {quotas.ColumnKind.DAY: ColumnKind.DAY}


def year_of(visit: Visit) -> int:
    """Return the year that is asked for, the present one for none and for nonsense."""
    written = visit.asked("year")
    is_year = written.isascii() and written.isdecimal() and len(written) == _OF_A_YEAR and int(written) > 0
    return int(written) if is_year else visit.now.year


def _lines(visit: Visit) -> list[Quota]:
    """Return the lines that keep a register today, or kept one at the end of the year that is asked for."""
    rulebook = visit.desk.rulebook
    return [line for line in rulebook.quotas(visit.now.date()) if line.is_enabled and line.register is not None]


def _line(visit: Visit, line_id: str) -> Quota:
    found = next((line for line in _lines(visit) if line.id == line_id), None)
    if found is None:
        raise NotThere
    return found


def _kept(visit: Visit, line: Quota, year: int) -> tuple[list[Kept], Mapping[str, str]]:
    county = visit.desk.installation.county_id
    with visit.desk.store.read() as reading:
        kept = registers.kept(reading, visit.actor.scope, line, year)
        names = {body.id: body.name for body in bodies(reading, county)} | unit_names(reading, county)
        staff = Staff.read(reading, county)
    return kept, {one.holder: names.get(one.holder) or staff.name(one.holder) for one in kept}


def _rows(kept: list[Kept], names: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    for one in kept:
        for entry in one.entries:
            head = {"number": one.number, "holder": names[one.holder], "period": one.period}
            yield head | {str(at): cell for at, cell in enumerate(entry.cells)}
