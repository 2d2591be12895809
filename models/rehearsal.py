"""The rehearsal of an upgrade 升级预演: what would come of it, found out before anything is changed.

SQLite is copied while people go on working, the copy is brought to this program's version and every chain in it is
verified. PostgreSQL takes the steps in one transaction, counts what stands in each table, and undoes them.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, inspect, select, table

from models import clock, schema
from models.backup import copy_sqlite
from models.store import open_store
from models.verification import Report, verify
from rules.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from models.schema import SchemaState

_NOT_COUNTED = "alembic_version"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What an upgrade would do: `steps` in order, rows by table before and after, how long it took in seconds.

    `report` is what a verification of the upgraded copy saw; None for PostgreSQL, of which there is no copy.
    """

    before: SchemaState
    steps: tuple[str, ...]
    rows: Mapping[str, tuple[int, int]]
    seconds: float
    report: Report | None

    @property
    def lost(self) -> Mapping[str, tuple[int, int]]:
        """Return the tables that would have fewer rows than before, or be gone."""
        return {name: counted for name, counted in self.rows.items() if counted[1] < counted[0]}

    @property
    def holds(self) -> bool:
        """Tell whether nothing would be lost and every chain would hold."""
        return not self.lost and (self.report is None or self.report.holds)


def rehearse(url: str, scratch: Path, *, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Rehearsal:
    """Find out what an upgrade would do, changing nothing; `scratch` is a folder that is made and removed again.

    `progress` is told pages copied and pages in all. Raises `SetupError` for a database that is empty, not there or of
    a version this program does not know, `StorageError` for one that cannot be read, copied or upgraded.
    """
    before = schema.inspect(url)
    schema.refuse_unknown(before)
    if before.found is None:
        raise SetupError("数据库还没有建立，没有可以升级的。请先运行 anlan init 或者 anlan up。")
    found = _on_a_copy if url.startswith("sqlite") else _undone
    rows, seconds, report = found(url, scratch, progress)
    return Rehearsal(before, tuple(schema.steps(before)), rows, seconds, report)


def _on_a_copy(
    url: str, scratch: Path, progress: Callable[[int, int], None]
) -> tuple[Mapping[str, tuple[int, int]], float, Report | None]:
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    copy = scratch / "anlan.db"
    address = f"sqlite:///{copy}"
    try:
        copy_sqlite(Path(url.removeprefix("sqlite:///")), copy, progress)
        first = schema.looked_at(address, _counted)
        began = clock.ticks()
        schema.upgrade(address)
        seconds = clock.ticks() - began
        last = schema.looked_at(address, _counted)
        store = open_store(address, lock_folder=scratch)
        try:
            with store.read() as reading:
                report = verify(reading)
        finally:
            store.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _paired(first, last), seconds, report


def _undone(
    url: str, scratch: Path, progress: Callable[[int, int], None]
) -> tuple[Mapping[str, tuple[int, int]], float, Report | None]:
    del scratch, progress
    looks: list[tuple[float, dict[str, int]]] = []
    schema.upgrade_and_undo(url, lambda connection: looks.append((clock.ticks(), _counted(connection))))
    (began, first), (ended, last) = looks
    return _paired(first, last), ended - began, None


def _counted(connection: Connection) -> dict[str, int]:
    names: Any = inspect(connection).get_table_names()
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in names
        if name != _NOT_COUNTED
    }


def _paired(first: Mapping[str, int], last: Mapping[str, int]) -> Mapping[str, tuple[int, int]]:
    return {name: (count, last.get(name, 0)) for name, count in first.items()}
