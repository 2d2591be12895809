"""Orders from draft to service: two officers, four pairs of hands, returned and withdrawn, and the day of service."""

from datetime import date
from typing import Any

import pendulum
import pytest

from rules.act import Act as Deed
from rules.actor import Actor, Certificate, Role
from rules.agenda import DutyStatus
from rules.deadlines import SHANGHAI
from rules.errors import (
    CaseClosed,
    ContentInvalid,
    NotQualified,
    NotYourTurn,
    RulebookError,
    SeparationOfDuties,
    TimeInvalid,
    WrongPost,
)
from rules.hazard import HAZARD, Status
from rules.hazard import HazardAct as Act
from rules.hazard.kinds import KINDS, series_of, steps_of
from rules.orders import SERVICE_MODES, OrderState, ServiceMode, drafted_in, kind_of

_STEPS = ["drafted", "confirmed", "order reviewed", "signed"]
_NEXT = dict(zip(_STEPS, [Act.CONFIRM_ORDER, Act.REVIEW_ORDER, Act.SIGN_ORDER, Act.SERVE_ORDER], strict=True))


def at(*parts: int) -> pendulum.DateTime:
    return pendulum.datetime(*parts, tz=SHANGHAI)


def acts_owed(case: Any) -> set[str]:
    """Return what is owed besides answers to notices."""
    return {str(duty.act) for duty in case.facts.live.values()} - {"acknowledge"}


def effects(case: Any) -> list[tuple[str, str, str]]:
    return [(e.name, str(e.addressee or e.kind), e.clause_id) for e in case.steps[-1].effects]


def state(case: Any, key: str = "order@3") -> OrderState:
    return case.facts.orders[key].state


def holding(who: Actor, *certificates: Certificate) -> Actor:
    return Actor(who.person_id, who.account_id, who.post_id, who.role, who.scope, certificates=certificates)


# --- the way of an order -------------------------------------------------------------------------


def test_an_order_goes_from_draft_to_service_and_each_step_asks_for_the_next(at_stage: Any, says: Any) -> None:
    case = at_stage("graded")
    told = []
    for kind, who in (
        (Act.ORDER, None), (Act.CONFIRM_ORDER, "second"), (Act.REVIEW_ORDER, None), (Act.SIGN_ORDER, None),
        (Act.SERVE_ORDER, None),
    ):  # fmt: skip
        person = case._actor(kind, None) if who is None else case._actor(kind, Role.DEPT_OFFICER)
        person = Actor(who or person.person_id, "a", "p", person.role, person.scope, certificates=person.certificates)
        case.do(kind, person, **says(kind, **({} if kind is Act.ORDER else {"about": "order@3"})))
        told.append(effects(case))
    assert told == [
        [("asked-confirm-order", "dept_officer", "ord-confirm")],
        [("asked-review-order", "bureau_officer", "ord-review")],
        [("asked-sign-order", "dept_head", "ord-sign")],
        [("rectification-order", "paper", "haz-order"), ("asked-serve-order", "dept_officer", "ord-serve")],
        [("service-receipt", "paper", "srv-direct"), ("asked-rectify", "unit_fixer", "haz-rectify-order")],
    ]
    assert state(case) is OrderState.SERVED
    assert {duty.status for key, duty in case.duties.items() if "order" in key} == {DutyStatus.DONE}


def test_before_service_nothing_binds_the_unit(at_stage: Any) -> None:
    for stage in _STEPS:
        case = at_stage(stage)
        assert "rectify" not in acts_owed(case)
        assert {effect.addressee for step in case.steps[2:] for effect in step.effects if effect.addressee} <= {
            Role.DEPT_OFFICER, Role.BUREAU_OFFICER, Role.DEPT_HEAD,
        }  # fmt: skip


def test_the_drafting_of_a_paper_is_late_or_in_time_by_its_own_clock_and_not_by_the_signature(at_stage: Any) -> None:
    case = at_stage("drafted")
    assert case.duties["order@2"].status is DutyStatus.DONE


@pytest.mark.parametrize("stage", _STEPS)
def test_the_steps_are_taken_in_their_order_and_whoever_comes_too_early_is_told_the_next(
    stage: str, at_stage: Any, says: Any, refused: Any
) -> None:
    case = at_stage(stage)
    for kind in set(_NEXT.values()) - {_NEXT[stage]}:
        with refused(NotYourTurn, "haz-order", f"下一步应当「{_NEXT[stage].label}」"):
            case.do(kind, **says(kind, about="order@3"))


@pytest.mark.parametrize(("stage", "word"), [("ordered", "已送达"), ("signed", "已撤回")])
@pytest.mark.parametrize("kind", sorted(set(_NEXT.values())))
def test_an_order_that_is_over_takes_no_further_step(
    kind: Act, stage: str, word: str, at_stage: Any, says: Any, refused: Any
) -> None:
    case = at_stage(stage)
    if stage == "signed":
        case.do(Act.WITHDRAW_ORDER, Role.DEPT_HEAD, about="order@3", reason="名称有误")
    with refused(NotYourTurn, "haz-order", f"责令限期整改指令书{word}，不能再办理这一步"):
        case.do(kind, **says(kind, about="order@3"))


