"""A simulated year of the county, every day from 22 March 2021 to 31 March 2022, against an oracle written by hand.

For every row of the notice that runs the oracle says how many were owed to whom, what came of them and who was told of
each breach. It reads no rule file and no code of the program, which a test below asks of its files.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from models import directory
from models.installation import describe
from models.ledger import Ledger
from models.organisation import OrganisationKind
from models.store import open_store
from notifications.channel import Channels
from rules.actor import Role
from rules.county_notice import RowClass, notice_of
from settings import Settings
from tasks.resources import Resources

_HERE = Path(__file__).parent


def _load(name: str, path: Path) -> ModuleType:
    """Load a file that lies below the tests, where nothing is a package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


_models = _load("conftest_of_the_models", _HERE.parent / "models" / "conftest.py")
living, looking, expecting = (
    _load(f"year_{name}", _HERE / "year" / f"{name}.py") for name in ("living", "looking", "expecting")
)
sqlite_template = _models.sqlite_template
NOTICE = notice_of(2021)
RUNNING = [row.id for row in NOTICE.rows if row.row_class.is_running]
#: Principles: nothing is owed under them, so that nothing is expected.
DECLARATORY = ("B006", "B010", "B019", "B034", "B047", "B062", "B084", "B108", "B110", "B122", "B129")
ORACLE_FILES = sorted((_HERE / "year" / "oracle").glob("*.py"))


def _expected() -> dict[str, Counter[Any]]:
    oracle = expecting.Oracle()
    for path in ORACLE_FILES:
        living.module(path).expect(oracle)
    return dict(oracle.rows)


EXPECTED = _expected()


@contextlib.contextmanager
def _county(template: Path) -> Iterator[Any]:
    """Open the little county in memory: what a disk takes is asked elsewhere."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        shutil.copy(template, Path(folder) / "anlan.db")
        store = open_store(f"sqlite:///{folder}/anlan.db")
        county = _models.populate(store)
        store.write(lambda writing: _completed(writing, county))
        settings = Settings(data_folder=Path(folder), public_address="https://anlan.example")
        with store.read() as reading:
            facts = describe(reading)
        assert facts is not None
        county.ledger = Ledger(store, county.ledger.rulebook, county_id="dai", channels=("preview",))
        tools = Resources(
            settings, store, county.ledger, facts, Channels({"preview": None}), settings.folder("papers"),
            now=lambda: county.now,
        )  # fmt: skip
        yield living.Year(county, tools)
        store.close()


def _completed(writing: Any, county: Any) -> None:
    """Let 青石镇 have a village, the county a department of natural resources: other tests have no need of them."""
    for code, name, kind, parent in (
        ("qingshi-village", "青石一村", OrganisationKind.VILLAGE, "qingshi"),
        ("natural-resources", "自然资源局", OrganisationKind.DEPARTMENT, "county"),
    ):
        directory.add_organisation(writing, "dai", code=code, name=name, kind=kind, parent=parent)
    for role in (Role.DEPT_HEAD, Role.DEPT_OFFICER):
        _models.take_seat(writing, county, role, "3", "natural-resources")


@pytest.fixture(scope="module")
def lived(sqlite_template: Path) -> Iterator[Any]:
    """Return the county after its year."""
    with _county(sqlite_template) as year:
        year.live()
        yield year


@pytest.fixture(scope="module")
def came(lived: Any, sqlite_template: Path) -> dict[str, Counter[Any]]:
    """Return what came of the year, by row."""
    found = _came(lived)
    for name, story, until in living.module(_HERE / "year" / "story" / "proved.py").alone():
        with _county(sqlite_template) as year:
            year.live_only(story, until)
            row = name.partition("-")[0]
            found[row] = found.get(row, Counter()) + _came(year).get(row, Counter())
    return found


def _came(year: Any) -> dict[str, Counter[Any]]:
    called = living.names_of_cases(year.county) | {number: name for name, number in year.cases.items()}
    found: dict[str, Counter[Any]] = looking.came(year.county, NOTICE, called)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("row", sorted({*RUNNING, *EXPECTED}))
def test_what_was_owed_done_missed_and_told_is_what_the_oracle_says(came: dict[str, Counter[Any]], row: str) -> None:
    expected = EXPECTED.get(row, Counter())
    if row == "explain":  # of lines that run: what is spelt out of a row before it runs waits for it
        there = {case for found, lines in came.items() if found != row for case, *_ in lines}
        expected = Counter({line: count for line, count in expected.items() if line[0] in there})
    if row in RUNNING or row in came:
        assert expecting.words(came.get(row, Counter())) == expecting.words(expected)


@pytest.mark.slow
def test_nothing_came_of_the_year_of_which_the_oracle_says_nothing(came: dict[str, Counter[Any]]) -> None:
    assert came.keys() - EXPECTED.keys() == set()


@pytest.mark.slow
def test_the_ledger_of_the_year_holds(lived: Any) -> None:
    assert lived.county.verified().holds


def test_every_row_that_runs_has_an_expectation_with_a_breach_of_which_somebody_was_told() -> None:
    for row in RUNNING:
        came = EXPECTED.get(row, Counter())
        assert came, f"{row} runs, and the oracle of the year in tests/notices/year says nothing of it"
        assert any(told for *_, told in came), f"nobody misses {row} in the whole year"


def test_a_row_of_which_nothing_is_expected_is_planned_or_declaratory() -> None:
    classes = {row.id: row.row_class for row in NOTICE.rows}
    assert tuple(row for row, found in classes.items() if found is RowClass.DECLARATORY) == DECLARATORY
    silent = classes.keys() - EXPECTED.keys() - set(DECLARATORY)
    assert {row for row in silent if classes[row] is not RowClass.PLANNED} == set()


@pytest.mark.parametrize("path", [*ORACLE_FILES, _HERE / "year" / "expecting.py"], ids=lambda path: path.stem)
def test_the_oracle_knows_neither_the_program_nor_its_rule_files(path: Path) -> None:
    source = path.read_text("utf-8")
    imported = {
        name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported <= {"__future__", "collections", "typing"}
    assert ".toml" not in source
    assert "open(" not in source.replace("open=", "")
