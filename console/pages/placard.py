"""Placards 隐患上报牌: where a scanned code leads, and the sheets to print for one unit or a whole township."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import Response

from console.errors import NotThere
from console.pages.obligation import visits_of
from console.paging import page_asked
from console.placard import placards_of, place_at
from console.shelves import HAZARDS
from documents.paper import draw_up
from documents.paper_blocks import blocks_of
from documents.qr_code import draw_qr
from models import unit_register
from models.unit_register import UnitSearch

if TYPE_CHECKING:
    from console.placard import Placard
    from console.visit import Visit

SHEETS = "/placards"
_LONGEST = 60
_MOST_UNITS = 50
_SHOWN = 12
_FORMS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def scan(visit: Visit, token: str, point: str = "") -> Response:
    """Lead on to the report, with unit and place filled in; who has more to do at a unit than report chooses.

    Raises `NotThere` in the same words for a unit that is not there and one that is out of scope.
    """
    place = place_at(visit, token, point)
    if place is None:
        raise NotThere
    asked = {"unit": place.unit.code} | ({"at": point} if place.risk else {})
    visits, may_report = visits_of(visit), HAZARDS.may_report(visit.actor.role)
    if may_report and not visits:
        return visit.go(HAZARDS.report_path, **asked)
    return visit.page("placard.html", place=place, visits=visits, asked=asked)


def show(visit: Visit) -> Response:
    """Show the placards of the units that are asked for, the first of them as they will be printed."""
    asked = _asked(visit)
    found, total = _placards(visit)
    with visit.desk.store.read() as reading:
        towns = unit_register.towns_within(reading, visit.actor.scope)
    return visit.page(
        "placards.html",
        placards=[(placard, draw_qr(placard.address)) for placard in found[:_SHOWN]],
        sheets=len(found),
        total=total,
        most=_MOST_UNITS,
        towns=towns,
        asked=asked,
        address=partial(_address, asked),
        is_local=not visit.desk.settings.public_address,
    )


def sheets(visit: Visit, form: str) -> Response:
    """Return the placards as one paper to print. Raises `NotThere` where there are none, `RulebookError` as papers."""
    found, _ = _placards(visit)
    if not found or form not in _FORMS:
        raise NotThere
    installation, at = visit.desk.installation, visit.now.start_of("day")
    facts = {"placards": found, "county": installation.county_name, "demonstration": installation.demonstration}
    blocks = blocks_of(draw_up("placard", "placards", facts, exercise=bool(installation.exercise)).content)
    if form == "pdf":
        from documents.typeset import typeset  # noqa: PLC0415 - the typesetter is loaded by whoever prints

        content = typeset(blocks, at=at)
    else:
        from documents.word import as_word  # noqa: PLC0415 - as above

        content = as_word(blocks, at=at)
    disposition = f'{"inline" if form == "pdf" else "attachment"}; filename="placards.{form}"'
    return Response(content, media_type=_FORMS[form], headers={"content-disposition": disposition})


def _asked(visit: Visit) -> dict[str, str]:
    wanted = ("unit", "town", "sector", "words", "points", "page")
    return {key: visit.asked(key)[:_LONGEST] for key in wanted}


def _address(asked: dict[str, str], tail: str = "", **instead: str | int) -> str:
    kept = {key: value for key, value in {**asked, **instead}.items() if value}
    return f"{SHEETS}{tail}?{urlencode(kept)}" if kept else f"{SHEETS}{tail}"


def _placards(visit: Visit) -> tuple[list[Placard], int]:
    """Return the placards that are asked for, of so many units at most, and how many units there are."""
    asked = _asked(visit)
    with_points = asked["points"] == "1"
    if asked["unit"]:
        found = placards_of(visit, asked["unit"], with_points=with_points)
        return found, min(len(found), 1)
    search = UnitSearch(
        words=asked["words"],
        town=asked["town"],
        sector=asked["sector"],
        page=page_asked(asked["page"]),
    )
    with visit.desk.store.read() as reading:
        total = unit_register.count_units(reading, visit.actor.scope, search)
        units = unit_register.units_within(reading, visit.actor.scope, search, most=_MOST_UNITS)
    return [sheet for unit in units for sheet in placards_of(visit, unit.code, with_points=with_points)], total
