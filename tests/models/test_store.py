"""One way to write and one way to read: all or nothing, flushed before it is acknowledged, and honest about failure."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
from sqlalchemy import text

from models.driver import driver
from models.installation import read_fact, write_fact
from models.postgres_store import PostgresStore
from models.sqlite_store import SqliteStore
from models.statements import Statement
from models.store import Store, Writing, open_store
from rules.errors import StorageError

_BIG = "隐" * 200_000


def facts(store: Store) -> dict[str, str]:
    with store.read() as reading:
        return dict(reading.all(Statement(text("SELECT key, value FROM installation"))))


def put(store: Store, key: str, value: str = "是") -> None:
    store.write(lambda writing: write_fact(writing, key, value))


@pytest.fixture
def sqlite(new_sqlite: Callable[[], SqliteStore]) -> SqliteStore:
    return new_sqlite()


@pytest.fixture
def postgres(new_postgres: Callable[[], Store]) -> Store:
    return new_postgres()


# --- one transaction -----------------------------------------------------------------------------


def test_what_a_job_returns_is_handed_back_and_what_it_wrote_is_there(store: Store) -> None:
    def work(writing: Writing) -> str:
        write_fact(writing, "county", "示例县")
        return "已登记"

    assert store.write(work) == "已登记"
    assert facts(store) == {"county": "示例县"}


def test_a_job_that_fails_leaves_nothing_and_its_error_is_its_own(store: Store) -> None:
    def work(writing: Writing) -> None:
        write_fact(writing, "county", "示例县")
        raise ValueError("坏了")

    with pytest.raises(ValueError, match="坏了"):
        store.write(work)
    assert facts(store) == {}


def test_what_the_database_refuses_is_a_storage_error_and_leaves_nothing(store: Store) -> None:
    def work(writing: Writing) -> None:
        write_fact(writing, "county", "示例县")
        writing.run(Statement(text("INSERT INTO installation (key) VALUES ('no value')")))

    with pytest.raises(StorageError, match="未写入"):
        store.write(work)
    assert facts(store) == {}


def test_a_view_shows_one_moment_whatever_is_written_meanwhile(store: Store) -> None:
    put(store, "moment", "先")
    with store.read() as reading:
        assert read_fact(reading, "moment") == "先"
        put(store, "moment", "后")
        assert read_fact(reading, "moment") == "先"
    assert facts(store) == {"moment": "后"}


def test_a_view_inside_a_view_is_open_when_the_outer_goes_on(store: Store) -> None:
    put(store, "moment", "先")
    with store.read() as outer:
        with store.read() as within:
            assert read_fact(within, "moment") == "先"
        assert read_fact(outer, "moment") == "先"


def test_a_view_cannot_write(store: Store) -> None:
    with pytest.raises(StorageError, match="read"), store.read() as reading:
        reading.run(Statement(text("DELETE FROM installation")))  # type: ignore[attr-defined]


def test_a_view_that_failed_leaves_the_next_one_whole(store: Store) -> None:
    with pytest.raises(StorageError), store.read() as reading:
        reading.all(Statement(text("SELECT * FROM nowhere")))
    assert facts(store) == {}


@pytest.mark.parametrize("url", ["mysql://localhost/anlan", "anlan.db", "sqlite://", ""])
def test_an_address_of_another_kind_is_refused_with_the_setting_to_change(url: str) -> None:
    with pytest.raises(StorageError, match="ANLAN_DATABASE_URL"):
        open_store(url)


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"anlan\.db"):
        open_store(f"sqlite:///{tmp_path}/nowhere/anlan.db")
    (tmp_path / "anlan.db").write_bytes(b"no database at all, but long enough to be looked at" * 50)
    with pytest.raises(StorageError, match=r"anlan\.db"):
        open_store(f"sqlite:///{tmp_path}/anlan.db")


@pytest.mark.postgres
def test_the_password_of_an_address_is_never_told(postgres: Store) -> None:
    address = postgres.url.replace("anlan@", "anlan:s3cret-canary@").replace("/anlan_", "/no_such_")
    with pytest.raises(StorageError) as refused:
        open_store(address)
    assert "s3cret-canary" not in str(refused.value)
    opened = open_store(postgres.url.replace("anlan@", "anlan:s3cret-canary@"))
    assert "s3cret-canary" not in opened.url
    opened.close()


# --- SQLite: durability --------------------------------------------------------------------------


def _pragma(connection: Any, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_every_commit_is_flushed_to_a_log_that_is_safe_between_processes(sqlite: SqliteStore) -> None:
    assert driver.sqlite_version_info >= (3, 51, 3)
    full = 2
    connection = sqlite._writer_connection
    found = {name: _pragma(connection, name) for name in ("synchronous", "journal_mode", "foreign_keys")}
    assert found == {"synchronous": full, "journal_mode": "wal", "foreign_keys": 1}
    assert (_pragma(connection, "recursive_triggers"), _pragma(connection, "busy_timeout")) == (1, 5000)


_TWENTY_WRITES = r"""
import sys
from models.installation import write_fact
from models.store import open_store
store = open_store(f"sqlite:///{sys.argv[1]}")
for number in range(20):
    store.write(lambda writing: write_fact(writing, f"fact-{number}", "yes"))
    sys.stderr.write(f"acknowledged {number}\n")
