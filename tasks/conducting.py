"""Conducting an exercise 推进演练: the loop that moves its clock from one thing to the next, and how it is stopped.

Knows no Prefect and no terminal: what is done at each thing, what is told and how one waits are handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import clock
from models.exercise import ABORTED, change_phase, read_exercise
from models.installation import PAUSED, SENDING, write_fact
from models.movable_clock import Pace, read_pace, set_pace
from models.receipt import Deed
from rules.errors import NotYourTurn
from rules.journal import ExerciseStep, JournalAct

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.exercise import Exercise
    from models.store import Writing
    from rules.actor import Actor
    from tasks.directing import Coming, Director
    from tasks.resources import Resources

_LOOK_EVERY_SECONDS = 0.2
_PHASE_LABELS = {"running": "正在进行", "ended": "已结束", "aborted": "已中止", "turned_real": "已转为实战"}


@dataclass(frozen=True, slots=True)
class Manner:
    """How an exercise is conducted: `do` does what has come, `news` is called when something may have happened.

    `wait` waits for so many seconds of real time; with `leaping` nothing is waited for.
    """

    do: Callable[[Coming], None]
    news: Callable[[], None]
    wait: Callable[[float], None]
    leaping: bool = False


def conduct(director: Director, manner: Manner) -> Exercise:
    """Conduct an exercise until it has ended or somebody stops it, and return how it stands then."""
    while (exercise := director.exercise()).is_running:
        coming = director.coming()
        if manner.leaping:
            director.stand(coming.at, clock.now())
            now = coming.at
        else:
            now = director.move(clock.now(), exercise.speed, coming.at)
        if now >= coming.at:
            manner.do(coming)
        else:
            director.catch_up(now)
            manner.wait(_LOOK_EVERY_SECONDS)
        manner.news()
    return exercise


def stop(tools: Resources, actor: Actor, phase: str) -> Exercise:
    """End an exercise at once, in one transaction: on record, its clock standing, nothing sent any more.

    Raises `NotYourTurn` where it has ended already.
    """
    now = tools.now()
    step = ExerciseStep.ABORT if phase == ABORTED else ExerciseStep.TURN_REAL

    def work(writing: Writing) -> Exercise:
        refuse_ended(read_exercise(writing))
        tools.ledger.journal_in(writing, Deed(JournalAct.EXERCISE, actor, f"exercise:{step}", {"what": step}), now)
        return end(writing, phase, read_pace(writing))

    return tools.store.write(work)


def end(writing: Writing, phase: str, pace: Pace) -> Exercise:
    """Write that the exercise is over: its clock stands just behind its last act, and nothing is sent any more."""
    real = clock.now()
    at = pace.when(real).add(seconds=1)
    set_pace(writing, Pace(at, real, 0, at))
    write_fact(writing, SENDING, PAUSED)
    return change_phase(writing, phase)


def refuse_ended(exercise: Exercise) -> None:
    """Raise `NotYourTurn` for an exercise that is over."""
    if not exercise.is_running:
        raise NotYourTurn(
            f"演练「{exercise.name}」{_PHASE_LABELS[exercise.phase]}，不能再办理。请看 anlan exercise report。"
        )
