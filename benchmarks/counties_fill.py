"""Counties in one PostgreSQL database, fast: rows that the ledger wrote once, copied in the server over counties.

Which rows a copied case has is its depth. 2: everything that a case leaves, which all cases of the first county and the
open cases of all others have. 1: its header and its duties, the closed cases of the last year. 0: its header, which is
all that the hot statements find of what was closed before. Nothing copied is evidence: the hashes do not verify.
"""

# ruff: noqa: S608 - tables, columns and numbers are our own

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from sqlmodel import SQLModel

from benchmarks import county
from models import schema
from models.clock import micros, now
from models.store import open_store

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

YEARS = 10
UNITS, TOWNS, OFFICES = 1_000, 15, 10
_DAY = 86_400_000_000
_YEAR = 365 * _DAY
_CLOSED, _OPEN = 6, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
#: How many notices a copied case may have: their numbers are made from the case's.
_MOST_NOTICES = 100
#: Tables of a case, and how deep a case must be to have rows in them; the largest first.
DEPTHS = {
    "cases": 0, "duties": 1, "acts": 2, "effects": 2, "notices": 2, "attempts": 2, "submissions": 2, "words": 2,
    "runs": 2, "passings": 2, "closings": 2,
}  # fmt: skip
_INSTANTS = frozenset(
    {
        "opened_at", "closed_at", "recorded_at", "happened_at", "started_at", "due_alert", "due_legal", "late_from",
        "ended_at", "owed_at", "settled_at", "queued_at", "not_before", "first_tried_at", "at",
    }
)  # fmt: skip
_FUNCTIONS = """
CREATE FUNCTION bench_county(c int) RETURNS text IMMUTABLE LANGUAGE sql AS
 $$ SELECT CASE c WHEN 0 THEN 'dai' ELSE 'c' || lpad(c::text, 3, '0') END $$;
CREATE FUNCTION bench_id(id text, c int, k int) RETURNS text IMMUTABLE LANGUAGE sql AS
 $$ SELECT CASE WHEN c = 0 AND k = 0 THEN id
           ELSE left(id, 28) || lpad(to_hex(c), 4, '0') || lpad(to_hex(k), 4, '0') END $$;
CREATE FUNCTION bench_town(c int, k int) RETURNS text IMMUTABLE LANGUAGE sql AS
 $$ SELECT '/' || bench_county(c) || '/town' || CASE k WHEN 0 THEN '' ELSE '-' || k END || '/' $$
"""
_DIRECTORY = f"""
INSERT INTO organisations SELECT bench_id(o.id, c, k), bench_county(c),
       o.code || CASE k WHEN 0 THEN '' ELSE '-' || k END, o.name || k, o.kind,
       CASE o.kind WHEN 'town' THEN bench_town(c, k) ELSE replace(o.path, '/dai/', '/' || bench_county(c) || '/') END,
       o.ended_at, o.successor_id
  FROM organisations o, generate_series(0, {{counties}} - 1) c, generate_series(0, {TOWNS} - 1) k
 WHERE NOT (c = 0 AND k = 0) AND k < CASE o.kind WHEN 'town' THEN {TOWNS} WHEN 'department' THEN {OFFICES} ELSE 1 END;
CREATE TABLE bench_units AS SELECT c, u, o.id AS source, CASE WHEN c = 0 AND u < {county.UNITS} THEN o.id
       ELSE bench_id(o.id, c, u + 1) END AS unit_id, CASE WHEN c = 0 AND u < {county.UNITS} THEN 0 ELSE u % {TOWNS} END
       AS town, CASE WHEN c = 0 AND u < {county.UNITS} THEN 0 ELSE u % {OFFICES} END AS office
  FROM generate_series(0, {{counties}} - 1) c, generate_series(0, {UNITS} - 1) u
  JOIN units o ON o.code = 'u' || (u % {county.UNITS});
ALTER TABLE bench_units ADD path text, ADD department_id text;
UPDATE bench_units SET path = bench_town(c, town),
       department_id = bench_id((SELECT id FROM organisations WHERE county_id = 'dai' AND code = 'office'), c, office);
CREATE TEMP TABLE fresh AS SELECT * FROM bench_units WHERE c > 0 OR u >= {county.UNITS};
INSERT INTO units SELECT f.unit_id, bench_county(c), 'u' || u, NULL, '矿' || u, bench_id(o.town_id, c, town),
       f.department_id, f.path, o.sector, o.address, o.headcount, o.kind FROM fresh f JOIN units o ON o.id = f.source;
CREATE TEMP TABLE seats AS SELECT p.id AS post, h.person_id AS person, f.c, f.u + 1 AS k, NULL::text AS at, f.unit_id
  FROM fresh f JOIN posts p ON p.unit_id = f.source JOIN holdings h ON h.post_id = p.id
 UNION ALL SELECT p.id, h.person_id, c, k, bench_id(p.organisation_id, c, k), NULL
  FROM posts p JOIN holdings h ON h.post_id = p.id, generate_series(0, {{counties}} - 1) c,
       generate_series(0, {OFFICES} - 1) k WHERE p.organisation_id IS NOT NULL AND NOT (c = 0 AND k = 0);
INSERT INTO persons SELECT bench_id(o.id, c, k), bench_county(c), o.name, o.phone, NULL
  FROM seats JOIN persons o ON o.id = seats.person;
INSERT INTO posts SELECT bench_id(o.id, c, k), bench_county(c), o.code || '-' || k, o.name, o.role, seats.at,
       seats.unit_id FROM seats JOIN posts o ON o.id = seats.post;
INSERT INTO holdings (person_id, post_id, began_at) SELECT bench_id(person, c, k), bench_id(post, c, k), {{now}}
  FROM seats
"""
_TOLD = """
UPDATE effects SET status = 'performed', settled_at = {now}, run_id = 'run' WHERE status = 'owed';
UPDATE notices SET status = 'sent', settled_at = {now}, attempts = 1, first_tried_at = {now};
INSERT INTO attempts (notice_id, at, run_id, outcome, answer, repeated, without_engine)
SELECT id, {now}, 'run', 'accepted', 'ok', false, false FROM notices;
INSERT INTO runs SELECT 'r' || case_id || '-' || seq, 'hazard', 'act', case_id, person_id, recorded_at,
       recorded_at + 400000, 'completed', '', '{{}}' FROM acts;
DELETE FROM wakes;
CREATE TABLE bench_originals AS SELECT c.id, c.number, c.status = 'open' AS opens,
       row_number() OVER (PARTITION BY c.status = 'open' ORDER BY c.id) - 1 AS nth,
       (SELECT min(late_from) FROM duties d WHERE d.case_id = c.id AND d.status = 'open') AS late_from FROM cases c
"""
_RANK = "(SELECT count(*) FROM notices b WHERE b.case_id = n.case_id AND b.id <= n.id)"
_ORIGINALS = {
    "cases": "SELECT *, id AS of_case FROM cases",
    "submissions": "SELECT s.*, c.id AS of_case FROM submissions s JOIN cases c"
    " ON c.number = s.reply::json ->> 'number'",
    "notices": f"SELECT n.*, case_id AS of_case, {_RANK} AS rank FROM notices n",
    "attempts": f"SELECT a.*, n.case_id AS of_case, {_RANK} AS rank FROM attempts a JOIN notices n ON n.id = notice_id",
}  # fmt: skip
_NUMBER = "'YH-' || year || '-' || (1000 + seq)"
_PLAN = f"""
SELECT x.*, b.id AS source, b.number AS was, b.late_from,
       to_char(to_timestamp(({{now}} - earlier) / 1000000), 'YYYY') AS year
  FROM (SELECT y.*, CASE WHEN opens THEN seq / 5 % 20 * {_DAY} + c * 1000000
               ELSE ({{per}} - seq) * ({YEARS * _YEAR} / {{per}}) END AS earlier,
               CASE WHEN c = 0 OR opens THEN 2 WHEN recent THEN 1 ELSE 0 END AS depth,
               CASE WHEN opens THEN (seq / 5 + c) % {len(_OPEN)} ELSE (seq + c) % {_CLOSED} END AS nth,
               (seq * 7 + seq / 5 + c) % {UNITS} AS u
          FROM (SELECT {{highest}} + 1 + n AS case_id, n % {{counties}} AS c, n / {{counties}} AS seq,
                       n / {{counties}} >= {{per}} * {YEARS - 1} / {YEARS} AS recent,
                       n / {{counties}} >= {{per}} * {YEARS - 1} / {YEARS} AND n / {{counties}} % 5 = 0 AS opens
                  FROM generate_series(0, {{cases}} - 1) n) y) x
  JOIN bench_originals b ON b.opens = x.opens AND b.nth = x.nth
"""
_TALLIES = """
TRUNCATE tally_standing, tally_steps;
INSERT INTO tally_standing SELECT county_id, kind, path, department_id, coalesce(grade, ''), status, waits_for, overdue,
       count(*) FROM cases GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
INSERT INTO tally_steps SELECT c.county_id, c.kind, to_char(to_timestamp(d.ended_at / 1000000), 'YYYY-MM'), c.path,
       d.act, count(*), count(*) FILTER (WHERE d.status = 'late_done'), sum(greatest(d.ended_at - d.started_at, 0))
  FROM duties d JOIN cases c ON c.id = d.case_id WHERE d.status IN ('done', 'late_done') GROUP BY 1, 2, 3, 4, 5;
INSERT INTO counters SELECT bench_county(c), 'YH', y, {per} + 2000
  FROM generate_series(0, {counties} - 1) c, generate_series({year} - {years}, {year}) y
ON CONFLICT (county_id, prefix, year) DO UPDATE SET last = excluded.last
"""
_KEYS = """
SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass
   AND contype IN ('p', 'u')
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass
   AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""
_REFERENCES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'
   AND confrelid IN ('cases'::regclass, 'notices'::regclass)
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How many counties and cases; every county has the same."""

    counties: int
    cases: int

    @property
    def per(self) -> int:
        """Return the cases of one county."""
        return -(-self.cases // self.counties)


def fill(url: str, size: Size) -> None:
    """Found a county through the product, let the ledger write its originals, and copy until the size is reached."""
    schema.upgrade(url)
    county.found(url)
    store = open_store(url)
    county.play(store, _CLOSED, lambda act: act())
    for acts in _OPEN:
        county.play_long(store, acts, lambda act: act(), prefix=f"open-{acts}")
    store.close()
    at = now()
    given = {"now": micros(at), "counties": size.counties, "cases": size.cases, "per": size.per, "year": at.year,
             "years": YEARS}  # fmt: skip
    with door(url) as run:
        run(_FUNCTIONS)
        run(_DIRECTORY.format(**given))
        run(_TOLD.format(**given))
        for table in DEPTHS:
            words = _ORIGINALS.get(table, f"SELECT *, case_id AS of_case FROM {table}")
            run(f"CREATE TABLE original_{table} AS {words}")
        plan = _PLAN.format(**given, highest=run("SELECT max(id) FROM cases")[0][0])
        run(f"CREATE TABLE bench_copies AS SELECT *, {_NUMBER} AS number FROM ({plan}) p WHERE depth > 0")
        run("ANALYZE")
        references = run(_REFERENCES)
        for table, name, _ in references:
            run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    _copy_all(url, plan, given["now"])
    with door(url) as run:
        for table, name, words in references:
            run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {words} NOT VALID")
        run(_TALLIES.format(**given))
        for table in DEPTHS:
            run(f"DROP TABLE original_{table}")
        run("DROP TABLE bench_copies, bench_units, bench_originals")
        run("ANALYZE")


def tidy(url: str, tables: Sequence[str]) -> None:
    """Do by hand what the database does by itself over the years: note which pages everybody sees, and statistics."""

    def work(table: str) -> None:
        with door(url) as run:
            run(f"VACUUM (ANALYZE, PARALLEL 0) {table}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, tables))


@contextlib.contextmanager
def door(url: str) -> Generator[Any]:
    """Yield what runs statements past the guards, each by itself or several in one."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for setting in ("work_mem = '512MB'", "maintenance_work_mem = '768MB'", "max_parallel_workers_per_gather = 0"):
            connection.execute(f"SET {setting}".encode())

        def run(words: str, values: Sequence[Any] | None = None) -> list[Any]:
            cursor = connection.execute(words.encode(), values)
            return cursor.fetchall() if cursor.description else []

        yield run


def _copy_all(url: str, plan: str, at: int) -> None:
    def work(table: str) -> None:
        with door(url) as run:
            _copy(run, table, plan if table == "cases" else "SELECT * FROM bench_copies", at)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, DEPTHS))


def _copy(run: Any, table: str, plan: str, at: int) -> None:
    """Write a table anew, originals and copies, its indexes afterwards, in one transaction that needs no log."""
    run("BEGIN")
    keys, indexes = run(_KEYS, [table]), run(_INDEXES, [table])
    for name, _, _ in keys:
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        run(f"DROP INDEX {name}")
    run(f"TRUNCATE {table}")
    columns = [column.name for column in SQLModel.metadata.tables[table].columns]
    run(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM original_{table}")
    taken = _taken(table, columns, at)
    run(
        f"INSERT INTO {table} ({', '.join(taken)}) SELECT {', '.join(taken.values())} FROM ({plan}) p"
        f" JOIN original_{table} o ON o.of_case = p.source"
        + (" JOIN bench_units w ON w.c = p.c AND w.u = p.u" if table == "cases" else "")
        + (f" WHERE p.depth >= {DEPTHS[table]}" if DEPTHS[table] else "")
    )
    for name, _, words in sorted(keys, key=lambda key: key[1]):
        run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {words}")
    for _, words in indexes:
        run(words)
    if "id" in columns and table != "runs":
        run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    run("COMMIT")


def _taken(table: str, columns: Sequence[str], at: int) -> Mapping[str, str]:
    """Return by column what a copy has in it; what the database numbers is left out."""
    found = {name: f"o.{name} - p.earlier" if name in _INSTANTS else f"o.{name}" for name in columns}
    notice = f"{_MOST_NOTICES} * p.case_id + o.rank"
    own = {
        "cases": {
            "id": "p.case_id", "county_id": "bench_county(p.c)", "number": _NUMBER, "path": "w.path",
            "department_id": "w.department_id", "unit_id": "w.unit_id",
            "overdue": f"coalesce(p.late_from - p.earlier <= {at}, false)",
        },
        "duties": {
            "breached": f"o.status = 'open' AND o.late_from - p.earlier <= {at}",
            "wake_at": f"CASE WHEN o.wake_at IS NULL THEN NULL ELSE {at} + p.case_id * 7919000000 % {30 * _DAY} END",
        },
        "acts": {"body": "replace(o.body, p.was, p.number)"},
        "submissions": {"key": "o.key || '-' || p.case_id", "reply": "replace(o.reply, p.was, p.number)"},
        "notices": {"id": notice, "person_id": "bench_id(o.person_id, p.c, CASE p.c WHEN 0 THEN 0 ELSE 1 END)"},
        "attempts": {"notice_id": notice},
        "runs": {"id": "o.id || '-' || p.case_id"},
    }.get(table, {})  # fmt: skip
    if "case_id" in found:
        found["case_id"] = "p.case_id"
    if "id" in found and "id" not in own:
        del found["id"]
    return found | own
