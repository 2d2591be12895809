"""A database is brought to this program's version whole or not at all, and one of another program is left alone."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

from models import schema, tables
from models.driver import driver
from models.store import open_store
from rules.errors import SetupError, StorageError

_NEWEST = max(
    path.name[1:5] for path in (Path(schema.__file__).parents[1] / "migrations" / "versions").glob("m[0-9]*.py")
)


@pytest.fixture
def empty_postgres(postgres_server: str) -> Iterator[str]:
    """Return the address of an empty PostgreSQL database."""
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute("CREATE DATABASE anlan_empty TEMPLATE template0")
        yield postgres_server.replace("/postgres?", "/anlan_empty?")
        server.execute("DROP DATABASE anlan_empty WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'anlan.db'}"
    found: str = request.getfixturevalue("empty_postgres")
    return found


def contents(url: str, back_door: Callable[[str], Any]) -> list[Any]:
    """Return everything that there is in a database: tables, indexes, guards and versions."""
    door = back_door(url)
    if door.dialect == "sqlite":
        found = door.rows("SELECT type, name, sql FROM sqlite_master ORDER BY name")
    else:
        found = door.rows("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        found += door.rows("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        found += door.rows(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        )
    names = {row[1] if door.dialect == "sqlite" else row[0] for row in found}
    versions = door.rows("SELECT version_num FROM alembic_version") if "alembic_version" in names else []
    return [sorted(found, key=str), versions]


def test_an_empty_database_is_brought_to_the_newest_version(url: str, back_door: Callable[[str], Any]) -> None:
    assert schema.inspect(url) == schema.SchemaState(None, _NEWEST, known=False, tables=0)
    before = schema.upgrade(url)
    assert (before.found, before.tables, before.is_current) == (None, 0, False)
    after = schema.inspect(url)
    assert (after.found, after.is_current, after.known) == (_NEWEST, True, True)
    assert after.tables == len(tables.ALL) == len(SQLModel.metadata.tables)
    assert contents(url, back_door)[1] == [(_NEWEST,)]


def test_bringing_it_there_again_changes_nothing(url: str, back_door: Callable[[str], Any]) -> None:
    schema.upgrade(url)
    before = contents(url, back_door)
    assert schema.upgrade(url).is_current
    assert contents(url, back_door) == before


def test_what_the_migrations_make_is_what_the_tables_declare(url: str) -> None:
    """A column that a migration forgot would be missed only where somebody upgrades."""
    schema.upgrade(url)
    engine = schema._engine(url)
    try:
        with engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    finally:
        engine.dispose()
    assert differences == []


def test_looking_at_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    assert schema.inspect(f"sqlite:///{tmp_path / 'anlan.db'}").tables == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
def test_both_ways_to_write_the_address_of_postgres_are_understood(empty_postgres: str) -> None:
    other = empty_postgres.replace("postgresql://", "postgres://")
    assert schema.upgrade(other).found is None
    assert schema.inspect(other).is_current
    open_store(other).close()


def test_a_version_of_another_program_is_refused_with_what_to_do_and_left_alone(
    url: str, back_door: Callable[[str], Any]
) -> None:
    schema.upgrade(url)
    back_door(url).run("UPDATE alembic_version SET version_num = '9999'")
    before = contents(url, back_door)
    with pytest.raises(SetupError, match=r"9999.*备份恢复"):
        schema.upgrade(url)
    state = schema.inspect(url)
    assert (state.found, state.known, state.is_current) == ("9999", False, False)
    assert contents(url, back_door) == before


def test_tables_without_a_version_are_refused_with_what_to_do_and_left_alone(
    url: str, back_door: Callable[[str], Any]
) -> None:
    back_door(url).run("CREATE TABLE somebody_elses (name TEXT)")
    before = contents(url, back_door)
    with pytest.raises(SetupError, match=r"1 张表却没有版本记录.*换一个空的数据库"):
        schema.upgrade(url)
    assert contents(url, back_door) == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "anlan.db"
    path.write_bytes(b"no database at all, but long enough to be looked at" * 50)
    before = path.read_bytes()
    for look in (schema.inspect, schema.upgrade):
        with pytest.raises(StorageError):
            look(f"sqlite:///{path}")
    assert path.read_bytes() == before


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    address = f"postgresql://anlan:s3cret-canary@/anlan?host={tmp_path}"
    for look in (schema.inspect, schema.upgrade):
        with pytest.raises(StorageError) as refused:
            look(address)
        assert "s3cret-canary" not in str(refused.value)


# --- a migration that does not come to its end ---------------------------------------------------

_NEXT = '''
"""A version after the newest that does not come to its end."""
import os, signal
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", "{newest}", None, None

def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("cases", sa.Column("half", sa.Text))
    op.execute("UPDATE installation SET value = 'half'")
    {ending}
    op.create_table("whole", sa.Column("id", sa.Integer, primary_key=True))
'''
_ENDINGS = {
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "an error": "raise RuntimeError('half-way')",
    "a refusal": "op.execute('INSERT INTO nowhere VALUES (1)')",
}
_UPGRADES = """
    import sys
    from pathlib import Path
    from models import schema
    schema._SCRIPTS = Path(sys.argv[2])
    try:
        schema.upgrade(sys.argv[1])
    except Exception as error:
        print(type(error).__name__)
    else:
        print("upgraded")
