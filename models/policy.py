"""The one policy 权限: what a post may see; every query over cases, units and drills takes its condition here.

The same scope is judged in Python by `rules.actor.Scope.covers`; a test proves that both say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import false, func

from models.case import Case
from models.drill_lines import DrillLineRow
from models.organisation import Unit
from models.statements import Statement, parameter, table
from models.tally import Standing
from rules.actor import Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.elements import ClauseElement

    from models.store import Reading, Row
    from rules.actor import Scope

_at = parameter("scope_at")


def _conditions(unit_id: Any, department_id: Any, path: Any) -> Mapping[Reach, ColumnElement[bool]]:
    return {
        Reach.UNIT: unit_id == _at if unit_id is not None else false(),
        Reach.DEPARTMENT: department_id == _at,
        Reach.SUBTREE: func.substr(path, 1, func.length(_at)) == _at,  # LIKE would take % and _ and any case
        Reach.NOWHERE: false(),
    }


_cases, _units, _drills, _counts = table(Case), table(Unit), table(DrillLineRow), table(Standing)
OVER_CASES = _conditions(_cases.c.unit_id, _cases.c.department_id, _cases.c.path)
OVER_UNITS = _conditions(_units.c.id, _units.c.department_id, _units.c.path)
#: Over the counts of cases, which are kept by town and department and not by unit.
OVER_COUNTS = _conditions(None, _counts.c.department_id, _counts.c.path)
OVER_DRILLS = _conditions(_drills.c.unit_id, _drills.c.department_id, _drills.c.path)


class Scoped:
    """A query over cases, units or planned drills that can only be asked within somebody's scope."""

    def __init__(
        self,
        build: Callable[[ColumnElement[bool]], ClauseElement],
        over: Mapping[Reach, ColumnElement[bool]] = OVER_CASES,
    ) -> None:
        self._statements = {reach: Statement(build(condition)) for reach, condition in over.items()}

    def all(self, reading: Reading, scope: Scope, /, **values: Any) -> list[Row]:
        """Return the rows that the scope lets through."""
        return reading.all(self._statements[scope.reach], scope_at=scope.at, **values)

    def one(self, reading: Reading, scope: Scope, /, **values: Any) -> Row | None:
        """Return the first row that the scope lets through."""
        return reading.one(self._statements[scope.reach], scope_at=scope.at, **values)
