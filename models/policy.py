"""The one policy 权限: what a post may see; every query over cases takes its condition from here.

The same scope is judged in Python by `rules.actor.Scope.covers`; a test proves that both say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import false

from models.case import Case
from models.statements import Statement, parameter, table
from rules.actor import Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.elements import ClauseElement

    from models.store import Reading, Row
    from rules.actor import Scope

_cases = table(Case)
_at = parameter("scope_at")
_CONDITIONS: Mapping[Reach, ColumnElement[bool]] = {
    Reach.UNIT: _cases.c.unit_id == _at,
    Reach.DEPARTMENT: _cases.c.department_id == _at,
    Reach.SUBTREE: _cases.c.path.startswith(_at, autoescape=False),
    Reach.NOWHERE: false(),
}


class Scoped:
    """A query over cases that can only be asked within somebody's scope."""

    def __init__(self, build: Callable[[ColumnElement[bool]], ClauseElement]) -> None:
        self._statements = {reach: Statement(build(condition)) for reach, condition in _CONDITIONS.items()}

    def all(self, reading: Reading, scope: Scope, /, **values: Any) -> list[Row]:
        """Return the rows that the scope lets through."""
        return reading.all(self._statements[scope.reach], scope_at=scope.at, **values)

    def one(self, reading: Reading, scope: Scope, /, **values: Any) -> Row | None:
        """Return the first row that the scope lets through."""
        return reading.one(self._statements[scope.reach], scope_at=scope.at, **values)
