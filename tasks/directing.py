"""Directing an exercise 导调: whatever is due on its clock is done, in order; everything done is an act of its ledger.

Where it stands is read from the ledger each time, and what it does carries a key: a director that was killed goes on
where the ledger is. The clock, its ladders and its notices are those of the installation in earnest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from models import wakes
from models.access import actor_at
from models.escalation import fire_due, next_wake
from models.exercise import ENDED, address_of, cases_of, read_exercise
from models.exercise_acts import answer_inject, end
from models.held_posts import posts_of
from models.movable_clock import Pace, read_pace, set_pace
from models.places import unit_place
from models.receipt import Deed
from models.roster import load, stands_for, version_of
from notifications.message import Message
from rules.actor import WATCH_ROLES, clock
from rules.errors import ActRefused, LedgerBroken, UnknownRecord
from rules.exercise.judging import responses
from rules.exercise.scenario import said
from rules.incident import INCIDENT, IncidentAct
from rules.journal import ExerciseStep, JournalAct
from tasks.delivery import deliver_due
from tasks.reviewing import course_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pendulum import DateTime

    from models.exercise import Exercise
    from rules.actor import Actor, Role
    from rules.exercise.judging import Course
    from rules.exercise.scenario import Expectation, Inject, Scenario
    from tasks.resources import Resources

    Tell = Callable[[Resources, str, str], None]

_WHO = "exercise"
#: Between inject and post, where the script could not answer for somebody.
ANSWERING = ":"
_AHEAD_SECONDS = 2
_BATCH = 50


class Cue(StrEnum):
    """What comes next in an exercise, in the order in which things of one instant are done."""

    INJECT = "inject"
    ANSWER = "answer"
    ACT = "act"
    CLOCK = "clock"
    END = "end"


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing to come and when, on the exercise's clock."""

    at: DateTime
    cue: Cue
    inject: Inject | None = None
    expected: Expectation | None = None
    role: Role | None = None

    @property
    def order(self) -> tuple[DateTime, int]:
        """Return by what things to come are sorted."""
        return self.at, tuple(Cue).index(self.cue)

    @property
    def name(self) -> str:
        """Return a name in plain letters, such as a run history shows."""
        if self.expected is not None:
            return f"act-{self.expected.key}-{self.expected.act}"
        about = f"-{self.inject.no:02d}" if self.inject else ""
        return f"{self.cue}{about}" + (f"-{self.role}" if self.role else "")


