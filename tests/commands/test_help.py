"""`anlan --help`: every command in both languages, at the cost of nothing that the engine or the database needs."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from deployments.command import Command
from deployments.command_list import COMMANDS, GROUPS

_ROOT = Path(__file__).parents[2]
_HEAVY = ("prefect", "sqlalchemy", "sqlmodel", "pydantic", "alembic", "apprise", "fastapi", "httpx", "rich.progress")
_ASK = """
import contextlib, io, json, sys
from deployments.cli import run
from deployments.command_list import COMMANDS

def printed(arguments):
    words = io.StringIO()
    with contextlib.redirect_stdout(words), contextlib.suppress(SystemExit):
        run([*arguments, "--help", "--lang", sys.argv[1]])
    return words.getvalue()

first = printed([])
loaded = sorted(sys.modules)
groups = {command.group: printed([command.group]) for command in COMMANDS if command.group}
each = {command.target: printed([part for part in (command.group, command.name) if part]) for command in COMMANDS}
later = sorted(sys.modules)
print(json.dumps({"first": first, "loaded": loaded, "groups": groups, "each": each, "later": later}))
"""


@cache
def _help(language: str) -> dict[str, dict[str, str]]:
    """Ask a fresh process for all help texts, because words are chosen when a command is imported."""
    asked = subprocess.run(
        [sys.executable, "-c", _ASK, language],
        check=True, capture_output=True, text=True, cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT), "COLUMNS": "200", "PYTHONUTF8": "1"},
    )  # fmt: skip
    found: dict[str, dict[str, str]] = json.loads(asked.stdout)
    return found


def _words(command: Command, language: str) -> str:
    return (command.zh if language == "zh" else command.en).partition("\n")[0]


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_first_page_lists_every_command_and_group_with_what_it_does(language: str) -> None:
    first = str(_help(language)["first"])
    for command in (command for command in COMMANDS if not command.group):
        line = next(line for line in first.splitlines() if line.startswith(f"│ {command.name} "))
        assert _words(command, language) in line
    for name, zh, en in GROUPS:
        line = next(line for line in first.splitlines() if line.startswith(f"│ {name} "))
        assert (zh if language == "zh" else en) in line


def test_each_group_lists_its_commands(language: str) -> None:
    for command in (command for command in COMMANDS if command.group):
        page = _help(language)["groups"][command.group]
        line = next(line for line in page.splitlines() if line.startswith(f"│ {command.name} "))
        assert _words(command, language) in line


def test_each_command_explains_itself_and_its_options(language: str) -> None:
    switch = "输出 JSON" if language == "zh" else "Print JSON"
    for command in COMMANDS:
        page = _help(language)["each"][command.target]
        assert _words(command, language) in page, command
        assert all(option in page for option in ("--json", "--data", "--lang", switch)), command


def test_no_page_mixes_the_languages() -> None:
    """What the reader chose in English says nothing in Chinese, but for the name of the county and of the program."""
    pages = [str(_help("en")["first"]), *_help("en")["groups"].values(), *_help("en")["each"].values()]
    chinese = {character for page in pages for character in page if "\u4e00" <= character <= "\u9fff"}
    assert chinese <= set("安澜代县开库表格")


@pytest.mark.parametrize("module", _HEAVY)
def test_the_first_page_loads_nothing_heavy(module: str, language: str) -> None:
    assert module not in _help(language)["loaded"]


def test_no_help_page_loads_the_engine(language: str) -> None:
    assert "prefect" not in _help(language)["later"]


def test_the_language_may_come_from_the_environment_and_the_command_line_goes_before_it() -> None:
    def first(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "deployments.cli", "--help", *arguments],
            check=True, capture_output=True, text=True, cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "ANLAN_LANGUAGE": "en", "PYTHONUTF8": "1"},
        ).stdout  # fmt: skip

    assert "Found a real county" in first()
    assert "建立正式库" in first("--lang=zh")
