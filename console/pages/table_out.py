"""Tables as they go out 导出表格: by the columns in which they come in, within the scope; text stays text."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from console.errors import NotThere
from console.menu import QUOTA_READERS, WATCH_READERS
from console.pages.tables import spec_for
from documents.duty_roster import rows_of
from documents.programme_table import OWN
from documents.templates import SheetContent, write_workbook
from models import county_tables, hazard_ledger
from models.duty_watch import open_rosters
from models.staff import Staff, bodies
from models.storybook import open_tale
from models.watch import standing
from rules.actor import POSTS, Role, labels
from rules.errors import WrongPost
from rules.incoming import INCOMING
from rules.programme.facts import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from console.visit import Visit
    from rules.incoming import Incoming

PATH = "/exchange/out"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TOGETHER, _MOST = 2_000, 20_000
_OF_COUNTY = ("organisation", "units", "posts", "people")
#: Who takes which table away; a table that is not here has a page of its own from which it goes out.
READERS: Mapping[str, frozenset[Role]] = {
    "hazard_ledger": POSTS,
    "duty_roster": WATCH_READERS,
    "programme_list": QUOTA_READERS,
    **dict.fromkeys(_OF_COUNTY, frozenset({Role.IT_ADMIN})),
}


def workbook(visit: Visit, name: str) -> Response:
    """Return a table as a workbook that can be imported again. Raises `NotThere`, `WrongPost`."""
    table = INCOMING.get(name.removesuffix(".xlsx"))
    if table is None or table.name not in READERS or not name.endswith(".xlsx"):
        raise NotThere
    if visit.actor.role not in READERS[table.name]:
        raise WrongPost(
            f"「{table.title}」由{labels(READERS[table.name])}导出，您的岗位是{visit.actor.role.label}。"
            "请由上述岗位的人员导出。"
        )
    spec = spec_for(visit, table, visit.asked("about"))
    county, at = visit.desk.installation.county_name, visit.language.moment(visit.now)
    content = SheetContent(
        name=table.title, title=spec.title, columns=spec.columns, rows=_ROWS[table.name](visit, table),
        notes=visit.language.say("{county}，截至 {at}", county=county, at=at),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        write_workbook(path, [content])
        data = path.read_bytes()
    headers = {"content-disposition": f'attachment; filename="{table.name}.xlsx"', "cache-control": "no-store"}
    return Response(data, media_type=_WORKBOOK, headers=headers)


def _hazards(visit: Visit, table: Incoming) -> Iterator[dict[str, Any]]:
    del table
    after = 0
    for _ in range(_MOST // _TOGETHER):
        with visit.desk.store.read() as reading:
            rows, after = hazard_ledger.rows_within(reading, visit.actor.scope, after=after, most=_TOGETHER)
        yield from rows
        if len(rows) < _TOGETHER:
            return


def _shifts(visit: Visit, table: Incoming) -> list[dict[str, Any]]:
    """Return the shifts to come of an organisation whose watch is within the scope. Raises `NotThere`."""
    del table
    county = visit.desk.installation.county_id
    days = visit.desk.rulebook.number("watch_roster_longest_days", visit.now.date())
    with visit.desk.store.read() as reading:
        body = next(body for body in bodies(reading, county) if body.code == visit.asked("about"))
        if body.id not in {roster.organisation_id for roster in open_rosters(reading, visit.actor.scope)}:
            raise NotThere
        watch = standing(reading, visit.now, visit.now.add(days=days)).watches.get(body.id)
        staff = Staff.read(reading, county)
    return rows_of(watch.shifts if watch else (), staff.name)


def _listed(visit: Visit, table: Incoming) -> list[dict[str, Any]]:
    """Return what stands on the list of a programme; the page has looked whether it is within the scope."""
    del table
    county, rulebook = visit.desk.installation.county_id, visit.desk.rulebook
    with visit.desk.store.read() as reading:
        facts = open_tale(reading, county, visit.asked("about"), rulebook).facts
        staff = Staff.read(reading, county)
    return [
        {
            "object": item.object, "person": staff.name(item.person) if item.person else "", "measure": item.measure,
            "due": item.due, **{f"{OWN}{at}": cell for at, cell in enumerate(item.columns)},
        }
        for item in facts.items.values()
        if item.state is not State.DROPPED
    ]  # fmt: skip


def _on_the_books(visit: Visit, table: Incoming) -> list[dict[str, Any]]:
    with visit.desk.store.read() as reading:
        return county_tables.rows_of(reading, visit.desk.installation.county_id, table.name)


_ROWS: Mapping[str, Callable[[Visit, Incoming], Any]] = {
    "hazard_ledger": _hazards,
    "duty_roster": _shifts,
    "programme_list": _listed,
    **dict.fromkeys(_OF_COUNTY, _on_the_books),
}
