"""`anlan move`: every row arrives or nothing has changed, and the ledger is never in two places."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text

from deployments.demo.county import Players
from deployments.locks import alone
from deployments.upgrading import upgrade_keeping
from models import moving, schema
from models.driver import driver
from models.receipt import Deed
from models.statements import Statement
from models.store import open_store
from rules.actor import Role
from rules.errors import SetupError
from settings import Settings

pytestmark = pytest.mark.postgres


@pytest.fixture
def target(postgres_template: str, surroundings: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the address of an empty database, which the settings name."""
    name = f"anlan_{os.urandom(4).hex()}"
    url = postgres_template.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_template, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
        surroundings.setenv("ANLAN_DATABASE_URL", url)
        yield url
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def moved(county: Any, target: str) -> Any:
    """Return the same county as it is found in the target."""
    return type(county)(county.folder, county.cases, target)


def _source_rows(county: Any) -> Any:
    """Return what reads rows from the file of the source, whatever the settings name."""
    path = county.folder / "anlan.db"

    def rows(query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(driver.connect(str(path))) as door:
            return list(door.execute(query).fetchall())

    return rows


def _everything(rows: Callable[[str], list[tuple[Any, ...]]]) -> dict[str, int]:
    return {table.name: rows(f'SELECT count(*) FROM "{table.name}"')[0][0] for table in moving._tables()}  # noqa: S608


def _in(target: str, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(psycopg.connect(target, autocommit=True)) as door:
        cursor = door.execute(query.encode())
        return list(cursor.fetchall()) if cursor.description else []


def _is_untouched(county: Any, target: str, before: dict[str, int]) -> None:
    """Assert that the source is as it was and takes acts, and that nothing is in the target."""
    assert _everything(_source_rows(county)) == before
    assert [name for name in before if _in(target, f'SELECT 1 FROM "{name}" LIMIT 1')] == []  # noqa: S608
    with type(county)(county.folder, county.cases).opened() as tools:
        _note(county, tools)


def _note(county: Any, tools: Any) -> Any:
    with tools.store.read() as reading:
        officer = Players(reading).actor(county.who(Role.DEPT_OFFICER))
    return tools.ledger.record(
        county.cases["ordered"], Deed("note", officer, "after", {"note": "搬后补充"}), tools.now()
    )


def test_every_row_arrives_the_chains_hold_and_people_go_on(
    anlan: Callable[..., Any], county: Any, moved: Any, target: str
) -> None:
    source = _source_rows(county)
    before = _everything(source)
    numbers = source("SELECT number, version, hex(head), overdue FROM cases WHERE kind <> 'journal' ORDER BY number")

    answer = anlan("move")

    assert answer.code == 0, answer.err
    assert f"{sum(before.values())} 行，逐行核对一致" in answer.out
    assert "anlan:" not in answer.out
    assert "原来的 anlan.db 留作存底" in answer.out
    found = _in(target, "SELECT number, version, upper(encode(head, 'hex')), overdue::int FROM cases"
                        " WHERE kind <> 'journal' ORDER BY number COLLATE \"C\"")  # fmt: skip
    assert found == numbers
    noted = {"acts", "words", "cases", "submissions", "tally_standing", "counters"}
    after = {name: moved.count(name) for name in before}
    assert {name: after[name] - before[name] for name in before if name not in noted} == dict.fromkeys(
        set(before) - noted, 0
    )
    assert after["acts"] == before["acts"] + 1
    assert [kind for (kind,) in moved.rows("SELECT kind FROM acts ORDER BY id DESC LIMIT 1")] == ["move"]
    assert anlan("ledger", "verify").code == 0
    with moved.opened() as tools:
        assert _note(moved, tools).seq == _note(moved, tools).seq
    assert moved.count("acts") == before["acts"] + 2
    known = "SELECT DISTINCT tablename FROM pg_stats WHERE tablename IN ('cases', 'acts') ORDER BY tablename"
    assert _in(target, known) == [("acts",), ("cases",)], "the server knows how much there is"
    assert anlan("ledger", "verify").code == 0


def test_what_was_moved_is_told_to_a_program(anlan: Callable[..., Any], target: str) -> None:
    document = anlan("move", "--json").document
    assert document["moved"]["to"].endswith(conninfo_to_dict(target)["dbname"])
    assert len(document["moved"]["fingerprint"]) == 64
    assert document["findings"] == []


def test_the_source_says_where_its_ledger_went_and_takes_no_further_act(
    anlan: Callable[..., Any], county: Any, target: str, surroundings: pytest.MonkeyPatch
) -> None:
    held = open_store(f"sqlite:///{county.folder / 'anlan.db'}")
    with held.read():
        pass
    assert anlan("move").code == 0
    with pytest.raises(Exception, match="moved: acts"):
        held.write(lambda writing: writing.run(Statement(text("INSERT INTO acts SELECT * FROM acts LIMIT 1"))))
    held.close()
    surroundings.delenv("ANLAN_DATABASE_URL")
    for words in (("case", "list"), ("ledger", "verify"), ("up", "--once"), ("backup",)):
        answer = anlan(*words)
        assert answer.code != 0
        assert "已经搬到" in answer.err
        assert "database_url" in answer.err
        assert target not in answer.err


def test_it_is_moved_once(anlan: Callable[..., Any], target: str) -> None:
    assert anlan("move").code == 0
    rows = _in(target, "SELECT count(*) FROM acts")
    answer = anlan("move")
    assert answer.code != 0
    assert "已经搬到" in answer.err
    assert _in(target, "SELECT count(*) FROM acts") == rows


def test_nothing_is_poured_into_a_database_that_holds_something(
    anlan: Callable[..., Any], county: Any, target: str
) -> None:
    before = _everything(_source_rows(county))
    schema.upgrade(target)
    _in(target, "INSERT INTO installation (key, value) VALUES ('id', 'x')")
    answer = anlan("move")
    assert answer.code != 0
    assert "目标数据库不是空的" in answer.err
    _in(target, "DELETE FROM installation")
    _is_untouched(county, target, before)


_ALTERS = """
CREATE FUNCTION alters() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.name := new.name || '!'; RETURN new; END $$;
CREATE TRIGGER alters BEFORE INSERT ON units FOR EACH ROW EXECUTE FUNCTION alters()
"""
_REFUSES = """
CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$;
CREATE TRIGGER refuses BEFORE INSERT ON duties FOR EACH ROW EXECUTE FUNCTION refuses()
"""


@pytest.mark.parametrize(
    ("obstacle", "said"), [(_ALTERS, "与原来的不一致"), (_REFUSES, "目标数据库没有接受")], ids=["alters", "refuses"]
)
def test_where_a_row_does_not_arrive_as_it_was_neither_side_has_changed(
    obstacle: str, said: str, anlan: Callable[..., Any], county: Any, target: str
) -> None:
    before = _everything(_source_rows(county))
    schema.upgrade(target)
    _in(target, obstacle)
    answer = anlan("move")
    assert answer.code != 0
    assert said in answer.err
    _is_untouched(county, target, before)


def test_who_writes_meanwhile_is_waited_for_and_named(
    anlan: Callable[..., Any], county: Any, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who looks at the version waits as well, and longer.
    monkeypatch.setattr(moving, "_refuse_unready", lambda _source: None)
    monkeypatch.setattr(moving, "_PATIENCE_SECONDS", 1)
    before = _everything(_source_rows(county))
    with contextlib.closing(driver.connect(str(county.folder / "anlan.db"), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        answer = anlan("move")
        writer.execute("ROLLBACK")
    assert answer.code != 0
    assert "请停止全部进程" in answer.err
    _is_untouched(county, target, before)


def test_it_is_not_moved_under_a_running_installation(anlan: Callable[..., Any], county: Any, target: str) -> None:
    before = _everything(_source_rows(county))
    schema.upgrade(target)
    with alone(county.settings):
        answer = anlan("move")
    assert answer.code != 0
    assert "正由另一个安澜进程" in answer.err
    _is_untouched(county, target, before)


def test_an_older_ledger_is_upgraded_first_and_an_exercise_stays(
    anlan: Callable[..., Any], county: Any, target: str
) -> None:
    assert target
    for statement, said in (
        ("UPDATE installation SET value = '演练' WHERE key = 'exercise'", "演练库不能搬"),
        ("UPDATE alembic_version SET version_num = '0001'", "anlan upgrade"),
    ):
        with contextlib.closing(driver.connect(str(county.folder / "anlan.db"))) as door:
            door.execute(statement)
            door.commit()
        answer = anlan("move")
        assert answer.code != 0
        assert said in answer.err


def test_without_a_target_or_a_source_it_says_what_to_do(
    typed: Callable[..., Any], county: Any, surroundings: pytest.MonkeyPatch, tmp_path: Path, target: str
) -> None:
    answer = typed("move", "--data", tmp_path / "empty")
    assert answer.code != 0
    assert "没有 SQLite 台账" in answer.err
    assert not (tmp_path / "empty" / "anlan.db").exists()
    assert target
    surroundings.delenv("ANLAN_DATABASE_URL")
    answer = typed("move", "--data", county.folder)
    assert answer.code != 0
    assert "database_url" in answer.err


def test_no_new_county_is_founded_while_the_ledger_waits_to_be_moved(
    anlan: Callable[..., Any], county: Any, target: str
) -> None:
    founding = anlan("init", "--from", county.folder)
    assert founding.code != 0
    assert "anlan move" in founding.err
    with pytest.raises(SetupError, match="anlan move"):
        upgrade_keeping(Settings(data_folder=county.folder, database_url=target))
    assert anlan("move").code == 0
    assert upgrade_keeping(Settings(data_folder=county.folder, database_url=target))[1] is None


def test_what_was_wrong_before_is_moved_as_it_is_and_said(
    anlan: Callable[..., Any], county: Any, moved: Any, target: str
) -> None:
    assert target
    with contextlib.closing(driver.connect(str(county.folder / "anlan.db"))) as door:
        door.execute(f"UPDATE cases SET waits_for = 'nothing' WHERE number = '{county.cases['ordered']}'")  # noqa: S608
        door.commit()
    answer = anlan("move")
    assert answer.code == 1
    assert "1 处不符，是搬库以前就有的" in answer.err
    assert moved.rows(f"SELECT waits_for FROM cases WHERE number = '{county.cases['ordered']}'") == [("nothing",)]  # noqa: S608
