"""What may be done, by whom and when: turns, separation of duties, closed cases, impossible times."""

from typing import Any

import pendulum
import pytest

from rules.act import Act as Deed
from rules.actor import OFFICERS, Role
from rules.deadlines import SHANGHAI
from rules.errors import CaseClosed, NotYourTurn, SeparationOfDuties, TimeInvalid
from rules.hazard import HAZARD
from rules.hazard import HazardAct as Act

_BY_PEOPLE = [kind for kind in Act if kind not in {Act.RUNG, Act.LAPSE}]


def bare(case: Any, kind: Act, who: Any, **content: Any) -> Any:
    return Deed(len(case.acts) + 1, kind, who, case.now, case.now, content)


def may(case: Any, kind: Act, who: Any) -> bool:
    return HAZARD.may_do(case.facts, kind, bare(case, kind, who))


# --- turns ---------------------------------------------------------------------------------------

# What can be begun at each stage besides what is owed there, by any post whatever.
_ALWAYS = {Act.NOTE, Act.APPLY_VOID}
_GRADED = {Act.REGRADE, Act.STOP_WORK}
# Work that was stopped on the spot: the paper follows and cannot be withdrawn.
_STOPPED = {Act.REGRADE, Act.CONFIRM_ORDER}
_ANSWERS = {Act.ACKNOWLEDGE, Act.PHONED}
_TURNS = {
    "nothing": {Act.REPORT},
    "self": _ALWAYS | _GRADED | {Act.RECTIFY, Act.APPLY_EXTENSION},
    "fixed": _ALWAYS | _GRADED | {Act.ACCEPT},
    "rectified": _ALWAYS | _GRADED | {Act.ACCEPT},
    "unsure": _ALWAYS | {Act.GRADE, Act.STOP_WORK},
    "found": _ALWAYS | {Act.GRADE, Act.STOP_WORK},
    "graded": _ALWAYS | _GRADED | {Act.ORDER},
    "drafted": _ALWAYS | _GRADED | {Act.CONFIRM_ORDER, Act.WITHDRAW_ORDER},
    "confirmed": _ALWAYS | _GRADED | {Act.REVIEW_ORDER, Act.WITHDRAW_ORDER},
    "order reviewed": _ALWAYS | _GRADED | {Act.SIGN_ORDER, Act.WITHDRAW_ORDER},
    "signed": _ALWAYS | _GRADED | {Act.SERVE_ORDER, Act.WITHDRAW_ORDER},
    "ordered": _ALWAYS | _GRADED | {Act.RECTIFY, Act.APPLY_EXTENSION},
    "reported rectified": _ALWAYS | _GRADED | {Act.RECHECK},
    "rechecked": _ALWAYS | _GRADED | {Act.SIGN_OFF},
    "major": _ALWAYS | _GRADED | {Act.MAJOR_REPORT, Act.PLAN, Act.LIST},
    "major by unit": _ALWAYS | _GRADED | {Act.MAJOR_REPORT, Act.PLAN},
    "planned": _ANSWERS | _ALWAYS | _GRADED | {Act.LIST, Act.RECTIFY, Act.PROGRESS, Act.APPLY_EXTENSION},
    "listed": _ANSWERS | _ALWAYS | _GRADED | {Act.RECTIFY, Act.PROGRESS, Act.OPEN_REVIEW, Act.APPLY_EXTENSION},
    "openly reviewed": _ANSWERS | _ALWAYS | _GRADED | {Act.RECTIFY, Act.PROGRESS, Act.PUBLISH, Act.APPLY_EXTENSION},
    "treated": _ANSWERS | _ALWAYS | _GRADED | {Act.APPLY_REVIEW, Act.OPEN_REVIEW},
    "review applied": _ANSWERS | _ALWAYS | _GRADED | {Act.REVIEW, Act.OPEN_REVIEW},
    "reviewed": _ANSWERS | _ALWAYS | _GRADED | {Act.DELIST, Act.OPEN_REVIEW},
    "delisted": _ANSWERS | _ALWAYS | _GRADED | {Act.LOOK_BACK, Act.OPEN_REVIEW},
    "stopped": _ANSWERS | _ALWAYS | _STOPPED | {Act.RECTIFY, Act.APPLY_EXTENSION, Act.APPLY_RESUME},
    "resume applied": _ANSWERS | _ALWAYS | _STOPPED | {Act.RECTIFY, Act.APPLY_EXTENSION, Act.DECIDE_RESUME},
    "extension applied": _ALWAYS | _GRADED | {Act.RECTIFY, Act.DECIDE_EXTENSION},
    "void applied": {Act.NOTE} | _GRADED | {Act.RECTIFY, Act.APPLY_EXTENSION, Act.DECIDE_VOID},
    "closed": {Act.NOTE, Act.APPLY_REOPEN},
    "signed off": {Act.NOTE, Act.APPLY_REOPEN},
    "looked back": {Act.NOTE, Act.APPLY_REOPEN, Act.OPEN_REVIEW},
    "void": {Act.NOTE, Act.APPLY_REOPEN},
    "reopen applied": {Act.NOTE, Act.DECIDE_REOPEN},
}


