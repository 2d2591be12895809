"""A million other open duties, fast: copies of a hazard that the ledger itself wrote, each with a number of its own.

The copies are honest rows: every act is rewritten with the copy's number and unit and hashed anew, so that the chain of
each verifies as the original's does. They have been told: their notices are sent, with evidence, and no wake waits.
"""

# ruff: noqa: S608 - tables, columns and numbers are our own

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Any

import psycopg
from sqlmodel import SQLModel

from benchmarks import county
from models.clock import micros, now
from models.driver import driver
from models.ledger import Ledger
from models.receipt import Deed
from models.store import open_store
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

_MAJOR = {"grade": "major", "basis": "synthesis", "reason": "停产整改"}
_SERIES = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many})"
_HASHED = {"sqlite": "chained({before}, {body})", "postgresql": "sha256({before} || convert_to({body}, 'UTF8'))"}
_NOTHING = {"sqlite": "zeroblob(32)", "postgresql": "decode(repeat('00', 32), 'hex')"}


def fill(url: str, duties: int) -> int:
    """Put so many open duties into a founded county, and a few more; return how many are open."""
    number = _original(url)
    with _door(url) as run:
        return _fill(run, "sqlite" if url.startswith("sqlite") else "postgresql", number, duties)


def fill_cases(url: str, cases: int) -> None:
    """Put so many open cases into a founded county on SQLite."""
    number = _original(url)
    with _door(url) as run:
        (each,) = run("SELECT count(*) FROM duties WHERE status = 'open'")[0]
        _fill(run, "sqlite", number, (cases - 1) * each)


