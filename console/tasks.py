"""Tasks 任务 beside the meeting or list that decided on them: who, until when, how far; where new ones are assigned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.obligation_tasks import tasks_from
from models.staff import Staff
from rules.obligation import MAY, OBLIGATION, ObligationAct, Outcome

if TYPE_CHECKING:
    from console.visit import Visit
    from models.dossier import Dossier


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task as a page shows it."""

    number: str
    leader: str
    person: str
    due: str
    outcome: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class TasksView:
    """The tasks of one meeting or list; `may_assign` offers the form for another."""

    source: str
    tasks: tuple[TaskView, ...]
    may_assign: bool


def tasks_of(visit: Visit, dossier: Dossier) -> TasksView | None:
    """Return the tasks that a case decided on, None for a case that decides on none."""
    header = dossier.header
    if header.process is not OBLIGATION or dossier.acts[0].kind != ObligationAct.OPEN:
        return None
    with visit.desk.store.read() as reading:
        found = tasks_from(reading, visit.desk.installation.county_id, header.number)
        staff = Staff.read(reading, visit.desk.installation.county_id)
    views = tuple(
        TaskView(
            task.number,
            staff.name(task.leader),
            staff.name(task.person),
            task.due,
            Outcome(task.outcome).label,
            task.breached and task.outcome == Outcome.RUNNING,
        )
        for task in found
    )
    return TasksView(header.number, views, visit.actor.role in MAY[ObligationAct.ASSIGN])
