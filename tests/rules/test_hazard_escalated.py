"""Lateness: rungs at their instants, each post told once, decisions that climb to the county leader and end there."""

from datetime import timedelta
from typing import Any

import pytest

from rules.act import Act as Deed
from rules.actor import Role
from rules.agenda import DutyStatus
from rules.errors import ContentInvalid, NotYourTurn
from rules.hazard import HAZARD
from rules.hazard import HazardAct as Act
from rules.hazard.facts import Status

_BREACH = "rectify@1"


def acts_owed(case: Any) -> set[str]:
    return {str(duty.act) for duty in case.facts.live.values()} - {"acknowledge"}


def told_by_rungs(case: Any) -> list[tuple[str, str, str, str]]:
    return [
        (str(act.content["rung"]), effect.name, str(effect.addressee), effect.clause_id)
        for act, step in zip(case.acts, case.steps, strict=True)
        for effect in step.effects
        if act.kind == Act.RUNG and effect.name != "unanswered"
    ]


def share(case: Any, act: str, percent: int) -> Any:
    duty = case.duty(act)
    return duty.started_at + (duty.due_alert - duty.started_at) * percent / 100


def test_an_ordinary_hazard_is_reminded_of_told_and_decided_upon_as_its_ladder_says(at_stage: Any) -> None:
    case = at_stage("self")
    case.until(share(case, "rectify", 150))
    assert told_by_rungs(case) == [
        ("1", "reminder", "unit_fixer", "haz-fix-general"),
        ("2", "reminder", "unit_fixer", "haz-fix-general"),
        ("2", "reminder", "unit_safety", "haz-fix-general"),
        ("3", "reminder", "unit_fixer", "haz-fix-general"),
        ("3", "reminder", "unit_safety", "haz-fix-general"),
        ("3", "reminder", "unit_head", "haz-fix-general"),
        ("4", "overdue", "unit_head", "haz-fix-general"),
        ("4", "overdue", "town_clerk", "haz-fix-general"),
        ("5", "overdue", "unit_head", "haz-fix-general"),
        ("5", "overdue", "town_leader", "haz-fix-general"),
        ("5", "overdue", "dept_officer", "haz-fix-general"),
        ("6", "asked-decide", "dept_head", "haz-decide"),
    ]
    assert {effect.asks for step in case.steps[1:6] for effect in step.effects} == {_BREACH}
    assert all(effect.by_clock for step in case.steps[1:] for effect in step.effects)
    assert not any(effect.by_clock for effect in case.steps[0].effects)


@pytest.mark.parametrize(
    ("stage", "act", "number"),
    [("rectified", "accept", 2), ("rechecked", "sign-off", 3), ("resume applied", "decide-resume", 3)],
)
def test_a_holder_who_is_named_by_the_rung_as_well_is_told_once(
    stage: str, act: str, number: int, at_stage: Any
) -> None:
    case = at_stage(stage)
    holder, key = case.duty(act).holder, case.duty(act).key
    case.until(share(case, act, 90))
    told = [e for s, a in zip(case.steps, case.acts, strict=True) for e in s.effects
            if a.content.get("about") == key and a.content["rung"] == number and e.addressee is holder]  # fmt: skip
    assert len(told) == 1
    assert len({effect.key for effect in case.effects}) == len(case.effects)


@pytest.mark.parametrize("percent", [50, 75, 90, 100, 125, 150])
def test_a_rung_is_climbed_at_its_instant_and_not_a_microsecond_before(percent: int, at_stage: Any) -> None:
    case = at_stage("self")
    instant = share(case, "rectify", percent)
    case.until(instant.subtract(microseconds=1))
    climbed = case.duty("rectify").rung
    case.until(instant)
    assert case.duty("rectify").rung == climbed + 1
    assert case.acts[-1].happened_at == instant


def test_a_reminder_is_no_breach_and_the_end_of_the_term_is_one(at_stage: Any) -> None:
    case = at_stage("self")
    case.until(share(case, "rectify", 100).subtract(microseconds=1))
    assert (case.facts.is_overdue, case.duty("rectify").breached) == (False, False)
    case.let_pass(microseconds=1)
    assert (case.facts.is_overdue, case.duty("rectify").breached) == (True, True)


def test_the_last_rung_marks_a_breach_even_where_the_overdue_rungs_were_passed_unseen(at_stage: Any) -> None:
    case = at_stage("rectified")
    case.until(case.now + timedelta(days=13))
    case.do(Act.ACCEPT, Role.UNIT_HEAD, passed="no", note="未整改")
    assert not case.duty("rectify").breached
    case.let_pass(microseconds=1)
    assert case.acts[-1].content == {"about": case.duty("rectify").key, "rung": 6, "kind": "decide"}
    assert case.duty("rectify").breached


