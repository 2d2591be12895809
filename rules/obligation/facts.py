"""The facts of one quota 应办 of one holder in one period: what is owed, what was done, who was away."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pendulum import DateTime

    from rules.agenda import Duty
    from rules.periods import Period


class Status(StrEnum):
    """Whether anything is still owed."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """Return the word shown beside the case."""
        return _STATUS_LABELS[self]


class Outcome(StrEnum):
    """What became of the quota."""

    RUNNING = "running"
    DONE = "done"
    MISSED = "missed"
    EXCUSED = "excused"
    RELEASED = "released"

    @property
    def label(self) -> str:
        """Return the word shown beside the quota."""
        return _OUTCOME_LABELS[self]


_STATUS_LABELS = {Status.OPEN: "在办", Status.CLOSED: "已办结"}
_OUTCOME_LABELS = {
    Outcome.RUNNING: "进行中", Outcome.DONE: "已完成", Outcome.MISSED: "届满未完成", Outcome.EXCUSED: "不计",
    Outcome.RELEASED: "已解除",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that counts: the act that recorded it, on which day it was done, its evidence and its hazards.

    `to_refer`: it found problems for which no hazard was named yet, so that they were to be handed on.
    """

    seq: int
    day: date
    evidence: tuple[str, ...]
    hazards: tuple[str, ...] = ()
    to_refer: bool = False


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which the holder was away; both are included."""

    seq: int
    why: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands after the last act. `holder` is the person or the organisation that owes it, `least` how much.

    `breached` stays where the period ended without it, whatever comes later.
    """

    last_seq: int = 0
    latest_at: DateTime | None = None
    live: Mapping[str, Duty] = field(default_factory=dict[str, "Duty"])
    quota: str = ""
    holder: str = ""
    period: Period | None = None
    least: int = 0
    clause_id: str = ""
    entries: tuple[Entry, ...] = ()
    absences: tuple[Absence, ...] = ()
    outcome: Outcome = Outcome.RUNNING
    breached: bool = False

    @property
    def status(self) -> Status:
        """Return whether anything is still owed: the quota itself, or what its visits led to."""
        return Status.OPEN if self.live else Status.CLOSED

    @property
    def grade(self) -> str | None:
        """Return no grade: a quota has none."""
        return None

    @property
    def is_overdue(self) -> bool:
        """Tell whether an open duty is past its end and its ladder has said so."""
        return any(duty.breached for duty in self.live.values())

    @property
    def waits_for(self) -> str:
        """Return the act whose term ends first, empty when nothing is waited for."""
        first = min(self.live.values(), key=_ends, default=None)
        return "" if first is None else first.act

    @property
    def term(self) -> Period:
        """Return the period; only what was opened is ever asked."""
        assert self.period is not None, "the first act names the period"
        return self.period

    @property
    def done(self) -> int:
        """Return how much of the quota was done."""
        return len(self.entries)


def _ends(duty: Duty) -> DateTime:
    assert duty.due_alert is not None, "every duty of a quota has a term"
    return duty.due_alert
