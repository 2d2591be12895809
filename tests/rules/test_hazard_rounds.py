"""Rounds of ordinary hazards: by the unit itself and under an order, back and forth, until the case is closed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pendulum
import pytest

from rules.actor import Role
from rules.agenda import DutyStatus
from rules.deadlines import SHANGHAI
from rules.hazard import HazardAct as Act
from rules.hazard import Status

_NO = {"passed": "no", "note": "护罩未固定"}


def at(*parts: int) -> pendulum.DateTime:
    return pendulum.datetime(*parts, tz=SHANGHAI)


def acts_owed(case: Any) -> set[str]:
    return {str(duty.act) for duty in case.facts.live.values()} - {"acknowledge"}


def effects(case: Any) -> list[tuple[str, str, str]]:
    return [(e.name, str(e.addressee or e.kind), e.clause_id) for e in case.steps[-1].effects]


# --- by the unit itself --------------------------------------------------------------------------


def test_the_unit_closes_its_own_hazard_and_its_head_is_told(at_stage: Any, says: Any) -> None:
    case = at_stage("rectified")
    assert case.facts.touched == {"unit_fixer"}
    case.do(Act.ACCEPT, Role.UNIT_SAFETY, **says(Act.ACCEPT))
    assert effects(case) == [("closed", "unit_head", "haz-accept")]
    assert (case.facts.status, dict(case.facts.live), case.facts.waits_for) == (Status.CLOSED, {}, "")
    assert case.facts.verified == {"unit_safety"}


def test_work_that_is_not_accepted_goes_back_on_its_old_clock(at_stage: Any, owed: Any) -> None:
    case = at_stage("rectified")
    case.let_pass(days=2)
    case.do(Act.ACCEPT, Role.UNIT_SAFETY, **_NO)
    assert owed(case) == [("rectify", "unit_fixer", "haz-fix-general", "general", "2026-03-09 Mon")]
    assert effects(case) == [
        ("returned", "unit_fixer", "haz-accept"), ("asked-rectify", "unit_fixer", "haz-fix-general"),
    ]  # fmt: skip
    assert case.facts.status is Status.OPEN
    assert case.facts.verified == {"unit_safety"}
    assert case.facts.rectifying == case.duty("rectify")


def test_what_was_fixed_on_the_spot_but_not_accepted_has_been_owed_since_it_was_found(at_stage: Any, owed: Any) -> None:
    case = at_stage("fixed")
    case.let_pass(days=2)
    case.do(Act.ACCEPT, Role.UNIT_HEAD, **_NO)
    assert owed(case) == [("rectify", "unit_fixer", "haz-fix-general", "general", "2026-03-09 Mon")]
    assert case.duty("rectify").started_at == case.facts.found_at
    assert case.facts.rectifying == case.duty("rectify")


def test_work_that_comes_back_after_its_end_is_overdue_at_once_and_nobody_is_reminded_of_what_has_passed(
    at_stage: Any,
) -> None:
    case = at_stage("rectified")
    case.let_pass(days=10)
    case.do(Act.ACCEPT, Role.UNIT_SAFETY, **_NO)
    case.let_pass(microseconds=1)
    rungs = [act.content["rung"] for act in case.acts if act.content.get("about") == case.duty("rectify").key]
    assert rungs == [5]
    assert case.facts.is_overdue


def test_a_second_round_may_be_accepted_by_the_same_person(at_stage: Any, says: Any) -> None:
    case = at_stage("rectified")
    case.do(Act.ACCEPT, Role.UNIT_SAFETY, **_NO)
    case.do(Act.RECTIFY, Role.UNIT_FIXER, **says(Act.RECTIFY))
    assert acts_owed(case) == {"accept"}
    case.do(Act.ACCEPT, Role.UNIT_SAFETY, **says(Act.ACCEPT))
    assert case.facts.status is Status.CLOSED


# --- under an order ------------------------------------------------------------------------------


def test_a_served_order_has_its_receipt_and_names_the_day(at_stage: Any, owed: Any) -> None:
    case = at_stage("ordered")
    assert effects(case) == [
        ("service-receipt", "paper", "srv-direct"), ("asked-rectify", "unit_fixer", "haz-rectify-order"),
    ]  # fmt: skip
    assert owed(case) == [("rectify", "unit_fixer", "haz-rectify-order", "general", "2026-03-16 Mon")]
    assert case.duty("rectify").lapses
    assert case.duty("rectify").ends_on == date(2026, 3, 16)
    assert case.facts.rectifying == case.duty("rectify")


def test_a_passed_recheck_leads_to_sign_off_and_sign_off_to_the_end(at_stage: Any, says: Any) -> None:
    case = at_stage("reported rectified")
    assert effects(case) == [("asked-recheck", "dept_officer", "haz-recheck")]
    case.do(Act.RECHECK, Role.BUREAU_OFFICER, **says(Act.RECHECK))
    assert effects(case) == [
        ("recheck-opinion", "paper", "haz-recheck"), ("asked-sign-off", "dept_head", "haz-signoff"),
    ]  # fmt: skip
    assert case.facts.verified == {"bureau_officer"}
    case.do(Act.SIGN_OFF, Role.BUREAU_HEAD, **says(Act.SIGN_OFF))
    assert effects(case) == [("sign-off", "paper", "haz-signoff"), ("closed", "unit_head", "haz-signoff")]
    assert case.facts.status is Status.CLOSED


def test_a_failed_recheck_names_a_new_day_and_supersedes_nothing_that_was_done(at_stage: Any, owed: Any) -> None:
    case = at_stage("reported rectified")
    case.do(Act.RECHECK, Role.DEPT_OFFICER, ends_on=date(2026, 3, 20), **_NO)
    assert owed(case) == [("rectify", "unit_fixer", "haz-rectify-order", "general", "2026-03-20 Fri")]
    assert effects(case) == [
        ("recheck-opinion", "paper", "haz-recheck"), ("returned", "unit_head", "haz-recheck"),
        ("asked-rectify", "unit_fixer", "haz-rectify-order"),
    ]  # fmt: skip
    assert case.duties["rectify@7"].status is DutyStatus.DONE
    assert case.duty("rectify").lapses


def test_whoever_signs_may_send_it_back_to_be_looked_at_again(at_stage: Any, owed: Any) -> None:
    case = at_stage("rechecked")
    case.do(Act.SIGN_OFF, Role.DEPT_HEAD, approved="no", note="照片看不清")
    assert owed(case) == [("recheck", "dept_officer", "haz-recheck", "office", "2026-03-12 Thu")]
    assert effects(case) == [
        ("sent-back", "dept_officer", "haz-signoff"), ("asked-recheck", "dept_officer", "haz-recheck"),
    ]  # fmt: skip
    assert case.facts.status is Status.OPEN


# --- the term ends without a report --------------------------------------------------------------


def test_one_microsecond_before_the_end_nobody_need_look_and_at_the_end_the_office_must(
    at_stage: Any, owed: Any
) -> None:
    case = at_stage("ordered")
    end = case.duty("rectify").due_legal
    assert end == at(2026, 3, 17)
    case.until(end.subtract(microseconds=1))
    assert acts_owed(case) == {"rectify"}
    case.until(end)
    assert case.acts[-1].kind == Act.LAPSE
    assert acts_owed(case) == {"rectify", "recheck"}
    assert ("recheck", "dept_officer", "haz-recheck", "office", "2026-03-26 Thu") in owed(case)
    assert case.duty("recheck").blocks is False
    assert case.duty("recheck").started_at == end.subtract(microseconds=1)
    assert case.duty("rectify").lapsed
    assert effects(case) == [("asked-recheck", "dept_officer", "haz-recheck")]
    assert all(effect.by_clock for effect in case.steps[-1].effects)


def test_the_days_of_the_recheck_count_from_the_last_day_of_the_term_as_the_lawyers_example_says(
    at_stage: Any,
) -> None:
    case = at_stage("ordered")
    case.until(at(2026, 3, 17))
    by_lapse = case.duty("recheck")
    by_example = case.rulebook.deadline("haz-recheck", at(2026, 3, 16, 18))
    assert (by_lapse.due_alert, by_lapse.due_legal) == (by_example.due_alert, by_example.due_legal)


def test_a_lapse_recorded_late_starts_no_later_clock(at_stage: Any) -> None:
    case = at_stage("ordered")
    late = case.fork()
    case.until(at(2026, 3, 17))
    late.now = at(2026, 3, 20)  # the clock was not looked after for three days
    late.let_pass(microseconds=1)
    assert late.duty("recheck").due_legal == case.duty("recheck").due_legal


def test_a_report_after_the_term_is_late_and_the_recheck_keeps_its_earlier_clock(at_stage: Any, owed: Any) -> None:
    case = at_stage("ordered")
    case.until(at(2026, 3, 19, 9))
    lapsed_open = case.duty("recheck")
    case.do(Act.RECTIFY, Role.UNIT_FIXER, measure="已加装")
    assert case.duties["rectify@7"].status is DutyStatus.LATE_DONE
    assert case.duties[lapsed_open.key].status is DutyStatus.SUPERSEDED
    assert owed(case) == [("recheck", "dept_officer", "haz-recheck", "office", "2026-03-26 Thu")]
    assert case.duty("recheck").started_at == lapsed_open.started_at
    assert case.duty("recheck").blocks


def test_the_office_may_look_before_the_report_once_the_term_has_ended(at_stage: Any, says: Any) -> None:
    case = at_stage("ordered")
    case.until(at(2026, 3, 17, 9))
    case.do(Act.RECHECK, Role.DEPT_OFFICER, **says(Act.RECHECK))
    assert acts_owed(case) == {"sign-off"}
    assert case.duties["rectify@7"].status is DutyStatus.SUPERSEDED
    assert case.duties["rectify@7"].breached


def test_a_recheck_that_fails_before_the_report_begins_a_new_term_that_lapses_again(at_stage: Any, owed: Any) -> None:
    case = at_stage("ordered")
    case.until(at(2026, 3, 17, 9))
    case.do(Act.RECHECK, Role.DEPT_OFFICER, ends_on=date(2026, 3, 20), **_NO)
    assert owed(case) == [("rectify", "unit_fixer", "haz-rectify-order", "general", "2026-03-20 Fri")]
    case.until(at(2026, 3, 21))
    assert ("recheck", "dept_officer", "haz-recheck", "office", "2026-03-30 Mon") in owed(case)


def test_a_unit_that_has_reported_in_time_is_not_rechecked_twice(at_stage: Any) -> None:
    case = at_stage("reported rectified")
    case.until(at(2026, 3, 18))
    assert [act.kind for act in case.acts if act.kind == Act.LAPSE] == []
    assert acts_owed(case) == {"recheck"}


# --- stops ---------------------------------------------------------------------------------------


def test_a_passed_recheck_lifts_a_stop_and_says_so(at_stage: Callable[[str], Any], says: Any) -> None:
    case = at_stage("resume applied")
    case.do(Act.RECTIFY, Role.UNIT_FIXER, **says(Act.RECTIFY))
    case.do(Act.RECHECK, Role.DEPT_OFFICER, **says(Act.RECHECK))
    assert not case.facts.stopped
    assert case.facts.requests == {}
    assert case.duties["decide-resume@9"].status is DutyStatus.SUPERSEDED
    assert effects(case) == [
        ("recheck-opinion", "paper", "haz-recheck"), ("asked-sign-off", "dept_head", "haz-signoff"),
        ("resumed", "unit_head", "haz-resume-check"), ("resumed", "town_leader", "haz-resume-check"),
    ]  # fmt: skip


def test_a_stop_that_was_owed_but_never_ordered_falls_with_a_passed_recheck(at_stage: Any, says: Any) -> None:
    case = at_stage("system missing")
    case.do(Act.GRADE, Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="已投用")
    case.issue(Act.ORDER, **says(Act.ORDER))
    for kind in (Act.RECTIFY, Act.RECHECK):
        case.do(kind, **says(kind))
    assert acts_owed(case) == {"sign-off"}
    assert case.duties["stop-work@1"].status is DutyStatus.SUPERSEDED
    assert "resumed" not in [name for name, _ in case.told]


@pytest.mark.parametrize("passed", ["yes", "no"])
def test_a_recheck_settles_an_extension_that_was_asked_for(passed: str, at_stage: Any) -> None:
    case = at_stage("extension applied")
    case.until(at(2026, 3, 17, 9))
    case.do(Act.RECHECK, Role.DEPT_OFFICER, passed=passed, note="现场核对", ends_on=date(2026, 3, 25))
    assert "decide-extension" not in acts_owed(case)
    assert case.facts.requests == {}


def test_closing_supersedes_all_but_the_news_and_ends_all_applications(at_stage: Any, says: Any) -> None:
    case = at_stage("rectified")
    case.do(Act.APPLY_VOID, Role.UNIT_SAFETY, **says(Act.APPLY_VOID))
    case.do(Act.ACCEPT, Role.UNIT_HEAD, **says(Act.ACCEPT))
    assert (dict(case.facts.live), dict(case.facts.requests)) == ({}, {})
    assert case.duties["decide-void@3"].status is DutyStatus.SUPERSEDED