def test_of_two_orders_on_their_way_each_is_offered_only_its_own_next_step(
    at_stage: Any, says: Any, somebody: Any
) -> None:
    case = at_stage("confirmed")
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK, at_once=False))
    offered = {
        (kind, about)
        for kind, who in ((Act.CONFIRM_ORDER, Role.DEPT_OFFICER), (Act.REVIEW_ORDER, Role.BUREAU_OFFICER))
        for about in ("order@3", "stop-work@5")
        if HAZARD.may_do(
            case.facts, kind, Deed(9, kind, somebody(who, "new"), case.now, case.now, {"about": about})
        )
    }  # fmt: skip
    assert offered == {(Act.REVIEW_ORDER, "order@3"), (Act.CONFIRM_ORDER, "stop-work@5")}


def test_a_served_order_is_not_withdrawn(at_stage: Any, refused: Any) -> None:
    with refused(NotYourTurn, "haz-order", "已送达", "请按后续程序办理"):
        at_stage("ordered").do(Act.WITHDRAW_ORDER, Role.DEPT_HEAD, about="order@3", reason="名称有误")


@pytest.mark.parametrize("about", ["order@4", "nothing", "list@3"])
def test_an_order_that_nobody_drafted_is_refused_and_the_ones_that_wait_are_named(
    about: str, at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    for stage in _STEPS:
        case = at_stage(stage)
        duty = case.duty(_NEXT[stage])
        with refused(ContentInvalid, duty.clause_id, "可选：order@3"):
            case.do(_NEXT[stage], somebody(duty.holder, "somebody-else"), **says(_NEXT[stage], about=about))
    with refused(NotYourTurn, "ord-confirm"):
        at_stage("drafted").do(Act.WITHDRAW_ORDER, Role.DEPT_OFFICER, about=about, reason="名称有误")


def test_whoever_may_take_no_step_of_any_order_that_waits_is_told_so_without_naming_one(
    at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    case = at_stage("stopped")
    case.do(Act.REGRADE, Role.DEPT_OFFICER, **says(Act.REGRADE))
    case.do(Act.LIST, Role.DEPT_OFFICER, **says(Act.LIST))
    act = Deed(99, Act.CONFIRM_ORDER, somebody(Role.DEPT_OFFICER), case.now, case.now, {})
    with refused(SeparationOfDuties, "enf-two-officers"):
        HAZARD.permit(case.facts, act, case.rulebook)


# --- hands ---------------------------------------------------------------------------------------

_HANDS = [
    ("drafted", Act.CONFIRM_ORDER, Role.DEPT_OFFICER, {"dept_officer"}, "enf-two-officers", "会签人不得是拟稿人"),
    ("confirmed", Act.REVIEW_ORDER, Role.BUREAU_OFFICER, {"dept_officer", "second"}, "ord-separation",
     "不得审核自己的文书"),
    ("order reviewed", Act.SIGN_ORDER, Role.DEPT_HEAD, {"dept_officer", "second", "reviewer"}, "ord-separation",
     "不得签发自己的文书"),
]  # fmt: skip


@pytest.mark.parametrize("row", _HANDS, ids=[str(row[1]) for row in _HANDS])
def test_nobody_takes_a_step_of_an_order_in_which_they_or_whom_they_act_for_had_a_hand(
    row: Any, at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    stage, kind, role, hands, clause, words = row
    case = at_stage(stage)
    for name in hands:
        for who in (somebody(role, name), somebody(role, "deputy", acting_for=name)):
            with refused(SeparationOfDuties, clause, words):
                case.do(kind, who, **says(kind, about="order@3"))
            for about in ({}, {"about": "order@3"}):
                act = Deed(9, kind, who, case.now, case.now, about)
                assert not HAZARD.may_do(case.facts, kind, act)
    case.do(kind, somebody(role, "somebody-else"), **says(kind, about="order@3"))


def test_any_officer_may_serve_the_drafter_included(at_stage: Any, somebody: Any, says: Any) -> None:
    case = at_stage("signed")
    case.do(Act.SERVE_ORDER, somebody(Role.DEPT_OFFICER), **says(Act.SERVE_ORDER, about="order@3"))
    assert state(case) is OrderState.SERVED


@pytest.mark.parametrize("kind", [Act.ORDER, Act.STOP_WORK])
def test_an_order_of_two_officers_is_drafted_and_confirmed_by_holders_of_certificates(
    kind: Act, at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    case = at_stage("graded")
    bare = holding(somebody(Role.DEPT_OFFICER, "bare"))
    with refused(NotQualified, "enf-two-officers", "没有登记执法证"):
        case.do(kind, bare, **says(kind))
    case.do(kind, Role.DEPT_OFFICER, **says(kind))
    with refused(NotQualified, "enf-two-officers", "没有登记执法证"):
        case.do(Act.CONFIRM_ORDER, bare, about=f"{kind}@3", approved="yes")
    assert KINDS[kind].two_officers


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), True),
        (date(2020, 1, 1), date(2026, 3, 1), False),
        (date(2026, 3, 3), date(2030, 1, 1), False),
    ],
)
def test_a_certificate_must_be_valid_on_the_day_of_the_act(
    since: date, until: date, holds: bool, at_stage: Any, somebody: Any, says: Any, refused: Any
) -> None:
    case = at_stage("graded")
    older = Certificate("晋-000", date(2010, 1, 1), date(2015, 1, 1))
    officer = holding(somebody(Role.DEPT_OFFICER, "x"), Certificate("晋-001", since, until), older)
    if holds:
        case.do(Act.ORDER, officer, **says(Act.ORDER))
    else:
        words = f"执法证 晋-001 有效期为 {since} 至 {until}，2026-03-02 无效"
        with refused(NotQualified, "enf-two-officers", words):
            case.do(Act.ORDER, officer, **says(Act.ORDER))


