"""Who owes what by when under which clause: every duty of a hazard, at its boundaries and in every hand."""

from collections.abc import Callable
from typing import Any

import pytest

from rules.act import Act as Deed
from rules.actor import OFFICE_HEADS, OFFICERS, SUPERVISORS, UNIT_ROLES, Role
from rules.agenda import DutyStatus
from rules.errors import TimeInvalid, WrongPost
from rules.hazard import HAZARD
from rules.hazard import HazardAct as Act

# All cases are found on Monday 2026-03-02 at 09:00, and every act up to the stage is done at that minute.
_DUTIES = [
    # stage, act, holder, clause, ladder, last day by alert and by law
    ("self", "rectify", "unit_fixer", "haz-fix-general", "general", "2026-03-09 Mon"),
    ("rectified", "accept", "unit_safety", "haz-accept", "general", "2026-03-05 Thu"),
    ("fixed", "accept", "unit_safety", "haz-accept", "general", "2026-03-05 Thu"),
    ("unsure", "grade", "unit_head", "haz-grade", "general", "2026-03-03 Tue"),
    ("found", "grade", "dept_officer", "haz-grade", "office", "2026-03-03 Tue"),
    ("system missing", "grade", "dept_officer", "haz-grade", "office", "2026-03-03 Tue"),
    ("system missing", "stop-work", "bureau_officer", "haz-chem-stop", "office", "2026-03-02 11:00"),
    ("graded", "order", "dept_officer", "haz-order", "office", "2026-03-03 Tue"),
    ("ordered", "rectify", "unit_fixer", "haz-rectify-order", "general", "2026-03-16 Mon"),
    ("reported rectified", "recheck", "dept_officer", "haz-recheck", "office", "2026-03-12 Thu"),
    ("rechecked", "sign-off", "dept_head", "haz-signoff", "office", "2026-03-05 Thu"),
    ("unsafe", "stop-work", "dept_officer", "haz-stop", "office", "2026-03-02 11:00"),
    ("major", "major-report", "unit_head", "haz-major-report", "major", "2026-03-03 09:00"),
    ("major", "plan", "unit_head", "haz-major-plan", "major", "2026-03-09 Mon"),
    ("major", "list", "dept_officer", "haz-listing", "office", "2026-03-05 Thu"),
    ("drafted", "confirm-order order@3", "dept_officer", "ord-confirm", "office", "2026-03-03 Tue"),
    ("confirmed", "review-order order@3", "bureau_officer", "ord-review", "office", "2026-03-03 Tue"),
    ("order reviewed", "sign-order order@3", "dept_head", "ord-sign", "office", "2026-03-03 Tue"),
    ("signed", "serve-order order@3", "dept_officer", "ord-serve", "office", "2026-03-04 Wed"),
    ("stopped", "confirm-order stop-work@8", "dept_officer", "ord-confirm", "office", "2026-03-03 Tue"),
    ("circular", "circular", "dept_officer", "ord-circular", "office", "2026-03-18 Wed"),
    ("talk", "talk", "dept_officer", "ord-talk", "office", "2026-03-17 Tue"),
    ("called to talk", "hold-talk talk@12", "dept_head", "ord-hold-talk", "office", "2026-04-30 Thu"),
    ("planned", "rectify", "unit_head", "haz-rectify-major", "major", "2026-04-30 Thu"),
    ("planned", "progress", "unit_head", "haz-progress", "progress", "2026-03-09 Mon"),
    ("listed", "open-review listing", "committee_office", "haz-open-review", "office", "2026-03-09 Mon"),
    ("openly reviewed", "publish listing", "committee_office", "haz-publicity", "office", "2026-03-09 Mon"),
    ("treated", "apply-review", "unit_head", "haz-apply-review", "major", "2026-03-05 Thu"),
    ("review applied", "review", "dept_officer", "haz-review", "office", "2026-03-12 Thu"),
    ("reviewed", "delist", "dept_head", "haz-delist", "office", "2026-03-05 Thu"),
    ("delisted", "open-review delisting", "committee_office", "haz-open-review", "office", "2026-03-09 Mon"),
    ("delisted", "look-back", "dept_officer", "haz-lookback", "office", "2026-04-01 Wed"),
    ("resume applied", "decide-resume", "dept_head", "haz-resume-check", "office", "2026-03-12 Thu"),
    ("extension applied", "decide-extension", "dept_head", "haz-extension-decide", "office", "2026-03-05 Thu"),
    ("own extension applied", "decide-extension", "unit_head", "haz-extension-decide", "general", "2026-03-05 Thu"),
    ("void applied", "decide-void", "town_clerk", "haz-void", "office", "2026-03-03 Tue"),
    ("void applied by officer", "decide-void", "dept_officer", "haz-void", "office", "2026-03-03 Tue"),
    ("reopen applied", "decide-reopen", "dept_head", "haz-reopen", "office", "2026-03-03 Tue"),
]  # fmt: skip
_EACH = pytest.mark.parametrize("row", _DUTIES, ids=[f"{row[0]} - {row[1]}" for row in _DUTIES])
_STAGES_AND_ACTS = sorted({(row[0], row[1].split()[0]) for row in _DUTIES})


