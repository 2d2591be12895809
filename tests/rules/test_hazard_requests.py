"""Applications and their decisions: stop and resume, extension, void, re-opening; silence never approves."""

from datetime import date
from typing import Any

import pendulum
import pytest

from rules.actor import OFFICERS, SUPERVISORS, UNIT_ROLES, Role
from rules.agenda import DutyStatus
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, NotYourTurn, TimeInvalid
from rules.hazard import HazardAct as Act
from rules.hazard import Status, Track
from rules.hazard.facts import Chapter, Request

_MAJOR = {"grade": "major", "basis": "synthesis", "reason": "须停产治理"}


def at(*parts: int) -> pendulum.DateTime:
    return pendulum.datetime(*parts, tz=SHANGHAI)


def acts_owed(case: Any) -> set[str]:
    return {str(duty.act) for duty in case.facts.live.values()} - {"acknowledge"}


def effects(case: Any) -> list[tuple[str, str, str]]:
    return [(e.name, str(e.addressee or e.kind), e.clause_id) for e in case.steps[-1].effects]


# --- stop and resume -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(OFFICERS))
def test_a_stop_on_the_spot_holds_at_once_is_told_to_unit_and_town_and_its_paper_follows(
    role: Role, at_stage: Any, says: Any
) -> None:
    case = at_stage("unsafe")
    case.do(Act.STOP_WORK, role, **says(Act.STOP_WORK))
    assert effects(case) == [
        ("stopped", "unit_head", "haz-stop"), ("stopped", "town_leader", "haz-stop"),
        ("asked-confirm-order", "dept_officer", "ord-confirm"),
    ]  # fmt: skip
    assert case.facts.stopped
    assert "stop-work" not in acts_owed(case)


def test_only_a_recorded_consent_lifts_a_stop_however_long_the_office_is_silent(at_stage: Any, says: Any) -> None:
    case = at_stage("resume applied")
    assert case.duty("decide-resume").blocks is False
    assert case.facts.requests == {Act.APPLY_RESUME: Request(9, frozenset({"unit_head"}))}
    assert case.facts.touched == {"unit_head"}
    case.let_pass(days=60)
    assert case.facts.stopped
    case.do(Act.DECIDE_RESUME, Role.DEPT_HEAD, **says(Act.DECIDE_RESUME))
    assert not case.facts.stopped
    assert case.facts.requests == {}
    assert effects(case) == [
        ("resumed", "unit_head", "haz-resume-check"), ("resumed", "town_leader", "haz-resume-check"),
    ]  # fmt: skip


def test_a_refusal_to_resume_is_told_and_the_unit_may_ask_again(at_stage: Any, says: Any) -> None:
    case = at_stage("resume applied")
    case.do(Act.DECIDE_RESUME, Role.BUREAU_HEAD, approved="no", note="监测值仍超限")
    assert effects(case) == [("resume-refused", "unit_head", "haz-resume-check")]
    assert case.facts.stopped
    case.do(Act.APPLY_RESUME, Role.UNIT_HEAD, **says(Act.APPLY_RESUME))
    assert "decide-resume" in acts_owed(case)


# --- extension -----------------------------------------------------------------------------------


def test_the_term_runs_on_until_the_extension_is_decided(at_stage: Any) -> None:
    case = at_stage("extension applied")
    assert case.duty("rectify").ends_on == date(2026, 3, 16)
    assert case.duty("decide-extension").blocks is False
    assert case.facts.requests == {Act.APPLY_EXTENSION: Request(8, frozenset({"unit_safety"}))}
    assert case.facts.touched == {"unit_safety"}


@pytest.mark.parametrize(
    ("stage", "decider", "clause"),
    [
        ("extension applied", Role.DEPT_HEAD, "haz-rectify-order"),
        ("own extension applied", Role.UNIT_HEAD, "haz-fix-extended"),
    ],
)
def test_a_granted_extension_moves_the_end_and_keeps_clock_and_clause(
    stage: str, decider: Role, clause: str, at_stage: Any, says: Any, owed: Any
) -> None:
    case = at_stage(stage)
    old = case.duty("rectify")
    case.let_pass(days=1)
    case.do(Act.DECIDE_EXTENSION, decider, **says(Act.DECIDE_EXTENSION))
    assert owed(case) == [("rectify", "unit_fixer", clause, "general", "2026-03-23 Mon")]
    new = case.duty("rectify")
    assert (new.started_at, new.lapses, new.blocks) == (old.started_at, old.lapses, True)
    assert case.duties[old.key].status is DutyStatus.SUPERSEDED
    assert effects(case) == [("extended", "unit_head", "haz-extension-decide")]
    assert case.facts.requests == {}
    assert case.facts.rectifying == new