def test_what_was_done_on_paper_counts_by_the_certificate_of_its_day(at_stage: Any, somebody: Any, says: Any) -> None:
    case = at_stage("graded")
    officer = holding(somebody(Role.DEPT_OFFICER, "x"), Certificate("晋-001", date(2026, 3, 2), date(2026, 3, 2)))
    case.let_pass(days=3)
    case.do(Act.ORDER, officer, happened_at=case.now.subtract(days=3), **says(Act.ORDER))
    assert [order.state for order in case.facts.orders.values()] == [OrderState.DRAFTED]


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        (Act.ORDER, (Act.CONFIRM_ORDER, Act.REVIEW_ORDER, Act.SIGN_ORDER)),
        (Act.STOP_WORK, (Act.CONFIRM_ORDER, Act.REVIEW_ORDER, Act.SIGN_ORDER)),
        (Act.LIST, (Act.REVIEW_ORDER, Act.SIGN_ORDER)),
        (Act.CIRCULAR, (Act.REVIEW_ORDER, Act.SIGN_ORDER)),
        (Act.TALK, (Act.REVIEW_ORDER, Act.SIGN_ORDER)),
    ],
)
def test_each_kind_of_order_has_its_steps(kind: Act, steps: tuple[Act, ...]) -> None:
    assert steps_of(KINDS[kind]) == steps
    assert set(KINDS) == {Act.ORDER, Act.STOP_WORK, Act.LIST, Act.CIRCULAR, Act.TALK}


_HEADS = {Role.DEPT_HEAD, Role.BUREAU_HEAD}
_SIGNERS = {
    "drafted": _HEADS,
    "stopped": _HEADS,
    "list drafted": _HEADS | {Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER},
    "circular drafted": _HEADS | {Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER},
    "talk drafted": _HEADS | {Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER},
}


@pytest.mark.parametrize("stage", _SIGNERS)
def test_each_kind_of_order_is_signed_and_once_signed_withdrawn_by_whoever_is_authorised(
    stage: str, at_stage: Any, somebody: Any, refused: Any
) -> None:
    case = at_stage(stage)
    key = case.carry(until="review-order")
    withdrawable = stage != "stopped"
    for role in sorted({Role.DEPT_HEAD, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER}):
        going = case.fork()
        if role in _SIGNERS[stage]:
            going.do(Act.SIGN_ORDER, somebody(role, "new"), about=key, approved="yes")
            assert going.facts.orders[key].signed_at == going.now
        else:
            with refused(WrongPost, "ord-sign", *(may.label for may in _SIGNERS[stage])):
                going.do(Act.SIGN_ORDER, somebody(role, "new"), about=key, approved="yes")
            going.do(Act.SIGN_ORDER, somebody(Role.DEPT_HEAD, "head"), about=key, approved="yes")
            if withdrawable:
                with refused(WrongPost, "ord-withdraw"):
                    going.do(Act.WITHDRAW_ORDER, somebody(role, "new"), about=key, reason="有误")
    if withdrawable:
        with refused(WrongPost, "ord-withdraw", "签发后的撤回也由其决定"):
            going.do(Act.WITHDRAW_ORDER, somebody(Role.DEPT_OFFICER), about=key, reason="有误")


# --- returned and withdrawn ----------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "clause"), [
    ("drafted", "ord-confirm"), ("confirmed", "ord-review"), ("order reviewed", "ord-sign"),
])  # fmt: skip
def test_whoever_does_not_agree_returns_it_with_reasons_and_the_draft_is_owed_again_on_its_old_clock(
    stage: str, clause: str, at_stage: Any, somebody: Any, refused: Any, owed: Any
) -> None:
    case = at_stage(stage)
    kind = _NEXT[stage]
    case.let_pass(hours=5)
    who = somebody(case.duty(kind).holder, "somebody-else")
    with refused(ContentInvalid, clause, "应填写「说明」"):
        case.do(kind, who, about="order@3", approved="no")
    case.do(kind, who, about="order@3", approved="no", note="事实不清")
    assert effects(case) == [
        ("order-returned", "dept_officer", clause), ("asked-order", "dept_officer", "haz-order"),
    ]  # fmt: skip
    assert state(case) is OrderState.RETURNED
    assert owed(case) == [("order", "dept_officer", "haz-order", "office", "2026-03-03 Tue")]
    assert "rectification-order" not in {effect.name for effect in case.effects}


