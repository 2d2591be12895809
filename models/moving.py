"""Moving a ledger 搬库: every row of a SQLite database, as it is, into an empty PostgreSQL database.

The source is held while it is copied, so that nobody records what the copy would lack. Once the copy has been read back
and is the same row for row, the source is closed for good: it says where its ledger went and takes no further act.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Boolean, Integer, String

from models import schema
from models.driver import driver
from models.guards import closed_for_good
from models.installation import MOVED_TO
from models.tables import ALL
from rules.errors import LedgerBroken, SetupError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from sqlalchemy import Column, Table

    Progress = Callable[[int, int], None]
    Found = tuple[object, ...]

_AT_ONCE = 5_000
_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved where: rows by table, and one SHA-256 over all of them as both databases give them back."""

    to: str
    rows: Mapping[str, int]
    fingerprint: str


def move(source: str, target: str, *, progress: Progress = lambda _done, _all: None) -> Moved:
    """Move the ledger of a SQLite address to an empty PostgreSQL address.

    `progress` is told rows done and rows in all, each of which is written once and read once. Raises `SetupError` for a
    source of another version, one that was moved before or is being exercised, and a target that is not empty;
    `StorageError` where one of the two cannot be read or written, `LedgerBroken` where the copy is not the same. Then
    the source is as it was, and in the target there are empty tables at most.
    """
    _refuse_unready(source)
    schema.upgrade(target)
    with _source(source) as old, _target(target) as new:
        _refuse_filled(new)
        total, done = 2 * sum(_count(old, table) for table in _tables()), 0

        def told(rows: int) -> None:
            nonlocal done
            done += rows
            progress(done, total)

        rows = {table.name: _copy(old, new, table, told) for table in _tables()}
        first, last = (_fingerprint(read, told) for read in (_reader(old), _server_reader(new)))
        if first != last:
            raise LedgerBroken("搬到新数据库里的与原来的不一致，已撤销，原数据库没有改动。请联系提供程序的人。")
        new.execute("ANALYZE")  # until it knows how much there is, the server goes through everything
        to = _named(target)
        _close_source(old, to)
        new.commit()
        old.execute("COMMIT")
    return Moved(to, rows, first)


def _named(target: str) -> str:
    """Return server and database of an address, without user and password."""
    told = conninfo_to_dict(target)
    return f"{told.get('host', 'localhost')}/{told.get('dbname', '')}"


def _tables() -> Sequence[Table]:
    """Return the tables, those that others point at first."""
    return ALL[0].metadata.sorted_tables


def _refuse_unready(source: str) -> None:
    state = schema.inspect(source)
    schema.refuse_unknown(state)
    if state.found is None:
        raise SetupError("数据文件夹里没有 SQLite 台账，没有可以搬的。新建的请直接运行 anlan init 或者 anlan up。")
    if not state.is_current:
        raise SetupError(f"台账的版本是 {state.found}，本程序为 {state.newest}。请先运行 anlan upgrade，再搬。")


def _refuse_filled(new: psycopg.Connection[Any]) -> None:
    for table in _tables():
        if new.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table.name))).fetchone():
            raise SetupError(
                f"目标数据库不是空的（{table.name} 里有内容），没有搬，什么也没有改动。"
                "请换一个空的数据库；里面是上一次没有搬完的，请先删除该库、重新建立。"
            )


@contextlib.contextmanager
def _source(url: str) -> Generator[Any]:
    """Hold the source: others read, nobody writes, until what is done here is committed or undone."""
    old = driver.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=_PATIENCE_SECONDS)
    try:
        old.execute("BEGIN IMMEDIATE")
        facts = dict(old.execute("SELECT key, value FROM installation").fetchall())
        if facts.get("exercise"):
            raise SetupError("演练库不能搬：演练结束后它只供查阅。请搬正式的台账。")
        if MOVED_TO in facts:
            raise SetupError(f"这个台账已经搬到 {facts[MOVED_TO]}。请在 anlan.toml 里写明该地址，直接运行。")
        yield old
    except driver.Error as error:
        raise StorageError(f"原数据库不能读写（{error}），没有搬，原数据库没有改动。请停止全部进程后重试。") from error
    finally:
        old.close()