@_EACH
def test_each_duty_has_its_holder_clause_ladder_and_end(row: tuple[str, ...], at_stage: Any, owed: Any) -> None:
    assert row[1:] in owed(at_stage(row[0]))


@pytest.mark.parametrize("stage", sorted({row[0] for row in _DUTIES}))
def test_nothing_else_is_owed_than_what_the_table_shows_for_some_stage(stage: str, at_stage: Any, owed: Any) -> None:
    known = {row[1:] for row in _DUTIES}
    assert [duty for duty in owed(at_stage(stage)) if duty not in known] == []


@_EACH
@pytest.mark.parametrize(
    ("microseconds", "status"), [(-1, DutyStatus.DONE), (0, DutyStatus.LATE_DONE), (1, DutyStatus.LATE_DONE)]
)
def test_an_act_is_in_time_until_the_last_microsecond_and_late_from_the_first_late_one_on(
    row: tuple[str, ...], microseconds: int, status: DutyStatus, at_stage: Any, somebody: Any, says: Any
) -> None:
    case, (kind, *about) = at_stage(row[0]), row[1].split()
    duty = next(d for d in case.facts.live.values() if (d.act, d.about or "") == (kind, "".join(about)))
    case.until(duty.late_from.add(microseconds=microseconds))

    extra = {"about": duty.about} if duty.about else {}
    extra |= {"served_on": case.now.date()} if kind == Act.SERVE_ORDER else {}
    case.do(kind, somebody(duty.holder, "somebody-else"), **says(kind, **extra))

    assert case.duties[duty.key].status is status
    assert case.duties[duty.key].ended_at == case.now
    assert case.duties[duty.key].ended_by == len(case.acts)


@pytest.mark.parametrize(
    ("microseconds", "status"), [(-1, DutyStatus.DONE), (0, DutyStatus.LATE_DONE), (1, DutyStatus.LATE_DONE)]
)
def test_the_law_waits_for_the_working_day_after_the_holiday_while_the_ladder_does_not(
    microseconds: int, status: DutyStatus, at_stage: Any, owed: Any, says: Any
) -> None:
    case = at_stage("reviewed")
    case.let_pass(days=4)
    case.do(Act.DELIST, Role.DEPT_HEAD, **says(Act.DELIST))
    last_days = ("look-back", "dept_officer", "haz-lookback", "office", "2026-04-05 Sun, by law 2026-04-07 Tue")
    assert last_days in owed(case)
    look_back = case.duty("look-back")

    case.until(look_back.due_legal.add(microseconds=microseconds))
    assert case.duty("look-back").breached
    case.do(Act.LOOK_BACK, Role.TOWN_CLERK, **says(Act.LOOK_BACK))

    assert case.duties[look_back.key].status is status
    assert case.duties[look_back.key].breached