@pytest.mark.parametrize("stage", _STEPS)
def test_a_withdrawn_order_gives_way_to_a_new_draft(stage: str, at_stage: Any, owed: Any) -> None:
    case = at_stage(stage)
    case.do(Act.WITHDRAW_ORDER, Role.DEPT_HEAD, about="order@3", reason="名称有误")
    assert effects(case) == [
        ("order-withdrawn", "dept_officer", "ord-withdraw"), ("asked-order", "dept_officer", "haz-order"),
    ]  # fmt: skip
    assert state(case) is OrderState.WITHDRAWN
    assert owed(case) == [("order", "dept_officer", "haz-order", "office", "2026-03-03 Tue")]
    assert {duty.status for duty in case.duties.values() if duty.about == "order@3"} <= {
        DutyStatus.DONE, DutyStatus.SUPERSEDED,
    }  # fmt: skip


def test_the_draft_of_a_listing_comes_back_too(at_stage: Any) -> None:
    case = at_stage("list drafted")
    key = list(case.facts.orders)[-1]
    case.do(Act.REVIEW_ORDER, Role.BUREAU_OFFICER, about=key, approved="no", note="牌号有误")
    assert ("order-returned", "dept_officer", "ord-review") in effects(case)
    assert "list" in acts_owed(case)


# --- work that is stopped ------------------------------------------------------------------------


def test_a_stop_that_is_not_urgent_begins_with_its_service(at_stage: Any, says: Any) -> None:
    case = at_stage("graded")
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK, at_once=False))
    assert not case.facts.stopped
    assert "stopped" not in [name for name, _ in case.told]
    key = case.carry()
    assert case.facts.stopped
    assert [name for name, _ in case.told] == ["service-receipt", "stopped", "stopped"]
    assert acts_owed(case) == {"order"}
    assert not case.facts.orders[key].urgent


def test_the_paper_of_a_stop_on_the_spot_changes_nothing_when_it_is_served(at_stage: Any) -> None:
    case = at_stage("stopped")
    assert case.facts.orders["stop-work@8"].urgent
    case.carry()
    assert case.facts.stopped
    assert [name for name, _ in case.told] == ["service-receipt"]
    assert state(case, "stop-work@8") is OrderState.SERVED


def test_what_was_ordered_on_the_spot_is_not_withdrawn_and_its_paper_comes_back_until_it_is_right(
    at_stage: Any, somebody: Any, says: Any, refused: Any, owed: Any
) -> None:
    case = at_stage("stopped")
    with refused(NotYourTurn, "haz-resume-check", "已当场责令并生效，不能撤回"):
        case.do(Act.WITHDRAW_ORDER, Role.DEPT_HEAD, about="stop-work@8", reason="有误")
    case.do(Act.CONFIRM_ORDER, somebody(Role.DEPT_OFFICER, "second"), about="stop-work@8", approved="no", note="有误")
    assert ("stop-work", "dept_officer", "haz-stop", "office", "2026-03-02 11:00") in owed(case)
    assert case.duty("stop-work").blocks is False
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK, at_once=False))
    assert case.facts.stopped
    assert case.facts.orders["stop-work@10"].urgent
    assert "stopped" not in [name for name, _ in case.told]
    case.do(Act.CONFIRM_ORDER, somebody(Role.DEPT_OFFICER, "second"), about="stop-work@10", approved="no", note="有误")
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK))
    assert "stopped" not in [name for name, _ in case.told]


def test_a_stop_that_somebody_was_asked_for_comes_back_on_its_old_clock(
    at_stage: Any, somebody: Any, says: Any
) -> None:
    case = at_stage("unsafe")
    asked = case.duty("stop-work")
    case.let_pass(minutes=30)
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK, at_once=False))
    case.do(Act.CONFIRM_ORDER, somebody(Role.DEPT_OFFICER, "second"), about="stop-work@3", approved="no", note="有误")
    assert case.duty("stop-work").started_at == asked.started_at


def test_a_stop_that_nobody_asked_for_ends_with_its_return(at_stage: Any, somebody: Any, says: Any) -> None:
    case = at_stage("graded")
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK, at_once=False))
    case.do(Act.CONFIRM_ORDER, somebody(Role.DEPT_OFFICER, "second"), about="stop-work@3", approved="no", note="有误")
    assert acts_owed(case) == {"order"}


