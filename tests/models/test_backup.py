"""A backup is a copy that was checked; restoring it brings back every act, and a copy that was changed is refused."""

from __future__ import annotations

import itertools
import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pendulum
import psycopg
import pytest

from models import postgres_copy
from models.backup import back_up, backups, prune, read_manifest, restore
from models.installation import write_fact
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


def test_a_backup_without_its_name_is_none(county: Any, tmp_path: Path) -> None:
    county.ordered()
    back_up(county.store.url, tmp_path / "data", tmp_path / "20260301", now=county.now)
    (tmp_path / "20260301").rename(tmp_path / ".20260301.part")

    assert backups(tmp_path) == []


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


# --- while the ledger goes on --------------------------------------------------------------------


def test_a_ledger_that_never_rests_is_backed_up_all_the_same(sqlite_county: Any, tmp_path: Path) -> None:
    """A copy that began again whenever somebody wrote would never end in a county that works."""
    county, steps = sqlite_county, list[tuple[int, int]]()
    county.store.write(lambda writing: write_fact(writing, "ballast", "隐" * 6_000_000))
    number = county.ordered()

    def somebody_writes(done: int, total: int) -> None:
        assert len(steps) < 100, "it begins again and again"
        steps.append((done, total))
        county.do(number, "note", Role.TOWN_CLERK, note=f"备份时补充{len(steps)}")

    manifest = back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now, progress=somebody_writes)

    assert len(steps) >= 3
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert acts_in(f"sqlite:///{tmp_path / 'one' / 'anlan.db'}") == manifest.acts == 7


def test_what_is_written_meanwhile_is_in_the_backup_whole_or_not_at_all(
    county: Any, tmp_path: Path, crowd: Any
) -> None:
    stop = threading.Event()

    def keep_writing(who: int) -> None:
        number = county.found(key=f"found-{who}").number
        for note in itertools.count():
            if stop.is_set():
                return
            county.do(number, "note", Role.TOWN_CLERK, note=f"{who} {note}", key=f"note-{who}-{note}")

    for who in range(3):
        crowd.start(lambda who=who: keep_writing(who))
    try:
        manifests = [
            back_up(county.store.url, tmp_path / "data", tmp_path / name, now=county.now) for name in ("one", "two")
        ]
    finally:
        stop.set()
    assert crowd.join() == [None, None, None]
    county.store.close()
    for name, manifest in zip(("one", "two"), manifests, strict=True):
        restore(county.store.url, tmp_path / "data", tmp_path / name)
        assert acts_in(county.store.url) == manifest.acts


def test_a_restored_ledger_goes_on_where_the_backup_stood(county: Any, tmp_path: Path) -> None:
    number = county.ordered()
    back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now)
    lost = county.do(number, "rectify", Role.UNIT_FIXER, measure="备份之后")
    county.store.close()
    restore(county.store.url, tmp_path / "data", tmp_path / "one")

    county.store = open_store(county.store.url)
    county.ledger = county.again()
    again = county.do(number, "rectify", Role.UNIT_FIXER, measure="重新登记", key="again")

    assert (again.seq, again.hash == lost.hash) == (lost.seq, False)
    assert county.found().number == "YH-2026-0002"
    assert county.faults() == set()
    county.store.close()


# --- what stood there before ---------------------------------------------------------------------


def test_what_stood_in_the_place_is_kept_beside_it_and_can_be_opened(sqlite_county: Any, tmp_path: Path) -> None:
    county = sqlite_county
    number = county.ordered()
    back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now)
    county.do(number, "rectify", Role.UNIT_FIXER, measure="备份之后")
    county.store.close()

    restore(county.store.url, tmp_path / "data", tmp_path / "one")

    assert acts_in(f"{county.store.url}.before-restore") == 8
    assert acts_in(county.store.url) == 7


def test_a_restore_after_a_crash_keeps_the_log_with_the_database_it_belongs_to(
    sqlite_county: Any, tmp_path: Path
) -> None:
    """A log left behind by an earlier restore would be played into a database that it does not belong to."""
    county = sqlite_county
    number = county.ordered()
    path = county.store.path
    back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now)
    county.do(number, "rectify", Role.UNIT_FIXER, measure="只在日志里")
    crashed = {suffix: path.with_name(path.name + suffix).read_bytes() for suffix in ("", "-wal")}
    county.store.close()
    for suffix, content in crashed.items():
        path.with_name(path.name + suffix).write_bytes(content)

    restore(county.store.url, tmp_path / "data", tmp_path / "one")
    kept = [found.name for found in path.parent.glob("*before-restore*")]
    assert sorted(kept) == [f"{path.name}.before-restore", f"{path.name}.before-restore-wal"]
    restore(county.store.url, tmp_path / "data", tmp_path / "one")

    assert [found.name for found in path.parent.glob("*before-restore*")] == [f"{path.name}.before-restore"]
    assert acts_in(f"{county.store.url}.before-restore") == 7


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_database_that_is_not_there_is_neither_backed_up_nor_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="备份未完成"):
        back_up(f"sqlite:///{tmp_path / 'nowhere.db'}", tmp_path, tmp_path / "one", now=pendulum.datetime(2026, 3, 2))
    assert list(tmp_path.iterdir()) == []


def test_a_database_with_a_broken_page_is_not_called_a_backup(sqlite_county: Any, tmp_path: Path) -> None:
    county = sqlite_county
    for _ in range(30):
        county.found()
    path = county.store.path
    ((root,),) = county.rows("SELECT rootpage FROM sqlite_master WHERE name = 'ix_duties_open_case'")
    county.store.close()
    content = bytearray(path.read_bytes())
    page = 4096
    content[(root - 1) * page + 100 : root * page] = bytes(page - 100)
    path.write_bytes(content)

    with pytest.raises((LedgerBroken, StorageError)):
        back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now)
    assert backups(tmp_path) == []


def test_a_backup_does_not_take_the_place_of_another(county: Any, tmp_path: Path) -> None:
    county.ordered()
    first = back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now)
    with pytest.raises(StorageError, match="备份未完成"):
        back_up(county.store.url, tmp_path / "data", tmp_path / "one", now=county.now.add(days=1))
    assert read_manifest(tmp_path / "one") == first


_BACKS_UP = """
    import sys
    from pathlib import Path
    import pendulum
    from models.backup import back_up
    url, folder = sys.argv[1], Path(sys.argv[2])
    now = pendulum.datetime(2026, 3, 2, tz="Asia/Shanghai")
    print("begins", flush=True)
    back_up(url, folder / "data", folder / "backups" / sys.argv[3], now=now)
"""


@pytest.mark.slow
def test_a_backup_that_was_interrupted_is_never_listed_and_the_next_one_is_whole(
    sqlite_county: Any, tmp_path: Path, start_python: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    county, folder = sqlite_county, tmp_path / "backups"
    county.store.write(lambda writing: write_fact(writing, "ballast", "隐" * 3_000_000))
    county.ordered()
    chance = random.Random(request.config.getoption("randomly_seed", 0))  # noqa: S311 - chance, not secrecy
    for number in range(6):
        process = start_python(_BACKS_UP, county.store.url, tmp_path, f"2026030{number}")
        assert process.stdout.readline() == "begins\n"
        time.sleep(chance.random() * 0.2)  # to be in the middle of something
        process.kill()
        process.wait()
        for listed in backups(folder):
            assert acts_in(f"sqlite:///{listed / 'anlan.db'}") == read_manifest(listed).acts == 7
    back_up(county.store.url, tmp_path / "data", folder / "20260309", now=county.now)
    assert backups(folder)[0].name == "20260309"
