"""`anlan upgrade`: what an upgrade would do is found out first, nothing is lost, and the way back is kept."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deployments.locks import alone
from deployments.upgrading import upgrade_keeping
from models import schema
from models.verification import verify

#: What the newest migration made is taken away again: a database as the program of before left it, with its past.
#: Whoever writes a further migration writes here how that one is undone.
_BEFORE = "0023"
_OLDER = (
    "DROP INDEX ix_accounts_subject", "ALTER TABLE accounts DROP COLUMN subject",
    "UPDATE alembic_version SET version_num = '0023'",
)  # fmt: skip
_FIRST_STEP = "0024 "


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kind(request: pytest.FixtureRequest) -> str:
    """Return each kind of database."""
    return str(request.param)


@pytest.fixture
def place(kind: str, request: pytest.FixtureRequest, back_door: Callable[[str], Any]) -> Any:
    """Return a county with a past whose database is of the version before, once in each kind."""
    if kind == "postgres" and shutil.which("pg_dump") is None:
        pytest.skip("no PostgreSQL client tools on this machine")
    found = request.getfixturevalue("county" if kind == "sqlite" else "postgres_county")
    door = back_door(found.settings.database)
    for statement in _OLDER:
        door.run(statement)
    return found


@pytest.fixture
def command(place: Any, kind: str, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return what runs a command in that county."""
    assert place.folder.is_dir()
    found: Callable[..., Any] = request.getfixturevalue("anlan" if kind == "sqlite" else "anlan_on_postgres")
    return found


def _version(place: Any) -> str | None:
    return schema.inspect(place.settings.database).found


def test_a_rehearsal_says_what_would_come_and_changes_nothing(command: Any, place: Any, kind: str) -> None:
    acts = place.rows("SELECT count(*) FROM acts")
    answer = command("upgrade", "--dry-run", "--json")

    assert answer.code == 0
    found = answer.document
    assert (found["found"], found["upgraded"], found["kept"], found["holds"]) == (_BEFORE, False, None, True)
    assert found["steps"][0].startswith(_FIRST_STEP)
    assert found["rows"] > acts[0][0]
    assert _version(place) == _BEFORE
    assert place.rows("SELECT count(*) FROM acts") == acts
    assert list(place.folder.glob("run/rehearsal*")) == []
    assert list(place.folder.glob("backups/*")) == []
    words = command("upgrade", "--dry-run").out
    assert _BEFORE in words
    assert ("链完整" if kind == "sqlite" else "撤销") in words


def test_an_upgrade_keeps_what_stood_before_and_the_chains(command: Any, place: Any, kind: str) -> None:
    answer = command("upgrade", "--json")

    assert answer.code == 0
    assert answer.document["upgraded"]
    kept = Path(answer.document["kept"])
    assert kept.parent == place.folder / "backups"
    assert schema.inspect(place.settings.database).is_current
    if kind == "sqlite":
        assert schema.inspect(f"sqlite:///{kept}").found == _BEFORE
    else:
        assert kept.stat().st_size > 0
    with place.opened() as tools, tools.store.read() as reading:
        assert verify(reading, rulebook=tools.rulebook).holds
    again = command("upgrade", "--json")
    assert (again.code, again.document["upgraded"], again.document["steps"]) == (0, False, [])
    assert len(list(place.folder.glob("backups/*"))) == 1


def test_a_ledger_that_was_tampered_with_is_not_upgraded(
    county: Any, anlan: Any, back_door: Callable[[str], Any]
) -> None:
    door = back_door(county.settings.database).disarm()
    for statement in (*_OLDER, "UPDATE acts SET body = replace(body, 'rectify', 'recheck') WHERE kind = 'rectify'"):
        door.run(statement)
    before = hashlib.sha256((county.folder / "anlan.db").read_bytes()).hexdigest()

    answer = anlan("upgrade")
    assert answer.code == 1
    assert "预演不通过" in answer.err
    assert "数据库没有改动" in answer.err
    assert _version(county) == _BEFORE
    assert hashlib.sha256((county.folder / "anlan.db").read_bytes()).hexdigest() == before
    document = anlan("upgrade", "--json")
    assert (document.code, document.document["holds"]) == (1, False)
    assert document.document["findings"]


def test_nothing_is_upgraded_while_it_runs(county: Any, anlan: Any, back_door: Callable[[str], Any]) -> None:
    for statement in _OLDER:
        back_door(county.settings.database).run(statement)
    with alone(county.settings):
        answer = anlan("upgrade")
        assert answer.code == 1
        assert "正由另一个安澜进程" in answer.err
        assert anlan("upgrade", "--dry-run").code == 0
    assert _version(county) == _BEFORE


def test_a_place_without_a_database_says_what_to_do_first(typed: Any, tmp_path: Path) -> None:
    answer = typed("upgrade", "--data", tmp_path / "empty")
    assert answer.code == 1
    assert "anlan init" in answer.err


def test_the_first_start_of_a_newer_program_keeps_what_stood_before(
    county: Any, back_door: Callable[[str], Any]
) -> None:
    for statement in _OLDER:
        back_door(county.settings.database).run(statement)
    before, kept = upgrade_keeping(county.settings)
    assert (before.found, schema.inspect(county.settings.database).is_current) == (_BEFORE, True)
    assert kept is not None
    assert upgrade_keeping(county.settings)[1] is None