@pytest.mark.parametrize("stage", _TURNS)
def test_at_each_stage_exactly_the_acts_of_the_table_can_be_done(stage: str, at_stage: Any, somebody: Any) -> None:
    case = at_stage(stage)
    possible = {kind for kind in _BY_PEOPLE if any(may(case, kind, somebody(r, "new")) for r in HAZARD.may[kind])}
    assert possible == _TURNS[stage]


@pytest.mark.parametrize("stage", ["self", "ordered", "major"])
def test_a_case_is_reported_once(stage: str, at_stage: Any, report: Any, refused: Any) -> None:
    case = at_stage(stage)
    waits = case.duty(case.facts.waits_for)
    with refused(NotYourTurn, waits.clause_id, "上报隐患", waits.holder.label):
        case.do(Act.REPORT, Role.TOWN_CLERK, **report)


@pytest.mark.parametrize("kind", [Act.NOTE, Act.APPLY_VOID, Act.RECTIFY, Act.REGRADE])
def test_before_the_report_nothing_can_be_done(kind: Act, rehearsal: Any, says: Any, refused: Any) -> None:
    with refused(NotYourTurn, "haz-discover", "请打开事项查看当前应办"):
        rehearsal.do(kind, **says(kind))


def test_whoever_comes_out_of_turn_is_told_what_is_owed_by_whom_under_which_clause(
    at_stage: Any, says: Any, refused: Any
) -> None:
    case = at_stage("reported rectified")
    owed = "当前应办「复查」，请由部门监管员办理"
    with refused(NotYourTurn, "haz-recheck", "事项目前不等待您办理「销号」", owed) as caught:
        case.do(Act.SIGN_OFF, Role.DEPT_HEAD, **says(Act.SIGN_OFF))
    assert caught.value.facts == {"waits": "recheck"}


def test_a_unit_judges_only_what_it_was_asked_to_judge(at_stage: Any, somebody: Any, refused: Any) -> None:
    own, found = at_stage("unsure"), at_stage("found")
    for role in (Role.UNIT_HEAD, Role.UNIT_SAFETY):
        assert may(own, Act.GRADE, somebody(role))
        with refused(NotYourTurn, "haz-grade", "请由部门监管员办理"):
            found.do(Act.GRADE, role, grade="general", basis="synthesis", reason="小事")
    for role in sorted(OFFICERS):
        assert may(own, Act.GRADE, somebody(role))
        assert may(found, Act.GRADE, somebody(role))