def test_two_stops_are_not_drafted_at_once(at_stage: Any, says: Any, refused: Any) -> None:
    case = at_stage("graded")
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK, at_once=False))
    with refused(NotYourTurn, "haz-order"):
        case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK))


@pytest.mark.parametrize("consent", ["decided", "rechecked"])
def test_consent_to_resume_ends_the_paper_of_a_stop_that_was_not_served(consent: str, at_stage: Any, says: Any) -> None:
    case = at_stage("stopped")
    if consent == "decided":
        case.do(Act.APPLY_RESUME, Role.UNIT_HEAD, **says(Act.APPLY_RESUME))
        case.do(Act.DECIDE_RESUME, Role.DEPT_HEAD, **says(Act.DECIDE_RESUME))
    else:
        case.do(Act.RECTIFY, Role.UNIT_FIXER, **says(Act.RECTIFY))
        case.do(Act.RECHECK, Role.DEPT_OFFICER, **says(Act.RECHECK))
    assert not case.facts.stopped
    assert state(case, "stop-work@8") is OrderState.ENDED
    assert "confirm-order" not in acts_owed(case)


def test_consent_ends_a_redraft_that_was_owed(at_stage: Any, somebody: Any, says: Any) -> None:
    case = at_stage("stopped")
    case.do(Act.CONFIRM_ORDER, somebody(Role.DEPT_OFFICER, "second"), about="stop-work@8", approved="no", note="有误")
    case.do(Act.APPLY_RESUME, Role.UNIT_HEAD, **says(Act.APPLY_RESUME))
    case.do(Act.DECIDE_RESUME, Role.DEPT_HEAD, **says(Act.DECIDE_RESUME))
    assert "stop-work" not in acts_owed(case)


def test_a_judgement_of_danger_asks_for_no_second_stop_while_one_is_on_its_way(at_stage: Any, says: Any) -> None:
    case = at_stage("found")
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK, at_once=False))
    case.do(Act.GRADE, Role.DEPT_OFFICER, grade="major", basis="synthesis", reason="危险", unsafe=True)
    assert "stop-work" not in acts_owed(case)


def test_while_work_stands_still_no_second_stop_is_drafted_nor_asked_for_though_the_first_was_served(
    at_stage: Any, says: Any, refused: Any
) -> None:
    case = at_stage("stopped")
    case.carry()
    assert case.facts.order_under_way(Act.STOP_WORK) is None
    with refused(NotYourTurn, "haz-rectify-order", "责令停产停业"):
        case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK))
    case.do(Act.REGRADE, Role.DEPT_OFFICER, **says(Act.REGRADE, unsafe=True))
    assert "stop-work" not in acts_owed(case)


# --- what happens to the case meanwhile ----------------------------------------------------------


def test_a_regrading_ends_an_order_that_was_not_served_and_keeps_stops_circulars_and_talks(
    at_stage: Any, says: Any
) -> None:
    case = at_stage("signed")
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK))
    case.do(Act.REGRADE, Role.DEPT_OFFICER, **says(Act.REGRADE))
    assert state(case) is OrderState.ENDED
    assert state(case, "stop-work@7") is OrderState.DRAFTED
    assert acts_owed(case) == {"major-report", "plan", "list", "confirm-order"}


@pytest.mark.parametrize("stage", ["circular", "talk", "circular drafted", "talk drafted"])
def test_a_circular_or_a_talk_outlives_regrading_and_case(stage: str, at_stage: Any, says: Any) -> None:
    case = at_stage(stage)
    owed = acts_owed(case) - {"rectify"}
    regraded = case.fork()
    regraded.do(Act.REGRADE, Role.DEPT_OFFICER, **says(Act.REGRADE))
    assert acts_owed(regraded) == owed | {"major-report", "plan", "list"}
    case.do(Act.RECTIFY, Role.UNIT_FIXER, **says(Act.RECTIFY))
    case.do(Act.ACCEPT, Role.UNIT_HEAD, **says(Act.ACCEPT))
    assert (case.facts.status, acts_owed(case)) == (Status.CLOSED, owed)
    if stage.endswith("drafted"):
        key = list(case.facts.orders)[-1]
        case.do(Act.WITHDRAW_ORDER, Role.DEPT_OFFICER, about=key, reason="已整改")
        assert acts_owed(case) == {kind_of(key)}


@pytest.mark.parametrize("kind", [Act.REGRADE, Act.APPLY_VOID, Act.STOP_WORK, Act.RECTIFY])
def test_beside_a_circular_that_outlives_it_nothing_but_its_way_goes_on_in_a_closed_case(
    kind: Act, at_stage: Any, says: Any, refused: Any
) -> None:
    case = at_stage("circular drafted")
    case.do(Act.RECTIFY, Role.UNIT_FIXER, **says(Act.RECTIFY))
    case.do(Act.ACCEPT, Role.UNIT_HEAD, **says(Act.ACCEPT))
    with refused(CaseClosed, "haz-reopen", kind.label):
        case.do(kind, Role.UNIT_FIXER if kind is Act.RECTIFY else Role.DEPT_OFFICER, **says(kind))


