"""What is owed 应办: duties and effects, and the docket on which a process writes them; knows no process and no clock.

Law has one shape: when X has happened, Y must do Z within T. A process says it on a docket: `owe`, `discharge`,
`supersede`, `tell`, `issue`. The docket turns it into duties with due instants and effects with once-only keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain, count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from pendulum import DateTime

    from rules.act import Act
    from rules.actor import Role
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

    `due_alert` is the stricter end, by which people are reminded; `due_legal` the last lawful one; both exclusive, in
    Asia/Shanghai, None where an open norm has no figure. `opened_at` is when it was recorded, `started_at` what the
    clause counts from. `about` says what the duty concerns where its act alone does not. `lapses`: the clock records
    the end of the term as an act; `lapsed`: it has. `rung` is the number of the ladder's last rung that is behind it,
    `breached` says that a rung has marked it overdue. A duty is never edited: a breach stays on record when it is
    superseded.
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
    ends_on: date | None
    provisional: bool
    blocks: bool
    lapses: bool
    ladder: str
    about: str | None = None
    rung: int = 0
    breached: bool = False
    lapsed: bool = False
    status: DutyStatus = DutyStatus.OPEN
    ended_by: int | None = None
    ended_at: DateTime | None = None

    def was_late(self, at: DateTime) -> bool:
        """Tell whether an act at that instant came after the last lawful one."""
        return self.due_legal is not None and at >= self.due_legal


class EffectKind(StrEnum):
    """What is owed to the world: somebody must be told, or a paper must be drawn up."""

    NOTICE = "notice"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something owed to the world because of an act, performed once; the key is unique within the case.

    `asks` is the duty a notice asks for: when that has ended, telling is pointless and the effect is cancelled with
    the reason. `by_clock` marks what the escalation delivers, not the story.
    """

    key: str
    kind: EffectKind
    name: str
    addressee: Role | None
    caused_by: int
    clause_id: str
    asks: str | None = None
    by_clock: bool = False


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