def test_the_units_head_decides_on_its_own_term_and_the_office_on_what_it_ordered(
    at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    own, ordered = at_stage("own extension applied"), at_stage("extension applied")
    assert may(own, Act.DECIDE_EXTENSION, somebody(Role.UNIT_HEAD))
    assert may(ordered, Act.DECIDE_EXTENSION, somebody(Role.BUREAU_HEAD))
    with refused(NotYourTurn, "haz-extension-decide", "请由主要负责人办理"):
        own.do(Act.DECIDE_EXTENSION, Role.DEPT_HEAD, **says(Act.DECIDE_EXTENSION))
    with refused(NotYourTurn, "haz-extension-decide", "请由部门负责人办理"):
        ordered.do(Act.DECIDE_EXTENSION, Role.UNIT_HEAD, **says(Act.DECIDE_EXTENSION))


def test_an_answer_is_offered_to_posts_that_receive_notices_and_only_while_one_waits(
    at_stage: Any, somebody: Any
) -> None:
    waits, quiet = at_stage("listed"), at_stage("ordered")
    for kind in (Act.ACKNOWLEDGE, Act.PHONED):
        assert {role for role in Role if may(waits, kind, somebody(role))} == HAZARD.may[kind] < set(Role)
        assert not any(may(quiet, kind, somebody(role)) for role in Role)


# --- closed and void -----------------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "word"), [("closed", "已销号"), ("void", "已作废"), ("reopen applied", "已销号")])
@pytest.mark.parametrize(
    "kind",
    [Act.RECTIFY, Act.ACCEPT, Act.REGRADE, Act.STOP_WORK, Act.APPLY_VOID, Act.OPEN_REVIEW, Act.PUBLISH, Act.DECIDE],
)
def test_on_a_closed_or_void_case_nothing_is_done_and_the_way_back_is_named(
    kind: Act, stage: str, word: str, at_stage: Any, refused: Any
) -> None:
    case = at_stage(stage)
    with refused(CaseClosed, "haz-reopen", f"事项{word}", kind.label, "请先申请恢复办理"):
        HAZARD.permit(case.facts, bare(case, kind, _holder(case, kind)), case.rulebook)


def _holder(case: Any, kind: Act) -> Any:
    return type(case)()._actor(kind, None)


def test_a_case_that_nobody_asked_to_reopen_cannot_be_reopened(at_stage: Any, says: Any, refused: Any) -> None:
    for stage in ("closed", "void"):
        with refused(CaseClosed, "haz-reopen", "请先申请恢复办理"):
            at_stage(stage).do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, **says(Act.DECIDE_REOPEN))
    with refused(NotYourTurn, "haz-fix-general"):
        at_stage("self").do(Act.APPLY_REOPEN, Role.UNIT_HEAD, **says(Act.APPLY_REOPEN))


def test_publicity_is_offered_on_a_closed_case_only_while_it_is_owed(at_stage: Any, somebody: Any, says: Any) -> None:
    case, office = at_stage("looked back"), somebody(Role.COMMITTEE_OFFICE)
    assert may(case, Act.OPEN_REVIEW, office)
    assert not may(case, Act.PUBLISH, office)
    for about in ("listing", "delisting"):
        case.do(Act.OPEN_REVIEW, **says(Act.OPEN_REVIEW, about=about))
    assert not may(case, Act.OPEN_REVIEW, office)
    assert may(case, Act.PUBLISH, office)


# --- separation of duties ------------------------------------------------------------------------

_TOUCHING = {
    "rectified": ("unit_fixer", Act.ACCEPT, Role.UNIT_SAFETY),
    "fixed": ("unit_safety", Act.ACCEPT, Role.UNIT_SAFETY),
    "reported rectified": ("unit_fixer", Act.RECHECK, Role.DEPT_OFFICER),
    "rechecked": ("unit_fixer", Act.SIGN_OFF, Role.DEPT_HEAD),
    "review applied": ("unit_head", Act.REVIEW, Role.DEPT_OFFICER),
    "reviewed": ("unit_fixer", Act.DELIST, Role.DEPT_HEAD),
}


