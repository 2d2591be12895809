"""A backup is a copy that was checked; restoring it brings back every act, and a copy that was changed is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest

from models import postgres_copy
from models.backup import back_up, backups, prune, read_manifest, restore
from models.store import open_store
from models.verification import verify
from rules.actor import Role
from rules.errors import LedgerBroken, SetupError, StorageError


def acts_in(url: str) -> int:
    """Return how many acts a database holds, all of them intact."""
    store = open_store(url)
    try:
        with store.read() as reading:
            report = verify(reading)
    finally:
        store.close()
    assert report.holds
    return report.acts


def test_a_backup_holds_what_the_ledger_held_and_brings_it_back(county: Any, tmp_path: Path) -> None:
    number = county.ordered()
    before = county.count("acts")
    target = tmp_path / "backups" / "one"

    manifest = back_up(county.store.url, tmp_path / "data", target, now=county.now)
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已加装护罩")
    county.store.close()
    restore(county.store.url, tmp_path / "data", target)

    assert manifest.acts == before
    assert acts_in(county.store.url) == before
    assert read_manifest(target) == manifest


def test_photographs_and_papers_come_back_too(county: Any, tmp_path: Path) -> None:
    county.ordered()
    paper = tmp_path / "data" / "papers" / "ab" / "abcd.html"
    paper.parent.mkdir(parents=True)
    paper.write_text("责令整改通知书", "utf-8")

    manifest = back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now)
    shutil.rmtree(tmp_path / "data")
    county.store.close()
    restore(county.store.url, tmp_path / "data", tmp_path / "one")

    assert manifest.files == 1
    assert paper.read_text("utf-8") == "责令整改通知书"


def test_a_ledger_that_was_tampered_with_is_not_called_a_backup(county: Any, tmp_path: Path, back_door: Any) -> None:
    county.ordered()
    back_door(county.store.url).disarm().run("UPDATE acts SET body = replace(body, 'general', 'major')")

    with pytest.raises(LedgerBroken, match="备份中的台账校验不通过"):
        back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now)

    assert backups(tmp_path) == []
    assert list(tmp_path.glob(".*.part")) == []


def test_a_copy_that_was_changed_is_refused(county: Any, tmp_path: Path) -> None:
    county.ordered()
    back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now)
    copied = tmp_path / "one" / ("anlan.db" if county.store.dialect == "sqlite" else "anlan.dump")
    copied.write_bytes(copied.read_bytes() + b"!")

    with pytest.raises(LedgerBroken, match="与其清单不符"):
        restore(county.store.url, tmp_path / "data", tmp_path / "one")


def test_a_backup_of_another_kind_of_database_is_refused(county: Any, tmp_path: Path) -> None:
    county.ordered()
    back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now)
    other = "postgresql://nobody@/nothing" if county.store.dialect == "sqlite" else f"sqlite:///{tmp_path / 'x.db'}"

    with pytest.raises(SetupError, match="种类不同"):
        restore(other, tmp_path / "data", tmp_path / "one")


def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="不是完整的备份"):
        read_manifest(tmp_path)


def test_old_backups_are_pruned_the_latest_stay(county: Any, tmp_path: Path) -> None:
    county.ordered()
    folder = tmp_path / "backups"
    for name in ("20260301T000000", "20260302T000000", "20260303T000000"):
        back_up(county.store.url, tmp_path / "data", folder / name, now=county.now)

    gone = prune(folder, keep=2)

    assert [path.name for path in gone] == ["20260301T000000"]
    assert [path.name for path in backups(folder)] == ["20260303T000000", "20260302T000000"]


@pytest.mark.postgres
def test_the_password_never_stands_in_an_argument(postgres_server: str, tmp_path: Path) -> None:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'geheim-7731'")
    url = postgres_server.replace("anlan@", "guarded:geheim-7731@").replace("/postgres?", "/no_such_database?")

    with pytest.raises(StorageError) as refused:
        postgres_copy.put_back(url, tmp_path / "nothing.dump")

    command: list[str] = refused.value.__cause__.cmd  # type: ignore[union-attr]
    assert "geheim-7731" not in " ".join(command)
    assert "guarded" in " ".join(command)


def test_a_missing_tool_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SetupError, match="pg_restore"):
        postgres_copy.put_back("postgresql://nobody@/nothing", tmp_path / "nothing.dump")
