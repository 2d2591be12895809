"""The board for leaders and the supervision list over 100,000 cases with their duties, in processor milliseconds.

One case in ten is still open and one in twenty late, which is more than any county has.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.county import COUNTY, found, play
from benchmarks.figures import load, middle, show, tail
from benchmarks.kpi import spread, timed
from models.board import board, measured, trend
from models.case import Case
from models.clock import now
from models.driver import driver
from models.statements import Statement, table
from models.store import open_store
from models.supervision import Wanted, count_late, late, worst
from rules.actor import Actor, Reach, Role, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.store import Reading, Store

_DEPARTMENTS = Statement(select(table(Case).c.department_id).distinct())
_CASES = 100_000
_PLAYED = 10
_ON_A_PAGE = 50
# The last duty of one case in ten is open again, and half of those are late.
_REOPEN = """
UPDATE duties SET status = 'open', ended_at = NULL, ended_by = NULL,
       due_alert = due_legal, late_from = due_legal
 WHERE act = 'sign-off' AND case_id % 10 = 3
"""
_OPEN_CASES = "UPDATE cases SET status = 'open', closed_at = NULL, waits_for = 'sign-off' WHERE id % 10 = 3"
_NOT_YET_LATE = """
UPDATE duties SET due_legal = due_legal + 100000000000000, due_alert = due_legal + 100000000000000,
       late_from = due_legal + 100000000000000
 WHERE act = 'sign-off' AND case_id % 20 = 3
"""


def run(cases: int = _CASES) -> None:
    """Measure the board and the list as the county's leader and as the head of a department see them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "anlan.db"
        url = f"sqlite:///{path}"
        found(url)
        store = open_store(url)
        play(store, _PLAYED, lambda act: act())
        store.close()
        spread(path, cases)
        _reopen(path)
        store = open_store(url)
        _measure(store)
        store.close()


def _reopen(path: Path) -> None:
    door = driver.connect(str(path), isolation_level=None)
    for statement in (_REOPEN, _OPEN_CASES, _NOT_YET_LATE, "ANALYZE"):
        door.execute(statement)
    door.close()


def _measure(store: Store) -> None:
    rows: list[list[str]] = []
    with store.read() as reading:
        for who, actor in _readers(reading).items():
            for name, work in _works(reading, actor).items():
                seconds = timed(work)
                rows.append([who, name, f"{middle(seconds):.1f}", f"{tail(seconds):.1f}", load()])
    show(["谁看", "什么", "处理器毫秒", "95%", "负载"], rows)


def _readers(reading: Reading) -> dict[str, Actor]:
    (department,) = {row[0] for row in reading.all(_DEPARTMENTS)}
    leader = Actor("l", "l", "l", Role.COUNTY_LEADER, Scope(Reach.SUBTREE, f"/{COUNTY}/"))
    head = Actor("h", "h", "h", Role.DEPT_HEAD, Scope(Reach.DEPARTMENT, department))
    return {"县领导": leader, "部门负责人": head}


def _works(reading: Reading, actor: Actor) -> Mapping[str, Callable[[], object]]:
    at = now()
    return {
        "看板三个数和各处": lambda: board(reading, actor, at),
        "最需要关注的五件": lambda: worst(reading, actor, at, most=5),
        "挂牌通报约谈": lambda: measured(reading, actor.scope),
        "十二个月": lambda: trend(reading, actor.scope, at),
        "督办清单一页": lambda: late(reading, actor, at, Wanted(), most=_ON_A_PAGE),
        "督办清单总数": lambda: count_late(reading, actor, at, Wanted()),
    }
