"""Initials: a few letters find a unit and its cases, whichever way a sign is read, and never beyond one's scope."""

from __future__ import annotations

from typing import Any

import pytest

from models import listing, unit_register
from models.initials import matches, units_by_initials
from models.listing import Search
from models.unit_register import UnitSearch
from models.units import find_units
from rules.actor import Role


@pytest.mark.parametrize(
    ("sought", "name"),
    [
        ("hxtk", "红星铁矿"), ("tk", "红星铁矿"), ("hx", "红星铁矿（一号井）"), ("k1hj", "红星铁矿1号井"),
        ("cc", "长城商场"), ("zc", "长城商场"), ("zqjx", "重庆机械"), ("cqjx", "重庆机械"), ("abc", "ABC公司"),
    ],
)  # fmt: skip
def test_initials_in_a_row_find_a_name_in_each_of_its_readings(sought: str, name: str) -> None:
    assert matches(sought, name)


@pytest.mark.parametrize(("sought", "name"), [("ht", "红星铁矿"), ("hxtkk", "红星铁矿"), ("x", ""), ("hx", "□□")])
def test_what_is_not_in_a_row_or_not_there_is_not_found(sought: str, name: str) -> None:
    assert not matches(sought, name)


def test_units_and_cases_are_found_by_initials_and_by_two_characters(county: Any) -> None:
    number = county.found().number
    actor = county.actor(Role.TOWN_CLERK)
    with county.store.read() as reading:
        name = find_units(reading, actor, "")[0].name
        letters = "".join(_first(sign) for sign in name[:3])
        for words in (letters, letters.upper(), name[:2]):
            assert name in [unit.name for unit in find_units(reading, actor, words)], words
            assert unit_register.count_units(reading, actor.scope, UnitSearch(words)) >= 1
            found = listing.cases(reading, actor.scope, "hazard", Search(words=words))
            assert number in [case.number for case in found], words
            assert listing.count_cases(reading, actor.scope, "hazard", Search(words=words)) == len(found)
        assert listing.cases(reading, actor.scope, "hazard", Search(words="zzzz")) == []


@pytest.mark.parametrize("words", ["", "h", "红星", "h x", "%", "h|", "x" * 21])
def test_words_that_are_no_initials_ask_for_none(county: Any, words: str) -> None:
    with county.store.read() as reading:
        assert units_by_initials(reading, county.actor(Role.TOWN_CLERK).scope, words) == "[]"


def test_initials_find_nothing_beyond_ones_scope(county: Any) -> None:
    with county.store.read() as reading:
        own = county.actor(Role.UNIT_HEAD).scope
        everybody = county.actor(Role.COMMITTEE_OFFICE).scope
        names = [unit.name for unit in unit_register.units_within(reading, everybody, UnitSearch(), most=50)]
        foreign = [name for name in names if name not in _within(reading, own)]
        for name in foreign:
            letters = "".join(_first(sign) for sign in name[:4])
            assert name not in [u.name for u in unit_register.units_within(reading, own, UnitSearch(letters), most=50)]


def _within(reading: Any, scope: Any) -> list[str]:
    return [unit.name for unit in unit_register.units_within(reading, scope, UnitSearch(), most=50)]


def _first(sign: str) -> str:
    return next(letter for letter in "abcdefghijklmnopqrstuvwxyz0123456789" if matches(letter, sign))
