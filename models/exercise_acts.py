"""Acts of an exercise beside its cases 导调行为: 「收到」, its clock, its end; through the one door of the sandbox."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import clock
from models.case_state import find_by_number
from models.exercise import ABORTED, cases_of, change_phase, change_speed, read_exercise
from models.history import read_history
from models.installation import PAUSED, SENDING, write_fact
from models.movable_clock import Pace, read_pace, set_pace
from models.places import unit_place
from models.receipt import Deed
from models.roster import load, stands_for, version_of
from rules.actor import WATCH_ROLES, Role
from rules.errors import NotYourTurn, UnknownRecord, WrongPost
from rules.journal import JOURNAL, ExerciseStep, JournalAct

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.exercise import Exercise
    from models.ledger import Ledger
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.actor import Actor
    from rules.exercise.scenario import Inject, Scenario

_PHASE_LABELS = {"running": "正在进行", "ended": "已结束", "aborted": "已中止", "turned_real": "已转为实战"}


@dataclass(frozen=True, slots=True)
class Released:
    """What of an exercise is on record: when each inject was released, and which posts have answered which."""

    at: dict[int, DateTime]
    answered: frozenset[tuple[int, Role]]


def steps_of(reading: Reading, county_id: str) -> list[tuple[str, Act]]:
    """Return the acts of an exercise in its journal with the journal's number, in order."""
    found: list[tuple[str, Act]] = []
    for _, number in cases_of(reading, JOURNAL.name):
        header = find_by_number(reading, county_id, number)
        assert header is not None, "the journal was just listed"
        acts = read_history(reading, header.id, JOURNAL)
        found += [(number, act) for act in acts if act.kind == JournalAct.EXERCISE]
    return found


def released(reading: Reading, county_id: str) -> Released:
    """Return which injects are out and who has answered."""
    acts = [act for _, act in steps_of(reading, county_id)]
    return Released(
        {int(act.word("about")): act.recorded_at for act in acts if act.word("what") == ExerciseStep.INJECT},
        frozenset(
            (int(act.word("about")), Role(act.word("post"))) for act in acts if act.word("what") == ExerciseStep.ANSWER
        ),
    )


def addressed(reading: Reading, county_id: str, actor: Actor, inject: Inject, now: DateTime) -> tuple[Role, ...]:
    """Return the posts in which an inject was told to somebody: their own, and the watch that they keep now."""
    own = tuple(to for to in inject.to if stands_for(actor.role, to))
    watches = tuple(to for to in inject.to if to in WATCH_ROLES)
    if not watches:
        return own
    place = unit_place(reading, county_id, read_exercise(reading).unit)
    roster = load(reading, version_of(reading), now)
    return (*own, *(to for to in watches if actor.person_id in roster.reached(to, place, now)))


def answer_inject(
    ledger: Ledger, actor: Actor, scenario: Scenario, no: int, now: DateTime, *, post: Role | None = None
) -> None:
    """Record that somebody has received an inject; a second answer of the same post changes nothing.

    Whoever holds a post and keeps the watch of the hour answers for both; `post` lets a script answer for one of them.

    Raises `UnknownRecord` for one that is not out, `WrongPost` for one that was not for this post, `NotYourTurn` when
    the exercise is over.
    """
    inject = next((each for each in scenario.injects if each.no == no), None)

    def work(writing: Writing) -> None:
        refuse_ended(read_exercise(writing))
        if inject is None or no not in released(writing, ledger.county_id).at:
            raise UnknownRecord(f"情景 {no} 还没有释放。请等待释放后回复。")
        posts = (post,) if post is not None else addressed(writing, ledger.county_id, actor, inject, now)
        if not posts:
            raise WrongPost(f"情景 {no} 不是发给{actor.role.label}的。请由收到的岗位回复。")
        for answering in posts:
            says = {"what": ExerciseStep.ANSWER, "about": str(no), "post": answering.value}
            key = f"exercise:answer:{no}:{answering}"
            if ledger.answer_in(writing, key) is None:
                ledger.journal_in(writing, Deed(JournalAct.EXERCISE, actor, key, says), now)

    ledger.store.write(work)


def pace(ledger: Ledger, actor: Actor, speed: int, now: DateTime) -> None:
    """Let the clock run so many times as fast, or hold it at nought. Raises `NotYourTurn` when the exercise is over."""

    def work(writing: Writing) -> None:
        refuse_ended(read_exercise(writing))
        change_speed(writing, speed)
        says = {"what": ExerciseStep.PACE, "about": str(speed)}
        key = f"exercise:pace:{secrets.token_hex(8)}"
        ledger.journal_in(writing, Deed(JournalAct.EXERCISE, actor, key, says), now)

    ledger.store.write(work)


def stop(ledger: Ledger, actor: Actor, phase: str, now: DateTime) -> Exercise:
    """End an exercise at once, in one transaction: on record, its clock standing, nothing sent any more.

    Raises `NotYourTurn` where it has ended already.
    """
    step = ExerciseStep.ABORT if phase == ABORTED else ExerciseStep.TURN_REAL

    def work(writing: Writing) -> Exercise:
        refuse_ended(read_exercise(writing))
        ledger.journal_in(writing, Deed(JournalAct.EXERCISE, actor, f"exercise:{step}", {"what": step}), now)
        return end(writing, phase)

    return ledger.store.write(work)


def end(writing: Writing, phase: str) -> Exercise:
    """Write that the exercise is over: its clock stands just behind its last act, and nothing is sent any more."""
    real = clock.now()
    at = read_pace(writing).when(real).add(seconds=1)
    set_pace(writing, Pace(at, real, 0, at))
    write_fact(writing, SENDING, PAUSED)
    return change_phase(writing, phase)


def refuse_ended(exercise: Exercise) -> None:
    """Raise `NotYourTurn` for an exercise that is over."""
    if not exercise.is_running:
        raise NotYourTurn(
            f"演练「{exercise.name}」{_PHASE_LABELS[exercise.phase]}，不能再办理。请看 anlan exercise report。"
        )