class Director:
    """Directs one exercise over its sandbox; `tell` tells the story of a case, by number and kind."""

    def __init__(self, tools: Resources, scenario: Scenario, tell: Tell) -> None:
        self._tools, self._scenario, self._tell = tools, scenario, tell

    def exercise(self) -> Exercise:
        """Return how the exercise stands."""
        with self._tools.store.read() as reading:
            return read_exercise(reading)

    def coming(self) -> Coming:
        """Return what is to come next; an exercise ends by itself, so there always is something."""
        return min(self._all_to_come(), key=lambda each: each.order)

    def perform(self, coming: Coming) -> None:
        """Do what has come, then whatever it owes: stories are told, notices delivered, all at that instant."""
        match coming.cue:
            case Cue.INJECT:
                assert coming.inject is not None, "an inject is one"
                self._release(coming.inject, coming.at)
            case Cue.ANSWER:
                assert coming.inject is not None, "an answer is to an inject"
                assert coming.role is not None, "somebody answers"
                self._answer(coming.inject, coming.role, coming.at)
            case Cue.ACT:
                assert coming.expected is not None, "an act is expected"
                self._play(coming.expected, coming.at)
            case Cue.CLOCK:
                self._fire(coming.at)
            case Cue.END:
                self._journal(ExerciseStep.END, coming.at)
        self.settle(coming.at)
        if coming.cue is Cue.END:
            self._tools.store.write(lambda writing: end(writing, ENDED))

    def catch_up(self, now: DateTime) -> None:
        """Tell the stories of what people have done meanwhile, and deliver what waits."""
        with self._tools.store.read() as reading:
            waits = wakes.any_waiting(reading, now)
        if waits:
            self.settle(now)
        else:
            deliver_due(self._tools, run_id=_WHO, now=now, is_ending=lambda: False)

    def settle(self, at: DateTime) -> None:
        """Tell the stories that wait and deliver what they and the clock owe."""
        store = self._tools.store
        while claimed := wakes.claim(store, who=_WHO, now=at, most=_BATCH):
            for waking in claimed:
                self._tell(self._tools, waking.number, waking.kind)
                wakes.finish(store, waking, who=_WHO, now=at)
        deliver_due(self._tools, run_id=_WHO, now=at, is_ending=lambda: False)

    def course(self) -> Course:
        """Return what happened so far."""
        return course_of(lines_of(self._tools))

    # --- the clock ---------------------------------------------------------------------------

    def stand(self, at: DateTime, real: DateTime) -> None:
        """Let the clock stand at an instant."""
        self._tools.store.write(lambda writing: set_pace(writing, Pace(at, real, 0, at)))

    def move(self, real: DateTime, factor: int, until: DateTime) -> DateTime:
        """Let the clock run on as fast as it should, a little way at most; return the exercise's present instant."""
        with self._tools.store.read() as reading:
            now = min(read_pace(reading).when(real), until)
        ahead = min(until, now.add(seconds=_AHEAD_SECONDS * factor))
        self._tools.store.write(lambda writing: set_pace(writing, Pace(now, real, factor, ahead)))
        return now

    # --- what is to come ---------------------------------------------------------------------

    def _all_to_come(self) -> Iterator[Coming]:
        exercise, course = self.exercise(), self.course()
        began_at = exercise.began_at
        yield Coming(began_at.add(minutes=self._scenario.minutes), Cue.END)
        with self._tools.store.read() as reading:
            due = next_wake(reading)
        if due is not None:
            yield Coming(max(due, began_at, course.ended_at), Cue.CLOCK)
        for inject in self._scenario.injects:
            if inject.no not in course.released:
                yield Coming(began_at.add(minutes=inject.after_minutes), Cue.INJECT, inject=inject)
            else:
                yield from self._answers(inject, exercise, course)
        yield from self._acts(exercise, course)

    def _answers(self, inject: Inject, exercise: Exercise, course: Course) -> Iterator[Coming]:
        done = {each.role for each in course.answers if each.inject == inject.no}
        done |= {role for role in inject.to if f"{inject.no}{ANSWERING}{role}" in self._tried()}
        for role in inject.to:
            after = self._scenario.answers_after(role)
            if role in done or after is None or not self._scenario.is_scripted(role, everybody=exercise.alone):
                continue
            yield Coming(course.released[inject.no].add(minutes=after), Cue.ANSWER, inject=inject, role=role)

    def _acts(self, exercise: Exercise, course: Course) -> Iterator[Coming]:
        tried = self._tried()
        begun = any(act.kind == IncidentAct.REPORT for act in course.done)
        for response in responses(self._scenario, course):
            one = response.expected
            if response.done is not None or one.acts_after is None or one.key in tried:
                continue
            is_scripted = self._scenario.is_scripted(one.by, everybody=exercise.alone)
            if is_scripted and (begun or one.act == IncidentAct.REPORT):
                at = response.released_at.add(minutes=one.acts_after)
                yield Coming(max(at, course.ended_at), Cue.ACT, expected=one)

    # --- doing it ----------------------------------------------------------------------------

    def _fire(self, at: DateTime) -> None:
        fired = fire_due(self._tools.ledger, at)
        if fired.failed and not fired.acts:
            # What cannot be moved would be due for ever.
            raise LedgerBroken(f"演练台账中有应办无法推进（{fired.reason}），演练停在这里。请保全演练库并联系开发者。")

    def _release(self, inject: Inject, at: DateTime) -> None:
        told, reached = 0, 0
        for role in inject.to:
            for person, channels in self._recipients(role, at):
                told += 1
                accepted = [self._send(inject, person, channel, told) for channel in channels]
                reached += any(accepted)
        self._journal(ExerciseStep.INJECT, at, about=str(inject.no), reached=f"{reached}/{told}")

    def _recipients(self, role: Role, at: DateTime) -> list[tuple[str, tuple[str, ...]]]:
        with self._tools.store.read() as reading:
            roster = load(reading, version_of(reading), at)
            place = unit_place(reading, self._tools.installation.county_id, read_exercise(reading).unit)
        persons = roster.reached(role, place, at)
        return [(each.person_id, each.channels) for each in roster.recipients(persons, self._tools.channels.names)]

    def _send(self, inject: Inject, person: str, channel: str, nth: int) -> bool:
        with self._tools.store.read() as reading:
            address = address_of(reading, person, channel)
        message = Message(
            f"情景 {inject.no}：{inject.says}",
            f"请在 {inject.answer_within} 分钟内回复收到：{self._tools.settings.address}/exercise",
            topic="exercise/inject",
            link=f"{self._tools.settings.address}/exercise",
        )
        number = f"Q{inject.no:03d}{nth:03d}"
        return self._tools.channels.send(channel, message, address=address, number=number).accepted

    def _tried(self) -> frozenset[str]:
        """Return what the script could not do, by key."""
        return frozenset(line.about for line in lines_of(self._tools) if line.step == ExerciseStep.TRIED)

    def _answer(self, inject: Inject, role: Role, at: DateTime) -> None:
        """Answer for a post; where nobody is there to, that is on record with the reason."""
        try:
            answer_inject(self._tools.ledger, self._player(role, at), self._scenario, inject.no, at, post=role)
            if (inject.no, role) not in {(each.inject, each.role) for each in self.course().answers}:
                # Whatever the reason: an answer that does not count must not be awaited for ever.
                raise UnknownRecord(f"「{role.label}」此刻没有人能够回复。请检查值班表和岗位。")
        except ActRefused as refused:
            self._journal(ExerciseStep.TRIED, at, about=f"{inject.no}{ANSWERING}{role}", reason=refused.message)

    def _play(self, expected: Expectation, at: DateTime) -> None:
        """Do what the script does; what the ledger refuses is on record with the reason, and not tried again."""
        try:
            self._do(expected, self._player(expected.by, at), at)
        except ActRefused as refused:
            self._journal(ExerciseStep.TRIED, at, about=expected.key, reason=refused.message)

    def _do(self, expected: Expectation, actor: Actor, at: DateTime) -> None:
        exercise, course = self.exercise(), self.course()
        values = said(expected.values, start=exercise.began_at, inject=course.released[expected.inject], now=at)
        about = {"about": expected.about} if expected.about else {}
        deed = Deed(expected.act, actor, f"exercise:act:{expected.key}", {**values, **about})
        with self._tools.store.read() as reading:
            cases = cases_of(reading, INCIDENT.name)
        if expected.act == IncidentAct.REPORT and not cases:
            self._tools.ledger.open_case(INCIDENT.name, exercise.unit, deed, at)
        else:
            self._tools.ledger.record(cases[0][1], deed, at)

    def _player(self, role: Role, at: DateTime) -> Actor:
        """Return whoever holds a post or keeps the watch now, played by the script and marked so."""
        with self._tools.store.read() as reading:
            roster = load(reading, version_of(reading), at)
            place = unit_place(reading, self._tools.installation.county_id, read_exercise(reading).unit)
            for person in (*roster.reached(role, place, at), *roster.holders(role, place)):
                for post in posts_of(reading, person):
                    if stands_for(post.role, role) or role in WATCH_ROLES:
                        account = f"exercise:{self._tools.installation.exercise}"
                        return actor_at(post, person_id=person, account_id=account, demonstration=True)
        raise UnknownRecord(f"「{role.label}」此刻没有人。请检查值班表和岗位。")

    def _journal(self, step: ExerciseStep, at: DateTime, **facts: str) -> None:
        key = f"exercise:{step}:{facts.get('about', '')}"
        deed = Deed(JournalAct.EXERCISE, clock(self._tools.installation.county_id), key, {"what": step, **facts})
        self._tools.ledger.journal(deed, at)
