"""A small demonstration county on disk, copied for each test, and the command line as it is typed into a terminal."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
from pendulum import DateTime
from sqlalchemy import text

from deployments.cli import run
from deployments.demo.county import Cast, Players, found_demonstration
from deployments.language import choose
from environment import inherited_environment
from models import clock, schema
from models.access import Access
from models.escalation import fire_due, next_wake
from models.receipt import Deed
from models.statements import Statement
from models.store import open_store
from rules.actor import LEADERS, Role
from rules.hazard.kinds import KINDS
from rules.rulebook import Rulebook
from settings import Settings
from tasks.resources import Resources, open_resources

UNIT, ELSEWHERE = "wenjia-tanker", "mingjing-reservoir"
UNIT_NAME = "示例县稳驾危货运输公司（演示）"
PASSWORD = "清水河畔八点整开会啦"


def _models_conftest() -> ModuleType:
    """Load the fixtures of the models' tests; pytest shares a conftest only with the folders below it."""
    name = "conftest_of_the_models"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / "models" / "conftest.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


_models = _models_conftest()
postgres_server, postgres_template, back_door, until = (
    _models.postgres_server, _models.postgres_template, _models.back_door, _models.until,
)  # fmt: skip


# --- a county with a past ------------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """One act of one named case, so many days ago."""

    days_ago: float
    case: str
    kind: str
    role: Role
    values: Mapping[str, Any]
    second: bool = False


def _scenes(now: DateTime) -> list[Scene]:
    """Return what happened: a closed case, one under order, one late, a unit's own, a major, a void and a fresh one."""
    officer, head, fixer = Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.UNIT_FIXER
    found = {"description": "卸车台防护栏缺失一段", "place": "卸车台北侧", "category": "machinery"}
    agreed = {"about": "", "approved": "yes"}
    small = {"grade": "general", "basis": "synthesis", "reason": "可以及时整改"}

    def day(days: int) -> str:
        return now.add(days=days).to_date_string()

    def issued(case: str, days_ago: float) -> list[Scene]:
        on_the_day = now.subtract(seconds=int((days_ago - 0.02) * 86_400)).to_date_string()
        served = {"mode": "direct", "served_on": on_the_day, "receiver": "值班室", "about": ""}
        return [
            Scene(days_ago, case, "review-order", Role.BUREAU_OFFICER, agreed),
            Scene(days_ago - 0.01, case, "sign-order", head, agreed),
            Scene(days_ago - 0.02, case, "serve-order", officer, served),
        ]

    def ordered(case: str, days_ago: float, ends_on: str) -> list[Scene]:
        return [
            Scene(days_ago, case, "report", officer, found),
            Scene(days_ago - 0.1, case, "grade", officer, small),
            Scene(days_ago - 0.2, case, "order", officer, {"ends_on": ends_on, "requirement": "补齐护栏"}),
            Scene(days_ago - 0.21, case, "confirm-order", officer, agreed, second=True),
            *issued(case, days_ago - 0.22),
        ]

    plan = {
        "goal": "消除隐患", "method": "停用改造", "resources": "专项经费", "team": "治理小组", "safeguards": "设警戒",
        "ends_on": day(60),
    }  # fmt: skip
    listing = {"leader": "分管副县长", "ends_on": day(60)}
    major = {"grade": "major", "basis": "criterion", "criterion": "GM23-3-02"}
    report = {"situation": "现场存在", "danger": "可能群死群伤", "approach": "见治理方案"}
    again = {"passed": "no", "note": "仍有一段未补", "ends_on": day(5)}
    return [
        *ordered("closed", 15, day(-2)),
        Scene(12, "closed", "rectify", fixer, {"measure": "已补护栏"}),
        Scene(11, "closed", "recheck", officer, again, second=True),
        Scene(9, "closed", "rectify", fixer, {"measure": "已全部补齐"}),
        Scene(8, "closed", "recheck", officer, {"passed": "yes", "note": "合格"}, second=True),
        Scene(7, "closed", "sign-off", head, {"approved": "yes"}),
        *ordered("late", 12, day(-4)),
        Scene(6, "void", "report", officer, found),
        Scene(5.9, "void", "apply-void", officer, {"reason": "重复登记"}),
        Scene(5.8, "void", "decide-void", officer, {"approved": "yes"}, second=True),
        Scene(4, "major", "report", officer, found),
        Scene(3.9, "major", "grade", officer, major),
        Scene(3.5, "major", "major-report", Role.UNIT_HEAD, report),
        Scene(2.5, "major", "plan", Role.UNIT_HEAD, plan),
        Scene(2.4, "major", "list", officer, listing),
        *issued("major", 2.39),
        *ordered("ordered", 2, day(8)),
        Scene(0.1, "fresh", "report", Role.TOWN_CLERK, found),
        Scene(1, "own", "report", Role.UNIT_SAFETY, {**found, "own_grade": "general"}),
    ]


def _play(tools: Resources, now: DateTime) -> dict[str, str]:
    """Play the scenes in order of time, the clock running on the way; return the numbers by name."""
    cast, numbers, orders = Cast.read(), dict[str, str](), dict[str, str]()
    scenes = sorted(_scenes(now), key=lambda scene: -scene.days_ago)
    for place, scene in enumerate(scenes):
        at = now.subtract(seconds=int(scene.days_ago * 86_400))
        _let_pass(tools, at)
        with tools.store.read() as reading:
            actor = Players(reading).actor(cast.login(scene.role, UNIT, second=scene.second))
        about = {"about": orders[scene.case]} if "about" in scene.values else {}
        deed = Deed(scene.kind, actor, f"seed:{place}", values={**scene.values, **about})
        if scene.kind == "report":
            numbers[scene.case] = tools.ledger.open_case("hazard", UNIT, deed, at).number
        else:
            receipt = tools.ledger.record(numbers[scene.case], deed, at)
            if scene.kind in KINDS:
                orders[scene.case] = f"{scene.kind}@{receipt.seq}"
    _let_pass(tools, now)
    return numbers