"""


@pytest.fixture
def migrations(tmp_path: Path) -> Callable[[str], Path]:
    """Return what makes a copy of the migrations with a next version that ends in some way."""

    def make(ending: str) -> Path:
        folder = tmp_path / f"migrations-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(Path(schema.__file__).parents[1] / "migrations", folder)
        (folder / "versions" / "m9999_next.py").write_text(_NEXT.format(newest=_NEWEST, ending=ending), "utf-8")
        return folder

    return make


@pytest.mark.slow
@pytest.mark.parametrize("ending", _ENDINGS)
def test_an_upgrade_that_does_not_come_to_its_end_leaves_the_database_as_it_was(
    ending: str,
    url: str,
    migrations: Callable[[str], Path],
    back_door: Callable[[str], Any],
    start_python: Callable[..., subprocess.Popen[str]],
) -> None:
    schema.upgrade(url)
    door = back_door(url)
    door.run("INSERT INTO installation VALUES ('county_name', '示例县')")
    before = contents(url, back_door)
    process = start_python(_UPGRADES, url, migrations(_ENDINGS[ending]))
    answer, _ = process.communicate()
    assert answer in {"killed": {""}, "an error": {"RuntimeError\n"}, "a refusal": {"StorageError\n"}}[ending]
    assert contents(url, back_door) == before
    assert door.rows("SELECT value FROM installation") == [("示例县",)]


@pytest.mark.slow
def test_an_upgrade_after_one_that_was_killed_comes_to_its_end(
    url: str,
    migrations: Callable[[str], Path],
    back_door: Callable[[str], Any],
    start_python: Callable[..., subprocess.Popen[str]],
) -> None:
    schema.upgrade(url)
    start_python(_UPGRADES, url, migrations(_ENDINGS["killed"])).communicate()
    answer, wrong = start_python(_UPGRADES, url, migrations("pass")).communicate()
    assert (answer, wrong) == ("upgraded\n", "")
    assert contents(url, back_door)[1] == [("9999",)]


@pytest.mark.slow
def test_a_first_migration_that_is_killed_leaves_an_empty_database(
    url: str,
    tmp_path: Path,
    start_python: Callable[..., subprocess.Popen[str]],
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parents[1] / "migrations", folder)
    first = folder / "versions" / "m0001_first.py"
    text = first.read_text("utf-8")
    first.write_text(f"{text}    import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)\n", "utf-8")
    start_python(_UPGRADES, url, folder).communicate()
    assert schema.inspect(url).tables == 0
    schema.upgrade(url)
    assert schema.inspect(url).is_current


@pytest.mark.slow
def test_two_that_upgrade_at_once_leave_one_whole_database(
    tmp_path: Path, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    url = f"sqlite:///{tmp_path / 'anlan.db'}"
    scripts = Path(schema.__file__).parents[1] / "migrations"
    processes = [start_python(_UPGRADES, url, scripts) for _ in range(3)]
    assert [process.communicate() for process in processes] == [("upgraded\n", "")] * 3
    assert schema.inspect(url).is_current
    connection = driver.connect(str(tmp_path / "anlan.db"))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
