"""Stores of both kinds, a small county in them, the door to it, and the back door past everything."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pendulum
import psycopg
import pytest
from pendulum import DateTime
from sqlalchemy import text

from models import directory, installation, schema
from models.driver import driver
from models.ledger import Ledger
from models.organisation import OrganisationKind
from models.receipt import Deed, Receipt
from models.statements import Statement
from models.store import Store, Writing, open_store
from models.verification import Report, verify
from rules.actor import OFFICERS, Actor, Certificate, Reach, Role, Scope
from rules.deadlines import SHANGHAI
from rules.rulebook import Rulebook

_POSTGRES_HOMES = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
    Path(found).parent for found in [shutil.which("initdb") or ""] if found
]
_COUNTY = "dai"
_MONDAY = pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)


@dataclass
class County:
    """A small county: 红星铁矿 in 青石镇 under 工信局, 宏达商场 in 白水乡 under 商务局, one person for each post."""

    store: Store
    ledger: Ledger
    persons: dict[str, str] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    now: DateTime = _MONDAY
    _keys: int = 0

    def actor(self, role: Role | str, at: str = "", *, acting_for: str | None = None) -> Actor:
        """Return the person who holds that role; `at` tells the second unit, town and department from the first."""
        name = f"{role}{at}"
        held = (Certificate(f"示例-{name}", date(2020, 1, 1), date(2035, 12, 31)),) if role in OFFICERS else ()
        return Actor(
            self.persons[name], f"account-{name}", self.posts[name], Role(role), self.scopes[name], acting_for,
            home=self.homes[name], certificates=held,
        )  # fmt: skip

    def do(self, number: str | None, kind: str, who: Actor | Role, /, unit: str = "redstar", **values: Any) -> Receipt:
        """Record an act now; without a number, open a case."""
        self._keys += 1
        actor = who if isinstance(who, Actor) else self.actor(who)
        key = values.pop("key", f"key-{self._keys}")
        options = {name: values.pop(name) for name in ("happened_at", "expected_version", "evidence") if name in values}
        deed = Deed(kind=kind, actor=actor, key=key, values=values, **options)
        if number is None:
            return self.ledger.open_case("hazard", unit, deed, self.now)
        return self.ledger.record(number, deed, self.now)

    def found(self, who: Actor | Role = Role.DEPT_OFFICER, **values: Any) -> Receipt:
        """Report a hazard at 红星铁矿."""
        words = {"description": "皮带机尾轮防护罩缺失", "place": "破碎车间二层", "category": "machinery"}
        return self.do(None, "report", who, **{**words, **values})

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query, for what tests want to see behind the door."""
        with self.store.read() as reading:
            return [tuple(row) for row in reading.all(Statement(text(query)))]

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return self.rows(f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 - the tables of our own tests

    def ordered(self, unit: str = "redstar", who: str = "") -> str:
        """Report, grade and order a hazard to be rectified by 2026-03-16 (Monday); return its number."""
        officer = self.actor(Role.DEPT_OFFICER, who)
        number = self.found(officer, unit=unit).number
        self.do(number, "grade", officer, grade="general", basis="synthesis", reason="当日可改")
        self.issue(number, officer, who=who)
        return number

    def issue(self, number: str, officer: Actor | Role = Role.DEPT_OFFICER, who: str = "", **values: Any) -> Receipt:
        """Draft an order to rectify by 2026-03-16 (Monday) and take it to its service, each step by somebody else."""
        says = {"ends_on": date(2026, 3, 16), "requirement": "加装护罩", **values}
        drafted = self.do(number, "order", officer, **says)
        return self.carry(number, f"order@{drafted.seq}", who=who)

    def carry(self, number: str, about: str, *, who: str = "", until: str = "serve-order") -> Receipt:
        """Take an order from its draft on until a step is done; return the answer to that step."""
        served = {"mode": "direct", "served_on": self.now.date(), "receiver": "单位负责人"}
        for step, actor, says in (
            ("confirm-order", self.actor(Role.DEPT_HEAD, who), {"approved": "yes"}),
            ("review-order", self.actor(Role.BUREAU_OFFICER), {"approved": "yes"}),
            ("sign-order", self.actor(Role.BUREAU_HEAD), {"approved": "yes"}),
            ("serve-order", self.actor(Role.DEPT_OFFICER, who), served),
        ):
            if step == "confirm-order" and not about.startswith(("order@", "stop-work@")):
                continue
            receipt = self.do(number, step, actor, about=about, **says)
            if step == until:
                break
        return receipt

    def verified(self, *, heads: tuple[str, ...] = ()) -> Report:
        """Return what a full verification sees, duties and effects included."""
        with self.store.read() as reading:
            return verify(reading, rulebook=self.ledger.rulebook, heads=heads)

    def faults(self, *, heads: tuple[str, ...] = ()) -> set[tuple[str, str]]:
        """Return case and fault of everything that a full verification finds."""
        return {(finding.case, finding.fault) for finding in self.verified(heads=heads).findings}

    def again(self) -> Ledger:
        """Return another door to the same store, as another process would have it."""
        return Ledger(self.store, self.ledger.rulebook, county_id=_COUNTY)


def populate(store: Store) -> County:
    ledger = Ledger(store, Rulebook.load(), county_id=_COUNTY)
    county = County(store, ledger)

    def work(writing: Writing) -> None:
        installation.found(writing, county_id=_COUNTY, county_name="示例县", rules="dai", demonstration=False)
        for code, name, kind, parent in (
            ("county", "县政府", OrganisationKind.COUNTY, None),
            ("bureau", "应急局", OrganisationKind.BUREAU, "county"),
            ("office", "安委办", OrganisationKind.COMMITTEE_OFFICE, "county"),
            ("industry", "工信局", OrganisationKind.DEPARTMENT, "county"),
            ("commerce", "商务局", OrganisationKind.DEPARTMENT, "county"),
            ("qingshi", "青石镇", OrganisationKind.TOWN, "county"),
            ("baishui", "白水乡", OrganisationKind.TOWN, "county"),
        ):
            directory.add_organisation(writing, _COUNTY, code=code, name=name, kind=kind, parent=parent)
        for code, name, town, department in (
            ("redstar", "红星铁矿", "qingshi", "industry"),
            ("hongda", "宏达商场", "baishui", "commerce"),
        ):
            unit = directory.NewUnit(code, name, town, department, "非煤矿山", f"{name}院内")
            directory.add_unit(writing, _COUNTY, unit)
        for role, seats in _SEATS.items():
            for suffix, seat in zip(("", "2"), seats, strict=False):
                take_seat(writing, county, role, suffix, seat)

    store.write(work)
    return county


_SEATS: dict[Role, tuple[str, ...]] = {
    Role.UNIT_FIXER: ("redstar", "hongda"),
    Role.UNIT_SAFETY: ("redstar", "hongda"),
    Role.UNIT_HEAD: ("redstar", "hongda"),
    Role.TOWN_CLERK: ("qingshi", "baishui"),
    Role.TOWN_LEADER: ("qingshi", "baishui"),
    Role.DEPT_OFFICER: ("industry", "commerce"),
    Role.DEPT_HEAD: ("industry", "commerce"),
    Role.BUREAU_OFFICER: ("bureau",),
    Role.BUREAU_HEAD: ("bureau",),
    Role.COMMITTEE_OFFICE: ("office",),
    Role.COUNTY_LEADER: ("county",),
    Role.LEADERSHIP: ("county",),
    Role.LIAISON: ("county",),
    Role.AUDITOR: ("county",),
    Role.IT_ADMIN: ("bureau",),
}


def take_seat(writing: Writing, county: County, role: Role, suffix: str, seat: str) -> None:
    """Let a new person, called by role and suffix, hold a new post of that name."""
    name = f"{role}{suffix}"
    person = directory.add_person(writing, _COUNTY, name=f"{role.label}{suffix or '1'}", phone=None)
    county.persons[name] = person
    county.posts[name] = directory.add_post(writing, _COUNTY, code=name, name=role.label, role=role, at=seat)
    directory.appoint(writing, _COUNTY, person_id=person, post_code=name, at=_MONDAY)
    if role.startswith("unit"):
        county.homes[name] = directory.unit_id_of(writing, _COUNTY, seat)
        county.scopes[name] = Scope(Reach.UNIT, county.homes[name])
        return
    organisation_id, _ = directory.organisation_named(writing, _COUNTY, seat)
    county.homes[name] = organisation_id
    path = f"/{_COUNTY}/{seat}/" if role.startswith("town") else None
    county.scopes[name] = directory.scope_of(
        role, county_id=_COUNTY, organisation_id=organisation_id, path=path, unit_id=None
    )


# --- databases -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty SQLite database at the newest version, to be copied."""
    path = tmp_path_factory.mktemp("template") / "anlan.db"
    schema.upgrade(f"sqlite:///{path}")
    return path


@contextlib.contextmanager
def _running_postgres() -> Iterator[str]:
    if not _POSTGRES_HOMES:
        pytest.skip("no PostgreSQL binaries on this machine")
    home = Path(tempfile.mkdtemp(prefix="anlan-pg-"))
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if become:
        shutil.chown(home, "postgres")
    binaries = _POSTGRES_HOMES[-1]

    def run(*command: str) -> None:
        silence = subprocess.DEVNULL
        subprocess.run([*become, *command], stdout=silence, stderr=silence, check=True, cwd="/")

    run(str(binaries / "initdb"), "-k", "-A", "trust", "-U", "anlan", str(home / "data"))
    options = f"-k {home} -c listen_addresses='' -c shared_buffers=64MB -c max_connections=80 -c deadlock_timeout=200"
    control = (str(binaries / "pg_ctl"), "-D", str(home / "data"), "-w")
    run(*control, "-o", options, "-l", str(home / "log"), "start")
    try:
        yield f"postgresql://anlan@/postgres?host={home}"
    finally:
        run(*control, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a throw-away PostgreSQL on a unix socket and return the address of its maintenance database."""
    with _running_postgres() as address:
        yield address


@pytest.fixture
def doomed_postgres() -> Iterator[str]:
    """Start a PostgreSQL of a test's own, whose processes it may kill."""
    with _running_postgres() as address:
        yield address


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Return the address of the server, on which a database named anlan_template stands at the newest version."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE anlan_template")
    schema.upgrade(postgres_server.replace("/postgres?", "/anlan_template?"))
    return postgres_server


@pytest.fixture
def new_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Return the maker of fresh SQLite stores."""
    opened: list[Store] = []

    def make() -> Store:
        path = tmp_path / f"anlan-{len(opened)}.db"
        shutil.copy(sqlite_template, path)
        opened.append(open_store(f"sqlite:///{path}"))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def new_postgres(postgres_template: str) -> Iterator[Callable[[], Store]]:
    """Return the maker of fresh PostgreSQL stores."""
    opened: list[tuple[str, Store]] = []
    server = psycopg.connect(postgres_template, autocommit=True)

    def make() -> Store:
        name = f"anlan_{os.getpid()}_{len(opened)}_{os.urandom(3).hex()}"
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE anlan_template')
        opened.append((name, open_store(postgres_template.replace("/postgres?", f"/{name}?"))))
        return opened[-1][1]

    yield make
    for name, store in opened:
        store.close()
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Store:
    """Return a fresh store, once of each kind."""
    make: Callable[[], Store] = request.getfixturevalue(f"new_{request.param}")
    return make()


@pytest.fixture
def county(store: Store) -> County:
    """Return a small county in a store of each kind."""
    return populate(store)


@pytest.fixture
def sqlite_county(new_sqlite: Callable[[], Store]) -> County:
    """Return a small county in a SQLite store."""
    return populate(new_sqlite())


# --- past the door -------------------------------------------------------------------------------


class BackDoor:
    """A connection of one's own to the database: what an administrator with a shell can do, guards or no guards."""

    def __init__(self, url: str) -> None:
        self.dialect = url.split(":", 1)[0]
        if self.dialect == "sqlite":
            path = url.removeprefix("sqlite:///")
            self._connection: Any = driver.connect(path, isolation_level=None, check_same_thread=False)
        else:
            self._connection = psycopg.connect(url, autocommit=True)

    def run(self, statement: str, *values: Any) -> int:
        """Run a statement with ? for each value; return how many rows it touched."""
        return self._execute(statement, values).rowcount

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query with ? for each value."""
        return [tuple(row) for row in self._execute(query, values).fetchall()]

    def disarm(self) -> BackDoor:
        """Take the guards off, and the foreign keys with them."""
        if self.dialect == "sqlite":
            for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                self.run(f"DROP TRIGGER {name}")
        else:
            self.run("SET session_replication_role = replica")
            for name in ("acts", "attempts", "seals", "words"):
                self.run(f"ALTER TABLE {name} DISABLE TRIGGER ALL")
        return self

    def one(self, statement: Statement, /, **values: Any) -> tuple[Any, ...] | None:
        """Return the first row of one of the program's own statements: a view in the middle of our transaction."""
        words, arrange = statement.on(self.dialect)
        return self._connection.execute(words, arrange(values)).fetchone()

    def all(self, statement: Statement, /, **values: Any) -> list[tuple[Any, ...]]:
        """Return all rows of one of the program's own statements."""
        words, arrange = statement.on(self.dialect)
        return self._connection.execute(words, arrange(values)).fetchall()

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def _execute(self, statement: str, values: tuple[Any, ...]) -> Any:
        marked = statement if self.dialect == "sqlite" else statement.replace("?", "%s")
        return self._connection.execute(marked, values)


@pytest.fixture
def back_door() -> Iterator[Callable[[str], BackDoor]]:
    """Return the maker of back doors to the database of an address."""
    opened: list[BackDoor] = []

    def make(url: str) -> BackDoor:
        opened.append(BackDoor(url))
        return opened[-1]

    yield make
    for door in opened:
        door.close()


@pytest.fixture(scope="session")
def populated() -> Callable[[Store], County]:
    """Return what puts a small county into an empty store."""
    return populate


# --- other processes and other threads -----------------------------------------------------------

_ROOT = Path(__file__).parents[2]
_LONG_ENOUGH = 30


@pytest.fixture
def start_python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return what starts another process of ours with the program on its path; it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(command, text=True, cwd="/", env={"PYTHONPATH": str(_ROOT)}, **pipes))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Return what waits for something to become true, and fails when it never does."""

    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _LONG_ENOUGH
        while not condition():
            assert time.monotonic() < deadline, "it never came to pass"
            threading.Event().wait(0.001)

    return wait


@dataclass
class Crowd:
    """Threads that each do one thing; what each returned or raised is kept in the order in which they were started."""

    outcomes: list[Any] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, work: Callable[[], Any]) -> None:
        """Start another thread."""
        place = len(self.outcomes)
        self.outcomes.append(None)
        thread = threading.Thread(target=self._do, args=(place, work), daemon=True)
        self._threads.append(thread)
        thread.start()

    def join(self) -> list[Any]:
        """Wait for all and return what came of it."""
        for thread in self._threads:
            thread.join(_LONG_ENOUGH)
            assert not thread.is_alive(), "somebody waits for ever"
        return self.outcomes

    def _do(self, place: int, work: Callable[[], Any]) -> None:
        try:
            self.outcomes[place] = work()
        except BaseException as error:  # noqa: BLE001 - whatever it is, a test looks at it
            self.outcomes[place] = error


@pytest.fixture
def crowd() -> Crowd:
    """Return an empty crowd."""
    return Crowd()


@pytest.fixture
def rush(back_door: Callable[[str], BackDoor], crowd: Crowd, until: Callable[..., None]) -> Callable[..., list[Any]]:
    """Return what lets several threads do their work at the same instant and gives what came of it.

    On PostgreSQL they all come as far as their first change of a table, and none further, before any goes on.
    """

    def let(store: Store, table: str, works: list[Callable[[], Any]]) -> list[Any]:
        door = back_door(store.url)
        if door.dialect == "postgresql":
            door.run("BEGIN")
            door.run(f"LOCK TABLE {table} IN SHARE MODE")
        for work in works:
            crowd.start(work)
        if door.dialect == "postgresql":
            looker = back_door(store.url)
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            until(lambda: looker.rows(waiting) == [(len(works),)])
            door.run("COMMIT")
        return crowd.join()

    return let
