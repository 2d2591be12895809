"""The one policy 权限: what a post may see; every query over cases, units and drills takes its condition here.

The same scope is judged in Python by `rules.actor.Scope.covers`, what is sealed by `Process.is_open_to`; tests prove
that both say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, or_

from models.case import Case
from models.drill_lines import DrillLineRow
from models.organisation import Unit
from models.statements import Statement, parameter, table
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
        Reach.UNIT: unit_id == _at,
        Reach.DEPARTMENT: department_id == _at,
        Reach.SUBTREE: func.substr(path, 1, func.length(_at)) == _at,  # LIKE would take % and _ and any case
        Reach.NOWHERE: false(),
    }


_cases, _units, _drills = table(Case), table(Unit), table(DrillLineRow)
_is_open = or_(
    and_(*(_cases.c.kind != name for name in SEALED)), _cases.c.department_id == _opens, _opens == EVERY_SEAL
)
OVER_CASES = {
    reach: and_(condition, _is_open)
    for reach, condition in _conditions(_cases.c.unit_id, _cases.c.department_id, _cases.c.path).items()
}
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
        self._asks = ("scope_at", "scope_opens") if over is OVER_CASES else ("scope_at",)

    def all(self, reading: Reading, scope: Scope, /, **values: Any) -> list[Row]:
        """Return the rows that the scope lets through."""
        return reading.all(self._statements[scope.reach], **self._given(scope), **values)

    def one(self, reading: Reading, scope: Scope, /, **values: Any) -> Row | None:
        """Return the first row that the scope lets through."""
        return reading.one(self._statements[scope.reach], **self._given(scope), **values)

    def _given(self, scope: Scope) -> dict[str, str]:
        given = {"scope_at": scope.at, "scope_opens": scope.opens}
        return {name: given[name] for name in self._asks}
