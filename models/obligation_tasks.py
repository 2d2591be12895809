"""Tasks 任务 in the store: who leads and who does each, which case decided on it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select, update
from sqlmodel import Field, SQLModel

from models.base import named, owner
from models.case import Case
from models.statements import Statement, insert_row, parameter, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.obligation import Facts


class TaskRow(SQLModel, table=True):
    """One task; `due` is a Shanghai day in ISO 8601, `source` the number of the case that decided on it, or empty."""

    __tablename__ = named("obligation_tasks")

    case_id: int = owner("cases.id", part_of_key=True)
    source: str = Field(index=True)
    leader: str
    person: str
    due: str
    cell: str
    outcome: str
    breached: bool


TASKS = table(TaskRow)
_cases = table(Case)
_COLUMNS = ("source", "leader", "person", "due", "cell", "outcome", "breached")
_MOVING = ("leader", "person", "due", "outcome", "breached")
_ADD = insert_row(TaskRow)
_MOVE = Statement(
    update(TASKS)
    .where(TASKS.c.case_id == bindparam("in_case"))
    .values({name: parameter(f"new_{name}") for name in _MOVING})
)
_OF_CASE = Statement(select(*(TASKS.c[name] for name in _COLUMNS)).where(TASKS.c.case_id == bindparam("case_id")))
_NAMES = Statement(
    select(TASKS.c.case_id).where(
        TASKS.c.case_id == bindparam("case_id"),
        or_(TASKS.c.leader == bindparam("person"), TASKS.c.person == bindparam("person")),
    )
)
_FROM = Statement(
    select(_cases.c.number, *(TASKS.c[name] for name in _COLUMNS[1:]))
    .select_from(TASKS.join(_cases, _cases.c.id == TASKS.c.case_id))
    .where(_cases.c.county_id == bindparam("county"), TASKS.c.source == bindparam("source"))
    .order_by(TASKS.c.case_id)
)


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """One task as lists show it."""

    number: str
    leader: str
    person: str
    due: str
    cell: str
    outcome: str
    breached: bool


def tasks_from(reading: Reading, county_id: str, source: str) -> list[TaskEntry]:
    """Return the tasks that a meeting decided on, or that a list names, in the order in which they were assigned."""
    rows = reading.all(_FROM, county=county_id, source=source)
    return [TaskEntry(*row[:6], breached=bool(row[6])) for row in rows]


def is_named(reading: Reading, case_id: int, person_id: str) -> bool:
    """Tell whether a case is a task that a person leads or does."""
    return reading.one(_NAMES, case_id=case_id, person=person_id) is not None


def unknown(reading: Reading, county_id: str, source: str, numbers: Iterable[str]) -> list[str]:
    """Return which of these numbers are no tasks of that meeting or list."""
    known = {task.number for task in tasks_from(reading, county_id, source)}
    return sorted(set(numbers) - known)


def project(writing: Writing, header: CaseHeader, before: Facts, after: Facts) -> None:
    """Write the row of a task."""
    was, now = _state(before), _state(after)
    if not was:
        writing.run(_ADD, case_id=header.id, **now)
    elif was != now:
        writing.run(_MOVE, in_case=header.id, **{f"new_{name}": now[name] for name in _MOVING})


def differs(reading: Reading, case_id: int, facts: Facts) -> bool:
    """Tell whether the row of a task is not what its acts make of it."""
    row = reading.one(_OF_CASE, case_id=case_id)
    return row is None or tuple(row) != tuple(_state(facts).values())


def _state(facts: Facts) -> dict[str, object]:
    task = facts.task
    if task is None:
        return {}
    return {
        "source": task.source,
        "leader": task.leader,
        "person": task.person,
        "due": task.due.isoformat(),
        "cell": task.cell,
        "outcome": facts.outcome.value,
        "breached": facts.breached,
    }
