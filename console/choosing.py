"""Choosing 选择单位: the unit that a report is about: the only one within reach, one by its code, or one to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.units import find_units, only_unit, unit_within

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.shelves import Shelf
    from console.visit import Visit
    from models.units import UnitChoice

_LONGEST_SEARCH = 60


def unit_of(visit: Visit, code: str) -> UnitChoice | None:
    """Return a unit within the scope by its code, or without one the only unit there is; None where it is open."""
    with visit.desk.store.read() as reading:
        return unit_within(reading, visit.actor.scope, code) if code else only_unit(reading, visit.actor)


def choose_unit(visit: Visit, shelf: Shelf) -> Response:
    """Show units to choose from, those lately reported on first."""
    words = visit.asked("words")[:_LONGEST_SEARCH]
    with visit.desk.store.read() as reading:
        found = find_units(reading, visit.actor, words)
    return visit.page("choose-unit.html", shelf=shelf, units=found, words=words)
