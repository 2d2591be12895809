"""A store that notes every statement with its values, so that the floor writes the very same rows without any of us."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from models.statements import Statement
    from models.store import Row, Store
    from models.sums import Sum


@dataclass(frozen=True)
class Call:
    """One statement as the driver gets it; `many` for one that is run over rows, `reads` for one that returns rows."""

    words: str
    values: Any
    many: bool = False
    reads: bool = False


@dataclass
class Trace:
    """All transactions of a run, in order; each is a list of calls, with whether it wrote."""

    transactions: list[tuple[bool, list[Call]]] = field(default_factory=list)


class TracedStore:
    """A store beside which everything is noted."""

    def __init__(self, store: Store, trace: Trace) -> None:
        self._store = store
        self._trace = trace
        self.dialect = store.dialect
        self.url = store.url

    def write(self, work: Callable[[Any], Any], /) -> Any:
        """Write, and note what was run."""
        calls: list[Call] = []
        result = self._store.write(lambda writing: work(_Traced(writing, calls, self.dialect)))
        self._trace.transactions.append((True, calls))
        return result

    @contextlib.contextmanager
    def read(self) -> Generator[Any]:
        """Read, and note what was run."""
        calls: list[Call] = []
        with self._store.read() as reading:
            yield _Traced(reading, calls, self.dialect)
        self._trace.transactions.append((False, calls))

    def close(self) -> None:
        """Close the store."""
        self._store.close()


class _Traced:
    def __init__(self, inner: Any, calls: list[Call], dialect: str) -> None:
        self._inner, self._calls, self._dialect = inner, calls, dialect

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        self._note(statement, values, reads=True)
        found: Row | None = self._inner.one(statement, **values)
        return found

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        self._note(statement, values, reads=True)
        found: list[Row] = self._inner.all(statement, **values)
        return found

    def run(self, statement: Statement, /, **values: Any) -> int:
        self._note(statement, values)
        touched: int = self._inner.run(statement, **values)
        return touched

    def many(self, statement: Statement, rows: Iterable[Mapping[str, Any]], /) -> None:
        kept = list(rows)
        words, arrange = statement.on(self._dialect)
        self._calls.append(Call(words, [arrange(row) for row in kept], many=True))
        self._inner.many(statement, kept)

    def add(self, to: Sum, /, **values: Any) -> None:
        self._note(to.statement, values)
        self._inner.add(to, **values)

    def together(self) -> contextlib.AbstractContextManager[None]:
        inner: contextlib.AbstractContextManager[None] = self._inner.together()
        return inner

    def _note(self, statement: Statement, values: Mapping[str, Any], *, reads: bool = False) -> None:
        words, arrange = statement.on(self._dialect)
        self._calls.append(Call(words, arrange(values), reads=reads))