@contextlib.contextmanager
def _target(url: str) -> Generator[psycopg.Connection[Any]]:
    try:
        with contextlib.closing(psycopg.connect(url, connect_timeout=_PATIENCE_SECONDS)) as new:
            yield new
    except psycopg.Error as error:
        raise StorageError(
            f"目标数据库没有接受（{str(error).strip()}），没有搬，原数据库没有改动。请处理后重试。"
        ) from error


def _count(old: Any, table: Table) -> int:
    (count,) = old.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()  # noqa: S608 - our own table
    return int(count)


def _copy(old: Any, new: psycopg.Connection[Any], table: Table, told: Callable[[int], None]) -> int:
    """Copy a table, and go on numbering after its highest number."""
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    words = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    truths = [place for place, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    rows = 0
    with new.cursor().copy(words) as copy:
        for found in _reader(old)(table):
            row = list(found)
            for place in truths:
                row[place] = None if row[place] is None else bool(row[place])
            copy.write_row(row)
            rows += 1
            if rows % _AT_ONCE == 0:
                told(_AT_ONCE)
    told(rows % _AT_ONCE)
    _number_on(old, new, table)
    return rows


def _number_on(old: Any, new: psycopg.Connection[Any], table: Table) -> None:
    key = _numbered(table)
    if key is None:
        return
    (sequence,) = new.execute("SELECT pg_get_serial_sequence(%s, %s)", (table.name, key.name)).fetchone() or (None,)
    (highest,) = old.execute(f'SELECT max("{key.name}") FROM "{table.name}"').fetchone()  # noqa: S608 - our own
    if sequence is not None and highest is not None:
        new.execute("SELECT setval(%s, %s)", (sequence, highest))


def _numbered(table: Table) -> Column[Any] | None:
    keys = list(table.primary_key.columns)
    return keys[0] if len(keys) == 1 and isinstance(keys[0].type, Integer) else None


def _reader(old: Any) -> Callable[[Table], Iterator[Found]]:
    def rows(table: Table) -> Iterator[Found]:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        order = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
        cursor = old.execute(f'SELECT {names} FROM "{table.name}" ORDER BY {order}')  # noqa: S608 - our own table
        while some := cursor.fetchmany(_AT_ONCE):
            yield from some

    return rows


def _server_reader(new: psycopg.Connection[Any]) -> Callable[[Table], Iterator[Found]]:
    """Return what reads a table of the server in SQLite's order, byte by byte, and its truths as SQLite keeps them."""

    def rows(table: Table) -> Iterator[Found]:
        names = sql.SQL(", ").join(map(_as_kept, table.columns))
        order = sql.SQL(", ").join(map(_in_order, table.primary_key.columns))
        words = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(names, sql.Identifier(table.name), order)
        with new.cursor(name="moved") as cursor:
            cursor.itersize = _AT_ONCE
            yield from cursor.execute(words)

    return rows


def _as_kept(column: Column[Any]) -> sql.Composable:
    name = sql.Identifier(column.name)
    return sql.SQL("CAST({} AS integer)").format(name) if isinstance(column.type, Boolean) else name


def _in_order(column: Column[Any]) -> sql.Composable:
    name = sql.Identifier(column.name)
    return sql.SQL('{} COLLATE "C"').format(name) if isinstance(column.type, String) else name


def _fingerprint(read: Callable[[Table], Iterator[Found]], told: Callable[[int], None]) -> str:
    """Return one SHA-256 over every row of every table."""
    hashed = hashlib.sha256()
    for table in _tables():
        hashed.update(table.name.encode())
        rows = 0
        for row in read(table):
            hashed.update(repr(row).encode())
            rows += 1
        told(rows // 2)
    return hashed.hexdigest()


def _close_source(old: Any, to: str) -> None:
    """Say in the source where its ledger went; once that is committed it refuses every act, by whatever program."""
    old.execute("INSERT INTO installation (key, value) VALUES (?, ?)", (MOVED_TO, to))
    for statement in closed_for_good():
        old.execute(statement)
