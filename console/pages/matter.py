"""Staged matters 分步事项: opening one, and what its acts need on a page beyond their forms, read from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console import opening
from console.forms import Choice
from console.opening import Offer
from models import listing
from models.staff import Staff
from rules.errors import WrongPost
from rules.matter import MATTERS
from rules.matter.schema import DECIDE_VOID, Kind
from rules.standing import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.responses import Response

    from console.shelves import Shelf
    from console.visit import Visit
    from models.dossier import Dossier
    from rules.actor import Actor
    from rules.matter.schema import FieldLine

# Confirming that a case was opened by mistake is read once more before it is done, and signed with the password.
OFFICIAL = frozenset({DECIDE_VOID})
HINTS: Mapping[tuple[str, str], str] = {}
_LOOKS = {Kind.NUMBER: "figure", Kind.CASE: "suggest", Kind.PERSON: "suggest"}
_MOST_OTHERS = 50


def _fields() -> Iterator[FieldLine]:
    for matter in MATTERS.values():
        for act in matter.acts.values():
            yield from act.fields


LOOKS: Mapping[str, str] = {entry.key: _LOOKS[entry.kind] for entry in _fields() if entry.kind in _LOOKS}


def show_new(shelf: Shelf, visit: Visit) -> Response:
    """Show the form by which a case is opened: by the act that the address names, else the first that one may do."""
    act = _opening(shelf, visit, visit.asked("act"))
    return opening.show(visit, shelf, offer=_offer(visit, shelf, act), act=act)


def open_new(shelf: Shelf, visit: Visit) -> Response:
    """Open a case; with an error, show the form again with everything that was typed."""
    act = _opening(shelf, visit, visit.sent("act"))
    return opening.open_case(visit, shelf, offer=_offer(visit, shelf, act), act=act)


def _opening(shelf: Shelf, visit: Visit, wanted: str) -> str:
    """Return the opening act that is meant. Raises `WrongPost` for somebody who may do none."""
    may = [act for act, _ in opening.openings(visit, shelf)]
    if not may:
        raise WrongPost
    return wanted if wanted in may else may[0]


def _offer(visit: Visit, shelf: Shelf, act: str) -> Offer:
    return Offer(_choices(visit, shelf.process.name, act), LOOKS)


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully: none."""
    del kind, actor
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: the line meant, people, and cases."""
    found = _choices(visit, dossier.header.process.name, kind)
    owed = [str(duty.about) for duty in dossier.open_duties if duty.act == kind and duty.about is not None]
    return {**found, "about": [Choice(about, about) for about in owed]} if owed else found


def _choices(visit: Visit, process: str, kind: str) -> dict[str, list[Choice]]:
    act = MATTERS[process].acts.get(kind)
    found: dict[str, list[Choice]] = {}
    for entry in act.fields if act else ():
        if entry.kind is Kind.PERSON:
            found[entry.key] = _people(visit)
        elif entry.kind is Kind.CASE:
            found[entry.key] = _cases(visit, entry.of)
    return found


def _people(visit: Visit) -> list[Choice]:
    """Return everybody, written by name, or by login where several have one name."""
    with visit.desk.store.read() as reading:
        everybody = Staff.read(reading, visit.desk.installation.county_id).everybody()
    names = [member.name for member in everybody]
    return [
        Choice(member.login if member.login and names.count(member.name) > 1 else member.name, member.name)
        for member in everybody
    ]


def _cases(visit: Visit, kind: str) -> list[Choice]:
    search = listing.Search(status=Status.OPEN.value)
    with visit.desk.store.read() as reading:
        found = listing.cases(reading, visit.actor.scope, kind, search, most=_MOST_OTHERS)
    return [Choice(item.number, f"{item.number} {item.unit} {item.description}") for item in found]
