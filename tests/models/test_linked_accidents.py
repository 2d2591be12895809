"""Numbers that an accident names are on the books: another report of it, and the hazards that track its measures."""

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


_TEAM = {
    "head": "某副县长", "government": "yes", "bureau": "yes", "sector": "yes", "supervision": "yes", "police": "yes",
    "union": "yes", "procuratorate": "yes", "document_no": "代政函〔2026〕1号",
}  # fmt: skip


def test_measures_are_tracked_under_numbers_that_are_on_the_books(county: Any) -> None:
    number, hazards = _reported(county), (county.found().number, county.found().number)
    county.do(number, "team", Role.COMMITTEE_OFFICE, **_TEAM)
    county.do(number, "submit", Role.BUREAU_HEAD, document_no="报告1")
    county.do(number, "approve", Role.COUNTY_LEADER, document_no="代政函〔2026〕9号")

    def track(cases: str) -> Any:
        return county.do(number, "measures", Role.UNIT_HEAD, note="已落实", cases=cases)

    for wrong in ("YH-2026-0099", f"{hazards[0]}、{number}"):
        with pytest.raises(ContentInvalid, match=r"没有编号为「.*」的隐患或者应办事项") as refused:
            track(wrong)
        assert refused.value.clause == "inc-measures"
    assert track("、".join(hazards)).number == number
