"""Sums 合计 that transactions add to: each row once, in the order of its key, when everything else is written.

Two people who move cases from one count to another and back would otherwise each hold the row for which the other
waits; and a row that everybody adds to is held only from here to the commit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from models.statements import add_to, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sqlmodel import SQLModel

    from models.statements import Statement

_Result = TypeVar("_Result")
_Writing = TypeVar("_Writing", bound="Adding")


class Sum:
    """The amounts of a table whose rows are only ever added to."""

    __slots__ = ("amounts", "keys", "name", "statement")

    def __init__(self, model: type[SQLModel], *amounts: str) -> None:
        target = table(model)
        self.name = target.name
        self.keys = tuple(column.name for column in target.primary_key.columns)
        self.amounts = amounts
        self.statement: Statement = add_to(model, *amounts)


class Owed:
    """What a transaction has yet to add."""

    __slots__ = ("_sums",)

    def __init__(self) -> None:
        self._sums: dict[Sum, dict[tuple[Any, ...], list[int]]] = {}

    def add(self, to: Sum, values: Mapping[str, Any]) -> None:
        """Add amounts to the row that the other values name."""
        row = self._sums.setdefault(to, {}).setdefault(tuple(values[key] for key in to.keys), [0] * len(to.amounts))
        for place, amount in enumerate(to.amounts):
            row[place] += values[amount]

    def rows(self) -> Iterator[tuple[Statement, list[dict[str, Any]]]]:
        """Yield the statement of each table and the rows that change, in an order that is the same for everybody."""
        for to, rows in sorted(self._sums.items(), key=lambda item: item[0].name):
            changed = [
                dict(zip((*to.keys, *to.amounts), (*key, *amounts), strict=True))
                for key, amounts in sorted(rows.items())
                if any(amounts)
            ]
            if changed:
                yield to.statement, changed


class Adding(ABC):
    """A transaction that adds to sums when its work is done; until then nobody sees them."""

    __slots__ = ("_owed",)

    def __init__(self) -> None:
        self._owed = Owed()

    @abstractmethod
    def many(self, statement: Statement, rows: Iterable[Mapping[str, Any]], /) -> None:
        """Run a statement once for each row."""

    def add(self, to: Sum, /, **values: Any) -> None:
        """Add amounts to the row that the other values name."""
        self._owed.add(to, values)

    def settle(self) -> None:
        """Write what is owed."""
        for statement, rows in self._owed.rows():
            self.many(statement, rows)


def done(work: Callable[[_Writing], _Result], writing: _Writing) -> _Result:
    """Do the work of a transaction, write the sums that it owes, and return its result."""
    result = work(writing)
    writing.settle()
    return result
