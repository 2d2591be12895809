"""The lines of a year's plan of drills 计划各项 on a page: who, what, until when, where, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.drill_listing import planned_drills
from models.drill_subjects import subject_names
from rules.drill_year import DRILL_YEAR

if TYPE_CHECKING:
    from console.visit import Visit
    from models.dossier import Dossier
    from models.drill_listing import PlannedDrill


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the name of its subject; `is_presumed`: nobody has registered what kind of unit it is."""

    drill: PlannedDrill
    name: str
    is_presumed: bool


def lines_of_year(visit: Visit, year: int) -> list[Line]:
    """Return the lines of a year that lie within the reader's scope."""
    county = visit.desk.installation.county_id
    with visit.desk.store.read() as reading:
        drills = planned_drills(reading, visit.actor.scope, county, year)
        names = subject_names(reading, county)
    return [Line(drill, names.of(drill.subject), drill.subject in names.presumed) for drill in drills]


def lines_of_case(visit: Visit, dossier: Dossier, facts: Any) -> list[Line]:
    """Return the lines of the year that a case is about, none for a case about anything else."""
    return lines_of_year(visit, facts.year) if dossier.header.process is DRILL_YEAR else []
