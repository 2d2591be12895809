"""What organisations owe each month: a meeting with minutes and attendance list, whose tasks and problems go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.actor import Actor, Role, clock
from rules.agenda import DutyStatus
from rules.errors import ContentInvalid, NotYourTurn, WrongPost
from rules.obligation import OBLIGATION, Outcome, Status
from rules.obligation import ObligationAct as Act

OPENING: dict[str, Any] = {
    "quota": "department-meeting", "holder": "industry", "seat": "industry", "role": "dept_head",
    "first": date(2026, 3, 1), "last": date(2026, 3, 31), "least": "1", "clause": "obl-meet-department",
}  # fmt: skip
MEETING: dict[str, Any] = {
    "day": date(2026, 3, 5), "present": "12", "analysis": "尾矿库", "decisions": "两项", "decided": "0",
    "problems": "none", "evidence": ("minutes", "list"),
}  # fmt: skip


@pytest.fixture
def head(somebody: Callable[..., Actor]) -> Actor:
    """Return the head of the department that owes the meeting."""
    return replace(somebody(Role.DEPT_HEAD, "head"), home="industry")


@pytest.fixture
def case(empty_case: Any) -> Any:
    """Return the meeting that a department owes in March 2026, on the sixth."""
    case = empty_case(process=OBLIGATION)
    case.now = case.now.set(day=1, hour=0, minute=10)
    case.do(Act.OPEN, clock("dai"), **OPENING)
    case.until(case.now.set(day=6, hour=9))
    return case


def whom(case: Any) -> dict[str, set[str]]:
    """Return who was told what over the whole case."""
    told: dict[str, set[str]] = {}
    for effect in case.effects:
        told.setdefault(effect.name, set()).add(str(effect.addressee))
    return told


def test_the_post_that_answers_for_the_department_is_asked_warned_and_told_of_the_breach(case: Any, owed: Any) -> None:
    assert owed(case) == [("meet 2026-03", "dept_head", "obl-meet-department", "body-quota", "2026-03-31 Tue")]
    case.until(case.now.set(day=31, hour=23))
    assert whom(case) == {"asked-meet": {"dept_head"}, "reminder": {"dept_head"}}
    case.until(case.now.set(month=4, day=1, hour=0))
    assert whom(case)["overdue"] == {"dept_head", "committee_office"}
    assert case.duty("explain").holder is Role.DEPT_HEAD
    assert case.facts.breached


def test_the_county_s_own_meeting_that_was_missed_is_told_to_the_leader_in_charge(empty_case: Any) -> None:
    case = empty_case(process=OBLIGATION)
    case.now = case.now.set(day=1)
    county = {"quota": "county-meeting", "role": "committee_office", "clause": "obl-meet-county", "holder": "county"}
    case.do(Act.OPEN, clock("dai"), **{**OPENING, **county})
    case.until(case.now.set(month=4, day=1))
    assert whom(case)["overdue"] == {"committee_office", "county_leader"}
    office = case.attempt(Act.MEET, Role.COMMITTEE_OFFICE, **MEETING)
    assert OBLIGATION.may_do(case.facts, Act.MEET, office)


def test_a_meeting_with_its_minutes_fulfils_the_month(case: Any, head: Actor) -> None:
    case.do(Act.MEET, head, **MEETING)
    assert (case.facts.outcome, case.facts.status, case.facts.done) == (Outcome.DONE, Status.CLOSED, 1)
    (duty,) = case.duties.values()
    assert (duty.status, f"{duty.ended_at:%m-%d}") == (DutyStatus.DONE, "03-05")
    assert case.told == [("meeting-record", "")]


@pytest.mark.parametrize(
    ("says_too", "clause", "words"),
    [
        ({"evidence": ("minutes",)}, "obl-evidence", "会议纪要、签到表）至少 2 份，现有 1 份"),
        ({"evidence": ("minutes", "minutes")}, "obl-evidence", "本次登记的另一处"),
        ({"day": date(2026, 2, 28)}, "obl-meet-department", "「会议日期」2026-02-28 不在周期"),
        ({"day": date(2026, 3, 7)}, "obl-evidence", "还没有到"),
        ({"present": "很多"}, "obl-evidence", "「到会人数」应为整数"),
        ({"present": "0"}, "obl-evidence", "不能为 0"),
        ({"decided": "-1"}, "obl-evidence", "「议定任务件数」应为整数"),
        ({"problems": "some"}, "obl-evidence", "应写明「发现的问题」"),
        ({"hazards": ["YH-2026-0001"]}, "obl-refer", "应选「发现问题」"),
    ],
)
def test_a_meeting_that_does_not_hold_is_refused(
    case: Any, head: Actor, refused: Any, says_too: dict[str, Any], clause: str, words: str
) -> None:
    with refused(ContentInvalid, clause, words):
        case.do(Act.MEET, head, **{**MEETING, **says_too})


def test_nobody_but_the_department_s_own_people_enters_it(case: Any, head: Actor, somebody: Any, refused: Any) -> None:
    stranger = replace(head, home="commerce")
    with refused(WrongPost, "obl-answers", "别的机构或者单位"):
        case.do(Act.MEET, stranger, **MEETING)
    assert not OBLIGATION.may_do(case.facts, Act.MEET, case.attempt(Act.MEET, stranger, **MEETING))
    with refused(WrongPost, "obl-answers", "部门监管员、部门负责人"):
        case.do(Act.MEET, somebody(Role.COMMITTEE_OFFICE), **MEETING)
    officer = replace(somebody(Role.DEPT_OFFICER, "officer"), home="industry")
    assert case.do(Act.MEET, officer, **MEETING).actor.person_id == "officer"


def test_a_month_s_meeting_is_no_visit_and_no_other_thing(case: Any, somebody: Any, head: Actor, refused: Any) -> None:
    visit = {"day": date(2026, 3, 5), "place": "x", "problems": "none", "evidence": ("x",)}
    with refused(NotYourTurn, "obl-evidence", "不以「登记检查」办理"):
        case.do(Act.VISIT, somebody(Role.COUNTY_LEADER), **visit)
    with refused(NotYourTurn, "obl-evidence", "不以「登记办理」办理"):
        case.do(Act.FULFIL, head, day=date(2026, 3, 5), content="x", evidence=("x",))
    with refused(NotYourTurn, "obl-evidence", "不以「说明缺席」办理"):
        case.do(Act.ABSENCE, head, why="sick", first=date(2026, 3, 2), last=date(2026, 3, 3), reason="x")


def test_tasks_that_were_decided_on_are_to_be_assigned_and_problems_handed_on(
    case: Any, head: Actor, refused: Any, owed: Any
) -> None:
    case.do(Act.MEET, head, **{**MEETING, "decided": "2", "problems": "some", "found": "护栏缺失"})
    assert [entry[:4] for entry in owed(case)] == [("refer 2", "dept_head", "obl-refer", "follow-up")]
    assert (case.facts.outcome, case.facts.status) == (Outcome.DONE, Status.OPEN)
    with refused(ContentInvalid, "obl-task", "议定任务 2 件，「任务编号」只有 1 个"):
        case.do(Act.REFER, head, about="2", tasks=["ZQ-2026-0002", "ZQ-2026-0002"])
    case.do(Act.REFER, head, about="2", tasks=["ZQ-2026-0002", "ZQ-2026-0003"], hazards=["YH-2026-0001"])
    assert case.facts.status is Status.CLOSED
    (entry,) = case.facts.entries
    assert (entry.tasks, entry.hazards) == (("ZQ-2026-0002", "ZQ-2026-0003"), ("YH-2026-0001",))


def test_tasks_alone_are_handed_on_by_their_numbers_alone(case: Any, head: Actor) -> None:
    case.do(Act.MEET, head, **{**MEETING, "decided": "1"})
    case.do(Act.REFER, head, about="2", tasks=["ZQ-2026-0002"])
    assert case.facts.status is Status.CLOSED


def test_a_department_that_was_merged_owes_no_more_and_what_it_did_stays(case: Any, head: Actor) -> None:
    case.do(Act.MEET, head, **{**MEETING, "decided": "1"})
    case.do(Act.RELEASE, clock("dai"), why="merged")
    assert (case.facts.outcome, case.facts.done, case.facts.status) == (Outcome.RELEASED, 1, Status.CLOSED)


# --- tasks ---------------------------------------------------------------------------------------

TASK: dict[str, Any] = {
    "what": "修复护栏", "leader": "lead", "person": "doer", "due": date(2026, 3, 20), "source": "ZQ-2026-0001",
    "cell": "risk",
}  # fmt: skip
DONE: dict[str, Any] = {"day": date(2026, 3, 10), "content": "已修复", "evidence": ("photo",)}


@pytest.fixture
def task(empty_case: Any, somebody: Any) -> Any:
    """Return a task that was assigned on Monday 2026-03-02."""
    case = empty_case(process=OBLIGATION)
    case.do(Act.ASSIGN, somebody(Role.COMMITTEE_OFFICE, "office"), **TASK)
    return case


@pytest.fixture
def doer(somebody: Any) -> Actor:
    """Return who does the task."""
    found: Actor = somebody(Role.DEPT_OFFICER, "doer")
    return found


@pytest.fixture
def lead(somebody: Any) -> Actor:
    """Return who leads it."""
    found: Actor = somebody(Role.DEPT_HEAD, "lead")
    return found


def test_a_task_is_owed_by_its_day_and_told_to_those_it_names(task: Any, owed: Any) -> None:
    assert owed(task) == [("finish 1", "named", "obl-task", "task", "2026-03-20 Fri")]
    assert task.told == [("asked-finish", "named")]
    assert (task.facts.named, task.facts.waits_for, task.facts.clause_id) == (("lead", "doer"), "finish", "obl-task")
    task.until(task.now.set(day=21, hour=0))
    assert whom(task) == {"asked-finish": {"named"}, "reminder": {"named"}, "overdue": {"named", "committee_office"}}
    assert (task.facts.breached, task.facts.status) == (True, Status.OPEN)
    assert task.waiting_for == {"finish"}


def test_a_task_is_done_when_who_leads_it_confirms(task: Any, doer: Actor, lead: Actor) -> None:
    task.until(task.now.set(day=10))
    task.do(Act.FINISH, doer, **DONE)
    assert (task.waiting_for, task.facts.named) == ({"confirm"}, ("lead",))
    task.do(Act.CONFIRM, lead, accepted="yes")
    assert (task.facts.outcome, task.facts.status) == (Outcome.DONE, Status.CLOSED)
    assert [(duty.act, duty.status) for duty in task.duties.values()] == [
        ("finish", DutyStatus.DONE), ("confirm", DutyStatus.DONE),
    ]  # fmt: skip


def test_a_task_that_is_sent_back_is_owed_again_on_its_old_clock(task: Any, doer: Actor, lead: Actor) -> None:
    task.until(task.now.set(day=10))
    task.do(Act.FINISH, doer, **DONE)
    task.do(Act.CONFIRM, lead, accepted="no", note="缺照片")
    assert (task.waiting_for, task.facts.named) == ({"finish"}, ("lead", "doer"))
    assert f"{task.duty('finish').started_at:%m-%d} {task.duty('finish').ends_on}" == "03-02 2026-03-20"
    assert task.facts.task.turns == 2


def test_a_task_done_after_its_day_is_late(task: Any, doer: Actor, lead: Actor) -> None:
    task.until(task.now.set(day=25))
    task.do(Act.FINISH, doer, **{**DONE, "day": date(2026, 3, 21)})
    task.do(Act.CONFIRM, lead, accepted="yes")
    assert next(duty.status for duty in task.duties.values()) is DutyStatus.LATE_DONE
    assert (task.facts.outcome, task.facts.breached) == (Outcome.DONE, True)


def test_a_task_changes_hands_and_its_day_with_a_reason(task: Any, somebody: Any, doer: Actor, refused: Any) -> None:
    head = somebody(Role.DEPT_HEAD, "head")
    with refused(ContentInvalid, "obl-task", "早于布置之日"):
        task.do(Act.REASSIGN, head, leader="lead", person="other", due=date(2026, 3, 1), reason="x")
    task.do(Act.REASSIGN, head, leader="lead", person="other", due=date(2026, 3, 27), reason="借调")
    assert (task.facts.named, str(task.duty("finish").ends_on)) == (("lead", "other"), "2026-03-27")
    task.do(Act.REASSIGN, head, leader="boss", person="other", reason="分工调整")
    task.fork().do(Act.REASSIGN, head, leader="boss", person="other", due=date(2026, 3, 2), reason="提前")
    assert (task.facts.named, str(task.duty("finish").ends_on)) == (("boss", "other"), "2026-03-27")
    with refused(WrongPost, "obl-task", "由责任人或者责任领导报告完成"):
        task.do(Act.FINISH, doer, **{**DONE, "day": date(2026, 3, 2)})


def test_no_task_without_a_leader_and_a_person_who_are_two(empty_case: Any, somebody: Any, refused: Any) -> None:
    office = somebody(Role.COMMITTEE_OFFICE, "office")
    for missing in ("leader", "person", "due", "what"):
        case = empty_case(process=OBLIGATION)
        with pytest.raises(ContentInvalid, match="布置任务"):
            case.do(Act.ASSIGN, office, **{key: value for key, value in TASK.items() if key != missing})
    case = empty_case(process=OBLIGATION)
    with refused(ContentInvalid, "obl-task", "不能是同一人"):
        case.do(Act.ASSIGN, office, **{**TASK, "person": "lead"})
    with refused(ContentInvalid, "obl-task", "已经过去"):
        case.do(Act.ASSIGN, office, **{**TASK, "due": date(2026, 3, 1)})


@pytest.mark.parametrize(
    ("says_too", "words"),
    [
        ({"day": date(2026, 3, 3)}, "还没有到"),
        ({"day": date(2026, 3, 1)}, "早于布置之日"),
        ({"evidence": ()}, "佐证至少 1 份"),
    ],
)
def test_a_report_that_does_not_hold_is_refused(
    task: Any, doer: Actor, refused: Any, says_too: dict[str, Any], words: str
) -> None:
    with refused(ContentInvalid, "obl-evidence", words):
        task.do(Act.FINISH, doer, **{**DONE, "day": date(2026, 3, 2), **says_too})


def test_nobody_confirms_what_they_reported_and_nobody_else_confirms(
    task: Any, doer: Actor, lead: Actor, somebody: Any, refused: Any
) -> None:
    task.until(task.now.set(day=10))
    with refused(WrongPost, "obl-task", "由责任人或者责任领导"):
        task.do(Act.FINISH, somebody(Role.DEPT_OFFICER, "other"), **DONE)
    task.do(Act.FINISH, lead, **DONE)
    with refused(WrongPost, "obl-confirm", "不能自己确认"):
        task.do(Act.CONFIRM, lead, accepted="yes")
    with refused(WrongPost, "obl-confirm", "由责任领导或者安委办"):
        task.do(Act.CONFIRM, doer, accepted="yes")
    task.do(Act.CONFIRM, somebody(Role.COMMITTEE_OFFICE, "office"), accepted="yes")
    assert task.facts.outcome is Outcome.DONE


def test_a_task_is_no_period_and_a_period_is_no_task(
    task: Any, case: Any, doer: Actor, head: Actor, refused: Any
) -> None:
    with refused(NotYourTurn, "obl-evidence", "不以「登记办理」办理"):
        task.do(Act.FULFIL, doer, day=date(2026, 3, 2), content="x", evidence=("x",))
    with refused(NotYourTurn, "obl-evidence", "不以「说明缺席」办理"):
        task.do(Act.ABSENCE, doer, why="sick", first=date(2026, 3, 2), last=date(2026, 3, 3), reason="x")
    for kind, says in ((Act.FINISH, DONE), (Act.CONFIRM, {"accepted": "yes"})):
        with refused(NotYourTurn, {Act.FINISH: "obl-task", Act.CONFIRM: "obl-confirm"}[kind], "不等待"):
            case.do(kind, head, **says)
    with refused(NotYourTurn, "obl-evidence", "已经开启"):
        case.do(Act.ASSIGN, head, **TASK)


def test_a_task_that_is_given_up_is_released(task: Any, somebody: Any) -> None:
    task.do(Act.RELEASE, somebody(Role.COMMITTEE_OFFICE, "office"), why="mistaken")
    assert (task.facts.outcome, task.facts.status) == (Outcome.RELEASED, Status.CLOSED)
