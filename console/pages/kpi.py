"""Indicators 指标: what the work costs people first, then results; each with its parts, its trend and its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.errors import NotThere
from models.indicators import measure
from rules.county_notice import notices
from rules.errors import UnknownRecord
from rules.indicators import indicator_named, indicators

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit


def show(visit: Visit) -> Response:
    """Show every indicator as it stands now, over the whole county; nobody is ranked."""
    with visit.desk.store.read() as reading:
        found = [measure(reading, one, visit.now) for one in indicators()]
    return visit.page("kpi.html", found=found)


def show_one(visit: Visit, name: str) -> Response:
    """Show one indicator with the periods before it and the cases behind it that lie in the reader's scope."""
    try:
        indicator = indicator_named(name)
    except UnknownRecord as error:
        raise NotThere from error
    with visit.desk.store.read() as reading:
        one = measure(reading, indicator, visit.now, visit.actor.scope)
    rows = [notices()[-1].row(row_id) for row_id in indicator.rows]
    return visit.page("kpi-one.html", one=one, rows=rows)
