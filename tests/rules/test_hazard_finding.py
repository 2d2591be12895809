"""Found, graded, graded again: which path a hazard takes and what happens to what the old path still waited for."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rules.actor import OFFICERS, SUPERVISORS, UNIT_ROLES, Role
from rules.agenda import DutyStatus
from rules.hazard import Facts, Status, Track
from rules.hazard import HazardAct as Act
from rules.hazard.acts import Grade
from rules.hazard.facts import Chapter

_PREPARATIONS = frozenset({Act.MAJOR_REPORT, Act.PLAN, Act.LIST})
_MAJOR = {"grade": "major", "basis": "synthesis", "reason": "须停产治理"}
_GENERAL = {"grade": "general", "basis": "synthesis", "reason": "当日可改"}


def acts_owed(case: Any) -> set[str]:
    return {str(duty.act) for duty in case.facts.live.values()} - {"acknowledge"}


# --- found ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_the_units_own_ordinary_hazard_goes_straight_to_rectification(
    role: Role, rehearsal: Any, report: Any, somebody: Any
) -> None:
    rehearsal.do(Act.REPORT, somebody(role), own_grade="general", **report)
    assert acts_owed(rehearsal) == {"rectify"}
    assert rehearsal.told == [("asked-rectify", "unit_fixer")]
    facts = rehearsal.facts
    assert (facts.grade, facts.track, facts.status) == (Grade.GENERAL, Track.SELF, Status.OPEN)
    assert (facts.by_unit, facts.found_at, facts.latest_at) == (True, rehearsal.now, rehearsal.now)
    assert facts.chapters == (Chapter(1, Track.SELF, frozenset()),)
    assert facts.rectifying == rehearsal.duty("rectify")


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_what_the_unit_fixed_on_the_spot_only_has_to_be_accepted_by_somebody_else(
    role: Role, rehearsal: Any, report: Any, somebody: Any
) -> None:
    rehearsal.do(
        Act.REPORT, somebody(role, "who fixed it"), own_grade="general", fixed=True, measure="已更换", **report
    )
    assert acts_owed(rehearsal) == {"accept"}
    assert rehearsal.told == [("asked-accept", "unit_safety")]
    assert rehearsal.facts.touched == {"who fixed it"}
    assert rehearsal.facts.chapters == (Chapter(1, Track.SELF, frozenset(), fixed_on_the_spot=True),)
    assert (rehearsal.facts.grade, rehearsal.facts.track) == (Grade.GENERAL, Track.SELF)


def test_a_unit_that_is_not_sure_judges_first_and_is_told_that_the_hazard_is_registered(at_stage: Any) -> None:
    case = at_stage("unsure")
    assert case.told == [("registered", "unit_head"), ("asked-grade", "unit_head")]
    assert [effect.clause_id for effect in case.effects] == ["haz-discover", "haz-grade"]
    assert case.facts.chapters == (Chapter(1, None, frozenset({Act.GRADE})),)
    assert (case.facts.grade, case.facts.track, case.facts.by_unit) == (None, None, True)


@pytest.mark.parametrize("role", sorted(SUPERVISORS))
def test_whatever_an_inspection_finds_is_judged_by_the_department(role: Role, rehearsal: Any, report: Any) -> None:
    rehearsal.do(Act.REPORT, role, **report)
    assert rehearsal.told == [("registered", "unit_head"), ("asked-grade", "dept_officer")]
    assert rehearsal.facts.chapters == (Chapter(1, None, frozenset({Act.GRADE})),)
    assert rehearsal.facts.by_unit is False


def test_a_missing_chemical_system_owes_a_stop_within_two_hours_and_the_units_word_counts_for_nothing(
    at_stage: Any,
) -> None:
    case = at_stage("system missing")
    assert case.told == [
        ("asked-stop-work", "bureau_officer"), ("registered", "unit_head"), ("asked-grade", "dept_officer"),
    ]  # fmt: skip
    assert case.duty("stop-work").blocks is False
    assert case.facts.grade is None


def test_an_inspection_that_finds_a_system_missing_owes_the_same_stop(rehearsal: Any, report: Any, owed: Any) -> None:
    rehearsal.do(Act.REPORT, Role.TOWN_CLERK, system="shutdown", **report)
    assert ("stop-work", "bureau_officer", "haz-chem-stop", "office", "2026-03-02 11:00") in owed(rehearsal)


@pytest.mark.parametrize("role", sorted(SUPERVISORS))
@pytest.mark.parametrize(
    ("own_grade", "row"),
    [
        ("general", ("rectify", "unit_fixer", "haz-fix-general", "general", "2026-03-09 Mon")),
        ("unsure", ("grade", "unit_head", "haz-grade", "general", "2026-03-03 Tue")),
    ],
)
def test_what_is_registered_for_a_unit_goes_the_units_way(
    own_grade: str, row: tuple[str, ...], role: Role, rehearsal: Any, report: Any, owed: Any
) -> None:
    rehearsal.do(Act.REPORT, role, found_by="unit", own_grade=own_grade, **report)
    assert owed(rehearsal) == [row]
    assert rehearsal.facts.by_unit


@pytest.mark.parametrize(("found_by", "track"), [("unit", Track.SELF), ("supervision", Track.ORDERED)])
def test_what_was_over_before_the_ledger_began_is_on_record_and_owes_nothing(
    found_by: str, track: Track, rehearsal: Any, report: Any
) -> None:
    over = {**report, "closed_on": date(2026, 3, 2), "origin": "台账2019-7", "system": "detection"}
    rehearsal.do(Act.REPORT, Role.DEPT_OFFICER, found_by=found_by, **over)
    facts = rehearsal.facts
    assert (facts.status, facts.grade, facts.track) == (Status.CLOSED, Grade.GENERAL, track)
    assert (dict(facts.live), rehearsal.told) == ({}, [])
    assert facts.chapters == (Chapter(1, track, frozenset(), fixed_on_the_spot=True, closed_before=True),)


# --- graded --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.UNIT_SAFETY])
def test_a_unit_that_judges_its_own_hazard_ordinary_rectifies_without_an_order(
    role: Role, at_stage: Any, owed: Any
) -> None:
    case = at_stage("unsure")
    case.let_pass(days=1)
    case.do(Act.GRADE, role, **_GENERAL)
    assert owed(case) == [("rectify", "unit_fixer", "haz-fix-general", "general", "2026-03-10 Tue")]
    assert case.facts.chapter == Chapter(1, Track.SELF, frozenset({Act.GRADE}), judged_by_unit=True)


@pytest.mark.parametrize("role", sorted(OFFICERS))
@pytest.mark.parametrize("stage", ["unsure", "found"])
def test_what_an_officer_judges_ordinary_needs_an_order(role: Role, stage: str, at_stage: Any) -> None:
    case = at_stage(stage)
    case.do(Act.GRADE, role, **_GENERAL)
    assert acts_owed(case) == {"order"}
    assert case.told == [("asked-order", "dept_officer")]
    assert case.facts.chapter == Chapter(1, Track.ORDERED, frozenset({Act.GRADE, Act.ORDER}))
    assert (case.facts.grade, case.facts.track) == (Grade.GENERAL, Track.ORDERED)


def test_what_an_officer_judges_major_is_listed_without_waiting_for_the_units_report(at_stage: Any) -> None:
    case = at_stage("major")
    assert acts_owed(case) == _PREPARATIONS
    assert case.facts.chapter == Chapter(1, Track.MAJOR, _PREPARATIONS | {Act.GRADE})
    assert (case.facts.grade, case.facts.track) == (Grade.MAJOR, Track.MAJOR)


def test_what_the_unit_judges_major_is_listed_after_its_report(at_stage: Any) -> None:
    case = at_stage("major by unit")
    assert acts_owed(case) == {"major-report", "plan"}
    assert case.facts.chapter == Chapter(1, Track.MAJOR, _PREPARATIONS | {Act.GRADE}, judged_by_unit=True)


def test_a_judgement_that_safety_cannot_be_kept_owes_a_stop(at_stage: Any) -> None:
    case = at_stage("unsafe")
    assert case.duty("stop-work").blocks is False
    assert case.told[0] == ("asked-stop-work", "dept_officer")


def test_a_stop_owed_for_a_missing_system_gives_way_to_one_owed_on_a_judgement(at_stage: Any) -> None:
    case = at_stage("system missing")
    asked = case.duty("stop-work")
    case.do(Act.GRADE, Role.BUREAU_OFFICER, unsafe=True, **_MAJOR)
    assert case.duties[asked.key].status is DutyStatus.SUPERSEDED
    assert (case.duty("stop-work").holder, case.duty("stop-work").clause_id) == (Role.DEPT_OFFICER, "haz-stop")


def test_a_stop_owed_for_a_missing_system_stays_owed_when_the_judgement_says_nothing_of_danger(at_stage: Any) -> None:
    case = at_stage("system missing")
    asked = case.duty("stop-work")
    case.do(Act.GRADE, Role.BUREAU_OFFICER, **_GENERAL)
    assert case.duty("stop-work") == asked


@pytest.mark.parametrize("kind", [Act.GRADE, Act.REGRADE])
def test_where_work_stands_still_already_no_second_stop_is_owed(kind: Act, at_stage: Any, says: Any) -> None:
    case = at_stage("found" if kind is Act.GRADE else "stopped")
    if kind is Act.GRADE:
        case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK))
    case.do(kind, Role.DEPT_OFFICER, unsafe=True, **_MAJOR)
    assert acts_owed(case) == _PREPARATIONS | {"confirm-order"}
    assert case.facts.stopped


# --- graded again --------------------------------------------------------------------------------


def test_regrading_up_begins_a_new_chapter_and_supersedes_what_the_old_path_waited_for(at_stage: Any) -> None:
    case = at_stage("ordered")
    case.let_pass(days=2)
    case.do(Act.REGRADE, Role.BUREAU_OFFICER, **_MAJOR)
    assert case.duties["rectify@7"].status is DutyStatus.SUPERSEDED
    assert acts_owed(case) == _PREPARATIONS
    assert case.told == [
        ("regraded", "unit_head"), ("regraded", "dept_head"), ("asked-major-report", "unit_head"),
        ("asked-plan", "unit_head"), ("asked-list", "dept_officer"),
    ]  # fmt: skip
    assert {e.clause_id for e in case.steps[-1].effects if e.name == "regraded"} == {"haz-grade"}
    assert case.facts.chapters == (
        Chapter(1, Track.ORDERED, frozenset({Act.GRADE, Act.ORDER}), last_seq=7),
        Chapter(8, Track.MAJOR, _PREPARATIONS),
    )
    assert (case.facts.grade, case.facts.track) == (Grade.MAJOR, Track.MAJOR)


def test_regrading_down_asks_for_an_order_and_forgets_what_was_prepared(at_stage: Any) -> None:
    case = at_stage("planned")
    case.do(Act.REGRADE, Role.DEPT_HEAD, **_GENERAL)
    assert acts_owed(case) == {"order"}
    assert case.facts.done == frozenset()
    assert case.facts.rectified_in_chapter is False
    assert (case.facts.grade, case.facts.track) == (Grade.GENERAL, Track.ORDERED)
    assert case.facts.chapter == Chapter(5, Track.ORDERED, frozenset({Act.ORDER}))


def test_a_review_passed_before_a_regrading_does_not_count_after_it(at_stage: Any, says: Any) -> None:
    case = at_stage("major by unit")
    for kind in (Act.PLAN, Act.RECTIFY, Act.APPLY_REVIEW, Act.REVIEW):
        case.do(kind, **says(kind))
    assert case.facts.review_passed
    case.do(Act.REGRADE, Role.DEPT_OFFICER, **_GENERAL)
    assert not case.facts.review_passed


@pytest.mark.parametrize(
    "stage", ["self", "fixed", "rectified", "graded", "ordered", "reported rectified", "rechecked"]
)
def test_an_ordinary_hazard_can_be_judged_major_at_any_stage(stage: str, at_stage: Any) -> None:
    case = at_stage(stage)
    case.do(Act.REGRADE, Role.DEPT_OFFICER, **_MAJOR)
    assert acts_owed(case) == _PREPARATIONS


def test_stops_decisions_and_news_outlive_a_regrading(at_stage: Any, says: Any) -> None:
    case = at_stage("system missing")
    case.do(Act.GRADE, Role.DEPT_OFFICER, **_MAJOR)
    case.do(Act.APPLY_VOID, Role.UNIT_SAFETY, **says(Act.APPLY_VOID))
    case.let_pass(hours=37)  # the report on the hazard is 150 percent late
    before = acts_owed(case)
    assert {"stop-work", "decide-void", "decide"} <= before
    case.do(Act.REGRADE, Role.DEPT_OFFICER, **_GENERAL)
    assert acts_owed(case) == {"stop-work", "decide-void", "decide", "order"}


def test_the_question_whether_work_may_resume_outlives_a_regrading(at_stage: Any) -> None:
    case = at_stage("resume applied")
    case.do(Act.REGRADE, Role.DEPT_OFFICER, **_MAJOR)
    assert acts_owed(case) == _PREPARATIONS | {"decide-resume", "confirm-order"}
    assert Act.APPLY_RESUME in case.facts.requests


@pytest.mark.parametrize("stage", ["listed", "openly reviewed"])
def test_news_of_a_listing_outlives_a_regrading_after_the_delisting(stage: str, at_stage: Any, says: Any) -> None:
    case = at_stage(stage)
    for kind in (Act.RECTIFY, Act.APPLY_REVIEW, Act.REVIEW, Act.DELIST):
        case.do(kind, **says(kind))
    news = {duty.key for duty in case.facts.live.values() if duty.act in {Act.OPEN_REVIEW, Act.PUBLISH}}
    assert len(news) == 2
    case.do(Act.REGRADE, Role.DEPT_OFFICER, **_GENERAL)
    assert news < case.facts.live.keys()
    assert acts_owed(case) == {"order"} | {case.facts.live[key].act for key in news}


def test_an_extension_asked_for_before_a_regrading_is_settled_by_it(at_stage: Callable[[str], Any]) -> None:
    case = at_stage("extension applied")
    case.do(Act.REGRADE, Role.DEPT_OFFICER, **_MAJOR)
    assert case.facts.requests == {}
    assert case.duties["decide-extension@8"].status is DutyStatus.SUPERSEDED


def test_every_chapter_stays_on_record(at_stage: Any) -> None:
    case = at_stage("major")
    for judgement in (_GENERAL, _MAJOR, _GENERAL):
        case.do(Act.REGRADE, Role.DEPT_HEAD, **judgement)
    assert [(c.first_seq, c.last_seq, c.track) for c in case.facts.chapters] == [
        (1, 2, Track.MAJOR), (3, 3, Track.ORDERED), (4, 4, Track.MAJOR), (5, None, Track.ORDERED),
    ]  # fmt: skip


def test_what_a_case_stands_at_has_its_words() -> None:
    assert {status: status.label for status in Status} == {"open": "办理中", "closed": "已销号", "void": "已作废"}
    assert {track: track.label for track in Track} == {
        "self": "单位自查自改", "ordered": "检查发现、责令整改", "major": "重大隐患治理",
    }  # fmt: skip
    assert {grade: grade.label for grade in Grade} == {"general": "一般事故隐患", "major": "重大事故隐患"}


def test_facts_before_the_first_act_say_nothing() -> None:
    nothing = Facts()
    assert (nothing.last_seq, nothing.latest_at, nothing.found_at, nothing.waits_for) == (0, None, None, "")
    assert not any([nothing.is_overdue, nothing.by_unit, nothing.stopped, nothing.listed, nothing.review_passed])
    assert not any([nothing.live, nothing.requests, nothing.chapters, nothing.touched, nothing.verified])


def test_a_chapter_is_nothing_special_unless_it_says_so() -> None:
    plain = Chapter(1, Track.SELF, frozenset())
    assert (plain.fixed_on_the_spot, plain.judged_by_unit, plain.closed_before, plain.last_seq) == (
        False, False, False, None,
    )  # fmt: skip


def test_the_facts_know_the_latest_claimed_instant_and_the_number_of_the_last_act(at_stage: Any, says: Any) -> None:
    case = at_stage("self")
    found_at = case.now
    case.let_pass(days=2)
    case.do(Act.NOTE, Role.UNIT_FIXER, **says(Act.NOTE))
    case.do(Act.RECTIFY, Role.UNIT_FIXER, happened_at=case.now.subtract(days=1), **says(Act.RECTIFY))
    assert (case.facts.found_at, case.facts.latest_at, case.facts.last_seq) == (found_at, case.now, 3)
