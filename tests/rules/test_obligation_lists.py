"""Lists, pledges, training in days and class hours, forms after the period: what counts, what is late, what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.actor import Actor, Role, clock
from rules.agenda import DutyStatus
from rules.errors import ContentInvalid, NotYourTurn, TimeInvalid, WrongPost
from rules.obligation import OBLIGATION, Outcome, Status
from rules.obligation import ObligationAct as Act
from rules.obligation.reading import days_of

YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}


@pytest.fixture
def opened(empty_case: Any) -> Callable[..., Any]:
    """Return how the clock opens a line; the answer is the case, at noon of a day."""

    def opening(quota: str, clause: str, *, least: int = 1, role: str = "", at: date, **more: Any) -> Any:
        case = empty_case(process=OBLIGATION)
        case.now = case.now.set(year=at.year, month=at.month, day=at.day, hour=12)
        answers = {"holder": "body", "seat": "body", "role": role} if role else {"holder": "zhao"}
        case.do(Act.OPEN, clock("dai"), quota=quota, clause=clause, least=str(least), **{**YEAR, **answers, **more})
        return case

    return opening


@pytest.fixture
def at_home(somebody: Callable[..., Actor]) -> Callable[[Role], Actor]:
    """Return the maker of people in a post of the body that owes it."""
    return lambda role: replace(somebody(role, "somebody"), home="body")


# --- lists and pledges ---------------------------------------------------------------------------


def test_a_yearly_list_names_tasks_and_one_without_is_refused(opened: Any, at_home: Any, refused: Any) -> None:
    until = {"last": date(2026, 4, 30)}
    case = opened("list-543", "obl-list-543", role="dept_head", at=date(2026, 3, 2), **until)
    said = {"day": date(2026, 3, 2), "document_no": "1号", "evidence": ("list",)}
    with refused(ContentInvalid, "obl-task", "清单应列有任务"):
        case.do(Act.ADOPT, at_home(Role.DEPT_HEAD), **said)
    case.do(Act.ADOPT, at_home(Role.DEPT_HEAD), tasks=["ZQ-2026-0002"], **said)
    assert (case.facts.outcome, case.facts.entries[0].tasks) == (Outcome.DONE, ("ZQ-2026-0002",))


def test_a_list_without_tasks_of_its_own_is_adopted_with_its_signed_copy(opened: Any, somebody: Any) -> None:
    case = opened("list-duty", "obl-list-duty", role="committee_office", at=date(2026, 3, 2), last=date(2026, 4, 30))
    office = somebody(Role.COMMITTEE_OFFICE, "office")
    case.do(Act.ADOPT, office, day=date(2026, 3, 2), document_no="1号", evidence=("list",))
    assert case.facts.status is Status.CLOSED


def test_a_pledge_that_is_signed_late_counts_late_and_an_explanation_does_not_end_it(
    opened: Any, at_home: Any, refused: Any
) -> None:
    case = opened("unit-pledge", "obl-unit-pledge", role="unit_head", at=date(2026, 3, 2), last=date(2026, 4, 30))
    case.until(case.now.set(month=5, day=6))
    assert case.facts.breached
    told = {str(effect.addressee) for effect in case.effects if effect.name == "overdue"}
    assert told == {"unit_head", "dept_officer", "dept_head"}
    head = at_home(Role.UNIT_HEAD)
    case.do(Act.EXPLAIN, head, reason="换届")
    assert (case.facts.outcome, case.waiting_for) == (Outcome.RUNNING, {"pledge"})
    pledge = {"with": "主管部门", "signer": "甲"}
    with refused(ContentInvalid, "obl-unit-pledge", "「签订日期」2025-12-31 不在周期"):
        case.do(Act.PLEDGE, head, day=date(2025, 12, 31), evidence=("copy",), **pledge)
    case.do(Act.PLEDGE, head, day=date(2026, 5, 6), evidence=("copy",), **pledge)
    (duty,) = [duty for duty in case.duties.values() if duty.act == "pledge"]
    assert (case.facts.outcome, duty.status, case.facts.breached) == (Outcome.DONE, DutyStatus.LATE_DONE, True)


# --- training ------------------------------------------------------------------------------------

COURSE = {"hours": "40", "course": "轮训班"}


def test_two_weeks_are_counted_in_days_whatever_the_number_of_courses(
    opened: Any, somebody: Any, refused: Any, owed: Any
) -> None:
    case = opened("officer-training", "obl-train-officers", least=14, at=date(2026, 3, 31))
    zhao = somebody(Role.BUREAU_OFFICER, "zhao")
    assert [entry[:4] for entry in owed(case)] == [("train 2026", "owner", "obl-train-officers", "officer-quota")]
    case.do(Act.TRAIN, zhao, day=date(2026, 3, 2), last=date(2026, 3, 8), evidence=("a",), **COURSE)
    assert (case.facts.done, case.facts.outcome) == (7, Outcome.RUNNING)
    with refused(ContentInvalid, "obl-evidence", "与第 2 号登记（2026-03-02 至 2026-03-08）重叠"):
        case.do(Act.TRAIN, zhao, day=date(2026, 3, 8), last=date(2026, 3, 14), evidence=("b",), **COURSE)
    case.do(Act.TRAIN, zhao, day=date(2026, 3, 23), last=date(2026, 3, 29), evidence=("b",), **COURSE)
    assert (case.facts.done, case.facts.outcome) == (14, Outcome.DONE)
    assert str(case.facts.finished_on) == "2026-03-29"
    with refused(WrongPost, "obl-liaison", "别人的应办事项"):
        case.do(Act.TRAIN, somebody(Role.BUREAU_OFFICER, "li"), day=date(2026, 3, 30), last=date(2026, 3, 30),
                evidence=("c",), **COURSE)  # fmt: skip


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"last": date(2026, 3, 1)}, "「末日」2026-03-01 应不早于首日"),
        ({"last": date(2026, 4, 1)}, "不晚于今天"),
        ({"last": date(2027, 1, 1)}, "且在周期 2026 内"),
        ({"hours": "0"}, "「学时」应为整数"),
        ({"hours": "半天"}, "「学时」应为整数"),
    ],
)
def test_training_that_cannot_be_is_refused(
    opened: Any, somebody: Any, refused: Any, says: dict[str, Any], words: str
) -> None:
    case = opened("officer-training", "obl-train-officers", least=14, at=date(2026, 3, 31))
    course = {"day": date(2026, 3, 2), "last": date(2026, 3, 8), **COURSE, **says, "evidence": ("a",)}
    with refused(ContentInvalid, "obl-evidence", words):
        case.do(Act.TRAIN, somebody(Role.DEPT_OFFICER, "zhao"), **course)


def test_courses_may_be_entered_in_any_order_up_to_today_and_each_brings_its_proof(
    opened: Any, somebody: Any, refused: Any
) -> None:
    case = opened("officer-training", "obl-train-officers", least=14, at=date(2026, 3, 31))
    zhao = somebody(Role.DEPT_OFFICER, "zhao")
    case.do(Act.TRAIN, zhao, day=date(2026, 3, 25), last=date(2026, 3, 31), evidence=("a",), **COURSE)
    with refused(ContentInvalid, "obl-evidence", "至少 1 份，现有 0 份"):
        case.do(Act.TRAIN, zhao, day=date(2026, 3, 2), last=date(2026, 3, 8), **COURSE)
    case.do(Act.TRAIN, zhao, day=date(2026, 3, 2), last=date(2026, 3, 8), evidence=("b",), **COURSE)
    assert (case.facts.outcome, str(case.facts.finished_on)) == (Outcome.DONE, "2026-03-31")


def test_class_hours_are_a_number(opened: Any, at_home: Any, refused: Any) -> None:
    case = opened("unit-training", "obl-hours", least=2, role="unit_head", at=date(2026, 3, 2))
    said = {"learner": "head", "training": "first", "day": date(2026, 3, 2), "evidence": ("c",)}
    with refused(ContentInvalid, "obl-evidence", "「学时」应为整数"):
        case.do(Act.LEARN, at_home(Role.UNIT_HEAD), hours="很多", **said)


def test_a_town_s_clerk_enters_what_the_town_owes(opened: Any, at_home: Any) -> None:
    month = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    case = opened("publicity-month", "obl-publicity", role="town_leader", at=date(2026, 3, 2), **month)
    case.do(Act.FULFIL, at_home(Role.TOWN_CLERK), day=date(2026, 3, 2), content="报道", evidence=("x",))
    assert case.facts.outcome is Outcome.DONE


def test_the_county_may_count_working_days_instead(opened: Any, somebody: Any, refused: Any, rulebook: Any) -> None:
    case = opened("officer-training", "obl-train-officers", least=14, at=date(2026, 5, 31))
    line = rulebook.quota("officer-training-workdays", date(2026, 3, 2))
    course = {"day": date(2026, 4, 27), "last": date(2026, 5, 10), **COURSE, "evidence": ("a",)}
    act = case.attempt(Act.TRAIN, somebody(Role.DEPT_OFFICER, "zhao"), **course)
    # 27 to 30 April, 6 to 9 May: May Day off until the fifth, Saturday the ninth is worked.
    assert days_of(act, line, rulebook) == 8
    assert days_of(act, rulebook.quota("publicity-month", date(2026, 3, 2)), rulebook) == 1
    with refused(NotYourTurn, "obl-train-officers", "县里选用按日历日计的一行"):
        opened("officer-training-workdays", "obl-train-officers", least=10, at=date(2026, 3, 2))


def test_the_training_of_an_officer_who_misses_it_is_told_to_the_head(opened: Any) -> None:
    case = opened("officer-training", "obl-train-officers", least=14, at=date(2026, 3, 2))
    case.until(case.now.set(year=2027, month=1, day=1))
    assert {str(effect.addressee) for effect in case.effects if effect.name == "overdue"} == {"owner", "dept_head"}


@pytest.mark.parametrize(
    ("clause", "training", "hours", "enough"),
    [
        ("obl-hours", "first", 32, True), ("obl-hours", "first", 31, False), ("obl-hours", "again", 12, True),
        ("obl-hours", "again", 11, False), ("obl-hours-high", "first", 48, True),
        ("obl-hours-high", "first", 47, False),
        ("obl-hours-high", "again", 16, True), ("obl-hours-high", "again", 15, False),
    ],
)  # fmt: skip
def test_class_hours_below_the_rule_do_not_count(
    opened: Any, at_home: Any, clause: str, training: str, hours: int, *, enough: bool
) -> None:
    case = opened("unit-training", clause, least=2, role="unit_head", at=date(2026, 3, 2))
    said = {"learner": "head", "training": training, "day": date(2026, 3, 2), "hours": str(hours), "evidence": ("c",)}
    if not enough:
        with pytest.raises(ContentInvalid, match="不得少于") as caught:
            case.do(Act.LEARN, at_home(Role.UNIT_SAFETY), **said)
        assert caught.value.clause == clause
        return
    case.do(Act.LEARN, at_home(Role.UNIT_SAFETY), **said)
    case.do(Act.LEARN, at_home(Role.UNIT_SAFETY), **{**said, "evidence": ("again",)})
    assert (case.facts.done, case.facts.outcome) == (1, Outcome.RUNNING)
    case.do(Act.LEARN, at_home(Role.UNIT_HEAD), **{**said, "learner": "safety", "evidence": ("d",)})
    assert (case.facts.done, case.facts.outcome) == (2, Outcome.DONE)


# --- forms ---------------------------------------------------------------------------------------


def test_a_quarter_s_form_is_owed_by_the_fifteenth_of_the_next_month(opened: Any, at_home: Any, owed: Any) -> None:
    quarter = {"first": date(2026, 1, 1), "last": date(2026, 3, 31), "role": "unit_head"}
    case = opened("hazard-form-quarter", "haz-stat-quarter", at=date(2026, 4, 1), **quarter)
    assert owed(case) == [("sign-form 2026-Q1", "unit_head", "haz-stat-quarter", "unit-form", "2026-04-15 Wed")]
    case.until(case.now.set(day=14, hour=9))
    case.do(Act.SIGN_FORM, at_home(Role.UNIT_HEAD), checked="abc")
    (duty,) = case.duties.values()
    assert (duty.status, case.told) == (DutyStatus.DONE, [("hazard-form", "")])


def test_a_year_s_form_is_owed_by_the_last_of_january_and_late_after_it(opened: Any, at_home: Any) -> None:
    year = {"first": date(2025, 1, 1), "last": date(2025, 12, 31), "role": "unit_head"}
    case = opened("hazard-form-year", "haz-stat-year", at=date(2026, 1, 1), **year)
    assert f"{case.duty('sign-form').due_alert:%m-%d}" == "02-01"
    case.until(case.now.set(month=2, day=2))
    assert case.facts.breached
    case.do(Act.SIGN_FORM, at_home(Role.UNIT_HEAD), checked="abc")
    assert next(iter(case.duties.values())).status is DutyStatus.LATE_DONE


def test_a_form_is_not_asked_for_before_its_period_has_ended(opened: Any, refused: Any) -> None:
    quarter = {"first": date(2026, 1, 1), "last": date(2026, 3, 31), "role": "unit_head"}
    with refused(TimeInvalid, "obl-evidence", "请等到 2026-04-01"):
        opened("hazard-form-quarter", "haz-stat-quarter", at=date(2026, 3, 31), **quarter)


def test_a_form_made_long_after_its_end_is_asked_for_by_nobody(opened: Any) -> None:
    quarter = {"first": date(2026, 1, 1), "last": date(2026, 3, 31), "role": "unit_head"}
    case = opened("hazard-form-quarter", "haz-stat-quarter", at=date(2026, 4, 16), **quarter)
    assert case.told == []


def test_what_was_done_is_entered_with_or_without_problems(opened: Any, at_home: Any, refused: Any) -> None:
    case = opened("risk-points", "obl-risk-points", role="dept_head", at=date(2026, 3, 2), last=date(2026, 3, 31))
    said = {"day": date(2026, 3, 2), "content": "核对", "evidence": ("r",)}
    with refused(ContentInvalid, "obl-evidence", "「发现问题」为「发现问题」的"):
        case.do(Act.FULFIL, at_home(Role.DEPT_HEAD), problems="some", **said)
    case.do(Act.FULFIL, at_home(Role.DEPT_HEAD), problems="some", found="缺标志", **said)
    assert case.waiting_for == {"refer"}


@pytest.mark.parametrize(("body", "told"), [("committee_office", "county_leader"), ("dept_head", "committee_office")])
def test_a_campaign_that_the_county_itself_misses_is_told_to_the_leader_in_charge(
    opened: Any, body: str, told: str
) -> None:
    june = {"first": date(2026, 6, 1), "last": date(2026, 6, 30)}
    case = opened("safety-month", "obl-safety-month", role=body, at=date(2026, 6, 1), **june)
    case.until(case.now.set(month=7, day=1))
    assert {str(effect.addressee) for effect in case.effects if effect.name == "overdue"} == {body, told}


def test_a_post_that_a_rung_names_twice_is_told_once(opened: Any) -> None:
    week = {"first": date(2026, 5, 6), "last": date(2026, 5, 12)}
    case = opened("disaster-week", "obl-disaster-week", role="committee_office", at=date(2026, 5, 6), **week)
    case.until(case.now.set(month=6, day=12))
    keys = [effect.key for effect in case.effects]
    assert len(keys) == len(set(keys))
    assert case.facts.breached