store.close()
"""


def test_the_system_is_asked_to_flush_before_each_acknowledgement(sqlite_template: Path, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("watching system calls needs strace")
    path, seen = tmp_path / "anlan.db", tmp_path / "calls"
    path.write_bytes(sqlite_template.read_bytes())
    watched = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync,write", "-o", str(seen)]
    command = [*watched, sys.executable, "-c", _TWENTY_WRITES, str(path)]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[2])
    calls = re.findall(r"fdatasync|fsync|acknowledged \d+", seen.read_text("utf-8"))
    acknowledged = [place for place, call in enumerate(calls) if call.startswith("acknowledged")]
    assert len(acknowledged) == 20
    assert all("sync" in calls[place - 1] for place in acknowledged)


# --- SQLite: many together -----------------------------------------------------------------------


class Gate:
    """A job that holds the writer until it is opened, so that others queue up behind it."""

    def __init__(self, store: SqliteStore, crowd: Any, until: Callable[..., None]) -> None:
        self._store, self._crowd, self._until = store, crowd, until
        self._open, self._reached = threading.Event(), threading.Event()

    def __enter__(self) -> Self:
        self._crowd.start(lambda: self._store.write(self._hold))
        self._reached.wait(30)
        return self

    def queue(self, work: Callable[[Writing], Any]) -> None:
        """Queue a job and wait until it stands in line."""
        waiting = self._store._jobs.qsize()
        self._crowd.start(lambda: self._store.write(work))
        self._until(lambda: self._store._jobs.qsize() > waiting)

    def __exit__(self, *_: object) -> None:
        self._open.set()
        self._crowd.join()

    def _hold(self, _writing: Writing) -> str:
        self._reached.set()
        self._open.wait(30)
        return "gate"


@pytest.fixture
def gate(sqlite: SqliteStore, crowd: Any, until: Callable[..., None]) -> Gate:
    return Gate(sqlite, crowd, until)


def test_jobs_that_wait_together_are_done_in_order_and_flushed_once(
    gate: Gate, sqlite: SqliteStore, crowd: Any
) -> None:
    order, statements = list[int](), list[str]()
    with gate:
        sqlite._writer_connection.set_trace_callback(statements.append)
        for number in range(40):
            gate.queue(lambda _writing, number=number: order.append(number) or number)
    assert order == list(range(40))
    assert crowd.outcomes == ["gate", *range(40)]
    assert statements.count("COMMIT") == 2  # the gate's own and one for all forty


def test_more_jobs_than_one_flush_takes_are_flushed_in_several(gate: Gate, sqlite: SqliteStore, crowd: Any) -> None:
    statements = list[str]()
    with gate:
        sqlite._writer_connection.set_trace_callback(statements.append)
        for number in range(70):
            gate.queue(lambda _writing, number=number: number)
    assert crowd.outcomes == ["gate", *range(70)]
    assert statements.count("COMMIT") == 3


@pytest.mark.parametrize("kind", ["its own error", "a refusal by the database", "an exit"])
def test_one_failing_job_among_many_takes_back_only_itself(
    kind: str, gate: Gate, sqlite: SqliteStore, crowd: Any
) -> None:
    def fails(writing: Writing) -> None:
        write_fact(writing, "half", "写了一半")
        if kind == "an exit":
            raise SystemExit
        if kind == "its own error":
            raise ValueError("坏了")
        writing.run(Statement(text("INSERT INTO installation (key) VALUES ('no value')")))

    with gate:
        for number in range(5):
            gate.queue(lambda writing, number=number: write_fact(writing, f"before-{number}", "好"))
        gate.queue(fails)
        for number in range(5):
            gate.queue(lambda writing, number=number: write_fact(writing, f"after-{number}", "好"))
    expected = {"its own error": ValueError, "a refusal by the database": StorageError, "an exit": SystemExit}[kind]
    assert isinstance(crowd.outcomes[6], expected)
    assert [outcome for outcome in crowd.outcomes if outcome is not crowd.outcomes[6]] == ["gate", *[None] * 10]
    assert set(facts(sqlite)) == {f"{when}-{number}" for when in ("before", "after") for number in range(5)}


def test_a_job_that_exits_does_not_take_the_writer_with_it(sqlite: SqliteStore, crowd: Any) -> None:
    def exits(_writing: Writing) -> None:
        raise SystemExit

    crowd.start(lambda: sqlite.write(exits))
    assert isinstance(crowd.join()[0], SystemExit)
    crowd.start(lambda: put(sqlite, "after"))
    assert crowd.join()[1] is None


def test_ctrl_c_in_the_middle_of_a_batch_writes_nothing_of_it_and_leaves_nobody_waiting(
    gate: Gate, sqlite: SqliteStore, crowd: Any
) -> None:
    def interrupted(_writing: Writing) -> None:
        raise KeyboardInterrupt

    with gate:
        gate.queue(lambda writing: write_fact(writing, "before", "是"))
        gate.queue(interrupted)
        gate.queue(lambda writing: write_fact(writing, "after", "是"))
    # Whoever wrote for the others was interrupted; the others are told, none as if it had been pressed at theirs.
    kinds = [type(outcome) for outcome in crowd.outcomes[1:]]
    assert sorted(kinds, key=str) == [KeyboardInterrupt, StorageError, StorageError]
    assert all("请重新提交" in told.message for told in crowd.outcomes[1:] if isinstance(told, StorageError))
    assert facts(sqlite) == {}
    put(sqlite, "goes on")
    assert facts(sqlite) == {"goes on": "是"}


_INTERRUPTED_IN_LINE = """
    import os, signal, sys, threading
    from models.installation import write_fact
    from models.store import open_store

    store = open_store(f"sqlite:///{sys.argv[1]}")
    held, go_on = threading.Event(), threading.Event()

    def hold(writing):
        held.set()
        go_on.wait()
        write_fact(writing, "first", "yes")

    holder = threading.Thread(target=store.write, args=(hold,))
    holder.start()
    held.wait()

    def interrupt():
        while store._jobs.qsize() < 1:
            pass
        os.kill(os.getpid(), signal.SIGINT)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=interrupt).start()
    try:
        store.write(lambda writing: write_fact(writing, "interrupted", "yes"))
    except KeyboardInterrupt:
        print("interrupted")
    go_on.set()
    holder.join()
    store.write(lambda writing: write_fact(writing, "later", "yes"))
    store.close()
