"""A year of 17 commands, 9 townships and 80 units: each drill that was owed was held, missed and told, or changed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rules.actor import Role
from rules.drill_year import DRILL_YEAR
from rules.drill_year.facts import State
from rules.drill_year.lines import generate, write_line
from rules.drill_year.subjects import SubjectKind, midnight, read_subject, requirements
from rules.plan.levels import UnitKind
from rules.rulebook import Rulebook
from rules.standing import Status

_RULEBOOK = Rulebook.load()
_FIRST = date(2026, 1, 12)
_ENDS = {State.DONE, State.LATE, State.MISSED, State.MERGED, State.RELEASED}


def _subjects() -> list[str]:
    kinds = list(UnitKind)
    commands = [f"ZH{number}|command|-|0|-" for number in range(17)]
    towns = [f"T{number}|township|-|0|{2024 + number % 2}-06-01" for number in range(9)]
    units = [f"U{number}|unit|{kinds[number % len(kinds)]}|{number % 3}|-" for number in range(80)]
    return [*commands, *towns, *units]


@pytest.fixture(scope="module")
def lived(played: Callable[..., Any]) -> Any:
    """Return the year as chance lived it: most drills held, some late, some moved, merged or released, some missed."""
    chance = random.Random(2026)  # noqa: S311 - chance, not secrecy
    subjects = _subjects()
    planned = generate([read_subject(line) for line in subjects], _FIRST, _RULEBOOK)
    case = played(DRILL_YEAR, {}, "2026-01-12T09:00")
    case.do(
        "compile", Role.BUREAU_OFFICER, year="2026", title="2026年度演练计划", subjects="\n".join(subjects),
        lines="\n".join(write_line(line) for line in planned),
    )  # fmt: skip
    case.do("approve", approved="yes")
    for line in sorted(planned, key=lambda line: line.day):
        _live(case, line, chance)
    case.until(midnight(date(2027, 1, 4)))
    return case


def _live(case: Any, line: Any, chance: random.Random) -> None:
    case.until(max(case.now, midnight(line.day)).add(hours=9))
    entry = case.facts.entries[line.no]
    if entry.state is not State.PLANNED or chance.random() < 0.1:
        return
    if chance.random() < 0.05 and line.subject.startswith("U"):
        _change(case, kind="release", line=line.no, basis="closed", reason="单位关闭")
        return
    day = min(case.now.date(), line.last)
    case.do("record", Role.BUREAU_OFFICER, about=line.no, number=f"YL{line.no}", day=day)


def _change(case: Any, **said: Any) -> None:
    about = str(case.do("change", Role.BUREAU_OFFICER, **said).seq)
    case.do("decide-change", about=about, approved="yes")


def test_every_owed_drill_has_its_end(lived: Any) -> None:
    states = Counter(entry.state for entry in lived.facts.entries.values())

    assert set(states) <= _ENDS
    assert min(states[State.DONE], states[State.MISSED], states[State.RELEASED]) > 0
    needs = [need for subject in map(read_subject, _subjects()) for need in requirements(subject, _FIRST, _RULEBOOK)]
    for need in needs:
        ends = [entry.state for entry in lived.facts.entries.values() if entry.line.meets(need)]
        assert len(ends) >= need.count, need


def test_what_was_missed_was_told_and_climbed(lived: Any) -> None:
    missed = {no for no, entry in lived.facts.entries.items() if entry.state is State.MISSED}
    breaches = {duty.about for duty in lived.duties if duty.act == "record" and duty.breached}
    told = Counter(str(effect.addressee) for step in lived.steps for effect in step.effects if effect.name == "missed")
    explained = {duty.about for duty in lived.duties if duty.act == "explain"}

    assert missed == breaches == explained
    assert told == {"committee_office": len(missed), "bureau_head": len(missed)}


def test_the_tally_adds_up_by_kind(lived: Any) -> None:
    tally = lived.facts.tally
    by_kind = Counter(lived.facts.subjects[entry.line.subject].kind for entry in lived.facts.entries.values())

    assert sum(tally.values()) == len(lived.facts.entries)
    assert by_kind[SubjectKind.COMMAND] == 17
    assert by_kind[SubjectKind.TOWNSHIP] == 5
    assert by_kind[SubjectKind.UNIT] > 160


def test_nothing_more_is_owed_when_the_year_is_summed_up(lived: Any) -> None:
    ending = lived.fork()
    ending.do("summarise", summary="总结")

    assert (ending.facts.status, ending.owed) == (Status.CLOSED, {})