def test_a_duty_recorded_late_enters_its_ladder_at_the_rung_reached(rehearsal: Any, report: Any) -> None:
    found_at = rehearsal.now.subtract(days=6)
    rehearsal.do(Act.REPORT, Role.UNIT_SAFETY, own_grade="general", happened_at=found_at, **report)
    assert rehearsal.duty("rectify").rung == 1
    assert (rehearsal.duty("rectify").started_at, rehearsal.duty("rectify").opened_at) == (found_at, rehearsal.now)
    rehearsal.let_pass(microseconds=1)
    assert [number for number, *_ in told_by_rungs(rehearsal)] == ["2", "2"]


def test_a_duty_recorded_on_time_begins_at_the_bottom(at_stage: Any) -> None:
    assert at_stage("self").duty("rectify").rung == 0


# --- the duty to decide --------------------------------------------------------------------------


def test_the_last_rung_owes_a_decision_within_a_working_day(at_stage: Any, owed: Any) -> None:
    case = at_stage("self")
    case.until(share(case, "rectify", 150))  # Friday 13 March
    assert ("decide rectify@1", "dept_head", "haz-decide", "decide", "2026-03-16 Mon") in owed(case)
    assert case.duty("decide").blocks is False


def test_a_decision_that_is_not_taken_climbs_to_the_county_leader_and_ends_there(at_stage: Any, owed: Any) -> None:
    case = at_stage("self")
    case.let_pass(days=60)
    assert [row for row in owed(case) if row[0] == "decide rectify@1"] == [
        ("decide rectify@1", "county_leader", "haz-decide", "decide", "2026-03-19 Thu"),
        ("decide rectify@1", "dept_head", "haz-decide", "decide", "2026-03-16 Mon"),
    ]
    told_the_leader = [row for row in told_by_rungs(case) if row[2] == "county_leader"]
    assert [name for _, name, _, _ in told_the_leader] == ["asked-decide", "reminder", "overdue"]


@pytest.mark.parametrize(
    ("stage", "act", "decider"),
    [
        ("self", "rectify", Role.DEPT_HEAD),
        ("rectified", "accept", Role.DEPT_HEAD),
        ("graded", "order", Role.COMMITTEE_OFFICE),
        ("rechecked", "sign-off", Role.COMMITTEE_OFFICE),
        ("major", "plan", Role.BUREAU_HEAD),
        ("planned", "progress", Role.DEPT_HEAD),
        ("reopen applied", "decide-reopen", Role.COMMITTEE_OFFICE),
    ],
)
def test_each_ladder_ends_with_the_post_that_decides(stage: str, act: str, decider: Role, at_stage: Any) -> None:
    case = at_stage(stage)
    key = case.duty(act).key
    case.until(share(case, act, 200))
    assert {duty.holder for duty in case.facts.live.values() if duty.about == key} >= {decider}


def test_the_post_at_the_top_of_the_ladder_is_told_of_its_own_lateness_and_asked_for_no_decision_on_itself(
    at_stage: Any,
) -> None:
    case = at_stage("listed")
    case.until(share(case, "open-review", 150))
    last = case.steps[-1].effects
    assert [(e.name, e.addressee, e.clause_id) for e in last] == [("overdue", Role.COMMITTEE_OFFICE, "haz-decide")]
    assert "decide" not in acts_owed(case)
    assert case.duty("open-review").breached


@pytest.mark.parametrize("decision", ["supervise", "transfer"])
def test_a_measure_is_told_to_unit_and_department_and_ends_all_duties_to_decide_on_the_breach(
    decision: str, at_stage: Any
) -> None:
    case = at_stage("self")
    case.let_pass(days=30)
    case.do(Act.DECIDE, Role.DEPT_HEAD, about=_BREACH, decision=decision, reason="逾期")
    assert [(e.name, e.addressee, e.clause_id) for e in case.steps[-1].effects] == [
        ("decided", Role.UNIT_HEAD, "haz-decide"), ("decided", Role.DEPT_HEAD, "haz-decide"),
    ]  # fmt: skip
    assert acts_owed(case) == {"rectify"}
    assert case.duty("rectify").breached, "the decision takes nothing back"


@pytest.mark.parametrize(("decision", "clause"), [("circular", "ord-circular"), ("talk", "ord-talk")])
def test_a_circular_or_a_talk_is_a_draft_that_is_owed_and_nobody_outside_is_told(
    decision: str, clause: str, at_stage: Any
) -> None:
    case = at_stage("self")
    case.let_pass(days=30)
    case.do(Act.DECIDE, Role.DEPT_HEAD, about=_BREACH, decision=decision, reason="逾期")
    assert [(e.name, e.addressee, e.clause_id) for e in case.steps[-1].effects] == [
        (f"asked-{decision}", Role.DEPT_OFFICER, clause)
    ]
    assert acts_owed(case) == {"rectify", decision}
    assert case.duty(decision).blocks is False


