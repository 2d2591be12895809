"""Who sees how the reporting of an accident went: one list of posts, for indications and for findings alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rules.actor import Role
from rules.errors import NotYourTurn
from rules.incident import INCIDENT
from rules.incident.indications import indications, indications_for

_JUDGES = {
    Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER, Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.AUDITOR,
}  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_indications_and_findings_are_for_those_who_judge(reported: Any, role: Role) -> None:
    may = role in _JUDGES

    found = indications_for(role, reported.facts, reported.now)

    assert found == (indications(reported.facts, reported.now) if may else None)
    assert INCIDENT.shows("finding", role) is may
    assert INCIDENT.tells_lateness("send", role) is may
    assert INCIDENT.tells_lateness("submit", role)
    assert INCIDENT.shows("report", role)
    assert may or role not in INCIDENT.may["finding"]


def test_an_accident_is_told_by_its_place() -> None:
    assert INCIDENT.subject_label == "地点"


def test_a_unit_records_its_own_reports_and_no_office_s(reported: Any, refusal: Callable[..., Any]) -> None:
    with refusal(NotYourTurn, "inc-unit-1h", "登记报送"):
        reported.do("send", Role.UNIT_HEAD, about="county-city")
    with refusal(NotYourTurn, "inc-unit-1h"):
        reported.do("send", Role.UNIT_HEAD, about="city-province")

    reported.do("send", Role.UNIT_HEAD, about="unit-sector")
    reported.do("send", Role.DEPT_OFFICER, about="unit-government")
    assert not reported.may("send", Role.UNIT_HEAD)
    assert reported.may("send", Role.BUREAU_OFFICER)
