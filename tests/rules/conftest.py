"""Stages of a hazard, so that a test begins where it has something to say; and how duties and refusals are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

import pytest

from rules.actor import Actor, Role
from rules.agenda import Duty
from rules.errors import ActRefused
from rules.hazard import HazardAct as Act

_TERM = {"ends_on": date(2026, 3, 16)}
_GENERAL = {"grade": "general", "basis": "synthesis", "reason": "当日可改"}
_MAJOR = {"grade": "major", "basis": "criterion", "criterion": "GM23-3-02"}
_LATER = {"ends_on": date(2026, 4, 30)}

# What each act can say so that it holds and moves the case on.
_SAYS: dict[Act, dict[str, Any]] = {
    Act.GRADE: _GENERAL,
    Act.REGRADE: {"grade": "major", "basis": "synthesis", "reason": "须停产治理"},
    Act.ORDER: {**_TERM, "requirement": "加装防护罩"},
    Act.RECTIFY: {"measure": "已加装防护罩"},
    Act.ACCEPT: {"passed": "yes"},
    Act.RECHECK: {"passed": "yes"},
    Act.SIGN_OFF: {"approved": "yes"},
    Act.MAJOR_REPORT: {"situation": "排土场失稳", "danger": "威胁下游", "approach": "削坡压脚"},
    Act.PLAN: {**_LATER, "goal": "一", "method": "二", "resources": "三", "team": "四", "safeguards": "五"},
    Act.LIST: {**_LATER, "leader": "包案领导"},
    Act.PROGRESS: {"note": "已完成三成"},
    Act.APPLY_REVIEW: {"evaluation": "评估合格"},
    Act.REVIEW: {"passed": "yes"},
    Act.DELIST: {"approved": "yes"},
    Act.LOOK_BACK: {"rebounded": "no"},
    Act.OPEN_REVIEW: {"about": "listing", "opinion": "agree"},
    Act.PUBLISH: {"about": "listing", "url": "https://example.invalid/gs/3"},
    Act.STOP_WORK: {"at_once": True, "extent": "破碎车间", "reason": "无法保证安全"},
    Act.CIRCULAR: {"matter": "逾期未整改", "demand": "举一反三"},
    Act.TALK: {"ends_on": date(2026, 4, 30), "matter": "逾期未整改", "attendees": "主要负责人"},
    Act.HOLD_TALK: {"record": "已约谈", "demand": "限期整改"},
    Act.CONFIRM_ORDER: {"approved": "yes"},
    Act.REVIEW_ORDER: {"approved": "yes"},
    Act.SIGN_ORDER: {"approved": "yes"},
    Act.SERVE_ORDER: {"mode": "direct", "served_on": date(2026, 3, 2), "receiver": "单位负责人"},
    Act.WITHDRAW_ORDER: {"reason": "当事人名称有误"},
    Act.APPLY_RESUME: {"note": "险情已排除"},
    Act.DECIDE_RESUME: {"approved": "yes"},
    Act.APPLY_EXTENSION: {"ends_on": date(2026, 3, 23), "reason": "备件未到"},
    Act.DECIDE_EXTENSION: {"approved": "yes", "ends_on": date(2026, 3, 23), "reason": "备件确未到"},
    Act.APPLY_VOID: {"reason": "重复登记"},
    Act.DECIDE_VOID: {"approved": "yes"},
    Act.APPLY_REOPEN: {"reason": "并非误报"},
    Act.DECIDE_REOPEN: {"approved": "yes"},
    Act.INVESTIGATE: {"cause": "资金未到位", "responsibility": "主要负责人", "measures": "停用并约谈"},
    Act.DECIDE: {"decision": "supervise", "reason": "逾期三日"},
    Act.NOTE: {"note": "现场照片补传"},
    Act.PHONED: {"answered": "yes", "dialled": "13800000000", "whom": "unit_head"},
}

# Steps of an order that others take on the way to the one named.
_SERVED = (Act.SERVE_ORDER, None, {})

_BY_UNIT = [(Act.REPORT, Role.UNIT_SAFETY, {"own_grade": "general"})]
_CLOSED = [*_BY_UNIT, (Act.RECTIFY, Role.UNIT_FIXER, {}), (Act.ACCEPT, Role.UNIT_HEAD, {})]
_FOUND = [(Act.REPORT, Role.DEPT_OFFICER, {})]
_GRADED = [*_FOUND, (Act.GRADE, Role.DEPT_OFFICER, {})]
_DRAFTED = [*_GRADED, (Act.ORDER, Role.DEPT_OFFICER, {})]
_OVERDUE = [*_BY_UNIT, ("pass", 12, {})]
_CIRCULAR = [*_OVERDUE, (Act.DECIDE, Role.DEPT_HEAD, {"about": "rectify@1", "decision": "circular"})]
_TALK = [*_OVERDUE, (Act.DECIDE, Role.DEPT_HEAD, {"about": "rectify@1", "decision": "talk"})]
_ORDERED = [*_DRAFTED, _SERVED]
_RECHECKED = [*_ORDERED, (Act.RECTIFY, Role.UNIT_FIXER, {}), (Act.RECHECK, Role.DEPT_OFFICER, {})]
_JUDGED_MAJOR = [*_FOUND, (Act.GRADE, Role.DEPT_OFFICER, _MAJOR)]
_PLANNED = [*_JUDGED_MAJOR, (Act.MAJOR_REPORT, Role.UNIT_HEAD, {}), (Act.PLAN, Role.UNIT_HEAD, {})]
_LISTED = [*_PLANNED, (Act.LIST, Role.DEPT_OFFICER, {}), _SERVED]
_TREATED = [*_LISTED, (Act.RECTIFY, Role.UNIT_FIXER, {})]
_APPLIED = [*_TREATED, (Act.APPLY_REVIEW, Role.UNIT_HEAD, {})]
_REVIEWED = [*_APPLIED, (Act.REVIEW, Role.BUREAU_OFFICER, {})]
_DELISTED = [*_REVIEWED, (Act.DELIST, Role.DEPT_HEAD, {})]

_STAGES: dict[str, list[tuple[Any, ...]]] = {
    "nothing": [],
    "self": _BY_UNIT,
    "fixed": [(Act.REPORT, Role.UNIT_SAFETY, {"own_grade": "general", "fixed": True, "measure": "已更换"})],
    "rectified": _CLOSED[:2],
    "closed": _CLOSED,
    "unsure": [(Act.REPORT, Role.UNIT_SAFETY, {"own_grade": "unsure"})],
    "system missing": [(Act.REPORT, Role.UNIT_SAFETY, {"own_grade": "general", "system": "detection"})],
    "found": _FOUND,
    "graded": _GRADED,
    "drafted": _DRAFTED,
    "confirmed": [*_DRAFTED, (Act.CONFIRM_ORDER, None, {})],
    "order reviewed": [*_DRAFTED, (Act.REVIEW_ORDER, None, {})],
    "signed": [*_DRAFTED, (Act.SIGN_ORDER, None, {})],
    "ordered": _ORDERED,
    "reported rectified": _RECHECKED[:-1],
    "rechecked": _RECHECKED,
    "signed off": [*_RECHECKED, (Act.SIGN_OFF, Role.DEPT_HEAD, {})],
    "unsafe": [*_FOUND, (Act.GRADE, Role.DEPT_OFFICER, {**_MAJOR, "unsafe": True})],
    "major": _JUDGED_MAJOR,
    "major by unit": [
        (Act.REPORT, Role.UNIT_SAFETY, {"own_grade": "unsure"}),
        (Act.GRADE, Role.UNIT_HEAD, _MAJOR),
    ],
    "planned": _PLANNED,
    "listed": _LISTED,
    "openly reviewed": [*_LISTED, (Act.OPEN_REVIEW, Role.COMMITTEE_OFFICE, {})],
    "treated": _TREATED,
    "review applied": _APPLIED,
    "reviewed": _REVIEWED,
    "delisted": _DELISTED,
    "looked back": [*_DELISTED, (Act.LOOK_BACK, Role.TOWN_CLERK, {})],
    "circular": _CIRCULAR,
    "talk": _TALK,
    "called to talk": [*_TALK, (Act.TALK, Role.DEPT_OFFICER, {}), _SERVED],
    "circular drafted": [*_CIRCULAR, (Act.CIRCULAR, Role.DEPT_OFFICER, {})],
    "talk drafted": [*_TALK, (Act.TALK, Role.DEPT_OFFICER, {})],
    "list drafted": [*_PLANNED[:-1], (Act.LIST, Role.DEPT_OFFICER, {})],
    "signed, long term": [
        *_GRADED,
        (Act.ORDER, Role.DEPT_OFFICER, {"ends_on": date(2026, 12, 31)}),
        (Act.SIGN_ORDER, None, {}),
    ],
    "stopped": [*_ORDERED, (Act.STOP_WORK, Role.DEPT_OFFICER, {})],
    "resume applied": [
        *_ORDERED,
        (Act.STOP_WORK, Role.DEPT_OFFICER, {}),
        (Act.APPLY_RESUME, Role.UNIT_HEAD, {}),
    ],
    "extension applied": [*_ORDERED, (Act.APPLY_EXTENSION, Role.UNIT_SAFETY, {})],
    "own extension applied": [*_BY_UNIT, (Act.APPLY_EXTENSION, Role.UNIT_SAFETY, {})],
    "void applied": [*_BY_UNIT, (Act.APPLY_VOID, Role.UNIT_SAFETY, {})],
    "void applied by officer": [*_ORDERED, (Act.APPLY_VOID, Role.DEPT_OFFICER, {})],
    "void": [*_BY_UNIT, (Act.APPLY_VOID, Role.UNIT_SAFETY, {}), (Act.DECIDE_VOID, Role.TOWN_CLERK, {})],
    "reopen applied": [*_CLOSED, (Act.APPLY_REOPEN, Role.UNIT_SAFETY, {})],
}


@pytest.fixture(scope="session")
def says() -> Callable[..., dict[str, Any]]:
    """Return what an act can say so that it holds."""
    return lambda kind, **other: {**_SAYS.get(Act(kind), {}), **other}


@pytest.fixture
def at_stage(
    empty_case: Callable[[], Any], somebody: Callable[..., Actor], report: dict[str, Any]
) -> Callable[[str], Any]:
    """Return the maker of cases that have come to a stage by name; each post is held by one person named after it."""

    def play(name: str) -> Any:
        case = empty_case()
        for kind, role, values in _STAGES[name]:
            if kind == "pass":
                case.let_pass(days=role)
                continue
            if role is None:
                case.carry(until=kind)
                continue
            said = report if kind is Act.REPORT else _SAYS[kind]
            case.do(kind, somebody(role), **{**said, **values})
        return case

    return play


def _day_or_instant(due: Any) -> str:
    if (due.hour, due.minute) == (0, 0):
        return f"{due.subtract(days=1):%Y-%m-%d %a}"
    return f"{due:%Y-%m-%d %H:%M}"


def _act(duty: Duty) -> str:
    return str(duty.act) if duty.about is None else f"{duty.act} {duty.about}"


def _end(duty: Duty) -> str:
    if duty.due_alert is None or duty.due_legal is None:
        return "no term"
    alert, legal = _day_or_instant(duty.due_alert), _day_or_instant(duty.due_legal)
    return alert if alert == legal else f"{alert}, by law {legal}"


@pytest.fixture(scope="session")
def owed() -> Callable[[Any], list[tuple[str, ...]]]:
    """Return the reader of open duties: act, holder, clause, ladder, last day (or instant) by alert and by law.

    Answers to notices stand beside them and have tests of their own.
    """
    return lambda case: sorted(
        (_act(duty), str(duty.holder), duty.clause_id, duty.ladder, _end(duty))
        for duty in case.facts.live.values()
        if duty.act != Act.ACKNOWLEDGE
    )


@pytest.fixture(scope="session")
def refused() -> Callable[..., AbstractContextManager[pytest.ExceptionInfo[ActRefused]]]:
    """Return the expectation of a refusal: its kind, its clause, words of it, and that it says what to do next."""

    @contextmanager
    def expect(kind: type[ActRefused], clause: str | None, *words: str) -> Iterator[pytest.ExceptionInfo[ActRefused]]:
        with pytest.raises(kind) as caught:
            yield caught
        error = caught.value
        assert type(error) is kind, error.message
        assert error.clause == clause, error.message
        assert "请" in error.message
        for word in words:
            assert word in error.message

    return expect
