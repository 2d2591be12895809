"""Judging an exercise 评判: what was expected against what was done, in minutes on the exercise's clock. Pure.

Only what the ledger of the exercise holds counts: an act that nobody recorded was not done.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendulum import DateTime

    from rules.exercise.scenario import Expectation, Inject, Scenario

# The bureau's own people act for units that the bureau itself supervises.
_ALSO = {Role.DEPT_OFFICER: Role.BUREAU_OFFICER, Role.DEPT_HEAD: Role.BUREAU_HEAD}


class Verdict(StrEnum):
    """What came of an expectation; OPEN where the exercise ended before its minutes had passed."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    OPEN = "open"

    @property
    def is_lacking(self) -> bool:
        """Tell whether there is something to improve."""
        return self in {Verdict.LATE, Verdict.MISSING}


@dataclass(frozen=True, slots=True)
class Done:
    """An act that somebody recorded on a case of the exercise."""

    number: str
    seq: int
    kind: str
    role: Role
    about: str
    who: str
    at: DateTime


@dataclass(frozen=True, slots=True)
class Answered:
    """「收到」 to an inject by somebody in a post."""

    inject: int
    role: Role
    who: str
    at: DateTime


@dataclass(frozen=True, slots=True)
class Course:
    """What happened: when each inject was released, who answered, what was done, and when it all ended."""

    released: Mapping[int, DateTime]
    answers: Sequence[Answered]
    done: Sequence[Done]
    ended_at: DateTime


@dataclass(frozen=True, slots=True)
class Reply:
    """Whether a post answered an inject; `minutes` from its release, None where nobody did."""

    inject: Inject
    role: Role
    answer: Answered | None
    minutes: int | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Response:
    """Whether an expectation was met; `minutes` from the release of its inject, None where nobody did it."""

    expected: Expectation
    released_at: DateTime
    done: Done | None
    minutes: int | None
    verdict: Verdict


def replies(scenario: Scenario, course: Course) -> tuple[Reply, ...]:
    """Return, for each inject that was released and each post that it was told to, whether it answered in time."""
    return tuple(
        _reply(inject, role, course)
        for inject in scenario.injects
        if inject.no in course.released
        for role in inject.to
    )


def responses(scenario: Scenario, course: Course) -> tuple[Response, ...]:
    """Return, for each expectation whose inject was released, what came of it; an act meets one expectation alone."""
    left = list(course.done)
    found: list[Response] = []
    for expected in scenario.expectations:
        if expected.inject in course.released:
            released_at = course.released[expected.inject]
            done = next((act for act in left if _meets(act, expected, released_at)), None)
            if done is not None:
                left.remove(done)
            verdict, minutes = _judged(released_at, expected.within_minutes, done.at if done else None, course)
            found.append(Response(expected, released_at, done, minutes, verdict))
    return tuple(found)


def _reply(inject: Inject, role: Role, course: Course) -> Reply:
    answer = next((each for each in course.answers if each.inject == inject.no and each.role is role), None)
    at = answer.at if answer else None
    verdict, minutes = _judged(course.released[inject.no], inject.answer_within, at, course)
    return Reply(inject, role, answer, minutes, verdict)


def _meets(act: Done, expected: Expectation, released_at: DateTime) -> bool:
    by_whom = act.role in {expected.by, _ALSO.get(expected.by)}
    return by_whom and (act.kind, act.about) == (expected.act, expected.about) and act.at >= released_at


def _judged(since: DateTime, within: int, at: DateTime | None, course: Course) -> tuple[Verdict, int | None]:
    due = since.add(minutes=within)
    if at is None:
        return (Verdict.OPEN if course.ended_at <= due else Verdict.MISSING), None
    return (Verdict.ON_TIME if at <= due else Verdict.LATE), (at - since).in_minutes()
