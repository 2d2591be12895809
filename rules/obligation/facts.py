"""The facts of one quota 应办 of one holder in one period: what is owed, what was done, who was away."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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

    `to_refer`: it found problems for which no hazard was named yet, or decided on `decided` tasks, so that they were to
    be handed on; `tasks` are the numbers under which they were. `amount` is how much it counts, `subject` what it is
    about where each thing counts once, `last` its last day where it took several.
    """

    seq: int
    day: date
    evidence: tuple[str, ...]
    hazards: tuple[str, ...]
    to_refer: bool
    tasks: tuple[str, ...]
    decided: int
    amount: int
    subject: str
    last: date | None


@dataclass(frozen=True, slots=True)
class Task:
    """One task: who leads and who does it, until which day; `source` is the case that decided on it, empty for none.

    `turns` is how often it was to be done: once, and again whenever it was sent back. `finished_by` are the people who
    reported it done, empty before.
    """

    leader: str
    person: str
    due: date
    assigned_at: DateTime
    source: str = ""
    cell: str = ""
    turns: int = 1
    finished_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which the holder was away; both are included."""

    seq: int
    why: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands after the last act. `holder` is the person, organisation or unit that owes it, `least` how much.

    `act` fulfils it, `role` is the post that answers for it, at the organisation or unit `seat`. `breached` stays where
    the period ended without it, whatever comes later. `task` is what the case is about where it is a single task.
    """

    last_seq: int = 0
    latest_at: DateTime | None = None
    live: Mapping[str, Duty] = field(default_factory=dict[str, "Duty"])
    quota: str = ""
    act: str = ""
    role: Role = Role.OWNER
    holder: str = ""
    seat: str = ""
    period: Period | None = None
    least: int = 0
    clause_id: str = ""
    entries: tuple[Entry, ...] = ()
    absences: tuple[Absence, ...] = ()
    outcome: Outcome = Outcome.RUNNING
    breached: bool = False
    task: Task | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Return whom the case itself names: who leads and who does a task, the one alone once it is reported done."""
        if self.task is None:
            return ()
        return (self.task.leader,) if self.task.finished_by else (self.task.leader, self.task.person)

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
        """Return how much of the quota was done; what is about one thing counts once."""
        return counted(self.entries)

    @property
    def finished_on(self) -> date:
        """Return the day on which the last of what is owed was done, whenever it was entered; only what is done."""
        in_order = sorted(self.entries, key=lambda entry: entry.last or entry.day)
        enough = (n for n, _ in enumerate(in_order, start=1) if counted(in_order[:n]) >= self.least)
        last = in_order[next(enough) - 1]
        return last.last or last.day


def counted(entries: Sequence[Entry]) -> int:
    """Return how much entries add up to."""
    subjects = {entry.subject for entry in entries if entry.subject}
    return len(subjects) + sum(entry.amount for entry in entries if not entry.subject)


def _ends(duty: Duty) -> DateTime:
    assert duty.due_alert is not None, "every duty of a quota has a term"
    return duty.due_alert
