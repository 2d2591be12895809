"""Before an upgrade 升级之前: the database is kept as it stands, so that the program of before can be put back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from models import clock, postgres_copy, schema
from models.backup import copy_sqlite
from rules.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.schema import SchemaState
    from settings import Settings


def upgrade_keeping(
    settings: Settings, *, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> tuple[SchemaState, Path | None]:
    """Bring the database to this program's version; return where it stood before and the copy that was kept.

    There is no copy where nothing was upgraded. `progress` is told pages copied and pages in all. Raises `SetupError`
    for a database this program does not know, or a new one beside a ledger that was not moved there, `StorageError`
    where it cannot be copied or upgraded; then it stays as it was.
    """
    state = schema.inspect(settings.database)
    refuse_left_behind(settings, state)
    kept = None
    if state.found is not None and state.known and not state.is_current:
        kept = _keep(settings, state.found, progress)
    return schema.upgrade(settings.database), kept


def refuse_left_behind(settings: Settings, state: SchemaState) -> None:
    """Raise `SetupError` where a new database would be founded while the ledger still lies in the data folder."""
    if settings.database == settings.own_database or state.found is not None:
        return
    if schema.inspect(settings.own_database).found is not None:
        raise SetupError(
            "设置的数据库是空的，而数据文件夹里有 SQLite 台账（anlan.db），没有建立新库，以免台账分成两处。"
            "要搬过去的，请运行 anlan move；不要它的，请把 anlan.db 移到别处再启动。"
        )


def _keep(settings: Settings, version: str, progress: Callable[[int, int], None]) -> Path:
    name = f"before-upgrade-{version}-{clock.now():YYYYMMDDTHHmmss}"
    if not settings.database.startswith("sqlite"):
        target = settings.folder("backups") / f"{name}.dump"
        postgres_copy.dump_as_it_stands(settings.database, target)
        return target
    target = settings.folder("backups") / f"{name}.db"
    draft = target.with_suffix(".part")
    draft.unlink(missing_ok=True)
    copy_sqlite(Path(settings.database.removeprefix("sqlite:///")), draft, progress)
    draft.rename(target)
    return target
