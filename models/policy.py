"""The one policy 权限: what a post may see; every query over cases, units and drills takes its condition here.

The same scope is judged in Python by `rules.actor.Scope.covers`, what is sealed by `Process.is_open_to`; tests prove
that both say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, or_

from models.case import Case
from models.drill_lines import DrillLineRow
from models.organisation import Unit
from models.statements import Statement, begins_with, parameter, table
from models.tally import Standing
from rules.actor import EVERY_SEAL, Reach
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.elements import ClauseElement

    from models.store import Reading, Row
    from rules.actor import Scope

_at, _opens = parameter("scope_at"), parameter("scope_opens")
#: Processes whose cases are open to their own office alone.
SEALED = tuple(name for name, process in PROCESSES.items() if process.readers is not None)


def _conditions(unit_id: Any, department_id: Any, path: Any) -> Mapping[Reach, ColumnElement[bool]]:
    return {
        Reach.UNIT: unit_id == _at if unit_id is not None else false(),
        Reach.DEPARTMENT: department_id == _at,
        Reach.SUBTREE: begins_with(path, _at),
        Reach.NOWHERE: false(),
    }


_cases, _units, _drills, _counts = table(Case), table(Unit), table(DrillLineRow), table(Standing)


def _open_to_the_scope(kind: Any, department_id: Any) -> ColumnElement[bool]:
    """Return the condition that a kind of case is sealed to nobody, or open to the office within the scope."""
    return or_(and_(*(kind != name for name in SEALED)), department_id == _opens, _opens == EVERY_SEAL)


def _unsealed(counted: Any, unit_id: Any) -> Mapping[Reach, ColumnElement[bool]]:
    is_open = _open_to_the_scope(counted.c.kind, counted.c.department_id)
    conditions = _conditions(unit_id, counted.c.department_id, counted.c.path)
    return {reach: and_(condition, is_open) for reach, condition in conditions.items()}


OVER_CASES = _unsealed(_cases, _cases.c.unit_id)
#: Over the counts of cases, which are kept by town and department and not by unit.
OVER_COUNTS = _unsealed(_counts, None)
OVER_UNITS = _conditions(_units.c.id, _units.c.department_id, _units.c.path)
OVER_DRILLS = _conditions(_drills.c.unit_id, _drills.c.department_id, _drills.c.path)


class Scoped:
    """A query over cases, units or planned drills that can only be asked within somebody's scope."""

    def __init__(
        self,
        build: Callable[[ColumnElement[bool]], ClauseElement],
        over: Mapping[Reach, ColumnElement[bool]] = OVER_CASES,
    ) -> None:
        self._statements = {reach: Statement(build(condition)) for reach, condition in over.items()}
        self._asks = (
            ("scope_at", "scope_opens")
            if any(over is sealed for sealed in (OVER_CASES, OVER_COUNTS))
            else ("scope_at",)
        )

    def all(self, reading: Reading, scope: Scope, /, **values: Any) -> list[Row]:
        """Return the rows that the scope lets through."""
        return reading.all(self._statements[scope.reach], **self._given(scope), **values)

    def one(self, reading: Reading, scope: Scope, /, **values: Any) -> Row | None:
        """Return the first row that the scope lets through."""
        return reading.one(self._statements[scope.reach], **self._given(scope), **values)

    def _given(self, scope: Scope) -> dict[str, str]:
        given = {"scope_at": scope.at, "scope_opens": scope.opens}
        return {name: given[name] for name in self._asks}
