"""A start that cannot be is refused in words that say what to do, destroys nothing, and succeeds once it is mended."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import pytest

from models.driver import driver
from tests.installation.conftest import FirstStart
from tests.installation.installed import Answer, Installation, eventually

pytestmark = pytest.mark.whole

_FIRST_ACTS, _TINY_FILE = 200, 4096
# The first does not even let the log be taken over, the second lets the founding go on for some acts.
_SMALL_FILES = 2_000_000, 2_500_000


@contextlib.contextmanager
def _somebody_listens(port: int) -> Generator[None]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        yield


@contextlib.contextmanager
def _console_port_taken(installation: Installation) -> Generator[None]:
    with _somebody_listens(installation.console_port):
        yield


@contextlib.contextmanager
def _engine_port_taken(installation: Installation) -> Generator[None]:
    with _somebody_listens(installation.engine_port):
        yield


@contextlib.contextmanager
def _a_file_instead_of_the_folder(installation: Installation) -> Generator[None]:
    aside = installation.data.rename(installation.root / "aside")
    installation.data.write_text("not a folder", "utf-8")
    yield
    installation.data.unlink()
    aside.rename(installation.data)


@contextlib.contextmanager
def _a_folder_that_takes_no_file(installation: Installation) -> Generator[None]:
    """Stand in for missing permission, which root would not notice."""
    folder, kept = installation.data / "run", installation.data / "run.kept"
    folder.rename(kept)
    folder.symlink_to("/proc/nowhere")
    yield
    folder.unlink()
    kept.rename(folder)


@contextlib.contextmanager
def _another_version(installation: Installation, other: str | None) -> Generator[None]:
    ((version,),) = installation.rows("SELECT version_num FROM alembic_version")
    _write_version(installation, other)
    yield
    _write_version(installation, version)


def _write_version(installation: Installation, version: str | None) -> None:
    with contextlib.closing(driver.connect(installation.database)) as connection, connection:
        connection.execute("DELETE FROM alembic_version")
        if version is not None:
            connection.execute("INSERT INTO alembic_version VALUES (?)", (version,))


def _a_newer_database(installation: Installation) -> contextlib.AbstractContextManager[None]:
    return _another_version(installation, "9999")


def _a_migration_that_did_not_end(installation: Installation) -> contextlib.AbstractContextManager[None]:
    return _another_version(installation, None)


@contextlib.contextmanager
def _a_damaged_database(installation: Installation) -> Generator[None]:
    aside = installation.database.rename(installation.root / "aside.db")
    installation.database.write_bytes(b"this is no database\n" * 1000)
    yield
    aside.rename(installation.database)


@dataclass(frozen=True)
class Fault:
    """Something wrong with a machine, and what the person must be told about it."""

    put: Callable[[Installation], contextlib.AbstractContextManager[None]]
    what: str
    remedy: str


_FAULTS = {
    "console port taken": Fault(_console_port_taken, "端口 {console} 已被其他程序占用", "设置 ANLAN_CONSOLE_PORT 换"),
    "engine port taken": Fault(_engine_port_taken, "端口 {engine} 已被其他程序占用", "设置 ANLAN_ENGINE_PORT 换"),
    "no folder": Fault(_a_file_instead_of_the_folder, "数据文件夹 {data} 不能写入", "用 --data 换一处"),
    "not writable": Fault(_a_folder_that_takes_no_file, "数据文件夹 {data} 不能写入", "检查权限和磁盘"),
    "newer": Fault(
        _a_newer_database, "数据库版本 9999 不是本程序认识的版本", "请安装相应版本的程序，或者从升级前的备份"
    ),
    "half migrated": Fault(_a_migration_that_did_not_end, "张表却没有版本记录", "请从备份恢复（anlan restore）"),
    "damaged": Fault(_a_damaged_database, "数据库无法打开", "请检查文件、权限"),
}


def _assert_refused(answer: Answer, fault: Fault, installation: Installation) -> None:
    known = {"console": installation.console_port, "engine": installation.engine_port, "data": installation.data}
    assert answer.code == 1, answer
    assert fault.what.format_map(known) in answer.err
    assert fault.remedy in answer.err
    assert answer.err.startswith("出错：")
    assert "Traceback" not in answer.err
    assert installation.pids() == []


def _content(installation: Installation) -> str:
    """Return a fingerprint of everything that the ledger's database holds."""
    with contextlib.closing(driver.connect(installation.database)) as connection:
        found = hashlib.sha256()
        for name, declared in connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall():
            found.update(f"{name} {declared}".encode())
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").fetchall():
            for row in sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))):  # noqa: S608 - its own name
                found.update(row.encode())
        return found.hexdigest()