@pytest.mark.parametrize("stage", ["circular", "talk"])
def test_a_circular_or_a_talk_that_was_decided_is_owed_again_when_a_voided_case_goes_on(
    stage: str, at_stage: Any, says: Any
) -> None:
    case = at_stage(stage)
    assert stage in acts_owed(case)
    case.do(Act.APPLY_VOID, Role.UNIT_HEAD, **says(Act.APPLY_VOID))
    case.do(Act.DECIDE_VOID, Role.TOWN_CLERK, **says(Act.DECIDE_VOID))
    assert acts_owed(case) == set()
    case.do(Act.APPLY_REOPEN, Role.UNIT_HEAD, **says(Act.APPLY_REOPEN))
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, **says(Act.DECIDE_REOPEN))
    assert stage in acts_owed(case)


def test_closing_ends_a_stop_that_was_only_drafted(at_stage: Any, says: Any) -> None:
    case = at_stage("rechecked")
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK, at_once=False))
    case.do(Act.SIGN_OFF, Role.DEPT_HEAD, **says(Act.SIGN_OFF))
    assert (case.facts.status, dict(case.facts.live)) == (Status.CLOSED, {})
    assert [order.state for order in case.facts.orders.values()] == [OrderState.SERVED, OrderState.ENDED]


def test_an_order_rests_with_a_voided_case_and_goes_on_with_it(at_stage: Any, says: Any, refused: Any) -> None:
    case = at_stage("confirmed")
    case.do(Act.APPLY_VOID, Role.UNIT_HEAD, **says(Act.APPLY_VOID))
    case.do(Act.DECIDE_VOID, Role.TOWN_CLERK, **says(Act.DECIDE_VOID))
    with refused(CaseClosed, "haz-reopen", "请先申请恢复办理"):
        case.do(Act.WITHDRAW_ORDER, Role.DEPT_HEAD, about="order@3", reason="有误")
    case.do(Act.APPLY_REOPEN, Role.UNIT_HEAD, **says(Act.APPLY_REOPEN))
    case.do(Act.DECIDE_REOPEN, Role.DEPT_HEAD, **says(Act.DECIDE_REOPEN))
    assert acts_owed(case) == {"review-order"}
    case.carry()
    assert acts_owed(case) == {"rectify"}


def test_a_listing_on_its_way_is_not_asked_for_again_by_the_units_report(at_stage: Any, says: Any) -> None:
    case = at_stage("major")
    case.do(Act.LIST, Role.DEPT_OFFICER, **says(Act.LIST))
    case.do(Act.MAJOR_REPORT, Role.UNIT_HEAD, **says(Act.MAJOR_REPORT))
    assert "list" not in acts_owed(case)


# --- circulars and talks -------------------------------------------------------------------------


def test_a_circular_is_told_when_it_is_served(at_stage: Any) -> None:
    case = at_stage("circular drafted")
    case.carry(until="sign-order")
    assert [name for name, _ in case.told] == ["circular", "asked-serve-order"]
    assert effects(case)[0] == ("circular", "paper", "ord-circular")
    case.carry()
    assert effects(case) == [
        ("service-receipt", "paper", "srv-direct"), ("circulated", "unit_head", "ord-circular"),
        ("circulated", "town_leader", "ord-circular"),
    ]  # fmt: skip


def test_a_talk_is_called_when_its_paper_is_served_held_on_its_day_and_recorded(at_stage: Any, says: Any) -> None:
    case = at_stage("called to talk")
    assert effects(case) == [
        ("service-receipt", "paper", "srv-direct"), ("talk-called", "unit_head", "ord-talk"),
        ("asked-hold-talk", "dept_head", "ord-hold-talk"),
    ]  # fmt: skip
    assert case.duty("hold-talk").blocks is False
    case.do(Act.HOLD_TALK, Role.DEPT_HEAD, **says(Act.HOLD_TALK, about="talk@12"))
    assert effects(case) == [("talk-record", "paper", "ord-hold-talk")]
    assert "hold-talk" not in acts_owed(case)


def test_a_talk_is_held_about_the_order_that_called_it(at_stage: Any, says: Any, refused: Any) -> None:
    with refused(ContentInvalid, "ord-hold-talk", "可选：talk@12"):
        at_stage("called to talk").do(Act.HOLD_TALK, Role.DEPT_HEAD, **says(Act.HOLD_TALK, about="talk@8"))


def test_a_talk_names_a_day_to_come(at_stage: Any, says: Any, refused: Any) -> None:
    with refused(TimeInvalid, "ord-hold-talk", "早于办理当日"):
        at_stage("talk").do(Act.TALK, Role.DEPT_OFFICER, **says(Act.TALK, ends_on=date(2026, 3, 13)))


# --- service -------------------------------------------------------------------------------------