"""


def test_what_is_interrupted_while_it_stands_in_line_is_never_written(
    sqlite_template: Path, tmp_path: Path, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    path = tmp_path / "anlan.db"
    path.write_bytes(sqlite_template.read_bytes())
    assert start_python(_INTERRUPTED_IN_LINE, path).communicate() == ("interrupted\n", "")
    again = open_store(f"sqlite:///{path}")
    assert facts(again) == {"first": "yes", "later": "yes"}
    again.close()


def test_hundreds_of_threads_each_get_the_answer_to_their_own_job(sqlite: SqliteStore, crowd: Any) -> None:
    def job(number: int) -> int:
        def work(writing: Writing) -> int:
            count = int(read_fact(writing, "count") or 0) + 1
            write_fact(writing, "count", str(count))
            return number

        return sqlite.write(work)

    for number in range(300):
        crowd.start(lambda number=number: job(number))
    assert crowd.join() == list(range(300))
    assert facts(sqlite) == {"count": "300"}


def test_threads_that_come_and_go_leave_no_open_files(sqlite: SqliteStore, crowd: Any) -> None:
    put(sqlite, "county", "示例县")
    crowd.start(lambda: facts(sqlite))
    crowd.join()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(40):
        crowd.start(lambda: facts(sqlite))
        crowd.join()
    assert crowd.outcomes == [{"county": "示例县"}] * 41
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_store_that_was_closed_says_so_instead_of_waiting(new_sqlite: Callable[[], Store], crowd: Any) -> None:
    store = new_sqlite()
    store.close()
    crowd.start(lambda: put(store, "late"))
    assert isinstance(crowd.join()[0], StorageError)


def test_what_was_queued_before_closing_is_written_and_what_comes_after_is_told(
    gate: Gate, sqlite: SqliteStore, crowd: Any, until: Callable[..., None]
) -> None:
    with gate:
        gate.queue(lambda writing: write_fact(writing, "before", "好"))
        closing = threading.Thread(target=sqlite.close)
        closing.start()
        until(lambda: sqlite._closed)
        crowd.start(lambda: put(sqlite, "after"))
        until(lambda: crowd.outcomes[-1] is not None)
    closing.join()
    assert crowd.outcomes[:2] == ["gate", None]
    assert isinstance(crowd.outcomes[2], StorageError)
    again = open_store(sqlite.url)
    assert facts(again) == {"before": "好"}
    again.close()


# --- SQLite: a full disk -------------------------------------------------------------------------


def _fill(store: SqliteStore) -> None:
    connection = store._writer_connection
    connection.execute(f"PRAGMA max_page_count = {_pragma(connection, 'page_count')}")


def _free(store: SqliteStore) -> None:
    store._writer_connection.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_is_named_nothing_acknowledged_is_lost_and_space_helps(sqlite: SqliteStore) -> None:
    put(sqlite, "acknowledged")
    _fill(sqlite)
    with pytest.raises(StorageError, match="磁盘已满"):
        put(sqlite, "big", _BIG)
    assert facts(sqlite) == {"acknowledged": "是"}
    _free(sqlite)
    put(sqlite, "big", _BIG)
    assert facts(sqlite) == {"acknowledged": "是", "big": _BIG}


def _one_big_row(writing: Writing) -> None:
    write_fact(writing, "big", _BIG)


def _a_big_row_for_each_small_one(writing: Writing) -> None:
    """SQLite takes back only this statement when the disk is full, not the whole transaction."""
    writing.run(Statement(text("INSERT INTO installation SELECT 'big ' || key, :big FROM installation")), big=_BIG)


@pytest.mark.parametrize("big_job", [_one_big_row, _a_big_row_for_each_small_one])
def test_a_full_disk_is_named_to_everybody_it_concerns_and_nobody_is_told_a_lie(
    big_job: Callable[[Writing], None], gate: Gate, sqlite: SqliteStore, crowd: Any
) -> None:
    with gate:
        _fill(sqlite)
        for number in range(5):
            gate.queue(lambda writing, number=number: write_fact(writing, f"small-{number}", "好"))
        gate.queue(big_job)
    *small, big = crowd.outcomes[1:]
    assert isinstance(big, StorageError)
    assert "磁盘已满" in big.message
    assert all(outcome is None or "磁盘已满" in outcome.message for outcome in small)
    kept = {f"small-{number}" for number, outcome in enumerate(small) if outcome is None}
    assert set(facts(sqlite)) == kept


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of two mebibytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "anlan-test", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full_loses_nothing_and_goes_on_after_cleaning(
    small_disk: Path, sqlite_template: Path
) -> None:
    path = small_disk / "anlan.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{path}")
    room = os.statvfs(small_disk)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(room.f_bavail * room.f_frsize - 64 * 1024))
    acknowledged = 0

    def put_until_full() -> None:
        nonlocal acknowledged
        while True:
            put(store, f"fact-{acknowledged}", "隐" * 1000)
            acknowledged += 1

    with pytest.raises(StorageError, match="磁盘已满"):
        put_until_full()
    assert acknowledged > 0
    assert set(facts(store)) == {f"fact-{number}" for number in range(acknowledged)}
    ballast.unlink()
    put(store, "after")
    store.close()
    again = open_store(f"sqlite:///{path}")
    assert set(facts(again)) == {"after", *(f"fact-{number}" for number in range(acknowledged))}
    again.close()


# --- SQLite: a failing disk ----------------------------------------------------------------------

_FAILING_DISK = """
    import json, os, resource, sys, threading
    from models.installation import read_fact, write_fact
    from models.store import open_store
    from rules.errors import StorageError

    path, queued = sys.argv[1], int(sys.argv[2])
    store = open_store(f"sqlite:///{path}")
    answers = {}
    running = threading.Event()

    def put(key, value):
        try:
            store.write(lambda writing: write_fact(writing, key, value))
            answers[key] = ""
        except StorageError as error:
            answers[key] = error.message

    def fails(writing):
        running.set()
        while store._jobs.qsize() < queued:
            pass
        # A write beyond this size fails as it would on a broken disk; what is smaller would still go through.
        limit = os.path.getsize(path + "-wal") + 60_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        write_fact(writing, "fails", "x" * 200_000)

    def fail():
        try:
            store.write(fails)
            answers["fails"] = ""
        except StorageError as error:
            answers["fails"] = error.message

    put("acknowledged", "yes")
    threads = [threading.Thread(target=fail)]
    threads += [threading.Thread(target=put, args=(f"queued-{number}", "yes")) for number in range(queued)]
    for thread in threads:
        thread.start()
        running.wait()  # the others come while it is at it, not in one batch with it
    for thread in threads:
        thread.join()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    put("later", "yes")
    with store.read() as reading:
        answers["reads"] = read_fact(reading, "acknowledged")
    print(json.dumps(answers))
    sys.stdout.flush()
    os._exit(0)
