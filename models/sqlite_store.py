"""SQLite: one writer at a time with group commit in each process, a lock between processes, readers beside it.

Whoever comes while nobody writes does so on its own thread, and then for everybody who has queued up meanwhile.

Every commit is flushed (`synchronous=FULL`) before anybody is told that it happened. Stock SQLite before 3.51.3 can
corrupt a write-ahead log; there, and only there, the slower rollback journal is used.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import queue
import threading
from collections import deque
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from models.driver import driver
from models.sums import Adding, done
from rules.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from models.statements import Statement
    from models.store import Row, Writing

_Result = TypeVar("_Result")

_SAFE_LOG = (3, 51, 3)
_BUSY_SECONDS = 5
_MOST_TOGETHER = 64
_COMMON = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA trusted_schema=OFF",
    f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}",
    "PRAGMA cache_size=-32768",
)


class SqliteStore:
    """One SQLite file. Safe to use from any thread; a forked child must open its own."""

    dialect = "sqlite"

    def __init__(self, path: str, *, lock_folder: Path | None = None) -> None:
        self.path = Path(path)
        self.url = f"sqlite:///{path}"
        self._lock_path = (lock_folder or self.path.parent) / f"{self.path.name}.lock"
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._turn = threading.Lock()
        self._local = threading.local()
        self._idle: deque[Any] = deque()
        self._broken: StorageError | None = None
        self._closed = False
        self._entrance = threading.Lock()
        self._writer_connection = self._connect()
        self._lock = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, work: Callable[[Writing], _Result], /) -> _Result:
        """Queue the work, and write what is queued when it is our turn; return when the work is on disk."""
        if self._broken is not None:
            raise self._broken
        job = _Job(work)
        with self._entrance:
            self._refuse_closed()
            self._jobs.put(job)
        try:
            self._write_until_done(job)
        except BaseException:
            # Somebody pressed Ctrl-C while it stood in line: nobody may do it later.
            job.answer.cancel()
            raise
        return job.answer.result()

    @contextlib.contextmanager
    def read(self) -> Generator[_Transaction]:
        """Open a snapshot; one inside another on the same thread shows the same moment."""
        outer: _Transaction | None = getattr(self._local, "reading", None)
        if outer is not None:
            yield outer
            return
        connection = self._reader()
        reading = self._local.reading = _Transaction(connection)
        try:
            connection.execute("BEGIN")
            yield reading
        except driver.Error as error:
            raise StorageError(
                f"数据库读取失败（{error}）。请检查磁盘；反复出现的，请停止写入并运行 anlan ledger verify。"
            ) from error
        finally:
            self._local.reading = None
            self._take_in(connection)

    def close(self) -> None:
        """Write what is queued, then close every connection; who comes later is told so."""
        with self._entrance:
            if self._closed:
                return
            self._closed = True
        with self._turn:
            while batch := self._gather():
                self._commit(batch)
        for connection in (*self._idle, self._writer_connection):
            with contextlib.suppress(driver.Error):
                connection.close()
        os.close(self._lock)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StorageError("数据库已经关闭，本次提交未写入。请在程序重新启动后重试。")

    def _reader(self) -> Any:
        """Return a connection that only reads: readers share them, whatever thread they come and go on."""
        self._refuse_closed()
        with contextlib.suppress(IndexError):
            return self._idle.pop()
        connection = self._connect()
        connection.execute("PRAGMA query_only=ON")
        return connection

    def _take_in(self, connection: Any) -> None:
        with contextlib.suppress(driver.Error):
            if connection.in_transaction:
                connection.execute("COMMIT")
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    # --- writing -----------------------------------------------------------------------------

    def _write_until_done(self, job: _Job) -> None:
        while not job.answer.done():
            with self._turn:
                if not job.answer.done():
                    self._commit(self._gather())

    def _gather(self) -> list[_Job]:
        batch: list[_Job] = []
        with contextlib.suppress(queue.Empty):
            while len(batch) < _MOST_TOGETHER:
                job = self._jobs.get_nowait()
                if job.answer.set_running_or_notify_cancel():
                    batch.append(job)
        return batch

    def _commit(self, batch: list[_Job]) -> None:
        try:
            self._try_commit(batch)
        finally:
            # Ctrl-C in the middle, after the answers of a whole batch.
            if not all(job.answer.done() for job in batch):
                self._fail(batch, StorageError("写入被中断，是否写入尚不清楚。请重新提交：同一次提交不会重复登记。"))

    def _try_commit(self, batch: list[_Job]) -> None:
        if self._broken is not None:
            self._fail(batch, self._broken)
            return
        connection = self._writer_connection
        try:
            with self._alone_among_processes():
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    for job in batch:
                        job.do(connection, alone=len(batch) == 1)
                    connection.execute("COMMIT")
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
        except driver.Error as error:
            explained = _explain(error)
            if _is_fatal(error):
                self._broken = explained
            self._fail(batch, explained)
        except OSError as error:
            self._fail(batch, StorageError(f"无法锁定数据库：{error}。请检查磁盘与权限后重试，本次提交未写入。"))
        except _Alone as alone:
            batch[0].answer.set_exception(alone.cause)
        else:
            for job in batch:
                job.settle()

    @contextlib.contextmanager
    def _alone_among_processes(self) -> Generator[None]:
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def _fail(self, batch: list[_Job], error: StorageError) -> None:
        for job in batch:
            if not job.answer.done():
                job.answer.set_exception(error)

    # --- connections -------------------------------------------------------------------------

    def _connect(self) -> Any:
        try:
            connection = driver.connect(str(self.path), isolation_level=None, check_same_thread=False)
            for pragma in (*_COMMON, *_journal()):
                connection.execute(pragma)
        except driver.Error as error:
            message = f"无法打开数据库 {self.path.name}：{error}。请检查文件、权限与磁盘后重试。"
            raise StorageError(message) from error
        return connection


def _journal() -> tuple[str, ...]:
    if driver.sqlite_version_info >= _SAFE_LOG:
        return ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")
    return ("PRAGMA journal_mode=TRUNCATE", "PRAGMA synchronous=EXTRA")  # pragma: no cover - packaged builds are newer


class _Alone(Exception):
    """The only job of a batch failed: the whole transaction is rolled back."""

    def __init__(self, cause: BaseException) -> None:
        self.cause = cause
        super().__init__(str(cause))


class _Job:
    """Work that waits for the writer, and the place where its caller waits for the answer."""

    __slots__ = ("_result", "_wrong", "answer", "work")

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self.work = work
        self.answer: Future[Any] = Future()
        self._result: Any = None
        self._wrong: BaseException | None = None

    def do(self, connection: Any, *, alone: bool) -> None:
        """Do the work; a failure takes back this work and no other."""
        if alone:
            self._do_alone(connection)
            return
        connection.execute("SAVEPOINT work")
        try:
            self._result = done(self.work, _Transaction(connection))
        except driver.Error as error:
            if not connection.in_transaction or _is_fatal(error):
                raise
            self._take_back(connection, _explain(error))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to whoever queued it, not to us
            self._take_back(connection, error)
        else:
            connection.execute("RELEASE work")

    def settle(self) -> None:
        """Hand the answer over once the batch is on disk."""
        if self._wrong is not None:
            self.answer.set_exception(self._wrong)
        else:
            self.answer.set_result(self._result)

    def _do_alone(self, connection: Any) -> None:
        try:
            self._result = done(self.work, _Transaction(connection))
        except (driver.Error, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise _Alone(error) from error

    def _take_back(self, connection: Any, error: BaseException) -> None:
        connection.execute("ROLLBACK TO work")
        connection.execute("RELEASE work")
        self._wrong = error


def _is_fatal(error: Exception) -> bool:
    """After a failed flush nobody knows what is on disk: only a restart, which recovers from the log, may go on."""
    return "disk I/O" in str(error) or "malformed" in str(error)


def _explain(error: Exception) -> StorageError:
    words = str(error)
    if "full" in words:
        return StorageError("磁盘已满，本次提交未写入。请清理磁盘空间后重试，已填内容不会丢失。", cause=words)
    if "locked" in words or "busy" in words:
        return StorageError("数据库正忙，本次提交未写入。请稍后重试，已填内容不会丢失。", cause=words)
    if _is_fatal(error):
        return StorageError(
            "数据库所在磁盘出错或者已满，已停止写入。请腾出空间或者更换磁盘后重新启动，并运行 anlan ledger verify。",
            cause=words,
        )
    return StorageError(
        f"数据库拒绝了本次写入（{words}），未写入任何内容。请联系管理员运行 anlan doctor。", cause=words
    )


class _Transaction(Adding):
    """Statements on one driver connection."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self._connection = connection

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        """Return the first row, None when there is none."""
        words, arrange = statement.on("sqlite")
        row: Row | None = self._connection.execute(words, arrange(values)).fetchone()
        return row

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """Return all rows."""
        words, arrange = statement.on("sqlite")
        rows: list[Row] = self._connection.execute(words, arrange(values)).fetchall()
        return rows

    def run(self, statement: Statement, /, **values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        words, arrange = statement.on("sqlite")
        touched: int = self._connection.execute(words, arrange(values)).rowcount
        return touched

    def many(self, statement: Statement, rows: Iterable[Mapping[str, Any]], /) -> None:
        """Run a statement once for each row."""
        words, arrange = statement.on("sqlite")
        self._connection.executemany(words, [arrange(row) for row in rows])

    def together(self) -> contextlib.AbstractContextManager[None]:
        """Do nothing: there is no network to save."""
        return contextlib.nullcontext()
