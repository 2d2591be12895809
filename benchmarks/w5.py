"""W5: the three questions over 100,000 cases with their histories: late by town and grade, days a step takes, the year.

Asked of the counts that every act keeps, and, as the floor, of the rows themselves.
"""

from __future__ import annotations

import sys
import tempfile
from typing import TYPE_CHECKING, Any

from benchmarks.crowd import kept
from benchmarks.figures import load, middle, show, tail
from models import figures
from models.board import trend
from models.clock import micros, now, ticks
from models.driver import driver
from models.store import open_store
from rules.actor import Reach, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CASES, _UNITS, _FEW_CASES, _FEW_UNITS = 100_000, 5_000, 3_000, 300
_TIMES = 15
_COUNTY = Scope(Reach.SUBTREE, "/dai/")
_LATE = """
SELECT c.path, c.grade, count(DISTINCT c.id) FROM duties d JOIN cases c ON c.id = d.case_id
 WHERE d.status = 'open' AND d.late_from <= ? GROUP BY 1, 2
"""
_DAYS = """
SELECT c.kind, d.act, avg(d.ended_at - d.started_at) / 86400000000.0 FROM duties d JOIN cases c ON c.id = d.case_id
 WHERE d.status IN ('done', 'late_done') GROUP BY 1, 2
"""
_YEAR = """
SELECT strftime('%Y-%m', ended_at / 1000000 + 28800, 'unixepoch'), count(*), sum(status = 'late_done') FROM duties
 WHERE status IN ('done', 'late_done') GROUP BY 1
"""


def run(*, small: bool = "--small" in sys.argv) -> None:
    """Measure and print; `ANLAN_BENCH_FOLDER` as for the pages."""
    cases, units = (_FEW_CASES, _FEW_UNITS) if small else (_CASES, _UNITS)
    with tempfile.TemporaryDirectory(prefix="anlan-w5-") as folder:
        settings = kept(folder, cases, units)
        store = open_store(settings.database)
        door = driver.connect(settings.database.removeprefix("sqlite:///"))
        at = now()
        with store.read() as reading:
            asked: Mapping[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
                "各乡镇、各等级逾期的事项": (
                    lambda: figures.standing(reading), lambda: door.execute(_LATE, (micros(at),)).fetchall()
                ),
                "每一步平均几天": (lambda: figures.steps(reading), lambda: door.execute(_DAYS).fetchall()),
                "十二个月": (lambda: trend(reading, _COUNTY, at), lambda: door.execute(_YEAR).fetchall()),
            }  # fmt: skip
            rows = [(name, _seconds(ours), _seconds(floor)) for name, (ours, floor) in asked.items()]
        door.close()
        store.close()
    lines = [
        (
            name,
            f"{middle(ours):.2f}",
            f"{tail(ours):.2f}",
            f"{middle(floor):.1f}",
            f"{middle(ours) / middle(floor):.3f}",
        )
        for name, ours, floor in rows
    ]
    ours, floor = (sum(middle(row[part]) for row in rows) for part in (1, 2))
    lines.append(("合计（目标 100）", f"{ours:.2f}", "", f"{floor:.1f}", f"{ours / floor:.3f}"))
    show((f"{cases:,} 件，毫秒", "中位", "95%", "逐行问的（地板）", "x_floor"), lines)
    print(f"负载 {load()}")


def _seconds(work: Callable[[], Any]) -> list[float]:
    taken: list[float] = []
    for _ in range(_TIMES):
        began = ticks()
        work()
        taken.append(ticks() - began)
    return taken
