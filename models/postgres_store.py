"""PostgreSQL: a small pool of connections; rows are locked by the work itself, round trips are saved by pipelines."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict

from models.pool import Pool
from models.sums import Adding, done
from rules.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from models.statements import Statement
    from models.store import Row, Writing

_Result = TypeVar("_Result")

_TRIES = 5
_LOST_A_RACE = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.UniqueViolation,
)
# A link that is cut says nothing. Without these a transaction that its client can no longer end would hold its rows for
# two hours, and a client would wait as long for an answer; both sides give up within half a minute.
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 "
    "-c tcp_user_timeout=20000",
}
# Who looks plans anew each time: how many rows a scope or a search lets through decides between plans a hundredfold
# apart, and a plan kept for all of them knows nothing of it.
_A_VIEW = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL plan_cache_mode = force_custom_plan"
_PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)")


class PostgresStore:
    """One PostgreSQL database. Safe to use from any thread."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self._address = url
        self.url = _PASSWORD.sub("***", url)
        self._pool = Pool(self._connect)

    def write(self, work: Callable[[Writing], _Result], /) -> _Result:
        """Run the work in a transaction; one that lost a race against others is run again and finds what they wrote."""
        for attempt in range(1, _TRIES + 1):
            try:
                with self._pool.connection() as connection, connection.transaction():
                    return done(work, _Transaction(connection))
            except _LOST_A_RACE as error:
                if attempt == _TRIES:
                    raise StorageError(
                        "数据库正忙，本次提交未写入。请稍后重试，已填内容不会丢失。", cause=str(error)
                    ) from error
            except psycopg.Error as error:
                raise _explain(error) from error
        raise AssertionError

    @contextlib.contextmanager
    def read(self) -> Generator[_Transaction]:
        """Open a snapshot."""
        try:
            with self._pool.connection() as connection, connection.transaction():
                connection.execute(_A_VIEW)
                yield _Transaction(connection)
        except psycopg.Error as error:
            raise _explain(error) from error

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.close()

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            told = conninfo_to_dict(self._address)
            patience: dict[str, Any] = {key: value for key, value in _PATIENCE.items() if key not in told}
            connection = psycopg.connect(self._address, prepare_threshold=1, autocommit=True, **patience)
            connection.execute("SET synchronous_commit = on")
        except psycopg.Error as error:
            message = f"无法连接数据库 {self.url}：{error}。请检查 PostgreSQL 是否运行、地址与密码是否正确。"
            raise StorageError(message) from error
        return connection


def _explain(error: psycopg.Error) -> StorageError:
    if isinstance(error, psycopg.errors.DiskFull):
        return StorageError(
            "数据库磁盘已满，本次提交未写入。请清理磁盘空间后重试，已填内容不会丢失。", cause=str(error)
        )
    if isinstance(error, psycopg.OperationalError):
        return StorageError(
            "数据库连接中断，本次提交是否写入须以事项页面为准。请用同一页面重试，不会重复登记。", cause=str(error)
        )
    return StorageError(
        f"数据库拒绝了本次写入（{error}），未写入任何内容。请联系管理员运行 anlan doctor。", cause=str(error)
    )


class _Transaction(Adding):
    """Statements on one connection."""

    __slots__ = ("_connection", "_cursor")

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        super().__init__()
        self._connection = connection
        self._cursor = connection.cursor()

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        """Return the first row, None when there is none."""
        return self._execute(statement, values).fetchone()

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """Return all rows."""
        return self._execute(statement, values).fetchall()

    def run(self, statement: Statement, /, **values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        return self._execute(statement, values).rowcount

    def many(self, statement: Statement, rows: Iterable[Mapping[str, Any]], /) -> None:
        """Run a statement once for each row."""
        words, arrange = statement.on("postgresql")
        self._cursor.executemany(words.encode(), [arrange(row) for row in rows])

    @contextlib.contextmanager
    def together(self) -> Generator[None]:
        """Send statements without waiting for each answer."""
        with self._connection.pipeline():
            yield

    def _execute(self, statement: Statement, values: Mapping[str, Any]) -> psycopg.Cursor[Any]:
        words, arrange = statement.on("postgresql")
        return self._cursor.execute(words.encode(), arrange(values))