"""


@pytest.mark.parametrize("queued", [0, 3])
def test_after_a_failed_flush_the_store_writes_no_more_until_it_is_opened_again(
    queued: int, sqlite_template: Path, tmp_path: Path, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    path = tmp_path / "anlan.db"
    path.write_bytes(sqlite_template.read_bytes())
    answer, wrong = start_python(_FAILING_DISK, path, queued).communicate()
    assert wrong == ""
    answers = json.loads(answer)
    assert (answers.pop("acknowledged"), answers.pop("reads")) == ("", "yes")
    assert len(answers) == queued + 2
    assert all("磁盘出错" in words for words in answers.values()), answers
    again = open_store(f"sqlite:///{path}")
    assert facts(again) == {"acknowledged": "yes"}
    put(again, "repaired")
    again.close()


class FakeFailingConnection:
    """A driver's connection on which some statements fail as on a broken disk."""

    def __init__(self, connection: Any, *failing: str) -> None:
        self._connection, self._failing = connection, failing

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def execute(self, statement: str, *values: Any) -> Any:
        if statement in self._failing:
            raise driver.OperationalError("disk I/O error")
        return self._connection.execute(statement, *values)

    def close(self) -> None:
        self._connection.close()


def test_a_store_whose_disk_fails_lets_other_processes_go_on(sqlite: SqliteStore) -> None:
    """The lock between processes is let go even when taking back fails as well."""
    other = open_store(sqlite.url)
    sqlite._writer_connection = FakeFailingConnection(sqlite._writer_connection, "COMMIT", "ROLLBACK")
    with pytest.raises(StorageError, match="磁盘出错"):
        put(sqlite, "fails")
    sqlite._writer_connection._connection.execute("ROLLBACK")
    put(other, "goes on")
    assert facts(other) == {"goes on": "是"}
    other.close()


