"""Two reports of one accident: a number that is linked or merged is another accident's, and one of both stays open."""

from __future__ import annotations

from typing import Any

import pytest

from models.receipt import Deed
from rules.actor import Role
from rules.errors import ContentInvalid

_REPORT = {"place": "井口", "in_county": "yes", "kind": "other", "sector": "other", "origin": "media"}


def _reported(county: Any, unit: str = "redstar") -> str:
    deed = Deed("report", county.actor(Role.BUREAU_OFFICER), f"report-{unit}", _REPORT)
    number: str = county.ledger.open_case("incident", unit, deed, county.now).number
    return number


def _name(county: Any, number: str, kind: str, other: str) -> Any:
    reason = {"reason": "同一事故"} if kind == "merge" else {}
    return county.do(number, kind, Role.BUREAU_OFFICER, number=other, **reason)


@pytest.mark.parametrize("kind", ["link", "merge"])
def test_a_number_that_is_no_other_accident_is_refused_and_nothing_is_written(county: Any, kind: str) -> None:
    number, hazard = _reported(county), county.found().number
    for other, complaint in (
        ("SG-2026-0099", "没有编号为「SG-2026-0099」的生产安全事故"),
        (hazard, f"没有编号为「{hazard}」的生产安全事故"),
        (number, f"「{number}」就是本事项"),
    ):
        with pytest.raises(ContentInvalid, match=complaint) as refused:
            _name(county, number, kind, other)
        assert refused.value.clause == "inc-content"
    assert county.rows("SELECT version, status FROM cases WHERE kind = 'incident'") == [(1, "open")]


def test_an_accident_is_never_merged_into_one_that_was_merged_itself(county: Any) -> None:
    first, second = _reported(county), _reported(county, "hongda")
    _name(county, first, "merge", second)
    with pytest.raises(ContentInvalid, match=f"「{first}」已办结，不能再并入"):
        _name(county, second, "merge", first)
    _name(county, second, "link", first)
    assert county.rows("SELECT status FROM cases WHERE kind = 'incident' ORDER BY id") == [("closed",), ("open",)]
