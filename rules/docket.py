"""The docket 事由簿: on it a process writes what one act makes of the agenda; knows no process and no clock.

Law has one shape: when X has happened, Y must do Z within T. A process says it on a docket: `owe`, `discharge`,
`supersede`, `tell`, `issue`. The docket turns it into duties with due instants and effects with once-only keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import TYPE_CHECKING

from rules.agenda import ACKNOWLEDGE, EVERYBODY_ANSWERS, URGE, Changes, Duty, DutyStatus, Effect, EffectKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from pendulum import DateTime

    from rules.act import Act
    from rules.actor import Role
    from rules.day_counting import Pause
    from rules.notice_hours import Lane
    from rules.rulebook import Rulebook


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
        pauses: Sequence[Pause] = (),
    ) -> Duty:
        """Open a duty whose clock starts at `since`, by default the act's claimed instant, and ask its holder."""
        started_at = since or self.act.happened_at
        deadline = self.rulebook.deadline(clause_id, started_at, ends_on=ends_on, pauses=pauses)
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
            late_from=deadline.late_from,
            ends_on=ends_on,
            provisional=deadline.provisional,
            blocks=blocks,
            lapses=lapses,
            ladder=ladder,
            about=about,
            pauses=tuple(pauses),
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
            self.discharge_key(duty.key)

    def supersede(self, *acts: str) -> None:
        """End the open duties of these acts because a later act took their place."""
        for duty in self._of(acts):
            self._end(duty, DutyStatus.SUPERSEDED)

    def discharge_about(self, act: str, about: str, *, at: DateTime | None = None) -> None:
        """End the open duties of an act that concern one thing as done, late where they are.

        `at` is when it was done, by default the act's claimed instant; what a receipt proves may lie before it.
        """
        done_at = at or self.act.happened_at
        for duty in self._of((act,)):
            if duty.about == about:
                late = duty.was_late(done_at)
                self._end(duty, DutyStatus.LATE_DONE if late else DutyStatus.DONE, at=done_at)

    def discharge_key(self, key: str) -> None:
        """End one open duty as done, late where the claimed instant lies behind the lawful end."""
        duty = self.live[key]
        self._end(duty, DutyStatus.LATE_DONE if duty.was_late(self.act.happened_at) else DutyStatus.DONE)

    def drop(self, about: str) -> None:
        """End every open duty that concerns one thing because a later act took its place."""
        for duty in [duty for duty in self.live.values() if duty.about == about]:
            self._end(duty, DutyStatus.SUPERSEDED)

    def supersede_about(self, act: str, about: str) -> None:
        """End the open duties of an act that concern one thing because a later act took their place."""
        for duty in self._of((act,)):
            if duty.about == about:
                self._end(duty, DutyStatus.SUPERSEDED)

    def supersede_one(self, key: str) -> None:
        """End one open duty because a later act took its place, or made it impossible."""
        self._end(self.live[key], DutyStatus.SUPERSEDED)

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

    def supersede_all(self, *, keeping: Iterable[str] = (), about: Iterable[str] = ()) -> None:
        """End every open duty but those of the kept acts and those that concern the kept things."""
        acts, things = frozenset(keeping), frozenset(about)
        for duty in tuple(self.live.values()):
            if duty.act not in acts and duty.about not in things:
                self._end(duty, DutyStatus.SUPERSEDED)

    def void_all(self) -> None:
        """End every open duty together with the case."""
        for duty in tuple(self.live.values()):
            self._end(duty, DutyStatus.VOID)

    def tell(
        self, name: str, *addressees: Role, clause_id: str, asks: str | None = None, answer: str | None = None
    ) -> None:
        """Owe a notice to each addressee under the clause; `answer` is the clause under which it must be acknowledged.

        Where none is named, the county's list of notices that must be answered decides. What an act tells twice is told
        and answered once.
        """
        owed = {effect.key for effect in self._effects}
        fresh = tuple(role for role in addressees if self._effect_key(name, role.value, asks) not in owed)
        answers = self._await_answers(name, fresh, clause_id, asks=asks, answer=answer)
        for addressee in fresh:
            self._owe_effect(EffectKind.NOTICE, name, addressee, clause_id, asks=asks, answer=answers.get(addressee))

    def ask_again(self, duty: Duty, name: str, *addressees: Role, clause_id: str) -> None:
        """Owe a notice about an answer that has not come: its holder is asked for it again, the others are told."""
        for addressee in addressees:
            answer = duty.key if addressee is duty.holder else None
            self._owe_effect(EffectKind.NOTICE, name, addressee, clause_id, asks=duty.key, answer=answer)

    def issue(self, name: str, *, clause_id: str) -> None:
        """Owe a paper under the clause, once for an act."""
        if all(effect.key != self._effect_key(name, EffectKind.PAPER, None) for effect in self._effects):
            self._owe_effect(EffectKind.PAPER, name, None, clause_id)

    @property
    def changes(self) -> Changes:
        """Return what the act made of the agenda so far."""
        return Changes(tuple(self._opened), tuple(self._marked), tuple(self._ended), tuple(self._effects))

    # --- answers -----------------------------------------------------------------------------

    def _await_answers(
        self, name: str, addressees: tuple[Role, ...], clause_id: str, *, asks: str | None, answer: str | None
    ) -> dict[Role, str]:
        """Open the duties to acknowledge a notice, on a clock that starts now; return the duty of each who answers.

        One duty for all where any one of those told may answer, one for each post where everybody must. A notice that
        asks again takes the place of the older one's duty: who acknowledged and then did nothing is asked once more.
        """
        wanted, roles = self._who_answers(name, addressees, clause_id, answer)
        if not roles:
            return {}
        about = asks or name
        self._end_answers(about, DutyStatus.SUPERSEDED, before=self.act.seq)
        if wanted == EVERYBODY_ANSWERS:
            return {role: self._owe_answer(role, wanted, about) for role in roles}
        return dict.fromkeys(roles, self._owe_answer(roles[0], wanted, about))

    def _who_answers(
        self, name: str, addressees: tuple[Role, ...], clause_id: str, answer: str | None
    ) -> tuple[str, tuple[Role, ...]]:
        if answer is not None:
            return answer, addressees
        policy = self.rulebook.answer_to(name, clause_id, self.act.recorded_at.date())
        if policy is None:
            return "", ()
        return policy.answer, tuple(role for role in addressees if not policy.roles or role in policy.roles)

    def _owe_answer(self, holder: Role, clause_id: str, about: str) -> str:
        since = self.act.recorded_at
        duty = self.owe(
            ACKNOWLEDGE, holder, clause_id, ladder="answer", since=since, blocks=False, about=about, asking=False
        )
        return duty.key

    def _end_answers(self, about: str, status: DutyStatus, *, before: int | None = None) -> None:
        for duty in self._of((ACKNOWLEDGE,)):
            if duty.about == about and (before is None or duty.opened_by < before):
                self._end(duty, status)

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

    def _end(self, duty: Duty, status: DutyStatus, *, at: DateTime | None = None) -> None:
        """End a duty and with it what was asked of anybody about it; one that ended with another is left alone."""
        if self.live.pop(duty.key, None) is None:
            return
        ended = replace(duty, status=status, ended_by=self.act.seq, ended_at=at or self.act.happened_at)
        self._ended.append(ended)
        self._end_answers(duty.key, DutyStatus.VOID if status is DutyStatus.VOID else DutyStatus.SUPERSEDED)

    def _owe_effect(
        self,
        kind: EffectKind,
        name: str,
        addressee: Role | None,
        clause_id: str,
        *,
        asks: str | None = None,
        answer: str | None = None,
    ) -> None:
        whom = addressee.value if addressee else kind.value
        self._effects.append(
            Effect(
                key=self._effect_key(name, whom, asks),
                kind=kind,
                name=name,
                addressee=addressee,
                caused_by=self.act.seq,
                clause_id=clause_id,
                asks=asks,
                by_clock=kind is EffectKind.NOTICE and (self.act.actor.person_id == "clock" or self.act.kind == URGE),
                lane=self._lane(name, clause_id, asks, answer),
                answer=answer,
            )
        )

    def _effect_key(self, name: str, whom: str, asks: str | None) -> str:
        told = f"{self.act.seq}:{name}:{whom}"
        return told if asks is None else f"{told}:{asks}"

    def _lane(self, name: str, clause_id: str, asks: str | None, answer: str | None) -> Lane:
        """Return how pressing it is to tell this: by its clause, the duty it asks for and the answer it must have."""
        duties = [self.live[key] for key in (asks, answer) if key in self.live]
        clauses = [
            (clause_id, self.act.recorded_at.date()),
            *((duty.clause_id, duty.started_at.date()) for duty in duties),
        ]
        by_the_minute = any(self.rulebook.is_by_the_minute(*each) for each in clauses)
        return self.rulebook.lane(name, by_the_minute=by_the_minute, asks=asks is not None)
