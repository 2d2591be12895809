"""Files of units 一企一档: opening one from the unit's page, and what its acts need on a page beyond their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.errors import NotThere
from console.forms import Choice
from console.pages.cases import facts_of
from models.receipt import Deed
from models.staff import Staff, bodies
from models.units import unit_within
from rules.unit_file import UNIT_FILE, UnitAct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from rules.actor import Actor

OPENERS = UNIT_FILE.may[UnitAct.OPEN]
OFFICIAL = frozenset({UnitAct.CLOSE})
HINTS: Mapping[tuple[str, str], str] = {}
LOOKS: Mapping[str, str] = {"sum": "figure", "insured": "figure"}


def open_file(visit: Visit, code: str) -> Response:
    """Open the file of a unit within the scope. Raises `ContentInvalid` where it has one already."""
    with visit.desk.store.read() as reading:
        if unit_within(reading, visit.actor.scope, code) is None:
            raise NotThere
    deed = Deed(
        kind=UnitAct.OPEN,
        actor=visit.actor,
        key=visit.sent("key")[:80] or visit.sealed("no key"),
        values={"note": visit.sent("note")},
    )
    receipt = visit.desk.ledger.open_case(UNIT_FILE.name, code, deed, visit.now)
    return visit.go(f"/cases/{receipt.number}", done=receipt.seq)


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully: none."""
    del kind, actor
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: bodies, people, what stands on the file."""
    match kind:
        case UnitAct.SEAT:
            with visit.desk.store.read() as reading:
                staff = Staff.read(reading, visit.desk.installation.county_id)
                found = bodies(reading, visit.desk.installation.county_id)
            seats = next(entry for entry in UNIT_FILE.forms[kind].fields if entry.key == "about").choices
            return {
                "about": [Choice(slug, label) for slug, label in seats.items()],
                "organisation": [Choice(body.code, body.name) for body in found],
                "person": [Choice(member.id, member.name) for member in staff.everybody()],
            }
        case UnitAct.STRIKE:
            return {"about": [Choice(key, name) for key, name in facts_of(visit, dossier.header).entries().items()]}
        case UnitAct.APPLY:
            entries = facts_of(visit, dossier.header).entries()
            owed = [duty.about for duty in dossier.open_duties if duty.act == kind and duty.about]
            return {"about": [Choice(about, entries.get(about, about)) for about in owed]}
        case _:
            return {}
