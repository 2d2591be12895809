"""A county with 100,000 cases and their whole histories: the demonstration, its hazards copied over 5,000 units.

Copied is all that a case owns: acts, words, duties, effects, notices with their attempts, closings, a run for each act
of a person. Nine cases in ten are closed, over a thousand days; of the open ones many are late, which is more than any
county has. The hashes of copies do not verify: nothing here is evidence. Nothing is analysed, as in no installation.
"""

# ruff: noqa: S608 - tables, columns and numbers are our own

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlmodel import SQLModel

from deployments.founding import end_founding, found_demonstration_at
from environment import inherited_environment
from models import schema
from models.driver import driver
from models.store import open_store
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHARE_OPEN = 10
_DAY = 86_400_000_000
_DAYS_CLOSED, _DAYS_OPEN = 1_000, 45
_MOST_NOTICES = 1_000
_NAMES = ("红星铁矿", "清波化工", "宏达商场", "长城机械", "云岭建材", "白水粮油", "青石运输", "前进学校", "永兴宾馆")
_OF_CASES = ("acts", "words", "duties", "effects", "closings", "passings")
_INSTANTS = frozenset(
    {
        "opened_at", "closed_at", "recorded_at", "happened_at", "started_at", "due_alert", "due_legal", "late_from",
        "ended_at", "wake_at", "owed_at", "settled_at", "queued_at", "not_before", "first_tried_at", "at",
    }
)  # fmt: skip
_SETTLED = {"status": "CASE t.status WHEN 'owed' THEN 'performed' ELSE t.status END", "run_id": "'r' || c.case_id"}
_SENT = {"status": "CASE t.status WHEN 'queued' THEN 'sent' ELSE t.status END"}
_MONTH = "strftime('%Y-%m', d.ended_at / 1000000 + 28800, 'unixepoch')"
_STANDING = """
INSERT INTO tally_standing SELECT county_id, kind, path, department_id, coalesce(grade, ''), status, waits_for, overdue,
       count(*) FROM cases GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
_STEPS = f"""
INSERT INTO tally_steps SELECT c.county_id, c.kind, {_MONTH}, c.path, d.act, count(*), sum(d.status = 'late_done'),
       sum(max(d.ended_at - d.started_at, 0))
  FROM duties d JOIN cases c ON c.id = d.case_id WHERE d.status IN ('done', 'late_done') GROUP BY 1, 2, 3, 4, 5
"""
_RUNS = """
INSERT INTO runs SELECT 'r' || a.case_id || '-' || a.seq, 'hazard', 'act', a.case_id, a.person_id, a.recorded_at,
       a.recorded_at + 400000, 'completed', '', '{}'
  FROM acts a JOIN copies c ON c.case_id = a.case_id WHERE a.person_id != 'clock'
