"""The floor: the same statements with the same values on the bare driver, one flushed transaction for each act.

No law, no hashing, no thread, no lock: what is left is what the database and the disk cost. Nobody can be faster who
keeps the same record; how much slower we are is the ratio that counts. On PostgreSQL what is only written goes over in
one pipeline.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import psycopg

from models.driver import driver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.traced import Call, Trace

_PRAGMAS = ("foreign_keys=ON", "recursive_triggers=ON", "cache_size=-32768", "journal_mode=WAL")


def bare(address: str, *, synchronous: str = "FULL") -> Any:
    """Return a connection of the driver's own, as the stores open theirs."""
    if address.startswith("postgresql"):
        return psycopg.connect(address, autocommit=True)
    connection = driver.connect(address, isolation_level=None)
    for pragma in (*_PRAGMAS, f"synchronous={synchronous}"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


class Floor:
    """The transactions of a trace on a database of their own, an act at a time."""

    def __init__(self, address: str, trace: Trace, *, synchronous: str = "FULL") -> None:
        self._is_postgres = address.startswith("postgresql")
        self._connection = bare(address, synchronous=synchronous)
        self._left = iter(trace.transactions)
        self._next = next(self._left, None)

    def act(self) -> None:
        """Run the next transaction that writes, and the looks that follow it."""
        has_written = False
        while self._next is not None and not (has_written and self._next[0]):
            writes, calls = self._next
            has_written = has_written or writes
            self._run(calls, writes=writes)
            self._next = next(self._left, None)

    def one(self, words: str) -> Any:
        """Return the single value that a statement finds."""
        return self._connection.execute(words).fetchone()[0]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _run(self, calls: Sequence[Call], *, writes: bool) -> None:
        if self._is_postgres:
            self._run_on_postgres(calls)
            return
        self._connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        for call in calls:
            if call.many:
                self._connection.executemany(call.words, call.values)
            else:
                self._connection.execute(call.words, call.values).fetchall()
        self._connection.execute("COMMIT")

    def _run_on_postgres(self, calls: Sequence[Call]) -> None:
        with self._connection.transaction(), contextlib.ExitStack() as piped:
            for call in calls:
                if call.reads:
                    piped.close()
                    self._connection.execute(call.words, call.values).fetchall()
                    continue
                piped.enter_context(self._connection.pipeline())
                cursor = self._connection.cursor()
                (cursor.executemany if call.many else cursor.execute)(call.words, call.values)
