"""The store: one way to write and one way to read, the same on SQLite and PostgreSQL; knows no table.

Work is a function of a transaction. It is all written or not at all, and has happened when `write` returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from models.statements import Statement
    from models.sums import Sum

_Result = TypeVar("_Result")

Row = tuple[Any, ...]


class Reading(Protocol):
    """A consistent view of the store while it is open."""

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        """Return the first row, None when there is none."""
        ...

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """Return all rows."""
        ...


class Writing(Reading, Protocol):
    """A transaction: what it reads nobody else changes before it ends."""

    def run(self, statement: Statement, /, **values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        ...

    def many(self, statement: Statement, rows: Iterable[Mapping[str, Any]], /) -> None:
        """Run a statement once for each row."""
        ...

    def add(self, to: Sum, /, **values: Any) -> None:
        """Add amounts to the row that the other values name, once the work is done; until then nobody sees them."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Send the statements inside without waiting for each; what they touched is not reported."""
        ...


class Store(Protocol):
    """One database."""

    @property
    def dialect(self) -> str:
        """Name of the database: sqlite or postgresql."""
        ...

    @property
    def url(self) -> str:
        """Address without password, for people."""
        ...

    def write(self, work: Callable[[Writing], _Result], /) -> _Result:
        """Run the work in one durable transaction and return its result.

        Raises `StorageError` when the database cannot take it; then nothing of it was written.
        """
        ...

    def read(self) -> AbstractContextManager[Reading]:
        """Open a view that shows one moment and never waits for writers."""
        ...

    def close(self) -> None:
        """Finish what was accepted and let go of the database."""
        ...


def open_store(url: str, *, lock_folder: Path | None = None) -> Store:
    """Open a database by its address: `sqlite:///path` or `postgresql://…`.

    Raises `StorageError` for a scheme that is neither, or a database that cannot be opened.
    """
    from rules.errors import StorageError  # noqa: PLC0415 - only the error path needs it

    if url.startswith("sqlite:///"):
        from models.sqlite_store import SqliteStore  # noqa: PLC0415 - each driver is loaded only where it is used

        return SqliteStore(url.removeprefix("sqlite:///"), lock_folder=lock_folder)
    if url.startswith(("postgresql://", "postgres://")):
        from models.postgres_store import PostgresStore  # noqa: PLC0415 - each driver is loaded only where it is used

        return PostgresStore(url)
    scheme = url.split(":", 1)[0]
    raise StorageError(
        f"数据库地址应以 sqlite:/// 或 postgresql:// 开头，不能为「{scheme}:…」。请修改 ANLAN_DATABASE_URL。"
    )