def test_an_extended_term_of_a_major_hazard_stays_under_its_clause_and_ladder(at_stage: Any, owed: Any) -> None:
    case = at_stage("listed")
    extended = {"ends_on": date(2026, 5, 30), "reason": "汛期停工"}
    case.do(Act.APPLY_EXTENSION, Role.UNIT_HEAD, **extended)
    assert case.duty("decide-extension").holder is Role.DEPT_HEAD
    case.do(Act.DECIDE_EXTENSION, Role.DEPT_HEAD, approved="yes", **extended)
    assert ("rectify", "unit_head", "haz-rectify-major", "major", "2026-05-30 Sat") in owed(case)
    assert "progress" in acts_owed(case)


def test_a_refused_extension_is_told_and_may_be_asked_for_again(at_stage: Any, says: Any) -> None:
    case = at_stage("extension applied")
    term = case.duty("rectify")
    case.do(Act.DECIDE_EXTENSION, Role.DEPT_HEAD, approved="no", reason="备件有现货")
    assert effects(case) == [("extension-refused", "unit_head", "haz-extension-decide")]
    assert case.duty("rectify") == term
    assert case.facts.requests == {}
    case.do(Act.APPLY_EXTENSION, Role.UNIT_HEAD, **says(Act.APPLY_EXTENSION))


def test_an_extension_granted_after_the_term_takes_back_the_recheck_and_lapses_once_again(
    at_stage: Any, says: Any, owed: Any
) -> None:
    case = at_stage("extension applied")
    case.until(at(2026, 3, 18, 9))
    assert acts_owed(case) >= {"rectify", "recheck"}
    breached = case.duty("rectify")
    assert breached.breached
    case.do(Act.DECIDE_EXTENSION, Role.DEPT_HEAD, **says(Act.DECIDE_EXTENSION))
    assert case.duties[breached.key].breached, "a breach stays on record"
    assert "recheck" not in acts_owed(case)
    case.until(at(2026, 3, 24))
    assert [duty.act for duty in case.facts.live.values()].count(Act.RECHECK) == 1
    assert ("recheck", "dept_officer", "haz-recheck", "office", "2026-04-02 Thu") in owed(case)


@pytest.mark.parametrize(("microseconds", "in_time"), [(-1, True), (0, False), (1, False)])
def test_an_ordered_term_can_be_extended_on_application_three_days_before_its_end_and_no_later(
    microseconds: int, in_time: bool, at_stage: Any, says: Any, refused: Any
) -> None:
    case = at_stage("ordered")
    case.until(at(2026, 3, 14).add(microseconds=microseconds))  # the term ends on the 16th: latest day is the 13th
    if in_time:
        case.do(Act.APPLY_EXTENSION, Role.UNIT_HEAD, **says(Act.APPLY_EXTENSION))
    else:
        with refused(TimeInvalid, "haz-extension", "最迟应在 2026-03-13 提出（现期限 2026-03-16）"):
            case.do(Act.APPLY_EXTENSION, Role.UNIT_HEAD, **says(Act.APPLY_EXTENSION))


def test_before_the_new_rule_the_application_came_ten_days_before_the_end(
    empty_case: Any, report: Any, somebody: Any, refused: Any
) -> None:
    case = empty_case(now=at(2025, 11, 3, 9))
    officer = somebody(Role.DEPT_OFFICER)
    case.do(Act.REPORT, officer, **report)
    case.do(Act.GRADE, officer, grade="general", basis="synthesis", reason="当日可改")
    case.issue(Act.ORDER, officer, ends_on=date(2025, 11, 24), requirement="加装护罩")
    case.until(at(2025, 11, 15))
    with refused(TimeInvalid, "haz-extension", "最迟应在 2025-11-14 提出"):
        case.do(Act.APPLY_EXTENSION, Role.UNIT_HEAD, ends_on=date(2025, 12, 1), reason="备件未到")


def test_the_unit_may_ask_its_own_head_until_and_even_after_the_last_day(at_stage: Any, says: Any) -> None:
    case = at_stage("self")
    case.until(at(2026, 3, 10, 9))
    case.do(Act.APPLY_EXTENSION, Role.UNIT_SAFETY, **says(Act.APPLY_EXTENSION))
    assert case.duty("decide-extension").holder is Role.UNIT_HEAD


