"""A pool of connections to PostgreSQL 连接池: who came first is served first, and it grows by one at a time.

The first transaction of a connection costs the server five times what a later one does, since it reads the whole
catalogue. Where everybody opened one at once, all would wait for its processors.
"""

from __future__ import annotations

import contextlib
import select
import threading
from collections import deque
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import psycopg

    Connection = psycopg.Connection[Any]

_MOST_CONNECTIONS = 16
# How long whoever finds no idle connection waits for one while another is new; then they open one of their own.
_LONGEST_WAIT = 0.05


class Pool:
    """Connections that `connect` opens, lent to one thread at a time. Safe to use from any thread."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._places = threading.Semaphore(_MOST_CONNECTIONS)
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._waiting: deque[SimpleQueue[Connection]] = deque()
        self._newest: Connection | None = None
        self._is_growing = False
        self._give_back(connect())

    @contextlib.contextmanager
    def connection(self) -> Generator[Connection]:
        """Lend a connection. Raises what `connect` raises."""
        with self._places:
            connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(connection)

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> Connection:
        while (found := self._next()) is not None:
            if not found.closed and not _was_left(found):
                return found
            found.close()
        return self._grow() if self._may_grow() else self._connect()

    def _next(self) -> Connection | None:
        """Return an idle connection or the first that comes back; None for who should open one."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            if not self._is_growing:
                return None
            mine: SimpleQueue[Connection] = SimpleQueue()
            self._waiting.append(mine)
        found = None
        with contextlib.ExitStack() as interrupted:
            interrupted.callback(self._pass_on, mine)
            with contextlib.suppress(Empty):
                found = mine.get(timeout=_LONGEST_WAIT)
            interrupted.pop_all()
        return self._withdraw(mine) if found is None else found

    def _pass_on(self, mine: SimpleQueue[Connection]) -> None:
        """Give back what came for somebody who no longer wants it."""
        late = self._withdraw(mine)
        if late is not None:
            self._give_back(late)

    def _withdraw(self, mine: SimpleQueue[Connection]) -> Connection | None:
        """Wait no longer; return what came at the last moment."""
        with self._lock, contextlib.suppress(ValueError):
            self._waiting.remove(mine)
        return None if mine.empty() else mine.get()

    def _may_grow(self) -> bool:
        with self._lock:
            may, self._is_growing = not self._is_growing, True
        return may

    def _grow(self) -> Connection:
        with contextlib.ExitStack() as failed:
            failed.callback(self._grew)
            self._newest = self._connect()
            failed.pop_all()
        return self._newest

    def _grew(self) -> None:
        self._newest, self._is_growing = None, False

    def _give_back(self, connection: Connection) -> None:
        if connection.closed:
            # What ended one connection, such as a restart, has most likely ended those that wait as well.
            self.close()
        with self._lock:
            if connection is self._newest:
                self._grew()
            if connection.closed:
                return
            if self._waiting:
                self._waiting.popleft().put(connection)
            else:
                self._idle.append(connection)


def _was_left(connection: Connection) -> bool:
    """Tell whether the server has ended a connection that idled: then there is something to be read where nobody asked.

    Nobody's act meets the error that the connections left over from a restart would raise.
    """
    news = select.poll()
    news.register(connection.fileno(), select.POLLIN)
    return bool(news.poll(0))
