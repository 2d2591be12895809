"""The matrix of the 543 tasks 543 矩阵: systems by organisations, in each field the tasks and how they stand."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from models.act import Words
from models.case import Case
from models.obligation_tasks import TASKS
from models.policy import Scoped
from models.statements import table
from rules.obligation import Outcome
from rules.periods import PeriodKind, period_of

if TYPE_CHECKING:
    from models.store import Reading
    from rules.actor import Scope

_cases, _words = table(Case), table(Words)
# What a task is stands in the words of its first act.
_FIRST = 1
_IN_YEAR = Scoped(
    lambda condition: (
        select(
            _cases.c.number, _cases.c.department_id, TASKS.c.cell, TASKS.c.due, TASKS.c.leader, TASKS.c.person,
            TASKS.c.outcome, TASKS.c.breached, _words.c.texts,
        )
        .select_from(
            TASKS.join(_cases, _cases.c.id == TASKS.c.case_id).outerjoin(
                _words, and_(_words.c.case_id == TASKS.c.case_id, _words.c.seq == _FIRST)
            )
        )
        .where(condition, TASKS.c.due >= bindparam("first_day"), TASKS.c.due <= bindparam("last_day"))
        .order_by(TASKS.c.due, TASKS.c.case_id)
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MatrixTask:
    """One task as the matrix shows it; `due` is a Shanghai day in ISO 8601, `what` is empty once it is erased."""

    number: str
    organisation_id: str
    cell: str
    due: str
    leader: str
    person: str
    outcome: str
    breached: bool
    what: str

    @property
    def is_done(self) -> bool:
        """Tell whether it was confirmed."""
        return self.outcome == Outcome.DONE

    @property
    def is_late(self) -> bool:
        """Tell whether it is past its day and not confirmed."""
        return self.breached and self.outcome == Outcome.RUNNING


@dataclass(frozen=True, slots=True)
class Tally:
    """The tasks of one system at one organisation."""

    tasks: tuple[MatrixTask, ...]

    @property
    def done(self) -> int:
        """Return how many were confirmed."""
        return sum(task.is_done for task in self.tasks)

    @property
    def late(self) -> int:
        """Return how many are past their day and not confirmed."""
        return sum(task.is_late for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All tasks of a year within a scope, by system and organisation; `""` is the system of a task that names none."""

    fields: dict[tuple[str, str], Tally]

    @property
    def organisations(self) -> frozenset[str]:
        """Return the identifiers of the organisations that have any."""
        return frozenset(organisation for _, organisation in self.fields)

    def at(self, cell: str, organisation_id: str) -> Tally:
        """Return the tasks of a system at an organisation, none where there are none."""
        return self.fields.get((cell, organisation_id), Tally(()))

    def of(self, cell: str) -> Tally:
        """Return the tasks of a system wherever they are, by their day."""
        found = [task for (system, _), tally in self.fields.items() if system == cell for task in tally.tasks]
        return Tally(tuple(sorted(found, key=lambda task: (task.due, task.number))))


def matrix_of(reading: Reading, scope: Scope, year: int) -> Matrix:
    """Return the matrix of the tasks within a scope that are due in a Shanghai year; what was released is left out."""
    whole = period_of(PeriodKind.YEAR, date(year, 1, 1))
    rows = _IN_YEAR.all(reading, scope, first_day=whole.first.isoformat(), last_day=whole.last.isoformat())
    fields: dict[tuple[str, str], list[MatrixTask]] = defaultdict(list)
    for *row, breached, texts in rows:
        what = json.loads(texts).get("what", "") if texts else ""
        task = MatrixTask(*row, breached=bool(breached), what=what)
        if task.outcome != Outcome.RELEASED:
            fields[task.cell, task.organisation_id].append(task)
    return Matrix({key: Tally(tuple(tasks)) for key, tasks in fields.items()})