@pytest.mark.parametrize(("stage", "last"), [("self", date(2026, 3, 9)), ("ordered", date(2026, 3, 16))])
@pytest.mark.parametrize("days", [-1, 0, 1, 30, 31])
def test_an_extension_is_later_than_the_end_and_at_most_thirty_days_longer(
    days: int, stage: str, last: date, at_stage: Any, refused: Any
) -> None:
    case = at_stage(stage)
    wanted = {"ends_on": date.fromordinal(last.toordinal() + days), "reason": "备件未到"}
    if days <= 0:
        with refused(ContentInvalid, "haz-extension", f"不晚于现期限 {last}"):
            case.do(Act.APPLY_EXTENSION, Role.UNIT_HEAD, **wanted)
    elif days > 30:
        latest = date.fromordinal(last.toordinal() + 30)
        with refused(ContentInvalid, "haz-extension", "延期最长 30 日（本县规定，非法定）", f"最迟可延至 {latest}"):
            case.do(Act.APPLY_EXTENSION, Role.UNIT_HEAD, **wanted)
    else:
        case.do(Act.APPLY_EXTENSION, Role.UNIT_HEAD, **wanted)


@pytest.mark.parametrize("stage", ["extension applied", "own extension applied"])
@pytest.mark.parametrize("days", [None, -1, 0, 1, 30, 31])
def test_what_is_granted_keeps_the_same_limits_and_must_name_its_day(
    days: int | None, stage: str, at_stage: Any, refused: Any
) -> None:
    case = at_stage(stage)
    last = case.duty("rectify").due_alert.subtract(days=1).date()
    granted = {"approved": "yes", "reason": "确需延期", "ends_on": last.add(days=days) if days is not None else None}
    if days is None or days <= 0:
        with refused(ContentInvalid, "haz-extension-decide", f"应写明晚于现期限 {last} 的日期"):
            case.do(Act.DECIDE_EXTENSION, **granted)
    elif days > 30:
        with refused(ContentInvalid, "haz-extension", "延期最长 30 日"):
            case.do(Act.DECIDE_EXTENSION, **granted)
    else:
        case.do(Act.DECIDE_EXTENSION, **granted)
        assert case.duty("rectify").ends_on == last.add(days=days)


def test_a_second_extension_is_measured_from_the_extended_end(at_stage: Any, says: Any, refused: Any) -> None:
    case = at_stage("own extension applied")
    case.do(Act.DECIDE_EXTENSION, **says(Act.DECIDE_EXTENSION))
    with refused(ContentInvalid, "haz-extension", "不晚于现期限 2026-03-23"):
        case.do(Act.APPLY_EXTENSION, Role.UNIT_SAFETY, ends_on=date(2026, 3, 23), reason="备件仍未到")
    case.do(Act.APPLY_EXTENSION, Role.UNIT_SAFETY, ends_on=date(2026, 4, 22), reason="备件仍未到")


def test_a_report_that_the_work_is_done_settles_the_extension(at_stage: Any, says: Any) -> None:
    case = at_stage("own extension applied")
    case.do(Act.RECTIFY, Role.UNIT_FIXER, **says(Act.RECTIFY))
    assert acts_owed(case) == {"accept"}
    assert case.facts.requests == {}
    assert case.duties["decide-extension@2"].status is DutyStatus.SUPERSEDED


# --- void ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(UNIT_ROLES | SUPERVISORS))
def test_a_false_alarm_is_confirmed_outside_the_unit(role: Role, at_stage: Any, says: Any) -> None:
    case = at_stage("self")
    case.do(Act.APPLY_VOID, role, **says(Act.APPLY_VOID))
    holder = Role.TOWN_CLERK if role in UNIT_ROLES else Role.DEPT_OFFICER
    assert case.duty("decide-void").holder is holder
    assert case.duty("decide-void").blocks is False
    assert case.facts.requests == {Act.APPLY_VOID: Request(2, frozenset({role.value}))}


def test_a_voided_case_waits_for_nothing_and_keeps_its_record(at_stage: Any) -> None:
    case = at_stage("void")
    assert (case.facts.status, dict(case.facts.live), dict(case.facts.requests)) == (Status.VOID, {}, {})
    assert case.duties["rectify@1"].status is DutyStatus.VOID
    assert case.duties["decide-void@2"].status is DutyStatus.DONE
    assert [duty.key for duty in case.facts.parked] == ["rectify@1"]
    assert effects(case) == [("voided", "unit_head", "haz-void"), ("voided", "dept_officer", "haz-void")]


