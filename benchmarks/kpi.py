"""W3: every indicator, and the whole coverage of the notice, over 100,000 cases, in milliseconds of the processor.

SQLite works within the process, so that this is what the clock shows on a machine that does nothing else.
"""

# ruff: noqa: S608 - tables, columns and numbers are our own

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlmodel import SQLModel

from benchmarks.county import COUNTY, found, play
from benchmarks.figures import load, middle, show, tail
from models.clock import now
from models.driver import driver
from models.indicators import measure
from models.notice_proofs import last_proof
from models.store import open_store
from rules.actor import Reach, Scope
from rules.county_notice import notices
from rules.indicators import indicators

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.store import Store

_CASES = 100_000
_TIMES = 15
_SPREAD = 500 * 86_400_000_000
_TABLES = {"cases": "id", "duties": "case_id", "closings": "case_id"}
_INSTANTS = ("started_at", "opened_at", "due_alert", "due_legal", "late_from", "ended_at", "closed_at", "recorded_at")


def run(cases: int = _CASES) -> None:
    """Measure each indicator with the cases behind it, and the last proofs of all rows."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'anlan.db'}"
        found(url)
        store = open_store(url)
        play(store, 10, lambda act: act())
        store.close()
        spread(Path(folder) / "anlan.db", cases)
        store = open_store(url)
        _measure(store)
        store.close()


def spread(path: Path, cases: int) -> None:
    """Copy the ten cases with their duties and closings, each some time earlier, over five hundred days."""
    door = driver.connect(str(path), isolation_level=None)
    for (name,) in door.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        door.execute(f"DROP TRIGGER {name}")
    each = cases // 10
    door.execute("BEGIN")
    for table, owner in _TABLES.items():
        columns = [column.name for column in SQLModel.metadata.tables[table].columns]
        changes = {owner: f"{owner} + 10 * n.i", "number": "number || '-' || n.i"}
        changes |= {name: f"{name} - n.i * {_SPREAD // each}" for name in _INSTANTS}
        if table == "duties":
            changes["id"] = f"id + n.i * (SELECT max(id) FROM {table})"
        taken = ", ".join(changes.get(name, name) for name in columns)
        door.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {each - 1})"
            f" INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM n, (SELECT * FROM {table})"
        )
    _list_units(door, cases, year=now().year)
    door.execute("COMMIT")
    door.execute("ANALYZE")
    door.close()


def _list_units(door: Any, cases: int, *, year: int) -> None:
    """Let every tenth case be a list of ten units without accidents, so that there are as many entries as cases."""
    term = (f"{year}-01-01", f"{year}-12-31")
    for members in ("unit", "village"):
        door.execute(
            "INSERT OR IGNORE INTO programmes SELECT id, county_id, ? || id, 'zero', ?, 'office' || id, 'dept_head',"
            " ?, ?, 'running', 1, 0, 0, 10, 0, 0, 0, '' FROM cases WHERE id % 20 = ? LIMIT ?",
            (f"zero-{members}s", members, *term, 0 if members == "unit" else 10, cases // 20),
        )
    door.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)"
        " INSERT INTO programme_items SELECT case_id, n.i, holder || '-' || n.i, '', '', ?, '', 'closed', ?, ''"
        " FROM programmes, n",
        (term[1], term[0]),
    )


def _measure(store: Store) -> None:
    scope, at = Scope(Reach.SUBTREE, f"/{COUNTY}/"), now()
    rows: list[list[str]] = []
    with store.read() as reading:
        for one in indicators():
            seconds = timed(lambda one=one: measure(reading, one, at, scope))
            rows.append([one.id, f"{middle(seconds):.1f}", f"{tail(seconds):.1f}", load()])
        seconds = timed(lambda: [last_proof(reading, COUNTY, row) for row in notices()[-1].rows])
        rows.append(["notice coverage", f"{middle(seconds):.1f}", f"{tail(seconds):.1f}", load()])
    show(["指标", "处理器毫秒", "95%", "负载"], rows)


def timed(work: Callable[[], object]) -> list[float]:
    """Return how long some work took the processor, each of several times, in seconds."""
    found: list[float] = []
    for _ in range(_TIMES):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return found
