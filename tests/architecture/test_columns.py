"""The column rule: a process has one word, and that word is its file in every layer."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.processes import PROCESSES

NAMES = sorted(name for name in PROCESSES if name != "journal")


@pytest.mark.parametrize("name", NAMES)
def test_a_process_has_its_file_in_every_layer(name: str, root: Path) -> None:
    wanted = {
        "rules": [f"rules/{name}.py", f"rules/{name}/__init__.py"],
        "tasks": [f"tasks/{name}.py"],
        "story": [f"flows/{name}.py"],
        "page": [f"console/pages/{name}.py"],
        "voice": [f"notifications/templates/{name}"],
        "paper": [f"documents/papers/{name}"],
        "documentation": [f"docs/processes/{name}.md"],
        "journeys": ["tests/journeys/journeys.md"],
        "examples": [f"tests/examples/{name}.toml"],
    }

    missing = [layer for layer, paths in wanted.items() if not any((root / path).exists() for path in paths)]

    assert missing == []


@pytest.mark.parametrize("name", NAMES)
def test_every_notice_and_paper_of_a_process_is_worded_in_both_languages(name: str, root: Path) -> None:
    folder = root / "notifications" / "templates" / name
    chinese = {path.name.removesuffix(".zh.txt") for path in folder.glob("*.zh.txt")}
    english = {path.name.removesuffix(".en.txt") for path in folder.glob("*.en.txt")}

    assert chinese == english
    assert chinese
