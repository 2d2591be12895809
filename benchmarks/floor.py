"""The floor: the same statements with the same values on the bare driver, one flushed transaction for each act.

No law, no hashing, no thread, no lock: what is left is what SQLite and the disk cost. Nobody can be faster who keeps
the same record; how much slower we are is the ratio that counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.clock import ticks
from models.driver import driver

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.traced import Trace

_PRAGMAS = (
    "foreign_keys=ON", "recursive_triggers=ON", "cache_size=-32768", "journal_mode=WAL", "synchronous=FULL",
)  # fmt: skip


def replay(path: Path, trace: Trace) -> list[float]:
    """Run every transaction of a trace; return the seconds of each that wrote, with the look that followed it."""
    connection: Any = driver.connect(str(path), isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    taken: list[float] = []
    for writes, calls in trace.transactions:
        begun = ticks()
        connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        for call in calls:
            if call.many:
                connection.executemany(call.words, call.values)
            else:
                connection.execute(call.words, call.values).fetchall()
        connection.execute("COMMIT")
        if writes:
            taken.append(ticks() - begun)
        else:
            taken[-1] += ticks() - begun
    connection.close()
    return taken