@_EACH
def test_nobody_acts_before_the_clock_of_the_duty_has_started(
    row: tuple[str, ...], at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    case, (kind, *about) = at_stage(row[0]), row[1].split()
    duty = next(d for d in case.facts.live.values() if (d.act, d.about or "") == (kind, "".join(about)))
    said = says(kind, **({"about": duty.about} if duty.about else {}))
    case.let_pass(minutes=30)
    with refused(TimeInvalid, duty.clause_id, f"早于该应办的起算时间 {duty.started_at:%Y-%m-%d %H:%M}"):
        case.do(kind, somebody(duty.holder, "x"), happened_at=duty.started_at.subtract(microseconds=1), **said)
    case.do(kind, somebody(duty.holder, "x"), happened_at=duty.started_at, **said)


_MAY = {
    Act.REPORT: UNIT_ROLES | SUPERVISORS,
    Act.GRADE: OFFICERS | {Role.UNIT_HEAD, Role.UNIT_SAFETY},
    Act.REGRADE: OFFICERS,
    Act.ORDER: OFFICERS,
    Act.RECTIFY: UNIT_ROLES,
    Act.ACCEPT: {Role.UNIT_HEAD, Role.UNIT_SAFETY},
    Act.RECHECK: OFFICERS,
    Act.SIGN_OFF: OFFICE_HEADS,
    Act.MAJOR_REPORT: {Role.UNIT_HEAD},
    Act.PLAN: {Role.UNIT_HEAD},
    Act.LIST: OFFICERS | {Role.COMMITTEE_OFFICE},
    Act.PROGRESS: UNIT_ROLES,
    Act.APPLY_REVIEW: {Role.UNIT_HEAD},
    Act.REVIEW: OFFICERS,
    Act.DELIST: OFFICE_HEADS | {Role.COMMITTEE_OFFICE},
    Act.LOOK_BACK: OFFICERS | {Role.TOWN_CLERK, Role.TOWN_LEADER},
    Act.OPEN_REVIEW: {Role.COMMITTEE_OFFICE},
    Act.PUBLISH: {Role.COMMITTEE_OFFICE},
    Act.STOP_WORK: OFFICERS,
    Act.CIRCULAR: OFFICERS | {Role.COMMITTEE_OFFICE},
    Act.TALK: OFFICERS | {Role.COMMITTEE_OFFICE},
    Act.HOLD_TALK: OFFICERS | {Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER},
    Act.CONFIRM_ORDER: OFFICERS,
    Act.REVIEW_ORDER: OFFICERS | {Role.COMMITTEE_OFFICE},
    Act.SIGN_ORDER: OFFICE_HEADS | {Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER},
    Act.SERVE_ORDER: OFFICERS | {Role.COMMITTEE_OFFICE},
    Act.WITHDRAW_ORDER: OFFICERS | {Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER},
    Act.APPLY_RESUME: {Role.UNIT_HEAD},
    Act.DECIDE_RESUME: OFFICE_HEADS,
    Act.APPLY_EXTENSION: {Role.UNIT_HEAD, Role.UNIT_SAFETY},
    Act.DECIDE_EXTENSION: OFFICE_HEADS | {Role.UNIT_HEAD},
    Act.APPLY_VOID: UNIT_ROLES | SUPERVISORS,
    Act.DECIDE_VOID: OFFICERS | {Role.TOWN_CLERK},
    Act.APPLY_REOPEN: UNIT_ROLES | SUPERVISORS,
    Act.DECIDE_REOPEN: OFFICE_HEADS,
    Act.INVESTIGATE: OFFICERS,
    Act.DECIDE: OFFICE_HEADS | {Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER},
    Act.NOTE: UNIT_ROLES | SUPERVISORS,
    Act.ACKNOWLEDGE: UNIT_ROLES | SUPERVISORS,
    Act.PHONED: UNIT_ROLES | SUPERVISORS,
    Act.RUNG: {Role.ENGINE},
    Act.LAPSE: {Role.ENGINE},
}


@pytest.mark.parametrize("kind", list(Act))
def test_other_posts_than_those_of_the_table_are_told_who_may(
    kind: Act, at_stage: Callable[[str], Any], somebody: Any, refused: Any
) -> None:
    case = at_stage("self")
    for role in set(Role) - _MAY[kind]:
        with refused(WrongPost, "haz-separation", kind.label, role.label, *(may.label for may in _MAY[kind])):
            HAZARD.permit(case.facts, _bare(case, kind, somebody(role)), case.rulebook)


def _bare(case: Any, kind: Act, who: Any) -> Any:
    return Deed(len(case.acts) + 1, kind, who, case.now, case.now, {})


def test_every_act_is_in_the_table_of_posts() -> None:
    assert set(_MAY) == set(Act) == set(HAZARD.may)
    assert {kind: set(roles) for kind, roles in HAZARD.may.items()} == {kind: set(r) for kind, r in _MAY.items()}


@pytest.mark.parametrize(("stage", "kind"), _STAGES_AND_ACTS)
def test_what_is_owed_is_offered_to_its_holder_and_to_nobody_without_the_post(
    stage: str, kind: str, at_stage: Any, somebody: Any
) -> None:
    case = at_stage(stage)
    holder = case.duty(kind).holder
    assert HAZARD.may_do(case.facts, kind, _bare(case, Act(kind), somebody(holder, "somebody-else")))
    assert not HAZARD.may_do(case.facts, kind, _bare(case, Act(kind), somebody(Role.AUDITOR)))