@dataclass(slots=True)
class Docket:
    """The open duties of a case while one act is worked into them; what changes is kept for the ledger to write."""

    act: Act
    rulebook: Rulebook
    live: dict[str, Duty]
    _opened: list[Duty] = field(default_factory=list["Duty"])
    _marked: list[Duty] = field(default_factory=list["Duty"])
    _ended: list[Duty] = field(default_factory=list["Duty"])
    _effects: list[Effect] = field(default_factory=list["Effect"])

    def owe(  # noqa: PLR0913 - one keyword for each word of "Y must do Z within T under C"
        self,
        act: str,
        holder: Role,
        clause_id: str,
        *,
        ladder: str,
        since: DateTime | None = None,
        ends_on: date | None = None,
        blocks: bool = True,
        lapses: bool = False,
        about: str | None = None,
        asking: bool = True,
    ) -> Duty:
        """Open a duty whose clock starts at `since`, by default the act's claimed instant, and ask its holder."""
        started_at = since or self.act.happened_at
        deadline = self.rulebook.deadline(clause_id, started_at, ends_on=ends_on)
        duty = Duty(
            key=self._key(act, about),
            act=act,
            holder=holder,
            opened_by=self.act.seq,
            clause_id=clause_id,
            clause_version=deadline.clause_version,
            started_at=started_at,
            opened_at=self.act.recorded_at,
            due_alert=deadline.due_alert,
            due_legal=deadline.due_legal,
            ends_on=ends_on,
            provisional=deadline.provisional,
            blocks=blocks,
            lapses=lapses,
            ladder=ladder,
            about=about,
            rung=self._rungs_behind(started_at, deadline.due_alert, ladder),
        )
        return self._open(duty, asking=asking)

    def owe_again(self, duty: Duty) -> Duty:
        """Open a duty that had ended, on its old clock: stopping and resuming a case resets nothing.

        Only what the case waits for is asked for again; the others were asked before and climb on. Nobody is reminded
        of what has passed meanwhile: the duty enters its ladder at the rung reached.
        """
        again = replace(
            duty,
            key=self._key(duty.act, duty.about),
            opened_by=self.act.seq,
            opened_at=self.act.recorded_at,
            rung=max(duty.rung, self._rungs_behind(duty.started_at, duty.due_alert, duty.ladder)),
            status=DutyStatus.OPEN,
            ended_by=None,
            ended_at=None,
        )
        return self._open(again, asking=duty.blocks)

    def discharge(self, *acts: str) -> None:
        """End the open duties of these acts as done, late where the claimed instant lies behind the lawful end."""
        for duty in self._of(acts):
            late = duty.was_late(self.act.happened_at)
            self._end(duty, DutyStatus.LATE_DONE if late else DutyStatus.DONE)

    def supersede(self, *acts: str) -> None:
        """End the open duties of these acts because a later act took their place."""
        for duty in self._of(acts):
            self._end(duty, DutyStatus.SUPERSEDED)

    def discharge_about(self, act: str, about: str) -> None:
        """End the open duties of an act that concern one thing as done, late where they are."""
        for duty in self._of((act,)):
            if duty.about == about:
                late = duty.was_late(self.act.happened_at)
                self._end(duty, DutyStatus.LATE_DONE if late else DutyStatus.DONE)

    def mark(self, key: str, *, rung: int | None = None, breached: bool = False, lapsed: bool = False) -> Duty:
        """Move an open duty on: a rung of its ladder is behind it, or its term has ended."""
        duty = self.live[key]
        marked = replace(
            duty,
            rung=duty.rung if rung is None else rung,
            breached=duty.breached or breached,
            lapsed=duty.lapsed or lapsed,
        )
        self.live[key] = marked
        self._marked.append(marked)
        return marked

    def supersede_all(self, *, keeping: Iterable[str] = ()) -> None:
        """End every open duty but those of the kept acts."""
        kept = frozenset(keeping)
        self.supersede(*(duty.act for duty in tuple(self.live.values()) if duty.act not in kept))

    def void_all(self) -> None:
        """End every open duty together with the case."""
        for duty in tuple(self.live.values()):
            self._end(duty, DutyStatus.VOID)

    def tell(self, name: str, *addressees: Role, clause_id: str, asks: str | None = None) -> None:
        """Owe a notice to each addressee under the clause."""
        for addressee in addressees:
            self._owe_effect(EffectKind.NOTICE, name, addressee, clause_id, asks=asks)

    def issue(self, name: str, *, clause_id: str) -> None:
        """Owe a paper under the clause."""
        self._owe_effect(EffectKind.PAPER, name, None, clause_id)

    @property
    def changes(self) -> Changes:
        """Return what the act made of the agenda so far."""
        return Changes(tuple(self._opened), tuple(self._marked), tuple(self._ended), tuple(self._effects))

    # --- private -----------------------------------------------------------------------------

    def _key(self, act: str, about: str | None) -> str:
        """Return a key unique within the case: two posts may owe a decision on the same breach, and again at once."""
        wanted = f"{act}@{self.act.seq}" if about is None else f"{act}@{self.act.seq}:{about}"
        numbered = (f"{wanted}.{number}" for number in count(2))
        return next(key for key in chain((wanted,), numbered) if key not in self.live)

    def _of(self, acts: tuple[str, ...]) -> list[Duty]:
        return [duty for duty in self.live.values() if duty.act in acts]

    def _rungs_behind(self, started_at: DateTime, due_at: DateTime | None, ladder: str) -> int:
        """Return the rung below the one reached: a duty recorded late enters its ladder there, not at the bottom."""
        if due_at is None:
            return 0
        reached = self.rulebook.ladder(ladder, started_at.date()).reached(started_at, due_at, self.act.recorded_at)
        return max(reached - 1, 0)

    def _open(self, duty: Duty, *, asking: bool) -> Duty:
        self.live[duty.key] = duty
        self._opened.append(duty)
        if asking:
            self.tell(f"asked-{duty.act}", duty.holder, clause_id=duty.clause_id, asks=duty.key)
        return duty

    def _end(self, duty: Duty, status: DutyStatus) -> None:
        del self.live[duty.key]
        ended = replace(duty, status=status, ended_by=self.act.seq, ended_at=self.act.happened_at)
        self._ended.append(ended)

    def _owe_effect(
        self, kind: EffectKind, name: str, addressee: Role | None, clause_id: str, *, asks: str | None = None
    ) -> None:
        whom = addressee.value if addressee else kind.value
        self._effects.append(
            Effect(
                key=f"{self.act.seq}:{name}:{whom}" if asks is None else f"{self.act.seq}:{name}:{whom}:{asks}",
                kind=kind,
                name=name,
                addressee=addressee,
                caused_by=self.act.seq,
                clause_id=clause_id,
                asks=asks,
                by_clock=self.act.actor.person_id == "clock",
            )
        )


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
