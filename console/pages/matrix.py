"""The matrix of the 543 tasks 543 矩阵: twelve systems by organisations, done, due and late, with the cases behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.pages.register import year_of
from models.matrix import matrix_of
from models.staff import Staff, bodies
from rules.obligation.acts import CELLS

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit

PATH = "/matrix"
_NONE = {"": "未列入 543 体系"}


def show(visit: Visit) -> Response:
    """Show the matrix of a year within the scope, to print and to hand out."""
    county, year = visit.desk.installation.county_id, year_of(visit)
    with visit.desk.store.read() as reading:
        matrix = matrix_of(reading, visit.actor.scope, year)
        staff = Staff.read(reading, county)
        columns = [body for body in bodies(reading, county) if body.id in matrix.organisations]
    systems = CELLS | (_NONE if matrix.of("").tasks else {})
    return visit.page("matrix.html", matrix=matrix, columns=columns, systems=systems, year=year, name_of=staff.name)
