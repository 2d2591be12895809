"""A programme on the page of its case 专项情况: target, milestones, list and figures, each with where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.programme_listing import names_by_code
from models.programme_members import accidents_at
from models.staff import Staff
from rules.programme import MEMBER_STATES, STATES
from rules.programme.facts import State
from rules.programme.reading import line_of
from rules.programmes import Members

if TYPE_CHECKING:
    from datetime import date

    from console.visit import Visit
    from models.dossier import Dossier
    from rules.programme import Facts
    from rules.programme.facts import Item, Report
    from rules.programmes import Programme

_FIRST = (State.OPEN, State.REPORTED)


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone, by which day it is due, and on which it was reached; None where it was not yet."""

    title: str
    due: date
    reached: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list as it is shown."""

    item: Item
    name: str
    person: str
    state: str
    late: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What a programme asks and how far it has come.

    `accidents` are those of the township that no village of its list was charged with.
    """

    line: Programme
    facts: Facts
    milestones: tuple[Reached, ...]
    entries: tuple[Entry, ...]
    reports: tuple[Report, ...]
    accidents: tuple[str, ...]


def board_of(visit: Visit, dossier: Dossier, facts: Facts) -> Board:
    """Return what stands on the page of a programme."""
    line = line_of(facts, visit.desk.rulebook)
    county, place = visit.desk.installation.county_id, dossier.header.place
    with visit.desk.store.read() as reading:
        names, staff = names_by_code(reading, county), Staff.read(reading, county)
        found: tuple[str, ...] = ()
        if facts.members is Members.VILLAGE:
            found = accidents_at(reading, county, place.path, facts.begins, facts.ends)
    charged = {item.incident for item in facts.items.values()}
    words = STATES if facts.members is Members.NONE else MEMBER_STATES
    late = {duty.about for duty in facts.live.values() if duty.breached}
    return Board(
        line=line,
        facts=facts,
        milestones=_milestones(visit, line, facts),
        entries=tuple(
            Entry(
                item=item,
                name=item.object if facts.members is Members.NONE else names.get(item.object, item.object),
                person=staff.name(item.person) if item.person else "",
                state=words[item.state],
                late=item.no in late and item.state.is_unclosed,
            )
            for item in sorted(facts.items.values(), key=lambda item: (item.state not in _FIRST, item.due, item.no))
        ),
        reports=tuple(reversed(facts.reports)),
        accidents=tuple(number for number in found if number not in charged),
    )


def _milestones(visit: Visit, line: Programme, facts: Facts) -> tuple[Reached, ...]:
    grace = visit.desk.rulebook.number("programme_grace_days", facts.begins)
    due = {milestone.id: line.day_of(milestone, facts.begins, facts.ends, grace=grace) for milestone in line.milestones}
    return tuple(
        Reached(
            title=milestone.title,
            due=due[milestone.id],
            reached=(day := facts.reached.get(milestone.id)),
            late=(day or visit.now.date()) > due[milestone.id],
        )
        for milestone in line.milestones
    )
