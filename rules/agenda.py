"""What is owed 应办: duties and effects, and what time will next do to a duty; knows no process and no clock.

A process writes them on a docket (rules/docket.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rules.notice_hours import Lane

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from pendulum import DateTime

    from rules.actor import Role
    from rules.day_counting import Pause
    from rules.rulebook import Rulebook


class DutyStatus(StrEnum):
    """Where a duty stands; all but OPEN are final."""

    OPEN = "open"
    DONE = "done"
    LATE_DONE = "late_done"
    SUPERSEDED = "superseded"
    VOID = "void"

    @property
    def label(self) -> str:
        """Return the word shown beside the duty."""
        return _STATUS_LABELS[self]


_STATUS_LABELS = {
    DutyStatus.OPEN: "待办",
    DutyStatus.DONE: "按期办结",
    DutyStatus.LATE_DONE: "逾期办结",
    DutyStatus.SUPERSEDED: "已由后续行为取代",
    DutyStatus.VOID: "随事项作废",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """Someone owes an act by an instant under a clause.

    `due_alert` is the stricter end, by which people are reminded; `due_legal` the last lawful one, with which the clock
    acts; `late_from` the first instant at which an act is late (see `Deadline`); in Asia/Shanghai, None where an open
    norm has no figure. `pauses` are the times that its clock stood still. `opened_at` is when it was recorded,
    `started_at` what the clause counts from. `about` says what the duty concerns where its act alone does not.
    `lapses`: the clock records the end of the term as an act; `lapsed`: it has. `rung` is the number of the ladder's
    last rung that is behind it, `breached` says that a rung has marked it overdue. A duty is never edited: a breach
    stays on record when it is superseded.
    """

    key: str
    act: str
    holder: Role
    opened_by: int
    clause_id: str
    clause_version: str
    started_at: DateTime
    opened_at: DateTime
    due_alert: DateTime | None
    due_legal: DateTime | None
    late_from: DateTime | None
    ends_on: date | None
    provisional: bool
    blocks: bool
    lapses: bool
    ladder: str
    about: str | None = None
    pauses: tuple[Pause, ...] = ()
    rung: int = 0
    breached: bool = False
    lapsed: bool = False
    status: DutyStatus = DutyStatus.OPEN
    ended_by: int | None = None
    ended_at: DateTime | None = None

    def was_late(self, at: DateTime) -> bool:
        """Tell whether an act at that instant came after the last lawful one."""
        return self.late_from is not None and at >= self.late_from


class EffectKind(StrEnum):
    """What is owed to the world: somebody must be told, or a paper must be drawn up."""

    NOTICE = "notice"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something owed to the world because of an act, performed once; the key is unique within the case.

    `asks` is the duty a notice asks for: when that has ended, telling is pointless and the effect is cancelled with
    the reason. `answer` is the duty to acknowledge that a notice opened. `by_clock` marks notices that the escalation
    delivers, not the story: those of the clock's acts and of urging. `lane` is decided when it is owed and then stands
    on its notices; it says when, not what.
    """

    key: str
    kind: EffectKind
    name: str
    addressee: Role | None
    caused_by: int
    clause_id: str
    asks: str | None = None
    by_clock: bool = False
    answer: str | None = None
    lane: Lane = field(default=Lane.TIMELY, compare=False)


@dataclass(frozen=True, slots=True)
class Changes:
    """What one act made of the agenda; `marked` are open duties whose ladder or term has moved on."""

    opened: tuple[Duty, ...]
    marked: tuple[Duty, ...]
    ended: tuple[Duty, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """All duties and effects there ever were in a case, in the order in which they arose."""

    duties: tuple[Duty, ...]
    effects: tuple[Effect, ...]

    @property
    def resting_on(self) -> frozenset[str]:
        """Return the acts that the case waits for: those of its open, blocking duties."""
        return frozenset(duty.act for duty in self.duties if duty.status is DutyStatus.OPEN and duty.blocks)


def collect(steps: Iterable[Changes]) -> Agenda:
    """Return all duties in their latest state and all effects, from the changes that each act of a history made."""
    duties: dict[str, Duty] = {}
    effects: list[Effect] = []
    for step in steps:
        for duty in (*step.opened, *step.marked, *step.ended):
            duties[duty.key] = duty
        effects.extend(step.effects)
    return Agenda(tuple(duties.values()), tuple(effects))


RUNG = "rung"
LAPSE = "lapse"
ACKNOWLEDGE = "acknowledge"
URGE = "urge"
EVERYBODY_ANSWERS = "notice-answer-all"


@dataclass(frozen=True, slots=True)
class ClockAct:
    """What the clock must do next to an open duty, and when: climb a rung of its ladder, or record its term's end."""

    kind: str
    at: DateTime
    content: Mapping[str, Any]


def next_clock_act(duty: Duty, rulebook: Rulebook) -> ClockAct | None:
    """Return what time will next do to an open duty; None when nothing, or when it has no term."""
    if duty.due_alert is None or duty.due_legal is None:
        return None
    climbs = _climbs(duty, duty.due_alert, rulebook)
    if duty.lapses and not duty.lapsed and (climbs is None or duty.due_legal < climbs.at):
        return ClockAct(LAPSE, duty.due_legal, {"about": duty.key})
    return climbs


def _climbs(duty: Duty, due_at: DateTime, rulebook: Rulebook) -> ClockAct | None:
    ladder = rulebook.ladder(duty.ladder, duty.started_at.date())
    if duty.rung >= len(ladder.rungs):
        return None
    rung = ladder.rungs[duty.rung]
    at = ladder.instant(rung, duty.started_at, due_at)
    return ClockAct(RUNG, at, {"about": duty.key, "rung": rung.no, "kind": rung.kind})


def by_act(live: Mapping[str, Duty], act: str) -> Duty | None:
    """Return the open duty for an act, the earliest when there are several, None when there is none."""
    return next((duty for duty in live.values() if duty.act == act), None)


def concerned(live: Mapping[str, Duty], act: str, about: str) -> Duty | None:
    """Return the open duty for an act that concerns the same thing; the earliest for the act where it names none."""
    named = (duty for duty in live.values() if duty.act == act and duty.about == about)
    return next(named, None) or by_act(live, act)