def test_a_void_that_is_not_confirmed_changes_nothing_and_is_told(at_stage: Any, says: Any) -> None:
    case = at_stage("void applied")
    case.do(Act.DECIDE_VOID, Role.DEPT_OFFICER, approved="no", note="确有其事")
    assert effects(case) == [("void-refused", "unit_head", "haz-void")]
    assert (case.facts.status, acts_owed(case)) == (Status.OPEN, {"rectify"})
    case.do(Act.APPLY_VOID, Role.UNIT_HEAD, **says(Act.APPLY_VOID))


# --- re-opening ----------------------------------------------------------------------------------


def test_a_voided_case_goes_on_where_it_stood_on_its_old_clocks(at_stage: Any, says: Any, owed: Any) -> None:
    case = at_stage("listed")
    before = owed(case)
    clocks = {duty.act: duty.started_at for duty in case.facts.live.values() if duty.act != Act.ACKNOWLEDGE}
    case.do(Act.APPLY_VOID, Role.UNIT_HEAD, **says(Act.APPLY_VOID))
    case.do(Act.DECIDE_VOID, Role.TOWN_CLERK, **says(Act.DECIDE_VOID))
    case.let_pass(days=2)
    assert acts_owed(case) == set()
    case.do(Act.APPLY_REOPEN, Role.DEPT_OFFICER, **says(Act.APPLY_REOPEN))
    assert case.facts.requests[Act.APPLY_REOPEN] == Request(len(case.acts), frozenset({"dept_officer"}))
    assert case.duty("decide-reopen").blocks is False
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, **says(Act.DECIDE_REOPEN))
    assert owed(case) == before
    assert {duty.act: duty.started_at for duty in case.facts.live.values()} == clocks
    assert {duty.opened_by for duty in case.facts.live.values()} == {len(case.acts)}
    assert {duty.opened_at for duty in case.facts.live.values()} == {case.now}
    assert (case.facts.status, case.facts.parked, dict(case.facts.requests)) == (Status.OPEN, (), {})
    assert effects(case) == [
        ("reopened", "unit_head", "haz-reopen"), ("reopened", "dept_officer", "haz-reopen"),
        ("asked-rectify", "unit_head", "haz-rectify-major"),
    ]  # fmt: skip


def test_a_lapsed_term_does_not_lapse_again_when_a_voided_case_goes_on(at_stage: Any, says: Any) -> None:
    case = at_stage("ordered")
    case.until(at(2026, 3, 18))
    _void_and_reopen(case, says)
    case.let_pass(days=1)
    assert sorted(str(duty.act) for duty in case.facts.live.values()) == ["recheck", "rectify"]
    assert [act.kind for act in case.acts].count(Act.LAPSE) == 1


def test_a_term_that_ended_while_the_case_was_void_lapses_when_it_goes_on(at_stage: Any, says: Any, owed: Any) -> None:
    case = at_stage("ordered")
    case.do(Act.APPLY_VOID, Role.UNIT_HEAD, **says(Act.APPLY_VOID))
    case.do(Act.DECIDE_VOID, Role.TOWN_CLERK, **says(Act.DECIDE_VOID))
    case.until(at(2026, 3, 20, 9))
    case.do(Act.APPLY_REOPEN, Role.UNIT_HEAD, **says(Act.APPLY_REOPEN))
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, **says(Act.DECIDE_REOPEN))
    case.let_pass(microseconds=1)
    assert ("recheck", "dept_officer", "haz-recheck", "office", "2026-03-26 Thu") in owed(case)
    assert [act.content["rung"] for act in case.acts if act.kind == Act.RUNG][-1:] == [4]


def test_two_posts_that_owed_a_decision_on_one_breach_both_owe_it_again(at_stage: Any, says: Any) -> None:
    case = at_stage("self")
    case.let_pass(days=30)
    decisions = sorted(duty.holder for duty in case.facts.live.values() if duty.act == Act.DECIDE)
    assert decisions == [Role.COUNTY_LEADER, Role.DEPT_HEAD]
    _void_and_reopen(case, says)
    assert sorted(duty.holder for duty in case.facts.live.values() if duty.act == Act.DECIDE) == decisions
    assert len({duty.key for duty in case.steps[-1].opened}) == len(case.steps[-1].opened) == 3


def test_a_voided_case_that_is_not_reopened_stays_void(at_stage: Any, says: Any) -> None:
    case = at_stage("void")
    case.do(Act.APPLY_REOPEN, Role.UNIT_FIXER, **says(Act.APPLY_REOPEN))
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, approved="no", note="查无此事")
    assert effects(case) == [("reopen-refused", "unit_head", "haz-reopen")]
    assert (case.facts.status, dict(case.facts.live), dict(case.facts.requests)) == (Status.VOID, {}, {})
    assert [duty.key for duty in case.facts.parked] == ["rectify@1"]