@pytest.mark.parametrize("decision", ["circular", "talk"])
@pytest.mark.parametrize("stage", ["owed", "drafted"])
def test_a_second_breach_asks_for_no_second_draft_while_one_is_on_its_way(
    stage: str, decision: str, at_stage: Any, says: Any
) -> None:
    case = at_stage("ordered")
    case.let_pass(days=45)
    by_holder = {duty.holder: duty.about for duty in case.facts.live.values() if duty.act == Act.DECIDE}
    case.do(Act.DECIDE, Role.DEPT_HEAD, about=by_holder[Role.DEPT_HEAD], decision=decision, reason="逾期")
    if stage == "drafted":
        case.do(decision, Role.DEPT_OFFICER, **says(decision))
    case.do(Act.DECIDE, Role.COUNTY_LEADER, about=by_holder[Role.COMMITTEE_OFFICE], decision=decision, reason="逾期")
    assert case.told == []
    assert [duty.act for duty in case.facts.live.values()].count(decision) == (0 if stage == "drafted" else 1)


def test_doing_nothing_is_a_decision_with_its_reason_on_record_and_is_told_to_nobody(at_stage: Any) -> None:
    case = at_stage("self")
    case.let_pass(days=30)
    case.do(Act.DECIDE, Role.DEPT_HEAD, about=_BREACH, decision="none", reason="停产待关闭")
    assert case.told == []
    assert acts_owed(case) == {"rectify"}


def test_a_late_decision_is_late_done_and_one_in_time_is_done(at_stage: Any) -> None:
    case = at_stage("self")
    case.until(share(case, "rectify", 150))
    key, due = case.duty("decide").key, case.duty("decide").due_legal
    for microseconds, status in ((-1, DutyStatus.DONE), (0, DutyStatus.LATE_DONE)):
        going = case.fork()
        going.until(due.add(microseconds=microseconds))
        going.do(Act.DECIDE, Role.DEPT_HEAD, about=_BREACH, decision="supervise", reason="逾期")
        assert going.duties[key].status is status


def test_decisions_on_two_breaches_are_taken_one_by_one_by_whoever_was_asked(at_stage: Any, refused: Any) -> None:
    case = at_stage("ordered")
    case.let_pass(days=45)
    about = {duty.holder: duty.about for duty in case.facts.live.values() if duty.act == Act.DECIDE}
    unit, office = about[Role.DEPT_HEAD], about[Role.COMMITTEE_OFFICE]
    assert (unit, office) == ("rectify@7", case.duty("recheck").key)
    with refused(NotYourTurn, "haz-decide", "当前应办「逾期处置决定」，请由安委办办理"):
        case.do(Act.DECIDE, Role.DEPT_HEAD, about=office, decision="none", reason="本部门自己的逾期")
    case.do(Act.DECIDE, Role.DEPT_HEAD, about=unit, decision="supervise", reason="逾期")
    assert {duty.about for duty in case.facts.live.values() if duty.act == Act.DECIDE} == {office}
    with refused(ContentInvalid, "haz-decide", f"没有关于「{unit}」的应办，可选：{office}"):
        case.do(Act.DECIDE, Role.COMMITTEE_OFFICE, about=unit, decision="supervise", reason="逾期")


def test_nobody_decides_without_a_breach_not_even_the_county_leader(at_stage: Any, refused: Any) -> None:
    with refused(NotYourTurn, "haz-fix-general", "当前应办「报告整改完成」，请由整改责任人办理"):
        at_stage("self").do(Act.DECIDE, Role.COUNTY_LEADER, about=_BREACH, decision="supervise", reason="逾期")


@pytest.mark.parametrize("role", [Role.DEPT_HEAD, Role.BUREAU_HEAD, Role.COUNTY_LEADER])
def test_a_decision_asked_of_a_department_may_be_taken_by_the_bureaus_head_or_a_county_leader_too(
    role: Role, at_stage: Any, refused: Any
) -> None:
    case = at_stage("self")
    case.until(share(case, "rectify", 150))
    with refused(NotYourTurn, "haz-decide", "当前应办「逾期处置决定」，请由部门负责人办理"):
        case.do(Act.DECIDE, Role.COMMITTEE_OFFICE, about=_BREACH, decision="supervise", reason="逾期")
    case.do(Act.DECIDE, role, about=_BREACH, decision="supervise", reason="逾期")
    assert acts_owed(case) == {"rectify"}


def test_the_bureaus_head_does_not_stand_in_for_the_committees_office(at_stage: Any, refused: Any) -> None:
    case = at_stage("graded")
    key = case.duty("order").key
    case.until(share(case, "order", 150))
    for role in (Role.BUREAU_HEAD, Role.DEPT_HEAD):
        with refused(NotYourTurn, "haz-decide", "请由安委办办理"):
            case.do(Act.DECIDE, role, about=key, decision="supervise", reason="逾期")


