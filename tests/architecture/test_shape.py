"""The house: files and functions of a size that one reads in one go, and names that say what they are."""

from __future__ import annotations

import ast
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BANNED = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "data", "info"}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_STORY = 400, 40, 60
# A migration is one statement for each table and index, frozen, and read by nobody from top to bottom.
A_LIST = "migrations/versions/"
MEDIAN, NINE_IN_TEN = 8, 25


def functions(sources: tuple[Any, ...]) -> Iterator[tuple[str, int]]:
    """Return every function with the lines of its body, the docstring left out."""
    for source in sources:
        for node in ast.walk(source.tree):
            if source.path.startswith(A_LIST):
                continue
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                yield f"{source.path}:{node.name}", (node.end_lineno or 0) - body[0].lineno + 1


def allowed(name: str) -> int:
    """Return how long a function may be: a story is read aloud from top to bottom."""
    return LONGEST_STORY if name.startswith("flows/") else LONGEST_FUNCTION


def test_no_file_is_longer_than_one_reads_in_one_go(sources: tuple[Any, ...]) -> None:
    long = [source.path for source in sources if source.text.count("\n") > LONGEST_FILE]
    assert [path for path in long if not path.startswith(A_LIST)] == []


def test_functions_are_one_thought(sources: tuple[Any, ...]) -> None:
    found = dict(functions(sources))
    lengths = sorted(found.values())

    assert [
        name
        for name, length in found.items()
        if length > (LONGEST_STORY if name.startswith("flows/") else LONGEST_FUNCTION)
    ] == []
    assert statistics.median(lengths) <= MEDIAN
    assert lengths[int(len(lengths) * 0.9)] <= NINE_IN_TEN


def test_no_file_hides_behind_a_name_that_says_nothing(sources: tuple[Any, ...]) -> None:
    assert [source.path for source in sources if Path(source.path).stem in BANNED] == []


def test_the_layers_contract_knows_every_package(root: Path) -> None:
    contract = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    folders = {path.parent.name for path in root.glob("*/__init__.py")}

    assert set(contract["root_packages"]) == folders


def test_errors_are_swallowed_at_the_outer_edges_only(sources: tuple[Any, ...]) -> None:
    found = {
        source.path
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    }

    assert found == EDGES


# Each records what it caught: a fault of one act, notice, run or page must not take the others with it.
EDGES = {
    "console/photos.py",
    "console/serving.py",
    "deployments/alarm_clock.py",
    "deployments/crew.py",
    "deployments/dispatcher.py",
    "deployments/performer.py",
    "deployments/worker.py",
    "flows/catch_up.py",
    "flows/orders.py",
    "models/audit.py",
    "models/escalation.py",
    "models/sqlite_store.py",
    "models/verification.py",
}