@pytest.mark.parametrize(
    ("stage", "row"),
    [
        ("closed", ("rectify", "unit_fixer", "haz-fix-general", "general", "2026-03-09 Mon")),
        ("signed off", ("rectify", "unit_fixer", "haz-rectify-order", "general", "2026-03-16 Mon")),
        ("looked back", ("rectify", "unit_head", "haz-rectify-major", "major", "2026-04-30 Thu")),
    ],
)
def test_a_closed_case_is_reopened_at_rectification_on_its_old_clock(
    stage: str, row: tuple[str, ...], at_stage: Any, says: Any, owed: Any
) -> None:
    case = at_stage(stage)
    track, news = case.facts.track, acts_owed(case)
    case.let_pass(days=3)
    case.do(Act.APPLY_REOPEN, Role.TOWN_CLERK, **says(Act.APPLY_REOPEN))
    case.do(Act.DECIDE_REOPEN, Role.BUREAU_HEAD, **says(Act.DECIDE_REOPEN))
    assert row in owed(case)
    assert acts_owed(case) - news == ({"rectify", "progress"} if track is Track.MAJOR else {"rectify"})
    assert case.facts.chapter == Chapter(len(case.acts), track, frozenset())
    assert case.facts.status is Status.OPEN
    assert case.facts.rectified_in_chapter
    assert case.facts.rectifying == case.duty("rectify")
    assert effects(case)[:2] == [("reopened", "unit_head", "haz-reopen"), ("reopened", "dept_officer", "haz-reopen")]


def test_a_closed_case_that_was_fixed_on_the_spot_is_owed_since_it_was_found(
    at_stage: Any, says: Any, owed: Any
) -> None:
    case = at_stage("fixed")
    case.do(Act.ACCEPT, Role.UNIT_HEAD, **says(Act.ACCEPT))
    case.let_pass(days=3)
    case.do(Act.APPLY_REOPEN, Role.TOWN_CLERK, **says(Act.APPLY_REOPEN))
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, **says(Act.DECIDE_REOPEN))
    assert owed(case) == [("rectify", "unit_fixer", "haz-fix-general", "general", "2026-03-09 Mon")]


def test_a_reopened_ordered_case_whose_term_is_over_is_looked_at_again(at_stage: Any, says: Any) -> None:
    case = at_stage("signed off")
    case.until(at(2026, 4, 20, 9))
    case.do(Act.APPLY_REOPEN, Role.TOWN_CLERK, **says(Act.APPLY_REOPEN))
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, **says(Act.DECIDE_REOPEN))
    case.let_pass(microseconds=1)
    assert acts_owed(case) == {"rectify", "recheck", "decide"}


def test_who_had_a_hand_in_the_work_is_remembered_over_closing_and_re_opening(at_stage: Any, says: Any) -> None:
    case = at_stage("closed")
    case.do(Act.APPLY_REOPEN, Role.TOWN_CLERK, **says(Act.APPLY_REOPEN))
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, **says(Act.DECIDE_REOPEN))
    assert (case.facts.touched, case.facts.verified) == ({"unit_fixer"}, {"unit_head"})


def test_a_case_that_is_not_reopened_stays_closed(at_stage: Any) -> None:
    case = at_stage("reopen applied")
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, approved="no", note="另案登记")
    assert (case.facts.status, dict(case.facts.live)) == (Status.CLOSED, {})


def test_one_application_at_a_time(at_stage: Any, says: Any, refused: Any) -> None:
    for stage, kind in (
        ("resume applied", Act.APPLY_RESUME), ("extension applied", Act.APPLY_EXTENSION),
        ("void applied", Act.APPLY_VOID), ("reopen applied", Act.APPLY_REOPEN),
    ):  # fmt: skip
        with refused(NotYourTurn, "haz-decide", f"已有「{kind.label}」等待决定"):
            at_stage(stage).do(kind, Role.UNIT_HEAD, **says(kind))


def _void_and_reopen(case: Any, says: Any) -> None:
    case.do(Act.APPLY_VOID, Role.UNIT_HEAD, **says(Act.APPLY_VOID))
    case.do(Act.DECIDE_VOID, Role.TOWN_CLERK, **says(Act.DECIDE_VOID))
    case.do(Act.APPLY_REOPEN, Role.UNIT_HEAD, **says(Act.APPLY_REOPEN))
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, **says(Act.DECIDE_REOPEN))
