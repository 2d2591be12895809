"""A task 任务: somebody leads it, somebody does it, until a day; done when the one confirms what the other reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.obligation.acts import ObligationAct
from rules.obligation.facts import Facts, Outcome, Task
from rules.obligation.reading import midnight

if TYPE_CHECKING:
    from datetime import date

    from rules.docket import Docket

_LADDER = "task"


def assigned(facts: Facts, docket: Docket) -> Facts:
    """The task is owed by its day; who leads and who does it are asked. Law: obl-task 任务落实到人."""
    act = docket.act
    due = act.day("due")
    assert due is not None, "the form requires the day"
    task = Task(
        leader=act.word("leader"),
        person=act.word("person"),
        due=due,
        assigned_at=act.happened_at,
        source=act.word("source"),
        cell=act.word("cell"),
    )
    _owe(task, docket)
    return replace(facts, act=ObligationAct.FINISH, role=Role.NAMED, clause_id="obl-task", least=1, task=task)


def finished(facts: Facts, docket: Docket) -> Facts:
    """What was reported done is to be confirmed by who leads it. Law: obl-confirm 任务确认."""
    act, task = docket.act, _task(facts)
    day = act.day("day")
    assert day is not None, "the form requires the day"
    for duty in [duty for duty in docket.live.values() if duty.act == ObligationAct.FINISH]:
        docket.discharge_about(ObligationAct.FINISH, str(duty.about), at=midnight(day))
    docket.owe(ObligationAct.CONFIRM, Role.NAMED, "obl-confirm", ladder=_LADDER)
    return replace(facts, task=replace(task, finished_by=act.actor.persons))


def confirmed(facts: Facts, docket: Docket) -> Facts:
    """A task that is confirmed is over; one that is sent back is owed again, on its old clock."""
    task = _task(facts)
    docket.discharge(ObligationAct.CONFIRM)
    if docket.act.word("accepted") == "yes":
        return replace(facts, outcome=Outcome.DONE)
    again = replace(task, turns=task.turns + 1, finished_by=frozenset())
    _owe(again, docket)
    return replace(facts, task=again)


def reassigned(facts: Facts, docket: Docket) -> Facts:
    """Others lead and do it from now on, until the old day or a new one; who did until now stays on record."""
    act, task = docket.act, _task(facts)
    docket.supersede(ObligationAct.FINISH)
    due: date = act.day("due") or task.due
    changed = replace(task, leader=act.word("leader"), person=act.word("person"), due=due)
    _owe(changed, docket)
    return replace(facts, task=changed)


def _owe(task: Task, docket: Docket) -> None:
    docket.owe(
        ObligationAct.FINISH,
        Role.NAMED,
        "obl-task",
        ladder=_LADDER,
        since=task.assigned_at,
        ends_on=task.due,
        about=str(docket.act.seq),
    )


def _task(facts: Facts) -> Task:
    assert facts.task is not None, "permit lets a task's acts be done to tasks alone"
    return facts.task
