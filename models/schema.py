"""The schema 数据库版本: brings a database to this program's version, whole or not at all, and refuses unknown ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rules.errors import SetupError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic.config import Config
    from sqlalchemy import Connection, Engine

T = TypeVar("T")
_SCRIPTS = Path(__file__).parent.parent / "migrations"
_VERSION_TABLE = "alembic_version"
# How long one start waits for another that upgrades the same file, which may hold gigabytes.
_PATIENCE_SECONDS = 120
# Any number will do that nobody else uses in this database.
_ONE_AT_A_TIME = 7_253_001


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Where a database stands: `found` is its version, None when it is empty; `newest` is this program's."""

    found: str | None
    newest: str
    known: bool
    tables: int

    @property
    def is_current(self) -> bool:
        """Tell whether nothing needs to be done."""
        return self.found == self.newest


def inspect(url: str) -> SchemaState:
    """Return where the database stands, changing nothing; a file that is not there stays so.

    Raises `StorageError` for a database that cannot be opened.
    """
    from sqlalchemy import create_engine  # noqa: PLC0415 - as below
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - as below

    path = url.removeprefix("sqlite:///")
    is_missing = path != url and not Path(path).exists()
    engine = create_engine("sqlite://") if is_missing else _engine(url)
    try:
        with engine.connect() as connection:
            return _state(connection)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(
            f"数据库无法打开（{cause}）。请检查文件、权限与磁盘；文件已经损坏的，请从备份恢复（anlan restore）。"
        ) from error
    finally:
        engine.dispose()


def upgrade(url: str) -> SchemaState:
    """Bring the database to this program's version in one transaction; return where it stood before.

    Raises `SetupError` for a version this program does not know, or tables without a version; `StorageError` for a
    database that cannot be opened or written.
    """
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - as below

    try:
        return _upgrade(url)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(
            f"数据库无法打开或者升级（{cause}），数据库保持升级前的样子。请检查文件、权限、磁盘空间后重试。"
        ) from error


def _upgrade(url: str) -> SchemaState:
    from alembic import command  # noqa: PLC0415 - costs a third of a second and is needed at start only

    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                # Two machines at once: the second waits, and finds it done.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
            before = _state(connection)
            refuse_unknown(before)
            if not before.is_current:
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    finally:
        engine.dispose()
    return before


def looked_at(url: str, look: Callable[[Connection], T]) -> T:
    """Return what somebody sees of a database who changes nothing in it."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return look(connection)
    finally:
        engine.dispose()


def steps(state: SchemaState) -> list[str]:
    """Return what the steps are that lead from where a database stands to this program's version, in order."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    scripts = ScriptDirectory.from_config(_config())
    pending = list(scripts.iterate_revisions("heads", state.found or "base"))
    return [f"{script.revision} {script.doc}" for script in reversed(pending)]


def upgrade_and_undo(url: str, look: Callable[[Connection], None]) -> None:
    """Bring a PostgreSQL database to this program's version, look at it, and undo everything.

    Whoever writes waits meanwhile. Raises as `upgrade` does.
    """
    from alembic import command  # noqa: PLC0415 - as above
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - as above

    engine = _engine(url)
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            look(connection)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            look(connection)
            transaction.rollback()
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(f"预演升级未完成（{cause}），数据库没有改动。请处理后重试。") from error
    finally:
        engine.dispose()


def refuse_unknown(state: SchemaState) -> None:
    """Raise `SetupError` for a version this program does not know, or tables without a version."""
    if state.found is None and state.tables:
        raise SetupError(
            f"数据库里有 {state.tables} 张表却没有版本记录，可能是一次未完成的恢复或者别的程序的数据库。"
            "请从备份恢复（anlan restore），或者换一个空的数据库地址。"
        )
    if state.found is not None and not state.known:
        raise SetupError(
            f"数据库版本 {state.found} 不是本程序认识的版本（本程序为 {state.newest}），可能由更新的程序创建。"
            "请安装相应版本的程序，或者从升级前的备份恢复（anlan restore）。"
        )


def _state(connection: Any) -> SchemaState:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - as above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above
    from sqlalchemy import inspect as look_into  # noqa: PLC0415 - as above

    scripts = ScriptDirectory.from_config(_config())
    newest = scripts.get_current_head()
    assert newest is not None, "there is at least one migration"
    found = MigrationContext.configure(connection).get_current_revision()
    known = found in {script.revision for script in scripts.walk_revisions()}
    tables = [name for name in look_into(connection).get_table_names() if name != _VERSION_TABLE]
    return SchemaState(found, newest, known, len(tables))


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config


def _engine(url: str) -> Engine:
    from sqlalchemy import create_engine, event  # noqa: PLC0415 - as above

    from models.driver import driver  # noqa: PLC0415 - as above

    if not url.startswith("sqlite"):
        return create_engine(f"postgresql+psycopg://{url.split('://', 1)[-1]}")
    engine = create_engine(url, module=driver, connect_args={"timeout": _PATIENCE_SECONDS})

    # The driver's own transactions do not cover DDL; with these two, a migration that is killed leaves nothing behind.
    @event.listens_for(engine, "connect")
    def _manual(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    del _manual, _begin
    return engine
