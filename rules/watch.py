"""The watch 值班 as arithmetic: shifts 班次, who stands in for whom, who is on duty when; knows no roster case.

Instants are in Asia/Shanghai. A shift begins with its first instant and ends before its last one, so that two shifts
that meet leave no gap and no overlap. People are opaque identifiers.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pendulum import DateTime


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift: `code` is its first minute on the Shanghai clock, such as 2026-12-01T08:00, unique in its roster.

    `leader` is the leader in charge 带班领导, `keepers` are the watch-keepers 值班人员. `by_head` says that the
    leader is the organisation's head or the head of its office.
    """

    code: str
    starts_at: DateTime
    ends_at: DateTime
    leader: str
    keepers: tuple[str, ...]
    by_head: bool = False

    @property
    def people(self) -> tuple[str, ...]:
        """Return everybody on the shift, the leader first."""
        return (self.leader, *self.keepers)

    def covers(self, at: DateTime) -> bool:
        """Tell whether the instant lies within the shift."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from `starts_at` until before `ends_at`; `substitute` stands in, None when nobody does.

    `seq` is the act that recorded it.
    """

    person: str
    starts_at: DateTime
    ends_at: DateTime
    substitute: str | None
    seq: int

    def covers(self, at: DateTime) -> bool:
        """Tell whether the person is away at the instant."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is there in a shift at an instant; `leader` is None and `keepers` is empty where nobody is."""

    shift: Shift
    leader: str | None
    keepers: tuple[str, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """Return everybody who is there, the leader first, each once."""
        found = self.keepers if self.leader is None else (self.leader, *self.keepers)
        return tuple(dict.fromkeys(found))


class Absences:
    """All absences by person; answers who is reached when somebody is wanted at an instant."""

    __slots__ = ("_by_person",)

    def __init__(self, absences: Iterable[Absence] = ()) -> None:
        found: dict[str, list[Absence]] = {}
        for absence in absences:
            found.setdefault(absence.person, []).append(absence)
        self._by_person: Mapping[str, tuple[Absence, ...]] = {who: tuple(of) for who, of in found.items()}

    def of(self, person: str) -> tuple[Absence, ...]:
        """Return a person's absences in the order of recording."""
        return self._by_person.get(person, ())

    def all(self) -> tuple[Absence, ...]:
        """Return every absence, person by person."""
        return tuple(absence for several in self._by_person.values() for absence in several)

    def reached(self, person: str, at: DateTime) -> str | None:
        """Return who is there when the person is wanted: themselves, whoever stands in for them, or nobody.

        Who stands in may be away in turn; two who stand in for each other reach nobody.
        """
        asked: set[str] = set()
        wanted: str | None = person
        while wanted is not None and wanted not in asked:
            asked.add(wanted)
            away = self._latest(wanted, at)
            if away is None:
                return wanted
            wanted = away.substitute
        return None

    def _latest(self, person: str, at: DateTime) -> Absence | None:
        """Return the absence that holds: of several at once, the one with a substitute, the latest first."""
        holding = [absence for absence in self.of(person) if absence.covers(at)]
        return max(holding, key=lambda absence: (absence.substitute is not None, absence.seq), default=None)


class Watch:
    """The shifts of one organisation in order of time; answers who is on duty."""

    __slots__ = ("_starts", "shifts")

    def __init__(self, shifts: Iterable[Shift] = ()) -> None:
        self.shifts = tuple(sorted(shifts, key=lambda shift: shift.starts_at))
        self._starts = [shift.starts_at for shift in self.shifts]

    def at(self, instant: DateTime) -> Shift | None:
        """Return the shift that covers an instant, None in a gap."""
        position = bisect_right(self._starts, instant)
        if position == 0:
            return None
        latest = self.shifts[position - 1]
        return latest if latest.covers(instant) else None

    def after(self, instant: DateTime) -> Shift | None:
        """Return the first shift that begins after an instant."""
        position = bisect_right(self._starts, instant)
        return self.shifts[position] if position < len(self.shifts) else None

    def on_duty(self, instant: DateTime, absences: Absences) -> OnDuty | None:
        """Return who is on duty at an instant, None when no shift covers it."""
        shift = self.at(instant)
        return None if shift is None else staffed(shift, instant, absences)


def staffed(shift: Shift, at: DateTime, absences: Absences) -> OnDuty:
    """Return who is there in a shift at an instant, substitutes in the place of those who are away."""
    keepers = (absences.reached(keeper, at) for keeper in shift.keepers)
    return OnDuty(shift, absences.reached(shift.leader, at), tuple(dict.fromkeys(who for who in keepers if who)))