def _let_pass(tools: Resources, until: DateTime) -> None:
    while True:
        with tools.store.read() as reading:
            due = next_wake(reading)
        if due is None or due > until:
            return
        fire_due(tools.ledger, due)


def found_county(settings: Settings) -> dict[str, str]:
    """Found the county in an empty place and give it its past; return the numbers of its cases by name."""
    schema.upgrade(settings.database)
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    found_demonstration(store, Access(store), clock.now())
    store.close()
    tools = open_resources(settings)
    numbers = _play(tools, clock.now())
    tools.store.close()
    return numbers


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Return the folder of the county as it was founded, to be copied, and its cases."""
    folder = tmp_path_factory.mktemp("county") / "data"
    folder.mkdir()
    return folder, found_county(Settings(data_folder=folder))


# --- one copy for one test -----------------------------------------------------------------------


@dataclass
class County:
    """A county's data folder, its cases by name, and who plays which part in it."""

    folder: Path
    cases: Mapping[str, str]
    database_url: str = ""
    cast: Cast = field(default_factory=Cast.read)

    @cached_property
    def settings(self) -> Settings:
        """The settings that the command line reads for this folder."""
        return Settings(data_folder=self.folder, database_url=self.database_url)

    def who(self, role: Role, *, second: bool = False, at: str = UNIT) -> str:
        """Return the login of whoever plays a role for a unit."""
        if role in {Role.AUDITOR, Role.IT_ADMIN, Role.LIAISON} | LEADERS:
            return self.cast.anyone(role)
        return self.cast.login(role, at, second=second)

    @contextlib.contextmanager
    def opened(self) -> Iterator[Resources]:
        """Open what a process works with, to look or to do behind the command line's back."""
        tools = open_resources(self.settings)
        try:
            yield tools
        finally:
            tools.store.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.opened() as tools, tools.store.read() as reading:
            return [tuple(row) for row in reading.all(Statement(text(query)))]

    def of_case(self, name: str, columns: str) -> list[tuple[Any, ...]]:
        """Return columns of the acts, duties or effects of a named case, in order; `columns` reads `table: a, b`."""
        table, _, wanted = columns.partition(": ")
        return self.rows(
            f"SELECT {wanted} FROM {table} JOIN cases ON cases.id = {table}.case_id"  # noqa: S608 - as below
            f" WHERE number = '{self.cases[name]}' ORDER BY {table}.id"
        )

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return self.rows(f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 - the tables of our own tests


@pytest.fixture
def county(founded: tuple[Path, dict[str, str]], tmp_path: Path) -> County:
    """Return a copy of the county."""
    folder, numbers = founded
    shutil.copytree(folder, tmp_path / "data")
    return County(tmp_path / "data", numbers)


@pytest.fixture
def published() -> None:
    """Skip what needs the work days of the days to come, in the weeks before they are published and written down."""
    year = clock.now().add(days=4).year
    if not Rulebook.load().workdays.is_published(year):
        pytest.skip(f"the holidays of {year} are not in rules/workdays, without which no drill is arranged")


@pytest.fixture
def postgres_county(postgres_template: str, tmp_path: Path) -> Iterator[County]:
    """Return the county in a PostgreSQL database of its own."""
    name = f"anlan_{os.urandom(4).hex()}"
    url = postgres_template.replace("/postgres?", f"/{name}?")
    folder = tmp_path / "data-postgres"
    folder.mkdir()
    with psycopg.connect(postgres_template, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE anlan_template')
        yield County(folder, found_county(Settings(data_folder=folder, database_url=url)), url)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


# --- the terminal --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What a command answered: exit code, what it printed for the reader, what it complained about."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Return the one JSON document that stands on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """Return the error that the document holds."""
        found: dict[str, Any] = self.document["error"]
        return found


@pytest.fixture
def port() -> int:
    """Return a port that nobody holds at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch, port: int) -> pytest.MonkeyPatch:
    """Return an environment in which nothing of the developer's own installation is left, and passwords cost little."""
    for name in inherited_environment():
        if name.startswith("ANLAN_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ANLAN_PASSWORD_MEMORY_KIB", "8")
    monkeypatch.setenv("ANLAN_PASSWORD_ROUNDS", "1")
    monkeypatch.setenv("ANLAN_ENGINE_PORT", str(port))
    return monkeypatch


@pytest.fixture
def typed(surroundings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Answer]]:
    """Return what runs a command as if it had been typed; `given` is what standard input holds."""

    def answer(*words: object, given: str = "") -> Answer:
        arguments = [str(word) for word in words]
        surroundings.setattr(sys, "stdin", io.StringIO(given))
        capsys.readouterr()
        code = 0
        try:
            run(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    yield answer
    choose([], "zh")


@pytest.fixture
def anlan(typed: Callable[..., Answer], county: County) -> Callable[..., Answer]:
    """Return what runs a command in the county."""
    return lambda *words, **options: typed(*words, "--data", county.folder, **options)


@pytest.fixture
def anlan_on_postgres(
    typed: Callable[..., Answer], postgres_county: County, surroundings: pytest.MonkeyPatch
) -> Callable[..., Answer]:
    """Return what runs a command in the county on PostgreSQL."""
    surroundings.setenv("ANLAN_DATABASE_URL", postgres_county.database_url)
    return lambda *words, **options: typed(*words, "--data", postgres_county.folder, **options)
