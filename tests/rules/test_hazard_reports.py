"""Reports: what a unit, an inspection or an import may say of a hazard, and from which day on."""

from datetime import date
from typing import Any

import pendulum
import pytest

from rules.actor import COUNTY_ROLES, OFFICERS, SUPERVISORS, UNIT_ROLES, Role
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, TimeInvalid
from rules.hazard import HazardAct as Act


def at(*parts: int) -> pendulum.DateTime:
    return pendulum.datetime(*parts, tz=SHANGHAI)


# --- the report ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_a_unit_says_what_it_thinks_of_its_own_hazard(role: Role, rehearsal: Any, report: Any, refused: Any) -> None:
    with refused(ContentInvalid, "haz-grade", "「本单位判断」"):
        rehearsal.do(Act.REPORT, role, **report)


@pytest.mark.parametrize("role", sorted(SUPERVISORS))
def test_an_inspection_need_not_say_what_the_unit_thinks_and_fixes_nothing(
    role: Role, rehearsal: Any, report: Any, refused: Any
) -> None:
    for thought in ({}, {"own_grade": "general"}):
        with refused(ContentInvalid, "haz-fix-general", "「当场已整改」"):
            rehearsal.do(Act.REPORT, role, fixed=True, measure="已更换", **thought, **report)
    unmoved = rehearsal.fork()
    rehearsal.do(Act.REPORT, role, **report)
    unmoved.do(Act.REPORT, role, own_grade="general", **report)
    assert rehearsal.facts.waits_for == unmoved.facts.waits_for == "grade"


@pytest.mark.parametrize("wrong", [{"own_grade": "unsure"}, {"own_grade": "general", "system": "shutdown"}])
def test_only_an_ordinary_hazard_is_fixed_on_the_spot(
    wrong: dict[str, str], rehearsal: Any, report: Any, refused: Any
) -> None:
    with refused(ContentInvalid, "haz-fix-general", "只有单位自查的一般隐患"):
        rehearsal.do(Act.REPORT, Role.UNIT_FIXER, fixed=True, measure="已更换", **wrong, **report)


def test_what_was_fixed_on_the_spot_says_how(rehearsal: Any, report: Any, refused: Any) -> None:
    with refused(ContentInvalid, "haz-accept", "「整改措施」"):
        rehearsal.do(Act.REPORT, Role.UNIT_FIXER, own_grade="general", fixed=True, **report)


@pytest.mark.parametrize(
    ("found_at", "clause"),
    [(at(1899, 12, 30), "haz-discover"), (at(2007, 6, 1), "haz-discover"), (at(2017, 12, 31, 23, 59), "haz-accept")],
)
def test_what_was_found_before_the_rules_begin_is_refused_with_the_day_and_the_clause(
    found_at: pendulum.DateTime, clause: str, rehearsal: Any, report: Any, refused: Any
) -> None:
    with refused(TimeInvalid, clause, f"发现时间 {found_at:%Y-%m-%d} 早于规则库能计算的时间"):
        rehearsal.do(Act.REPORT, Role.UNIT_SAFETY, own_grade="general", happened_at=found_at, **report)


def test_what_was_found_on_the_first_day_of_the_rules_can_be_recorded(rehearsal: Any, report: Any) -> None:
    rehearsal.do(Act.REPORT, Role.UNIT_SAFETY, own_grade="general", happened_at=at(2018, 1, 1), **report)
    assert rehearsal.duty("rectify").due_legal == at(2018, 1, 9)


def test_a_missing_system_is_a_matter_of_the_notice_from_its_own_day_on(
    empty_case: Any, report: Any, refused: Any
) -> None:
    missing = {**report, "own_grade": "general", "system": "detection"}
    with refused(TimeInvalid, "haz-chem-stop", "早于规则库能计算的时间"):
        empty_case(now=at(2021, 3, 21, 23, 59)).do(Act.REPORT, Role.UNIT_SAFETY, **missing)
    case = empty_case(now=at(2021, 3, 22))
    case.do(Act.REPORT, Role.UNIT_SAFETY, **missing)
    assert case.duty("stop-work").due_legal == at(2021, 3, 22, 2)


# --- registered for somebody else, or after all was over -----------------------------------------


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_a_unit_registers_what_it_found_and_not_what_an_inspection_found(
    role: Role, rehearsal: Any, report: Any, refused: Any
) -> None:
    with refused(ContentInvalid, "haz-discover", "检查发现的，请由检查部门登记"):
        rehearsal.do(Act.REPORT, role, own_grade="general", found_by="supervision", **report)
    rehearsal.do(Act.REPORT, role, own_grade="general", found_by="unit", **report)


@pytest.mark.parametrize("role", sorted(SUPERVISORS))
def test_whoever_registers_for_a_unit_gives_the_units_own_judgement(
    role: Role, rehearsal: Any, report: Any, refused: Any
) -> None:
    with refused(ContentInvalid, "haz-grade", "「本单位判断」"):
        rehearsal.do(Act.REPORT, role, found_by="unit", **report)
    rehearsal.do(Act.REPORT, role, found_by="unit", own_grade="general", fixed=True, measure="已更换", **report)
    assert rehearsal.facts.waits_for == "accept"


def test_an_inspection_that_says_so_is_an_inspection(rehearsal: Any, report: Any) -> None:
    rehearsal.do(Act.REPORT, Role.TOWN_CLERK, found_by="supervision", own_grade="general", **report)
    assert rehearsal.facts.waits_for == "grade"


@pytest.mark.parametrize("role", sorted(OFFICERS | COUNTY_ROLES))
@pytest.mark.parametrize("own_grade", [None, "general", "unsure"])
def test_officers_import_what_was_over_before_the_ledger_began(
    own_grade: str | None, role: Role, rehearsal: Any, report: Any
) -> None:
    over = {"closed_on": date(2026, 3, 2), "origin": "台账2019-7", "own_grade": own_grade}
    rehearsal.do(Act.REPORT, role, **over, **report)
    assert (rehearsal.facts.status, rehearsal.facts.grade) == ("closed", "general")


@pytest.mark.parametrize(
    ("role", "origin"),
    [
        (Role.UNIT_HEAD, "台账2019-7"),
        (Role.TOWN_CLERK, "台账2019-7"),
        (Role.DEPT_OFFICER, None),
        (Role.UNIT_SAFETY, None),
    ],
)
def test_nobody_else_and_nothing_without_its_origin_is_imported_as_over(
    role: Role, origin: str | None, rehearsal: Any, report: Any, refused: Any
) -> None:
    over = {"closed_on": date(2026, 3, 2), "origin": origin, "own_grade": "general"}
    with refused(ContentInvalid, "haz-backfill", "「来源编号」"):
        rehearsal.do(Act.REPORT, role, **over, **report)


@pytest.mark.parametrize(("days", "possible"), [(-8, False), (-7, True), (0, True), (1, False)])
def test_what_was_over_was_over_between_finding_and_today(
    days: int, possible: bool, rehearsal: Any, report: Any, refused: Any
) -> None:
    found_at, closed_on = rehearsal.now.subtract(days=7), rehearsal.now.add(days=days).date()
    over = {**report, "closed_on": closed_on, "origin": "台账2019-7", "happened_at": found_at}
    if possible:
        rehearsal.do(Act.REPORT, Role.BUREAU_OFFICER, **over)
    else:
        with refused(
            TimeInvalid, "haz-backfill", f"历史销号日期 {closed_on} 应在发现日期 {found_at.date()} 与今天之间"
        ):
            rehearsal.do(Act.REPORT, Role.BUREAU_OFFICER, **over)
