"""Law stands in files with article and source, never as a number in code; whoever cites a clause cites one that is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from rules.rulebook import Rulebook

RULES = Rulebook.load()
KNOWN = {clause.id for clause in RULES.clauses()}
# Words that look like clauses: a notice, ladders, pages and commands.
NO_CLAUSES = {
    "plan-filed", "plan-office", "plan-years", "drill-year", "drill-years", "drill-board", "drill-code", "file-office",
    "file-unit", "file-closed",
}  # fmt: skip
TERMS = {"days", "hours", "minutes", "weeks", "months", "years", "seconds"}
# Machinery, not law: sizes of text, of caches, of the calendar and of code points; months of a year, yuan, years.
MACHINERY = {"rules/form.py", "rules/text.py", "rules/rulebook.py", "rules/workdays.py", "rules/day_counting.py",
             "rules/deadlines.py", "rules/ladder.py", "rules/periods.py", "rules/incident/casualties.py",
             "rules/incident/figures.py", "rules/tipoff/sums.py"}  # fmt: skip


def numbers(tree: ast.AST) -> Iterator[ast.Constant]:
    """Return every number that is not simply none, one or two."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in {int, float} and abs(node.value) > 2:  # type: ignore[arg-type]
            yield node


def test_no_legal_number_stands_in_code(sources: tuple[Any, ...]) -> None:
    found = [
        f"{source.path}:{number.lineno} {number.value}"
        for source in sources
        if source.package == "rules" and source.path not in MACHINERY
        for number in numbers(source.tree)
    ]

    assert found == []


def test_nobody_adds_a_term_that_is_written_in_code(sources: tuple[Any, ...]) -> None:
    found = [
        f"{source.path}:{node.lineno}"
        for source in sources
        if source.package in {"rules", "models", "tasks", "flows"}
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in TERMS and isinstance(keyword.value, ast.Constant) and keyword.value.value > 1
    ]

    assert found == []


def test_every_clause_that_code_names_is_in_the_rulebook(sources: tuple[Any, ...]) -> None:
    named = {
        node.value
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(?:haz|inc|civil|county|duty|plan|drill|cmd|obl|file|rep)-[a-z0-9-]+", node.value)
    }

    assert named - KNOWN - NO_CLAUSES == set()
    assert len(named) > 20


def test_every_law_line_of_a_docstring_names_a_clause(sources: tuple[Any, ...]) -> None:
    cited = {clause for source in sources for clause in re.findall(r"Law: ([a-z0-9-]+)", source.text)}

    assert cited - KNOWN == set()
    assert len(cited) > 10


def test_every_clause_says_where_it_comes_from_and_how_sure_we_are() -> None:
    for clause in RULES.clauses():
        assert clause.source, clause.id
        assert clause.citation, clause.id
        assert clause.verification.label, clause.id
