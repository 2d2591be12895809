"""The facts of one year of drills 年度演练计划: what its acts add up to, line by line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rules.drill_year.acts import Change
    from rules.drill_year.lines import Line
    from rules.drill_year.subjects import Subject, SubjectKind


class State(StrEnum):
    """How a planned line stands."""

    PLANNED = "planned"
    DONE = "done"
    LATE = "late"
    MISSED = "missed"
    MERGED = "merged"
    RELEASED = "released"

    @property
    def is_held(self) -> bool:
        """Tell whether the drill was held, in time or late."""
        return self in {State.DONE, State.LATE}


#: A drill may still be recorded for what is to come, and for what was missed.
RECORDABLE = frozenset({State.PLANNED, State.MISSED})
STATES = {
    State.PLANNED.value: "待演练",
    State.DONE.value: "已演练",
    State.LATE.value: "逾期后演练",
    State.MISSED.value: "逾期未演练",
    State.MERGED.value: "并入另一项",
    State.RELEASED.value: "不再适用",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as it stands: the drill that fulfilled it, or the line into which it was merged."""

    line: Line
    state: State = State.PLANNED
    number: str = ""
    held_on: date | None = None
    into: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that waits for a decision; `newcomer` owes the added line and was on no register when the year began."""

    kind: Change
    line: str
    day: date | None
    hall: str
    into: str
    basis: str
    added: Line | None
    newcomer: Subject | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """How a sample will be drawn, said before the seed exists: from where the seed comes, how many, out of what."""

    source: str
    count: int
    population: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample as it was drawn."""

    announced: Announced
    seed: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts(Standing):
    """What stands after the last act.

    `entries` are the lines by number, `changes` those that wait for a decision by the number of the act that asked,
    `announced` the sample that is to be drawn, `samples` those that were.
    """

    year: int = 0
    subjects: Mapping[str, Subject] = field(default_factory=dict[str, "Subject"])
    entries: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    approved: bool = False
    changes: Mapping[str, Asked] = field(default_factory=dict[str, Asked])
    announced: Announced | None = None
    samples: tuple[Drawn, ...] = ()

    @property
    def grade(self) -> str | None:
        """Return None: a year has no grade."""
        return None

    @property
    def open_lines(self) -> tuple[str, ...]:
        """Return the lines whose drill is still to come."""
        return tuple(no for no, entry in self.entries.items() if entry.state is State.PLANNED)

    @property
    def checkable(self) -> tuple[str, ...]:
        """Return the lines of key units that were held: what is sampled. Law: drill-spot-check 第八条第三款."""
        return tuple(
            no
            for no, entry in self.entries.items()
            if entry.state.is_held and self.subjects[entry.line.subject].is_key_unit
        )

    @property
    def tally(self) -> Mapping[tuple[SubjectKind, State], int]:
        """Return how many lines of each kind of subject stand how: what the indicators are made of."""
        return Counter((self.subjects[entry.line.subject].kind, entry.state) for entry in self.entries.values())

    def merged_into(self, no: str) -> tuple[Entry, ...]:
        """Return the lines that were merged into one and stand or fall with it."""
        return tuple(entry for entry in self.entries.values() if entry.state is State.MERGED and entry.into == no)

    def counted_as(self, number: str, line: Line) -> str:
        """Return the line of the same subject under the same clause that a drill fulfilled, empty where none."""
        same = (line.subject, line.clause_id)
        alike = (no for no, each in self.entries.items() if (each.line.subject, each.line.clause_id) == same)
        return next((no for no in alike if self.entries[no].number == number), "")

    def holders_of(self, hall: str, day: date, *, but: str) -> tuple[str, ...]:
        """Return the other lines that are planned in a hall on a day; nobody holds what has no name."""
        return tuple(
            no
            for no, entry in self.entries.items()
            if hall and no != but and entry.state is State.PLANNED and (entry.line.hall, entry.line.day) == (hall, day)
        )

    def with_entry(self, entry: Entry) -> Facts:
        """Return the facts with a line as it now stands."""
        return replace(self, entries=MappingProxyType({**self.entries, entry.line.no: entry}))