_RECEIPTS = [
    ({"mode": "direct"}, "srv-direct", "「签收人」", {"receiver": "王某"}),
    ({"mode": "left"}, "srv-left", "「见证人」", {"witness": "村委会代表"}),
    ({"mode": "post"}, "srv-post", "「回执凭据」", {"trace": "EMS1"}),
    ({"mode": "electronic", "trace": "企业端"}, "srv-electronic", "同意", {"consented": True}),
    ({"mode": "electronic", "consented": True}, "srv-electronic", "「回执凭据」", {"trace": "企业端"}),
    ({"mode": "notice", "note": "下落不明"}, "srv-notice", "公告网址", {"trace": "https://example.invalid/1"}),
    ({"mode": "notice", "trace": "https://example.invalid/1"}, "srv-notice", "原因和经过", {"note": "下落不明"}),
]  # fmt: skip


@pytest.mark.parametrize("row", _RECEIPTS, ids=[f"{row[0]['mode']} {row[2]}" for row in _RECEIPTS])
def test_each_mode_of_service_has_the_receipt_that_its_clause_asks_for(row: Any, at_stage: Any, refused: Any) -> None:
    given, clause, words, missing = row
    case = at_stage("signed, long term")
    served_on = case.now.date()
    case.let_pass(days=31)
    who = case._actor(Act.SERVE_ORDER, None)
    with refused(ContentInvalid, clause, words):
        case.do(Act.SERVE_ORDER, who, about="order@3", served_on=served_on, **given)
    case.do(Act.SERVE_ORDER, who, about="order@3", served_on=served_on, **given, **missing)
    assert effects(case)[0] == ("service-receipt", "paper", clause)


def test_a_paper_left_behind_is_proved_by_a_photograph_as_well(at_stage: Any) -> None:
    case = at_stage("signed")
    who = case._actor(Act.SERVE_ORDER, None)
    case.do(Act.SERVE_ORDER, who, about="order@3", mode="left", served_on=case.now.date(), evidence=("ab" * 32,))
    assert state(case) is OrderState.SERVED


def test_an_unknown_mode_is_refused(at_stage: Any) -> None:
    with pytest.raises(ContentInvalid, match="送达方式"):
        at_stage("signed").do(Act.SERVE_ORDER, about="order@3", mode="by pigeon", served_on=date(2026, 3, 2))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 1), "送达日期 2026-03-01 早于签发日期 2026-03-02"),
        (date(2026, 3, 5), "送达日期 2026-03-05 晚于办理当日 2026-03-04"),
        (date(1899, 12, 30), "早于签发日期"),
        (date(9999, 12, 31), "晚于办理当日"),
    ],
)
def test_no_service_lies_before_the_signature_or_in_the_future(
    day: date, words: str, at_stage: Any, says: Any, refused: Any
) -> None:
    case = at_stage("signed")
    case.let_pass(days=2)
    with refused(TimeInvalid, "srv-direct", words):
        case.do(Act.SERVE_ORDER, Role.DEPT_OFFICER, **says(Act.SERVE_ORDER, about="order@3", served_on=day))


@pytest.mark.parametrize(("day", "fits"), [(15, True), (16, True), (17, False)])
def test_an_order_served_after_the_day_that_it_names_must_be_drafted_again(
    day: int, fits: bool, at_stage: Any, says: Any, refused: Any
) -> None:
    case = at_stage("signed")
    case.until(at(2026, 3, day, 10))
    served = says(Act.SERVE_ORDER, about="order@3", served_on=date(2026, 3, day))
    if fits:
        case.do(Act.SERVE_ORDER, Role.DEPT_OFFICER, **served)
        assert case.duty("rectify").ends_on == date(2026, 3, 16)
    else:
        with refused(TimeInvalid, "haz-order", "送达日 2026-03-17 晚于责令限期整改指令书载明的 2026-03-16"):
            case.do(Act.SERVE_ORDER, Role.DEPT_OFFICER, **served)


def test_the_term_runs_from_the_hour_of_service_where_it_is_recorded_on_the_day(at_stage: Any, says: Any) -> None:
    case = at_stage("signed")
    case.until(at(2026, 3, 3, 15, 30))
    served = says(Act.SERVE_ORDER, about="order@3", served_on=date(2026, 3, 3))
    case.do(Act.SERVE_ORDER, Role.DEPT_OFFICER, happened_at=at(2026, 3, 3, 11), **served)
    assert case.duty("rectify").started_at == at(2026, 3, 3, 11)
    assert case.duties["serve-order@6:order@3"].ended_at == at(2026, 3, 3, 11)


def test_a_receipt_that_comes_back_later_counts_by_the_day_that_it_bears(at_stage: Any) -> None:
    case = at_stage("signed")
    case.until(at(2026, 3, 9, 9))
    who = case._actor(Act.SERVE_ORDER, None)
    case.do(Act.SERVE_ORDER, who, about="order@3", mode="post", trace="EMS1", served_on=date(2026, 3, 4))
    assert case.duty("rectify").started_at == at(2026, 3, 4)
    served = case.duties["serve-order@6:order@3"]
    assert (served.status, served.ended_at) == (DutyStatus.DONE, at(2026, 3, 4))


