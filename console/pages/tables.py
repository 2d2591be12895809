"""Bringing in a table 导入表格: the file, what its headings mean, what would become of it, and then what is to enter.

The console keeps the file and asks; a worker reads the rows. Nothing enters before it was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.errors import NotThere
from console.session import same
from documents.columns import find_header, offered
from documents.incoming import memory_of, spec_of
from documents.spreadsheet import read_grid
from models import runs
from models.headings import Headings
from models.incoming import listed_at
from models.staff import bodies
from rules.errors import ContentInvalid, ImportRefused, OutsideScope, UnknownRecord
from rules.incoming import About, Mode, incoming
from rules.runnable import RUNNABLE

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from documents.columns import Offered, TableSpec
    from documents.grid import Grid
    from models.runs import RunOrder, RunRecord
    from rules.errors import SafetyError
    from rules.incoming import Incoming

PATH = "/exchange/tables"
FLOW = "import-table"
IMPORTERS = RUNNABLE[FLOW].roles
_LONGEST = 60
_CHOICE = "c{at}"


@dataclass(frozen=True, slots=True)
class Next:
    """What can be done with a table that was looked at: where to, with what, and which ways of entering it."""

    path: str
    about: str
    seal: str
    modes: tuple[Mode, ...]


def show(visit: Visit, name: str) -> Response:
    """Ask for the file of a table, and for what it is about. Raises `WrongPost`."""
    return _form(visit, incoming(name, visit.actor.role), None)


def upload(visit: Visit, name: str) -> Response:
    """Keep the file and go on to its headings; with an error, ask again."""
    table, about = incoming(name, visit.actor.role), visit.sent("about").strip()[:_LONGEST]
    try:
        spec_for(visit, table, about)
        kept = _kept(visit)
    except (ContentInvalid, ImportRefused, UnknownRecord, OutsideScope) as trouble:
        return _form(visit, table, NotThere() if isinstance(trouble, OutsideScope) else trouble)
    return visit.go(f"{PATH}/{name}/{kept}", about=about, seal=_seal(visit, name, kept, about))


def show_columns(visit: Visit, name: str, kept: str) -> Response:
    """Show which column each heading of the file is taken for, and what stands below it."""
    table, about = incoming(name, visit.actor.role), visit.asked("about")
    grid = _grid(visit, name, kept, about, visit.asked("seal"))
    spec = spec_for(visit, table, about)
    return _columns(visit, table, spec, offered(grid, spec, _known(visit, spec)), kept, about)


def check(visit: Visit, name: str, kept: str) -> Response:
    """Remember what the headings mean, and ask what would become of the rows; nothing is written yet."""
    table, about = incoming(name, visit.actor.role), visit.sent("about")
    grid = _grid(visit, name, kept, about, visit.sent("seal"))
    spec = spec_for(visit, table, about)
    chosen = [
        (each, visit.sent(_CHOICE.format(at=at))) for at, each in enumerate(offered(grid, spec, _known(visit, spec)))
    ]
    try:
        known, here = _known(visit, spec), {each.text for each, _ in chosen}
        headings = {text: key for text, key in known.items() if text not in here} | _told(spec, grid, chosen)
        find_header(grid, spec, headings)
        if headings != known:
            _memory(visit).remember(visit.actor.home, memory_of(spec), headings)
    except (ContentInvalid, ImportRefused) as trouble:
        shown = tuple(type(each)(each.text, each.samples, key) for each, key in chosen)
        return _columns(visit, table, spec, shown, kept, about, trouble)
    return _ask(visit, name, kept, about, Mode.CHECK)


def enter(visit: Visit, name: str, kept: str) -> Response:
    """Ask for the good rows, or for all of them or none, to enter."""
    table, about = incoming(name, visit.actor.role), visit.sent("about")
    if not same(visit.sent("seal"), _seal(visit, name, kept, about)):
        raise NotThere
    if visit.sent("mode") not in _modes(table):
        raise ContentInvalid("请选择只导入无误的行，还是全部无误才导入。")
    return _ask(visit, name, kept, about, Mode(visit.sent("mode")))


def next_of(visit: Visit, order: RunOrder, record: RunRecord | None) -> Next | None:
    """Return what whoever looked at a table can do with it now; None where nothing can enter, or all has."""
    asked = order.parameters
    was_looked_at = order.flow == FLOW and asked["mode"] == Mode.CHECK and record and record.state == "Completed"
    if not was_looked_at or order.actor.account_id != visit.actor.account_id or not record.counts.get("new"):
        return None
    table = incoming(asked["table"], visit.actor.role)
    modes = tuple(mode for mode in _modes(table) if mode is Mode.GOOD or not record.counts.get("bad"))
    path, about = f"{PATH}/{table.name}/{asked['upload']}/enter", asked["about"]
    seal = _seal(visit, table.name, asked["upload"], about)
    return Next(path, about, seal, modes) if modes else None


# --- one file ------------------------------------------------------------------------------------


def _modes(table: Incoming) -> tuple[Mode, ...]:
    return (Mode.WHOLE,) if table.is_whole else (Mode.GOOD, Mode.WHOLE)


def _ask(visit: Visit, name: str, kept: str, about: str, mode: Mode) -> Response:
    asked = {"upload": kept, "table": name, "about": about, "mode": mode.value}
    ticket = runs.ask_for_run(visit.desk.store, flow=FLOW, parameters=asked, actor=visit.actor, now=visit.now)
    return visit.go(f"/flows/runs/{ticket}")


def _seal(visit: Visit, name: str, kept: str, about: str) -> str:
    """Return what shows that this session has uploaded the file: what is in it is for whoever did."""
    return visit.sealed("table", name, kept, about)


def _kept(visit: Visit) -> str:
    """Keep the file that was sent, when it can be read at all. Raises `ContentInvalid`, `ImportRefused`."""
    if len(visit.uploads) != 1:
        raise ContentInvalid("请选择一个文件（xlsx、xls、csv 或 jsonl）后重新提交。")
    sent = visit.uploads[0]
    kept = visit.desk.spool.keep_upload(sent.file.read(), file_name=sent.filename or "")
    read_grid(visit.desk.spool.upload(kept))
    return kept


def _grid(visit: Visit, name: str, kept: str, about: str, seal: str) -> Grid:
    if not same(seal, _seal(visit, name, kept, about)):
        raise NotThere
    return read_grid(visit.desk.spool.upload(kept))


def spec_for(visit: Visit, table: Incoming, about: str) -> TableSpec:
    """Return the columns of a table. Raises `ContentInvalid` for no organisation, and as `listed_at`."""
    desk = visit.desk
    if table.about is About.ORGANISATION and about not in _organisations(visit):
        raise ContentInvalid("请选择机构后重新提交。")
    with desk.store.read() as reading:
        listed = listed_at(
            reading, desk.installation.county_id, visit.actor.scope, table=table.name, number=about,
            rulebook=desk.rulebook,
        )  # fmt: skip
    return spec_of(table.name, listed)


def _organisations(visit: Visit) -> dict[str, str]:
    with visit.desk.store.read() as reading:
        found = bodies(reading, visit.desk.installation.county_id)
    return {body.code: body.name for body in found}


def _known(visit: Visit, spec: TableSpec) -> dict[str, str]:
    return _memory(visit).of(visit.actor.home, memory_of(spec))


def _memory(visit: Visit) -> Headings:
    return Headings(visit.desk.settings.folder("headings"))


def _told(spec: TableSpec, grid: Grid, chosen: list[tuple[Offered, str]]) -> dict[str, str]:
    """Return what was said otherwise than the headings say themselves. Raises `ContentInvalid`."""
    keys = [key for _, key in chosen if key]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        title = next((column.title for column in spec.columns if column.key == twice), twice)
        raise ContentInvalid(f"「{title}」选了不止一个列名。请只留一个，其余选「不导入」。")
    missing = [column.title for column in spec.required if column.key not in keys]
    if missing:
        raise ContentInvalid(f"还没有对应的必填列：{'、'.join(missing)}。请选择后重新提交。")
    by_itself = {each.text: each.key for each in offered(grid, spec, {})}
    return {each.text: key for each, key in chosen if key != by_itself.get(each.text, "")}


# --- pages ---------------------------------------------------------------------------------------


def _form(visit: Visit, table: Incoming, trouble: SafetyError | None) -> Response:
    organisations = _organisations(visit) if table.about is About.ORGANISATION else {}
    return visit.page(
        "table-in.html",
        status=200 if trouble is None else 422,
        table=table,
        about=(visit.sent("about") or visit.asked("about"))[:_LONGEST],
        organisations=organisations,
        trouble=trouble,
        goes_out=table.name in {"duty_roster", "programme_list"},
        limit=visit.desk.settings.upload_limit_mib,
    )


def _columns(
    visit: Visit, table: Incoming, spec: TableSpec, headings: tuple[Offered, ...], kept: str, about: str,
    trouble: SafetyError | None = None,
) -> Response:  # fmt: skip
    return visit.page(
        "table-columns.html",
        status=200 if trouble is None else 422,
        table=table,
        spec=spec,
        headings=headings,
        kept=kept,
        about=about,
        seal=_seal(visit, table.name, kept, about),
        trouble=trouble,
    )