"""


def kept(folder: str, cases: int, units: int) -> Settings:
    """Return the county below the folder that `ANLAN_BENCH_FOLDER` names, where it stays for the next time, else there.

    It is filled by a process of its own, whose memory goes with it.
    """
    below = Path(inherited_environment().get("ANLAN_BENCH_FOLDER") or folder)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as aside:
        return aside.submit(crowded, below / f"county-{cases}", cases, units).result()


def crowded(folder: Path, cases: int, units: int) -> Settings:
    """Found a demonstration in a folder and fill it up to so many cases and units; return its settings.

    A folder in which that was done before is taken as it is.
    """
    settings = Settings(data_folder=folder)
    done = folder / f"crowded-{cases}-{units}"
    if done.exists():
        return settings
    folder.mkdir(parents=True, exist_ok=True)
    schema.upgrade(settings.database)
    found_demonstration_at(settings, lambda _done, _total: None)
    store = open_store(settings.database)
    end_founding(store)
    store.close()
    fill(folder / "anlan.db", cases, units)
    done.touch()
    return settings


def fill(path: Path, cases: int, units: int) -> None:
    """Copy the hazards of a demonstration until there are so many cases, over so many units."""
    door = driver.connect(str(path), isolation_level=None)
    aside = door.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('index', 'trigger')"
    ).fetchall()
    for kind, name, _ in aside:
        door.execute(f"DROP {kind} {name}")
    for pragma in ("synchronous=OFF", "cache_size=-262144", "temp_store=MEMORY"):
        door.execute(f"PRAGMA {pragma}")
    door.execute("BEGIN")
    each = _copy_units(door, units)
    _plan(door, cases, each)
    _copy_cases(door)
    for table in ("tally_standing", "tally_steps"):
        door.execute(f"DELETE FROM {table}")
    door.execute(_STANDING)
    door.execute(_STEPS)
    door.execute(_RUNS)
    for _, _, words in aside:
        door.execute(words)
    door.execute("COMMIT")
    door.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    door.close()


def _copy_units(door: Any, units: int) -> int:
    """Copy every unit under other names; return how many copies each has."""
    (there,) = door.execute("SELECT count(*) FROM units").fetchone()
    each = max((units - there) // there, 1)
    names = " ".join(f"WHEN {at} THEN '{name}'" for at, name in enumerate(_NAMES))
    named = f"CASE (n.i + t.rowid) % {len(_NAMES)} {names} END || n.i || '号'"
    changes = {"id": "t.id || '-' || n.i", "code": "t.code || '-' || n.i", "name": named, "credit_code": "NULL"}
    door.execute(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {each})"
        f" INSERT INTO units ({_columns('units')}) SELECT {_taken('units', changes)} FROM n, units AS t"
    )
    return each


def _plan(door: Any, cases: int, each: int) -> None:
    """Say for every copy what it is a copy of, how much earlier it happened, and at which copy of the unit."""
    (highest, there) = door.execute("SELECT max(id), count(*) FROM cases").fetchone()
    sources = {
        status: [
            row[0]
            for row in door.execute(
                "SELECT id FROM cases WHERE kind = 'hazard' AND status = ? AND unit_id != '' ORDER BY id", (status,)
            ).fetchall()
        ]
        for status in ("closed", "open")
    }
    door.execute("CREATE TEMP TABLE copies (case_id INTEGER PRIMARY KEY, source INTEGER, earlier INTEGER, at INTEGER)")
    missing = cases - there
    door.executemany("INSERT INTO copies VALUES (?, ?, ?, ?)", _lines(missing, highest, sources, each))
    door.execute("CREATE INDEX temp.copies_of ON copies (source)")


def _lines(missing: int, highest: int, sources: dict[str, list[int]], each: int) -> Iterable[tuple[int, int, int, int]]:
    for number in range(1, missing + 1):
        is_open = number % _SHARE_OPEN == 0
        among, days = (sources["open"], _DAYS_OPEN) if is_open else (sources["closed"], _DAYS_CLOSED)
        earlier = (missing - number) * days * _DAY // missing
        yield highest + number, among[number // _SHARE_OPEN * 7 % len(among)], earlier, number % each + 1


def _copy_cases(door: Any) -> None:
    (notices,) = door.execute("SELECT max(id) FROM notices").fetchone()
    number = "substr(t.number, 1, 8) || printf('%06d', c.case_id)"
    _copy(door, "cases", "t.id", {"id": "c.case_id", "number": number, "unit_id": "t.unit_id || '-' || c.at"})
    for table in _OF_CASES:
        changes = {"case_id": "c.case_id"}
        if "id" in SQLModel.metadata.tables[table].columns:
            changes["id"] = "NULL"
        _copy(door, table, "t.case_id", changes | (_SETTLED if table == "effects" else {}))
    door.execute("CREATE TEMP TABLE ranks AS SELECT id, case_id, id - min(id) OVER () AS rank FROM notices")
    door.execute(
        f"UPDATE ranks SET rank = {notices} + row FROM (SELECT id AS one, row_number() OVER "
        "(PARTITION BY case_id ORDER BY id) AS row FROM ranks) WHERE id = one"
    )
    door.execute("CREATE UNIQUE INDEX temp.ranks_id ON ranks (id)")
    fresh = f"(SELECT rank FROM ranks WHERE ranks.id = t.%s) + {_MOST_NOTICES} * c.case_id"
    _copy(door, "notices", "t.case_id", {"id": fresh % "id", "case_id": "c.case_id", **_SENT})
    door.execute(
        f"INSERT INTO attempts ({_columns('attempts')})"
        f" SELECT {_taken('attempts', {'id': 'NULL', 'notice_id': fresh % 'notice_id'})}"
        " FROM copies AS c JOIN ranks AS r ON r.case_id = c.source JOIN attempts AS t ON t.notice_id = r.id"
    )


def _copy(door: Any, table: str, owner: str, changes: dict[str, str]) -> None:
    door.execute(f"CREATE INDEX copied_{table} ON {table} ({owner.removeprefix('t.')})")
    door.execute(
        f"CREATE TEMP TABLE taken AS SELECT t.* FROM {table} AS t WHERE {owner} IN (SELECT source FROM copies)"
    )
    door.execute(f"DROP INDEX copied_{table}")
    door.execute(f"CREATE INDEX temp.taken_of ON taken ({owner.removeprefix('t.')})")
    door.execute(
        f"INSERT INTO {table} ({_columns(table)}) SELECT {_taken(table, changes)}"
        f" FROM copies AS c CROSS JOIN taken AS t ON {owner} = c.source ORDER BY c.case_id"
    )
    door.execute("DROP TABLE temp.taken")


def _columns(table: str) -> str:
    return ", ".join(column.name for column in SQLModel.metadata.tables[table].columns)


def _taken(table: str, changes: dict[str, str]) -> str:
    earlier = {} if table == "units" else {name: f"t.{name} - c.earlier" for name in _INSTANTS}
    names = [column.name for column in SQLModel.metadata.tables[table].columns]
    return ", ".join(changes.get(name, earlier.get(name, f"t.{name}")) for name in names)
