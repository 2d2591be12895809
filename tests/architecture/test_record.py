"""The record: who may delete or change rows at all, and that nobody reads the clock or the environment elsewhere."""

from __future__ import annotations

import ast
from typing import Any

# Sign-ins that have ended, attempts that are forgiven, wakes that were taken, alarms that are over, contacts of an
# erased person, rows of a roster, drill, year or unit's file that its acts have changed (they stand), notes for
# hand-over of whom it has to look after (the holdings, absences and contacts they are about stand). Acts, duties,
# effects, notices and runs are in nobody's hands.
MAY_DELETE = {
    "models/access.py": {"_sessions"},
    "models/alarms.py": {"_settings"},
    "models/drill_rows.py": {"_drills", "_invitations"},
    "models/drill_year.py": {"_lines"},
    "models/duty_watch.py": {"_absences", "_shifts"},
    "models/erasure.py": {"_contacts", "_sessions"},
    "models/programme.py": {"_items"},
    "models/roster_changes.py": {"_changes"},
    "models/throttle.py": {"_failures"},
    "models/unit_file.py": {"_papers", "_seats"},
    "models/wakes.py": {"_wakes"},
}
# The one column each that may change after the fact: none in acts; the texts of words, once, to nothing.
NEVER_UPDATED = {"_acts", "ActRow"}
CLOCKS = {("pendulum", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


def calls(source: Any, name: str) -> set[str]:
    """Return what a statement function is applied to in a file."""
    return {
        ast.unparse(node.args[0])
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and node.args
    }


def test_only_what_is_no_evidence_is_ever_deleted(sources: tuple[Any, ...]) -> None:
    found = {source.path: calls(source, "delete") for source in sources if calls(source, "delete")}

    assert found == MAY_DELETE


def test_no_statement_updates_an_act(sources: tuple[Any, ...]) -> None:
    assert [source.path for source in sources if calls(source, "update") & NEVER_UPDATED] == []


def test_sql_is_written_in_models_only(sources: tuple[Any, ...]) -> None:
    found = [
        source.path
        for source in sources
        if source.package not in {"models", "migrations"} and source.imports & {"sqlalchemy", "sqlmodel"}
    ]

    assert found == []


def test_only_the_clock_reads_the_clock(sources: tuple[Any, ...]) -> None:
    found = {
        source.path
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    }

    assert found == {"models/clock.py"}


def test_one_file_reads_the_environment(sources: tuple[Any, ...]) -> None:
    found = {
        source.path
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in {"environ", "getenv", "putenv"}
    }

    assert found == {"environment.py"}


def test_nothing_legal_is_printed_to_a_terminal_by_anything_but_the_printer(sources: tuple[Any, ...]) -> None:
    found = {
        source.path
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }

    assert found <= {"deployments/output.py", "documents/confined.py"}
