"""What is counted, found and put in order by tables and indexes is what one finds by looking at everything in turn."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest

from models import directory, listing
from models.board import board
from models.escalation import fire_due, next_wake
from models.initials import matches, units_by_initials
from models.listing import Search
from models.mailbox import letters
from models.month import due_by_day
from models.store import Writing
from models.supervision import Wanted, count_late, late, seats_within, worst
from models.units import find_units
from rules.actor import Reach, Role
from rules.deadlines import SHANGHAI

_NAMES = {"quarry": "长城采石场", "school": "红星小学"}
_TEXTS = ("皮带机护罩缺失", "红星井口爬梯松动", "消防通道堵塞", "Pump 3 leaks 100%")
_WORDS = ("红星", "hx", "cc", "zc", "护罩", "YH-2026-0002", "0001", "100%", "_", "采石", "应急局", "zzz")


@pytest.fixture(params=[1, 2])
def grown(request: pytest.FixtureRequest, county: Any) -> Any:
    """Return a county in which things happened at random over weeks, with the clock running."""
    dice = random.Random(request.param)  # noqa: S311 - a seed makes the same county again

    def register(writing: Writing) -> None:
        for code, town, department in (("quarry", "qingshi", "bureau"), ("school", "baishui", "industry")):
            unit = directory.NewUnit(code, _NAMES[code], town, department, dice.choice(("其他", "商贸")), "路口")
            directory.add_unit(writing, "dai", unit)

    county.store.write(register)
    for _ in range(9):
        county.now = county.now.add(hours=dice.choice((3, 20, 30)))
        _let_pass(county)
        _happen(county, dice)
    county.now = county.now.add(days=dice.choice((5, 40)))
    _let_pass(county)
    return county


def _happen(county: Any, dice: random.Random) -> None:
    if dice.random() < 0.3:
        number = county.ordered(*dice.choice((("redstar", ""), ("hongda", "2"))))
        if dice.random() < 0.5:
            fixer = county.actor(Role.UNIT_FIXER, "2" if "hongda" in _unit_of(county, number) else "")
            county.do(number, "rectify", fixer, measure="已整改")
        return
    unit, who = (
        dice.choice(("redstar", "hongda", "quarry", "school")),
        dice.choice(("committee_office", "bureau_officer")),
    )
    number = county.found(county.actor(Role(who)), unit=unit, description=dice.choice(_TEXTS)).number
    if dice.random() < 0.5:
        grade = dice.choice(({"grade": "general"}, {"grade": "major", "unsafe": True}))
        county.do(number, "grade", county.actor(Role.BUREAU_OFFICER), basis="synthesis", reason="理由", **grade)


def _unit_of(county: Any, number: str) -> str:
    query = "SELECT units.code FROM cases JOIN units ON units.id = unit_id WHERE number = '{}'"
    return county.rows(query.format(number))[0][0]


def _let_pass(county: Any) -> None:
    while True:
        with county.store.read() as reading:
            due = next_wake(reading)
        if due is None or due > county.now:
            return
        assert not fire_due(county.ledger, due).failed


def _readers(county: Any) -> list[Any]:
    return [
        replace(county.actor(role, suffix), home=county.homes[f"{role}{suffix}"])
        for role, suffix in (
            (Role.COUNTY_LEADER, ""), (Role.BUREAU_OFFICER, ""), (Role.DEPT_HEAD, ""), (Role.DEPT_OFFICER, "2"),
            (Role.TOWN_LEADER, "2"), (Role.UNIT_HEAD, "2"), (Role.LEADERSHIP, ""),
        )
    ]  # fmt: skip


def _check_what_is_asked_for_is_counted_as_it_is_listed_and_listed_as_it_is(grown: Any) -> None:
    searches = [
        Search(status=status, grade=grade, overdue=overdue)
        for status in ("", "open", "closed") for grade in ("", "general", "major") for overdue in (False, True)
    ]  # fmt: skip
    facts = {
        number: rest for number, *rest in grown.rows("SELECT number, status, coalesce(grade, ''), overdue FROM cases")
    }
    with grown.store.read() as reading:
        for actor in _readers(grown):
            everything = [item.number for item in listing.cases(reading, actor.scope, "hazard", Search(), most=999)]
            for search in searches:
                wanted = [
                    number for number in everything
                    if search.status in {"", facts[number][0]} and search.grade in {"", facts[number][1]}
                    and (facts[number][2] or not search.overdue)
                ]  # fmt: skip
                found = listing.cases(reading, actor.scope, "hazard", search, most=999)
                assert [item.number for item in found] == wanted
                assert listing.count_cases(reading, actor.scope, "hazard", search) == len(wanted)
            for kind in ("journal", "obligation", "drill"):
                listed = listing.cases(reading, actor.scope, kind, Search(), most=999)
                assert listing.count_cases(reading, actor.scope, kind, Search()) == len(listed)


def _check_words_find_what_looking_at_every_case_finds(grown: Any) -> None:
    with grown.store.read() as reading:
        for actor in _readers(grown):
            everything = listing.cases(reading, actor.scope, "hazard", Search(), most=999)
            for words in _WORDS:
                wanted = [
                    item.number for item in everything
                    if words.lower() in item.unit.lower() or words in item.number or words in item.description
                    or (words.isascii() and words.isalnum() and len(words) > 1 and matches(words, item.unit))
                ]  # fmt: skip
                found = listing.cases(reading, actor.scope, "hazard", Search(words=words), most=999)
                texts = {item.number for item in found} - set(wanted)
                assert [item.number for item in found if item.number not in texts] == wanted, words
                # Words are sought in every text of the report, of which the list shows but one.
                assert all(words in _texts(grown, number) for number in texts), words
                assert listing.count_cases(reading, actor.scope, "hazard", Search(words=words)) == len(found)


def _texts(county: Any, number: str) -> str:
    query = "SELECT texts FROM words JOIN cases ON cases.id = case_id WHERE seq = 1 AND number = '{}'"
    return county.rows(query.format(number))[0][0]


def _check_a_to_do_list_is_in_order_and_any_part_of_it_is_that_part(grown: Any) -> None:
    with grown.store.read() as reading:
        for actor in _readers(grown):
            whole = listing.todo(reading, actor, most=999)
            dues = [(item.due_alert is None, item.due_alert) for item in whole if item.due_alert is not None]
            assert dues == sorted(dues)
            assert all(item.due_alert is None for item in whole[len(dues) :])
            for skip, most in ((0, 1), (0, 3), (2, 2), (len(whole), 5)):
                assert listing.todo(reading, actor, most=most, skip=skip) == whole[skip : skip + most]
        assert any(len(listing.todo(reading, actor)) > 1 for actor in _readers(grown))


def _check_the_worst_cases_are_those_that_the_whole_list_shows(grown: Any) -> None:
    with grown.store.read() as reading:
        for actor in _readers(grown):
            everything = late(reading, actor, grown.now, Wanted(), most=999)
            assert [one.late_from for one in everything] == sorted(one.late_from for one in everything if one.late_from)
            assert count_late(reading, actor, grown.now, Wanted()) == len(everything)
            by_case = {
                number: list(several)
                for number, several in groupby(sorted(everything, key=lambda one: one.number), lambda one: one.number)
            }
            longest = [min(several, key=lambda one: (one.late_from, one.key)) for several in by_case.values()]
            longest.sort(key=lambda one: (one.grade != "major", one.late_from))
            found = worst(reading, actor, grown.now, most=5)
            assert [(one.grade, one.late_from) for one in found] == [(one.grade, one.late_from) for one in longest[:5]]
            assert len({one.number for one in found}) == len(found)

            seen = board(reading, actor, grown.now)
            assert seen.late.now == len(everything)
            assert sum(share.late for share in seen.towns) == len(by_case)
            today = late(reading, actor, grown.now, Wanted(due_today=True), most=999)
            assert seen.today.now == len(today)


def _check_the_days_of_the_calendar_hold_what_falls_due_on_them(grown: Any) -> None:
    today = grown.now.in_timezone(SHANGHAI).date()
    first, last = today.subtract(days=40), today.add(days=40)
    with grown.store.read() as reading:
        actor = grown.actor(Role.COUNTY_LEADER)
        days = due_by_day(reading, actor, first, last)
    dues = grown.rows(
        "SELECT due_legal FROM duties WHERE status = 'open' AND act <> 'acknowledge' AND due_legal IS NOT NULL"
        " AND (holder <> 'owner' OR breached)"
    )
    day_of = [(due - 1 + 8 * 3_600_000_000) // 86_400_000_000 for (due,) in dues]
    bounds = [(day - type(today)(1970, 1, 1)).days for day in (first, last)]
    assert sum(days.values()) == sum(bounds[0] <= day <= bounds[1] for day in day_of)


def _check_seats_are_those_of_the_cases_in_scope(grown: Any) -> None:
    cases = grown.rows("SELECT path, department_id, unit_id FROM cases")
    bodies = grown.rows("SELECT id, name, path FROM organisations ORDER BY id")
    with grown.store.read() as reading:
        for actor in _readers(grown):
            at = {Reach.UNIT: 2, Reach.DEPARTMENT: 1}.get(actor.scope.reach)
            covered = [
                case for case in cases
                if (case[at] == actor.scope.at if at else case[0].startswith(actor.scope.at))
            ]  # fmt: skip
            wanted = [(key, name) for key, name, path in bodies if any(path == c[0] or key == c[1] for c in covered)]
            assert seats_within(reading, actor.scope) == wanted


def _check_units_lately_reported_stand_first(grown: Any) -> None:
    with grown.store.read() as reading:
        for role in (Role.COMMITTEE_OFFICE, Role.BUREAU_OFFICER, Role.AUDITOR):
            actor = grown.actor(role)
            reported = "SELECT units.name, max(acts.recorded_at) FROM units JOIN cases ON unit_id = units.id JOIN acts"
            mine = f"ON case_id = cases.id WHERE seq = 1 AND person_id = '{actor.person_id}' GROUP BY 1"
            last = dict(grown.rows(f"{reported} {mine}"))
            names = [unit.name for unit in find_units(reading, actor, "")]
            times = [last.get(name, 0) for name in names]
            assert len(names) == 4
            assert times == sorted(times, reverse=True)
            assert [unit.name for unit in find_units(reading, actor, "cc")] == ["长城采石场"]
            assert units_by_initials(reading, actor.scope, "zc") == units_by_initials(reading, actor.scope, "cc")


def _check_letters_come_the_last_first_to_one_and_to_everybody(grown: Any) -> None:
    with grown.store.read() as reading:
        everybody = letters(reading, most=9_999)
        assert [one.number for one in everybody] == sorted((one.number for one in everybody), reverse=True)
        person = grown.actor(Role.DEPT_HEAD).person_id
        assert letters(reading, person_id=person, most=9_999) == [one for one in everybody if one.person_id == person]


_CHECKS = (
    _check_what_is_asked_for_is_counted_as_it_is_listed_and_listed_as_it_is,
    _check_words_find_what_looking_at_every_case_finds,
    _check_a_to_do_list_is_in_order_and_any_part_of_it_is_that_part,
    _check_the_worst_cases_are_those_that_the_whole_list_shows,
    _check_the_days_of_the_calendar_hold_what_falls_due_on_them,
    _check_seats_are_those_of_the_cases_in_scope,
    _check_units_lately_reported_stand_first,
    _check_letters_come_the_last_first_to_one_and_to_everybody,
)


def test_fast_answers_are_the_plain_ones(grown: Any) -> None:
    for check in _CHECKS:
        check(grown)