@pytest.mark.parametrize("stage", _TOUCHING)
def test_nobody_verifies_or_signs_work_in_which_they_had_a_hand(
    stage: str, at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    who, kind, role = _TOUCHING[stage]
    case = at_stage(stage)
    with refused(SeparationOfDuties, "haz-separation", "参与过整改的人员", kind.label):
        case.do(kind, somebody(role, who), **says(kind))
    assert not may(case, kind, somebody(role, who))
    case.do(kind, somebody(role, "somebody-else"), **says(kind))


@pytest.mark.parametrize("stage", _TOUCHING)
def test_nor_does_anybody_who_acts_for_them(stage: str, at_stage: Any, somebody: Any, says: Any, refused: Any) -> None:
    who, kind, role = _TOUCHING[stage]
    case = at_stage(stage)
    with refused(SeparationOfDuties, "haz-separation"):
        case.do(kind, somebody(role, "deputy", acting_for=who), **says(kind))
    case.do(kind, somebody(role, "deputy", acting_for="a third"), **says(kind))


@pytest.mark.parametrize("who", ["deputy", "the absent fixer"])
def test_work_done_for_somebody_else_is_the_work_of_both(
    who: str, at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    case = at_stage("self")
    case.do(Act.RECTIFY, somebody(Role.UNIT_FIXER, "deputy", acting_for="the absent fixer"), **says(Act.RECTIFY))
    with refused(SeparationOfDuties, "haz-separation"):
        case.do(Act.ACCEPT, somebody(Role.UNIT_SAFETY, who), **says(Act.ACCEPT))
    with refused(SeparationOfDuties, "haz-separation"):
        case.do(Act.ACCEPT, somebody(Role.UNIT_SAFETY, "a third", acting_for=who), **says(Act.ACCEPT))


@pytest.mark.parametrize(("stage", "kind"), [("rechecked", Act.SIGN_OFF), ("reviewed", Act.DELIST)])
@pytest.mark.parametrize("by", ["in person", "through a deputy"])
def test_whoever_verified_does_not_sign(
    by: str, stage: str, kind: Act, at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    case = at_stage(stage)
    (verifier,) = case.facts.verified
    signer = somebody(Role.DEPT_HEAD, verifier) if by == "in person" else somebody(
        Role.DEPT_HEAD, "deputy", acting_for=verifier
    )  # fmt: skip
    with refused(SeparationOfDuties, "haz-separation", "作过复查或者审查的人员", kind.label):
        case.do(kind, signer, **says(kind))
    assert not may(case, kind, signer)


def test_whoever_verified_once_may_verify_again_but_never_sign_not_even_rounds_later(
    at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    case = at_stage("rechecked")
    case.do(Act.SIGN_OFF, Role.DEPT_HEAD, approved="no", note="照片看不清")
    case.do(Act.RECHECK, somebody(Role.BUREAU_OFFICER, "second look"), **says(Act.RECHECK))
    for verifier in ("dept_officer", "second look"):
        with refused(SeparationOfDuties, "haz-separation"):
            case.do(Act.SIGN_OFF, somebody(Role.BUREAU_HEAD, verifier), **says(Act.SIGN_OFF))
    case.do(Act.SIGN_OFF, Role.DEPT_HEAD, **says(Act.SIGN_OFF))


_ASKED = {
    "resume applied": (Act.DECIDE_RESUME, Role.DEPT_HEAD, "unit_head"),
    "extension applied": (Act.DECIDE_EXTENSION, Role.DEPT_HEAD, "unit_safety"),
    "own extension applied": (Act.DECIDE_EXTENSION, Role.UNIT_HEAD, "unit_safety"),
    "void applied": (Act.DECIDE_VOID, Role.TOWN_CLERK, "unit_safety"),
    "void applied by officer": (Act.DECIDE_VOID, Role.DEPT_OFFICER, "dept_officer"),
    "reopen applied": (Act.DECIDE_REOPEN, Role.DEPT_HEAD, "unit_safety"),
}


@pytest.mark.parametrize("stage", _ASKED)
def test_nobody_decides_on_their_own_application_neither_in_person_nor_by_a_deputy(
    stage: str, at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    kind, role, applicant = _ASKED[stage]
    case = at_stage(stage)
    for who in (somebody(role, applicant), somebody(role, "deputy", acting_for=applicant)):
        with refused(SeparationOfDuties, "haz-separation", "申请人不得办理自己申请的", kind.label):
            case.do(kind, who, **says(kind))
        assert not may(case, kind, who)
    case.do(kind, somebody(role, "deputy", acting_for="a third"), **says(kind))


def test_an_application_made_for_somebody_is_decided_by_neither(
    at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    case = at_stage("self")
    case.do(Act.APPLY_VOID, somebody(Role.TOWN_CLERK, "deputy", acting_for="absent clerk"), **says(Act.APPLY_VOID))
    for who in ("deputy", "absent clerk"):
        with refused(SeparationOfDuties, "haz-separation"):
            case.do(Act.DECIDE_VOID, somebody(Role.DEPT_OFFICER, who), **says(Act.DECIDE_VOID))


def test_having_had_a_hand_in_the_work_bars_from_nothing_but_verifying_and_signing(
    at_stage: Any, somebody: Any, says: Any
) -> None:
    case = at_stage("void applied")
    case.do(Act.RECTIFY, somebody(Role.UNIT_FIXER, "a fixer"), **says(Act.RECTIFY))
    assert may(case, Act.DECIDE_VOID, somebody(Role.TOWN_CLERK, "a fixer"))


# --- impossible times ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Act.REPORT, Act.RECTIFY, Act.NOTE, Act.APPLY_VOID, Act.REGRADE, Act.STOP_WORK])
def test_nothing_is_done_in_the_future_not_even_a_microsecond(
    kind: Act, at_stage: Any, says: Any, report: Any, refused: Any
) -> None:
    case = at_stage("nothing" if kind is Act.REPORT else "self")
    said = {**report, "own_grade": "general"} if kind is Act.REPORT else says(kind)
    who = Role.UNIT_FIXER if kind is Act.REPORT else None
    for ahead in ({"microseconds": 1}, {"days": 365}):
        with refused(TimeInvalid, "haz-backfill", "晚于当前时间", f"{case.now.add(**ahead):%Y-%m-%d %H:%M}"):
            case.do(kind, who, happened_at=case.now.add(**ahead), **said)
    case.do(kind, who, happened_at=case.now, **said)


@pytest.mark.parametrize("kind", [Act.NOTE, Act.APPLY_VOID, Act.REGRADE, Act.STOP_WORK])
def test_nothing_is_done_about_a_hazard_before_it_was_found(kind: Act, at_stage: Any, says: Any, refused: Any) -> None:
    case = at_stage("self")
    case.let_pass(hours=1)
    found_at = case.facts.found_at
    for impossible in (found_at.subtract(microseconds=1), pendulum.datetime(1899, 12, 30, tz=SHANGHAI)):
        with refused(TimeInvalid, "haz-backfill", "早于隐患的发现时间 2026-03-02 09:00"):
            case.do(kind, happened_at=impossible, **says(kind))
    case.do(kind, happened_at=found_at, **says(kind))


def test_nobody_asks_to_extend_a_term_before_it_began(at_stage: Any, says: Any, somebody: Any, refused: Any) -> None:
    case = at_stage("graded")
    case.let_pass(hours=2)
    case.issue(Act.ORDER, somebody(Role.DEPT_OFFICER), **says(Act.ORDER))
    with refused(TimeInvalid, "haz-rectify-order", "早于该应办的起算时间 2026-03-02 11:00"):
        case.do(Act.APPLY_EXTENSION, happened_at=case.now.subtract(microseconds=1), **says(Act.APPLY_EXTENSION))
    case.do(Act.APPLY_EXTENSION, happened_at=case.now, **says(Act.APPLY_EXTENSION))


def test_of_two_pieces_of_news_each_has_its_own_earliest_instant(at_stage: Any, says: Any, refused: Any) -> None:
    case = at_stage("reviewed")
    between = case.now.add(hours=1)
    case.let_pass(hours=2)
    case.do(Act.DELIST, Role.DEPT_HEAD, **says(Act.DELIST))
    with refused(TimeInvalid, "haz-open-review", "起算时间 2026-03-02 11:00"):
        case.do(Act.OPEN_REVIEW, happened_at=between, **says(Act.OPEN_REVIEW, about="delisting"))
    case.do(Act.OPEN_REVIEW, happened_at=between, **says(Act.OPEN_REVIEW, about="listing"))


def test_a_paper_act_recorded_later_counts_from_when_it_was_done(at_stage: Any, says: Any) -> None:
    case = at_stage("self")
    case.let_pass(days=9)
    case.do(Act.RECTIFY, Role.UNIT_FIXER, happened_at=case.now.subtract(days=5), **says(Act.RECTIFY))
    assert case.duties["rectify@1"].status == "done"
    assert case.duty("accept").started_at == case.now.subtract(days=5)


def test_whether_something_may_be_done_does_not_depend_on_time_or_content(at_stage: Any, somebody: Any) -> None:
    case = at_stage("self")
    early = bare(case, Act.RECTIFY, somebody(Role.UNIT_FIXER))
    assert HAZARD.may_do(case.facts, Act.RECTIFY, early)
    assert HAZARD.may_do(case.facts, "rectify", early)
