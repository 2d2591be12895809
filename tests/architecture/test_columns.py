"""The column rule: a process has one word, and that word is its file in every layer."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.matter import MATTERS
from rules.processes import PROCESSES

NAMES = sorted(name for name in PROCESSES if name != "journal")


@pytest.mark.parametrize("name", NAMES)
def test_a_process_has_its_file_in_every_layer(name: str, root: Path) -> None:
    column = PROCESSES[name].column
    wanted = {
        "rules": [f"rules/{name}.py", f"rules/{name}/__init__.py", f"rules/matters/{name}.toml"],
        "tasks": [f"tasks/{column}.py"],
        "story": [f"flows/{column}.py"],
        "page": [f"console/pages/{column}.py"],
        "voice": [f"notifications/templates/{column}"],
        "paper": [f"documents/papers/{column}"],
        "documentation": [f"docs/processes/{name}.md"],
        "journeys": ["tests/journeys/journeys.md"],
        "examples": [f"tests/examples/{name}.toml"],
    }

    missing = [layer for layer, paths in wanted.items() if not any((root / path).exists() for path in paths)]

    assert missing == []


@pytest.mark.parametrize("name", NAMES)
def test_every_notice_and_paper_of_a_process_is_worded_in_both_languages(name: str, root: Path) -> None:
    folder = root / "notifications" / "templates" / PROCESSES[name].column
    chinese = {path.name.removesuffix(".zh.txt") for path in folder.glob("*.zh.txt")}
    english = {path.name.removesuffix(".en.txt") for path in folder.glob("*.en.txt")}

    assert chinese == english
    assert chinese


def test_a_process_shares_its_column_where_and_only_where_it_is_described_as_data() -> None:
    assert {name for name in NAMES if PROCESSES[name].column != name} == set(MATTERS)
