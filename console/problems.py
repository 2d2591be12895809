"""Problems found 发现的问题 beside the meeting or visit that found them, ready to become hazards with one tap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.units import find_units, only_unit
from rules.actor import UNIT_ROLES
from rules.hazard import HAZARD, HazardAct
from rules.hazard.acts import CATEGORIES
from rules.obligation import FORMS, OBLIGATION, ObligationAct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from console.visit import Visit
    from models.case_file import ActEntry, Dossier
    from models.units import UnitChoice

_FOUND, _PLACE = "found", "place"
# The minutes of a meeting show no hazard; the photographs of a visit do.
_SHOWING = frozenset({ObligationAct.VISIT, ObligationAct.FULFIL})
_OTHER = "other"


@dataclass(frozen=True, slots=True)
class FoundView:
    """What one entry found and is still to be handed on, a problem a line; `unit` is the one that its words name.

    `may_register`: the reader may register hazards; whoever may not hands them on by number.
    """

    about: str
    lines: tuple[str, ...]
    place: str
    units: tuple[UnitChoice, ...]
    unit: str
    asks_grade: bool
    may_register: bool
    act: ActEntry

    @property
    def evidence(self) -> tuple[str, ...]:
        """Return the photographs that show the problems."""
        return self.act.evidence if self.act.kind in _SHOWING else ()

    @property
    def categories(self) -> Mapping[str, str]:
        """Return the categories of hazards; the last is taken where nobody chooses."""
        return CATEGORIES

    @property
    def grades(self) -> Mapping[str, str]:
        """Return what a unit judges of its own hazard."""
        return next(entry.choices for entry in HAZARD.forms[HazardAct.REPORT].fields if entry.key == "own_grade")

    @property
    def category(self) -> str:
        """Return the category that stands before anybody chooses."""
        return _OTHER


def found_in(visit: Visit, dossier: Dossier, facts: Any, may: frozenset[str]) -> list[FoundView]:
    """Return what the entries of a case found and nobody has handed on yet; `may` are the acts of the reader."""
    if dossier.header.process is not OBLIGATION or ObligationAct.REFER not in may:
        return []
    owed = {str(duty.about) for duty in facts.live.values() if duty.act == ObligationAct.REFER}
    views = [_view(visit, act) for act in dossier.acts if str(act.seq) in owed]
    return [view for view in views if view.lines]


def _view(visit: Visit, act: ActEntry) -> FoundView:
    lines = tuple(line.strip() for line in _said(act, _FOUND).splitlines() if line.strip())
    place = _said(act, _PLACE)
    with visit.desk.store.read() as reading:
        only = only_unit(reading, visit.actor)
        units = [only] if only else find_units(reading, visit.actor, "")
        named = [] if only else find_units(reading, visit.actor, place) if place else []
    known = list({unit.code: unit for unit in (*named, *units)}.values())
    meant = only or next((unit for unit in known if unit.name in f"{place}\n{_said(act, _FOUND)}"), None)
    return FoundView(
        about=str(act.seq),
        lines=lines,
        place=place,
        units=tuple(known),
        unit=meant.code if meant else "",
        asks_grade=visit.actor.role in UNIT_ROLES,
        may_register=visit.actor.role in HAZARD.may[HazardAct.REPORT],
        act=act,
    )


def _said(act: ActEntry, key: str) -> str:
    """Return what an act says in one field, empty where it does not or the words were erased."""
    label = next((entry.label for entry in FORMS[act.kind].fields if entry.key == key), "")
    return "" if act.erased else dict(act.values).get(label, "")