@pytest.fixture(scope="module")
def broken(make_copy: Callable[[], Installation]) -> Iterator[Installation]:
    """Return an installation, stopped, that is broken and mended over and over."""
    installation = make_copy()
    yield installation
    installation.destroy()
    shutil.rmtree(installation.root)


@pytest.mark.parametrize("name", list(_FAULTS))
def test_what_is_wrong_is_said_with_what_to_do_and_nothing_is_lost(name: str, broken: Installation) -> None:
    before = _content(broken)
    with _FAULTS[name].put(broken):
        answer = broken.anlan("up")
        _assert_refused(answer, _FAULTS[name], broken)
    assert _content(broken) == before


def test_where_a_file_may_not_grow_it_is_said_and_nothing_is_lost(broken: Installation) -> None:
    before = _content(broken)
    answer = broken.anlan("up", largest_file=_TINY_FILE)
    _assert_refused(answer, Fault(_a_damaged_database, "无法", "请检查"), broken)
    assert "磁盘" in answer.err
    assert _content(broken) == before


def test_on_a_disk_that_is_nearly_full_nothing_is_begun(empty: Installation) -> None:
    empty.data.mkdir()
    mount = f"mount -t tmpfs -o size=20m tmpfs '{empty.data}' && exec \"$@\""
    of_its_own = ("unshare", "--mount", "--map-root-user", "sh", "-c", mount, "sh")
    if subprocess.run([*of_its_own, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    answer = empty.anlan("up", within=of_its_own)
    _assert_refused(
        answer, Fault(_a_damaged_database, "MB，至少需要 500 MB", "请清理磁盘，或者用 --data 换一处"), empty
    )


def test_nothing_is_founded_before_the_ports_are_known_to_be_free(empty: Installation) -> None:
    with _engine_port_taken(empty):
        answer = empty.anlan("up")
    _assert_refused(answer, _FAULTS["engine port taken"], empty)
    assert not empty.database.exists()


def test_what_was_refused_for_one_reason_after_the_other_starts_once_all_is_mended(stopped: Installation) -> None:
    for fault in _FAULTS.values():
        with fault.put(stopped):
            assert stopped.anlan("up").code == 1
    answer = stopped.anlan("up", "--once")
    assert answer.code == 0, answer
    assert "✓ 执行器已就绪，流程与计划已登记" in answer.out
    assert stopped.pids() == []
    assert stopped.ledger_holds()


def test_a_founding_that_was_cut_off_goes_on_where_it_was(empty: Installation, first_start: FirstStart) -> None:
    empty.begin()
    assert empty.process is not None
    eventually(lambda: empty.database.exists() and _acts(empty) > _FIRST_ACTS, lambda: empty.said)
    empty.process.kill()
    empty.wait()
    assert empty.pids() == []
    assert empty.cases < first_start.cases

    for largest in _SMALL_FILES:
        full = empty.anlan("up", largest_file=largest)
        assert full.code == 1, full
        assert "Traceback" not in full.err
        assert "磁盘" in full.err

    answer = empty.anlan("up", "--once")
    assert answer.code == 0, answer
    assert empty.cases == first_start.cases
    assert re.search(r"#\d+ 销号", answer.out)
    assert empty.ledger_holds()


def _acts(installation: Installation) -> int:
    try:
        return int(installation.rows("SELECT count(*) FROM acts")[0][0])
    except driver.OperationalError:
        return 0