def test_a_receipt_of_the_day_of_signature_never_counts_from_before_it(at_stage: Any) -> None:
    case = at_stage("signed")
    case.until(at(2026, 3, 9, 9))
    who = case._actor(Act.SERVE_ORDER, None)
    case.do(Act.SERVE_ORDER, who, about="order@3", mode="post", trace="EMS1", served_on=date(2026, 3, 2))
    assert case.duty("rectify").started_at == at(2026, 3, 2, 9)


def test_a_public_notice_counts_as_service_when_thirty_days_have_passed(at_stage: Any, refused: Any) -> None:
    case = at_stage("signed, long term")
    who = case._actor(Act.SERVE_ORDER, None)
    said = {"about": "order@3", "mode": "notice", "trace": "https://example.invalid/1", "note": "下落不明",
            "served_on": date(2026, 3, 2)}  # fmt: skip
    case.until(at(2026, 3, 31, 23, 59))
    with refused(TimeInvalid, "srv-notice", "2026-03-02 发出的公告至 2026-04-01 才视为送达"):
        case.do(Act.SERVE_ORDER, who, **said)
    case.until(at(2026, 4, 3))
    case.do(Act.SERVE_ORDER, who, **said)
    assert case.duty("rectify").started_at == at(2026, 4, 1)


def test_a_listing_served_later_starts_its_term_with_the_service(at_stage: Any) -> None:
    case = at_stage("list drafted")
    case.let_pass(days=1)
    case.carry()
    assert case.duty("rectify").started_at == case.now


def test_a_listing_whose_receipt_comes_back_later_runs_from_the_day_that_the_receipt_bears(at_stage: Any) -> None:
    case = at_stage("list drafted")
    key = case.carry(until="sign-order")
    case.until(at(2026, 3, 9, 9))
    who = case._actor(Act.SERVE_ORDER, None)
    case.do(Act.SERVE_ORDER, who, about=key, mode="post", trace="EMS1", served_on=date(2026, 3, 4))
    assert case.duty("rectify").started_at == at(2026, 3, 4)


@pytest.mark.parametrize("stage", ["signed", "ordered"])
def test_a_talk_or_order_without_a_day_may_be_served_whenever(stage: str, at_stage: Any, says: Any) -> None:
    case = at_stage(stage)
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK, at_once=False))
    case.let_pass(days=400)
    case.carry()
    assert case.facts.stopped


# --- words and numbers ---------------------------------------------------------------------------


def test_states_and_modes_have_their_words() -> None:
    assert {one: one.label for one in OrderState} == {
        "drafted": "已拟稿", "confirmed": "已会签", "reviewed": "已审核", "signed": "已签发，待送达",
        "served": "已送达", "returned": "已退回", "withdrawn": "已撤回", "ended": "已随事项终止",
    }  # fmt: skip
    assert {mode: mode.label for mode in ServiceMode} == SERVICE_MODES
    assert [one for one in OrderState if one.goes_on] == ["drafted", "confirmed", "reviewed", "signed"]


def test_the_key_of_an_order_names_its_kind_and_its_draft() -> None:
    assert (kind_of("stop-work@12"), drafted_in("stop-work@12")) == ("stop-work", 12)


def test_only_a_signature_that_agrees_draws_a_number_in_the_series_of_its_kind(at_stage: Any, says: Any) -> None:
    case = at_stage("order reviewed")
    drawn = {}
    for kind in (Act.REVIEW_ORDER, Act.SIGN_ORDER, Act.SERVE_ORDER):
        for about in ("order@3", "list@4"):
            act = case.attempt(kind, **says(kind, about=about))
            drawn[str(kind), about] = series_of(act)
    refusal = case.attempt(Act.SIGN_ORDER, about="order@3", approved="no", note="有误")
    assert {key: series for key, series in drawn.items() if series} == {
        ("sign-order", "order@3"): "rectification", ("sign-order", "list@4"): "listing",
    }  # fmt: skip
    assert series_of(refusal) is None


def test_numbers_are_written_as_the_county_writes_them(rulebook: Any) -> None:
    assert rulebook.document_no("rectification", 1, date(2026, 3, 2)) == "代应急责改〔2026〕1号"
    assert {kind.series for kind in KINDS.values()} == {"rectification", "stop", "listing", "circular", "talk"}
    for kind in KINDS.values():
        assert rulebook.document_no(kind.series, 12, date(2027, 1, 1)).endswith("〔2027〕12号")


def test_a_series_the_county_does_not_have_gives_no_number_and_says_where_to_add_it(rulebook: Any) -> None:
    with pytest.raises(RulebookError, match=r"没有名为「licence」的文号规则。请在 county/dai\.toml 中补充"):
        rulebook.document_no("licence", 1, date(2026, 3, 2))