# --- SQLite: other processes ---------------------------------------------------------------------

_HOLDS_THE_DATABASE = """
    import select, sys
    from models.driver import driver
    connection = driver.connect(sys.argv[1], isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    select.select([sys.stdin], [], [], float(sys.argv[2]))
    connection.execute("COMMIT")
    connection.close()
"""


@pytest.mark.slow
def test_a_database_that_another_process_holds_for_three_seconds_is_waited_for(
    sqlite: SqliteStore, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    other = start_python(_HOLDS_THE_DATABASE, sqlite.path, 3)
    assert other.stdout.readline() == "locked\n"
    put(sqlite, "patient")
    assert other.wait() == 0
    assert facts(sqlite) == {"patient": "是"}


def test_a_database_that_is_held_longer_is_reported_as_busy_and_nothing_is_lost(
    sqlite: SqliteStore, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    other = start_python(_HOLDS_THE_DATABASE, sqlite.path, 600)
    assert other.stdout.readline() == "locked\n"
    sqlite._writer_connection.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(StorageError, match="数据库正忙"):
        put(sqlite, "impatient")
    other.communicate("go\n")
    put(sqlite, "again")
    assert facts(sqlite) == {"again": "是"}


def test_whoever_else_opens_the_file_cannot_write_between_what_a_job_reads_and_what_it_writes(
    sqlite: SqliteStore, back_door: Callable[[str], Any]
) -> None:
    door = back_door(sqlite.url)
    door.run("PRAGMA busy_timeout = 0")

    def work(writing: Writing) -> None:
        count = int(read_fact(writing, "count") or 0)
        with pytest.raises(driver.OperationalError, match="locked"):
            door.run("INSERT INTO installation VALUES ('count', '7')")
        write_fact(writing, "count", str(count + 1))

    sqlite.write(work)
    assert facts(sqlite) == {"count": "1"}


_WRITES = """
    import sys
    from models.installation import read_fact, write_fact
    from models.store import open_store
    store = open_store(f"sqlite:///{sys.argv[1]}")

    def work(writing):
        write_fact(writing, "count", str(int(read_fact(writing, "count") or 0) + 1))

    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(100):
        store.write(work)
    store.close()
"""


def test_processes_that_write_at_once_lose_no_update(
    sqlite: SqliteStore, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    others = [start_python(_WRITES, sqlite.path) for _ in range(3)]
    for other in others:
        assert other.stdout.readline() == "ready\n"
    for other in others:
        other.stdin.write("go\n")
        other.stdin.flush()
    assert [other.communicate()[1] for other in others] == ["", "", ""]
    assert facts(sqlite) == {"count": "300"}


# --- PostgreSQL ----------------------------------------------------------------------------------

_OTHERS = (
    "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE datname = current_database() AND"
    " pid <> pg_backend_pid()"
)


@pytest.mark.postgres
def test_every_commit_of_postgres_is_flushed_too(postgres: Store) -> None:
    with postgres.read() as reading:
        assert reading.one(Statement(text("SHOW synchronous_commit"))) == ("on",)
        assert reading.one(Statement(text("SHOW fsync"))) == ("on",)


@pytest.mark.postgres
def test_connections_that_a_restart_left_idle_are_nobodys_error(
    postgres: Store, back_door: Callable[[str], Any]
) -> None:
    with postgres.read(), postgres.read(), postgres.read():
        pass  # now three connections wait idle
    back_door(postgres.url).rows(_OTHERS)
    put(postgres, "again")
    assert facts(postgres) == {"again": "是"}


@pytest.mark.postgres
def test_neither_side_waits_for_long_once_the_link_between_them_is_cut(postgres_server: str) -> None:
    store = PostgresStore(postgres_server)
    with store._pool.connection() as connection:
        told = connection.info.get_parameters()
    store.close()
    assert {key: told[key] for key in ("connect_timeout", "tcp_user_timeout")} == {
        "connect_timeout": "5", "tcp_user_timeout": "20000",
    }  # fmt: skip
    assert "tcp_user_timeout=20000" in told["options"]


@pytest.mark.postgres
def test_what_the_address_says_about_patience_comes_first(postgres_server: str) -> None:
    store = PostgresStore(f"{postgres_server}&connect_timeout=9")
    with store._pool.connection() as connection:
        assert connection.info.get_parameters()["connect_timeout"] == "9"
    store.close()


@pytest.mark.postgres
def test_a_connection_lost_in_the_middle_of_the_work_leaves_nothing(
    postgres: Store, back_door: Callable[[str], Any]
) -> None:
    door = back_door(postgres.url)

    def work(writing: Writing) -> None:
        write_fact(writing, "half", "写了一半")
        door.rows(_OTHERS)
        write_fact(writing, "other half", "写不成")

    with pytest.raises(StorageError, match="连接中断"):
        postgres.write(work)
    assert facts(postgres) == {}


@pytest.mark.postgres
def test_two_that_wait_for_each_other_are_both_written(postgres: Store, crowd: Any) -> None:
    for key in ("left", "right"):
        put(postgres, key, "0")
    meeting = threading.Barrier(2, timeout=30)
    tries = list[str]()

    def add(first: str, second: str) -> None:
        def work(writing: Writing) -> None:
            tries.append(first)
            for key in (first, second):
                write_fact(writing, key, str(int(read_fact(writing, key) or 0) + 1))
                if key == first and tries.count(first) == 1:
                    meeting.wait()

        postgres.write(work)

    crowd.start(lambda: add("left", "right"))
    crowd.start(lambda: add("right", "left"))
    assert crowd.join() == [None, None]
    # The database ends one of them; when both find out at the same instant, it ends both.
    assert len(tries) in {3, 4}


@pytest.mark.postgres
def test_work_that_lost_a_race_is_done_again_on_what_the_others_wrote(postgres: Store) -> None:
    tries = list[int]()

    def work(writing: Writing) -> str:
        tries.append(1)
        write_fact(writing, "written", "是")
        if len(tries) < 3:
            raise psycopg.errors.SerializationFailure
        return "成了"

    assert postgres.write(work) == "成了"
    assert (len(tries), facts(postgres)) == (3, {"written": "是"})


@pytest.mark.postgres
def test_work_that_loses_every_race_is_reported_as_busy_and_leaves_nothing(postgres: Store) -> None:
    tries = list[int]()

    def work(writing: Writing) -> None:
        tries.append(1)
        write_fact(writing, "written", "是")
        raise psycopg.errors.SerializationFailure

    with pytest.raises(StorageError, match="正忙"):
        postgres.write(work)
    assert (len(tries), facts(postgres)) == (5, {})


@pytest.mark.postgres
def test_more_threads_than_connections_take_turns(postgres: Store, crowd: Any) -> None:
    for number in range(40):
        crowd.start(lambda number=number: put(postgres, f"fact-{number}"))
    assert crowd.join() == [None] * 40
    assert len(facts(postgres)) == 40