def test_a_breach_of_the_answer_on_a_closed_case_is_decided_upon_all_the_same(at_stage: Any) -> None:
    case = at_stage("reopen applied")
    key = case.duty("decide-reopen").key
    case.let_pass(days=4)
    case.do(Act.DECIDE, Role.COMMITTEE_OFFICE, about=key, decision="supervise", reason="未答复")
    assert acts_owed(case) == {"decide-reopen"}


def test_the_clock_climbs_on_for_news_that_outlives_the_case(at_stage: Any) -> None:
    case = at_stage("looked back")
    case.let_pass(days=14)
    assert [act.content["rung"] for act in case.acts if act.content.get("about") == "open-review@8:listing"] == [
        1, 2, 3, 4, 5, 6,
    ]  # fmt: skip
    facts = HAZARD.nothing
    for act in case.acts:
        HAZARD.permit(facts, act, case.rulebook)
        facts, _ = HAZARD.advance(facts, act, case.rulebook)


@pytest.mark.parametrize("kind", [Act.RUNG, Act.LAPSE])
def test_the_clock_does_nothing_to_a_duty_that_has_ended(kind: Act, at_stage: Any, somebody: Any, refused: Any) -> None:
    case = at_stage("ordered")
    for about, possible in (("rectify@7", True), ("order@2", False), ("", False)):
        act = Deed(8, kind, somebody(Role.ENGINE), case.now, case.now, {"about": about, "rung": 1})
        if possible:
            HAZARD.permit(case.facts, act, case.rulebook)
        else:
            with refused(NotYourTurn, "haz-rectify-order"):
                HAZARD.permit(case.facts, act, case.rulebook)
        assert HAZARD.may_do(case.facts, kind, act) is possible


def test_a_note_changes_nothing_and_is_told_to_nobody(at_stage: Any, says: Any, owed: Any) -> None:
    case = at_stage("ordered")
    before = owed(case)
    case.do(Act.NOTE, Role.TOWN_LEADER, **says(Act.NOTE))
    assert (owed(case), case.told) == (before, [])


# --- a major hazard that outlasts its term is looked into ----------------------------------------


def test_a_major_hazard_that_outlasts_its_term_is_looked_into_by_the_department_once(at_stage: Any, owed: Any) -> None:
    case = at_stage("planned")
    term = case.duty("rectify").due_alert
    case.until(term - timedelta(minutes=1))
    assert "investigate" not in acts_owed(case)

    case.until(term + timedelta(days=1))
    found = [line[:4] for line in owed(case) if line[0] == "investigate"]
    assert found == [("investigate", "dept_officer", "haz-investigate", "office")]
    assert case.duty("investigate").blocks is False
    first = case.duty("investigate").key

    case.do(Act.INVESTIGATE, Role.DEPT_OFFICER, cause="资金未落实", responsibility="主要负责人", measures="约谈")
    assert "investigate" not in acts_owed(case)
    assert case.duties[first].status is DutyStatus.DONE
    case.until(term + timedelta(days=60))
    assert "investigate" not in acts_owed(case), "the same breach is looked into once"


def test_what_is_looked_into_already_is_not_asked_for_again_by_a_second_breach(at_stage: Any, says: Any) -> None:
    case = at_stage("review applied")
    case.do(Act.REVIEW, Role.DEPT_OFFICER, passed="no", note="削坡未到位", ends_on=case.now.date() + timedelta(days=5))
    case.let_pass(days=8)
    first = case.duty("investigate").key
    case.do(Act.RECTIFY, Role.UNIT_HEAD, **says(Act.RECTIFY))
    case.do(Act.APPLY_REVIEW, Role.UNIT_HEAD, **says(Act.APPLY_REVIEW))
    case.do(Act.REVIEW, Role.DEPT_OFFICER, passed="no", note="仍未到位", ends_on=case.now.date() + timedelta(days=5))
    case.let_pass(days=8)
    assert [duty.key for duty in case.facts.live.values() if duty.act == Act.INVESTIGATE] == [first]


def test_an_ordinary_hazard_that_outlasts_its_term_is_not_looked_into(at_stage: Any) -> None:
    case = at_stage("self")
    case.let_pass(days=30)
    assert "investigate" not in acts_owed(case)


def test_why_a_hazard_was_late_is_looked_into_though_the_case_is_over(at_stage: Any, says: Any) -> None:
    case = at_stage("openly reviewed")
    case.until(case.duty("rectify").due_alert + timedelta(days=1))
    for act in (Act.RECTIFY, Act.APPLY_REVIEW, Act.REVIEW, Act.DELIST, Act.LOOK_BACK):
        case.do(act, **says(act))
    assert case.facts.status is Status.CLOSED
    assert "investigate" in acts_owed(case)
