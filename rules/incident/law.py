"""What law says of accidents beyond clauses 事故法规数据: grades, routes, investigators; read from TOML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rules.errors import ClauseNotInForce, ClauseUnknown
from rules.incident.grade import Grade, Measure, Nature, NearMiss, Threshold
from rules.incident.parties import AccidentKind, Channel, Level, Party, Sector
from rules.strict_toml import Table, open_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from rules.rulebook import Rulebook

_FILE = "incident/law.toml"


@dataclass(frozen=True, slots=True)
class GradeLaw:
    """What a grade brings with it: who investigates, and the clauses of approval and of follow-up reports."""

    threshold: Threshold
    clause_id: str
    investigated_by: Level
    approve: str
    follow_up: str
    follow_ups_a_day: int


@dataclass(frozen=True, slots=True)
class Hop:
    """One report that somebody owes somebody.

    `by` and `to` are the bodies the clause names, `also_by` and `also_to` those that a source may name in their place.
    It is owed for accidents of `from_grade` and above, in the sectors and provinces named (all when none is named),
    through the channel when one is named.
    """

    id: str
    by: Party
    also_by: tuple[Party, ...]
    to: Party
    also_to: tuple[Party, ...]
    clause_id: str
    from_grade: Grade
    of: frozenset[Nature]
    sectors: frozenset[Sector]
    provinces: frozenset[str]
    channel: Channel | None

    @property
    def label(self) -> str:
        """Return the hop in words."""
        by_channel = f"（{self.channel.label}）" if self.channel else ""
        return f"{self.by.label} → {self.to.label}{by_channel}"

    @property
    def holders(self) -> tuple[Party, ...]:
        """Return whose knowledge starts the clock, the body that the clause names first."""
        return (self.by, *self.also_by)

    @property
    def receivers(self) -> tuple[Party, ...]:
        """Return whose receipt ends the hop, the body that the clause names first."""
        return (self.to, *self.also_to)


@dataclass(frozen=True, slots=True)
class IncidentLaw:
    """All of it; immutable."""

    grades: tuple[GradeLaw, ...]
    near_misses: tuple[NearMiss, ...]
    windows: Mapping[AccidentKind, str]
    team_members: tuple[str, ...]
    team_invited: tuple[str, ...]
    home_province: str
    about_minutes: int
    hops: tuple[Hop, ...]

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """Return the thresholds from the highest grade down."""
        return tuple(entry.threshold for entry in self.grades)

    def of_grade(self, grade: Grade) -> GradeLaw:
        """Return what the grade brings with it."""
        return next(entry for entry in self.grades if entry.threshold.grade is grade)

    def hops_of(self, grade: Grade, nature: Nature, sector: Sector, province: str) -> tuple[Hop, ...]:
        """Return the hops that such an accident can owe, in order; which are in force is asked of the rulebook."""
        return tuple(
            hop
            for hop in self.hops
            if nature in hop.of
            and grade.reaches(hop.from_grade)
            and (not hop.sectors or sector in hop.sectors)
            and (not hop.provinces or province in hop.provinces)
        )


def law_of(rulebook: Rulebook) -> IncidentLaw:
    """Return the law on accidents of a rulebook. Raises `RulebookError` naming file and table."""
    return _loaded(rulebook.folder / _FILE)


def in_force(rulebook: Rulebook, clause_id: str, on: date) -> bool:
    """Tell whether the rulebook has a version of the clause for that Shanghai day."""
    try:
        rulebook.clause(clause_id, on)
    except (ClauseUnknown, ClauseNotInForce):
        return False
    return True


@cache
def _loaded(path: Path) -> IncidentLaw:
    with open_table(path) as file:
        grades = tuple(_grade(table) for table in file.tables("grade", "slug"))
        near_misses = tuple(_near_miss(table) for table in file.tables("near_miss", "measure"))
        windows = dict(_window(table) for table in file.tables("window", "kind"))
        with file.table("team") as team:
            team.text("clause")
            members, invited = team.texts("members"), team.texts("invited")
        with file.table("home") as home:
            home_province = home.text("province")
        with file.table("reading") as reading:
            about_minutes = reading.whole("about_minutes")
        hops = tuple(_hop(table) for table in file.tables("hop", "id"))
        in_order = [entry.threshold.grade for entry in grades] == list(reversed(Grade))
        if not in_order or windows.keys() != set(AccidentKind):
            raise file.wrong("的等级应自高而低齐全，补报期应覆盖每一类事故")
        return IncidentLaw(grades, near_misses, windows, members, invited, home_province, about_minutes, hops)


def _grade(table: Table) -> GradeLaw:
    grade = table.choice("slug", Grade)
    return GradeLaw(
        Threshold(grade, table.whole("deaths"), table.whole("serious"), table.whole("loss_wan")),
        clause_id=table.text("clause"),
        investigated_by=table.choice("investigated_by", Level),
        approve=table.text("approve"),
        follow_up=table.text("follow_up"),
        follow_ups_a_day=table.whole("follow_ups_a_day"),
    )


def _near_miss(table: Table) -> NearMiss:
    table.text("clause")
    return NearMiss(table.choice("measure", Measure), table.whole("at_least"))


def _window(table: Table) -> tuple[AccidentKind, str]:
    return table.choice("kind", AccidentKind), table.text("clause")


def _hop(table: Table) -> Hop:
    natures = table.texts("of")
    return Hop(
        id=table.text("id"),
        by=table.choice("by", Party),
        also_by=tuple(map(Party, table.texts("also_by"))),
        to=table.choice("to", Party),
        also_to=tuple(map(Party, table.texts("also_to"))),
        clause_id=table.text("clause"),
        from_grade=table.choice("from_grade", Grade) if table.has("from_grade") else Grade.GENERAL,
        of=frozenset(map(Nature, natures)) if natures else frozenset(Nature),
        sectors=frozenset(map(Sector, table.texts("sectors"))),
        provinces=frozenset(table.texts("provinces")),
        channel=table.choice("channel", Channel) if table.has("channel") else None,
    )
