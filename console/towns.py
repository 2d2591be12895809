"""Towns 各乡镇: the cases that a county's case opened in the towns, how far each is, read as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.history import read_history
from models.places import name_of
from models.spreading import town_cases
from rules.actor import Role
from rules.matter import MATTERS

if TYPE_CHECKING:
    from pendulum import DateTime

    from console.visit import Visit
    from models.dossier import Dossier


@dataclass(frozen=True, slots=True)
class TownView:
    """One town's case as a page shows it: what it waits for, and when it last did something itself."""

    name: str
    number: str
    status: str
    waits_for: str
    waits_for_county: bool
    is_late: bool
    last: str
    last_at: DateTime | None


def towns_of(visit: Visit, dossier: Dossier) -> tuple[TownView, ...]:
    """Return the towns' cases of a county's case, none for a case that goes on to no town."""
    header = dossier.header
    matter = MATTERS.get(header.process.name)
    if matter is None or not any(act.kind in matter.acts and matter.acts[act.kind].spreads for act in dossier.acts):
        return ()
    found: list[TownView] = []
    with visit.desk.store.read() as reading:
        for town in town_cases(reading, header.place.county_id, header.number):
            own = [act for act in read_history(reading, town.case.id, header.process) if act.actor.person_id != "clock"]
            found.append(
                TownView(
                    name=name_of(reading, header.place.county_id, town.town),
                    number=town.case.number,
                    status=town.case.status,
                    waits_for=town.case.waits_for,
                    waits_for_county=Role.ENGINE in header.process.may.get(town.case.waits_for, ()),
                    is_late=town.case.overdue,
                    last=own[-1].kind if own else "",
                    last_at=own[-1].happened_at if own else None,
                )
            )
    return tuple(found)
