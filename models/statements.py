"""Prepared statements: written once against the declared tables, compiled once for each database, run on the driver.

A statement goes through SQLAlchemy's compiler when it is first used and never again: an ORM session for each act costs
nine times the raw transaction, this costs little more than it (docs/adr/0002).
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Boolean, Table, bindparam, func, insert, literal_column, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import insert as upsert_into
from sqlalchemy.dialects.postgresql.base import PGCompiler
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.elements import ClauseElement
    from sqlmodel import SQLModel


class _Literally:
    """Writes the constants of a statement into its text.

    An index over some rows is used where its condition stands in the query, and a value handed over apart does not.
    """

    def visit_bindparam(self, bindparam: Any, *rest: Any, literal_binds: bool = False, **options: Any) -> str:
        """Write one value: a word, a number or a truth literally, what is given when the statement runs as a mark."""
        value = bindparam.value
        is_word = isinstance(value, int) or (isinstance(value, str) and "\\" not in value)
        literal_binds = literal_binds or (is_word and not bindparam.required)
        written = cast("Any", super()).visit_bindparam
        return cast("str", written(bindparam, *rest, literal_binds=literal_binds, **options))


class _SqliteWords(_Literally, SQLiteCompiler):
    pass


class _PostgresWords(_Literally, PGCompiler):
    pass


def _dialect(found: Any, words: type[_Literally]) -> Any:
    found.statement_compiler = words
    return found


_DIALECTS: Mapping[str, Any] = {
    "sqlite": _dialect(sqlite.dialect(paramstyle="qmark"), _SqliteWords),
    "postgresql": _dialect(postgresql.dialect(paramstyle="pyformat"), _PostgresWords),
}


class Statement:
    """One statement for both databases; `on` gives its text and the function that arranges its values."""

    __slots__ = ("_clause", "_compiled")

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        self._compiled: dict[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {}

    def on(self, dialect: str) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
        """Return the text for a dialect and what turns named values into its parameters."""
        found = self._compiled.get(dialect)
        if found is None:
            found = self._compiled[dialect] = self._compile(dialect)
        return found

    def _compile(self, dialect: str) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
        compiled: Any = self._clause.compile(dialect=_DIALECTS[dialect])
        constants = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        names: list[str] | None = compiled.positiontup
        if names is None:
            return str(compiled), lambda values: {**constants, **values}
        return str(compiled), _arrange(tuple(names), constants)


def _arrange(names: tuple[str, ...], constants: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Any]:
    if not names:
        return lambda _values: ()
    if any(name in constants for name in names):
        return lambda values: tuple(values[name] if name in values else constants[name] for name in names)
    if len(names) == 1:
        only = names[0]
        return lambda values: (values[only],)
    return cast("Callable[[Mapping[str, Any]], Any]", itemgetter(*names))


def table(model: type[SQLModel]) -> Table:
    """Return the declared table of a model."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined]


def unindexed(column: Any) -> Any:
    """Return a column by which no index is chosen.

    Nobody keeps statistics, so that to SQLite an index over a few kinds looks as good as one over thousands of units;
    it would go through a whole county to find what one unit has.
    """
    return func.coalesce(column, "")


def parameter(name: str) -> Any:
    """Return a value that a statement is given when it runs, without the library's half-known type."""
    return cast("Any", bindparam(name))


def one_of(column: Any, *values: str) -> ColumnElement[bool]:
    """Return the condition that a column holds one of a few words; spelled out, so that it compiles once."""
    return or_(*(column == value for value in values))


def is_word_of(column: Any, *values: str) -> ColumnElement[bool]:
    """Return the condition that a column holds one of many words of our own, which are looked up and not tried in turn.

    Where an index is to find them, `one_of` says the same.
    """
    if not all(value.replace("-", "").replace("_", "").isalnum() for value in values):
        raise ValueError(f"no words of our own: {values}")
    words = ", ".join(f"'{value}'" for value in values)
    return cast("ColumnElement[bool]", column.op("IN", is_comparison=True)(literal_column(f"({words})")))


class _Listed(GenericFunction[str]):
    """The entries of a JSON list of words as rows."""

    name = "listed"
    inherit_cache = True


@compiles(_Listed, "sqlite")
def _(element: Any, compiler: Any, **options: Any) -> str:
    words = compiler.process(element.clauses, **options)
    return f"(SELECT value FROM json_each({words}))"  # noqa: S608 - the mark of a parameter


@compiles(_Listed, "postgresql")
def _(element: Any, compiler: Any, **options: Any) -> str:
    words = compiler.process(element.clauses, **options)
    return f"(SELECT json_array_elements_text(CAST({words} AS JSON)))"


class _Begins(GenericFunction[bool]):
    """Whether a text begins with another, letter for letter."""

    type = Boolean()
    name = "begins"
    inherit_cache = True


@compiles(_Begins, "sqlite")
def _(element: Any, compiler: Any, **options: Any) -> str:
    whole, start = (compiler.process(part, **options) for part in element.clauses)
    return f"substr({whole}, 1, length({start})) = {start}"


@compiles(_Begins, "postgresql")
def _(element: Any, compiler: Any, **options: Any) -> str:
    whole, start = (compiler.process(part, **options) for part in element.clauses)
    return f"{whole} ^@ {start}"


def begins_with(column: Any, start: Any) -> ColumnElement[bool]:
    """Return the condition that a column begins with a text; LIKE would take % and _ and any case.

    PostgreSQL knows from its statistics how many rows that are, which it does not know of a part of a text.
    """
    return _Begins(column, start)


def is_listed(column: Any, name: str) -> ColumnElement[bool]:
    """Return the condition that a column holds an entry of the JSON list of words that is given under a name."""
    return cast("ColumnElement[bool]", column.op("IN", is_comparison=True)(_Listed(parameter(name))))


def insert_row(model: type[SQLModel], *, leaving: Iterable[str] = ()) -> Statement:
    """Return the statement that inserts one row with a value for every column but those the database fills."""
    target = table(model)
    skipped = frozenset(leaving)
    return Statement(insert(target).values({c.name: bindparam(c.name) for c in target.c if c.name not in skipped}))


def add_to(model: type[SQLModel], *amounts: str) -> Statement:
    """Return the statement that adds amounts to the row of a key, making the row when there is none."""
    target = table(model)
    row = upsert_into(target).values({c.name: bindparam(c.name) for c in target.c})
    sums = {name: target.c[name] + row.excluded[name] for name in amounts}
    return Statement(row.on_conflict_do_update(index_elements=list(target.primary_key.columns), set_=sums))
