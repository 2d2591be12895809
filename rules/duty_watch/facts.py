"""The facts of one roster 值班表: its shifts as they stand, who is away, who checked in and handed over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.watch import Absences, Watch, staffed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pendulum import DateTime

    from rules.agenda import Duty
    from rules.watch import Absence, OnDuty, Shift


class Status(StrEnum):
    """Whether the roster goes on."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """Return the word shown beside the case."""
        return _STATUS_LABELS[self]


_STATUS_LABELS = {Status.OPEN: "值班中", Status.CLOSED: "已归档"}


@dataclass(frozen=True, slots=True)
class Swap:
    """An application to swap two people between two shifts; `persons` are all who stand behind it."""

    person: str
    shift: str
    other: str
    other_shift: str
    persons: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands after the last act.

    `begun` is the position of the last shift that has begun, -1 before the first; `present` are who has checked in,
    `handed` who handed over, both by the shift's code; `swaps` wait for an answer, by the number of the application.
    `entries` are the acts that may be corrected.
    """

    last_seq: int = 0
    latest_at: DateTime | None = None
    status: Status = Status.OPEN
    live: Mapping[str, Duty] = field(default_factory=dict[str, "Duty"])
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()
    swaps: Mapping[str, Swap] = field(default_factory=dict[str, Swap])
    present: Mapping[str, frozenset[str]] = field(default_factory=dict[str, "frozenset[str]"])
    handed: Mapping[str, frozenset[str]] = field(default_factory=dict[str, "frozenset[str]"])
    begun: int = -1
    entries: frozenset[int] = frozenset()

    @property
    def grade(self) -> str | None:
        """Return no grade: a roster has none."""
        return None

    @property
    def is_overdue(self) -> bool:
        """Tell whether an open duty is past its end and its ladder has said so."""
        return any(duty.breached for duty in self.live.values())

    @property
    def waits_for(self) -> str:
        """Return the act whose term ends first, empty when the roster waits for none."""
        first = min(self.live.values(), key=_ends, default=None)
        return "" if first is None else first.act

    @property
    def watch(self) -> Watch:
        """Return the shifts as who asks for an instant needs them."""
        return Watch(self.shifts)

    @property
    def away(self) -> Absences:
        """Return the absences as who asks for a person needs them."""
        return Absences(self.absences)

    @property
    def last_day(self) -> date:
        """Return the day on which the last shift begins, the last that owes a daily report."""
        return self.shifts[-1].starts_at.date()

    @property
    def ends_at(self) -> DateTime:
        """Return when the last shift ends."""
        return self.shifts[-1].ends_at

    def position(self, code: str) -> int | None:
        """Return where in the roster the shift with that code stands, None when there is none."""
        return next((position for position, shift in enumerate(self.shifts) if shift.code == code), None)

    def shift(self, code: str) -> Shift | None:
        """Return the shift with that code, None when there is none."""
        position = self.position(code)
        return None if position is None else self.shifts[position]

    def staffed(self, shift: Shift, at: DateTime) -> OnDuty:
        """Return who is there in a shift at an instant; before it begins, who will be there when it does."""
        return staffed(shift, max(shift.starts_at, at), self.away)

    def following(self, shift: Shift) -> Shift | None:
        """Return the shift after one, None after the last."""
        position = self.position(shift.code)
        assert position is not None, "whoever asks holds a shift of this roster"
        return self.shifts[position + 1] if position + 1 < len(self.shifts) else None

    def checked_in(self, code: str, persons: frozenset[str]) -> Facts:
        """Return the facts with these persons present in the shift."""
        present = self.present.get(code, frozenset()) | persons
        return replace(self, present=MappingProxyType({**self.present, code: present}))

    def handed_over(self, code: str, persons: frozenset[str]) -> Facts:
        """Return the facts with the shift handed over by these persons."""
        return replace(self, handed=MappingProxyType({**self.handed, code: persons}))

    def without_swap(self, *numbers: str) -> Facts:
        """Return the facts with these applications no longer waiting."""
        left = {number: swap for number, swap in self.swaps.items() if number not in numbers}
        return replace(self, swaps=MappingProxyType(left))


def _ends(duty: Duty) -> DateTime:
    assert duty.due_alert is not None, "every duty of the watch has a term"
    return duty.due_alert
