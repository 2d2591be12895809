"""The register of units: who sees which, what is sought, and that the database looks things up instead of through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import hazard_form, unit_record, unit_register
from models.unit_register import UnitSearch
from rules.actor import Reach, Scope


def _within(county: Any, scope: Scope, **search: Any) -> list[str]:
    with county.store.read() as reading:
        found = unit_register.units_within(reading, scope, UnitSearch(**search), most=50)
        assert unit_register.count_units(reading, scope, UnitSearch(**search)) == len(found)
    return [unit.code for unit in found]


def test_a_percent_sign_is_sought_as_itself(county: Any) -> None:
    everywhere = Scope(Reach.SUBTREE, "/dai/")
    assert _within(county, everywhere)
    assert _within(county, everywhere, words="%") == []
    assert _within(county, everywhere, words="_") == []


def test_who_reaches_nowhere_finds_nothing(county: Any) -> None:
    nowhere = Scope(Reach.NOWHERE, "")
    assert _within(county, nowhere) == []
    with county.store.read() as reading:
        assert unit_register.sectors_within(reading, nowhere) == []
        assert unit_register.towns_within(reading, nowhere) == {}


def test_a_unit_with_a_running_case_counts_it_once(county: Any) -> None:
    county.found()
    with county.store.read() as reading:
        lines = unit_register.units_within(reading, Scope(Reach.SUBTREE, "/dai/"), UnitSearch(), most=50)
    assert sum(line.open_cases for line in lines) == 1
    assert sum(line.late_cases for line in lines) == 0


@pytest.mark.parametrize("query", ["_CASES", "_SUMS", "_OWED"])
def test_a_units_cases_are_looked_up_by_the_unit(
    sqlite_county: Any, back_door: Callable[[str], Any], query: str
) -> None:
    statement = getattr(unit_record, query)._statements[Reach.SUBTREE]
    words, arrange = statement.on("sqlite")
    values = arrange({"scope_at": "/dai/", "scope_opens": "", "unit_id": "u", "kind": "hazard", "most": 5})
    plan = [row[3] for row in back_door(sqlite_county.store.url).rows(f"EXPLAIN QUERY PLAN {words}", *values)]
    assert any(step.startswith("SEARCH cases USING INDEX ix_cases_unit_id_status") for step in plan), plan


def test_the_form_of_a_unit_is_made_of_its_own_cases_without_a_look_at_all_others(
    sqlite_county: Any, back_door: Callable[[str], Any]
) -> None:
    words, arrange = hazard_form._OF_UNIT.on("sqlite")
    values = arrange({"county": "dai", "unit": "u", "until": 1})
    plan = [row[3] for row in back_door(sqlite_county.store.url).rows(f"EXPLAIN QUERY PLAN {words}", *values)]
    assert any(step.startswith("SEARCH cases USING INDEX ix_cases_unit_id_status") for step in plan), plan
