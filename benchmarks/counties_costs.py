"""What a county costs: bytes by table and index, a copy, a closed year put away and back, its feed for the city.

The feed is a prototype: the county's two tallies as lines, under the seal over its chain heads and chained to the feed
of the day before. A city that keeps the heads can tell a feed that was changed, and a day that was left out.
"""

# ruff: noqa: S608 - tables, columns and numbers are our own

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from benchmarks.counties_fill import DEPTHS, door
from models.chains import export_heads, seal
from models.clock import now, ticks
from models.statements import table
from models.store import open_store
from models.tally import Standing, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_FEED = {"tally_standing": "1, 2, 3, 4, 5, 6, 7, 8", "tally_steps": "1, 2, 3, 4, 5"}
#: What lies by case and can be put away; of a submission nobody knows whose it is, and the header stays.
_PUT_AWAY = ("attempts", "notices", "effects", "duties", "words", "passings", "closings", "runs", "acts")
_SIZES = """
SELECT relname, reltuples::bigint, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c
 WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'bench%%'
   AND relname NOT LIKE 'original%%' ORDER BY pg_total_relation_size(c.oid) DESC
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_relation_size(indexrelid) FROM pg_index WHERE indrelid = %s::regclass
 ORDER BY 2 DESC
"""


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes of a table and of its indexes, and its rows as the database estimates them."""

    table: str
    rows: int
    own: int
    indexes: int


def sizes(url: str) -> list[Bytes]:
    """Return the tables of a database, the largest first."""
    with psycopg.connect(url) as connection:
        return [Bytes(*row) for row in connection.execute(_SIZES.encode())]


def indexes(url: str, table: str) -> list[tuple[str, int]]:
    """Return the indexes of a table and their bytes."""
    with psycopg.connect(url) as connection:
        return [(name, size) for name, size in connection.execute(_INDEXES.encode(), [table])]


def export(url: str, name: str) -> tuple[float, int]:
    """Take everything of one county's cases out of a database of many; return seconds and bytes."""
    began, found = ticks(), 0
    mine = f"SELECT id FROM cases WHERE county_id = '{name}'"
    with psycopg.connect(url) as connection:
        for table in DEPTHS:
            which = {
                "cases": f"county_id = '{name}'",
                "attempts": f"notice_id IN (SELECT id FROM notices WHERE case_id IN ({mine}))",
                "submissions": f"(reply::json ->> 'number') IN (SELECT number FROM cases WHERE county_id = '{name}')",
            }.get(table, f"case_id IN ({mine})")
            with connection.cursor().copy(f"COPY (SELECT * FROM {table} WHERE {which}) TO STDOUT".encode()) as out:
                found += sum(len(some) for some in out)
    return ticks() - began, found


@dataclass(frozen=True, slots=True)
class PutAway:
    """Seconds of putting a county's closed year away and of bringing it back; its cases, rows and bytes."""

    away: float
    back: float
    cases: int
    rows: int
    size: int


def put_away(url: str, name: str) -> PutAway:
    """Move what belongs to the cases that a county closed two years ago into tables of their own, and back."""
    year = now().year - 2
    with door(url) as run:
        run("DROP SCHEMA IF EXISTS archive CASCADE; CREATE SCHEMA archive")
        for table in _PUT_AWAY:
            run(f"CREATE TABLE archive.{table} (LIKE public.{table})")
        began = ticks()
        run("BEGIN")
        run(f"CREATE TEMP TABLE gone AS SELECT id FROM cases WHERE county_id = '{name}' AND status <> 'open'"
            f" AND extract(year FROM to_timestamp(closed_at / 1000000)) = {year}")  # fmt: skip
        run("ANALYZE gone")
        rows = sum(_moved(run, table, "public", "archive", _which(table)) for table in _PUT_AWAY)
        run("COMMIT")
        away = ticks() - began
        (size,) = run("SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class"
                      " WHERE relnamespace = 'archive'::regnamespace AND relkind = 'r'")[0]  # fmt: skip
        began = ticks()
        run("BEGIN")
        for table in reversed(_PUT_AWAY):
            _moved(run, table, "archive", "public", "true")
        run("COMMIT")
        (many,) = run("SELECT count(*) FROM gone")[0]
        return PutAway(away, ticks() - began, many, rows, size)


