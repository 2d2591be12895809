"""Units 企业: the list within one's scope, and one page for each unit with everything that the ledger knows of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from console.errors import NotThere
from console.pages import unit_file
from console.paging import last_page, page_asked
from console.session import fresh_token
from console.unit_view import view_of
from models import unit_record, unit_register
from models.unit_register import UnitSearch
from models.unit_year import OwedInYear, owed_in_year
from rules.obligation import ObligationAct
from rules.runnable import RUNNABLE
from rules.unit_file import COLOURS, UNIT_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

    from console.visit import Visit

PATH = "/units"
GAPS = {"some": "有缺项", "none": "没有缺项", "no-file": "尚未建档"}
_ON_A_PAGE = 25
_LONGEST_SEARCH = 60
_GROUPS = {
    ObligationAct.LEARN.value: "培训",
    ObligationAct.PLEDGE.value: "承诺",
    ObligationAct.SIGN_FORM.value: "隐患统计表",
    ObligationAct.REGISTER.value: "登记",
}
_REST = "其他应办"


def show_list(visit: Visit) -> Response:
    """Show a page of the units within the scope, narrowed to what was asked for."""
    search = _search(visit)
    with visit.desk.store.read() as reading:
        total = unit_register.count_units(reading, visit.actor.scope, search)
        last = last_page(total, _ON_A_PAGE)
        search = replace(search, page=min(search.page, last))
        found = unit_register.units_within(reading, visit.actor.scope, search, most=_ON_A_PAGE)
        towns = unit_register.towns_within(reading, visit.actor.scope)
        sectors = unit_register.sectors_within(reading, visit.actor.scope)
    return visit.page(
        "units.html",
        units=found,
        total=total,
        search=search,
        last=last,
        page_address=partial(_address, search),
        towns=towns,
        sectors=sectors,
        colours=COLOURS,
        gaps=GAPS,
        may_upload=visit.actor.role in RUNNABLE["import-units"].roles,
        limit=visit.desk.settings.upload_limit_mib,
    )


def show(visit: Visit, code: str) -> Response:
    """Show one unit within the scope. Raises `NotThere` in the same words where it is out of it."""
    with visit.desk.store.read() as reading:
        record = unit_record.open_record(reading, visit.actor.scope, code)
        if record is None:
            raise NotThere
        owed = owed_in_year(reading, visit.actor.scope, record.basics.id, visit.now.year, visit.desk.rulebook)
    return visit.page(
        "unit.html",
        record=record,
        groups=_grouped(owed),
        year=visit.now.year,
        file=view_of(visit, record.basics.id),
        may_open=visit.actor.role in unit_file.OPENERS,
        open_key=fresh_token(),
        acts=UNIT_FILE.forms,
    )


def _grouped(owed: list[OwedInYear]) -> list[tuple[str, list[OwedInYear]]]:
    """Return what a unit owed in the year by what it is: training, pledges, forms, registers, the rest."""
    titles = dict.fromkeys((*_GROUPS.values(), _REST))
    found = {title: [one for one in owed if _GROUPS.get(one.line.act, _REST) == title] for title in titles}
    return [(title, several) for title, several in found.items() if several]


def _search(visit: Visit) -> UnitSearch:
    return UnitSearch(
        words=visit.asked("words")[:_LONGEST_SEARCH],
        town=visit.asked("town")[:_LONGEST_SEARCH],
        sector=visit.asked("sector")[:_LONGEST_SEARCH],
        colour=_one_of(COLOURS, visit.asked("colour")),
        gaps=_one_of(GAPS, visit.asked("gaps")),
        page=page_asked(visit.asked("page")),
    )


def _one_of(choices: Iterable[str], asked: str) -> str:
    return asked if asked in choices else ""


def _address(search: UnitSearch, page: int) -> str:
    asked = {**asdict(search), "page": str(page)}
    return f"{PATH}?{urlencode({name: value for name, value in asked.items() if value})}"
