"""What was expected is judged against what is on record, to the minute and at its edges; an act counts once."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pendulum
import pytest

from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.exercise.judging import Answered, Course, Done, Verdict, replies, responses
from rules.exercise.scenario import Expectation, Inject, Scenario

_BEGAN = pendulum.datetime(2026, 11, 27, 7, 20, tz=SHANGHAI)


def _expectation(
    place: int, act: str = "send", about: str = "county-city", by: Role = Role.BUREAU_OFFICER
) -> Expectation:
    return Expectation(1, place, act, by, 60, "inc-upward-2h", about, MappingProxyType({}), None)


def _scenario(*expected: Expectation) -> Scenario:
    first = Inject(1, 0, (Role.BUREAU_OFFICER, Role.BUREAU_HEAD), "透水", 5, expected)
    second = Inject(2, 30, (Role.BUREAU_OFFICER,), "遇难", 5, ())
    return Scenario("s", "推演", ("http://a",), "", "07:20", 120, ("矿",), (first, second), MappingProxyType({}))


def _done(minutes: int, kind: str = "send", role: Role = Role.BUREAU_OFFICER, about: str = "county-city") -> Done:
    return Done("SG-2026-0001", minutes, kind, role, about, "甲", _BEGAN.add(minutes=minutes))


def _course(*done: Done, ends: int = 120, answers: tuple[Answered, ...] = ()) -> Course:
    return Course({1: _BEGAN}, answers, done, _BEGAN.add(minutes=ends))


@pytest.mark.parametrize(
    ("done", "ends", "verdict", "minutes"),
    [
        ((_done(60),), 120, Verdict.ON_TIME, 60),
        ((_done(61),), 120, Verdict.LATE, 61),
        ((_done(0),), 120, Verdict.ON_TIME, 0),
        ((), 61, Verdict.MISSING, None),
        ((), 60, Verdict.OPEN, None),
        ((_done(10, kind="note"),), 120, Verdict.MISSING, None),
        ((_done(10, about="county-phone"),), 120, Verdict.MISSING, None),
        ((_done(10, role=Role.UNIT_HEAD),), 120, Verdict.MISSING, None),
        ((_done(-1),), 120, Verdict.MISSING, None),
    ],
)
def test_an_act_counts_by_kind_post_subject_and_minute(
    done: tuple[Done, ...], ends: int, verdict: Verdict, minutes: int | None
) -> None:
    (found,) = responses(_scenario(_expectation(1)), _course(*done, ends=ends))

    assert (found.verdict, found.minutes) == (verdict, minutes)
    assert (found.done is None) is (minutes is None)
    assert found.verdict.is_lacking is (verdict in {Verdict.LATE, Verdict.MISSING})


def test_the_bureaus_own_people_act_for_a_department() -> None:
    wanted = _expectation(1, by=Role.DEPT_OFFICER)

    (found,) = responses(_scenario(wanted), _course(_done(5)))

    assert found.verdict is Verdict.ON_TIME


def test_one_act_meets_one_expectation_alone() -> None:
    scenario = _scenario(_expectation(1), _expectation(2))

    once, twice = _course(_done(5)), _course(_done(5), _done(70))

    assert [each.verdict for each in responses(scenario, once)] == [Verdict.ON_TIME, Verdict.MISSING]
    assert [each.minutes for each in responses(scenario, twice)] == [5, 70]


def test_what_was_not_released_is_not_judged() -> None:
    scenario = _scenario(_expectation(1))
    course = replace(_course(_done(5)), released={})

    assert responses(scenario, course) == ()
    assert replies(scenario, course) == ()


def test_each_post_that_was_told_owes_an_answer() -> None:
    early = Answered(1, Role.BUREAU_OFFICER, "甲", _BEGAN.add(minutes=5))
    later = Answered(1, Role.BUREAU_OFFICER, "乙", _BEGAN.add(minutes=50))
    other = Answered(2, Role.BUREAU_HEAD, "丙", _BEGAN.add(minutes=1))

    officer, head = replies(_scenario(), _course(answers=(early, later, other)))

    assert (officer.role, officer.verdict, officer.minutes) == (Role.BUREAU_OFFICER, Verdict.ON_TIME, 5)
    assert officer.answer == early
    assert (head.role, head.verdict, head.answer) == (Role.BUREAU_HEAD, Verdict.MISSING, None)
