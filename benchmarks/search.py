"""Search: initials, two characters and numbers over 5,000 units and 100,000 cases, in milliseconds."""

# ruff: noqa: S608 - tables, columns and numbers are our own

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import SQLModel

from benchmarks.county import COUNTY, UNITS, found, play
from benchmarks.figures import load, middle, show, tail
from models import listing, unit_register
from models.driver import driver
from models.listing import Search
from models.store import open_store
from models.unit_register import UnitSearch
from rules.actor import Reach, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.store import Store

_CASES, _UNITS = 100_000, 5_000
_TIMES = 7
_ON_A_PAGE = 25
_NAMES = (
    "红星铁矿",
    "清波化工",
    "宏达商场",
    "长城机械",
    "云岭建材",
    "白水粮油",
    "青石运输",
    "前进学校",
    "永兴宾馆",
    "东风铸造",
)


def run(cases: int = _CASES, units: int = _UNITS) -> None:
    """Measure a page of the list with its count, for the words that people type."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'anlan.db'}"
        found(url)
        store = open_store(url)
        play(store, 10, lambda act: act())
        store.close()
        _spread(Path(folder) / "anlan.db", cases, units)
        store = open_store(url)
        _measure(store)
        store.close()


def _spread(path: Path, cases: int, units: int) -> None:
    """Copy the units under other names, and the ten cases with their first words over all of them."""
    door = driver.connect(str(path), isolation_level=None)
    for (name,) in door.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        door.execute(f"DROP TRIGGER {name}")
    door.execute("BEGIN")
    names = " ".join(f"WHEN {at} THEN '{name}'" for at, name in enumerate(_NAMES))
    named = f"CASE n.i % {len(_NAMES)} {names} END || n.i || '号'"
    _copy(door, "units", units // UNITS, {"id": "id || '-' || n.i", "code": "code || '-' || n.i", "name": named})
    ids = [identifier for (identifier,) in door.execute("SELECT id FROM units ORDER BY code").fetchall()]
    _copy(door, "cases", cases // 10, {"id": "id + 10 * n.i", "number": "number || '-' || n.i"})
    _copy(door, "words", cases // 10, {"case_id": "case_id + 10 * n.i"})
    door.execute("CREATE TEMP TABLE places AS SELECT 0 AS at, '' AS unit LIMIT 0")
    door.executemany("INSERT INTO places VALUES (?, ?)", list(enumerate(ids)))
    door.execute("CREATE INDEX temp.places_at ON places (at)")
    door.execute(f"UPDATE cases SET unit_id = (SELECT unit FROM places WHERE at = cases.id % {len(ids)})")
    door.execute("COMMIT")
    door.execute("ANALYZE")
    door.close()


def _copy(door: object, table: str, times: int, changes: dict[str, str]) -> None:
    columns = [column.name for column in SQLModel.metadata.tables[table].columns]
    taken = ", ".join(changes.get(name, name) for name in columns)
    door.execute(  # type: ignore[attr-defined]
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times - 1})"
        f" INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM n, (SELECT * FROM {table})"
    )


def _measure(store: Store) -> None:
    scope = Scope(Reach.SUBTREE, f"/{COUNTY}/")
    rows: list[list[str]] = []
    with store.read() as reading:

        def units(words: str) -> int:
            unit_register.units_within(reading, scope, UnitSearch(words), most=_ON_A_PAGE)
            return unit_register.count_units(reading, scope, UnitSearch(words))

        def cases(words: str) -> int:
            listing.cases(reading, scope, "hazard", Search(words=words), most=_ON_A_PAGE)
            return listing.count_cases(reading, scope, "hazard", Search(words=words))

        began = time.monotonic()
        units("hxtk")
        first = (time.monotonic() - began) * 1000
        rows.append(["单位：首次按首字母（装入字典）", "", f"{first:.0f}", "", load()])
        for what, work in (("单位", units), ("事项", cases)):
            for words in ("hxtk", "hxtk12", "红星", "尾轮", "YH-2026"):
                seconds, total = _timed(lambda work=work, words=words: work(words))
                rows.append([f"{what}：{words}", str(total), f"{middle(seconds):.1f}", f"{tail(seconds):.1f}", load()])
    show(["查找", "找到", "毫秒", "95%", "负载"], rows)


def _timed(work: Callable[[], int]) -> tuple[list[float], int]:
    found_in: list[float] = []
    total = 0
    for _ in range(_TIMES):
        began = time.monotonic()
        total = work()
        found_in.append(time.monotonic() - began)
    return found_in, total
