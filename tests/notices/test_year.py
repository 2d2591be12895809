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
#: Rows of which nothing is said yet, though they may run by now; what a row among them that is spelt out says is asked.
_NUMBERS = """
    002 003 011 012 013 014 015 016 017 018 023 024 052 057 060 065 069 077 080 082 083 085 107 111 115 116
    117 119 120 121 123 125 126 130 131 132 133 134 135 136 137 138 139 140 141 143 144 145 146 147 148 150
    151 152 153 154 155 156 157 158 159 160 161 162 163 165 167 168 169 170 171 172 173 174 176 177 178 179
    180 181 182 184 185 186 187 188 189 190 191 192 193 195 196 197 207 227 228 231 232 234 235 236 237
"""
AWAITED = {f"B{number}" for number in _NUMBERS.split()}
#: A plan of a unit is assessed every three years, the campaign of three years ends with 2022: no single year sees it.
TOO_LONG = {"B071", "B002"}
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
        store.write(_with_a_village)
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


def _with_a_village(writing: Any) -> None:
    """Let 青石镇 have a village: what the little county of other tests has no need of."""
    directory.add_organisation(
        writing, "dai", code="qingshi-village", name="青石一村", kind=OrganisationKind.VILLAGE, parent="qingshi"
    )


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
    for name, story in living.module(_HERE / "year" / "story" / "proved.py").alone():
        with _county(sqlite_template) as year:
            year.live_only(story)
            row = name.partition("-")[0]
            found[row] = found.get(row, Counter()) + _came(year).get(row, Counter())
    return found


def _came(year: Any) -> dict[str, Counter[Any]]:
    called = living.names_of_cases(year.county) | {number: name for name, number in year.cases.items()}
    found: dict[str, Counter[Any]] = looking.came(year.county, NOTICE, called)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("row", sorted({*RUNNING, *EXPECTED} - (AWAITED - EXPECTED.keys()) - {"explain"}))
def test_what_was_owed_done_missed_and_told_is_what_the_oracle_says(came: dict[str, Counter[Any]], row: str) -> None:
    if row not in AWAITED or row in RUNNING or row in came:
        assert expecting.words(came.get(row, Counter())) == expecting.words(EXPECTED.get(row, Counter()))


@pytest.mark.slow
def test_nothing_came_of_the_year_of_which_the_oracle_says_nothing(came: dict[str, Counter[Any]]) -> None:
    assert came.keys() - EXPECTED.keys() - AWAITED == set()


@pytest.mark.slow
def test_the_ledger_of_the_year_holds(lived: Any) -> None:
    assert lived.county.verified().holds


def test_every_row_that_runs_has_an_expectation_with_a_breach_of_which_somebody_was_told() -> None:
    for row in [row for row in RUNNING if row not in AWAITED]:
        came = EXPECTED.get(row, Counter())
        assert came, f"{row} runs, and the oracle of the year in tests/notices/year says nothing of it"
        assert row in TOO_LONG or any(told for *_, told in came), f"nobody misses {row} in the whole year"


def test_a_row_of_which_nothing_is_expected_is_planned_or_declaratory() -> None:
    classes = {row.id: row.row_class for row in NOTICE.rows}
    assert tuple(row for row, found in classes.items() if found is RowClass.DECLARATORY) == DECLARATORY
    silent = classes.keys() - EXPECTED.keys() - set(DECLARATORY)
    assert {row for row in silent - AWAITED if classes[row] is not RowClass.PLANNED} == set()


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
