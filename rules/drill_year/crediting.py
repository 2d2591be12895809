"""Which lines a drill fulfils 对应计划: of each subject and clause at most one, the present before the missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.drill_year.facts import RECORDABLE

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import date

    from rules.drill.facts import Facts as DrillFacts
    from rules.drill_year.facts import Entry, Facts


def creditable(
    facts: Facts, subjects: Container[str], drill: DrillFacts, number: str, held_on: date
) -> tuple[str, ...]:
    """Return the lines that a drill by some subjects, held on a Shanghai day, fulfils and that nobody recorded yet.

    The line that the scheme names comes first; then one whose time the day lies in; then the earliest that was missed.
    Law: drill-command-year （七）5; drill-halfyear 第八条第二款.
    """
    named = drill.scheme.line if drill.scheme else ""
    waiting = [entry for entry in facts.entries.values() if _waits(entry, subjects, drill, held_on)]
    chosen: dict[tuple[str, str], str] = {}
    for entry in sorted(waiting, key=lambda entry: _rank(entry, named, held_on)):
        line = entry.line
        if not facts.counted_as(number, line):
            chosen.setdefault((line.subject, line.clause_id), line.no)
    return tuple(chosen.values())


def _waits(entry: Entry, subjects: Container[str], drill: DrillFacts, held_on: date) -> bool:
    line = entry.line
    is_theirs = line.subject in subjects and line.first <= held_on
    return is_theirs and entry.state in RECORDABLE and drill.fulfils(line.reach)


def _rank(entry: Entry, named: str, held_on: date) -> tuple[bool, bool, date]:
    return entry.line.no != named, held_on > entry.line.last, entry.line.last