def _which(table: str) -> str:
    if table == "attempts":
        return "notice_id IN (SELECT n.id FROM notices n JOIN gone ON gone.id = n.case_id)"
    return "case_id IN (SELECT id FROM gone)"


def _moved(run: Callable[..., Any], table: str, source: str, target: str, which: str) -> int:
    moved = f"WITH gone_rows AS (DELETE FROM {source}.{table} WHERE {which} RETURNING *)"
    found = run(f"{moved}, put AS (INSERT INTO {target}.{table} SELECT * FROM gone_rows RETURNING 1)"
                " SELECT count(*) FROM put")  # fmt: skip
    return int(found[0][0])


@dataclass(frozen=True, slots=True)
class Feed:
    """A county's figures for a day: seconds of sealing its heads, of producing and of applying; rows and bytes.

    `recent` are the rows of this month and the last, and of the standing: those that a day can change.
    """

    sealing: float
    heads: int
    producing: float
    applying: float
    rows: int
    recent: int
    size: int
    packed: int


def feed(county_url: str, city_url: str, name: str) -> Feed:
    """Seal a county's heads, produce its feed and apply it in a database of the city, twice, as on two days."""
    store = open_store(county_url)
    began = ticks()
    sealed = store.write(lambda writing: seal(writing, now()))
    sealing = ticks() - began
    with store.read() as reading:
        heads = sum(len(line) + 1 for line in export_heads(reading, now()))
    store.close()
    with psycopg.connect(city_url, autocommit=True) as city:
        _found_city(city)
        before = ""
        for _ in range(2):
            began = ticks()
            lines = _produced(county_url, name, sealed.root, before)
            producing, began = ticks() - began, ticks()
            before = _applied(city, name, lines, before)
            applying = ticks() - began
    words, since = "\n".join(lines).encode(), now().subtract(months=1).format("YYYY-MM")
    rows = [json.loads(line) for line in lines[1:]]
    recent = sum(row[0] == "tally_standing" or row[3] >= since for row in rows)
    packed = len(gzip.compress(words))
    return Feed(sealing, heads, producing, applying, len(rows), recent, len(words), packed)


def _found_city(city: psycopg.Connection[Any]) -> None:
    city.execute(b"CREATE TABLE feeds (county_id text, taken_at timestamptz DEFAULT now(), digest text, head text)")
    for model in (Standing, Step):
        city.execute(str(CreateTable(table(model)).compile(dialect=postgresql.dialect())).encode())


def _produced(url: str, name: str, root: str, before: str) -> list[str]:
    """Return the feed: what it is of, then a line for each row."""
    with psycopg.connect(url) as connection:
        rows = [
            json.dumps([name_of, *row], ensure_ascii=False)
            for name_of, key in _FEED.items()
            for row in connection.execute(
                f"SELECT * FROM {name_of} WHERE county_id = %s ORDER BY {key}".encode(), [name]
            )
        ]
    head = {"county": name, "root": root, "before": before, "rows": len(rows), "digest": _digest(rows)}
    return [json.dumps(head), *rows]


def _applied(city: psycopg.Connection[Any], name: str, lines: Sequence[str], before: str) -> str:
    """Check a feed against itself and against the one before, and replace the county's rows; return its digest."""
    head, rows = json.loads(lines[0]), lines[1:]
    said = _digest(rows)
    if (head["county"], head["before"], head["digest"]) != (name, before, said):
        raise ValueError(f"feed of {name} does not follow")
    found: dict[str, list[Any]] = {target: [] for target in _FEED}
    for target, *row in map(json.loads, rows):
        found[target].append(row)
    with city.transaction():
        for target, its in found.items():
            city.execute(f"DELETE FROM {target} WHERE county_id = %s".encode(), [name])
            with city.cursor().copy(f"COPY {target} FROM STDIN".encode()) as into:
                for row in its:
                    into.write_row(row)
        city.execute(b"INSERT INTO feeds (county_id, digest, head) VALUES (%s, %s, %s)", [name, said, lines[0]])
    return said


def _digest(rows: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