def tell(url: str) -> None:
    """Let everything that any case owes to the world have been told, as `fill` does for its copies."""
    with _door(url) as run:
        run("BEGIN")
        for (case_id,) in run("SELECT DISTINCT case_id FROM effects WHERE status = 'owed'"):
            _tell(run, case_id)
        run("COMMIT")
        if url.startswith("sqlite"):
            run("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill(run: Callable[..., Any], dialect: str, number: str, duties: int) -> int:
    (case_id,) = run("SELECT id FROM cases WHERE number = ?", number)[0]
    run("BEGIN")
    _tell(run, case_id)
    _match(run, case_id)
    (each,) = run("SELECT count(*) FROM duties WHERE status = 'open' AND case_id = ?", case_id)[0]
    many = -(-duties // each)
    for table, changes in _copies(dialect, number, case_id).items():
        _copy(run, table, changes, case_id, many)
    if dialect == "postgresql":
        for table in ("cases", "acts", "duties", "effects", "notices", "attempts"):
            run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    run("UPDATE tally_standing SET cases = ?", many + 1)
    run("UPDATE counters SET last = ? WHERE prefix = ?", many + 1, number[:2])
    run("COMMIT")
    run("ANALYZE" if dialect == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
    return int(run("SELECT count(*) FROM duties WHERE status = 'open'")[0][0])


def _original(url: str) -> str:
    """Report a hazard and judge it to be major, through the ledger; return its number."""
    store, (report, grade) = open_store(url), county.steps()[:2]
    ledger, players = Ledger(store, Rulebook.load(), county_id=county.COUNTY), county.Players()
    opened = ledger.open_case("hazard", "u0", Deed("report", players.of(report.role), "o1", report.values), now())
    ledger.record(opened.number, Deed("grade", players.of(grade.role), "o2", _MAJOR), now())
    store.close()
    return opened.number


def _tell(run: Callable[..., Any], case_id: int) -> None:
    """Let everything that a case owes to the world have been told."""
    at = micros(now())
    run("UPDATE effects SET status = 'performed', settled_at = ?, run_id = 'run' WHERE case_id = ?", at, case_id)
    run("UPDATE notices SET status = 'sent', settled_at = ?, attempts = 1, first_tried_at = ? WHERE case_id = ?",
        at, at, case_id)  # fmt: skip
    run("INSERT INTO attempts (notice_id, at, run_id, outcome, answer, repeated, without_engine)"
        " SELECT id, ?, 'run', 'accepted', 'ok', without_engine, without_engine FROM notices WHERE case_id = ?",
        at, case_id)  # fmt: skip
    run("DELETE FROM wakes WHERE case_id = ?", case_id)


def _match(run: Callable[..., Any], case_id: int) -> None:
    """Note whom each unit has in the posts of the original, so that its copies were told to them and nobody else."""
    run("CREATE TEMPORARY TABLE matched (nth INTEGER, old TEXT, new TEXT, PRIMARY KEY (nth, old))")
    for nth in range(county.UNITS):
        run(
            "INSERT INTO matched SELECT ?, was_held.person_id, held.person_id FROM units AS unit"
            " JOIN posts AS post ON post.unit_id = unit.id JOIN holdings AS held ON held.post_id = post.id"
            " JOIN posts AS was ON was.role = post.role JOIN holdings AS was_held ON was_held.post_id = was.id"
            " WHERE unit.code = ? AND was.unit_id = (SELECT unit_id FROM cases WHERE id = ?)",
            nth, f"u{nth}", case_id,
        )  # fmt: skip
    run("ANALYZE matched")


def _copies(dialect: str, number: str, case_id: int) -> Mapping[str, Mapping[str, str]]:
    """Return by table what each copy has of its own, as SQL over the original row `o` and the copy's count `n.i`."""
    count = "CAST(n.i + 1 AS TEXT)"
    padded = f"CASE WHEN n.i < 9999 THEN substr('0000', 1, 4 - length({count})) || {count} ELSE {count} END"
    named, unit = f"'{number[:8]}' || {padded}", _unit()
    original_unit = f"(SELECT unit_id FROM cases WHERE id = {case_id})"

    def own_words(words: str) -> str:
        return f"replace(replace({words}, '{number}', {named}), {original_unit}, {unit})"

    def body(seq: int) -> str:
        return own_words(f"(SELECT body FROM acts WHERE case_id = {case_id} AND seq = {seq})")

    first = _HASHED[dialect].format(before=_NOTHING[dialect], body=body(1))
    second = _HASHED[dialect].format(before=first, body=body(2))
    own = f"{case_id} + n.i"
    later = {"case_id": own, "id": "(SELECT max(id) FROM {table}) + (n.i - 1) * {each} + o.place"}
    return {
        "cases": {"id": own, "number": named, "head": second, "unit_id": unit},
        "acts": later | {
            "body": own_words("o.body"),
            "hash": f"CASE o.seq WHEN 1 THEN {first} ELSE {second} END",
        },
        "words": {"case_id": own},
        "submissions": {"key": "o.key || '-' || n.i", "reply": own_words("o.reply")},
        "duties": later,
        "effects": later,
        "notices": later
        | {
            "person_id": "coalesce((SELECT new FROM matched"
            f" WHERE nth = n.i % {county.UNITS} AND old = o.person_id), o.person_id)"
        },
        "attempts": {
            "id": "(SELECT max(id) FROM attempts) + (n.i - 1) * {each} + o.place",
            "notice_id": f"(SELECT max(id) FROM notices WHERE case_id = {case_id}) + (n.i - 1) * {{each}} + o.place",
        },
    }  # fmt: skip


def _unit() -> str:
    """Spread the copies over the county's units."""
    return f"(SELECT id FROM units WHERE code = 'u' || (n.i % {county.UNITS}))"


def _copy(run: Callable[..., Any], table: str, changes: Mapping[str, str], case_id: int, many: int) -> None:
    columns = [column.name for column in SQLModel.metadata.tables[table].columns]
    which = {
        "cases": f"id = {case_id}",
        "submissions": "key IN ('o1', 'o2')",
        "attempts": f"notice_id IN (SELECT id FROM notices WHERE case_id = {case_id})",
    }.get(table, f"case_id = {case_id}")
    order = "id" if "id" in columns else columns[0]
    original = f"(SELECT *, row_number() OVER (ORDER BY {order}) AS place FROM {table} WHERE {which})"
    (each,) = run(f"SELECT count(*) FROM {table} WHERE {which}")[0]
    taken = ", ".join(changes.get(name, f"o.{name}").format(table=table, each=each) for name in columns)
    run(
        f"{_SERIES.format(many=many)} INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {taken} FROM n CROSS JOIN {original} AS o ORDER BY n.i, o.place"
    )


@contextlib.contextmanager
def _door(url: str) -> Generator[Callable[..., Any]]:
    """Yield what runs a statement on a connection of our own, past the ledger."""
    if url.startswith("sqlite"):
        connection: Any = driver.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("chained", 2, _chained, deterministic=True)
    else:
        connection = psycopg.connect(url, autocommit=True)

    def run(words: str, *values: Any) -> Any:
        if url.startswith("sqlite"):
            return connection.execute(words, values).fetchall()
        cursor = connection.execute(words.replace("%", "%%").replace("?", "%s").encode(), values)
        return cursor.fetchall() if cursor.description else []

    with contextlib.closing(connection):
        yield run


def _chained(before: bytes, body: str) -> bytes:
    return hashlib.sha256(before + body.encode()).digest()
